"""A limit in another unit of time than its figure's is put into that: `over 2 days to resolve` is over 48 hours.

A figure that is asked for in another unit than its own is refused.
"""

from collections.abc import Iterator

from aos.nlq.asked import Refusal
from aos.nlq.durations import EFFORT, converted, crosses_day, is_effort, other_unit, own_unit, unit_said
from aos.nlq.fields import Field
from aos.nlq.lexicon import Target
from aos.nlq.slots.pieces import Pieces


def unit_behind(pieces: Pieces, n: int) -> str:
    """The unit of time that is said first at the place behind an amount: `days`, `days to resolve`."""
    piece = pieces.at(n)
    if piece is None or piece.apart or piece.kind not in ("name", "span"):
        return ""
    if EFFORT & {*piece.before} and unit_said(piece.text.split()[0]):
        raise Refusal("not_understood", f"I do not understand `{piece.before[0]}` here.", words=piece.before[:1])
    return unit_said(piece.text.split()[0])


def is_bare(pieces: Pieces, n: int) -> bool:
    """Whether nothing but a unit of time stands there."""
    return bool(unit_behind(pieces, n)) and " " not in pieces.all[n].text


def timed_behind(pieces: Pieces, n: int) -> list[Target]:
    """`over 2 days resolution time`: what is measured so, behind a unit that stands by itself."""
    piece = pieces.at(n + 1)
    if piece is None or piece.apart or not is_bare(pieces, n):
        return []
    found = pieces.targets(n + 1, "field", "number")
    return found if all(target.field and own_unit(target.field) for target in found) else []


def in_own_unit(pieces: Pieces, field: Field, value: float, name: int, behind: int) -> int | float:
    """A limit in the unit of its field, which is named at `name` or behind the limit. The unit is taken where it stands
    by itself. `Refusal` where nobody can say how much it is."""
    own = own_unit(field)
    if is_bare(pieces, behind) and "in" in pieces.all[name + 1].before[-1:] and " " not in pieces.all[name].text:
        return value  # `mended in under 10 hours` is a deed, and no name of a time: the unit is left over
    if any(target.field == field for target in pieces.targets(behind, "unit")):
        pieces.take(behind)  # `a weight over 5 kg`
    said = unit_behind(pieces, behind)
    if not said and 0 <= name < len(pieces) and any(target.field == field for target in pieces.all[name].targets):
        said = other_unit(field, pieces.all[name].text)  # `resolution days over 2`
    if not said or not own:
        return value
    if is_bare(pieces, behind) and pieces.is_free(behind):
        pieces.take(behind)
    pieces.in_units |= {name, behind}
    if said == own:
        return value
    if crosses_day(said, own) and is_effort(field):
        raise Refusal("not_supported", f"How many {own}s of {field.label} a {said} has is not known.", words=(said,))
    made = converted(value, said, own)
    if made is None:
        text = (
            f"{field.label} is in {own}s, and {value:g} {_named(said, value)} {_verb(value)} no whole number of them."
        )
        raise Refusal("not_supported", text, words=(said,))
    pieces.asked.assume(f"{value:,} {_named(said, value)} {_verb(value)} {made:,} {_named(own, made)}")
    return made


def _verb(value: float) -> str:
    return "is" if value == 1 else "are"


def _named(unit: str, value: float) -> str:
    return unit if value == 1 else f"{unit}s"


def refuse_left_units(pieces: Pieces) -> None:
    """`average resolution time in days`, of what is in hours."""
    for n in list(pieces.free("span")):
        refuse_left_unit(pieces, n)


def refuse_left_unit(pieces: Pieces, n: int) -> None:
    """`Refusal` where a unit stands there that the figures of the question are not in."""
    said = unit_behind(pieces, n) if is_bare(pieces, n) and pieces.all[n].before[-1:] == ("in",) else ""
    for field in _used(pieces) if said else ():
        if own_unit(field) not in ("", said):
            raise _untold(field, said, pieces.all[n].text)


def refuse_other_units(pieces: Pieces) -> None:
    """`average days to resolve` of what is in hours: that figure is not in the data."""
    used = list(_used(pieces))
    for n, piece in enumerate(pieces.all):
        if piece.kind != "name" or n in pieces.in_units:
            continue
        for field in (target.field for target in piece.targets if target.kind == "field" and target.field in used):
            if field is not None and (said := other_unit(field, piece.text)):
                raise _untold(field, said, piece.text)


def _untold(field: Field, said: str, text: str) -> Refusal:
    own = own_unit(field)
    known = f"is in {own}s, and is not told in {said}s" if own else f"is not known to be in {said}s"
    return Refusal("not_supported", f"{field.label} {known}.", words=(text,), nearest=(field.name,))


def _used(pieces: Pieces) -> Iterator[Field]:
    """The numbers that the answer rests on."""
    asked = pieces.asked
    limits = (*asked.filters, *asked.limits, *(asked.base or ()), *asked.pinned)
    fields: list[Field | None] = [*asked.measures, *asked.shown, *asked.wanted, *[each.field for each in limits]]
    fields += [whole.field for whole in asked.wholes] + [figure.field for figure in asked.figures]
    for one in fields:
        if one is not None and one.kind == "number":
            yield one
