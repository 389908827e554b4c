"""What the words of the grammar ask for."""

from collections.abc import Callable, Mapping, Sequence

from aos.nlq.asked import Refusal
from aos.nlq.cover import SPANS, Piece
from aos.nlq.cues import Cue
from aos.nlq.fieldnames import telling_heads
from aos.nlq.fields import Field
from aos.nlq.phrase import listed
from aos.nlq.slots.figures import measured_by
from aos.nlq.slots.money import read_flow, read_pay
from aos.nlq.slots.parts import main_verb
from aos.nlq.slots.pieces import Pieces
from aos.nlq.text import lemma

_SHOWING = frozenset("show display find give see view get pull fetch".split())
_UP = frozenset(
    "grow grew grown growing growth increase increased increases increasing rise rose risen rising climb climbed jump"
    " jumped expand expanded up".split()
)
_DOWN = frozenset(
    "decrease decreased decreasing decline declined declining drop dropped dropping fall fell fallen falling shrink"
    " shrank shrunk contract contracted reduce reduced down".split()
)
_CHANGES = frozenset("change increase decrease growth decline drop rise fall improvement difference jump".split())
_AUXILIARY = frozenset("did does do has have had".split())
_PACES = frozenset(("how fast", "how quick", "how slow"))
_IN_ALL = frozenset(("in total", "in all", "altogether", "all told", "all together"))
_LOOSE_GROUPS = frozenset(("across", "at each", "each", "every", "by the"))


def read_words(pieces: Pieces) -> None:
    for n in list(pieces.free("cue")):
        if pieces.is_free(n):
            kind = next((cue.kind for cue in pieces.all[n].cues if cue.kind in _READ), None)
            if kind is not None:
                _READ[kind](pieces, n)


def _count(pieces: Pieces, n: int) -> None:
    pieces.take(n)
    if pieces.said_at(n + 1, "and"):
        raise Refusal("not_supported", "Ask for the number and for the rest one after the other.")
    pieces.asked.counted = True


def _distinct(pieces: Pieces, n: int) -> None:
    pieces.take(n)
    if pieces.asked.distinct is None and not pieces.entities:
        raise pieces.odd(n)


def _function(pieces: Pieces, n: int) -> None:
    """A superlative ranks where there is something to rank; else it is the highest or lowest value."""
    asked = pieces.asked
    cue = next(cue for cue in pieces.all[n].cues if cue.kind in ("sum", "avg", "max", "min"))
    kind = cue.kind
    _by(pieces, n, cue)
    pieces.take(n)
    if cue.of == "each" and asked.groups and not asked.functions:
        asked.functions.append("avg")
        asked.assume(f"{pieces.all[n].text} is by the average")
    if pieces.all[n].text in _IN_ALL and pieces.entities and not asked.measures:
        asked.counted = True
        return
    asked.adding = asked.adding or any(cue.of == "adding" for cue in pieces.all[n].cues)
    if kind in ("max", "min") and _of_each(pieces, n):
        asked.functions.append(kind)
    elif (
        kind in ("max", "min") and asked.ranked and asked.descending != (kind == "max") and pieces.said_at(n - 1, "and")
    ):
        raise Refusal("not_supported", "Ask for the highest and for the lowest one after the other.")
    elif kind in ("max", "min") and (asked.groups or pieces.spans() or asked.limit or asked.grain):
        asked.ranked, asked.descending = True, kind == "max"
    elif kind not in asked.functions:
        asked.functions.append(kind)


def _of_each(pieces: Pieces, n: int) -> bool:
    """`highest salary by department` is that of each of them; `which department has the highest …` is one of them."""
    asked, behind = pieces.asked, pieces.at(n + 1)
    measured = behind is not None and any(t.field in asked.measures for t in behind.targets if t.field)
    return (
        bool(asked.groups) and measured and not asked.limit and not asked.ranked
        and not pieces.said("which", "top", "bottom", "rank", "avg", "sum", "count") and pieces.said("group")
    )  # fmt: skip


