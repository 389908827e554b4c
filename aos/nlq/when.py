"""What a phrase of time means once the reference date is known."""

from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from aos.nlq import periods
from aos.nlq.periods import Period

ALWAYS_FROM, ALWAYS_TO = date(1, 1, 1), date(9999, 12, 31)


class When(NamedTuple):
    """`kind`: `is` (a known `period`), `bare` (the `number`th `grain` of a year that `of` says, or nobody; of a day
    315 is 15 March), `this` and `last` (`number` of `grain`), `before_last`, `ago`, `next`, `to_date` (since the
    `grain` began, until `of` where it is said), `first` and `final` (`number` of `grain` of `of`), `ending` (so many
    that end with `of`), `range` (from `of` to `until`), `or` (`of`, a day, or `until`, a month), `all`, `now`, `same`
    (the same `grain` a year before another time; none of them: the one before it), `odd` (`why` nobody knows which
    days it is). `bound`: `in`, or `from`, `after`, `before`, `until` where only one end is said, `by` and `at`;
    `through` of a year may be in it or until its end.
    `edge`: the `start` or the `end` of it."""

    kind: str
    grain: str = ""
    number: int = 1
    period: Period | None = None
    of: "When | None" = None
    until: "When | None" = None
    bound: str = "in"
    edge: str = ""
    why: str = ""
    choices: tuple[str, ...] = ()

    def year_is_open(self) -> bool:
        """Whether nobody said which year's quarter or month it is."""
        if self.kind in ("range", "first", "final", "ending"):
            return all(each.year_is_open() for each in (self.of, self.until) if each)
        return self.kind == "bare" and self.of is None


class NotYet(Exception):
    """A time that is to come, and its days: something may be due then."""

    def __init__(self, text: str, period: Period) -> None:
        super().__init__(text)
        self.period = period


class NoSuchTime(Exception):
    """A part that a period has not, such as its fifth quarter."""


def resolved(when: When, reference: date) -> Period:
    """The period that is meant. `NotYet` for what begins behind the reference date, `NoSuchTime` for what is none. Of
    an `edge` without a bound, and of what is said to be `by` or `at`, it is the whole: what is asked for decides."""
    meant, one_day = _meant(when, reference), timedelta(days=1)
    starts, ends = when.edge == "start", when.edge == "end"
    match when.bound:
        case "from":
            return Period(meant.last + one_day if ends else meant.first, ALWAYS_TO, "range")
        case "after":
            return Period(meant.first if starts else meant.last + one_day, ALWAYS_TO, "range")
        case "before":
            return Period(ALWAYS_FROM, meant.last if ends else meant.first - one_day, "range")
        case "until":
            return Period(ALWAYS_FROM, meant.first - one_day if starts else meant.last, "range")
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
        case "before_last":
            return periods.shifted(_last(When("last", when.grain), reference), -1)
        case "ago":
            return periods.shifted(periods.containing(reference, when.grain), -when.number)
        case "next":
            raise NotYet(f"the next {when.grain}", _next(when, reference))
        case "to_date":
            last = _meant(when.of, reference).last if when.of else reference
            return Period(periods.containing(last, when.grain).first, last, "range")
        case "first" | "final":
            return _part(when, reference)
        case "ending":
            assert when.of is not None
            return _ending(when, _meant(when.of, reference).last)
        case "bare":
            return _bare(when, reference)
        case "range":
            assert when.of is not None
            assert when.until is not None
            return _between(when.of, when.until, reference)
        case "all":
            return Period(ALWAYS_FROM, ALWAYS_TO, "range")
    raise NoSuchTime(f"a time that is `{when.kind}` has no days of its own")


def _last(when: When, reference: date) -> Period:
    """The newest that are over: on its last day a period counts as over. Days end with the reference date."""
    if when.grain == "day":
        return Period(reference - timedelta(days=when.number - 1), reference, "day" if when.number == 1 else "range")
    newest = periods.containing(reference, when.grain)
    if newest.last > reference:
        newest = periods.shifted(newest, -1)
    return periods.together(periods.shifted(newest, 1 - when.number), newest)


def _next(when: When, reference: date) -> Period:
    """So many that begin behind the reference date."""
    first = periods.shifted(periods.containing(reference, when.grain), 1)
    return periods.together(first, periods.shifted(first, when.number - 1))


def _part(when: When, reference: date) -> Period:
    """The first or the last few of a period; of this year where nobody says of which."""
    whole = _meant(when.of, reference) if when.of else periods.containing(reference, "year")
    pieces = periods.pieces(whole, when.grain)
    if len(pieces) < when.number:
        raise NoSuchTime(f"{whole.label()} has no {when.number} {when.grain}s")
    found = pieces[: when.number] if when.kind == "first" else pieces[-when.number :]
    return periods.together(found[0], found[-1])


def _ending(when: When, last: date) -> Period:
    """So many months, quarters or years up to a day, the day included; of whole ones the period that they are."""
    behind = last + timedelta(days=1)
    months = {"year": 12, "half": 6, "quarter": 3, "month": 1}.get(when.grain)
    if months is None:
        days = when.number * (7 if when.grain == "week" else 1)
        return Period(behind - timedelta(days=days), last, "range")
    first = behind - relativedelta(months=months * when.number)
    return periods.spanning(first, last)


def _bare(when: When, reference: date) -> Period:
    """The `number`th of its year; without a year the newest that has begun."""
    if when.of is not None:
        return _numbered(when, _meant(when.of, reference).first.year)
    found = _numbered(when, reference.year)
    return found if found.first <= reference else _numbered(when, reference.year - 1)


def _numbered(when: When, year: int) -> Period:
    if when.grain == "day":
        month, number = divmod(when.number, 100)
        day = periods.day(year, month, number)
        if day is None:
            raise NoSuchTime(f"{year}-{month:02d} has no day {number}")
        return day
    make = {"quarter": periods.quarter, "half": periods.half, "month": periods.month}[when.grain]
    return make(year, when.number)


def _between(one: When, other: When, reference: date) -> Period:
    """An end without a year is of the other end's year; the first of the year before, the last of the year behind
    where they would come in the wrong order."""
    if _is_open(other) and not _is_open(one):
        first = _meant(one, reference)
        last = _numbered(other, first.first.year)
        if last.last < first.first:
            last = _numbered(other, first.first.year + 1)
    else:
        last = _meant(other, reference)
        first = _numbered(one, last.first.year) if _is_open(one) else _meant(one, reference)
        if _is_open(one) and first.first > last.last:
            first = _numbered(one, last.first.year - 1)
    if first == last and not one.edge and not other.edge:
        return first
    begin = first.last + timedelta(days=1) if one.edge == "end" else first.first
    end = last.first - timedelta(days=1) if other.edge == "start" else last.last
    if begin > end:
        raise NoSuchTime(f"{first.label()} comes after {last.label()}")
    return Period(begin, end, "range")


def _is_open(when: When) -> bool:
    return when.kind == "bare" and when.of is None
