"""Figures by something: a breakdown, a ranking, a trend."""

from collections.abc import Sequence
from typing import Any

from aos.contracts.query import Aggregate, Condition, Order
from aos.contracts.query import Period as Periods
from aos.nlq import periods
from aos.nlq.asked import Refusal
from aos.nlq.fields import COARSE, Field
from aos.nlq.periods import GRAINS, Period
from aos.nlq.phrase import figure, listed, pairs, plural, when_said
from aos.nlq.shapes.figures import WAYS, not_additive, only_one_date
from aos.nlq.shapes.point import Span, desk_unit, entity, span_of, such
from aos.nlq.shapes.ties import first_of
from aos.nlq.tell import Desk, Told, in_order, told_span

MOST_GROUPS = 1_000
RANKED = 10  # rows of a ranking that nobody gave a number


async def grouped(desk: Desk) -> Told:
    """By fields, by periods, or by both."""
    asked = desk.asked
    if asked.groups and (asked.grain or asked.trend):
        return await _by_both(desk)
    if asked.groups:
        return await _by_fields(desk)
    return await _trend(desk)


async def _by_fields(desk: Desk) -> Told:
    asked = desk.asked
    if len(asked.measures) > 1:
        raise Refusal("not_supported", f"Ask for {listed([m.label for m in asked.measures])} one after the other.")
    measure = asked.measures[0] if asked.measures else None
    spans = desk.span_of_all()
    names = [group.name for group in asked.groups]
    where, function = await way_of(desk, measure, spans, names)
    if asked.ranked:
        where += [Condition(field=name, op="not_null") for name in names]
    order = (
        [Order(by="value", descending=asked.descending)]
        if asked.ranked or not _few(asked.groups)
        else [Order(by=names[0])]
    )
    most = min(asked.limit or (RANKED if asked.ranked else MOST_GROUPS), MOST_GROUPS)
    found = await desk.query(
        where,
        group_by=names,
        aggregate=[aggregate_of(function, measure)],
        order_by=order,
        limit=MOST_GROUPS,
    )
    rows = [row for row in found.rows if row[-1] is not None or not asked.ranked]
    if asked.share:
        rows = _shares(rows)  # of all of them, before the first ones are taken
    rows = first_of(desk, rows, most, keys=len(names), more=found.truncated) if asked.ranked else rows[:most]
    if found.truncated and not asked.ranked:
        desk.note(f"There are more than {MOST_GROUPS:,} groups; the largest are shown.")
    unit = desk_unit(desk, measure) if measure else None
    if asked.share:
        unit = "percent"
        desk.note("Each is its part of the sum of all.")
    told = Told(unit=unit, period=told_span(spans[0][1]) if spans else None, rows=rows, nothing=not rows)
    told.columns = [*names, measure.name if measure else "count"]
    told.value = rows[0][0] if asked.ranked and asked.limit == 1 and rows and len(names) == 1 else None
    told.what = _sentence(desk, measure, function, rows, told)
    return told


def aggregate_of(function: str, measure: Field | None) -> Aggregate:
    """Of one row the highest is what it has."""
    way: Any = "max" if function == "only" else function
    return Aggregate(function=way, field=measure.name if measure else None, name="value")


def _few(groups: list[Field]) -> bool:
    return len(groups) == 1


def _shares(rows: list[list[Any]]) -> list[list[Any]]:
    whole = sum(row[-1] or 0 for row in rows)
    return [[*row[:-1], 100 * (row[-1] or 0) / whole if whole else None] for row in rows]


