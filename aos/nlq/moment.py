"""Points in time: which period of the data `at the end of June`, `as of 2024-12-31` and `by year-end` are.

A stock is that of the period which ends then. What adds up has no value at a point in time: `by` is until then, and
anything else is shown as a choice, unless the data have just that period.
"""

from datetime import date

from dateutil.relativedelta import relativedelta

from aos.nlq import periods
from aos.nlq.asked import Asked, Refusal
from aos.nlq.fields import COARSE, Field
from aos.nlq.periods import Period
from aos.nlq.when import ALWAYS_FROM, When

_AGO = {"year": 12, "half": 6, "quarter": 3, "month": 1}


def pointed(asked: Asked, when: When, meant: Period, dated: Field, reference: date) -> Period:
    """The period of the data that is meant, `meant` where no point in time is. `Refusal` where there is none such."""
    if when.bound not in ("in", "by", "at") or when.kind in ("range", "all"):
        return meant
    stock = bool(asked.measures) and all(each.aggregation == "point_in_time" for each in asked.measures)
    stock = stock and asked.pipe.periodic
    if stock and when.bound == "by" and asked.function in ("avg", "max", "min"):
        stock = False
    if not stock and _stands_today(asked, when, dated):
        held = periods.containing(meant.last, dated.look.grain)
        return held if held.last == meant.last else meant
    return _of_stock(asked, when, meant, dated, reference) if stock else _of_flow(asked, when, meant, dated)


def _stands_today(asked: Asked, when: When, dated: Field) -> bool:
    """`the ratio as of today` is that of the period which ends now; what adds up has no value of a day there."""
    today = when.kind == "this" and when.grain == "day" and dated.look.grain in COARSE
    ratios = bool(asked.measures) and all(each.aggregation != "additive" for each in asked.measures)
    return today and ratios and asked.pipe.periodic and not asked.functions


def _of_stock(asked: Asked, when: When, meant: Period, dated: Field, reference: date) -> Period:
    native = dated.look.grain
    if when.edge == "start":
        before = periods.shifted(meant, -1)
        choices = (f"at the end of {before.label()}", f"in {meant.label()}")
        raise Refusal(
            "ambiguous", f"Is the value at the end of {before.label()} meant, or the first of {meant.label()}?",
            choices=choices,
        )  # fmt: skip
    if native not in COARSE or asked.pipe.finer is not None:
        return meant
    if when.kind == "ago" and when.grain in _AGO:
        held = periods.containing(_back(reference, _AGO[when.grain] * when.number), native)
        if periods.containing(reference, native).last == reference:
            return held
        if when.grain == native:
            return meant
        labels = (periods.shifted(held, -1).label(), held.label())
        raise Refusal("ambiguous", f"Is {labels[0]} meant, or {labels[1]}?", choices=labels)
    held = periods.containing(meant.last, native)
    if not (when.edge or when.bound in ("by", "at") or meant.grain == "day"):
        if meant in held and meant[:2] != held[:2]:
            raise Refusal(
                "outside_data", f"The data of {asked.pipe.label} are by {native}, not by {meant.grain}.",
                nearest=(held.label(),),
            )  # fmt: skip
        return meant
    if held.last != meant.last:
        raise Refusal(
            "outside_data", f"The data of {asked.pipe.label} are by {native}; none ends on {meant.last.isoformat()}.",
            nearest=(periods.shifted(held, -1).label(), held.label()),
        )  # fmt: skip
    return held


def _back(day: date, months: int) -> date:
    """So many months before a day; the end of a month for the end of a month."""
    before = day - relativedelta(months=months)
    ends = periods.containing(day, "month").last == day
    return periods.containing(before, "month").last if ends else before


def _of_flow(asked: Asked, when: When, meant: Period, dated: Field) -> Period:
    if when.bound == "by":
        last = meant.first - relativedelta(days=1) if when.edge == "start" else meant.last
        return Period(ALWAYS_FROM, last, "range")
    if not when.edge and when.bound != "at":
        return meant
    native = dated.look.grain
    own = native in COARSE and meant.grain == native and when.edge != "start"
    unknown = bool(asked.measures) and all(each.aggregation is None for each in asked.measures)
    if own or (unknown and when.edge != "start" and meant.grain != "day"):
        return meant
    if native in COARSE and when.edge != "start" and meant.grain != "range":
        held = periods.containing(meant.last, native)
        raise Refusal(
            "ambiguous", f"Is the whole of {meant.label()} meant, or {held.label()}?",
            choices=(f"in {meant.label()}", f"in {held.label()}"),
        )  # fmt: skip
    until = meant.first - relativedelta(days=1) if when.edge == "start" else meant.last
    raise Refusal(
        "ambiguous", f"There is no value of one moment: is {meant.label()} meant, or all until {until.isoformat()}?",
        choices=(f"in {meant.label()}", f"until {until.isoformat()}"),
    )  # fmt: skip
