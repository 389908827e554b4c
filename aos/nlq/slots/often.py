"""How often something was done: `reopened more than once` limits the number that counts it, and no amount."""

from aos.nlq.asked import Refusal
from aos.nlq.fieldnames import COUNTS
from aos.nlq.fields import Field
from aos.nlq.lexicon import ROOT
from aos.nlq.slots.pieces import Pieces
from aos.nlq.text import words

_UNITS = frozenset(("time", "count"))


def counted_beside(pieces: Pieces, first: int, behind: int) -> Field:
    """The number of those times, named by the deed before the limit or behind it. `Refusal` where there is none."""
    for n in (first - 1, behind):
        found = [t for t in pieces.targets(n, "field", "number") if t.field and t.how >= ROOT and _counts(t.field)]
        if found:
            return pieces.one(n, found)
    said = pieces.all[behind - 1].text
    raise Refusal("not_supported", f"How often that was done (`{said}`) is not in the data.", words=(said,))


def _counts(field: Field) -> bool:
    return bool(COUNTS & {*field.words} or _UNITS & {*words(field.unit or "")})