def _by(pieces: Pieces, n: int, cue: Cue) -> None:
    """`heaviest`: the measure that this is about, unless a fitting one is named."""
    asked = pieces.asked
    if not cue.by:
        return
    fields = measured_by(pieces, cue.by)
    if asked.measures:
        if not any(measure in fields for measure in asked.measures):
            raise pieces.odd(n)
    elif not fields:
        raise pieces.odd(n)
    elif len(fields) > 1 and (told := _said_by_verb(pieces, fields)):
        asked.measures = [told]
    elif len(fields) > 1:
        raise pieces.choice(n, [field.name for field in fields])
    else:
        asked.measures = fields
        asked.assume(f"{pieces.all[n].text} goes by {fields[0].label}")


def _said_by_verb(pieces: Pieces, fields: Sequence[Field]) -> Field | None:
    """`takes the longest to resolve`: the one of them whose name says what the verb says."""
    verbs = [piece.text for piece in pieces.all if any(t.field and t.field.kind == "date" for t in piece.targets)]
    again = pieces.synonyms.echoed
    found = [each for each in fields if any(again(verb, each.words) for verb in verbs)]
    return found[0] if len(found) == 1 else None


def _much(pieces: Pieces, n: int) -> None:
    """`how heavy`; `how much` says nothing that its measure does not."""
    cue = pieces.all[n].cue("much")
    if cue is not None and cue.by and pieces.said("change"):
        if pieces.all[n].text not in _PACES:
            raise pieces.odd(n)
        pieces.asked.percent = True  # `how fast did it grow`
    elif cue is not None and cue.by:
        if not pieces.entities and not pieces.asked.measures:
            raise pieces.odd(n)
        _by(pieces, n, cue)
    pieces.take(n)


def _change(pieces: Pieces, n: int) -> None:
    """Of rows that fall due nothing changes: a word of change right before a date is the verb of that date."""
    behind = pieces.at(n + 1)
    if pieces.all[n].text.startswith("mov") and behind is not None and any(t.kind == "value" for t in behind.targets):
        raise pieces.odd(n)  # `workers who moved to …` are some of them
    if _of_changes(pieces, n):
        raise Refusal("not_supported", "An average of changes is not told; ask for each of them.")
    pieces.take(n)
    dated = behind is not None and any(t.field is not None and t.field.kind == "date" for t in behind.targets)
    asked = pieces.asked
    asked.change = asked.change or not dated
    asked.percent = asked.percent or any(cue.of == "percent" for cue in pieces.all[n].cues)
    said = set(pieces.all[n].text.split())
    asked.upward = True if said & _UP else False if said & _DOWN else asked.upward


def _of_changes(pieces: Pieces, n: int) -> bool:
    """`average salary increase`, `highest revenue growth in 2024`: of several changes, not the change of an average."""
    measured = n - 1 in pieces.measured and not pieces.all[n].before and pieces.all[n].text in _CHANGES
    done = any(_AUXILIARY & {*piece.before} for piece in pieces.all[: n + 1])
    return measured and not done and pieces.said_at(n - 2, "avg")


def _figured(pieces: Pieces, n: int) -> None:
    """What is done with every figure says nothing of one. Said of records it may pick some of them: not understood."""
    if pieces.asked.measures and not pieces.entities:
        pieces.take(n)


def _more(pieces: Pieces, n: int) -> None:
    """`more of it in one period than in another`."""
    if len(pieces.asked.times) > 1:
        pieces.take(n)
        pieces.asked.change = True
        pieces.asked.more = "more" if pieces.all[n].text == "more" else "less"


def _higher(pieces: Pieces, n: int) -> None:
    """`how much higher was it in one period than in another`: between two values, or two measures, nothing is told."""
    asked = pieces.asked
    if len(asked.times) < 2 and not pieces.said("against") and not asked.against:
        raise pieces.odd(n)
    pieces.take(n)
    asked.change = True
    asked.counted = asked.counted or bool(pieces.entities and not asked.measures)


def _common(pieces: Pieces, n: int) -> None:
    """`most common reason`: what most rows have."""
    pieces.take(n)
    asked = pieces.asked
    asked.counted = asked.ranked = True
    asked.descending = next(cue.of for cue in pieces.all[n].cues if cue.kind == "common") == "max"


