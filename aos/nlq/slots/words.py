"""What the words of the grammar ask for."""

from collections.abc import Callable, Mapping

from aos.nlq.asked import Refusal
from aos.nlq.cover import SPANS, Piece
from aos.nlq.slots.changes import read_against, read_change, read_higher, read_more, read_than
from aos.nlq.slots.course import is_drawn
from aos.nlq.slots.money import read_flow, read_pay
from aos.nlq.slots.parts import main_verb
from aos.nlq.slots.pieces import Pieces
from aos.nlq.slots.ranking import (
    measured_as,
    read_best,
    read_common,
    read_function,
    read_newest,
    read_order,
    read_rank,
    read_top,
)

_SHOWING = frozenset("show display find give see view get pull fetch".split())
_PACES = frozenset(("how fast", "how quick", "how slow"))
_PER = frozenset(("per", "for each", "for every", "per each"))
_LOOSE_GROUPS = frozenset(("across", "at each", "each", "every", "by the"))


def read_words(pieces: Pieces) -> None:
    for n in list(pieces.free("cue")):
        if pieces.is_free(n):
            kind = next((cue.kind for cue in pieces.all[n].cues if cue.kind in _READ), None)
            if kind is not None:
                _READ[kind](pieces, n)


def _count(pieces: Pieces, n: int) -> None:
    pieces.take(n)
    behind = pieces.at(n + 1)
    counted = behind.targets if behind is not None else ()
    if counted and pieces.asked.measures and all(target.kind == "unit" for target in counted):
        return  # `how many dollars in fees` counts no rows
    again = any(piece.text == "how many" for piece in pieces.all[:n]) and pieces.all[n].text == "how many"
    if pieces.said_at(n + 1, "and") or again:
        raise Refusal("not_supported", "Ask for the number and for the rest one after the other.")
    pieces.asked.counted = True


def _volume(pieces: Pieces, n: int) -> None:
    """`ticket volume`: how many there are; of anything else nobody knows what a volume is."""
    if n - 1 not in pieces.entities or pieces.asked.measures:
        raise pieces.odd(n)
    pieces.take(n)
    pieces.asked.counted = True


def _distinct(pieces: Pieces, n: int) -> None:
    pieces.take(n)
    if pieces.asked.distinct is None and not pieces.entities:
        raise pieces.odd(n)


def _much(pieces: Pieces, n: int) -> None:
    """`how heavy`; `how much` says nothing that its measure does not."""
    cue = pieces.all[n].cue("much")
    if cue is not None and cue.by and pieces.said("change"):
        if pieces.all[n].text not in _PACES:
            raise pieces.odd(n)
        pieces.asked.percent = True  # `how fast did it grow`
    elif cue is not None and cue.by:
        dated = any(t.field and t.field.kind == "date" for piece in pieces.all for t in piece.targets)
        if not (pieces.entities or pieces.asked.measures or dated):
            raise pieces.odd(n)  # `how long did it take to pay Acme` names the day it was paid
        measured_as(pieces, n, cue)
    pieces.take(n)


def _figured(pieces: Pieces, n: int) -> None:
    """What is done with every figure says nothing of one. Said of records it may pick some of them: not understood."""
    if pieces.asked.measures and not pieces.entities:
        pieces.take(n)


def _grain(pieces: Pieces, n: int) -> None:
    asked, text = pieces.asked, pieces.all[n].text
    grain = next(cue.of for cue in pieces.all[n].cues if cue.kind == "grain")
    if asked.grain and asked.grain != grain:
        raise Refusal("not_supported", "Ask for one of year, quarter, month and day at a time.")
    pieces.take(n)
    asked.grain = grain
    behind = text.startswith("per") and pieces.said_at(n + 1, "avg")
    if {"average", "typical"} & set(text.split()):
        asked.per_grain, asked.functions = True, ["avg"]  # `in an average quarter`
        return
    if text.startswith("of all"):  # `the lowest revenue of all quarters`
        asked.per_grain = pieces.said("max", "min", "avg")
        return
    if set(text.split()) & {"single", "one", "any", "a"}:  # `the highest revenue in a single quarter`
        asked.per_grain = pieces.said("max", "min", "avg")
        if not asked.per_grain:
            raise pieces.odd(n)
        return
    averaged = behind or any(piece.cue("avg") for piece in pieces.all[:n]) or pieces.said_at(n - 1, "max", "min")
    asked.per_grain = averaged and not text.startswith(("by", "each", "every", "for", "in", "across"))


