"""The figure that a row is known by, and those that a word like `heavy` may be about."""

from collections.abc import Container, Sequence

from aos.nlq.asked import Refusal
from aos.nlq.fields import Field
from aos.nlq.numbers import CURRENCIES
from aos.nlq.phrase import listed
from aos.nlq.slots.pieces import Pieces
from aos.nlq.text import words

# What the whole of a thing is called, in this order: the figure that a row is known by.
HEADLINE = ("total", "amount", "value", "sum", "price", "cost")


def measured_by(pieces: Pieces, by: Container[str]) -> list[Field]:
    """The numbers that a word like `heavy` may be about: by their name, or by what they are counted in."""
    found = []
    for field in pieces.pipe.numbers():
        unit = words(field.unit) if field.unit and field.unit not in ("times", "count") else ()
        if any(word in by for word in (*field.words, *unit)):
            found.append(field)
    return found


def is_money(pieces: Pieces, field: Field) -> bool:
    """Whether a number's unit is a currency, or the field that names one."""
    unit = field.unit or ""
    other = pieces.pipe.fields.get(unit)
    said = {part.upper() for word in unit.split() for part in (word, word[1:], word[:-1])}  # `kEUR`, `GBP k`
    return bool(said & CURRENCIES) or unit.lower() == "currency" or (other is not None and other.kind == "text")


def headline(pieces: Pieces, fields: Sequence[Field]) -> Field:
    """The figure that a row is known by: its only amount, or the one that is named as the whole."""
    usable = [field for field in fields if field.measure is not False and not field.look.grain]
    figures = [field for field in usable if field.aggregation == "additive"] or usable
    for word in (*HEADLINE, ""):
        best = [field for field in figures if not word or word in field.words]
        if len(best) == 1:
            pieces.asked.assume(f"the amount meant is {best[0].label}")
            return best[0]
        if len(best) > 1:
            names = tuple(field.name for field in best)
            raise Refusal("ambiguous", f"Which figure is meant: {listed(names, 'or')}?", choices=names, weak=True)
    raise Refusal("not_understood", f"{pieces.pipe.label} has no figure that this could be about.")
