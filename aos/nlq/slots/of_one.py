"""`how much does an implant cost`: what is asked of one is no sum of them all."""

from itertools import pairwise

from aos.nlq.slots.pieces import Pieces

_DOING = frozenset("do does did would will can".split())
_ONE = frozenset("a an one each every single".split())
_NOW = frozenset(("do", "does"))  # `what did it cost` is the sum of what was done then
_LASTING = frozenset("take takes last lasts need needs require requires".split())


def read_of_one(pieces: Pieces) -> None:
    asked = pieces.asked
    for n in pieces.measured:
        if _does_one(pieces, n):
            raise pieces.odd(n)  # `how much does a ticket take` is no number of tickets
    plain = not (asked.functions or asked.groups or asked.ranked or asked.share or asked.grain or asked.change)
    if not plain or len(asked.measures) != 1 or asked.measures[0].aggregation != "additive":
        return
    if any(_is_of_one(pieces, n) for n in range(len(pieces))):
        asked.functions = ["avg"]
        asked.assume(f"the average of {asked.measures[0].label} is meant")


def _does_one(pieces: Pieces, n: int) -> bool:
    said = [word for phrase in pieces.all[n].before for word in phrase.split()]
    return any(one in _DOING and other in _ONE for one, other in pairwise(said))


def _is_of_one(pieces: Pieces, n: int) -> bool:
    """`does a crown take`, `do crowns take`: the verb of a value, or of what a row is."""
    piece, behind = pieces.all[n], pieces.at(n + 1)
    said = [word for phrase in piece.before for word in phrase.split()]
    if not any(target.kind in ("value", "entity") for target in piece.targets):
        return False
    if _does_one(pieces, n):
        return True
    last = piece.after if behind is None else behind.before or tuple(behind.text.split())
    return bool(said) and said[-1] in _NOW and bool(last) and last[0].split()[0] in _LASTING
