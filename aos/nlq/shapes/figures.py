"""One figure of one measure in one period, by the rule of how it may be put together.

Additive values are summed. A ratio and what nobody knows are never summed: one row is its value, the rows of a pipe of
periods are given one by one. A point in time is that of the last period.
"""

from typing import Any, NamedTuple

from aos.contracts.query import Aggregate, Condition, Order
from aos.nlq.asked import Refusal
from aos.nlq.fields import COARSE, Field
from aos.nlq.periods import Period
from aos.nlq.tell import Desk, in_order, in_period, told_span

MOST_PERIODS_SHOWN = 400
WAYS = {"sum": "the sum", "avg": "the average", "max": "the highest", "min": "the lowest"}


class Figure(NamedTuple):
    """`value` and how it came about; or `parts` by period where there is no one figure."""

    value: Any
    how: str
    period: str
    parts: list[tuple[str, Any]] | None = None


async def figure_of(desk: Desk, measure: Field, span: tuple[Field, Period] | None, function: str = "") -> Figure:
    """The measure in a period, or of all rows where there is none. `function`: sum, avg, max, min, or as usual."""
    spans = [span] if span else []
    period = told_span(span[1]) if span else ""
    if measure.kind == "date" or function in ("avg", "max", "min"):
        return await _aggregated(desk, measure, function, spans, period)
    if function == "sum" and measure.aggregation in ("ratio", None):
        raise not_additive(measure)
    if measure.aggregation == "additive":
        return await _aggregated(desk, measure, "sum", spans, period)
    if desk.asked.adding and not (span and span[1].grain == span[0].look.grain):
        raise not_additive(measure)
    if desk.pipe.periodic:
        return await _of_periods(desk, measure, span)
    return await _of_events(desk, measure, spans, period)


async def _aggregated(
    desk: Desk, measure: Field, function: str, spans: list[tuple[Field, Period]], period: str
) -> Figure:
    told = await desk.query(
        desk.conditions(*spans),
        aggregate=[
            Aggregate(function=function, field=measure.name, name="value"),  # type: ignore[arg-type]
            Aggregate(function="count", field=measure.name, name="rows"),
        ],
    )
    value, rows = told.rows[0]
    if function == "avg" and measure.aggregation == "ratio" and rows > 1:
        desk.note(f"{measure.label} is a ratio: this is the plain average of {rows:,} rows, not weighted.")
    return Figure(value if rows else None, f"{WAYS[function]} of {rows:,} rows" if rows != 1 else "", period)


async def _of_periods(desk: Desk, measure: Field, span: tuple[Field, Period] | None) -> Figure:
    """A ratio or a point in time of a pipe whose rows are periods."""
    dated, period = span or desk.newest()
    inside = in_order(desk.pipe, dated, period) if dated.look.values is not None else []
    if measure.aggregation == "point_in_time":
        return await _at_the_end(desk, measure, dated, period)
    if not inside and dated.look.grain in COARSE:
        raise Refusal("outside_data", f"The data of {desk.pipe.label} are by {dated.look.grain}; none lies in"
            f" {told_span(period)}.")  # fmt: skip
    if not inside:
        raise Refusal("not_supported", f"{dated.label} has too many values to give {measure.label} one by one.")
    if len(inside) > MOST_PERIODS_SHOWN:
        raise not_additive(measure)
    told = await desk.query(
        desk.conditions((dated, period)),
        select=[dated.name, measure.name],
        order_by=[Order(by=dated.name)],
        limit=MOST_PERIODS_SHOWN + 1,
    )
    if len(told.rows) == 1:
        return Figure(told.rows[0][1], "", _label(inside, told.rows[0][0]))
    places = {value: n for n, (value, _) in enumerate(inside)}
    rows = sorted(told.rows, key=lambda row: places.get(row[0], 0))
    if len({row[0] for row in rows}) < len(rows):
        text = f"{measure.label} has several rows in one {dated.label} and is never summed"
        raise Refusal("not_additive", f"{text}; ask for it by something, or for its average, highest or lowest.")
    what = "a ratio" if measure.aggregation == "ratio" else "not known to be additive"
    if rows:
        desk.note(f"{measure.label} is {what}, so it is not summed over time; each {dated.look.grain} is given.")
    return Figure(None, "", told_span(period), [(_label(inside, row[0]), row[1]) for row in rows])


