"""How many different ones there are of something, by something else: `number of vendors by status`."""

from typing import Any

from aos.contracts.query import Aggregate, Condition, Order
from aos.contracts.query import Period as Periods
from aos.nlq.asked import Refusal
from aos.nlq.fields import COARSE, Field
from aos.nlq.periods import GRAINS
from aos.nlq.phrase import listed, pairs, plural, when_said
from aos.nlq.shapes.grouped import MOST_GROUPS, RANKED
from aos.nlq.shapes.point import such
from aos.nlq.shapes.ties import first_of
from aos.nlq.tell import Desk, Told, told_span


async def distinct_by(desk: Desk, field: Field) -> Told:
    """A row a group or a period with how many different values its rows have. Nothing else is told of them."""
    asked = desk.asked
    changes = asked.change or asked.versus or asked.trend or len(desk.spans) > 1
    if not asked.counted or changes or asked.measures or asked.share or asked.per_grain or asked.per_group:
        raise Refusal("not_supported", f"How many different {plural(field.label, 2)} there are is told by itself,"
            " by something or by periods; ask for the rest apart.", words=(field.label,))  # fmt: skip
    if bool(asked.groups) == bool(asked.grain):
        raise Refusal("not_supported", "Ask by one thing at a time.")
    return await (_by_fields(desk, field) if asked.groups else _by_periods(desk, field))


async def _by_fields(desk: Desk, field: Field) -> Told:
    asked, spans = desk.asked, desk.span_of_all()
    names = [group.name for group in asked.groups]
    there = [Condition(field=name, op="not_null") for name in names] if asked.ranked else []
    found = await desk.query(
        [*desk.conditions(*spans), *there],
        group_by=names,
        aggregate=[_different(field)],
        order_by=[Order(by="value", descending=asked.descending)] if asked.ranked else [Order(by=names[0])],
        limit=MOST_GROUPS,
    )
    if found.truncated:
        raise Refusal("not_supported", f"These are more than {MOST_GROUPS:,} groups.")
    rows = found.rows
    if asked.ranked:
        most = asked.limit or RANKED
        rows = first_of(desk, rows, most, keys=len(names))
    told = _told(desk, field, names, rows, listed([group.label for group in asked.groups]))
    told.value = rows[0][0] if asked.ranked and asked.limit == 1 and rows and len(names) == 1 else None
    return told


async def _by_periods(desk: Desk, field: Field) -> Told:
    asked, spans = desk.asked, desk.span_of_all()
    dated = spans[0][0] if spans else desk.date_of()
    coarse = dated.look.grain in COARSE and (
        asked.grain not in GRAINS or GRAINS.index(asked.grain) > GRAINS.index(dated.look.grain)
    )
    if asked.ranked or coarse or not dated.look.iso or asked.grain not in GRAINS:
        raise Refusal("not_supported", f"Different {plural(field.label, 2)} are not counted by {asked.grain} here.")
    found = await desk.query(
        desk.conditions(*spans),
        periods=[Periods(field=dated.name, grain=asked.grain, name="period")],  # type: ignore[arg-type]
        aggregate=[_different(field)],
        order_by=[Order(by="period")],
        limit=MOST_GROUPS,
    )
    if found.truncated:
        raise Refusal("not_supported", f"These are more than {MOST_GROUPS:,} periods; ask by a longer one.")
    return _told(desk, field, ["period"], [row for row in found.rows if row[0] is not None], asked.grain)


def _different(field: Field) -> Aggregate:
    return Aggregate(function="count_distinct", field=field.name, name="value")


def _told(desk: Desk, field: Field, names: list[str], rows: list[list[Any]], by: str) -> Told:
    spans = desk.span_of_all()
    told = Told(columns=[*names, "count"], rows=rows, nothing=not rows)
    told.period = told_span(spans[0][1]) if spans else None
    what = f"Number of different {plural(field.label, 2)}{such(desk)} by {by}{when_said(told.period)}"
    told.what = f"{what}: {pairs(rows, None)}."
    return told
