"""Records, or the values of a field, one by one."""

from decimal import Decimal
from typing import Any

from aos.contracts.query import Aggregate, Condition, Order
from aos.nlq.fields import Field
from aos.nlq.phrase import figure, plural, when_said
from aos.nlq.shapes.figures import not_additive
from aos.nlq.shapes.point import desk_unit, entity, such
from aos.nlq.shapes.ties import FEW, tied_records
from aos.nlq.tell import Desk, Told, told_span

MOST_COLUMNS = 14
MOST_LISTED = 200


async def records(desk: Desk) -> Told:
    """The rows that meet the conditions: how many there are, and the first of them."""
    spans = desk.span_of_all()
    where = desk.conditions(*spans)
    found = await desk.query(where, aggregate=[Aggregate(function="count", name="value")])
    total = found.rows[0][0]
    limit = min(desk.asked.limit or desk.limit, 1_000)
    period = told_span(spans[0][1]) if spans else None
    when = when_said(period)
    columns = _columns(desk)
    if not total:
        return Told(f"There are no {plural(entity(desk), 0)}{such(desk)}{when}.", 0, columns, [], period=period)
    rows = await desk.query(where, select=columns, order_by=[Order(by=columns[0])], limit=limit)
    more = f"; the first {len(rows.rows)} are shown" if total > len(rows.rows) else ""
    what = f"{total:,} {plural(entity(desk), total)}{such(desk)}{when}{more}."
    return Told(what, total, columns, rows.rows, period=period)


def _columns(desk: Desk) -> list[str]:
    """Keys first, then the fields that the question speaks of, then the others as the pipe has them."""
    pipe = desk.pipe
    named = [name for name in pipe.facts.identity_keys if name in pipe.fields]
    named += [each.field.name for each in desk.asked.filters] + [each.name for each in desk.asked.shown]
    return list(dict.fromkeys([*named, *pipe.fields]))[:MOST_COLUMNS]


async def ranked_records(desk: Desk) -> Told:
    """`largest invoice by net amount`, `5 newest tickets`: rows by a figure or by their date."""
    asked = desk.asked
    measure = asked.measures[0]
    spans = desk.span_of_all()
    where = [*desk.conditions(*spans), Condition(field=measure.name, op="not_null")]
    keys = [name for name in desk.pipe.facts.identity_keys if name in desk.pipe.fields] or _columns(desk)[:1]
    named = [field.name for field in desk.pipe.texts() if field.words == ("name",) or field.words[-1:] == ("name",)][:1]
    columns = list(dict.fromkeys([*keys, *named, measure.name]))
    most = asked.limit or 10
    order = Order(by=measure.name, descending=asked.descending)
    found = await desk.query(where, select=columns, order_by=[order], limit=most + FEW + 1)
    rows = found.rows[:most]
    if not (asked.moment or asked.together):
        rows = await tied_records(desk, where, measure, found.rows, most)
    unit = desk_unit(desk, measure)
    told = Told(columns=columns, rows=rows, unit=unit, nothing=not rows)
    told.period = told_span(spans[0][1]) if spans else None
    if rows:
        end = (
            ("newest" if asked.descending else "oldest")
            if measure.kind == "date"
            else "highest"
            if asked.descending
            else "lowest"
        )
        told.value = rows[0][-1 if asked.moment else 0] if asked.limit == 1 else None
        if asked.together:
            told.value = _together(asked.together, measure, [row[-1] for row in rows])
        shown = ", ".join(
            f"{' '.join(str(each) for each in row[:-1] if each is not None)} {figure(row[-1], unit)}"
            for row in rows[:5]
        )
        told.what = (
            f"{plural(entity(desk), len(rows)).capitalize()} with the {end} {measure.label}{such(desk)}: {shown}."
        )
        if asked.together:
            way = "the sum" if asked.together == "sum" else "the average"
            told.what = f"{way.capitalize()} of these {len(rows)} is {figure(told.value, unit)}. {told.what}"
    return told


def _together(function: str, measure: Field, values: list[Any]) -> float:
    if measure.kind != "number" or (function == "sum" and measure.aggregation != "additive"):
        raise not_additive(measure)
    whole = float(sum(Decimal(str(value)) for value in values))
    return whole if function == "sum" else whole / len(values)


async def listed_values(desk: Desk, field: Field) -> Told:
    """The different values of a field, with how many rows have each."""
    spans = desk.span_of_all()
    found = await desk.query(
        [*desk.conditions(*spans), Condition(field=field.name, op="not_null")],
        group_by=[field.name],
        aggregate=[Aggregate(function="count", name="count")],
        order_by=[Order(by=field.name)],
        limit=MOST_LISTED,
    )
    names = ", ".join(str(row[0]) for row in found.rows[:20])
    more = " and more" if found.truncated or len(found.rows) > 20 else ""
    return Told(
        f"{field.label[:1].upper()}{field.label[1:]}{such(desk)}: {names}{more}.",
        found.rows[0][0] if desk.asked.which and len(found.rows) == 1 else len(found.rows),
        [field.name, "count"],
        found.rows,
        nothing=not found.rows,
    )
