"""Periods: a year, half, quarter, month, week, day or any days from one to another, both included."""

import calendar
import re
from datetime import date, timedelta
from typing import Any, NamedTuple

from dateutil import parser as dates
from dateutil.relativedelta import relativedelta

GRAINS = ("year", "quarter", "month", "day")  # as DCL groups them, the coarsest first
_MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})[- ]?Q([1-4])|Q([1-4])[- ]?(\d{4})", re.I)
_YEAR = re.compile(r"(?:FY ?)?((?:19|20)\d{2})", re.I)
_NAMED = re.compile(r"(?:\d{1,2} )?[A-Za-z]{3,9}\.?,? (?:\d{1,2},? )?\d{4}")


class Period(NamedTuple):
    """`grain` is year, half, quarter, month, week, day, or range."""

    first: date
    last: date
    grain: str

    def __contains__(self, other: object) -> bool:
        return isinstance(other, Period) and self.first <= other.first and other.last <= self.last

    def overlaps(self, other: "Period") -> bool:
        return self.first <= other.last and other.first <= self.last

    def label(self) -> str:
        """`2024`, `2024-H1`, `2024-Q3`, `2024-03`, a day, or two days."""
        year, month = self.first.year, self.first.month
        match self.grain:
            case "year":
                return str(year)
            case "half":
                return f"{year}-H{(month + 5) // 6}"
            case "quarter":
                return f"{year}-Q{(month + 2) // 3}"
            case "month":
                return f"{year}-{month:02d}"
            case "day":
                return self.first.isoformat()
        return f"{self.first.isoformat()} to {self.last.isoformat()}"


def containing(day: date, grain: str) -> Period:
    """The period of this grain that a day lies in."""
    if grain == "day":
        return Period(day, day, "day")
    if grain == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6), "week")
    months = _MONTHS[grain]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(first, first + relativedelta(months=months) - timedelta(days=1), grain)


def year(number: int) -> Period:
    return containing(date(number, 1, 1), "year")


def quarter(of_year: int, number: int) -> Period:
    return containing(date(of_year, number * 3, 1), "quarter")


def half(of_year: int, number: int) -> Period:
    return containing(date(of_year, number * 6, 1), "half")


def month(of_year: int, number: int) -> Period:
    return containing(date(of_year, number, 1), "month")


def day(of_year: int, of_month: int, number: int) -> Period | None:
    """None where that month has no such day."""
    if not 1 <= number <= calendar.monthrange(of_year, of_month)[1]:
        return None
    return containing(date(of_year, of_month, number), "day")


def together(first: Period, last: Period) -> Period:
    """From the beginning of one to the end of the other."""
    if first == last:
        return first
    return spanning(min(first.first, last.first), max(first.last, last.last))


def spanning(first: date, last: date) -> Period:
    """From one day to another, as the year, half, quarter or month that it is."""
    for grain in ("year", "half", "quarter", "month"):
        whole = containing(first, grain)
        if (whole.first, whole.last) == (first, last):
            return whole
    return Period(first, last, "range")


def shifted(period: Period, by: int) -> Period:
    """The period `by` of its own lengths later."""
    if period.grain in _MONTHS:
        return containing(period.first + relativedelta(months=by * _MONTHS[period.grain]), period.grain)
    days = (period.last - period.first).days + 1
    return Period(period.first + timedelta(days=by * days), period.last + timedelta(days=by * days), period.grain)


def year_before(period: Period) -> Period:
    """The same period a year earlier."""
    if period.grain in _MONTHS:
        return containing(period.first - relativedelta(years=1), period.grain)
    return Period(period.first - relativedelta(years=1), period.last - relativedelta(years=1), period.grain)


def pieces(period: Period, grain: str) -> list[Period]:
    """The periods of this grain that begin in it."""
    found: list[Period] = []
    each = containing(period.first, grain)
    while each.first <= period.last and len(found) < 4_000:
        if each.first >= period.first:
            found.append(each)
        each = containing(each.last + timedelta(days=1), grain)
    return found


def of_value(value: Any) -> Period | None:
    """The period that a value of a field spells; None where it spells none for certain."""
    if isinstance(value, int) and not isinstance(value, bool):
        return year(value) if 1900 <= value <= 2099 else None
    if not isinstance(value, str) or not 4 <= len(value) <= 40:
        return None
    if _ISO_DAY.fullmatch(value):
        return _day(value[:10])
    if found := _MONTH.fullmatch(value):
        return month(int(found[1]), int(found[2]))
    if found := _QUARTER.fullmatch(value):
        return quarter(int(found[1] or found[4]), int(found[2] or found[3]))
    if found := _YEAR.fullmatch(value):
        return year(int(found[1]))
    return _named(value) if _NAMED.fullmatch(value) else None


def _day(text: str) -> Period | None:
    try:
        return containing(date.fromisoformat(text), "day")
    except ValueError:
        return None


def _named(text: str) -> Period | None:
    """`Mar 2024`, `5 March 2024`, `March 5, 2024`."""
    try:
        one, other = (dates.parse(text, default=_default(at)) for at in (1, 2))
    except (ValueError, OverflowError):
        return None
    if one.day == other.day:
        return containing(one.date(), "day")
    return containing(one.date(), "month")


def _default(day_of_month: int) -> Any:
    """Two different ones show whether the text said the day."""
    return dates.parse(f"2000-01-{day_of_month:02d}")
