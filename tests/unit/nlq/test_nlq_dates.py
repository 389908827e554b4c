"""The phrases that mean a time."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.nlq import periods
from aos.nlq.dates import when_at
from aos.nlq.text import clean, tokens
from aos.nlq.when import NotYet, reference_of, resolved

END = date(2025, 12, 31)
PHRASES = {
    "2024": "2024",
    "Q3 2024": "2024-Q3",
    "2024 Q3": "2024-Q3",
    "2024-Q3": "2024-Q3",
    "third quarter of 2023": "2023-Q3",
    "Q3": "2025-Q3",
    "Q3 last year": "2025-Q3",
    "last quarter": "2025-Q4",
    "this quarter": "2025-Q4",
    "last quarter of 2024": "2024-Q4",
    "last 4 quarters": "2025",
    "past three months": "2025-Q4",
    "last month": "2025-12",
    "two quarters ago": "2025-Q2",
    "3 years ago": "2022",
    "last year": "2025",
    "FY24": "2024",
    "fiscal year 2024": "2024",
    "first half of 2024": "2024-H1",
    "H2 2023": "2023-H2",
    "March 2024": "2024-03",
    "5 March 2024": "2024-03-05",
    "March 5, 2024": "2024-03-05",
    "3/25/2024": "2024-03-25",
    "end of 2024": "2024",
    "year end 2024": "2024",
    "Q1-Q3 2024": "2024-01-01 to 2024-09-30",
    "between Q1 and Q3 2024": "2024-01-01 to 2024-09-30",
    "from Jan 2024 through Mar 2024": "2024-01-01 to 2024-03-31",
    "January to June 2025": "2025-01-01 to 2025-06-30",
    "November to February 2024": "2023-11-01 to 2024-02-29",
    "ytd": "2025-01-01 to 2025-12-31",
    "since January 2024": "2024-01-01 to 9999-12-31",
    "after June 30, 2025": "2025-07-01 to 9999-12-31",
    "before 2024-02-01": "0001-01-01 to 2024-01-31",
    "until 2024": "0001-01-01 to 2024-12-31",
}


@pytest.mark.parametrize(("phrase", "label"), PHRASES.items(), ids=list(PHRASES))
def test_a_phrase_of_time_means_this(phrase: str, label: str) -> None:
    """Counted from the last day of 2025; the whole phrase is one piece."""
    cut = tokens(clean(phrase))
    found = when_at(cut, 0)
    assert found is not None
    when, end = found
    assert end == len(cut)
    assert resolved(when, END).label() == label


@pytest.mark.parametrize("phrase", ["Q5 2024", "30 February 2024", "may", "yesterweek", "1850"])
def test_what_is_no_certain_time_is_none(phrase: str) -> None:
    """A quarter that there is none of, a verb that is also a month."""
    found = when_at(tokens(phrase), 0)
    assert found is None or found[1] < len(tokens(phrase))


def test_the_next_quarter_has_no_data() -> None:
    """It is said, and not taken for the last one."""
    found = when_at(tokens("next quarter"), 0)
    assert found is not None
    with pytest.raises(NotYet):
        resolved(found[0], END)


@pytest.mark.parametrize(
    ("newest", "explicit", "reference"),
    [
        ("2025-Q3", None, "2025-09-30"),
        ("2025-12-26", None, "2025-12-31"),
        ("2025-08-14", None, "2025-08-14"),
        ("2025-Q3", "2026-02-01", "2026-02-01"),
    ],
)
def test_the_reference_date_is_the_end_of_the_data(newest: str, explicit: str | None, reference: str) -> None:
    """Days count as a whole month in its last week; an explicit one goes before."""
    period = periods.of_value(newest)
    assert period is not None
    found = reference_of(period, date.fromisoformat(explicit) if explicit else None)
    assert found.isoformat() == reference


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("2024", "2024"), (2024, "2024"), ("2024-Q3", "2024-Q3"), ("Q3 2024", "2024-Q3"), ("2024Q3", "2024-Q3"),
        ("2024-03", "2024-03"), ("Mar 2024", "2024-03"), ("2024-03-05T10:00:00Z", "2024-03-05"),
        ("5 March 2024", "2024-03-05"),
    ],
)  # fmt: skip
def test_values_that_spell_a_period(value: object, label: str) -> None:
    """As pipes have them."""
    found = periods.of_value(value)
    assert found is not None
    assert found.label() == label


@pytest.mark.parametrize("value", ["2024-13", "2024-02-30", "soon", "12345", 12, 2.5, None, True, "Q5 2024", "May be"])
def test_values_that_spell_none(value: object) -> None:
    """A field with such a value is no date."""
    assert periods.of_value(value) is None


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(["year", "half", "quarter", "month", "week", "day"])
)
def test_periods_lie_side_by_side(day: date, grain: str) -> None:
    """Every day is in one period of each grain; the one behind begins where it ends."""
    period = periods.containing(day, grain)
    assert period.first <= day <= period.last
    behind = periods.shifted(period, 1)
    assert (behind.first - period.last).days == 1
    assert periods.shifted(behind, -1) == period


@given(st.text(alphabet="q1234 20-/hlasttofyearmonthbetwandfrom", max_size=30))
def test_no_phrase_breaks_the_reader(text: str) -> None:
    """Whatever stands there is read or not."""
    cut = tokens(clean(text))
    for at in range(len(cut)):
        found = when_at(cut, at)
        assert found is None or at < found[1] <= len(cut)
