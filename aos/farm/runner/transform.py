"""The manifest's transform: fields renamed and scaled row by row; with a grain, sums by dims and period.

Numbers keep every digit: a scale is multiplied in decimals, so that 1.1 times 100 is 110.0. docs/runner.md has the
rules in plain words.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from typing import Any

import msgspec

from aos.contracts.manifest import FieldMap, ManifestTransform
from aos.core.errors import InvalidInput
from aos.farm.runner.faults import JobFault
from aos.farm.runner.periods import FORMATS, period_of
from aos.farm.runner.rows import LOOK_AT_SOURCE, Row

RATIOS = frozenset({"percent", "%", "ratio", "rate", "share", "pct", "bps"})
MOST_GROUPS = 250_000
OUT_SLICE = 1_000
MOST_UNSEEN = 20  # fields that are told by name
_EXACT = Context(prec=200, traps=[InvalidOperation, Overflow, Inexact])
_spelled = msgspec.json.Encoder(order="sorted", decimal_format="number")


def check(transform: ManifestTransform) -> None:
    """`InvalidInput` names what can't be meant."""
    taken: dict[str, str] = {}
    for source, field in transform.schema_map.items():
        where = f"$.transform.schema_map.{source[:80]}"
        if field.target in taken:
            told = f"`{source[:80]}` and `{taken[field.target][:80]}` have the same target"
            raise InvalidInput(told, path=f"{where}.target")
        taken[field.target] = source
        if field.scale is not None and field.dim:
            raise InvalidInput("A dim groups rows and is not scaled", path=f"{where}.scale")
        if transform.grain and not field.dim and (field.unit or "").strip().lower() in RATIOS:
            told = f"`{source[:80]}` is a ratio ({field.unit}), and sums of ratios mean nothing; leave it out"
            raise InvalidInput(told, path=f"{where}.unit")
    if transform.grain is None:
        return
    if not transform.schema_map:
        told = "A grain needs a schema_map that says which fields are dims and which are summed"
        raise InvalidInput(told, path="$.transform.schema_map")
    if not transform.period_field:
        raise InvalidInput("A grain needs the field that holds the period", path="$.transform.period_field")
    if transform.period_format not in (None, FORMATS[transform.grain]):
        told = f"Periods of a {transform.grain} are written {FORMATS[transform.grain]}"
        raise InvalidInput(told, path="$.transform.period_format")


def transformer(transform: ManifestTransform) -> "Mapping | Grouping":
    return Grouping(transform) if transform.grain else Mapping(transform)


class Mapping:
    """Row by row. Without a schema_map rows stay as they are."""

    def __init__(self, transform: ManifestTransform) -> None:
        self._fields = _fields(transform)
        self._unseen = Unseen(self._fields)
        self._seen = 0
        self.warnings: list[str] = []

    def take(self, rows: list[Row]) -> list[Row]:
        first, self._seen = self._seen, self._seen + len(rows)
        if not self._fields:
            return rows
        self._unseen.look(rows)
        return [self._mapped(row, first + number) for number, row in enumerate(rows)]

    def end(self) -> Iterator[list[Row]]:
        self.warnings += self._unseen.told()
        return iter(())

    def _mapped(self, row: Row, number: int) -> Row:
        return {
            field.target: row[source] if scale is None else scaled(row[source], scale, source, number)
            for source, (field, scale) in self._fields.items()
            if source in row
        }


