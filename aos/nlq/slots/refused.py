"""What no data can answer: why something is so, what will be, whether it is good."""

from aos.nlq.asked import Reason, Refusal
from aos.nlq.slots.pieces import Pieces

_REASONS: dict[str, tuple[Reason, str]] = {
    "why": ("cause", "Why something is so is not in the data; they say what is, not what made it so."),
    "future": ("future", "What is to come is not in the data; there is no forecast here."),
    "opinion": ("opinion", "That is a matter of opinion; the data say how much, not whether it is good."),
    "relation": ("not_supported", "Measures are not computed with each other here."),
}

_ASKING = frozenset("are is do does did have has were was".split())


def refuse(pieces: Pieces) -> None:
    """`Refusal` for the first such word that is not the name of something, and for arithmetic."""
    for n, piece in enumerate(pieces.all):
        if piece.sign and pieces.targets(n, "field", "number"):
            raise Refusal(*_REASONS["relation"], words=(piece.text,))
    _refuse_quantified(pieces)
    for n, piece in enumerate(pieces.all[:-1]):
        if piece.text == "out of" and pieces.targets(n + 1, "field", "bool"):
            raise pieces.odd(n)  # `out of warranty`
    for n in list(pieces.free("cue")):
        piece = pieces.all[n]
        if piece.cue("because"):
            _because(pieces, n)
        if cue := piece.cue("why"):
            reason, text = _REASONS[cue.of]
            raise Refusal(reason, text, words=(piece.text,))
        if piece.cue("median"):
            text = "Average, maximum, minimum, sum and count are computed; a median or a spread is not."
            raise Refusal("not_supported", text, words=(piece.text,))


def _because(pieces: Pieces, n: int) -> None:
    """`because of illness` is a condition where that is a reason that the data have; else a question of cause."""
    if not (pieces.targets(n + 1, "value") or pieces.targets(n + 1, "field", "date")):
        reason, text = _REASONS["why"]
        raise Refusal(reason, text, words=(pieces.all[n].text,))
    pieces.take(n)


def _refuse_quantified(pieces: Pieces) -> None:
    """`are all workers active`, `did revenue ever fall`: a yes or no over many, which is not told."""
    first = pieces.all[0]
    asks = (first.before or tuple(first.text.split()))[0] in _ASKING
    said = {*first.before, *(word for piece in pieces.all[:2] for word in piece.text.split())}
    over = said & {"all", "every", "each", "most"}
    grown = any(piece.cue("change") for piece in pieces.all)
    ever = any({"ever", "always", "never"} & {*piece.before} or piece.text in ("ever", "never") for piece in pieces.all)
    each = any(piece.text.split()[0] in ("every", "each") for piece in pieces.all if piece.kind == "cue")
    if asks and (over or (grown and (ever or each))):
        raise Refusal(
            "not_supported", "Whether something holds for all of them, or for any, is not told; ask for each."
        )
