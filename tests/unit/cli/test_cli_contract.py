"""`contract lint` and `contract test`: exit codes, every problem with its line, and counts that are exact."""

import io
import json
from pathlib import Path

import pytest

from aos.cli import _parser, exit_code
from aos.core.errors import InvalidInput
from aos.core.settings import REPOSITORY, Settings

TICKETS = str(REPOSITORY / "seeds/contracts/support_ticket.yaml")
LINES = str(REPOSITORY / "seeds/examples/support_tickets.ndjson")
TRUE_LINES = str(REPOSITORY / "seeds/examples/support_tickets_true.ndjson")
BAD = """\
apiVersion: v2.2.2
kind: DataContract
id: x
version: 1.0
schema:
  - name: t
    slaProperties: []
    properties:
      - name: a
        logicalType: strng
      - name: b
        logicalType: integer
        requried: true
        logicalTypeOptions:
          minimum: low
          multipleOf: 3
        enum: [one]
"""


def run(*words: str, found: Settings | None = None) -> int:
    options = _parser().parse_args(["contract", *words])
    code: int = options.verb(found or Settings(), options)
    return code


def test_good_contract_is_told_in_a_paragraph(capsys: pytest.CaptureFixture[str]) -> None:
    """Name, version, how many properties, how many must be there, and by what a record is known."""
    assert run("lint", TICKETS) == 0
    assert capsys.readouterr().out == (
        "support_ticket 1.0.0: 13 properties at the top, 23 in all; 19 must be there, 16 have a rule besides their"
        " type; a record is known by ticket_id.\n"
    )


def test_each_problem_is_told_with_its_line_and_its_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All of them in one run; the exit code is 1."""
    path = tmp_path / "bad.yaml"
    path.write_text(BAD)
    assert run("lint", str(path)) == 1
    *problems, verdict = capsys.readouterr().out.replace(str(path), "bad").splitlines()
    where = "schema[0].properties"
    begins = [
        "bad:1: apiVersion: 'v2.2.2' is not supported",
        "bad:4: version: must be a text, is 1.0 (quote it?)",
        "bad:7: schema[0].slaProperties: is outside the supported subset",
        f"bad:10: {where}[0].logicalType: 'strng' is outside the supported subset",
        f"bad:13: {where}[1].requried: is outside the supported subset here; did you mean required?",
        f"bad:15: {where}[1].logicalTypeOptions.minimum: must be a number",
        f"bad:16: {where}[1].logicalTypeOptions.multipleOf: is outside",
        f"bad:17: {where}[1].enum[0]: must be a mapping",
    ]
    assert len(problems) == len(begins)
    for problem, begin in zip(problems, begins, strict=True):
        assert problem.startswith(begin)
    assert verdict == "bad can't be used: 8 problems."


def test_what_is_valid_but_not_checked_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Once for each keyword, with its first place; it is no problem."""
    text = (REPOSITORY / "seeds/contracts/support_ticket.yaml").read_text()
    path = tmp_path / "noted.yaml"
    path.write_text(
        text.replace("- name: status\n", "- name: status\n        classification: public\n")
        .replace("- name: tags\n", "- name: tags\n        classification: public\n")
        .replace("status: active", "slaProperties: []\nstatus: active")
        + "      - {name: extra, logicalType: object}\n"
    )
    assert run("lint", str(path)) == 0
    assert capsys.readouterr().out.replace(str(path), "noted").splitlines()[1:] == [
        "noted:7: not checked: slaProperties (slaProperties)",
        "noted:29: not checked: classification (2 places, first schema[0].properties[2].classification)",
        "noted:94: not checked: what an object without properties holds (schema[0].properties[13])",
    ]


def test_another_contract_of_the_same_pipe_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the one of them that counts; the contract can be used all the same."""
    shipped = REPOSITORY / "seeds/contracts/invoice.yaml"
    path = tmp_path / "contracts" / "my_invoices.yaml"
    path.parent.mkdir()
    path.write_text(shipped.read_text())
    assert run("lint", str(path), found=Settings(data_dir=tmp_path)) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"{path}: pipe_id mulesoft_invoices is named by {shipped} and {path}: {shipped} counts, the first of them"
    )
    assert run("lint", str(shipped), found=Settings(data_dir=tmp_path / "other")) == 0
    assert "mulesoft_invoices" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["lint", "/nowhere/at/all.yaml"],
        ["lint", "/"],
        ["test", "/nowhere/at/all.yaml", LINES],
        ["test", TICKETS, "/nowhere/at/all.ndjson"],
        ["test", TICKETS, "/"],
        ["test", LINES, LINES],
        ["test", TICKETS, LINES, "--examples", "-1"],
        ["test", TICKETS, LINES, "--max-line-bytes", "0"],
        [],
    ],
)
def test_wrong_call_has_exit_code_2(words: list[str]) -> None:
    """A file that can't be read, a contract that is none, options that make no sense: one line, not a traceback."""
    with pytest.raises(InvalidInput) as refused:
        run(*words)
    assert exit_code(refused.value) == 2
    assert "\n" not in refused.value.message


