"""Times as business people write them, counted from the last day of 2025 or from a day in the middle of a year."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aos.nlq.dates import when_at
from aos.nlq.text import clean, tokens
from aos.nlq.when import NoSuchTime, NotYet, When, resolved
from tests.unit.nlq.times_said import ALL, NO_TIME, ODD, POINTS

END, AUGUST = date(2025, 12, 31), date(2025, 8, 14)


def read(phrase: str) -> When:
    """The whole phrase is one piece."""
    cut = tokens(clean(phrase))
    found = when_at(cut, 0)
    assert found is not None, phrase
    assert found[1] == len(cut), (phrase, found)
    return found[0]


@pytest.mark.parametrize(("phrase", "label"), ALL.items(), ids=list(ALL))
def test_a_time_as_people_write_it(phrase: str, label: str) -> None:
    """Counted from the last day of 2025."""
    assert resolved(read(phrase), END).label() == label


@pytest.mark.parametrize(("phrase", "meant"), POINTS.items(), ids=list(POINTS))
def test_a_point_in_time(phrase: str, meant: tuple[str, str, str]) -> None:
    """Its bound, which end of the period it is, and the period."""
    when = read(phrase)
    assert (when.bound, when.edge, resolved(when, END).label()) == meant


@pytest.mark.parametrize("phrase", ODD)
def test_a_time_that_is_no_certain_days(phrase: str) -> None:
    """It is read as a whole, and says why it can't be answered."""
    when = read(phrase)
    assert when.kind == "odd"
    assert when.why


@pytest.mark.parametrize("phrase", NO_TIME)
def test_no_time(phrase: str) -> None:
    """A bound without a time, a period that there is not, a word with another meaning."""
    cut = tokens(clean(phrase))
    found = when_at(cut, 0)
    assert found is None or found[1] < len(cut)


@pytest.mark.parametrize("phrase", ["right now", "at present", "as of today", "as it stands today", "at the moment"])
def test_now(phrase: str) -> None:
    """No period: what there is."""
    assert read(phrase).kind == "now"


@pytest.mark.parametrize(
    ("phrase", "grain"),
    [
        ("the same quarter last year", "quarter"), ("same month of the previous year", "month"),
        ("same period a year ago", ""),
    ],
)  # fmt: skip
def test_the_same_a_year_before(phrase: str, grain: str) -> None:
    """It takes its meaning from another time."""
    when = read(phrase)
    assert (when.kind, when.grain) == ("same", grain)


@pytest.mark.parametrize(
    ("phrase", "label"),
    {
        "last quarter": "2025-Q2",
        "last year": "2024",
        "the year before last": "2023",
        "the past year": "2024-08-01 to 2025-07-31",
        "year-end": "2024",
        "end of the year": "2025",
        "year to date": "2025-01-01 to 2025-08-14",
        "Q3": "2025-Q3",
        "Q4": "2024-Q4",
        "September": "2024-09",
        "March 15": "2025-03-15",
        "15 September": "2024-09-15",
        "last 30 days": "2025-07-16 to 2025-08-14",
        "a year ago": "2024",
        "November to February": "2024-11-01 to 2025-02-28",
        "the first half": "2025-H1",
    }.items(),
)
def test_a_time_in_the_middle_of_a_year(phrase: str, label: str) -> None:
    """Counted from a day in August: what is over, and the newest that has begun."""
    assert resolved(read(phrase), AUGUST).label() == label


def test_a_short_number_behind_a_month_may_be_its_day_or_the_year() -> None:
    """`Mar 24` is both; `on` before it makes it a day, `in` a month."""
    assert read("Mar 24").kind == "or"
    for words, label in (("on Mar 24", "2025-03-24"), ("in Mar 24", "2024-03")):
        found = when_at(tokens(words), 1)
        assert found is not None
        assert resolved(found[0], END).label() == label


@pytest.mark.parametrize("phrase", ["29 February 2023", "first 13 months of 2024", "the last 5 quarters of 2024"])
def test_what_a_period_has_not(phrase: str) -> None:
    """It is said, and nothing near it is taken."""
    cut = tokens(phrase)
    found = when_at(cut, 0)
    if found is not None and found[1] == len(cut):
        with pytest.raises(NoSuchTime):
            resolved(found[0], END)


@pytest.mark.parametrize("phrase", ["next quarter", "the coming year", "next March", "tomorrow"])
def test_what_is_to_come(phrase: str) -> None:
    """No data can have it."""
    with pytest.raises(NotYet):
        resolved(read(phrase), END)


@pytest.mark.parametrize(
    ("phrase", "label"),
    {
        "end of Mar 24": "2024-03",
        "12 months to Mar 24": "2023-04-01 to 2024-03-31",
        "Mar 24 to June 2024": "2024-03-01 to 2024-06-30",
        "Mar 24 to 28 March 2025": "2025-03-24 to 2025-03-28",
    }.items(),
)
def test_a_short_number_where_the_rest_tells(phrase: str, label: str) -> None:
    """The end of a day is no time, and both ends of a range are of one kind."""
    assert resolved(read(phrase), END).label() == label


def test_two_short_numbers_are_not_guessed() -> None:
    """`Mar 24 to Jun 24` is a few months of 2024 or a few months of days."""
    assert read("Mar 24 to Jun 24").kind == "odd"


WORDS = [
    "2023", "2024", "'24", "24", "15", "3", "31", "q1", "q3", "h2", "2q24", "2024-03-15", "03/05/2024",
    "15.03.2024", "fy24", "march", "mar", "feb", "june", "may", "year", "quarter", "quarters", "months", "week",
    "day", "half", "first", "last", "final", "past", "this", "next", "same", "two", "couple", "few", "end", "start",
    "beginning", "close", "of", "the", "in", "on", "by", "to", "through", "-", "and", "from", "between", "since",
    "after", "before", "until", "as", "at", "ago", "earlier", "date", "so", "far", "ytd", "when", "closed", "ended",
    "ending", "full", "all", "over", "course", "throughout", "year-end", "now", "today", "early", "mid", "monday",
    "christmas", "summer", "fall", "onwards", "later", "post-2023", "ordinary",
]  # fmt: skip


@settings(max_examples=400)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7))
def test_whatever_is_read_is_days_in_order_or_says_why_not(words: list[str]) -> None:
    """No order of the words of time breaks the reader, and no period ends before it begins."""
    cut = tokens(clean(" ".join(words)))
    for at in range(len(cut)):
        found = when_at(cut, at)
        if found is None:
            continue
        assert at < found[1] <= len(cut)
        if found[0].kind in ("odd", "now", "same", "or"):
            continue
        try:
            meant = resolved(found[0], END)
        except (NotYet, NoSuchTime):
            continue
        assert meant.first <= meant.last
