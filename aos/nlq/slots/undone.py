"""What is to be done is not what was done: `yet to be paid`."""

from aos.nlq.asked import Refusal
from aos.nlq.cover import Piece
from aos.nlq.slots.pieces import Pieces
from aos.nlq.undone import is_undone


def refuse_undone(pieces: Pieces) -> None:
    """A condition that says what was done, behind words by which it is not done yet."""
    for n, piece in enumerate(pieces.all):
        before = pieces.at(n - 1)
        led = before.text.split() if before is not None and not piece.apart else []
        said = [*led, *(word for phrase in piece.before for word in phrase.split())]
        if _picks(piece) and (is_undone(said) or _is_left(pieces, n)):
            text = f"What is still to be done is not told by what was done: `{piece.text}`."
            raise Refusal("not_supported", text, words=(piece.text,))


def _picks(piece: Piece) -> bool:
    """Whether a piece is a value, a yes or no or a date: what somebody did."""
    return any(t.kind == "value" or (t.field and t.field.kind in ("bool", "date")) for t in piece.targets)


def _is_left(pieces: Pieces, n: int) -> bool:
    """`left to pay` is nobody who left."""
    behind = pieces.at(n + 1)
    last = pieces.all[n].after if behind is None else behind.before
    return pieces.all[n].text == "left" and last[:1] == ("to",)
