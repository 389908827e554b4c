"""Several figures of the same rows: a column each, in a row for each group where there are groups."""

from aos.contracts.query import Aggregate, Order
from aos.nlq.asked import Refusal, Wanted
from aos.nlq.phrase import figure, listed, plural, when_said
from aos.nlq.shapes.figures import WAYS, not_additive
from aos.nlq.shapes.grouped import MOST_GROUPS
from aos.nlq.shapes.point import desk_unit, entity, such
from aos.nlq.tell import Desk, Told, told_span

_SHOWN = 5


async def several(desk: Desk) -> Told:
    """All of them from one query, so that they are of the same rows."""
    asked, spans = desk.asked, desk.span_of_all()
    ways = [_way(each) for each in asked.figures]
    names = [
        f"{way}_{each.field.name}" if each.field else "count" for way, each in zip(ways, asked.figures, strict=True)
    ]
    groups = [group.name for group in asked.groups]
    found = await desk.query(
        desk.conditions(*spans),
        group_by=groups,
        aggregate=[
            Aggregate(function=way, field=each.field.name if each.field else None, name=name)  # type: ignore[arg-type]
            for way, each, name in zip(ways, asked.figures, names, strict=True)
        ],
        order_by=[Order(by=groups[0])] if groups else [],
        limit=MOST_GROUPS,
    )
    if found.truncated:
        raise Refusal("not_supported", f"These are more than {MOST_GROUPS:,} groups.")
    told = Told(columns=[*groups, *names], rows=found.rows, period=told_span(spans[0][1]) if spans else None)
    told.nothing = not found.rows or all(value is None for row in found.rows for value in row[len(groups) :])
    for each in asked.figures:
        if each.function == "avg" and each.field is not None and each.field.aggregation == "ratio":
            desk.note(f"{each.field.label} is a ratio: these are plain averages of rows, not weighted.")
    shown = [f"{_key(row, len(groups))}{_said(desk, ways, row[len(groups) :])}" for row in found.rows[:_SHOWN]]
    more = len(found.rows) - len(shown)
    rest = f"; and {more} more" if more > 0 else ""
    of = f" by {listed([group.label for group in asked.groups])}" if groups else ""
    told.what = f"{_figures(desk, ways)}{such(desk)}{of}{when_said(told.period)}: {'; '.join(shown)}{rest}."
    return told


def _way(wanted: Wanted) -> str:
    """How it is put together. Where nobody says only what adds up has one way."""
    if wanted.function or wanted.field is None:
        return wanted.function
    if wanted.field.aggregation != "additive":
        raise not_additive(wanted.field)
    return "sum"


def _figures(desk: Desk, ways: list[str]) -> str:
    named = [
        f"{_spelled(way)} {each.field.label.removeprefix('total ')}"
        if each.field
        else f"number of {plural(entity(desk), 2)}"
        for way, each in zip(ways, desk.asked.figures, strict=True)
    ]
    said = listed(named)
    return said[:1].upper() + said[1:]


def _spelled(way: str) -> str:
    return "total" if way == "sum" else WAYS[way].removeprefix("the ")


def _said(desk: Desk, ways: list[str], values: list[object]) -> str:
    pairs = zip(ways, desk.asked.figures, values, strict=True)
    return listed([figure(value, desk_unit(desk, each.field) if each.field else None) for _, each, value in pairs])


def _key(row: list[object], size: int) -> str:
    return f"{' / '.join(figure(part) for part in row[:size])} " if size else ""