def test_lines_are_counted_as_the_sidecar_would_take_them(capsys: pytest.CaptureFixture[str]) -> None:
    """The example's numbers, with every reason and every faulty path."""
    assert run("test", TICKETS, LINES, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert {name: told[name] for name in ("clean", "drifted", "toxic", "keepalives", "unfinished_bytes")} == {
        "clean": 45,
        "drifted": 10,
        "toxic": 4,
        "keepalives": 1,
        "unfinished_bytes": 0,
    }
    assert {(each["verdict"], each["reason"]): each["lines"] for each in told["reasons"]} == {
        ("drifted", "repair_disabled"): 6,
        ("drifted", "pattern"): 1,
        ("drifted", "range"): 1,
        ("drifted", "length"): 1,
        ("drifted", "no_id"): 1,
        ("toxic", "malformed"): 1,
        ("toxic", "not_object"): 1,
        ("toxic", "encoding"): 1,
        ("toxic", "duplicate_key"): 1,
    }
    assert {(each["path"], each["kind"]): each["lines"] for each in told["paths"]} == {
        ("$.priority", "missing"): 1,
        ("$.comments[].body", "missing"): 1,
        ("$.comments[].channel", "enum"): 1,
        ("$.status", "enum"): 1,
        ("$.requester.email", "pattern"): 1,
        ("$.requester", "type"): 1,
        ("$.tags[]", "type"): 1,
        ("$.tags", "length"): 1,
        ("$.satisfaction", "range"): 1,
        ("$.created_at", "type"): 1,
        ("$.ticket_id", "missing"): 1,
    }
    shown = {name: [each["line"] for each in told["examples"] if each["verdict"] == name] for name in told}
    assert (shown["clean"], shown["drifted"], shown["toxic"]) == ([1, 2, 3], [4, 9, 13], [7, 24, 42])


def test_true_tickets_are_clean(capsys: pytest.CaptureFixture[str]) -> None:
    """What the example is repaired from satisfies the contract; without examples the answer is one line."""
    assert run("test", TICKETS, TRUE_LINES, "--examples", "0") == 0
    assert capsys.readouterr().out == "support_ticket 1.0.0: 10 records: 10 Clean, 0 Drifted, 0 Toxic\n"


def test_examples_name_the_line_and_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    """As a person reads it."""
    assert run("test", TICKETS, LINES, "--examples", "2") == 1
    out = capsys.readouterr().out
    assert out.startswith("support_ticket 1.0.0: 59 records: 45 Clean, 10 Drifted, 4 Toxic, 1 blank (keep-alives)\n")
    assert "  drifted  repair_disabled      6\n" in out
    assert "  $.comments[].channel  enum         1\n" in out
    assert "line 9: drifted, repair_disabled: $.comments[0].body: missing\n" in out
    assert '  $.comments[1].channel: enum, expected string, one of email, chat, phone, web, found "fax"\n' in out
    assert "line 13:" not in out


def test_secrets_and_control_characters_of_a_line_are_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line is data of somebody else's: it can't move the cursor, and keys in it stay hidden."""
    path = tmp_path / "odd.ndjson"
    path.write_bytes(b'{"x": "\x1b[2J http://u:sesame@h/ Authorization: Bearer sesame-open \xff"}\n')
    for more in ([], ["--json"]):
        assert run("test", TICKETS, str(path), *more) == 1
        out = capsys.readouterr().out
        assert "\x1b" not in out
        assert "sesame" not in out
        assert "x1b[2J" in out


@pytest.mark.parametrize(
    ("data", "clean", "unfinished", "code"),
    [
        (b"", 0, False, 1),
        (b"\n\r\n\n", 0, False, 1),
        (b"GOOD\n", 1, False, 0),
        (b"GOOD\r\n\r\nGOOD\n", 2, False, 0),
        (b"GOOD\nGOOD", 1, True, 1),
    ],
)
def test_ends_and_blanks_are_as_the_sidecar_has_them(
    data: bytes, clean: int, unfinished: bool, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line ends with its newline; nothing at all is no proof of anything."""
    good = Path(TRUE_LINES).read_bytes().split(b"\n")[0]
    path = tmp_path / "some.ndjson"
    path.write_bytes(data.replace(b"GOOD", good))
    assert run("test", TICKETS, str(path), "--json") == code
    told = json.loads(capsys.readouterr().out)
    assert (told["clean"], told["unfinished_bytes"]) == (clean, len(good) if unfinished else 0)


def test_line_past_the_limit_is_toxic_and_the_next_one_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As with `max_line_bytes` of a connector's policy."""
    good = Path(TRUE_LINES).read_bytes().split(b"\n")[0]
    path = tmp_path / "long.ndjson"
    path.write_bytes(good[:-1] + b" " * 3_000_000 + b"}\n" + good + b"\n")
    assert run("test", TICKETS, str(path), "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["clean"], told["toxic"], told["reasons"][0]["reason"]) == (1, 1, "too_long")
    assert run("test", TICKETS, str(path), "--max-line-bytes", "4000000") == 0


def test_output_fits_a_terminal_that_knows_ascii_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other characters stand as escapes."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", out)
    assert run("test", TICKETS, LINES) == 1
    out.seek(0)
    assert "\\u201cZ\\xfcrich\\u201d" in out.read()
