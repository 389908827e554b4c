"""A grouped query in pieces. SQLite sorts what it groups: many sorts that fit the processor's cache, and one of their
few results, take two thirds of the time of a single large one.

Only what can be put together again is taken apart: counts, sums, averages, least and largest values of few groups.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import NamedTuple

from aos.contracts.query import Aggregate, Query
from aos.dcl.warehouse.projection import MOST_PIECES, PIECE_ROWS, Piece, is_number

WORTH = 10 * PIECE_ROWS  # rows below which one sort is as good
FEW = 4  # a piece must have so many times more rows than groups
MOST_TEXT = 1_000_000  # characters of a statement
_PUT_TOGETHER = {"count": "sum", "sum": "sum", "min": "min", "max": "max"}


class Pieces(NamedTuple):
    """`probe` counts the groups of the first piece (`rows` of them) with the first `values` values; `sql` is the
    whole."""

    probe: str
    rows: int
    values: int
    sql: str


class Source(NamedTuple):
    """One pipe's rows under the query's aliases, with a place for what narrows them, and its pieces."""

    rows: str
    pieces: Sequence[Piece]


class Shape(NamedTuple):
    """`groups` are aliases, those that hold numbers as `first`: SQLite compares integers fastest. `scaled`
    are fields that are summed as whole ten-thousandths, `reals` those that are summed as reals."""

    groups: Sequence[str]
    first: frozenset[str]
    alias: Mapping[str, str]
    scaled: frozenset[str]
    reals: frozenset[str]


def worth(query: Query, pieces: Sequence[Piece]) -> bool:
    """Whether this can be taken apart, and is large enough."""
    if len(pieces) > MOST_PIECES or query.periods:  # a period is made of a column that no piece tells
        return False
    mergeable = all(aggregate.function != "count_distinct" for aggregate in query.aggregate)
    return bool(query.group_by) and mergeable and sum(piece.rows for piece in pieces) >= WORTH


def in_pieces(query: Query, shape: Shape, sources: Sequence[Source], where: str, tail: str) -> Pieces | None:
    """The statement and its probe; None where it would be too long. Placeholders are `?`, in their order: those of each
    source, those of `where`, those of `tail`."""
    numbers = count(1)
    rows = [_numbered(source.rows, numbers) for source in sources]
    condition = _numbered(where, numbers)
    values = next(numbers) - 1
    rest = _numbered(tail, count(values + 1))
    columns = [*shape.groups, *(f"{sql} AS a{n}" for n, sql in enumerate(_apart(query, shape)))]
    ordered = sorted(shape.groups, key=lambda name: name not in shape.first)
    grouped = f"WHERE {condition} GROUP BY {', '.join(ordered)}"
    parts = [
        f"SELECT * FROM (SELECT {', '.join(columns)} FROM ({text} AND {piece.condition}) {grouped})"
        for text, source in zip(rows, sources, strict=True)
        for piece in source.pieces
    ]
    if sum(map(len, parts)) > MOST_TEXT:
        return None
    source, text = next((source, text) for source, text in zip(sources, rows, strict=True) if source.pieces)
    probe = f"SELECT count(*) FROM (SELECT 1 FROM ({text} AND {source.pieces[0].condition}) {grouped})"
    outputs = [*shape.groups, *_together(query, shape)]
    sql = f"SELECT {', '.join(outputs)} FROM ({' UNION ALL '.join(parts)}) GROUP BY {', '.join(shape.groups)} {rest}"
    return Pieces(probe, source.pieces[0].rows, values, sql)


def _numbered(sql: str, numbers: "count[int]") -> str:
    """Each `?` by its number, so that a text can stand in a statement many times. No text of a caller is in it."""
    return re.sub(r"\?", lambda _: f"?{next(numbers)}", sql)


def _apart(query: Query, shape: Shape) -> list[str]:
    """What each piece tells of the aggregates: one column, two for an average."""
    told = []
    for aggregate in query.aggregate:
        if aggregate.field is None:
            told.append("count(*)")
            continue
        column = shape.alias[aggregate.field]
        if aggregate.function in ("sum", "avg"):
            told.append(f"sum({_summed(aggregate, shape)})")
        if aggregate.function == "avg":
            told.append(f"count({is_number(column)})")
        elif aggregate.function != "sum":
            told.append(f"{aggregate.function}({column})")
    return told


def _together(query: Query, shape: Shape) -> list[str]:
    """The aggregates, of what the pieces told."""
    numbers = count()
    outputs = []
    for aggregate in query.aggregate:
        column = f"a{next(numbers)}"
        scale = " / 10000.0" if aggregate.field in shape.scaled and aggregate.function in ("sum", "avg") else ""
        if aggregate.function == "avg":
            outputs.append(f"sum({column}){scale} * 1.0 / sum(a{next(numbers)})")
        else:
            outputs.append(f"{_PUT_TOGETHER[aggregate.function]}({column}){scale}")
    return outputs


def _summed(aggregate: Aggregate, shape: Shape) -> str:
    number = is_number(shape.alias[aggregate.field or ""])
    if aggregate.field in shape.scaled:
        return f"CAST(round(({number}) * 10000) AS INTEGER)"
    return f"({number}) * 1.0" if aggregate.field in shape.reals else number
