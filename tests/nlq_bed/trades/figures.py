"""Truths over the rows of a trade's pipe: sums, means, groups and records by plain Python."""

from collections.abc import Callable, Sequence
from math import fsum
from typing import Any

from tests.nlq_bed.truth import Keys, Row, Table, Test, leader, quarter, split, top

Rows = Sequence[Row]
Of = Callable[[list[Row]], Any]


def where(rows: Rows, test: Test = lambda _: True, **equal: Any) -> list[Row]:
    """Those that keep the condition and have these values."""
    return [row for row in rows if all(row[name] == value for name, value in equal.items()) and test(row)]


def during(field: str, *periods: str) -> Test:
    """In a year, a month, a day or a quarter (2024-Q1), of a day, a time or a quarter."""

    def holds(row: Row) -> bool:
        at = row[field] or ""
        return any(
            (quarter(at) if at and "Q" in period and "Q" not in at else at).startswith(period) for period in periods
        )

    return holds


def number(rows: Rows, test: Test = lambda _: True, **equal: Any) -> int:
    return len(where(rows, test, **equal))


def got(rows: Rows, field: str, test: Test = lambda _: True) -> list[Any]:
    return [row[field] for row in rows if test(row) and row[field] is not None]


def total(rows: Rows, field: str, test: Test = lambda _: True) -> float:
    return round(fsum(got(rows, field, test)), 6)


def mean(rows: Rows, field: str, test: Test = lambda _: True) -> float:
    found = got(rows, field, test)
    return fsum(found) / len(found)


def percent(part: Rows, whole: Rows) -> float:
    return 100 * len(part) / len(whole)


def of(field: str) -> Of:
    return lambda found: total(found, field)


def avg(field: str) -> Of:
    return lambda found: mean(found, field)


def by(rows: Rows, key: str | Callable[[Row], Any], of: Of, test: Test = lambda _: True) -> list[tuple[Any, Any]]:
    """(group, figure) of every group, in the groups' order."""
    named = (lambda row: row[key]) if isinstance(key, str) else key
    return sorted(split(where(rows, test), named, of), key=lambda pair: str(pair[0]))


def best(rows: Rows, key: str, of: Of, test: Test = lambda _: True, *, least: bool = False) -> Any:
    """The group with the highest figure, alone."""
    return leader(by(where(rows, lambda row: row[key] is not None), key, of, test), least=least)


def first(pairs: list[tuple[Any, Any]], most: int, *, least: bool = False) -> Table:
    """The first of them; nobody stands beside one of them, or right behind, with the same figure."""
    found = top(pairs, most + 1, least=least).rows
    assert len({figure for _, figure in found}) == len(found), found
    return Table(found[:most], ordered=True)


def largest(rows: Rows, key: str, field: str, most: int) -> Keys:
    """The records with the highest figures, the highest first; no two the same."""
    order = tuple(
        name for name, _ in first([(row[key], row[field]) for row in rows if row[field] is not None], most).rows
    )
    return Keys(key, set(order), ordered=True, order=order)


def keys(rows: Rows, field: str, test: Test = lambda _: True) -> Keys:
    return Keys(field, set(got(rows, field, test)))


def one(rows: Rows, field: str, **key: Any) -> Any:
    (row,) = where(rows, **key)
    assert row[field] is not None
    return row[field]


def series(rows: Rows, period: str, field: str, start: str = "", end: str = "9999") -> Table:
    """A figure period by period, of a pipe with one row a period."""
    return Table([(row[period], row[field]) for row in rows if start <= row[period] <= end], ordered=True)
