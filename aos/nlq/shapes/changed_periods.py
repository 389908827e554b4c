"""Which period rose or fell the most: `which quarter had the biggest increase in bookings`."""

from aos.nlq import periods
from aos.nlq.asked import Refusal
from aos.nlq.periods import Period
from aos.nlq.phrase import pairs, plural
from aos.nlq.shapes.changes import check_percent, exact, in_percent
from aos.nlq.shapes.grouped import RANKED, by_periods
from aos.nlq.shapes.point import desk_unit, entity, span_of, such
from aos.nlq.shapes.ties import first_of
from aos.nlq.tell import Desk, Told, told_span


async def changed_periods(desk: Desk) -> Told:
    """Each period with how much it changed from the one before it (or from that of the year before), in that order."""
    asked = desk.asked
    measure = asked.measures[0] if asked.measures else None
    if len(asked.measures) > 1 or asked.upward is None or asked.against not in ("", "year", asked.grain):
        raise Refusal("not_supported", "Ask for the period in which one measure grew or fell the most.")
    if asked.percent:
        check_percent(desk, measure)
    span = span_of(desk)
    figures = await by_periods(desk, measure, asked.grain, None)
    known = {period: value for label, value in figures if (period := periods.of_value(label)) and value is not None}
    if any(period.grain != asked.grain for period in known):
        raise Refusal("not_supported", f"There is no one figure of each {asked.grain}.")
    rows = []
    for period in sorted(known):
        before = periods.year_before(period) if asked.against == "year" else periods.shifted(period, -1)
        value = _value(known, before)
        if value is None:
            continue
        by = in_percent(value, known[period]) if asked.percent else exact(known[period], value)
        if by and (by > 0) == asked.upward and (span is None or period in span[1]):
            rows.append([period.label(), known[period], by])
    rows.sort(key=lambda row: abs(row[-1]), reverse=asked.descending)
    unit = desk_unit(desk, measure) if measure else None
    told = Told(columns=["period", measure.name if measure else "count", "change"], nothing=not rows)
    told.rows = first_of(desk, rows, asked.limit or RANKED, keys=1)
    told.period = told_span(span[1]) if span else None
    told.unit = "percent" if asked.percent else unit
    told.value = told.rows[0][0] if asked.limit == 1 and told.rows else None
    what = measure.label if measure else f"number of {plural(entity(desk), 2)}"
    verb, most = "grew" if asked.upward else "fell", "most" if asked.descending else "least"
    shown = pairs([[row[0], row[-1]] for row in told.rows], told.unit)
    way = "from the year before" if asked.against == "year" else f"from one {asked.grain} to the next"
    told.what = f"{what[:1].upper()}{what[1:]}{such(desk)} {verb} {most} {way}: {shown}."
    return told


def _value(known: dict[Period, float], period: Period) -> float | None:
    return next((value for each, value in known.items() if each[:2] == period[:2]), None)
