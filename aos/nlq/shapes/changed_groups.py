"""Figures of two periods by something: `cost by region 2023 vs 2024`, `which region grew the most`."""

from collections.abc import Mapping
from typing import Any

from aos.contracts.query import Condition
from aos.nlq.asked import Refusal
from aos.nlq.fields import Field
from aos.nlq.phrase import figure, listed, pairs, plural
from aos.nlq.shapes.changes import check_percent, exact, in_percent, two
from aos.nlq.shapes.grouped import MOST_GROUPS, RANKED, aggregate_of, way_of
from aos.nlq.shapes.point import Span, desk_unit, entity, such
from aos.nlq.shapes.ties import first_of
from aos.nlq.tell import Desk, Told, told_span

Figures = Mapping[tuple[Any, ...], Any]


async def changed_groups(desk: Desk) -> Told:
    """A row a group with its figure in either period; of a ranking with the change, by which they are ordered."""
    asked = desk.asked
    measure = asked.measures[0] if asked.measures else None
    if len(asked.measures) > 1 or asked.grain or asked.trend or asked.share:
        raise Refusal("not_supported", "A change by something is told of one measure as a whole; ask for it by itself.")
    if asked.ranked and (not asked.change or asked.upward is None):
        raise Refusal("not_supported", "Ask for what grew or fell the most, or for one period at a time.")
    if asked.percent:
        check_percent(desk, measure)
    dated, spans = two(desk)
    if len(spans) != 2:
        raise Refusal("not_supported", "Two periods are put beside each other; ask for two of them.")
    before, after = [await _of(desk, measure, (dated, span)) for span in spans]
    none = 0 if measure is None else None
    rows = [[*key, before.get(key, none), after.get(key, none)] for key in dict.fromkeys([*before, *after])]
    labels = [told_span(span) for span in spans]
    told = Told(columns=[*(group.name for group in asked.groups), *labels], period=f"{labels[0]} to {labels[1]}")
    told.unit = desk_unit(desk, measure) if measure else None
    what = measure.label if measure else f"number of {plural(entity(desk), 2)}"
    if asked.ranked:
        return _ranked(desk, told, rows, what)
    told.rows, told.nothing = sorted(rows, key=lambda row: [str(part) for part in row[:-2]]), not rows
    by = listed([group.label for group in asked.groups])
    shown = [[*row[:-2], f"{figure(row[-2], told.unit)} to {figure(row[-1], told.unit)}"] for row in told.rows]
    told.what = f"{what[:1].upper()}{what[1:]}{such(desk)} by {by}, {labels[0]} to {labels[1]}: {pairs(shown, None)}."
    return told


async def _of(desk: Desk, measure: Field | None, span: Span) -> Figures:
    asked = desk.asked
    names = [group.name for group in asked.groups]
    where, function = await way_of(desk, measure, [span], names)
    if asked.ranked:
        where += [Condition(field=name, op="not_null") for name in names]
    found = await desk.query(where, group_by=names, aggregate=[aggregate_of(function, measure)], limit=MOST_GROUPS)
    if found.truncated:
        raise Refusal("not_supported", f"These are more than {MOST_GROUPS:,} groups.")
    return {tuple(row[:-1]): row[-1] for row in found.rows}


def _ranked(desk: Desk, told: Told, rows: list[list[Any]], what: str) -> Told:
    """Those that have a figure in both periods, by how much it changed."""
    asked = desk.asked
    grown = []
    for row in rows:
        if row[-2] is not None and row[-1] is not None:
            by = in_percent(row[-2], row[-1]) if asked.percent else exact(row[-1], row[-2])
            grown += [[*row, by]] if by is not None else []
    up = bool(asked.upward)
    grown = [row for row in grown if (row[-1] > 0) == up and row[-1]]
    grown.sort(key=lambda row: [str(part) for part in row[:-3]])
    grown.sort(key=lambda row: abs(row[-1]), reverse=asked.descending)
    verb = "grew" if up else "fell"
    if len(grown) < len(rows):
        desk.note(f"Only those that {verb} and have rows in both periods are ranked.")
    told.columns.append("change")
    told.rows = first_of(desk, grown, asked.limit or RANKED, keys=len(asked.groups))
    told.nothing = not told.rows
    if not told.rows:
        return told
    if not asked.percent:
        asked.assume("the change itself is meant, not its part of what there was")
    unit = "percent" if asked.percent else told.unit
    most = "most" if asked.descending else "least"
    told.value = told.rows[0][0] if asked.limit == 1 and len(asked.groups) == 1 else None
    shown = pairs([[*row[:-3], row[-1]] for row in told.rows], unit)
    told.what = f"{what[:1].upper()}{what[1:]}{such(desk)} {verb} {most} from {told.period}: {shown}."
    return told
