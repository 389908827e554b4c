"""Words that are passed over mostly, where they say something of their own: nothing that is named may be dropped."""

from aos.nlq.asked import Refusal
from aos.nlq.cover import VERBS, Piece
from aos.nlq.fields import Field, comes_later
from aos.nlq.slots.parts import main_verb
from aos.nlq.slots.pieces import SUPERLATIVES, Pieces
from aos.nlq.text import lemma

_TERMS = frozenset(("term", "terms"))
_RELATIVE = frozenset("where whose".split())
_EVERY = frozenset("all everyone everybody everything both".split())
_FIGURED = ("sum", "avg", "max", "min", "much", "count", "share", "trend", "change", "versus")


def refuse_dropped(pieces: Pieces) -> None:
    """`Refusal` for the first kind that fits."""
    for check in (_within, _first_time, _all_of, _counted_of_those, _condition_lost, _much_of_what, _with_tax,
        _date_lost, _where_most, _one_of_many,
    ):  # fmt: skip
        check(pieces)


def _where_most(pieces: Pieces) -> None:
    """`where do most of our sales come from`: a place is asked for, and none is told."""
    asked = pieces.asked
    told = asked.groups or asked.distinct is not None or asked.wanted or asked.rows or asked.of_rows
    if "where" in pieces.all[0].before and pieces.said(*SUPERLATIVES) and not told:
        raise _odd("where")


def _one_of_many(pieces: Pieces) -> None:
    """`the biggest open deal`, where a figure is described as what all open deals come to: each of them is another."""
    for n in pieces.measured:
        last = lemma(pieces.all[n].text.split()[-1])
        fields = [target.field for target in pieces.all[n].targets if target.field]
        said = any(last not in field.words and f"{last}s" in field.description.lower().split() for field in fields)
        if said and pieces.said_at(n - 1, "max", "min", "newest", "oldest", "list"):
            raise pieces.odd(n)


def _odd(word: str) -> Refusal:
    return Refusal("not_understood", f"I do not understand `{word}` here.", words=(word,))


def _within(pieces: Pieces) -> None:
    """`paid within terms`, `within 30 days`: what it is within is no time, no place and no group of the data."""
    for n, piece in enumerate(pieces.all):
        if "within" in piece.before and not _is_place(pieces, n, piece):
            raise _odd("within")
        for said in (piece.before, piece.after):
            terms = [k for k, word in enumerate(said) if word in _TERMS]
            if any(k == 0 or said[k - 1] != "in" for k in terms):
                raise _odd(said[terms[0]])
    if "within" in pieces.all[-1].after:
        raise _odd("within")


def _is_place(pieces: Pieces, n: int, piece: Piece) -> bool:
    if piece.kind == "when":
        return True
    if any(cue.kind in ("group", "all", "grain") for cue in piece.cues):
        return True
    return any(t.kind in ("value", "entity", "pipe") or (t.field and t.field.kind == "text") for t in piece.targets)


def _first_time(pieces: Pieces) -> None:
    """`for the first time`, `the last time`: no row by itself says that."""
    for n, piece in enumerate(pieces.all):
        if not (piece.cue("oldest") or piece.cue("newest")):
            continue
        behind = pieces.at(n + 1)
        said = behind.before if behind is not None else piece.after
        if said[:1] in (("time",), ("times",)):
            raise Refusal("not_supported", f"What was so for the {piece.text} time is not told.", words=(piece.text,))


def _all_of(pieces: Pieces) -> None:
    """`customers whose orders are all paid`: those with any such row are more."""
    asked = pieces.asked
    if not (asked.groups or asked.distinct) or asked.measures:
        return
    for piece in pieces.all:
        said = (*piece.before, *piece.text.split())
        of_all = any({*said[k + 1 :]} & _EVERY for k, word in enumerate(said) if word in _RELATIVE)
        if of_all and (asked.filters or asked.times):
            raise Refusal("not_supported", "What holds for all of their rows is not told.", words=("all",))
    for each in asked.filters:
        said = pieces.all[each.at].before if 0 <= each.at < len(pieces) else ()
        if any(word in ("all", "both") and said[k - 1] in VERBS for k, word in enumerate(said) if k):
            raise Refusal("not_supported", "What holds for all of their rows is not told.", words=("all",))