async def way_of(
    desk: Desk, measure: Field | None, spans: list[Span], names: list[str] | None = None
) -> tuple[list[Condition], str]:
    """The conditions, and how the rows of a group are put together; `only` where each has no more than one. `names`
    are the groups, where they are fields."""
    asked = desk.asked
    if measure is None:
        return desk.conditions(*spans), "count"
    if asked.function in ("avg", "max", "min"):
        if asked.function == "avg" and measure.aggregation == "ratio":
            desk.note(f"{measure.label} is a ratio: these are plain averages of rows, not weighted.")
        return desk.conditions(*spans), asked.function
    if measure.aggregation == "additive":
        return desk.conditions(*spans), "sum"
    if measure.aggregation == "ratio" and not desk.pipe.periodic and asked.function != "sum":
        asked.assume(f"the average of {measure.label} is meant")
        return desk.conditions(*spans), "avg"
    if measure.aggregation == "point_in_time" and desk.pipe.periodic:
        return _at_one_instant(desk, measure, spans), "sum"
    if measure.aggregation == "point_in_time":
        await only_one_date(desk, measure, spans)
        return desk.conditions(*spans), "sum"
    if names and asked.function != "sum" and await _has_single_rows(desk, measure, spans, names):
        return desk.conditions(*spans), "only"
    raise not_additive(measure)


async def _has_single_rows(desk: Desk, measure: Field, spans: list[Span], names: list[str]) -> bool:
    """Whether no group has more than one row: its figure is then that of the row, however it adds up."""
    found = await desk.query(
        desk.conditions(*spans),
        ahead=True,
        group_by=names,
        aggregate=[Aggregate(function="count", name="value")],
        order_by=[Order(by="value", descending=True)],
        limit=1,
    )
    return bool(found.rows) and found.rows[0][-1] == 1


def _at_one_instant(desk: Desk, measure: Field, spans: list[Span]) -> list[Condition]:
    """A point in time by something else than time is that of the last period."""
    if desk.pipe.finer is not None:
        raise not_additive(measure)
    dated, period = spans[0] if spans else desk.newest()
    inside = in_order(desk.pipe, dated, period)
    if not inside:
        raise not_additive(measure)
    desk.note(f"{measure.label} is a value at a point in time: these are of {inside[-1][1].label()}.")
    return [*desk.conditions(), Condition(field=dated.name, op="eq", value=inside[-1][0])]


def _sentence(desk: Desk, measure: Field | None, function: str, rows: list[list[Any]], told: Told) -> str:
    asked = desk.asked
    what = plural(entity(desk), 2) if measure is None else measure.label
    named = (
        f"Number of {what}"
        if measure is None
        else f"{WAYS[function].removeprefix('the ').capitalize()} of {what}"
        if function not in ("sum", "only")
        else what[:1].upper() + what[1:]
    )
    when = when_said(told.period)
    by = listed([group.label for group in asked.groups]) or (asked.grain or "period")
    if asked.ranked and asked.limit == 1 and rows:
        first = " / ".join(figure(part) for part in rows[0][:-1])
        end = "highest" if asked.descending else "lowest"
        what = f"{named[:1].lower()}{named[1:]}{such(desk)}{when}"
        return f"{first} has the {end} {what}: {figure(rows[0][-1], told.unit)}."
    return f"{named}{such(desk)} by {by}{when}: {pairs(rows, told.unit)}."


# -- by periods


async def _trend(desk: Desk) -> Told:
    asked = desk.asked
    if len(asked.measures) > 1:
        return await _trends(desk)
    measure, span = asked.measures[0] if asked.measures else None, span_of(desk)
    grain = asked.grain or _grain(desk, span)
    _refuse_average_of_ratios(desk, measure, grain)
    rows: Sequence[Sequence[Any]] = await by_periods(desk, measure, grain, span)
    if asked.ranked:
        known = [list(row) for row in rows if row[-1] is not None]
        known.sort(key=lambda row: row[-1], reverse=asked.descending)
        rows = first_of(desk, known, asked.limit or RANKED, keys=1)
    elif asked.limit:
        rows = rows[-asked.limit :]
    told = Told(
        columns=["period", measure.name if measure else "count"], rows=[list(row) for row in rows], nothing=not rows
    )
    told.unit = desk_unit(desk, measure) if measure else None
    told.period = told_span(span[1]) if span else None
    told.value = rows[0][0] if asked.ranked and asked.limit == 1 and rows else None
    function = asked.function if asked.function in ("avg", "max", "min") and measure else "sum"
    asked.grain = grain
    told.what = _sentence(desk, measure, function, told.rows or [], told)
    return told


