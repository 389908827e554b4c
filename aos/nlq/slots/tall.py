"""Pipes with a row for each figure of a period, its name in one field and its value in another."""

from aos.nlq.fields import Field, Pipe
from aos.nlq.slots.pieces import Pieces


def settle_tall(pieces: Pieces) -> None:
    """`revenue in Q3`, where Revenue is the name of a figure: the value of those rows. Several names are told apart,
    since what they have together means nothing."""
    asked, known = pieces.asked, _tall(pieces.pipe)
    if known is None or pieces.entities or asked.measures or asked.counted or asked.distinct:
        return
    name, value = known
    named = [each for each in asked.filters if each.field == name and each.op in ("eq", "in")]
    if not named:
        return
    asked.measures, asked.rows = [value], False
    if any(each.op == "in" for each in named) and name not in asked.groups:
        asked.groups.append(name)


def _tall(pipe: Pipe) -> tuple[Field, Field] | None:
    """The field that names the figure and the one that has it: the key is that name and the period, and there is one
    number."""
    keys = [pipe.fields[key] for key in pipe.facts.identity_keys if key in pipe.fields]
    names, numbers = [field for field in keys if field != pipe.period], pipe.numbers()
    whole = pipe.periodic and len(keys) == 2 and len(names) == 1 and names[0].kind == "text"
    return (names[0], numbers[0]) if whole and len(numbers) == 1 else None
