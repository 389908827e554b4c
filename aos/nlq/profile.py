"""What the values of a pipe look like: which fields are dates, which values there are. Asked through DCL's queries."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from aos.contracts.catalogue import PipeFacts
from aos.contracts.query import Aggregate, Condition, Order, Query, QueryResult
from aos.core.errors import AosError
from aos.nlq import periods
from aos.nlq.fields import Look, is_flagged
from aos.nlq.periods import Period
from aos.nlq.text import words

Run = Callable[[Query], Awaitable[QueryResult]]
MOST_VALUES = 1_000  # of a field; one with more is looked up in when somebody names a value
MOST_PERIODS = 4_000
AT_ONCE = 7  # fields in one query, four figures each
SAMPLE = 100
LONGEST_VALUE = 80
_GRAINS = ("day", "month", "quarter", "year")


async def looked(facts: PipeFacts, run: Run) -> dict[str, Look]:
    """A look at every field of texts, and at whole numbers that may be years or a yes and no."""
    wanted = [fact.name for fact in facts.fields if _worth_a_look(fact.types, fact.name)]
    looks: dict[str, Look] = {}
    for first in range(0, len(wanted), AT_ONCE):
        names = wanted[first : first + AT_ONCE]
        for name, count, there, distinct, low, high in await _extents(facts, names, run):
            looks[name] = await _look(facts, name, (count, there, distinct, low, high), run)
    return looks


def _worth_a_look(types: Sequence[str], name: str) -> bool:
    kinds = set(types) - {"null"}
    return kinds == {"string"} or (kinds == {"number"} and ("year" in words(name) or is_flagged(name)))


async def _extents(facts: PipeFacts, names: Sequence[str], run: Run) -> Iterable[tuple[Any, ...]]:
    aggregates = [Aggregate(function="count", name="rows")]
    for n, name in enumerate(names):
        aggregates += [
            Aggregate(function="count", field=name, name=f"there{n}"),
            Aggregate(function="count_distinct", field=name, name=f"distinct{n}"),
            Aggregate(function="min", field=name, name=f"min{n}"),
            Aggregate(function="max", field=name, name=f"max{n}"),
        ]
    told = await run(Query(pipe_id=facts.pipe_id, aggregate=aggregates))
    count, *figures = told.rows[0]
    return [(name, count, *figures[4 * n : 4 * n + 4]) for n, name in enumerate(names)]


async def _look(facts: PipeFacts, name: str, extent: tuple[Any, ...], run: Run) -> Look:
    count, there, distinct, low, high = extent
    nulls = there < count
    if not there:
        return Look((), nulls)
    if periods.of_value(low) and periods.of_value(high):
        found = await _dates(facts, name, distinct, (low, high), run)
        if found is not None:
            return found._replace(nulls=nulls)
    if distinct > MOST_VALUES or [name] == facts.identity_keys:
        return Look(None, nulls)
    return Look(tuple(await _values(facts, name, MOST_VALUES, run)), nulls)


async def _dates(facts: PipeFacts, name: str, distinct: int, ends: tuple[Any, Any], run: Run) -> Look | None:
    """None where not every value that is looked at is a date. The lowest and the highest text are not the first and
    the last date where dates are spelled in another way than from year to day."""
    values = await _values(facts, name, MOST_PERIODS if distinct <= MOST_PERIODS else SAMPLE, run)
    found = [(value, periods.of_value(value)) for value in (*values, *ends)]
    known: list[tuple[Any, Period]] = [(value, period) for value, period in found if period is not None]
    if len(known) < len(found):
        return None
    grains = {period.grain for _, period in known}
    iso = all(isinstance(value, str) and value[:4].isdigit() for value, _ in known)
    if len(grains) > 1 or (not iso and distinct > MOST_PERIODS):
        return None
    spans = [period for _, period in known]
    first, last = min(spans, key=lambda span: span.first), max(spans, key=lambda span: span.last)
    kept = tuple(dict.fromkeys(value for value, _ in known)) if distinct <= MOST_PERIODS else None
    return Look(kept, False, first, last, grains.pop(), iso and "-" in str(known[0][0]))


async def _values(facts: PipeFacts, name: str, most: int, run: Run) -> list[Any]:
    """The most frequent first."""
    told = await run(
        Query(
            pipe_id=facts.pipe_id,
            where=[Condition(field=name, op="not_null")],
            group_by=[name],
            aggregate=[Aggregate(function="count")],
            order_by=[Order(by="count", descending=True)],
            limit=most,
        )
    )
    return [value for value, _ in told.rows if not isinstance(value, str) or len(value) <= LONGEST_VALUE]


async def holds(pipe_id: str, field: str, spellings: Sequence[str], run: Run) -> list[Any]:
    """Which of these texts are values of a field."""
    where = [Condition(field=field, op="in", value=list(spellings))]
    try:
        told = await run(Query(pipe_id=pipe_id, where=where, group_by=[field], limit=20))
    except AosError:
        return []
    return [row[0] for row in told.rows]
