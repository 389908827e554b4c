"""Units of time: which one a figure is in, and what so much of one is in another.

Minutes, hours, days and weeks are so many of each other. A month and a year are not, and a day of work is none of 24
hours.
"""

import re
from collections.abc import Sequence
from fractions import Fraction

from aos.nlq.fields import Field
from aos.nlq.text import Token, lemma, words

_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
_UNEVEN = frozenset("month quarter year".split())
_SHORT = {
    "sec": "second", "min": "minute", "hr": "hour", "hrs": "hour", "wk": "week", "wks": "week", "mth": "month",
    "yr": "year", "yrs": "year",
}  # fmt: skip
_LETTERS = {"s": "second", "h": "hour", "d": "day"}  # as the unit of a contract
# Time that somebody works, or does not: a day of it has as many hours as a contract says.
EFFORT = frozenset(
    "work worked working business effort labor labour overtime shift billable billed leave holiday vacation absence"
    " sick training taught teaching course lesson man person staff crew productive".split()
)
_ONE = frozenset(("a", "an"))
_IN = re.compile(r"\bin (?:whole |full |calendar )?([a-z]+s)\b", re.I)
_DAY = _SECONDS["day"]


def unit_said(word: str) -> str:
    """The unit of time that a word is: `day` of `days`, `minute` of `mins`; empty where it is none."""
    base = lemma(word.lower())
    base = _SHORT.get(base, base)
    return base if base in _SECONDS or base in _UNEVEN else ""


def is_counted(tokens: Sequence[Token], at: int) -> bool:
    """Whether a unit of time stands there behind how many there are: `48 hours`, `an hour`."""
    before = tokens[at - 1] if at else None
    return bool(unit_said(tokens[at].low)) and before is not None and (before.kind == "number" or before.low in _ONE)


def own_unit(field: Field) -> str:
    """The unit of time that a number is in: by its contract, its name (`lead_days`, `days_to_pay`) or what it is
    described by (`Days until …`, `… in days`). Empty where nothing says so."""
    if field.unit:
        said = field.unit.lower().split()
        return (_LETTERS.get(said[0], "") or unit_said(said[0])) if len(said) == 1 else ""
    if "per" in field.words:
        return ""
    if (last := unit_said(field.words[-1])) and field.words[-1] != "min":
        return last
    if (first := unit_said(field.words[0])) and field.name.lower().startswith(f"{field.words[0]}s"):
        return first
    begun = field.description.split()[:1]
    told = {unit for unit in map(unit_said, (*begun, *_IN.findall(field.description))) if unit}
    return told.pop() if len(told) == 1 else ""


def other_unit(field: Field, said: str) -> str:
    """The unit of time in what a figure was called which is not the one that it is in; empty where there is none."""
    known = {*field.words, *field.written, *words(field.description), *(w for each in field.others for w in each)}
    own = own_unit(field)
    found = ((unit_said(word), lemma(word)) for word in said.split())
    return next((unit for unit, word in found if unit and unit != own and word not in known), "")


def is_effort(field: Field) -> bool:
    """Whether a figure is of time that is worked."""
    return not EFFORT.isdisjoint((*field.words, *words(field.description)))


def crosses_day(said: str, own: str) -> bool:
    """Whether one of two units is shorter than a day, or longer, and the other one is not."""
    sizes = [_SECONDS.get(unit, 0) for unit in (said, own)]
    return said != own and max(sizes) >= _DAY


def converted(value: float, said: str, own: str) -> int | None:
    """So much of one unit in another one; None where that is no whole number of it: how a figure was rounded to its
    unit is not known."""
    if said not in _SECONDS or own not in _SECONDS:
        return None
    made = Fraction(str(value)) * _SECONDS[said] / _SECONDS[own]
    return int(made) if made.denominator == 1 else None
