"""What no data can answer: why something is so, what will be, whether it is good."""

from aos.nlq.asked import Reason, Refusal
from aos.nlq.slots.pieces import Pieces
from aos.nlq.text import lemma

_REASONS: dict[str, tuple[Reason, str]] = {
    "why": ("cause", "Why something is so is not in the data; they say what is, not what made it so."),
    "future": ("future", "What is to come is not in the data; there is no forecast here."),
    "opinion": ("opinion", "That is a matter of opinion; the data say how much, not whether it is good."),
    "relation": ("not_supported", "Measures are not computed with each other here."),
}

_GROUNDS = frozenset("reason cause ground motive".split())
_METHODS = frozenset("calculate calculated compute computed measured determined derived".split())
_DOES = frozenset(("does", "do", "did"))
_ASKING = frozenset("are is do does did have has were was".split())


def refuse(pieces: Pieces) -> None:
    """`Refusal` for the first such word that is not the name of something, and for arithmetic."""
    for n, piece in enumerate(pieces.all):
        if piece.sign and pieces.targets(n, "field", "number"):
            raise Refusal(*_REASONS["relation"], words=(piece.text,))
    _refuse_quantified(pieces)
    _refuse_method(pieces)
    for n, piece in enumerate(pieces.all[:-1]):
        if piece.text == "out of" and pieces.targets(n + 1, "field", "bool"):
            raise pieces.odd(n)  # `out of warranty`
    for n in list(pieces.free("cue")):
        piece = pieces.all[n]
        if piece.cue("because"):
            _because(pieces, n)
        if _contributes(pieces, n) or _belongs(pieces, n) or _is_worth(pieces, n):
            pieces.take(n)
            continue
        if cue := piece.cue("why"):
            reason, text = _REASONS[cue.of]
            raise Refusal(reason, text, words=(piece.text,))
        if _asks_meaning(pieces, n):
            raise _no_meaning(pieces, n)
        if piece.cue("median"):
            text = "Average, maximum, minimum, sum and count are computed; a median or a spread is not."
            raise Refusal("not_supported", text, words=(piece.text,))


def _asks_meaning(pieces: Pieces, n: int) -> bool:
    """`what does margin mean`: a verb behind what it is of; `mean margin` is an average."""
    piece, behind = pieces.all[n], pieces.at(n + 1)
    if piece.cue("meaning"):
        return True
    if piece.text != "mean" or not n or pieces.all[n - 1].kind != "name":
        return False
    last = behind is None or behind.kind == "when" or behind.apart or behind.led or bool(behind.before)
    return last and any(_DOES & {*each.before} for each in pieces.all[:n])


def _refuse_method(pieces: Pieces) -> None:
    """`how is margin calculated` asks for no figure."""
    said = {word for piece in pieces.all for word in (*piece.before, *piece.after)}
    said |= {piece.text for piece in pieces.all if piece.cue("ask")}
    if "how" in pieces.all[0].before and said & _METHODS:
        raise _no_meaning(pieces, 0)


def _no_meaning(pieces: Pieces, n: int) -> Refusal:
    """With what the catalogue says of the fields that are named."""
    named = [t.field for piece in pieces.all for t in piece.targets if t.field is not None]
    told = [f"{field.label} is described as `{field.description}`" for field in named if field.description]
    text = f"What a name means is not told as a figure; {'; '.join(dict.fromkeys(told)) or 'no description says it'}."
    return Refusal("not_supported", text, words=(pieces.all[n].text,))


def _contributes(pieces: Pieces, n: int) -> bool:
    """`what did EMEA contribute to revenue` is its revenue, where EMEA is a value or a part of what has one of its own;
    `what contributed to revenue` asks for a cause."""
    before = pieces.at(n - 1)
    wholes = [t.field for t in pieces.targets(n + 1, "field", "number") if t.field]
    contributes = pieces.all[n].text.startswith("contribut") and not pieces.said("change")
    if not contributes or not wholes or before is None or before.apart:
        return False
    if pieces.targets(n - 1, "value"):
        return True
    wider = [{*whole.words} for whole in wholes]
    parts = tuple(t for t in pieces.targets(n - 1, "field", "number") if t.field and {*t.field.words} > wider[0])
    if len(wider) > 1 or len(parts) != 1:
        return False
    pieces.all[n - 1] = before._replace(targets=parts)
    pieces.take(n + 1)
    return True


def _belongs(pieces: Pieces, n: int) -> bool:
    """`missed their target`, where that is a yes or no of the data: the rest of what the verb says."""
    said = {lemma(word) for word in pieces.all[n].text.split()}
    beside = [t.field for k in (n - 1, n + 1) for t in pieces.targets(k, "field", "bool") if t.field]
    return bool(pieces.all[n].cue("why")) and any(said <= {*field.words} for field in beside)


def _is_worth(pieces: Pieces, n: int) -> bool:
    """`how much are the open deals worth`: their amount, and no opinion of them."""
    last = n == len(pieces) - 1 or pieces.all[n + 1].kind == "when"
    return pieces.all[n].text == "worth" and last and pieces.said("much")


def _because(pieces: Pieces, n: int) -> None:
    """`because of illness` is a condition where that is a reason that the data have, `because they were damaged` where
    a field of reasons has it; else a question of cause."""
    values = pieces.targets(n + 1, "value")
    if any(cue.of == "state" for cue in pieces.all[n].cues):
        told = any(t.field and _GROUNDS & {*t.field.words} for t in values)
    else:
        told = bool(values or pieces.targets(n + 1, "field", "date"))
    if not told:
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
