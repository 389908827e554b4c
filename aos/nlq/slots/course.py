"""What is told period by period though nobody names one: a chart, how something went, in what year most people left."""

from aos.nlq.asked import Timed
from aos.nlq.slots.pieces import Pieces
from aos.nlq.when import When


def grain_by_deed(pieces: Pieces) -> None:
    """`in what year did most people leave`: by the date that is named."""
    asked = pieces.asked
    dates = [each.field for each in asked.filters if each.field.kind == "date" and each.op == "not_null"]
    if asked.grain and not asked.times and len(dates) == 1:
        asked.times.append(Timed(When("all"), dates[0], ""))


def is_course(pieces: Pieces) -> bool:
    """`how it has moved quarter by quarter`; `the quarterly change` is another figure."""
    asked = pieces.asked
    how = any("how" in piece.before and piece.cue("change") is None for piece in pieces.all)
    apart = asked.against or asked.ranked or asked.percent or asked.versus or len(asked.times) > 1
    return bool(asked.change and asked.grain and how and not apart)


def is_drawn(pieces: Pieces) -> bool:
    """Whether a chart is asked for."""
    return any(cue.of == "drawn" for piece in pieces.all for cue in piece.cues)


def drawn(pieces: Pieces) -> None:
    """`plot revenue for 2023 and 2024`: how it went, unless it is drawn by something else, or is one figure."""
    asked, period = pieces.asked, pieces.pipe.period
    others = (
        asked.groups, asked.grain, asked.trend, asked.change, asked.share, asked.ranked, asked.distinct, asked.wanted,
        asked.moment, asked.newest, asked.shown,
    )  # fmt: skip
    if (
        not is_drawn(pieces)
        or any(others)
        or period is None
        or any(timed.field not in (None, period) for timed in asked.times)
    ):
        return
    beside = asked.versus and len(asked.measures) > 1 and len(asked.times) < 2  # `chart cash vs debt`
    if (asked.versus and not beside) or set(asked.functions) - (set() if pieces.pipe.periodic else {"avg"}):
        return
    if not asked.times and not (pieces.pipe.periodic and asked.measures):
        return
    if len(asked.times) == 1 and _is_one(asked.times[0].when, period.look.grain):
        return
    asked.trend, asked.versus = True, False
    asked.course = True
    asked.counted = asked.counted or not asked.measures
    asked.rows = False


def _is_one(when: When, grain: str) -> bool:
    """Whether a time is one period of this grain, or one day."""
    own = when.period.grain if when.period else when.grain
    if when.edge and when.bound in ("in", "at"):
        return True
    several = when.kind in ("last", "first", "final", "ending") and when.number > 1
    return when.kind != "range" and when.bound in ("in", "at") and own in (grain, "day") and not several