def _best(pieces: Pieces, n: int) -> None:
    """The best is the most, or the least of what is better the less there is of it."""
    pieces.take(n)
    best = bool(pieces.all[n].cue("best"))
    pieces.asked.plural = pieces.asked.plural or pieces.all[n].text.endswith("first")
    named = {word for field in pieces.asked.measures for word in telling_heads(field.words)}
    highest = best != bool(named & pieces.synonyms.lower_is_better)
    pieces.asked.ranked, pieces.asked.descending = True, highest
    pieces.asked.assume(f"{pieces.all[n].text} is the {'highest' if highest else 'lowest'}")


def _top(pieces: Pieces, n: int) -> None:
    pieces.take(n)
    pieces.asked.ranked, pieces.asked.descending = True, bool(pieces.all[n].cue("top"))


def _newest(pieces: Pieces, n: int) -> None:
    """The newest rows by the pipe's date; of a figure, its newest value."""
    asked = pieces.asked
    aged = next((cue for cue in pieces.all[n].cues if cue.by and measured_by(pieces, cue.by)), None)
    if aged is not None and not any(measure.kind == "date" for measure in asked.measures):
        _function(pieces, n)  # `oldest` of what has an age
        return
    if aged is None and any(cue.by for cue in pieces.all[n].cues) and _are_persons(pieces):
        raise pieces.odd(n)  # `oldest worker` is a matter of age, not of dates
    pieces.take(n)
    if asked.measures and not pieces.entities:
        if pieces.all[n].cue("oldest"):
            raise pieces.odd(n)
        asked.newest = True
        return
    dated = {timed.field.name: timed.field for timed in asked.times if timed.field}
    by = next(iter(dated.values())) if len(dated) == 1 else pieces.pipe.period
    if by is None:
        names = tuple(field.name for field in pieces.pipe.dates)
        raise Refusal(
            "ambiguous" if names else "not_supported",
            f"By which date: {listed(names, 'or') or 'there is none'}?",
            choices=names,
        )
    asked.ranked = asked.of_rows = True
    asked.descending = bool(pieces.all[n].cue("newest"))
    asked.measures = asked.measures or [by]
    asked.limit = asked.limit or (10 if asked.many else 1)


def _are_persons(pieces: Pieces) -> bool:
    said = {lemma(word) for n in pieces.entities for word in pieces.all[n].text.split()}
    return bool(said & pieces.synonyms.persons)


def _rank(pieces: Pieces, n: int) -> None:
    pieces.take(n)
    pieces.asked.ranked = True


def _order(pieces: Pieces, n: int) -> None:
    _by(pieces, n, next(cue for cue in pieces.all[n].cues if cue.kind in ("descending", "ascending")))
    pieces.take(n)
    pieces.asked.ranked, pieces.asked.descending = True, bool(pieces.all[n].cue("descending"))


def _grain(pieces: Pieces, n: int) -> None:
    asked, text = pieces.asked, pieces.all[n].text
    grain = next(cue.of for cue in pieces.all[n].cues if cue.kind == "grain")
    if asked.grain and asked.grain != grain:
        raise Refusal("not_supported", "Ask for one of year, quarter, month and day at a time.")
    pieces.take(n)
    asked.grain = grain
    behind = text.startswith("per") and pieces.said_at(n + 1, "avg")
    if text.startswith("of all"):  # `the lowest revenue of all quarters`
        asked.per_grain = pieces.said("max", "min", "avg")
        return
    if set(text.split()) & {"single", "one", "any"}:  # `the highest revenue in a single quarter`
        asked.per_grain = pieces.said("max", "min", "avg")
        if not asked.per_grain:
            raise pieces.odd(n)
        return
    averaged = behind or any(piece.cue("avg") for piece in pieces.all[:n]) or pieces.said_at(n - 1, "max", "min")
    asked.per_grain = averaged and not text.startswith(("by", "each", "every", "for", "in", "across"))


