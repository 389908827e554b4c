"""Two periods beside each other: what changed, and by how much."""

from datetime import date
from itertools import pairwise
from typing import Any

from aos.contracts.query import Aggregate
from aos.nlq import periods
from aos.nlq.asked import Refusal
from aos.nlq.fields import COARSE, Field
from aos.nlq.periods import Period
from aos.nlq.phrase import PERCENT, figure, plural
from aos.nlq.shapes.compared_periods import by_grain, drops_grain
from aos.nlq.shapes.figures import Figure, figure_of, not_additive
from aos.nlq.shapes.point import desk_unit, entity, such
from aos.nlq.tell import Desk, Told, told_span
from aos.nlq.when import When


async def change(desk: Desk) -> Told:
    """The measure, or the number of rows, in one period and in another."""
    asked = desk.asked
    if len(asked.measures) > 1:
        raise Refusal("not_supported", "A change is told of one measure as a whole; ask for it by itself.")
    dated, spans = two(desk)
    measure = asked.measures[0] if asked.measures else None
    if drops_grain(desk, dated, spans):
        return await by_grain(desk, measure, dated, spans)
    if asked.adding and measure is not None and measure.aggregation != "additive":
        raise not_additive(measure)
    if measure is None or (measure.aggregation == "additive" and asked.function in ("", "sum")):
        _refuse_unlike(
            spans, dated.look.last.last if dated.look.last else date.max, compared=asked.change or asked.versus
        )
    found = [await _in(desk, measure, dated, span) for span in spans]
    labels = [told_span(span) for span in spans]
    if asked.percent:
        check_percent(desk, measure)
    if any(each.parts is not None for each in found):
        assert measure is not None
        if asked.percent:
            raise not_additive(measure)
        return _parts(desk, measure, labels, found)
    told = Told(columns=["period", measure.name if measure else "count"], period=f"{labels[0]} to {labels[-1]}")
    told.rows = [[label, each.value] for label, each in zip(labels, found, strict=True)]
    told.unit = desk_unit(desk, measure) if measure else None
    missing = [label for label, each in zip(labels, found, strict=True) if each.value is None]
    if missing:
        told.nothing = told.why_nothing = True
        told.what = f"There is no value for {' and '.join(missing)}."
        return told
    what = measure.label if measure else f"the number of {plural(entity(desk), 2)}"
    if not (asked.change or asked.versus):
        additive = measure is None or (measure.aggregation == "additive" and asked.function in ("", "sum"))
        told.value = sum(each.value for each in found) if additive else None
        shown = ", ".join(f"{label} {figure(each.value, told.unit)}" for label, each in zip(labels, found, strict=True))
        together = f"; together {figure(told.value, told.unit)}" if additive else ""
        told.what = f"{_upper(what)}{such(desk)}: {shown}{together}."
        return told
    if len(found) > 2:
        shown = ", ".join(f"{label} {figure(each.value, told.unit)}" for label, each in zip(labels, found, strict=True))
        told.what = f"{_upper(what)}{such(desk)}: {shown}."
        return told
    told.value = exact(found[1].value, found[0].value)
    if asked.more and len(desk.spans) == len(found) and _is_said_first(desk, spans[0]) == (asked.more == "more"):
        told.value = exact(found[0].value, found[1].value)
    told.what = _sentence(f"{_upper(what)}{such(desk)}", labels, found[0].value, found[1].value, told.unit)
    if asked.percent:
        told.value, told.unit = in_percent(found[0].value, found[1].value), "percent"
        if told.value is None:
            told.nothing = told.why_nothing = True
            told.what = f"{told.what} That is no percentage: it began with 0."
    return told


def _is_said_first(desk: Desk, earlier: Period) -> bool:
    """`more in 2024 than in 2025`: whether the earlier period is the one that has more or less."""
    _, first, _ = min(desk.spans, key=lambda each: each[2].at)
    return first == earlier


def check_percent(desk: Desk, measure: Field | None) -> None:
    """What is in percent changes by points, or by a part of itself: nobody can tell which is meant."""
    if measure is not None and (desk_unit(desk, measure) or "").lower() in PERCENT:
        choices = (f"change of {measure.label} in percentage points", f"{measure.label} of both periods")
        raise Refusal(
            "ambiguous", f"{measure.label} is in percent itself; is a change in points meant?", choices=choices
        )


def in_percent(before: Any, after: Any) -> float | None:
    """The change in percent of what there was before; None where that is nothing."""
    return 100 * (after - before) / abs(before) if before else None


def _refuse_unlike(spans: list[Period], ends: date, *, compared: bool) -> None:
    """What adds up over a quarter is not less than what adds up over a year, nor is anything summed twice."""
    labels = tuple(told_span(span) for span in spans)
    days = [(min(span.last, ends) - span.first).days + 1 for span in spans]
    if compared and max(days) > 1.5 * min(days):
        raise Refusal("ambiguous", f"{' and '.join(labels)} are not of one length; compare like with like.",
            choices=labels)  # fmt: skip
    if not compared and any(one.overlaps(other) for one, other in pairwise(spans)):
        raise Refusal("ambiguous", f"{' and '.join(labels)} have days in common; ask for one.", choices=labels)


