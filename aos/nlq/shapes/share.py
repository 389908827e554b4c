"""Which part of the rows, or of a measure, meets a condition."""

from typing import Any

from aos.nlq.asked import Filter, Refusal, Timed
from aos.nlq.phrase import figure, plural
from aos.nlq.shapes.changes import two
from aos.nlq.shapes.figures import figure_of, not_additive
from aos.nlq.shapes.point import count, desk_unit, entity, span_of, such
from aos.nlq.tell import Desk, Told, told_span
from aos.nlq.when import When


async def share(desk: Desk) -> Told:
    """The part in percent. `Refusal` where nobody can tell of what it is a part."""
    asked = desk.asked
    if asked.base is None or len(asked.measures) > 1 or asked.distinct is not None:
        raise Refusal(
            "ambiguous" if len(asked.filters) > 1 else "not_supported",
            "Of what is this the share? One condition and all rows of the period can be compared.",
            choices=tuple(each.told() for each in asked.filters),
        )
    if asked.measures and asked.measures[0].aggregation != "additive":
        raise not_additive(asked.measures[0])
    if asked.change or (asked.versus and asked.times):
        return await _of_two(desk)
    return await _of_one(desk)


async def _of_two(desk: Desk) -> Told:
    """Of either period; the value is by how many points they differ."""
    asked, base, part = desk.asked, desk.asked.base, desk.asked.filters
    if asked.part_is_time or asked.percent:
        raise Refusal("not_supported", "A share is told of one period as a whole; ask for it by itself.")
    dated, spans = two(desk)
    found = []
    for span in spans:
        asked.base, asked.filters = base, part
        desk.spans = [(dated, span, Timed(When("is", period=span), dated, ""))]
        found.append(await _of_one(desk))
    labels = [told_span(span) for span in spans]
    told = Told(columns=["period", "share"], unit="percent", period=f"{labels[0]} to {labels[-1]}")
    told.rows = [[label, each.value] for label, each in zip(labels, found, strict=True)]
    told.nothing = any(each.nothing for each in found)
    if len(found) == 2 and not told.nothing:
        told.value = found[1].value - found[0].value
    told.what = " ".join(f"{label}: {each.what}" for label, each in zip(labels, found, strict=True))
    if told.value is not None:
        told.what += f" The difference is {figure(told.value)} points."
    return told


async def _of_one(desk: Desk) -> Told:
    asked = desk.asked
    assert asked.base is not None
    base, part = asked.base, [] if asked.part_is_time else asked.filters
    period = span_of(desk)
    found = await _of(desk, [*base, *part])
    which = (
        such(desk).strip() if asked.filters != base or desk.fixed else f"in {told_span(period[1])}" if period else ""
    )
    if asked.part_is_time:
        desk.spans, desk.fixed = [], []
    whole = await _of(desk, base)
    asked.filters = [*base, *part]
    told = Told(unit="percent", period=told_span(period[1]) if period and not asked.part_is_time else None)
    told.nothing = not whole
    if whole:
        told.value = 100 * (found or 0) / whole
        asked.filters = base
        told.what = f"{figure(told.value, 'percent')} of {_whole(desk, whole)}: {_figure(desk, found or 0)} {which}."
        asked.filters = [*base, *part]
    return told


async def _of(desk: Desk, filters: list[Filter]) -> Any:
    """The number of rows, or the sum of the measure, under these conditions."""
    desk.asked.filters = filters
    if not desk.asked.measures:
        return (await count(desk)).value
    return (await figure_of(desk, desk.asked.measures[0], span_of(desk), "sum")).value


def _figure(desk: Desk, value: Any) -> str:
    measures = desk.asked.measures
    return figure(value, desk_unit(desk, measures[0]) if measures else None)


def _whole(desk: Desk, value: Any) -> str:
    measures = desk.asked.measures
    what = measures[0].label if measures else plural(entity(desk), value)
    return f"{_figure(desk, value)} {what}{such(desk)}"
