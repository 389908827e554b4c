"""What a question must be answered with, computed from the rows themselves: no query engine, nothing of `aos.nlq`."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

from aos.farm.generators.catalog import GENERATORS

SEED, COUNT = 1, 1_000  # what the sample inventory orders of each generator
Row = dict[str, Any]
Test = Callable[[Row], Any]


class Refused(NamedTuple):
    """There is nothing to answer with; `says` must stand in what is told."""

    says: str = ""


class Ambiguous(NamedTuple):
    """More than one thing is meant: the choice must hold these names."""

    among: tuple[str, ...] = ()


class Table(NamedTuple):
    """Rows in the order of the answer's columns; `ordered` where the question asks for an order."""

    rows: list[tuple[Any, ...]]
    ordered: bool = False


class Keys(NamedTuple):
    """A list of records: so many in all, shown by their keys (`field`), which are among these."""

    field: str
    keys: set[Any]
    ordered: bool = False
    order: tuple[Any, ...] = ()


Truth = Any  # a number, a text, or one of the above


class Case(NamedTuple):
    question: str
    truth: Callable[[], Truth]
    part: str = ""


@cache
def rows(name: str) -> tuple[Row, ...]:
    generator = GENERATORS[name]
    return tuple(generator.rows(SEED, 0, generator.count(COUNT)))


def finance(period: str) -> list[Row]:
    """The quarters of a year, a quarter, or of all time (empty)."""
    return [row for row in rows("finance_quarterly") if str(row["period"]).startswith(period)]


def cents(values: Iterable[Any]) -> float:
    """An exact sum of amounts with two decimals."""
    return float(sum(round(value * 100) for value in values)) / 100


def total(name: str, field: str, where: Test = lambda _: True) -> float:
    return cents(row[field] for row in rows(name) if where(row) and row[field] is not None)


def count(name: str, where: Test = lambda _: True) -> int:
    return sum(1 for row in rows(name) if where(row))


def values(name: str, field: str, where: Test = lambda _: True) -> list[Any]:
    return [row[field] for row in rows(name) if where(row) and row[field] is not None]


def in_year(field: str, year: str) -> Test:
    return lambda row: (row[field] or "")[:4] == year


def has(*tests: Test, **equal: Any) -> Test:
    """These values in these fields, and every one of the tests kept."""
    return lambda row: all(row[field] == value for field, value in equal.items()) and all(test(row) for test in tests)


def mean(found: list[Any]) -> float:
    return float(sum(found)) / len(found)


def grouped(name: str, by: Callable[[Row], Any], of: Callable[[list[Row]], Any], where: Test = lambda _: True) -> Any:
    """(group, figure) of every group."""
    return split((row for row in rows(name) if where(row)), by, of)


def split(among: Iterable[Row], by: Callable[[Row], Any], of: Callable[[list[Row]], Any]) -> list[tuple[Any, Any]]:
    """(group, figure) of every group of these rows."""
    groups: dict[Any, list[Row]] = {}
    for row in among:
        groups.setdefault(by(row), []).append(row)
    return [(group, of(found)) for group, found in groups.items()]


def by(name: str, field: str, of: Callable[[list[Row]], Any], where: Test = lambda _: True) -> Table:
    """A figure for each value of a field."""
    return Table(grouped(name, lambda row: row[field], of, where))


def crossed(name: str, one: str, other: str, of: Callable[[list[Row]], Any], where: Test = lambda _: True) -> Table:
    """A figure for each pair of values of two fields."""
    return Table([(*pair, figure) for pair, figure in grouped(name, lambda row: (row[one], row[other]), of, where)])


def held(name: str, field: str, of: Callable[[list[Row]], Any], keeps: Callable[[Any], bool]) -> Table:
    """The groups whose figure keeps a condition."""
    return Table([pair for pair in grouped(name, lambda row: row[field], of) if keeps(pair[1])])


def top(pairs: list[tuple[Any, Any]], most: int, *, least: bool = False) -> Table:
    """The first of them by figure."""
    ranked = sorted(pairs, key=lambda pair: (pair[1] if least else -pair[1], str(pair[0])))
    return Table(ranked[:most], ordered=True)


def leader(pairs: list[tuple[Any, Any]], *, least: bool = False) -> Any:
    """The group with the highest figure; a question about a tie would have no truth."""
    first, second = top(pairs, 2, least=least).rows
    assert first[1] != second[1], (first, second)
    return first[0]


def largest(name: str, key: str, field: str, most: int, where: Test = lambda _: True, *, least: bool = False) -> Keys:
    """The records with the highest figures, the highest first; with `least` those with the lowest."""
    found = sorted((row for row in rows(name) if where(row)), key=lambda row: row[field], reverse=not least)[:most]
    order = tuple(row[key] for row in found)
    return Keys(key, set(order), True, order)


def listed(name: str, key: str, where: Test) -> Keys:
    return Keys(key, set(values(name, key, where)))


def one(name: str, key: str, value: Any, field: str) -> Any:
    """A field of the record with this key."""
    (found,) = values(name, field, lambda row: row[key] == value)
    return found


def distinct(name: str, field: str, where: Test = lambda _: True) -> int:
    return len(set(values(name, field, where)))


def share(name: str, part: Test, whole: Test = lambda _: True) -> float:
    """Rows of the part among those of the whole, in percent."""
    return 100 * count(name, lambda row: whole(row) and part(row)) / count(name, whole)


def quarter(day: str) -> str:
    return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"


def summed(field: str) -> Callable[[list[Row]], float]:
    return lambda found: cents(row[field] for row in found)


def averaged(field: str) -> Callable[[list[Row]], float]:
    return lambda found: mean([row[field] for row in found if row[field] is not None])
