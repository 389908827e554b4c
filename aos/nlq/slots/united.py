"""Pieces that say one thing: `highest to lowest` is an order, `costs as a % of revenue` the name of a ratio."""

from collections.abc import Sequence

from aos.nlq.cover import Piece
from aos.nlq.cues import Cue
from aos.nlq.fields import Field, Pipe
from aos.nlq.lexicon import ALIAS, Target
from aos.nlq.phrase import PERCENT
from aos.nlq.synonyms import Synonyms
from aos.nlq.text import words

_PAIRS = (("max", "min"), ("top", "bottom"), ("best", "worst"), ("newest", "oldest"))
_OTHER = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_ORDERS = {"max": "descending", "top": "descending", "min": "ascending", "bottom": "ascending"}


def united(pieces: Sequence[Piece], pipe: Pipe, synonyms: Synonyms) -> list[Piece]:
    """The pieces with one in place of those."""
    found: list[Piece] = []
    at = 0
    while at < len(pieces):
        whole = _order(pieces, at) or _ratio(pieces, at, pipe, synonyms)
        taken, piece = whole or (1, pieces[at])
        found.append(piece)
        at += taken
    return found


def _order(pieces: Sequence[Piece], at: int) -> tuple[int, Piece] | None:
    """`highest to lowest`, `most to fewest`, `best to worst`: one end, `to`, and the other."""
    behind = pieces[at + 1] if at + 1 < len(pieces) else None
    if behind is None or behind.apart or behind.before != ("to",):
        return None
    for cue in pieces[at].cues:
        if cue.kind in _OTHER and behind.cue(_OTHER[cue.kind]):
            made = (Cue(_ORDERS.get(cue.kind, cue.kind), cue.of, cue.by),)
            text = f"{pieces[at].text} to {behind.text}"
            return 2, pieces[at]._replace(end=behind.end, text=text, cues=made, targets=(), kind="cue")
    return None


def _ratio(pieces: Sequence[Piece], at: int, pipe: Pipe, synonyms: Synonyms) -> tuple[int, Piece] | None:
    """`costs as a % of revenue`, `what percentage of revenue were costs`, where a measure says that this is what it
    is."""
    for share, part, whole in ((at + 1, at, at + 2), (at, at + 2, at + 1)):
        if max(share, part, whole) >= len(pieces) or not pieces[share].cue("share"):
            continue
        if any(pieces[n].apart for n in (at + 1, at + 2)) or (part < share and "as" not in pieces[share].before):
            continue
        one, other = _numbers(pieces[part]), _numbers(pieces[whole])
        ratios = [each for each in pipe.numbers() if one and other and _is_of(each, one, other, synonyms)]
        if len(ratios) == 1:
            target = Target("field", ALIAS, ratios[0])
            text = " ".join(pieces[n].text for n in range(at, at + 3))
            return 3, pieces[at]._replace(
                kind="name", end=pieces[at + 2].end, text=text, cues=(), targets=(target,), after=pieces[at + 2].after
            )
    return None


def _numbers(piece: Piece) -> list[Field]:
    """The measures that a piece may name, well enough to be one."""
    named = [t.field for t in piece.targets if t.kind == "field" and t.field and t.field.kind == "number"]
    return named if len(named) == len([t for t in piece.targets if t.kind != "pipe"]) else []


def _is_of(ratio: Field, part: Sequence[Field], whole: Sequence[Field], synonyms: Synonyms) -> bool:
    """Whether a ratio in percent is described as the one of the other: `Gross profit of revenue`."""
    said = words(ratio.description.partition(";")[0])
    if (ratio.unit or "").lower() not in PERCENT or ratio.aggregation != "ratio":
        return False
    for at, word in enumerate(said):
        if word == "of" and _is_called(said[:at], part, synonyms) and _is_called(said[at + 1 :], whole, synonyms):
            return True
    return False


def _is_called(said: Sequence[str], fields: Sequence[Field], synonyms: Synonyms) -> bool:
    telling = tuple(word for word in said if word not in ("all", "the", "as", "a", "percent", "percentage"))
    ways = set(synonyms.sets(telling)) if telling else set()
    return any(ways & set(synonyms.sets(field.words)) for field in fields)