def _refuse_average_of_ratios(desk: Desk, measure: Field | None, grain: str) -> None:
    """`average yearly margin`: of a ratio by quarter there is none of a year that an average could be taken of."""
    ratio = measure is not None and measure.aggregation == "ratio" and desk.pipe.periodic
    if ratio and measure is not None and desk.asked.per_grain and grain != desk.date_of().look.grain:
        raise not_additive(measure)


async def _trends(desk: Desk) -> Told:
    """Several measures, a column each."""
    asked, span = desk.asked, span_of(desk)
    grain = asked.grain or _grain(desk, span)
    columns = [dict(await by_periods(desk, measure, grain, span)) for measure in asked.measures]
    labels = sorted({label for column in columns for label in column})
    rows = [[label, *(column.get(label) for column in columns)] for label in labels]
    names = [measure.name for measure in asked.measures]
    measured = listed([measure.label for measure in asked.measures])
    what = f"{measured[:1].upper()}{measured[1:]} by {grain}: {len(rows)} {plural('period', len(rows))}."
    return Told(what, columns=["period", *names], rows=rows, nothing=not rows)


def _grain(desk: Desk, span: Span | None) -> str:
    """Where nobody says: the data's own, or by how long the time is."""
    dated = span[0] if span else desk.date_of()
    if dated.look.grain in COARSE:
        return dated.look.grain
    first, last = dated.look.first, dated.look.last
    if first is None or last is None:
        return "month"
    begin, end = (max(first.first, span[1].first), min(last.last, span[1].last)) if span else (first.first, last.last)
    days = (end - begin).days
    return "day" if days <= 45 else "month" if days <= 1_130 else "year"


async def by_periods(
    desk: Desk, measure: Field | None, grain: str, span: Span | None, most: int = MOST_GROUPS
) -> list[tuple[str, Any]]:
    """(period, figure) of every period that has rows, the earliest first."""
    dated = span[0] if span else desk.date_of()
    native = dated.look.grain
    if grain not in GRAINS:
        raise Refusal("not_supported", "Figures are given by year, quarter, month or day.", words=(grain,))
    if native in COARSE and GRAINS.index(grain) > GRAINS.index(native):
        if desk.pipe.finer is not None and grain in desk.pipe.finer.words:
            return await _of_parts(desk, measure, dated, desk.pipe.finer, span)
        raise Refusal("not_supported", f"The data of {desk.pipe.label} are by {native}, not by {grain}.")
    if (
        measure is not None
        and desk.pipe.periodic
        and desk.asked.function not in ("avg", "max", "min")
        and measure.aggregation != "additive"
    ):
        return await _of_stocks(desk, measure, grain, dated, span)
    where, function = await _way_of_periods(desk, measure, span)
    if not dated.look.iso:
        return await _by_values(desk, measure, function, grain, dated, where)
    found = await desk.query(
        where,
        periods=[Periods(field=dated.name, grain=grain, name="period")],  # type: ignore[arg-type]
        aggregate=[Aggregate(function=function, field=measure.name if measure else None, name="value")],  # type: ignore[arg-type]
        order_by=[Order(by="period")],
        limit=most,
    )
    if found.truncated:
        raise Refusal("not_supported", f"These are more than {most:,} periods; ask by a longer one.")
    return [(row[0], row[1]) for row in found.rows if row[0] is not None]


async def _of_parts(
    desk: Desk, measure: Field | None, dated: Field, finer: Field, span: Span | None
) -> list[tuple[str, Any]]:
    """Quarters or months that stand in a field of their own beside the year: `2024 Q3`."""
    if measure is not None and measure.aggregation != "additive":
        raise not_additive(measure)
    where, function = await _way_of_periods(desk, measure, span)
    found = await desk.query(
        where,
        group_by=[dated.name, finer.name],
        aggregate=[Aggregate(function=function, field=measure.name if measure else None, name="value")],  # type: ignore[arg-type]
        order_by=[Order(by=dated.name), Order(by=finer.name)],
        limit=MOST_GROUPS,
    )
    return [(f"{row[0]} {row[1]}", row[2]) for row in found.rows]