class Grouping:
    """All rows of a period and of the same dims become one, with the sums of their numbers. What is neither a dim nor a
    number is left out, and a warning says so. Groups come out by period, then by their dims' JSON."""

    def __init__(self, transform: ManifestTransform) -> None:
        assert transform.grain is not None
        assert transform.period_field is not None
        self._grain: str = transform.grain
        self._period, self._period_target = _period_field(transform)
        fields = {s: f for s, f in _fields(transform).items() if s != self._period}
        self._dims = {source: field.target for source, (field, _) in fields.items() if field.dim}
        self._sums = {source: (field.target, scale) for source, (field, scale) in fields.items() if not field.dim}
        self._groups: dict[tuple[str, bytes], Row] = {}
        self._numbers: set[str] = set()
        self._others: dict[str, int] = {}
        self._unseen = Unseen(transform.schema_map)
        self._seen = 0
        self.warnings: list[str] = []

    def take(self, rows: list[Row]) -> list[Row]:
        self._unseen.look(rows)
        for row in rows:
            self._add(row, self._seen)
            self._seen += 1
        return []

    def end(self) -> Iterator[list[Row]]:
        for target, number in self._others.items():
            if target in self._numbers:
                told = f"Field {target[:80]!r} holds numbers, but row {number} has something else in it"
                raise JobFault(told, LOOK_AT_SOURCE)
            self.warnings.append(f"{target[:80]} is neither a dim nor a number and was left out of the sums")
        self.warnings += self._unseen.told()
        groups = [self._groups[key] for key in sorted(self._groups)]
        for at in range(0, len(groups), OUT_SLICE):
            yield [{k: v for k, v in row.items() if k not in self._others} for row in groups[at : at + OUT_SLICE]]

    def _add(self, row: Row, number: int) -> None:
        try:
            period = period_of(row.get(self._period), self._grain)
        except ValueError as error:
            raise JobFault(f"Row {number}: {self._period[:80]}: {error}", LOOK_AT_SOURCE) from error
        dims = {target: row.get(source) for source, target in self._dims.items()}
        key = (period, _spelled.encode(dims))
        group = self._groups.get(key)
        if group is None:
            if len(self._groups) == MOST_GROUPS:
                raise JobFault(f"There are more than {MOST_GROUPS} groups", "use fewer dims or a coarser grain")
            group = self._groups[key] = {self._period_target: period, **dims}
            group.update((target, None) for target, _ in self._sums.values())
        for source, (target, scale) in self._sums.items():
            self._sum(group, target, row.get(source), scale, number)

    def _sum(self, group: Row, target: str, value: Any, scale: Decimal | None, number: int) -> None:
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self._others.setdefault(target, number)
            return
        self._numbers.add(target)
        if scale is not None:
            value = scaled(value, scale, target, number)
        before = group[target]
        if before is None:
            group[target] = value
        elif isinstance(before, int) and isinstance(value, int):
            group[target] = before + value
        else:
            group[target] = _exactly(_EXACT.add, before, value, target, number)


class Unseen:
    """Source fields of a schema_map that no row had so far: a slip in a name would go unnoticed, since a field may be
    absent from any row."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names, self._rows = list(names), 0

    def look(self, rows: list[Row]) -> None:
        self._rows += len(rows)
        if self._names:
            self._names = [name for name in self._names if not any(name in row for row in rows)]

    def told(self) -> list[str]:
        """A warning for each; none where there was no row."""
        if not self._rows:
            return []
        told = [f"None of {self._rows} rows has the source field {each[:80]!r}" for each in self._names[:MOST_UNSEEN]]
        more = len(self._names) - MOST_UNSEEN
        return [*told, f"{more} more source fields of the schema_map are in no row"] if more > 0 else told


def scaled(value: Any, scale: Decimal, field: str, number: int) -> Any:
    """A number times `scale`; an integer stays one where the scale is one. Null stays null; what is no number can't be
    scaled."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        told = f"Row {number}: {field[:80]!r} is to be scaled and is no number"
        raise JobFault(told, LOOK_AT_SOURCE)
    if isinstance(value, int) and scale == scale.to_integral_value():
        return value * int(scale)
    return _exactly(_EXACT.multiply, value, scale, field, number)


def _exactly(how: Callable[[Decimal, Decimal], Decimal], one: Any, other: Any, field: str, number: int) -> Decimal:
    try:
        return _plain(how(Decimal(one), Decimal(other)))
    except (InvalidOperation, Overflow, Inexact) as error:
        told = f"Row {number}: {field[:80]!r} has more digits than can be reckoned with"
        raise JobFault(told, LOOK_AT_SOURCE) from error


def _plain(value: Decimal) -> Decimal:
    """Without trailing zeros, and with a point: `110.00` is 110.0, as the same column's other rows have one."""
    trimmed = value.normalize(_EXACT)
    exponent = trimmed.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= 0 and trimmed.adjusted() < 30:
        return trimmed.quantize(Decimal("0.1"), context=_EXACT)
    return trimmed


def _fields(transform: ManifestTransform) -> dict[str, tuple[FieldMap, Decimal | None]]:
    return {
        source: (field, None if field.scale is None else Decimal(repr(field.scale)))
        for source, field in transform.schema_map.items()
    }


def _period_field(transform: ManifestTransform) -> tuple[str, str]:
    """(name in the source, name in the answer); `period_field` may be either name of a mapped field."""
    named = transform.period_field or ""
    if named in transform.schema_map:
        return named, transform.schema_map[named].target
    by_target = (source for source, field in transform.schema_map.items() if field.target == named)
    return next(by_target, named), named
