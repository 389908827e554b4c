"""`by region`, `by region and status`, `for each department`, `per quarter and channel`."""

from collections.abc import Sequence

from aos.nlq import periods
from aos.nlq.asked import Refusal, Timed
from aos.nlq.fields import COARSE
from aos.nlq.lexicon import Target
from aos.nlq.periods import together
from aos.nlq.slots.pieces import SUPERLATIVES, Pieces
from aos.nlq.slots.times import has_limits
from aos.nlq.when import When

_EACH = frozenset(("each", "every"))
_BY = frozenset(("by", "by the", "go by", "according to", "with respect to"))


def read_groups(pieces: Pieces) -> None:
    for n in list(pieces.free("cue")):
        if pieces.cue(n, "all"):
            _all(pieces, n)
        if pieces.cue(n, "group") and pieces.span(n + 1) and has_limits(pieces.asked) and pieces.all[n].text in _EACH:
            pieces.take(n)  # `every quarter in which …`
        elif _says_which_date(pieces, n):
            pieces.take(n)
        elif pieces.cue(n, "group"):
            behind = pieces.at(n + 1)
            named = behind is not None and behind.targets and all(t.kind == "pipe" for t in behind.targets)
            at = first = n + 2 if named else n + 1  # `each cloud service`
            while at < len(pieces):
                if pieces.cue(at, "and") and (may_group(pieces, at + 1) or pieces.span(at + 1)):
                    pieces.take(at)
                elif not (_span(pieces, at) or _field(pieces, at)):
                    break
                at += 1
            if at > first:
                pieces.take(n)


def _all(pieces: Pieces, n: int) -> None:
    """`across all departments`: of them together, not of each. Periods are told one by one."""
    span = n + 2 if _is_their_number(pieces, n + 1) else n + 1
    if pieces.span(span) and _put_together(pieces):
        pieces.take(span)  # `in total over all quarters`
        pieces.asked.functions += [] if pieces.said("sum") else ["sum"]
    elif pieces.span(span):
        _span(pieces, span)
    elif found := pieces.targets(n + 1, "field", "text", "bool"):
        pieces.one(n + 1, best_named(found))
    elif not pieces.targets(n + 1, "entity"):
        return
    pieces.take(n)


def _put_together(pieces: Pieces) -> bool:
    """Whether a sum over all periods is asked for: by word, or by how much of it was spent."""
    added = [t for piece in pieces.all for t in piece.targets if t.field and t.field.kind == "number"]
    money = (
        pieces.said("much", "pay", "flow")
        and added
        and all(t.field.aggregation == "additive" for t in added if t.field)
    )
    return bool(pieces.said("sum") or money) and not pieces.said("avg", "max", "min", "change", "trend")


def _is_their_number(pieces: Pieces, n: int) -> bool:
    """`over all twelve quarters`, where there are as many: then it says nothing more, and is taken."""
    piece, period = pieces.at(n), pieces.pipe.period
    if piece is None or piece.amount is None or not pieces.is_free(n) or period is None or not pieces.span(n + 1):
        return False
    first, last = period.look.first, period.look.last
    if not (first and last) or len(periods.pieces(together(first, last), pieces.span(n + 1))) != piece.amount.value:
        return False
    pieces.take(n)
    return True


def may_group(pieces: Pieces, n: int) -> bool:
    return bool(pieces.targets(n, "field", "text", "bool")) and not pieces.targets(n, "value")


def _says_which_date(pieces: Pieces, n: int) -> bool:
    """`how many in March, by due date`: which date the time is about, where days would else be told one by one."""
    dated = pieces.targets(n + 1, "field", "date")
    undated = [timed for timed in pieces.asked.times if timed.field is None or _is_of_rows(pieces, timed)]
    if pieces.all[n].text not in _BY or not dated or not undated or pieces.any_cue("trend", "breakdown", "grain"):
        return False
    if any(t.field and t.field.look.grain in COARSE for t in dated) or not all(0 <= timed.at < n for timed in undated):
        return False
    field = pieces.one(n + 1, dated)
    times = pieces.asked.times
    pieces.asked.times = [each._replace(field=field) if each in undated else each for each in times]
    return True


def _is_of_rows(pieces: Pieces, timed: Timed) -> bool:
    """`orders in March`, where the date of the time is only what the rows are called by."""
    return any(pieces.targets(n, "entity") for n in (timed.at - 1, timed.at + 1))


def _span(pieces: Pieces, n: int) -> bool:
    grain = pieces.span(n)
    if not grain or pieces.asked.grain not in ("", grain):
        return False
    pieces.asked.grain = grain
    pieces.take(n)
    return True


def _field(pieces: Pieces, n: int) -> bool:
    """Take a piece as a field to group by. A number is one where rows are counted; else it is the measure that a
    ranking goes by, or what is asked for: `by region, total amount`. A date is grouped by its own grain."""
    asked = pieces.asked
    found = pieces.targets(n, "field", "text", "bool")
    if not found and (numbers := pieces.targets(n, "field", "number")):
        ranking = asked.ranked or pieces.any_cue(*SUPERLATIVES, "rank", "descending", "ascending")
        beside = pieces.all[n].apart and all(t.field and t.field.aggregation == "additive" for t in numbers)
        if (
            beside
            or ranking
            or _another_measure(pieces, n)
            or not (pieces.any_cue("count", "breakdown") or pieces.has_entity())
        ):
            return False
        found = numbers
    if found and all(target.field and target.field.kind == "bool" for target in found) and _tells(pieces, n):
        return False
    if found:
        asked.groups.append(pieces.one(n, best_named(found)))
        return True
    if pieces.targets(n, "entity"):  # `by account`, where a row is one: a row each
        return False
    if dated := pieces.targets(n, "field", "date"):
        field = pieces.one(n, dated)
        if any(timed.field not in (None, field) for timed in asked.times):
            raise Refusal("not_supported", "By another date than the time is of is not told; ask by one date.")
        asked.grain = asked.grain or field.look.grain
        asked.times.append(Timed(When("all"), field, ""))
        return True
    return False


def _tells(pieces: Pieces, n: int) -> bool:
    """`by won amount`: a yes or no that says of which rows the figure behind it is."""
    behind = pieces.at(n + 1)
    return (
        behind is not None
        and not behind.apart
        and bool(pieces.targets(n + 1, "field", "number") or pieces.targets(n + 1, "entity"))
    )


def best_named(targets: Sequence[Target]) -> list[Target]:
    """Of a name and an id of one thing the name is shown."""
    best = max(target.how for target in targets)
    return [target for target in targets if target.how == best]


def _another_measure(pieces: Pieces, but: int) -> bool:
    return any(pieces.targets(n, "field", "number") for n in pieces.free("name") if n != but)
