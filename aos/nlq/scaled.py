"""Limits on figures that are kept in thousands: `over £400k` may be 400 of them, or 400,000 of them.

The values of the data decide: a limit that lies outside of all of them says nothing of any. Where both readings lie
within them, or neither, nobody can tell.
"""

from aos.contracts.query import Aggregate
from aos.nlq.asked import Filter, Refusal, Whole
from aos.nlq.fields import Field
from aos.nlq.numbers import CURRENCIES
from aos.nlq.tell import Desk

LEAST = 1_000  # a figure under it can only be one of those units
_UNITS = {
    "thousand": 1_000, "thousands": 1_000, "k": 1_000, "million": 10**6, "millions": 10**6, "m": 10**6, "mn": 10**6,
    "bn": 10**9, "billion": 10**9, "billions": 10**9, "b": 10**9,
}  # fmt: skip


def scale_of(field: Field) -> int:
    """What one stands for in a figure of `GBP thousand` or `kEUR`; 1 where it is itself."""
    said = (field.unit or "").lower().split()
    codes = {code.lower() for code in CURRENCIES}
    for word in said:
        if word in _UNITS and (len(word) > 1 or len(said) > 1 or word == "k"):
            return _UNITS[word]
        if word[1:] in codes and word[0] in "kmb":
            return _UNITS[word[0]]
    return 1


async def settle_scale(desk: Desk) -> None:
    """Puts the limits into the unit of their field. `Refusal` with both readings where the values don't tell."""
    asked = desk.asked
    asked.filters = [await _settled(desk, each) for each in asked.filters]
    asked.limits = [await _settled(desk, each) for each in asked.limits]
    asked.base = None if asked.base is None else [await _settled(desk, each) for each in asked.base]
    for whole in asked.wholes:
        if whole.field is not None and _is_unsure(whole):
            raise _choice(whole.field, whole.value)


def _is_unsure(limit: Filter | Whole) -> bool:
    values = limit.value if isinstance(limit.value, list) else [limit.value]
    large = any(isinstance(value, int | float) and abs(value) >= LEAST for value in values)
    return large and limit.field is not None and limit.field.kind == "number" and scale_of(limit.field) > 1


async def _settled(desk: Desk, limit: Filter) -> Filter:
    if not _is_unsure(limit):
        return limit
    if isinstance(limit.value, list):
        raise _choice(limit.field, limit.value[0])
    ends = [Aggregate(function=way, field=limit.field.name, name=way) for way in ("min", "max")]
    low, high = (await desk.query([], ahead=True, aggregate=ends)).rows[0]
    ways = (limit.value, limit.value / scale_of(limit.field))
    found = [value for value in ways if low is not None and low <= value <= high]
    if limit.value in desk.asked.in_ones:  # `£5m` is so many pounds, unless it may be so many thousands of them
        found = [ways[1]] if limit.value not in found else []
    if len(found) != 1:
        raise _choice(limit.field, limit.value)
    value = int(found[0]) if found[0] == int(found[0]) else found[0]
    if value != limit.value:
        desk.asked.assume(f"{limit.value:,} is {value:,} {limit.field.unit}")
    else:
        desk.asked.assume(f"{value:,} is in {limit.field.unit}")
    return limit._replace(value=value)


def _choice(field: Field, value: float) -> Refusal:
    choices = (f"{value:,} {field.unit}", f"{value:,} in single units")
    return Refusal("ambiguous", f"{field.label} is in {field.unit}: is {value:,} meant in that?", choices=choices)
