"""`verify`: numbers that can't be meant are refused before anything is asked."""

import pytest

from aos.cli import _parser, exit_code
from aos.core.errors import InvalidInput
from aos.core.settings import Settings


@pytest.mark.parametrize(
    ("option", "value"),
    [*(("--wait", text) for text in ("-5", "0", "nan", "inf", "-inf", "1e9")), ("--rows", "0"), ("--rows", "-1")],
)
def test_a_number_that_can_not_be_meant_is_refused(option: str, value: str) -> None:
    """Exit code 2, and the line names the option."""
    options = _parser().parse_args(["verify", f"{option}={value}"])
    with pytest.raises(InvalidInput, match=option) as refused:
        options.verb(Settings(), options)
    assert exit_code(refused.value) == 2
