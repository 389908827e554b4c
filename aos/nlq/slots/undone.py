"""What is to be done is not what was done (`yet to be paid`), nor is what is open all that was opened."""

from aos.nlq.asked import Refusal
from aos.nlq.cover import Piece
from aos.nlq.slots.pieces import Pieces
from aos.nlq.undone import is_undone

_DOING = frozenset("did do does we they you i to".split())


def refuse_undone(pieces: Pieces) -> None:
    """A condition that says what was done, behind words by which it is not done yet; a state that only a deed is known
    of."""
    for n, piece in enumerate(pieces.all):
        before = pieces.at(n - 1)
        led = before.text.split() if before is not None and not piece.apart else []
        said = [*led, *(word for phrase in piece.before for word in phrase.split())]
        if _picks(piece) and (is_undone(said) or _is_left(pieces, n)):
            text = f"What is still to be done is not told by what was done: `{piece.text}`."
            raise Refusal("not_supported", text, words=(piece.text,))
        if _is_state_of_deed(pieces, n):
            raise _which_are_so(pieces, piece.text)


def _picks(piece: Piece) -> bool:
    """Whether a piece is a value, a yes or no or a date: what somebody did."""
    return any(t.kind == "value" or (t.field and t.field.kind in ("bool", "date")) for t in piece.targets)


def _is_left(pieces: Pieces, n: int) -> bool:
    """`left to pay` is nobody who left."""
    behind = pieces.at(n + 1)
    last = pieces.all[n].after if behind is None else behind.before
    return pieces.all[n].text == "left" and last[:1] == ("to",)


def _is_state_of_deed(pieces: Pieces, n: int) -> bool:
    """`open cases`, where all that is there is the day that each was opened; `how many did we open` asks for that."""
    piece = pieces.all[n]
    states = {word for several in pieces.synonyms.opposites.values() for word in several}
    if piece.text not in states or not piece.targets:
        return False
    if not all(t.kind == "field" and t.field and t.field.kind == "date" for t in piece.targets):
        return False
    doing = any(_DOING & {*each.before} for each in pieces.all[: n + 1])
    return not doing and not pieces.said("moment")


def _which_are_so(pieces: Pieces, said: str) -> Refusal:
    ends = {word for word, several in pieces.synonyms.opposites.items() if said in several}
    names = tuple(f"without {field.label}" for field in pieces.pipe.dates if field.look.nulls and ends & {*field.words})
    return Refusal(
        "ambiguous" if names else "not_understood",
        f"Which of them are `{said}` is not in the data by that word.",
        words=(said,),
        choices=names,
    )