def _ask(pieces: Pieces, n: int) -> None:
    pieces.take(n)
    asked = pieces.asked
    if pieces.all[n].text.split()[0] in _SHOWING and not asked.measures and not asked.counted:
        asked.rows = asked.rows or bool(pieces.entities or (asked.filters and not asked.distinct))


def _which(pieces: Pieces, n: int) -> None:
    pieces.take(n)
    if not pieces.asked.groups and pieces.entities:
        pieces.asked.rows = True


def _trend(pieces: Pieces, n: int) -> None:
    """`mean margin over the quarters of 2024` is one figure."""
    pieces.take(n)
    together = pieces.all[n].text.startswith("over the") and pieces.said("avg", "sum", "max", "min")
    pieces.asked.trend = pieces.asked.trend or not together


def _group_left(pieces: Pieces, n: int) -> None:
    """`by total amount` in a ranking, `by number of invoices`; anything else that is grouped by was not understood."""
    asked, behind = pieces.asked, pieces.at(n + 1)
    if behind is None and asked.groups and pieces.all[n].text.endswith("each"):
        pieces.take(n)  # `compare these two: … from each`
        return
    by_how_much = pieces.said_at(n - 1, "change") and (asked.percent or pieces.said("much", "share"))
    if by_how_much and pieces.all[n].text == "by" and (behind is None or behind.kind == "when"):
        pieces.take(n)  # `how much did it grow by in 2024`
    if behind is not None and behind.cue("pay") and pieces.is_free(n + 1):
        read_pay(pieces, n + 1)  # `top vendors by spend`
    if behind is None or not (pieces.is_taken(n + 1) or any(map(behind.cue, ("count", "max", "sum", "avg")))):
        return
    further = pieces.at(n + 2)
    if further is not None and not further.apart and any(t.field and t.field.kind == "bool" for t in behind.targets):
        behind = further  # `by won amount`
    by: Piece | None = behind
    last = n + 1
    while (function := pieces.at(last)) is not None and (
        any(map(function.cue, ("sum", "avg", "max", "min")))
        or (last > n + 1 and last in pieces.entities and last + 1 in pieces.measured)
    ):
        last += 1  # `by average salary`, `by total invoice amount`
        by = pieces.at(last)
    measured = by is not None and any(t.kind == "field" and t.field in asked.measures for t in by.targets)
    measured = measured or bool(asked.measures and behind.cue("pay"))
    rows = any(target.kind == "entity" for target in behind.targets)
    ranking = asked.ranked or asked.limit or pieces.said("max", "min", "rank", "descending", "ascending")
    if rows and asked.measures and ranking and pieces.all[n].text in _PER:
        pieces.take(n)  # `the most replies per ticket`
        asked.functions = ["avg"]
    elif (measured or rows or behind.cue("count")) and ranking:
        pieces.take(n)
        asked.counted = asked.counted or (rows and not asked.measures)
    elif any(target.kind == "value" for target in behind.targets) and pieces.all[n].text in ("by", "go by"):
        pieces.take(n)  # `came in by phone`
    elif rows and asked.measures and ("avg" in asked.functions or pieces.all[n].text.startswith("per")):
        pieces.take(n)  # an average per row is the average
        asked.functions = ["avg"] if set(asked.functions) <= {"sum"} else asked.functions
    elif pieces.all[n].text in _LOOSE_GROUPS:
        pieces.take(n)


def _ever(pieces: Pieces, n: int) -> None:
    """`since the beginning` is all the time that there is; of a figure by itself it may be how it went."""
    asked = pieces.asked
    course = (
        is_drawn(pieces)
        or asked.grain
        or asked.trend
        or asked.counted
        or asked.groups
        or asked.functions
        or asked.ranked
    )
    if asked.times or not (
        course or any(pieces.cue(k, "grain", "trend", "sum", "avg", "max", "min") for k in pieces.free())
    ):
        raise pieces.odd(n)
    pieces.take(n)


def _share(pieces: Pieces, n: int) -> None:
    """`the share of women in teams` is no share of anything, where that is a ratio itself and nothing is put beside
    it: not `north's share of it`, nor `what share of it is north`."""
    behind = pieces.at(n + 1)
    measures = [field for field in pieces.asked.measures if field.aggregation == "ratio"]
    named = behind is not None and any(target.field in measures for target in behind.targets)
    beside = any(each.at < n for each in pieces.asked.filters) or (main_verb(pieces) or 0) > n
    pieces.take(n)
    pieces.asked.share = pieces.asked.share or not named or beside


def _sets(**slots: bool) -> Callable[[Pieces, int], None]:
    """Takes the piece and sets these slots."""

    def read(pieces: Pieces, n: int) -> None:
        pieces.take(n)
        for name, value in slots.items():
            setattr(pieces.asked, name, value)

    return read