def _against(pieces: Pieces, n: int) -> None:
    pieces.take(n)
    pieces.asked.change = True
    pieces.asked.against = next(cue.of for cue in pieces.all[n].cues if cue.kind == "against")


def _ask(pieces: Pieces, n: int) -> None:
    pieces.take(n)
    asked = pieces.asked
    if pieces.all[n].text.split()[0] in _SHOWING and not asked.measures and not asked.counted:
        asked.rows = asked.rows or bool(pieces.entities or (asked.filters and not asked.distinct))


def _which(pieces: Pieces, n: int) -> None:
    pieces.take(n)
    if not pieces.asked.groups and pieces.entities:
        pieces.asked.rows = True


def _group_left(pieces: Pieces, n: int) -> None:
    """`by total amount` in a ranking, `by number of invoices`; anything else that is grouped by was not understood."""
    asked, behind = pieces.asked, pieces.at(n + 1)
    if behind is None and asked.groups and pieces.all[n].text.endswith("each"):
        pieces.take(n)  # `compare these two: … from each`
        return
    by_how_much = pieces.said_at(n - 1, "change") and (asked.percent or pieces.said("much", "share"))
    if by_how_much and pieces.all[n].text == "by" and (behind is None or behind.kind == "when"):
        pieces.take(n)  # `how much did it grow by in 2024`
    if behind is None or not (pieces.is_taken(n + 1) or any(map(behind.cue, ("count", "max", "sum", "avg")))):
        return
    further = pieces.at(n + 2)
    if further is not None and not further.apart and any(t.field and t.field.kind == "bool" for t in behind.targets):
        behind = further  # `by won amount`
    by: Piece | None = behind
    last = n + 1
    while (function := pieces.at(last)) is not None and any(map(function.cue, ("sum", "avg", "max", "min"))):
        last += 1  # `by average salary`
        by = pieces.at(last)
    measured = by is not None and any(t.kind == "field" and t.field in asked.measures for t in by.targets)
    rows = any(target.kind == "entity" for target in behind.targets)
    ranking = asked.ranked or asked.limit or pieces.said("max", "min", "rank")
    if (measured or rows or behind.cue("count")) and ranking:
        pieces.take(n)
        asked.counted = asked.counted or (rows and not asked.measures)
    elif any(target.kind == "value" for target in behind.targets) and pieces.all[n].text == "by":
        pieces.take(n)  # `came in by phone`
    elif rows and asked.measures and ("avg" in asked.functions or pieces.all[n].text.startswith("per")):
        pieces.take(n)  # an average per row is the average
        asked.functions = ["avg"] if set(asked.functions) <= {"sum"} else asked.functions
    elif pieces.all[n].text in _LOOSE_GROUPS:
        pieces.take(n)


def _than(pieces: Pieces, n: int) -> None:
    """`higher than in 2024`: a comparison of two periods."""
    if pieces.asked.times and pieces.all[n].cue("change"):
        pieces.take(n)
        pieces.asked.change = True


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
    "count": _count, "distinct": _distinct, "sum": _function, "avg": _function, "max": _function, "min": _function,
    "best": _best, "worst": _best, "top": _top, "bottom": _top, "newest": _newest, "oldest": _newest, "rank": _rank,
    "descending": _order, "ascending": _order, "grain": _grain, "trend": _sets(trend=True), "against": _against,
    "figured": _figured, "more": _more, "higher": _higher, "change": _change, "versus": _sets(versus=True),
    "compare": _sets(versus=True), "list": _sets(rows=True), "ask": _ask, "which": _which, "share": _share,
    "exists": _sets(exists=True), "moment": _sets(moment=True), "": _sets(), "breakdown": _sets(), "much": _much,
    "pay": read_pay, "flow": read_flow, "and": _sets(), "group": _group_left, "cmp": _than,
    "percent": _sets(percent=True), "common": _common,
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
        elif _averaged(pieces, n, grain):
            pieces.take(n)
        elif wanted and asked.grain in ("", grain):
            asked.grain = grain
            text = pieces.all[n].text
            asked.plural = text.endswith("s") and text not in SPANS
            pieces.take(n)
    for n in pieces.free():
        raise pieces.odd(n)
