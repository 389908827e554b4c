"""The groups whose rows keep a limit together: `vendors with more than 30 invoices`, `teams with an average over`."""

from aos.contracts.query import Condition, Order
from aos.nlq.asked import Refusal
from aos.nlq.phrase import figure, pairs, plural, when_said
from aos.nlq.shapes.figures import WAYS
from aos.nlq.shapes.grouped import MOST_GROUPS, aggregate_of, way_of
from aos.nlq.shapes.limited import OPS
from aos.nlq.shapes.point import desk_unit, entity, such
from aos.nlq.tell import Desk, Told, told_span

_SIGNS = {"gt": "over", "ge": "at least", "lt": "under", "le": "at most", "eq": "exactly", "ne": "not exactly"}


async def limited_groups(desk: Desk) -> Told:
    """Each of them with its figure, the highest first; the value is how many there are. A group without rows is not in
    the data, so that it keeps no limit."""
    asked, (group,), (whole,) = desk.asked, desk.asked.groups, desk.asked.wholes
    asked.functions = [whole.function] if whole.field else []
    spans = desk.span_of_all()
    where, function = await way_of(desk, whole.field, spans, [group.name])
    found = await desk.query(
        [*where, Condition(field=group.name, op="not_null")],
        group_by=[group.name],
        aggregate=[aggregate_of(function, whole.field)],
        order_by=[Order(by="value", descending=True)],
        limit=MOST_GROUPS,
    )
    if found.truncated:
        raise Refusal("not_supported", f"These are more than {MOST_GROUPS:,} groups.")
    rows = [row for row in found.rows if row[-1] is not None and OPS[whole.op](row[-1], whole.value)]
    unit = desk_unit(desk, whole.field) if whole.field else None
    told = Told(value=len(rows), columns=[group.name, whole.field.name if whole.field else "count"], rows=rows)
    told.unit = unit if not asked.counted else None
    told.period = told_span(spans[0][1]) if spans else None
    way = "total" if function == "sum" else WAYS.get(function, "").removeprefix("the ")
    measured = f"{way} {whole.field.label}".strip() if whole.field else plural(entity(desk), 2)
    limit = f"{_SIGNS[whole.op]} {figure(whole.value, unit)}"
    what = f"{limit} {measured}" if whole.field is None else f"{measured} {limit}"
    shown = f": {pairs(rows, unit)}" if rows else ""
    told.what = f"{len(rows)} {plural(group.label, len(rows))} with {what}{such(desk)}{when_said(told.period)}{shown}."
    if whole.op in ("lt", "le", "eq", "ne"):
        desk.note(f"Only those that have any {plural(entity(desk), 2)} are counted.")
    return told
