"""Times beside each other, period by period: `quarterly cost 2023 vs 2024`, `tickets by month in 2024 and 2025`."""

from typing import Any

from aos.nlq import periods
from aos.nlq.asked import Refusal
from aos.nlq.fields import Field
from aos.nlq.periods import GRAINS, Period
from aos.nlq.phrase import figure, plural
from aos.nlq.shapes.grouped import by_periods
from aos.nlq.shapes.point import desk_unit, entity, such
from aos.nlq.tell import Desk, Told, told_span

_ALONE = "How much each period changed is not told; ask for its trend, or for the change between two."


def drops_grain(desk: Desk, dated: Field, spans: list[Period]) -> bool:
    """Whether figures of whole times would lose the grain that was asked for. Of `average quarterly cost` over rows by
    quarter the average is that of the rows."""
    asked = desk.asked
    if asked.grain and asked.change and not desk.spans and asked.against != asked.grain:
        return True  # `growth by quarter`: of each of them
    if not asked.grain or all(_is_one(span, asked.grain) for span in spans):
        return False
    own = desk.pipe.periodic and dated.look.grain == asked.grain
    return not (asked.per_grain and own and not (asked.change and len(desk.spans) < 2))


def _is_one(span: Period, grain: str) -> bool:
    return periods.containing(span.first, grain)[:2] == span[:2]


def _is_shorter(span: Period, grain: str) -> bool:
    return periods.containing(span.first, grain).last > span.last


async def by_grain(desk: Desk, measure: Field | None, dated: Field, spans: list[Period]) -> Told:
    """A row a period; years that are compared side by side. `Refusal` where fewer than two times are named:
    what is asked for is then the change of each."""
    asked = desk.asked
    if len(desk.spans) < 2 or asked.percent or asked.more:
        raise Refusal("not_supported", _ALONE, words=(asked.grain,))
    if asked.per_grain or asked.grain not in GRAINS or any(_is_shorter(span, asked.grain) for span in spans):
        raise Refusal("not_supported", f"Ask for these times by {asked.grain} one after the other.")
    found = [await by_periods(desk, measure, asked.grain, (dated, span)) for span in spans]
    labels = [told_span(span) for span in spans]
    told = Told(period=f"{labels[0]} to {labels[-1]}", unit=desk_unit(desk, measure) if measure else None)
    if (asked.versus or asked.change) and all(span.grain == "year" for span in spans):
        _side_by_side(told, labels, found, none=0 if measure is None else None)
    else:
        told.columns = ["period", measure.name if measure else "count"]
        told.rows = [[label, value] for figures in found for label, value in figures]
    told.nothing = not told.rows
    what = measure.label if measure else f"number of {plural(entity(desk), 2)}"
    shown = ", ".join(f"{row[0]} {' to '.join(figure(v, told.unit) for v in row[1:])}" for row in told.rows or [])
    named = " and ".join(labels)
    told.what = f"{what[:1].upper()}{what[1:]}{such(desk)} by {asked.grain} in {named}: {shown}."
    return told


def _side_by_side(told: Told, labels: list[str], found: list[list[tuple[str, Any]]], none: Any) -> None:
    """`Q1` of one year beside that of the others; a count that has no rows is 0, any other figure nothing."""
    columns = [{label.partition("-")[2] or label: value for label, value in figures} for figures in found]
    told.columns = ["period", *labels]
    names = sorted({name for column in columns for name in column})
    told.rows = [[name, *(column.get(name, none) for column in columns)] for name in names]