_READ: Mapping[str, Callable[[Pieces, int], None]] = {
    "count": _count, "volume": _volume, "distinct": _distinct, "sum": read_function, "avg": read_function,
    "max": read_function, "min": read_function,
    "best": read_best, "worst": read_best, "top": read_top, "bottom": read_top,
    "newest": read_newest, "oldest": read_newest, "rank": read_rank,
    "descending": read_order, "ascending": read_order, "grain": _grain, "trend": _trend,
    "against": read_against,
    "figured": _figured, "more": read_more, "higher": read_higher, "change": read_change, "versus": _sets(versus=True),
    "compare": _sets(versus=True), "list": _sets(rows=True), "ask": _ask, "which": _which, "share": _share,
    "exists": _sets(exists=True), "moment": _sets(moment=True), "": _sets(), "breakdown": _sets(), "much": _much,
    "pay": read_pay, "flow": read_flow, "and": _sets(), "group": _group_left, "cmp": read_than,
    "percent": _sets(percent=True), "common": read_common, "ever": _ever,
}  # fmt: skip


def _limited(pieces: Pieces, n: int, grain: str) -> bool:
    """`list the quarters with bookings over 70m`: what is listed or counted are periods."""
    asked = pieces.asked
    limits = [
        each for each in asked.filters if each.field.kind == "number" and each.op in ("gt", "ge", "lt", "le", "eq")
    ]
    asks = pieces.said("which", "count", "list", "ask") or n == 0
    if not limits or not asks or asked.grain or asked.groups or asked.ranked or asked.functions or pieces.entities:
        return False
    if {each.name for each in asked.measures} - {each.field.name for each in limits}:
        return False
    pieces.take(n)
    asked.grain, asked.limits = grain, limits
    asked.filters = [each for each in asked.filters if each not in limits]
    asked.measures = list({each.field.name: each.field for each in limits}.values())
    return True


def _averaged(pieces: Pieces, n: int, grain: str) -> bool:
    """`average across the 2025 quarters`: of each of them, which is a row of its own or what the rows come to."""
    asked, period = pieces.asked, pieces.pipe.period
    dated = any((piece := pieces.at(k)) is not None and piece.kind == "when" for k in (n - 1, n + 1))
    if not dated or asked.functions != ["avg"] or asked.grain or not pieces.all[n].text.endswith("s"):
        return False
    if not (pieces.pipe.periodic and period is not None and period.look.grain == grain):
        asked.grain, asked.per_grain = grain, True
    return True


def _are_all(pieces: Pieces, n: int) -> bool:
    """`per year, all the years`: the grain is said before, and these are all there are."""
    piece = pieces.all[n]
    whole = {"all", "every"} & {*piece.before} and piece.text.endswith("s")
    return bool(whole and pieces.asked.grain and not pieces.asked.times)


def _are_rows(pieces: Pieces, grain: str) -> bool:
    """Whether these periods are the rows of the pipe, and a condition picks some of them."""
    period, filters = pieces.pipe.period, pieces.asked.filters
    keyed = period is not None and pieces.pipe.facts.identity_keys == [period.name] and period.look.grain == grain
    there = any(each.op in ("is_null", "not_null") or each.field.kind != "number" for each in filters)
    return keyed and there and not (pieces.asked.ranked or pieces.asked.trend)


def read_rest(pieces: Pieces) -> None:
    """Lone spans, and whatever nobody took."""
    asked = pieces.asked
    for n in pieces.spans():
        grain = pieces.span(n)
        wanted = (
            asked.ranked or asked.limit or asked.trend or n == 0 or any(piece.cue("which") for piece in pieces.all[:n])
        )
        period = pieces.pipe.period
        if _limited(pieces, n, grain):
            continue
        if pieces.said("count") and pieces.pipe.periodic and period is not None and period.look.grain == grain:
            if pieces.pipe.facts.identity_keys == [period.name]:
                pieces.entities.append(n)  # `how many quarters had …`: a row is one
            else:
                asked.distinct = asked.distinct or period
            pieces.take(n)
        elif _averaged(pieces, n, grain) or _are_all(pieces, n):
            pieces.take(n)
        elif wanted and not asked.measures and _are_rows(pieces, grain):
            pieces.entities.append(n)  # `which quarters have no …`
            asked.rows = not pieces.said("count")
            pieces.take(n)
        elif wanted and asked.grain in ("", grain):
            asked.grain = grain
            text = pieces.all[n].text
            asked.plural = text.endswith("s") and text not in SPANS
            pieces.take(n)
    for n in pieces.free():
        raise pieces.odd(n)
