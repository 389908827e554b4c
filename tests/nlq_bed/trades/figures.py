"""Truths over the rows of a pipe of a trade or of a company: sums, means, groups and records by plain Python.

Each takes conditions on the rows: tests, and values that fields must have (`equal`)."""

from collections.abc import Callable, Sequence
from math import fsum
from typing import Any

from tests.nlq_bed.truth import Keys, Row, Table, Test, leader, quarter, split, top

Rows = Sequence[Row]
Of = Callable[[list[Row]], Any]


def where(rows: Rows, *tests: Test, **equal: Any) -> list[Row]:
    """Those that keep every condition."""
    return [
        row
        for row in rows
        if all(row[name] == value for name, value in equal.items()) and all(test(row) for test in tests)
    ]


def during(field: str, *periods: str) -> Test:
    """In a year, a month, a day or a quarter (2024-Q1), of a day, a time or a quarter."""

    def holds(row: Row) -> bool:
        at = row[field] or ""
        return any(
            (quarter(at) if at and "Q" in period and "Q" not in at else at).startswith(period) for period in periods
        )

    return holds


def over(field: str, limit: float) -> Test:
    return lambda row: row[field] is not None and row[field] > limit


def number(rows: Rows, *tests: Test, **equal: Any) -> int:
    return len(where(rows, *tests, **equal))


def got(rows: Rows, field: str, *tests: Test, **equal: Any) -> list[Any]:
    return [row[field] for row in where(rows, *tests, **equal) if row[field] is not None]


def distinct(rows: Rows, field: str, *tests: Test, **equal: Any) -> int:
    return len(set(got(rows, field, *tests, **equal)))


def total(rows: Rows, field: str, *tests: Test, **equal: Any) -> float:
    return round(fsum(got(rows, field, *tests, **equal)), 6)


def mean(rows: Rows, field: str, *tests: Test, **equal: Any) -> float:
    found = got(rows, field, *tests, **equal)
    return fsum(found) / len(found)


def percent(part: Rows, whole: Rows) -> float:
    return 100 * len(part) / len(whole)


def of(field: str) -> Of:
    return lambda found: total(found, field)


def avg(field: str) -> Of:
    return lambda found: mean(found, field)


def by(rows: Rows, key: str | Callable[[Row], Any], of: Of, *tests: Test, **equal: Any) -> list[tuple[Any, Any]]:
    """(group, figure) of every group, in the groups' order."""
    named = (lambda row: row[key]) if isinstance(key, str) else key
    return sorted(split(where(rows, *tests, **equal), named, of), key=lambda pair: str(pair[0]))


def best(rows: Rows, key: str, of: Of, *tests: Test, least: bool = False, **equal: Any) -> Any:
    """The group with the highest figure, alone."""
    return leader(by(where(rows, lambda row: row[key] is not None), key, of, *tests, **equal), least=least)


def above(pairs: list[tuple[Any, Any]], limit: float) -> Table:
    """The groups with a higher figure; one has it, and none has the limit itself."""
    found = [pair for pair in pairs if pair[1] > limit]
    assert found, pairs
    assert all(figure != limit for _, figure in pairs), pairs
    return Table(found)


def first(pairs: list[tuple[Any, Any]], most: int, *, least: bool = False) -> Table:
    """The first of them; nobody stands beside one of them, or right behind, with the same figure."""
    found = top(pairs, most + 1, least=least).rows
    assert len({figure for _, figure in found}) == len(found), found
    return Table(found[:most], ordered=True)


def largest(rows: Rows, key: str, field: str, most: int, *tests: Test, **equal: Any) -> Keys:
    """The records with the highest figures or the newest days, the highest first; no two the same."""
    known = [row for row in where(rows, *tests, **equal) if row[field] is not None]
    ranked = sorted(known, key=lambda row: row[field], reverse=True)[: most + 1]
    assert len({row[field] for row in ranked}) == len(ranked), ranked
    order = tuple(row[key] for row in ranked[:most])
    return Keys(key, set(order), ordered=True, order=order)


def keys(rows: Rows, field: str, *tests: Test, **equal: Any) -> Keys:
    """The records that keep the conditions; at least one does."""
    found = Keys(field, set(got(rows, field, *tests, **equal)))
    assert found.keys
    return found


def one(rows: Rows, field: str, **key: Any) -> Any:
    (row,) = where(rows, **key)
    assert row[field] is not None
    return row[field]


def series(rows: Rows, period: str, field: str, start: str = "", end: str = "9999") -> Table:
    """A figure period by period, of a pipe with one row a period."""
    return Table([(row[period], row[field]) for row in rows if start <= row[period] <= end], ordered=True)
