"""Times over data of whole periods: over quarters, `between March and September` holds a quarter in part.

No row says what a part of a period had. A time whose ends were both said is then refused, with the whole periods that
are nearest; of one that is open at an end (`since`, `before`, to date) the whole periods in it are told, and named.
"""

from datetime import date, timedelta

from aos.nlq import periods
from aos.nlq.asked import Refusal
from aos.nlq.fields import COARSE, Field
from aos.nlq.periods import Period
from aos.nlq.when import ALWAYS_FROM, ALWAYS_TO, When

_DAY = timedelta(days=1)
_ENDED = ("from", "after", "before", "until", "by")


def is_open_ended(when: When) -> bool:
    """Whether only one end of a time is said; the other is today, or that of the data."""
    return when.kind == "to_date" or when.bound in _ENDED


def in_wholes(dated: Field, meant: Period, *, open_ended: bool, last_alone: bool) -> tuple[Period, str]:
    """The time in whole periods of the data, and what is to be said of it. `last_alone`: what is asked for is a value
    of the last day, so that it does not matter where the time begins."""
    grain = dated.look.grain
    if grain not in COARSE:
        return meant, ""
    inner = Period(_begin(meant, grain), _end(meant, grain), "range")
    if inner.last == meant.last and (inner.first == meant.first or last_alone):
        return meant, ""
    held = _within(dated, inner)
    if open_ended and held is not None:
        return _named(inner), f"These are the whole {grain}s in it: {_told(held, grain)}."
    nearest = [_told(each, grain) for each in (held, _within(dated, _outer(meant, grain))) if each is not None]
    raise Refusal(
        "outside_data", f"{_plain(meant)} is not made of whole {grain}s, and the data are by {grain}.",
        nearest=tuple(dict.fromkeys(nearest)),
    )  # fmt: skip


def _begin(meant: Period, grain: str) -> date:
    if meant.first == ALWAYS_FROM:
        return meant.first
    first = periods.containing(meant.first, grain)
    return first.first if first.first == meant.first else first.last + _DAY


def _end(meant: Period, grain: str) -> date:
    if meant.last == ALWAYS_TO:
        return meant.last
    last = periods.containing(meant.last, grain)
    return last.last if last.last == meant.last else last.first - _DAY


def _outer(meant: Period, grain: str) -> Period:
    """With all of the periods that its ends lie in."""
    first = meant.first if meant.first == ALWAYS_FROM else periods.containing(meant.first, grain).first
    last = meant.last if meant.last == ALWAYS_TO else periods.containing(meant.last, grain).last
    return Period(first, last, "range")


def _within(dated: Field, span: Period) -> Period | None:
    """The part of a time that there are data of."""
    look = dated.look
    if look.first is None or look.last is None:
        return None
    first, last = max(span.first, look.first.first), min(span.last, look.last.last)
    return Period(first, last, "range") if first <= last else None


def _named(span: Period) -> Period:
    if span.first == ALWAYS_FROM or span.last == ALWAYS_TO:
        return span
    return periods.spanning(span.first, span.last)


def _told(span: Period, grain: str) -> str:
    first, last = periods.containing(span.first, grain), periods.containing(span.last, grain)
    return first.label() if first == last else f"{first.label()} to {last.label()}"


def _plain(span: Period) -> str:
    if span.first == ALWAYS_FROM:
        return f"All until {span.last.isoformat()}"
    if span.last == ALWAYS_TO:
        return f"All since {span.first.isoformat()}"
    return span.label()
