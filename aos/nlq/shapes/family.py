"""A measure by its parts, each of which is a measure of its own."""

from aos.nlq.asked import Refusal
from aos.nlq.phrase import figure, when_said
from aos.nlq.shapes.figures import figure_of
from aos.nlq.shapes.point import desk_unit, span_of, such
from aos.nlq.tell import Desk, Told


async def by_parts(desk: Desk) -> Told:
    """A row for each part, of the period that is asked for or of the newest one."""
    asked, family = desk.asked, desk.asked.family
    assert family is not None
    whole, span = asked.measures[0], span_of(desk)
    if span is None and desk.pipe.periodic and not asked.times:
        span = desk.newest()
        desk.note(f"No period is said: this is {span[1].label()}, the newest.")
    found = [(part, await figure_of(desk, field, span, asked.function)) for part, field in family.parts.items()]
    if any(each.parts is not None for _, each in found):
        raise Refusal("not_supported", f"Ask for one period: parts of {whole.label} have no single figure in it.")
    unit = desk_unit(desk, whole)
    told = Told(
        columns=[family.by, whole.name],
        rows=[[label, each.value] for label, each in found],
        unit=unit,
        period=found[0][1].period or None,
        nothing=all(each.value is None for _, each in found),
    )
    shown = ", ".join(f"{label} {figure(each.value, unit)}" for label, each in found)
    named = f"{whole.label[:1].upper()}{whole.label[1:]} by {family.by}{such(desk)}{when_said(told.period)}"
    told.what = f"{named}: {shown}."
    desk.note(f"Each is a measure of its own: {', '.join(field.name for field in family.parts.values())}.")
    return told
