"""What a generator is, and what is known of its fields."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

Aggregation = Literal["additive", "ratio", "point_in_time"]
Kind = Literal["string", "number", "integer", "boolean", "date"]
Row = dict[str, Any]
MOST_ROWS = 10_000_000
MAX_SEED = 2**63 - 1


class Field(NamedTuple):
    """`unit` and `aggregation` are set for measures alone: a ratio is never summed, a point in time only over what is
    no time."""

    name: str
    kind: Kind
    description: str
    unit: str | None = None
    aggregation: Aggregation | None = None


class Generator(NamedTuple):
    """One system's one resource. `row(seed, n)` gives row n, from 0; `most` rows there are (None: as many as asked
    for); `period` is the field that places a row in time, `dims` are those that rows are grouped by."""

    name: str
    vendor: str
    category: str
    entity: str
    key: str
    period: str | None
    dims: tuple[str, ...]
    fields: tuple[Field, ...]
    row: Callable[[int, int], Row]
    most: int | None = None

    def count(self, wanted: int) -> int:
        """How many rows there are where `wanted` are asked for."""
        return min(wanted, MOST_ROWS if self.most is None else self.most)

    def rows(self, seed: int, first: int, count: int) -> list[Row]:
        return [self.row(seed, n) for n in range(first, first + count)]