async def _at_the_end(desk: Desk, measure: Field, dated: Field, period: Period) -> Figure:
    """The value of the last period that has one."""
    finer = desk.pipe.finer
    if finer is not None and not any(each.field == finer and each.op == "eq" for each in desk.asked.filters):
        raise Refusal(
            "not_additive", f"{measure.label} is a value at a point in time: say which {finer.label} as well."
        )
    if dated.look.values is None:
        last = await desk.query(
            desk.conditions((dated, period)), ahead=True, aggregate=[Aggregate(function="max", field=dated.name)]
        )
        value, label = last.rows[0][0], str(last.rows[0][0])
    else:
        inside = in_order(desk.pipe, dated, period)
        found = [pair for pair in inside if pair[1].last <= period.last]
        if not found:
            return Figure(None, "", told_span(period))
        value, label = found[-1][0], found[-1][1].label()
    if value is None:
        return Figure(None, "", told_span(period))
    where = [*desk.conditions(), Condition(field=dated.name, op="eq", value=value)]
    told = await desk.query(
        where,
        aggregate=[
            Aggregate(function="sum", field=measure.name, name="value"),
            Aggregate(function="count", field=measure.name, name="rows"),
        ],
    )
    if label != told_span(period):
        desk.note(f"{measure.label} is a value at a point in time: this is the last one of {told_span(period)}.")
    return Figure(told.rows[0][0] if told.rows[0][1] else None, "", label)


async def _of_events(desk: Desk, measure: Field, spans: list[tuple[Field, Period]], period: str) -> Figure:
    """Of rows that are things which happened: one row is its value, a ratio is averaged and it is said, a point in time
    is summed where all rows are of one date."""
    told = await desk.query(
        desk.conditions(*spans),
        ahead=True,
        aggregate=[
            Aggregate(function="count", field=measure.name, name="rows"),
            Aggregate(function="max", field=measure.name, name="value"),
        ],
    )
    rows, value = told.rows[0]
    if rows <= 1:
        return Figure(value if rows else None, "", period)
    if measure.aggregation == "ratio":
        desk.asked.assume(f"the average of {measure.label} is meant")
        return await _aggregated(desk, measure, "avg", spans, period)
    if measure.aggregation == "point_in_time":
        await only_one_date(desk, measure, spans)
        return await _aggregated(desk, measure, "sum", spans, period)
    raise not_additive(measure)


async def only_one_date(desk: Desk, measure: Field, spans: list[tuple[Field, Period]]) -> None:
    """`Refusal` where a point in time would be summed over more than one date, or nobody knows."""
    if not desk.pipe.dates:
        return
    if desk.pipe.period is not None:
        name = desk.pipe.period.name
        different = Aggregate(function="count_distinct", field=name)
        told = await desk.query(desk.conditions(*spans), ahead=True, aggregate=[different])
        if told.rows[0][0] <= 1:
            return
    raise not_additive(measure)


def not_additive(measure: Field) -> Refusal:
    why = {
        "ratio": "is a ratio, and ratios are never summed",
        "point_in_time": "is a value at a point in time, and is never summed over time",
        None: "is not known to be additive (no contract of the pipe says so), so it is not summed",
    }[measure.aggregation]
    ways = tuple(f"{way} {measure.label}" for way in ("average", "highest", "lowest"))
    return Refusal("not_additive", f"{measure.label[:1].upper()}{measure.label[1:]} {why}.", nearest=ways)


def _label(inside: list[tuple[Any, Period]], value: Any) -> str:
    return next((period.label() for each, period in inside if each == value), str(value))


__all__ = ["Figure", "figure_of", "in_period", "not_additive", "only_one_date"]
