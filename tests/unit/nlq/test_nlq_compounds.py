"""Compounds written together or apart."""

import pytest

from aos.nlq.compounds import recut
from aos.nlq.text import tokens

KNOWN = {"headcount", "cash", "flow", "region", "net", "work"}


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("head count by region", ["headcount", "by", "region"]),
        ("head-count", ["headcount"]),
        ("cashflow in 2024", ["cash", "flow", "in", "2024"]),
        ("cash flow", ["cash", "flow"]),
        ("head, count", ["head", "count"]),
        ("network", ["network"]),
        ("the count", ["the", "count"]),
    ],
)
def test_compounds_are_cut_as_the_data_have_them(said: str, read: list[str]) -> None:
    """Joined where one half is unknown and the whole is known; parted where a name has both halves side by side."""
    assert [token.low for token in recut(tokens(said), KNOWN.__contains__, [("free", "cash", "flow")])] == read


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("returned within 30 days", ["returned", "within", "30d"]),
        ("within 30 hours", ["within", "30", "hours"]),
        ("over 30 days", ["over", "30", "days"]),
    ],
)
def test_a_span_of_time_is_written_as_a_name_has_it(said: str, read: list[str]) -> None:
    """Only behind the word that stands before it in the name."""
    names = [("returned", "within", "30d")]
    assert [token.low for token in recut(tokens(said), KNOWN.__contains__, names)] == read


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("top 5 by total bill sum", ["top", "5", "by", "bill", "total", "sum"]),
        ("total bill, sum", ["total", "bill", "sum"]),
        ("total crate sum", ["total", "crate", "sum"]),
        ("total bill rate", ["total", "bill", "rate"]),
    ],
)
def test_a_row_s_word_inside_of_a_name_goes_before_it(said: str, read: list[str]) -> None:
    """Only where a name has the words on both sides of it, and nothing parts them."""
    names = [("total", "sum"), ("bill", "rate")]
    assert [token.low for token in recut(tokens(said), lambda _: True, names, {"bill"})] == read
