"""`average number of invoices per vendor`: the rows by the groups that have some."""

from aos.contracts.query import Aggregate, Condition
from aos.nlq.phrase import figure, plural
from aos.nlq.shapes.point import entity, span_of, such
from aos.nlq.tell import Desk, Told, told_span


async def of_groups(desk: Desk) -> Told:
    """Rows without a group do not count; groups without a row are not in the data, so they do not either."""
    asked, span, (group,) = desk.asked, span_of(desk), desk.asked.groups
    found = await desk.query(
        [*desk.conditions(*([span] if span else [])), Condition(field=group.name, op="not_null")],
        aggregate=[
            Aggregate(function="count", name="rows"),
            Aggregate(function="count_distinct", field=group.name, name="groups"),
        ],
    )
    rows, groups = found.rows[0]
    told = Told(period=told_span(span[1]) if span else None, nothing=not groups)
    if not groups:
        return told
    told.value = rows / groups
    when = f" in {told.period}" if told.period else ""
    what = f"{rows:,} {plural(entity(desk), rows)} of {groups:,} different {plural(group.label, groups)}"
    of = plural(entity(desk), 2)
    told.what = f"Average number of {of} of a {group.label}{such(desk)}{when} was {figure(told.value)}: {what}."
    if asked.filters or span:
        desk.note("Groups without such rows do not count.")
    return told
