"""What a phrase of time means once the reference date is known."""

from datetime import date, timedelta
from typing import NamedTuple

from aos.nlq import periods
from aos.nlq.periods import Period

ALWAYS_FROM, ALWAYS_TO = date(1, 1, 1), date(9999, 12, 31)


class When(NamedTuple):
    """`kind`: `is` (a known `period`), `bare` (the `number`th `grain` of a year that `of` says, or nobody), `this` and
    `last` (`number` of `grain`), `ago`, `next`, `to_date` (since the `grain` began), `range` (from `of` to `until`),
    `all`. `bound`: `in`, or `from`, `after`, `before`, `until` where only one end is said."""

    kind: str
    grain: str = ""
    number: int = 1
    period: Period | None = None
    of: "When | None" = None
    until: "When | None" = None
    bound: str = "in"

    def year_is_open(self) -> bool:
        """Whether nobody said which year's quarter or month it is."""
        if self.kind == "range":
            return bool(self.of and self.of.year_is_open()) or bool(self.until and self.until.year_is_open())
        return self.kind == "bare" and self.of is None


class NotYet(Exception):
    """A time that is to come."""


def resolved(when: When, reference: date) -> Period:
    """The period that is meant. `NotYet` for what begins behind the reference date."""
    meant = _meant(when, reference)
    match when.bound:
        case "from":
            return Period(meant.first, ALWAYS_TO, "range")
        case "after":
            return Period(meant.last + timedelta(days=1), ALWAYS_TO, "range")
        case "before":
            return Period(ALWAYS_FROM, meant.first - timedelta(days=1), "range")
        case "until":
            return Period(ALWAYS_FROM, meant.last, "range")
    return meant


def reference_of(newest: Period, explicit: date | None) -> date:
    """The explicit one, else the end of the newest period of the data. Days count as a whole month once the data reach
    its last week: nobody has a row for every day."""
    if explicit is not None:
        return explicit
    end = periods.containing(newest.last, "month").last
    return end if (end - newest.last).days < 7 else newest.last


def _meant(when: When, reference: date) -> Period:
    match when.kind:
        case "is":
            assert when.period is not None
            return when.period
        case "this":
            return periods.containing(reference, when.grain)
        case "last":
            return _last(when, reference)
        case "ago":
            return periods.shifted(periods.containing(reference, when.grain), -when.number)
        case "next":
            raise NotYet(f"the next {when.grain}")
        case "to_date":
            return Period(periods.containing(reference, when.grain).first, reference, "range")
        case "bare":
            return _bare(when, reference)
        case "range":
            assert when.of is not None
            assert when.until is not None
            return _between(when.of, when.until, reference)
    return Period(ALWAYS_FROM, ALWAYS_TO, "range")


def _last(when: When, reference: date) -> Period:
    """The newest that are over: on its last day a period counts as over. Days end with the reference date."""
    if when.grain == "day":
        return Period(reference - timedelta(days=when.number - 1), reference, "day" if when.number == 1 else "range")
    newest = periods.containing(reference, when.grain)
    if newest.last > reference:
        newest = periods.shifted(newest, -1)
    return periods.together(periods.shifted(newest, 1 - when.number), newest)


def _bare(when: When, reference: date) -> Period:
    """The `number`th of its year; without a year the newest that has begun."""
    if when.of is not None:
        return _numbered(when, _meant(when.of, reference).first.year)
    found = _numbered(when, reference.year)
    return found if found.first <= reference else _numbered(when, reference.year - 1)


def _numbered(when: When, year: int) -> Period:
    make = {"quarter": periods.quarter, "half": periods.half, "month": periods.month}[when.grain]
    return make(year, when.number)


def _between(one: When, other: When, reference: date) -> Period:
    """A first end without a year is of the last end's year, or of the year before where it would come later."""
    last = _meant(other, reference)
    if one.kind == "bare" and one.of is None:
        first = _numbered(one, last.first.year)
        if first.first > last.last:
            first = _numbered(one, last.first.year - 1)
    elif one.kind == "is" and one.period is not None:
        first = one.period
    else:
        first = _meant(one, reference)
    return Period(first.first, last.last, "range") if first != last else first
