"""Fields of the record that a key names: `status of ERP-17`, `is T-3 solved`."""

from typing import Any

from aos.contracts.query import Aggregate
from aos.nlq.fields import Field
from aos.nlq.phrase import figure, listed, plural
from aos.nlq.shapes.point import entity
from aos.nlq.tell import Desk, Told

MOST_RECORDS = 1_000
Record = dict[str, Any]


async def of_record(desk: Desk) -> Told:
    """What the record says; with several keys a row each. One field of one record is the value."""
    asked, keys = desk.asked, desk.pipe.facts.identity_keys
    pinned = asked.pinned
    units = [field.unit for field in asked.wanted if field.unit in desk.pipe.fields]
    columns = list(dict.fromkeys([*keys, *(field.name for field in asked.wanted), *filter(None, units)]))
    found = await desk.query(desk.where(pinned), select=columns, limit=MOST_RECORDS)
    which = f"{entity(desk)} {listed([_spelled(each.value) for each in pinned])}"
    told = Told(columns=columns, rows=found.rows)
    if not found.rows:
        told.nothing = told.why_nothing = True
        told.what = f"There is no {which}."
        return told
    records = [dict(zip(columns, row, strict=True)) for row in found.rows]
    if asked.whether:
        return await _whether(desk, told, records, which)
    if len(records) == 1 and len(asked.wanted) == 1:
        return _one(told, records[0], asked.wanted[0], which)
    if len(records) == 1:
        shown = listed([f"{field.label} {_shown(records[0], field)}" for field in asked.wanted])
        told.what = f"{_upper(which)}: {shown}."
        return told
    rows = f"{len(records):,} {plural(entity(desk), len(records))}"
    told.what = f"{_upper(listed([field.label for field in asked.wanted]))} of {rows}."
    return told


async def _whether(desk: Desk, told: Told, records: list[Record], which: str) -> Told:
    """Yes where all of the records meet the other conditions."""
    desk.main = None
    met = await desk.query(desk.conditions(), aggregate=[Aggregate(function="count", name="value")])
    told.value = met.rows[0][0] == len(records)
    so = [listed([f"{field.label} {_shown(each, field)}" for field in desk.asked.wanted]) for each in records[:5]]
    told.what = f"{'Yes' if told.value else 'No'}: {which} has {listed(so)}."
    return told


def _one(told: Told, record: Record, field: Field, which: str) -> Told:
    told.value = record[field.name]
    if told.value is None:
        told.nothing = told.why_nothing = True
        told.what = f"{_upper(which)} has no {field.label}."
        return told
    told.unit = _unit(record, field)
    told.what = f"{_upper(field.label)} of {which} is {_shown(record, field)}."
    return told


def _unit(record: Record, field: Field) -> str | None:
    """A unit that is named by a field of the pipe is that of this record."""
    named = record.get(field.unit or "", field.unit) if field.kind == "number" else None
    return str(named) if named is not None else None


def _shown(record: Record, field: Field) -> str:
    return figure(record[field.name], _unit(record, field))


def _spelled(value: Any) -> str:
    return listed([str(each) for each in value], "or") if isinstance(value, list) else str(value)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
