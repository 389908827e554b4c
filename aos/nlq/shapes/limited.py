"""The periods whose figure keeps a limit: `which quarters had bookings over 70m`, `in how many was it under 5`."""

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from aos.contracts.query import Aggregate
from aos.nlq import periods
from aos.nlq.asked import Refusal
from aos.nlq.fields import COARSE, Field
from aos.nlq.phrase import listed, pairs, plural
from aos.nlq.shapes.figures import not_additive
from aos.nlq.shapes.grouped import by_periods
from aos.nlq.shapes.point import Span, desk_unit, span_of, such
from aos.nlq.tell import Desk, Told, told_span

OPS: Mapping[str, Callable[[Any, Any], bool]] = {"gt": gt, "ge": ge, "lt": lt, "le": le, "eq": eq, "ne": ne}
MOST_PERIODS = 10_000


async def limited(desk: Desk) -> Told:
    """Each of the periods with its figures; the value is how many there are. Only of a pipe whose rows are periods:
    of other rows nobody says whether each row is meant, or what they come to together."""
    asked, span = desk.asked, span_of(desk)
    dated = span[0] if span else desk.date_of()
    await _check_one_row(desk, dated, span)
    own = asked.grain == dated.look.grain
    columns = []
    for measure in asked.measures:
        if not own and measure.aggregation not in ("additive", "point_in_time"):
            raise not_additive(measure)
        columns.append(dict(await by_periods(desk, measure, asked.grain, span)))
    labels = [label for label in columns[0] if all(label in column for column in columns)]
    figures = {label: [column[label] for column in columns] for label in labels}
    rows = [[label, *figures[label]] for label in labels if _keeps(desk, figures[label])]
    names = [measure.name for measure in asked.measures]
    told = Told(value=len(rows), columns=[dated.name if own else "period", *names], rows=rows)
    told.period = told_span(span[1]) if span else None
    unit = told.unit = desk_unit(desk, asked.measures[0]) if len(names) == 1 else None
    when = f" in {told.period}" if told.period else ""
    shown = f": {pairs(rows, unit)}" if rows and len(names) == 1 else ""
    limits = listed([each.told() for each in asked.limits])
    told.nothing = told.why_nothing = not rows and not asked.counted
    told.what = f"{len(rows)} {plural(asked.grain, len(rows))}{when}{such(desk)} with {limits}{shown}."
    return told


async def _check_one_row(desk: Desk, dated: Field, span: Span | None) -> None:
    counted = await desk.query(
        desk.conditions(*([span] if span else [])),
        ahead=True,
        group_by=[dated.name],
        aggregate=[Aggregate(function="count", name="rows")],
        limit=MOST_PERIODS,
    )
    whole = all(periods.of_value(value) is not None for value, _ in counted.rows if value is not None)
    if desk.pipe.periodic and dated.look.grain in COARSE and whole and all(rows <= 1 for _, rows in counted.rows):
        return
    limits, grain = listed([each.told() for each in desk.asked.limits]), desk.asked.grain
    choices = (f"rows where {limits}", f"{plural(grain, 2)} whose rows come to that together")
    raise Refusal("ambiguous", f"Is the limit on each row or on the whole of a {grain}?", choices=choices)


def _keeps(desk: Desk, figures: list[Any]) -> bool:
    values = dict(zip((measure.name for measure in desk.asked.measures), figures, strict=True))
    return all(
        values[each.field.name] is not None and OPS[each.op](values[each.field.name], each.value)
        for each in desk.asked.limits
    )
