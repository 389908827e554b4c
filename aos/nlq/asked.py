"""What a question asks of one pipe: the slots that a Query is made from. And why it can't be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from aos.nlq.fields import Field, Pipe
from aos.nlq.when import When

Reason = Literal[
    "not_understood", "ambiguous", "unknown_value", "outside_data", "no_data", "not_additive", "not_supported",
    "future", "cause", "opinion", "action", "empty",
]  # fmt: skip


class Refusal(Exception):
    """`words` are those that were not understood, `choices` what may have been meant, `nearest` what could be asked.
    `weak`: no word of the question stands for any of the choices, so that another pipe's answer needs none of them."""

    def __init__(
        self, reason: Reason, message: str, *, words: tuple[str, ...] = (), choices: tuple[str, ...] = (),
        nearest: tuple[str, ...] = (), weak: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.reason, self.message, self.words, self.choices, self.nearest = reason, message, words, choices, nearest
        self.weak = weak


class Filter(NamedTuple):
    """A condition, as DCL takes it; `at` is the place of the piece that says it."""

    field: Field
    op: str
    value: Any = None
    at: int = -1

    def told(self) -> str:
        signs = {"eq": "is", "ne": "is not", "gt": "over", "ge": "at least", "lt": "under", "le": "at most", "in": "is"}
        if self.op in ("is_null", "not_null"):
            return f"{self.field.label} is {'missing' if self.op == 'is_null' else 'there'}"
        value = " or ".join(map(_spelled, self.value)) if isinstance(self.value, list) else _spelled(self.value)
        return f"{self.field.label} {signs[self.op]} {value}"


class Whole(NamedTuple):
    """A limit on the rows of a group together: on how many there are (`count`), or on a figure of theirs."""

    function: str
    field: Field | None
    op: str
    value: Any


class Wanted(NamedTuple):
    """One of several figures: `count`, or how the field is put together, `` where nobody says."""

    function: str
    field: Field | None


class Family(NamedTuple):
    """Measures that are the parts of another one, by what they are called in the data: North is `sales_north`."""

    by: str
    parts: Mapping[str, Field]


class Timed(NamedTuple):
    """A period, and the date that it is about where the question says which."""

    when: When
    field: Field | None
    text: str
    at: int = -1


@dataclass
class Asked:
    """`functions` are what is wanted of the measures (sum, avg, max, min); none where the question does not say;
    `adding`: by a word that can't mean anything else than a sum.
    `counted`: rows are. `distinct` is the field whose values are counted or listed. `ranked`: the first (`descending`
    or not) are wanted, `limit` of them, `plural` groups or `many` records. `against` is what a change is seen against:
    year, quarter, month. `course`: how it went is wanted, period by period; `together`: the sum or the average of the
    records that are ranked first. `rows`: records are wanted; `moment`: the time of something is; `newest`: its newest
    value is; `unnamed`: nothing says what kind of record is meant.
    `shown` are fields that a list of rows must have, `wanted` those to be read from the records of a key, which
    `pinned` give; `whether`: if these meet the other conditions.
    `base` are the conditions of what a share is of, None where nobody can tell them from those of the part;
    `part_is_time`: the period says which part. `limits` are conditions on the figure of each period, `wholes` on that
    of each group; `figures` are several that are wanted at once; `per_group`: the number of rows is put by the number
    of groups; `percent`: a change is wanted in percent; `upward`: one up or down; `more` or `less`: by how much the
    period that is said first has more than the other; `in_ones`: amounts that are said as money or with their
    thousands, so that they are in no other unit. `family`: the measure is wanted by its parts."""

    pipe: Pipe
    functions: list[str] = field(default_factory=list)
    measures: list[Field] = field(default_factory=list)
    counted: bool = False
    distinct: Field | None = None
    groups: list[Field] = field(default_factory=list)
    grain: str = ""
    per_grain: bool = False
    filters: list[Filter] = field(default_factory=list)
    times: list[Timed] = field(default_factory=list)
    ranked: bool = False
    descending: bool = True
    limit: int | None = None
    of_rows: bool = False
    together: str = ""
    course: bool = False
    change: bool = False
    against: str = ""
    versus: bool = False
    trend: bool = False
    share: bool = False
    rows: bool = False
    adding: bool = False
    plural: bool = False
    many: bool = False
    moment: bool = False
    newest: bool = False
    which: bool = False
    named: bool = False
    exists: bool = False
    unnamed: bool = False
    shown: list[Field] = field(default_factory=list)
    wanted: list[Field] = field(default_factory=list)
    pinned: list[Filter] = field(default_factory=list)
    whether: bool = False
    base: list[Filter] | None = None
    part_is_time: bool = False
    limits: list[Filter] = field(default_factory=list)
    wholes: list[Whole] = field(default_factory=list)
    figures: list[Wanted] = field(default_factory=list)
    per_group: bool = False
    percent: bool = False
    upward: bool | None = None
    more: str = ""
    family: Family | None = None
    in_ones: set[float] = field(default_factory=set)
    assumed: list[str] = field(default_factory=list)
    how: list[float] = field(default_factory=list)
    corrected: list[tuple[str, str]] = field(default_factory=list)

    @property
    def function(self) -> str:
        """The one function; a sum beside another one is what that is taken of."""
        others = [each for each in self.functions if each != "sum"]
        return (others or self.functions or [""])[0]

    def assume(self, text: str) -> None:
        if text not in self.assumed:
            self.assumed.append(text)

    def confidence(self) -> float:
        """A product: how well each name was met, and 0.9 for everything that was assumed."""
        product = 0.9 ** len(self.assumed)
        for each in self.how:
            product *= each
        return round(product, 3)


def _spelled(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int | float) else str(value)