async def _way_of_periods(desk: Desk, measure: Field | None, span: Span | None) -> tuple[list[Condition], str]:
    """As for groups; but a point in time of events has no figure of a period."""
    spans = [span] if span else []
    if (
        measure is not None
        and measure.aggregation == "point_in_time"
        and desk.asked.function not in ("avg", "max", "min")
    ):
        raise not_additive(measure)
    return await way_of(desk, measure, spans)


async def _by_values(
    desk: Desk, measure: Field | None, function: str, grain: str, dated: Field, where: list[Condition]
) -> list[tuple[str, Any]]:
    """Dates that are not spelled from year to day are grouped as they are, and put together here by period."""
    if function == "avg":
        raise Refusal("not_supported", f"Averages by {grain} are not computed over {dated.label} as it is spelled.")
    found = await desk.query(
        where,
        group_by=[dated.name],
        aggregate=[Aggregate(function=function, field=measure.name if measure else None, name="value")],  # type: ignore[arg-type]
        limit=10_000,
    )
    together: dict[Period, list[Any]] = {}
    for value, amount in found.rows:
        if (spelled := periods.of_value(value)) and amount is not None:
            together.setdefault(periods.containing(spelled.first, grain), []).append(amount)
    put = {"sum": sum, "count": sum, "max": max, "min": min}[function]
    return [(period.label(), put(together[period])) for period in sorted(together)]  # type: ignore[operator]


async def _of_stocks(desk: Desk, measure: Field, grain: str, dated: Field, span: Span | None) -> list[tuple[str, Any]]:
    """A ratio or a point in time of a pipe of periods: one value a period, never put together from several."""
    if desk.pipe.finer is not None or desk.asked.adding:
        raise not_additive(measure)
    where = desk.conditions(*([span] if span else []))
    found = await desk.query(
        where,
        group_by=[dated.name],
        aggregate=[
            Aggregate(function="sum", field=measure.name, name="value"),
            Aggregate(function="count", field=measure.name, name="rows"),
        ],
        limit=10_000,
    )
    point = measure.aggregation == "point_in_time"
    if not point and any(rows > 1 for _, _, rows in found.rows):
        raise not_additive(measure)
    known = [(spelled, value) for raw, value, rows in found.rows if rows and (spelled := periods.of_value(raw))]
    known.sort()
    if grain == dated.look.grain:
        return [(spelled.label(), value) for spelled, value in known]
    if not point and desk.asked.ranked:
        raise not_additive(measure)
    if not point:
        desk.note(f"{measure.label} can't be put together over a {grain}; each {dated.look.grain} is given.")
        return [(spelled.label(), value) for spelled, value in known]
    desk.note(f"{measure.label} is a value at a point in time: each is the last one of its {grain}.")
    return list({periods.containing(spelled.first, grain).label(): value for spelled, value in known}.items())


async def _by_both(desk: Desk) -> Told:
    """`by region and quarter`."""
    asked, span = desk.asked, span_of(desk)
    dated = span[0] if span else desk.date_of()
    measure = asked.measures[0] if asked.measures else None
    if (
        len(asked.measures) > 1
        or asked.ranked
        or not dated.look.iso
        or (dated.look.grain in COARSE and asked.grain not in ("", dated.look.grain, "year"))
    ):
        raise Refusal("not_supported", "Ask by one thing at a time.")
    grain = asked.grain or _grain(desk, span)
    where, function = await _way_of_periods(desk, measure, span)
    if measure is not None and desk.pipe.periodic and function != "sum":
        raise not_additive(measure)
    names = [group.name for group in asked.groups]
    found = await desk.query(
        where,
        group_by=names,
        periods=[Periods(field=dated.name, grain=grain, name="period")],  # type: ignore[arg-type]
        aggregate=[Aggregate(function=function, field=measure.name if measure else None, name="value")],  # type: ignore[arg-type]
        order_by=[Order(by="period"), *(Order(by=name) for name in names)],
        limit=MOST_GROUPS,
    )
    rows = found.rows
    told = Told(columns=[*names, "period", measure.name if measure else "count"], rows=rows, nothing=not rows)
    told.unit = desk_unit(desk, measure) if measure else None
    told.what = _sentence(desk, measure, function, rows, told)
    return told
