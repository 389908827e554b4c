"""The verb's own promises: bytes are shown safely, options stand before or behind a verb."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.cli import _parser
from aos.cli.quarantine import escaped, list_lines


@given(st.binary(max_size=300))
def test_bytes_are_shown_on_one_line_without_control_characters(data: bytes) -> None:
    """Nothing that a line holds can move the cursor, forge a line or break the terminal's encoding."""
    shown = escaped(data)
    assert len(shown.splitlines()) <= 1
    assert not any(ord(sign) < 32 and sign != "\t" for sign in shown)
    shown.encode()


@pytest.mark.parametrize(
    ("data", "shown"),
    [(b'{"a":"\xff\x1b[2J"}', '{"a":"\\xff\\x1b[2J"}'), ("ü€".encode(), "ü€"), (b"a\nb", "a\\x0ab"), (b"", "")],
)
def test_text_is_readable_and_the_rest_escaped(data: bytes, shown: str) -> None:
    """UTF-8 as it is, other bytes as \\x."""
    assert escaped(data) == shown


@pytest.mark.parametrize(
    "line",
    [
        "--port 7 quarantine list",
        "quarantine --port 7 list",
        "quarantine list --port 7",
        "--port 7 quarantine",
        "--port 7 ledger",
        "stream --port 7",
    ],
)
def test_shared_options_hold_wherever_they_stand(line: str) -> None:
    """A verb does not undo what was said before it."""
    assert _parser().parse_args(line.split()).port == "7"


def test_without_a_verb_of_its_own_it_lists() -> None:
    """Held lines, as `list` does."""
    options, listed = _parser().parse_args(["quarantine"]), _parser().parse_args(["quarantine", "list"])
    assert options.verb is list_lines
    assert vars(options) == vars(listed)
