"""Units of time, and amounts that say how often."""

import pytest

from aos.nlq.durations import converted, own_unit, unit_said
from aos.nlq.fieldnames import unit_words
from aos.nlq.fields import Field, Look
from aos.nlq.numbers import Amount, amount_at
from aos.nlq.text import tokens, words


def _field(name: str, unit: str | None = None, description: str = "") -> Field:
    return Field(name, words(name), "number", unit, None, None, None, description, Look(), words(name))


@pytest.mark.parametrize(
    ("field", "unit"),
    [
        (_field("resolution", "hours"), "hour"),
        (_field("resolution", "h"), "hour"),
        (_field("lead_days"), "day"),
        (_field("days_to_pay"), "day"),
        (_field("wait", None, "Minutes until somebody answers"), "minute"),
        (_field("wait", None, "How long it takes, in whole days"), "day"),
        (_field("wait"), ""),
        (_field("temp_min"), ""),
        (_field("day_rate", "EUR"), ""),
        (_field("calls_per_hour"), ""),
        (_field("wait_hours", "EUR/hour"), ""),
    ],
)
def test_a_figure_is_in_the_unit_that_contract_name_or_description_say(field: Field, unit: str) -> None:
    """And in none where they say none, or another thing."""
    assert own_unit(field) == unit


@pytest.mark.parametrize(
    ("value", "said", "own", "made"),
    [
        (2, "day", "hour", 48),
        (1.5, "day", "hour", 36),
        (0.1, "hour", "minute", 6),
        (48, "hour", "day", 2),
        (2, "week", "day", 14),
        (30, "minute", "hour", None),
        (2, "month", "day", None),
        (2, "year", "month", None),
    ],
)
def test_whole_numbers_of_another_unit_are_converted_and_no_others(
    value: float, said: str, own: str, made: int | None
) -> None:
    """A month is no number of days, and what was rounded to hours says nothing of minutes."""
    assert converted(value, said, own) == made


@pytest.mark.parametrize(("word", "unit"), [("days", "day"), ("hrs", "hour"), ("mins", "minute"), ("time", "")])
def test_a_unit_is_known_by_its_short_forms(word: str, unit: str) -> None:
    """A word for any time is none."""
    assert unit_said(word) == unit


@pytest.mark.parametrize(
    ("field", "unit"),
    [
        (_field("weight_kg"), ("kg",)),
        (_field("weight_kg", "lb"), ("lb",)),
        (_field("transit_days"), ("day",)),
        (_field("peak_hour"), ()),
        (_field("temp_min"), ()),
        (_field("sales_us"), ()),
        (_field("price_eur"), ()),
        (_field("km"), ()),
        (_field("intensity_g_per_kwh"), ()),
    ],
)
def test_the_last_word_of_a_name_is_a_unit_where_it_can_be_nothing_else(field: Field, unit: tuple[str, ...]) -> None:
    """A contract goes before it."""
    assert unit_words(field) == unit


@pytest.mark.parametrize(
    ("said", "at", "amount"),
    [
        ("more than once", 2, Amount(1, often=True)),
        ("at least twice", 2, Amount(2, often=True)),
        ("reopened twice", 1, Amount(2, often=True)),
        ("three times", 0, Amount(3, often=True)),
        ("3 times as many", 0, Amount(3)),
        ("twice as many", 0, None),
        ("once paid", 0, None),
        ("more than an hour", 2, Amount(1)),
        ("under half a day", 1, Amount(0.5)),
        ("per hour", 1, None),
        ("a day", 0, None),
        ("half a day", 0, None),
    ],
)
def test_amounts_say_how_often_or_one_of_a_unit(said: str, at: int, amount: Amount | None) -> None:
    """`once` by itself, and what compares, is no amount."""
    found = amount_at(tokens(said), at)
    assert (found and found[0]) == amount