def two(desk: Desk) -> tuple[Field, list[Period]]:
    """The periods, the earlier first; all of one date."""
    given = desk.spans
    dated = given[0][0] if given else desk.date_of()
    if len(given) > 1:
        spans = sorted({span for _, span, _ in given})
        if len(spans) < 2:
            label = told_span(spans[0])
            raise Refusal("ambiguous", f"Both times are {label}. Which other one is meant?", choices=(label,))
        return dated, spans
    if given:
        when = given[0][2].when
        if when.kind == "range" and when.of and when.until:
            ends = [desk.span(_with_year(when.of, given[0][1].first.year), dated), desk.span(when.until, dated)]
            return dated, ends
        return dated, _beside(desk, dated, given[0][1], when)
    return dated, _newest(desk, dated)


def _with_year(when: When, year: int) -> When:
    return when._replace(of=When("is", period=periods.year(year))) if when.kind == "bare" and when.of is None else when


def _beside(desk: Desk, dated: Field, span: Period, when: When) -> list[Period]:
    """A period and the one before it, or the same of the year before."""
    asked = desk.asked
    if when.bound == "from":
        first = desk.span(when._replace(bound="in"), dated)
        assert dated.look.last is not None
        last = periods.containing(desk.reference_for(dated), first.grain) if first.grain != "range" else first
        return [first, last]
    grain = span.grain if span.grain != "range" else _whole(span)
    if not grain:
        raise Refusal("ambiguous", f"Between which two periods? {told_span(span)} is one.", choices=(told_span(span),))
    whole = Period(span.first, span.last, grain)
    before = periods.year_before(whole) if asked.against == "year" else periods.shifted(whole, -1)
    if asked.against in ("quarter", "month") and grain != asked.against:
        raise Refusal("ambiguous", f"{told_span(span)} is no {asked.against}.", choices=(told_span(span),))
    return [_there(desk, dated, before), whole]


def _there(desk: Desk, dated: Field, span: Period) -> Period:
    """A period that the data have."""
    return desk.span(When("is", period=span), dated)


def _whole(span: Period) -> str:
    return next(
        (g for g in ("year", "half", "quarter", "month", "day") if periods.containing(span.first, g)[:2] == span[:2]),
        "",
    )


def _newest(desk: Desk, dated: Field) -> list[Period]:
    """Nobody says when: the newest period and the one before it."""
    asked = desk.asked
    additive = not asked.measures or asked.measures[0].aggregation == "additive"
    native = dated.look.grain
    if asked.against == "year" and additive:
        last = desk.span(When("last", "year"), dated)
        return [_there(desk, dated, periods.shifted(last, -1)), last]
    if native not in COARSE and not asked.against:
        raise Refusal("ambiguous", "Between which two periods?", choices=("from 2024 to 2025", "yoy", "qoq"))
    grain = asked.against if asked.against in ("quarter", "month") else native if native in COARSE else "quarter"
    last = desk.span(When("last", grain), dated)
    before = periods.year_before(last) if asked.against == "year" else periods.shifted(last, -1)
    asked.assume(f"the newest {grain} is meant")
    return [_there(desk, dated, before), last]


async def _in(desk: Desk, measure: Field | None, dated: Field, span: Period) -> Figure:
    if measure is not None:
        return await figure_of(desk, measure, (dated, span), desk.asked.function)
    found = await desk.query(desk.conditions((dated, span)), aggregate=[Aggregate(function="count", name="value")])
    return Figure(found.rows[0][0], "", told_span(span))


def _parts(desk: Desk, measure: Field, labels: list[str], found: list[Figure]) -> Told:
    """A ratio over longer periods: quarter beside quarter, and in how many of them it rose."""
    told = Told(unit=desk_unit(desk, measure), period=f"{labels[0]} to {labels[-1]}")
    columns = [
        [(label.partition("-")[2] or label, value) for label, value in each.parts or [(each.period, each.value)]]
        for each in found
    ]
    names = [name for name, _ in columns[0]]
    told.columns = ["period", *labels]
    others = [dict(column) for column in columns]
    told.rows = [[name, *(other.get(name) for other in others)] for name in names]
    pairs = [(row[1], row[-1]) for row in told.rows if row[1] is not None and row[-1] is not None]
    told.nothing = not pairs
    rose = sum(1 for one, other in pairs if other > one)
    told.what = (
        f"{_upper(measure.label)} rose in {rose} of {len(pairs)} {plural('period', len(pairs))} from {labels[0]} to"
        f" {labels[-1]}: "
        + ", ".join(f"{row[0]} {figure(row[1], told.unit)} to {figure(row[-1], told.unit)}" for row in told.rows)
        + "."
    )
    return told


def _sentence(what: str, labels: list[str], before: Any, after: Any, unit: str | None) -> str:
    by = exact(after, before)
    if not by:
        return f"{what} did not change from {labels[0]} to {labels[1]}: {figure(after, unit)}."
    verb = "rose" if by > 0 else "fell"
    ratio = (unit or "").lower() in PERCENT
    part = f" ({figure(abs(by) / abs(before) * 100, '%')})" if before and not ratio else ""
    size = f"{figure(abs(by))} percentage points" if ratio else figure(abs(by), unit)
    ends = f"from {figure(before, unit)} in {labels[0]} to {figure(after, unit)} in {labels[1]}"
    return f"{what} {verb} {ends}, by {size}{part}."


def exact(after: Any, before: Any) -> Any:
    return after - before if isinstance(after, int) and isinstance(before, int) else round(after - before, 6)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
