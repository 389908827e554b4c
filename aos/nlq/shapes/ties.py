"""Who else is first: of several with the same figure the one that is told is no winner by itself."""

from collections.abc import Sequence
from typing import Any

from aos.contracts.query import Aggregate, Condition
from aos.nlq.fields import Field
from aos.nlq.phrase import figure, listed
from aos.nlq.tell import Desk

FEW = 10  # so many more rows are told, and so many others are named


def first_of(
    desk: Desk, rows: Sequence[list[Any]], most: int, *, keys: int, more: bool = False, what: str = "as much"
) -> list[list[Any]]:
    """The first `most` rows of ranked ones, and of a first one alone those that have as much. A note says which others
    there are, by their first `keys` columns; the figure is the last one. `more`: there are rows that are not here;
    `what` they have the same."""
    told, last = list(rows[:most]), rows[most - 1][-1] if len(rows) >= most else None
    tied = [row for row in rows[most:] if row[-1] == last]
    if not tied:
        return told
    names = [" / ".join(figure(part) for part in row[:keys]) for row in tied]
    open_end = more and rows[-1][-1] == last
    if open_end:
        desk.note(f"At least {len(tied):,} others have as much.")
    else:
        note(desk, names, len(tied), alone=most == 1, what=what)
    return told + tied if most == 1 and len(tied) <= FEW and not open_end else told


def note(desk: Desk, names: list[str], count: int, *, alone: bool, what: str = "as much") -> None:
    """`South has as much.`, `2 others have as much: East, West.`, `166 others have as much.`"""
    end = what if alone else f"{what} as the last one told"
    if count == 1:
        desk.note(f"{names[0]} has {end}.")
        return
    named = f": {listed(names)}" if count <= FEW else ""
    desk.note(f"{count:,} others have {end}{named}.")


async def tied_records(
    desk: Desk, where: Sequence[Condition], measure: Field, rows: Sequence[list[Any]], most: int
) -> list[list[Any]]:
    """The first `most` of these records, as `first_of`; where more than are here have as much, DCL counts them."""
    last = rows[most - 1][-1] if len(rows) >= most else None
    what = "the same date" if measure.kind == "date" else "as much"
    keys = sum(1 for name in desk.pipe.facts.identity_keys if name in desk.pipe.fields) or 1
    if last is None or len(rows) <= most + FEW or rows[-1][-1] != last:
        return first_of(desk, rows, most, keys=keys, what=what)
    way: Any = "ge" if desk.asked.descending else "le"
    beyond = Condition(field=measure.name, op=way, value=last)
    found = await desk.query([*where, beyond], aggregate=[Aggregate(function="count", name="value")])
    note(desk, [], found.rows[0][0] - most, alone=most == 1, what=what)
    return list(rows[:most])
