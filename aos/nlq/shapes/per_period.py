"""One figure of several periods: `average monthly cost`, `highest quarterly revenue`."""

from datetime import timedelta
from itertools import pairwise

from aos.nlq import periods
from aos.nlq.phrase import figure, plural, when_said
from aos.nlq.shapes.figures import WAYS
from aos.nlq.shapes.grouped import by_periods
from aos.nlq.shapes.point import desk_unit, entity, span_of, such
from aos.nlq.shapes.ties import note
from aos.nlq.tell import Desk, Told, told_span

MOST_PERIODS = 10_000


async def of_periods(desk: Desk) -> Told:
    """`average monthly cost`, `highest quarterly revenue`: the sum of each month, and the average of those."""
    measure, span = desk.asked.measures[0] if desk.asked.measures else None, span_of(desk)
    asked, functions, way = desk.asked, desk.asked.functions, desk.asked.function
    if measure is None or measure.aggregation == "additive":
        asked.functions = []
    found = [
        (label, value)
        for label, value in await by_periods(desk, measure, asked.grain, span, MOST_PERIODS)
        if value is not None
    ]
    asked.functions = functions
    told = Told(
        unit=desk_unit(desk, measure) if measure else None,
        period=told_span(span[1]) if span else None,
        nothing=not found,
    )
    if not found:
        return told
    values = [value for _, value in found]
    if way == "avg" and _has_gaps([label for label, _ in found]):
        desk.note(f"A {asked.grain} without rows does not count.")
    name = measure.label if measure else f"number of {plural(entity(desk), 2)}"
    told.value = {"avg": lambda: sum(values) / len(values), "max": lambda: max(values), "min": lambda: min(values)}[
        way
    ]()
    which = "" if way == "avg" else f", in {next(label for label, value in found if value == told.value)}"
    others = [label for label, value in found if value == told.value][1:] if way != "avg" else []
    if others:
        note(desk, others, len(others), alone=True)
    when = when_said(told.period)
    what = f"{WAYS[way]} {name} of a {asked.grain}{such(desk)}{when} was {figure(told.value, told.unit)}{which}"
    told.what = f"{what[:1].upper()}{what[1:]} ({len(values)} {plural(asked.grain, len(values))})."
    return told


def _has_gaps(labels: list[str]) -> bool:
    """Whether a period between the first and the last is not among them."""
    known = sorted(period for label in labels if (period := periods.of_value(label)))
    return any(other.first > one.last + timedelta(days=1) for one, other in pairwise(known))
