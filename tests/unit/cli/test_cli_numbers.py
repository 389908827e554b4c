"""Numbers of the command line that can't be meant are refused before anything is asked."""

import pytest

from aos.cli import main

BAD = [
    "stream --last -1",
    "stream --last 1001",
    "stream --last ten",
    "stream --last nan",
    "ask --limit 0 how",
    "ask --limit 1001 how",
    "quarantine list --limit 0",
    "quarantine list --limit 1001",
    "quarantine list --cursor -1",
    "quarantine list --cursor 9223372036854775808",
    "quarantine show 0",
    f"quarantine show {'9' * 5_000}",
    "quarantine replay --limit 0",
    "quarantine replay --limit 10001",
    "quarantine replay 1 -2",
    "quarantine discard --why x 0",
    "verify --rows 0",
    "verify --rows x",
    "verify --wait nan",
    "contract test seeds/contracts/invoice.yaml --examples -1",
    "contract test seeds/contracts/invoice.yaml --max-line-bytes 0",
    "lab --minutes 0",
    "lab --minutes nan",
    "lab --minutes inf",
    "lab --rate nan",
    "lab --rate 0",
    "lab --rate inf",
    "lab --seed -1",
    "lab --faults 0",
]


@pytest.mark.parametrize("line", BAD, ids=[line[:60] for line in BAD])
def test_a_number_that_can_not_be_meant_ends_with_2(
    line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line names the option (or the ID), and no AOS is asked."""
    monkeypatch.setattr("aos.cli.client.httpx.Client", None)
    words = line.split()
    try:
        code = main(words)
    except SystemExit as refused:  # argparse's own way
        code = int(refused.code or 0)
    told = capsys.readouterr().err
    named = next((word for word in words if word.startswith("--") and word != "--why"), "ID")
    assert (code, named.removeprefix("--") in told) == (2, True), told
    assert len(told) < 1_000
