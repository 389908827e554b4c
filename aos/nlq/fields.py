"""What is known of a pipe and its fields, from the contract, the rows, and a look at the values."""

from collections.abc import Mapping, Sequence
from itertools import islice, product
from typing import Any, NamedTuple

from aos.contracts.catalogue import PipeFacts
from aos.contracts.export import FieldFacts
from aos.nlq.periods import Period
from aos.nlq.text import words

COARSE = ("year", "half", "quarter", "month")
# What a date that comes after the first one is named by, in English: a default date is none of these.
_LATER = frozenset(
    (
        "due close closed closing end ended updated modified changed left expire expired expiry solved resolved paid"
        " shipped delivered deleted cancelled until completed finish finished last terminated"
    ).split()
)


_PARTS = frozenset(("quarter", "qtr", "month", "half", "week", "period"))


# How a yes and a no are spelled; a lone one of the marks is a yes where the other rows have nothing.
_YES, _NO, _MARKS = (
    frozenset("y yes true t 1".split()),
    frozenset("n no false f 0".split()),
    frozenset("x y yes".split()),
)
_FLAGGED = frozenset("is has flag flg indicator".split())
MOST_READINGS = 4  # of a name with abbreviations that stand for several words
Abbreviations = Mapping[str, Sequence[tuple[str, ...]]]


class Look(NamedTuple):
    """What a look at the values of a field showed. `values` are all of them, the most frequent first, or None where
    they are too many; `nulls` that some rows have none. `first` and `last` are the ends of a field of dates, `grain`
    is theirs; `iso` says that its texts sort as its dates do."""

    values: tuple[Any, ...] | None = None
    nulls: bool = False
    first: Period | None = None
    last: Period | None = None
    grain: str = ""
    iso: bool = False


class Field(NamedTuple):
    """`kind`: number, text, bool, date, other. `aggregation` is unknown where it is None. `words` are those of the name
    spelled out, `written` as they stand there, `others` what its abbreviations may stand for as well. `flag` are the
    values that mean yes and no, of a yes or no."""

    name: str
    words: tuple[str, ...]
    kind: str
    unit: str | None
    aggregation: str | None
    measure: bool | None
    period: bool | None
    description: str
    look: Look
    written: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()
    flag: tuple[Any, Any] = (True, False)

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").strip()

    def says(self, yes: bool) -> tuple[str, Any]:
        """The condition that a yes or no is so, as an operator and a value; where a no is nothing, that it is not
        there."""
        value = self.flag[0] if yes else self.flag[1]
        return ("is_null", None) if value is None else ("eq", value)


class Pipe(NamedTuple):
    """A pipe that can be asked. `period` places its rows in time; None where none does or nobody can tell which of
    `dates`. `periodic` says that its rows belong to periods and stand for all of them, as the quarters of a ledger.
    `finer` is a field beside a year that says which quarter or month of it."""

    facts: PipeFacts
    fields: Mapping[str, Field]
    period: Field | None
    dates: tuple[Field, ...]
    periodic: bool
    finer: Field | None = None

    @property
    def pipe_id(self) -> str:
        return self.facts.pipe_id

    @property
    def label(self) -> str:
        return f"{self.facts.source_name} ({self.facts.pipe_id})"

    def numbers(self) -> list[Field]:
        return [field for field in self.fields.values() if field.kind == "number"]

    def texts(self) -> list[Field]:
        return [field for field in self.fields.values() if field.kind == "text"]


def kind_of(fact: FieldFacts, look: Look) -> str:
    types = set(fact.types) - {"null"}
    if look.grain:
        return "date"
    if types == {"boolean"} or flag_of(fact, look) is not None:
        return "bool"
    if types == {"number"}:
        return "number"
    return "text" if types == {"string"} else "other"


def flag_of(fact: FieldFacts, look: Look) -> tuple[Any, Any] | None:
    """The values that mean yes and no of a field that has nothing else: `Y` and `N`, `yes` and `no`, 1 and 0 of one
    that is named as a flag, or a mark in some of the rows. None where it is none."""
    values = {str(value).strip().lower(): value for value in look.values or ()}
    if not values or len(values) != len(look.values or ()) or fact.aggregation is not None:
        return None
    yes = next((values[each] for each in values if each in _YES), None)
    no = next((values[each] for each in values if each in _NO), None)
    if set(fact.types) - {"null"} == {"number"}:
        return (1, 0) if set(values) <= {"0", "1"} else None
    if len(values) == 1 and look.nulls and set(values) <= _MARKS:
        return next(iter(values.values())), None
    return (yes, no) if len(values) == 2 and yes is not None and no is not None else None


def is_flagged(name: str) -> bool:
    """Whether a number is named as a yes or no is: then its values are worth a look."""
    return bool(_FLAGGED & set(words(name)))


def spelled_out(phrase: tuple[str, ...], abbreviations: Abbreviations) -> list[tuple[str, ...]]:
    """What the words of a name stand for, the likeliest first; `vend_no` is a vendor number."""
    if len(phrase) > 1 and phrase[-1] == "no" and abbreviations:
        phrase = (*phrase[:-1], "number")  # at the end alone: a `no_show` is another thing
    ways = [abbreviations.get(word, ((word,),)) for word in phrase]
    return [tuple(word for part in way for word in part) for way in islice(product(*ways), MOST_READINGS)]


def pipe_of(facts: PipeFacts, looks: Mapping[str, Look], abbreviations: Abbreviations | None = None) -> Pipe:
    fields = {}
    for fact in facts.fields:
        look = looks.get(fact.name) or Look(nulls="null" in fact.types)
        written = words(fact.name)
        likely, *others = spelled_out(written, abbreviations or {})
        fields[fact.name] = Field(
            fact.name, likely, kind_of(fact, look), fact.unit, fact.aggregation, fact.measure, fact.period,
            fact.description, look, written, tuple(others), flag_of(fact, look) or (True, False),
        )  # fmt: skip
    dates = tuple(field for field in fields.values() if field.kind == "date")
    period = _period(dates, facts.identity_keys)
    periodic = period is not None and (period.look.grain in COARSE or period.name in facts.identity_keys)
    finer = None
    if period is not None and period.look.grain == "year":
        finer = next((each for each in fields.values() if each.kind != "date" and set(each.words) & _PARTS), None)
    return Pipe(facts, fields, period, dates, periodic, finer)


def _period(dates: tuple[Field, ...], keys: list[str]) -> Field | None:
    """The contract's word; the only date; one that is part of the key, or coarser than a day; the only one that is not
    named for something later; the one that every row has and that comes first."""
    ways = (
        [field for field in dates if field.period],
        list(dates),
        [field for field in dates if field.name in keys],
        [field for field in dates if field.look.grain in COARSE],
        [field for field in dates if not comes_later(field)],
        _first(dates),
    )
    for found in ways:
        if len(found) == 1:
            return found[0]
    return None


def comes_later(field: Field) -> bool:
    """Whether a date is named for something that comes after the first one."""
    return bool(set(field.words) & _LATER)


def _first(dates: tuple[Field, ...]) -> list[Field]:
    whole = [field for field in dates if not field.look.nulls and field.look.first and field.look.last]
    return [
        one
        for one in whole
        if all(_begins(one) <= _begins(other) and _ends(one) < _ends(other) for other in whole if other is not one)
    ]


def _begins(field: Field) -> Any:
    return field.look.first.first if field.look.first else None


def _ends(field: Field) -> Any:
    return field.look.last.last if field.look.last else None
