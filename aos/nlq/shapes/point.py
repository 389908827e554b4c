"""One figure, or one a measure: what was it, how many, which part of all."""

from typing import Any

from aos.contracts.query import Aggregate
from aos.nlq.asked import Refusal
from aos.nlq.fields import Field
from aos.nlq.periods import Period
from aos.nlq.phrase import figure, listed, plural, when_said
from aos.nlq.shapes.figures import WAYS, Figure, figure_of
from aos.nlq.tell import Desk, Told, told_span

Span = tuple[Field, Period]


def entity(desk: Desk) -> str:
    """What a row is called."""
    return (desk.pipe.facts.entity_scope or "row").replace("_", " ")


def such(desk: Desk) -> str:
    """The filters in words."""
    said = [each.told() for each in desk.asked.filters]
    said += [f"{dated.label} is{when_said(told_span(period))}" for dated, period in desk.fixed]
    return f" where {listed(said)}" if said else ""


def span_of(desk: Desk) -> Span | None:
    """The one period that a figure is of."""
    return next(iter(desk.span_of_all()), None)


async def point(desk: Desk) -> Told:
    """The figure of every measure that is asked for."""
    measures, asked = desk.asked.measures, desk.asked
    span = span_of(desk)
    if span is None and desk.pipe.periodic and not asked.functions and measures[0].kind == "number" and not asked.times:
        span = desk.newest()
        desk.note(f"No period is said: this is {span[1].label()}, the newest.")
    wanted = [each for each in asked.functions if each != "sum"] or asked.functions or [""]
    if len(wanted) > 1:
        return await _functions(desk, measures, wanted, span)
    found = [await figure_of(desk, measure, span, wanted[0]) for measure in measures]
    if len(found) == 1:
        return _one(desk, measures[0], found[0])
    return _several(desk, measures, found)


async def _functions(desk: Desk, measures: list[Field], wanted: list[str], span: Span | None) -> Told:
    """`min and max salary`: a column each."""
    made = [(name, measure, await figure_of(desk, measure, span, name)) for measure in measures for name in wanted]
    told = Told(
        columns=[f"{name}_{measure.name}" for name, measure, _ in made], rows=[[each.value for _, _, each in made]]
    )
    told.period = made[0][2].period or None
    told.nothing = all(each.value is None for _, _, each in made)
    shown = [f"{WAYS[name]} {m.label} {figure(each.value, desk_unit(desk, m))}" for name, m, each in made]
    told.what = f"{listed(shown)}{when_said(told.period)}{such(desk)}."
    told.what = told.what[:1].upper() + told.what[1:]
    return told


def _one(desk: Desk, measure: Field, found: Figure) -> Told:
    unit = desk_unit(desk, measure)
    told = Told(unit=unit, period=found.period or None)
    named = f"{measure.label[:1].upper()}{measure.label[1:]}{such(desk)}"
    if found.parts is not None:
        told.columns, told.rows = ["period", measure.name], [[label, value] for label, value in found.parts]
        told.nothing = not found.parts
        shown = ", ".join(f"{label} {figure(value, unit)}" for label, value in found.parts[:8])
        told.what = f"{named}{when_said(found.period)}: {shown}."
        return told
    told.value, told.nothing = found.value, found.value is None
    way = f" ({found.how})" if found.how else ""
    when = when_said(found.period)
    function = desk.asked.function
    if function in WAYS and function != "sum":
        named = f"{WAYS[function].capitalize()} {measure.label}{such(desk)}"
        way = f" ({found.how.rpartition(' of ')[2]})" if found.how else ""
    told.what = f"{named}{when} was {figure(found.value, unit)}{way}."
    return told


def _several(desk: Desk, measures: list[Field], found: list[Figure]) -> Told:
    """A row of figures, or a row a period where one of them has no single figure."""
    names = [measure.name for measure in measures]
    if all(each.parts is None for each in found):
        told = Told(columns=names, rows=[[each.value for each in found]], period=found[0].period or None)
        shown = [f"{m.label} {figure(f.value, desk_unit(desk, m))}" for m, f in zip(measures, found, strict=True)]
        told.what = (
            f"{when_said(told.period)[1:2].upper()}{when_said(told.period)[2:]}: {listed(shown)}."
            if told.period
            else f"{listed(shown)}."
        )
        told.nothing = all(each.value is None for each in found)
        if desk.asked.adding and all(m.aggregation == "additive" and m.unit == measures[0].unit for m in measures):
            told.value, told.unit = sum(each.value or 0 for each in found), desk_unit(desk, measures[0])
            told.what = f"{told.what} Together {figure(told.value, told.unit)}."
        return told
    if any(each.parts is None for each in found):
        raise Refusal("not_supported", f"Ask for {listed([m.label for m in measures])} one after the other: not all of"
            " them have one figure for this period.")  # fmt: skip
    labels = list(dict.fromkeys(label for each in found for label, _ in each.parts or ()))
    parts = [dict(each.parts or ()) for each in found]
    rows = [[label, *(each.get(label) for each in parts)] for label in labels]
    return Told(
        what=f"{listed([m.label for m in measures])} by period: {len(rows)} periods.",
        columns=["period", *names],
        rows=rows,
        period=found[0].period,
    )


async def count(desk: Desk) -> Told:
    """How many rows, or how many different values of a field."""
    asked = desk.asked
    spans = desk.span_of_all()
    period = told_span(spans[0][1]) if spans else None
    when = when_said(period)
    if asked.distinct is not None:
        found = await desk.query(
            desk.conditions(*spans),
            aggregate=[Aggregate(function="count_distinct", field=asked.distinct.name, name="value")],
        )
        value = found.rows[0][0]
        return Told(
            f"There are {value:,} different {plural(asked.distinct.label, value)}{such(desk)}{when}.",
            value,
            period=period,
        )
    found = await desk.query(desk.conditions(*spans), aggregate=[Aggregate(function="count", name="value")])
    value = found.rows[0][0]
    verb = "is" if value == 1 else "are"
    return Told(f"There {verb} {value:,} {plural(entity(desk), value)}{such(desk)}{when}.", value, period=period)


def desk_unit(desk: Desk, measure: Field) -> str | None:
    """The unit. One that is named by a field of the pipe differs from row to row: the amounts are not converted."""
    if measure.unit is None or measure.kind != "number":
        return None
    other = desk.pipe.fields.get(measure.unit)
    if other is None or other.kind != "text":
        return measure.unit
    chosen = [each for each in desk.asked.filters if each.field == other and each.op == "eq"]
    if chosen:
        return str(chosen[0].value)
    values = [str(value) for value in other.look.values or ()]
    if len(values) == 1:
        return values[0]
    desk.note(f"Amounts are in several kinds of {other.label} ({listed(sorted(values)[:5])}) and are not converted.")
    return None


def value_of(rows: list[list[Any]]) -> Any:
    return rows[0][0] if rows else None