def _counted_of_those(pieces: Pieces) -> None:
    """`what percentage of those with a rating are 5`: the field says what it is a part of, and what the part is."""
    asked = pieces.asked
    if not asked.share:
        return
    verb = main_verb(pieces) or len(pieces)
    for each in asked.filters:
        if not each.field.look.nulls or each.op in ("is_null", "not_null"):
            continue
        named = [n for n, piece in enumerate(pieces.all) if any(t.field == each.field for t in piece.targets)]
        again = [n for n in named if n != each.at and (n < verb <= each.at or abs(n - each.at) > 2)]
        if again:
            raise _part_of_those(pieces, each.field)


def _part_of_those(pieces: Pieces, field: Field) -> Refusal:
    text = f"A part of those that have {field.label} is not told; ask for both numbers."
    return Refusal("not_supported", text, words=(field.label,))


def _condition_lost(pieces: Pieces) -> None:
    """`orders where all copies were returned`: a condition that was read as a figure."""
    asked = pieces.asked
    if not (pieces.entities and pieces.measured and asked.measures) or pieces.said(*_FIGURED) or asked.ranked:
        return
    at = pieces.measured[0]
    led = {*pieces.all[at].before} & _RELATIVE or ("with" in pieces.all[at].before and asked.rows)
    if pieces.entities[0] == 0 and at > 0 and (led or pieces.said("cmp")):
        raise pieces.odd(at)


def _much_of_what(pieces: Pieces) -> None:
    """`how much did customers pay`: no list of customers, and by site no number of bills that are paid."""
    asked = pieces.asked
    much = any(piece.text in ("how much", "by how much") for piece in pieces.all if piece.cue("much"))
    if much and asked.distinct is not None and not asked.measures and not asked.counted:
        raise Refusal("not_understood", "I do not understand of what it is how much: no measure is named.")
    other = pieces.said("count", "share", "change", "versus") or pieces.entities
    if much and asked.counted and not asked.measures and not other:
        raise Refusal("not_understood", "How much is no number of rows: no measure is named.")


def _with_tax(pieces: Pieces) -> None:
    """`total with tax`, `how big is it, tax included`: a figure that another one is to hold, not that figure."""
    for n in pieces.measured:
        piece, behind = pieces.all[n], pieces.at(n + 1)
        said = behind.before if behind is not None else piece.after
        figured = n > 0 and any(map(pieces.all[n - 1].cue, ("sum", "avg"))) and piece.before[:1] == ("with",)
        if figured or any(word.startswith("includ") for phrase in said[:1] for word in phrase.split()):
            raise pieces.odd(n)


def _date_lost(pieces: Pieces) -> None:
    """`invoices that are due`, which every row is some day: the word would say nothing."""
    asked = pieces.asked
    if asked.wanted or asked.moment or asked.grain or asked.ranked or asked.change:
        return
    said = [each for each in asked.filters if not (each.op in ("is_null", "not_null") and _is_due(pieces, each.at))]
    used = [each.field for each in (*said, *asked.pinned, *(asked.base or []))]
    used += [*asked.measures, *asked.shown, *asked.groups, *[timed.field for timed in asked.times if timed.field]]
    for n, piece in enumerate(pieces.all):
        fields = [target.field for target in piece.targets if target.kind == "field" and target.field]
        dates = [field for field in fields if field.kind == "date" and comes_later(field)]
        named = " " in piece.text or not dates or len(dates) < len(piece.targets)
        if not (named or any(field in used for field in dates)):
            raise pieces.odd(n)


def _is_due(pieces: Pieces, n: int) -> bool:
    """What is due is no longer so once it is done, and was not before: that it has such a day says neither."""
    return 0 <= n < len(pieces) and pieces.all[n].text == "due"
