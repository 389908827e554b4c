"""Numbers are compared to their last digit, and equal numbers are equal however they are spelled."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.farm.recon.hashes import exact, read, row_hash

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False) | st.floats(allow_nan=False, allow_infinity=False).map(
    lambda number: Decimal(repr(number))
)


def pointed(number: Decimal) -> str:
    """As JSON writes a number that is no integer."""
    text = str(number)
    return text if "." in text or "E" in text else text + ".0"


@given(number=NUMBERS, zeros=st.integers(0, 30))
def test_equal_numbers_are_equal_and_no_digit_is_lost(number: Decimal, zeros: int) -> None:
    """`1.10` is `1.1`, and what `exact` gives is the very number."""
    text = pointed(number)
    mantissa, mark, exponent = text.partition("E")
    padded = (mantissa if "." in mantissa else mantissa + ".") + "0" * zeros + mark + exponent
    padded = padded if not padded.endswith(".") and ".E" not in padded else text
    found = exact(text)
    assert (Decimal(repr(found)) if isinstance(found, float) else found) == number
    assert row_hash({"a": read(padded.encode())}) == row_hash({"a": read(text.encode())})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0.12345678901234567890", "0.12345678901234567891"),
        ("1e400", "1e401"),
        ("1e-400", "0.0"),
        ("1.0000000000000000001", "1.0"),
        ("123456789012345678901234567890", "123456789012345678901234567891"),
    ],
)
def test_neighbours_that_floats_take_for_one_are_two(one: str, other: str) -> None:
    """Also past what a float reaches."""
    assert row_hash(read(one.encode())) != row_hash(read(other.encode()))


def test_a_number_past_all_reckoning_is_an_error() -> None:
    """And not some other number."""
    with pytest.raises(ValueError, match="past all reckoning"):
        read(b"[1e99999999999999999999]")
