"""The debt gate stops what a Blocker or a High stands in the way of."""

from pathlib import Path

import pytest

from scripts import debt_gate

HEAD = "# Debt\n\n| Shortcut | Severity | Rationale | Payoff plan | ETA |\n| --- | --- | --- | --- | --- |\n"


def debt(tmp_path: Path, *severities: str) -> Path:
    path = tmp_path / "DEBT.md"
    path.write_text(HEAD + "".join(f"| s{n} | {severity} | r | p | soon |\n" for n, severity in enumerate(severities)))
    return path


def test_gate_passes_when_nothing_stops(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Medium and Low pass in silence."""
    assert debt_gate.main(debt(tmp_path, "Medium", "Low"), "") == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("severity", ["Blocker", "High"])
def test_gate_stops_and_says_why_in_five_lines(
    severity: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """AWAITING APPROVAL, then five lines; exit 1."""
    assert debt_gate.main(debt(tmp_path, "Low", severity), "") == 1
    first, *summary = capsys.readouterr().out.splitlines()
    assert first == "AWAITING APPROVAL"
    assert len(summary) == 5
    assert f"First: {severity}: s1" in summary


def test_gate_passes_by_approval_only_word_for_word(tmp_path: Path) -> None:
    """The phrase lets it through, another does not."""
    assert debt_gate.main(debt(tmp_path, "Blocker"), "CONTINUE 90 RUN") == 0
    assert debt_gate.main(debt(tmp_path, "Blocker"), "continue 90 run") == 1


@pytest.mark.parametrize("row", ["| s | Huge | r | p | soon |", "| s | Low | r | soon |", "| s | Low |  | p | soon |"])
def test_gate_stops_at_a_row_it_can_not_read(row: str, tmp_path: Path) -> None:
    """A row that is not of the form could hide a Blocker, so it stops, too."""
    path = tmp_path / "DEBT.md"
    path.write_text(HEAD + row + "\n")
    assert debt_gate.main(path, "") == 1


def test_gate_stops_without_a_file(tmp_path: Path) -> None:
    """A missing DEBT.md is not an empty one."""
    assert debt_gate.main(tmp_path / "DEBT.md", "") == 1
