"""Pipes whose blueprint is there and whose rows are not. They answer nothing, but what they alone are called by must
not be taken for something else."""

from collections.abc import Iterable, Sequence

from aos.nlq.asked import Asked, Refusal
from aos.nlq.cover import Piece
from aos.nlq.lexicon import SYNONYM, WHOLE, Target
from aos.nlq.phrase import listed
from aos.nlq.reading import Reading

MOST_NAMED = 5


def refuse_without_rows(readings: Iterable[Reading], filled: Sequence[Reading] = (), *, named: bool = False) -> None:
    """`no_data` where a pipe without rows has what is asked for: every word of it but values of others, or some word
    where it is the pipe that was `named`, since it can't know any value."""
    having = [
        reading
        for reading in readings
        if any(map(_own, reading.names))
        and (named or all(any(_is_value(piece, other) for other in filled) for piece in reading.unknown))
        and not any(piece.cue("why") for piece in reading.pieces)  # no rows could answer that
    ]
    if not having:
        return
    labels = tuple(reading.lexicon.pipe.label for reading in having[:MOST_NAMED])
    verb = "has" if len(labels) == 1 else "have"
    raise Refusal("no_data", f"{listed(labels, 'and')} {verb} no data yet.")


def refuse_weaker(answering: Reading, asked: Asked, unfilled: Sequence[Reading]) -> None:
    """A choice where words are the very name of the rows or of a field of a pipe without rows, and something less in
    the pipe that would answer: `how many pumps` asks for no orders of the product line Pumps where there is a register
    of pumps. What a pipe without rows does not know may be values, and anything where nobody says what rows are
    counted; else something is asked for that it does not have."""
    if _tells_its_rows(answering):
        return
    for empty in unfilled:
        if not asked.unnamed and not all(_is_value(piece, answering) for piece in empty.unknown):
            continue
        for piece in empty.names:
            over = _over(piece, answering.names)
            longer = any(each.end - each.start > piece.end - piece.start for each in over)  # `ERP-17` is no erp
            if _own(piece) and not longer and not any(map(_own, over)):
                there, here = empty.lexicon.pipe.label, answering.lexicon.pipe.label
                other = _as(piece, answering)
                text = f"`{piece.text}` is what {there} has, and it has no data yet; {here} has it as {other}."
                choices = (f"{there}, which has no data yet", f"{other} of {here}")
                raise Refusal("ambiguous", text, words=(piece.text,), choices=choices)


def _own(piece: Piece) -> bool:
    """Whether it is a name of the pipe's own, rather than a value, another word for one or a part of one."""
    return any(target.kind in ("entity", "field") and target.how > SYNONYM for target in piece.targets)


def _tells_its_rows(reading: Reading) -> bool:
    """Whether the rows of this pipe, or the pipe, are named, be it by another word for them: bills are invoices."""
    return any(t.kind in ("entity", "pipe") and t.how >= WHOLE for piece in reading.names for t in piece.targets)


def _over(piece: Piece, others: Iterable[Piece]) -> list[Piece]:
    return [other for other in others if other.start < piece.end and piece.start < other.end]


def _is_value(piece: Piece, reading: Reading) -> bool:
    over = _over(piece, reading.names)
    return bool(over) and all(target.kind == "value" for each in over for target in each.targets)


def _as(piece: Piece, reading: Reading) -> str:
    found = [target for each in _over(piece, reading.names) for target in each.targets]
    return _called(found[0]) if found else "something else"


def _called(target: Target) -> str:
    if target.field is None:
        return "what a row is"
    return f"{target.field.label} {target.value}" if target.kind == "value" else target.field.label
