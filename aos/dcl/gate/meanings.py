"""What contracts say of a pipe's fields: unit, measure, aggregation. Nothing says so: it is unknown, and stays so.

A contract (Open Data Contract Standard) names its pipes in `customProperties`: `{property: pipe_id, value: …}` (an id
or a list of them), or `vendor` and `entity_scope` together for every such pipe. Its properties say `unit`, `measure`,
`aggregation` (additive, ratio, point_in_time) and `period` (this field places a row in time) in theirs.
"""

import asyncio
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

from aos.contracts.export import DCLConnectionSchema
from aos.core.errors import InvalidInput
from aos.core.log import Log
from aos.core.regular_file import read_regular
from aos.core.settings import Settings
from aos.dcl.sidecar.odcs_yaml import MOST_BYTES, read_yaml

log = Log("dcl.meanings")
Aggregation = Literal["additive", "ratio", "point_in_time"]
AGGREGATIONS = ("additive", "ratio", "point_in_time")
_TYPES = {
    "string": "string", "date": "string", "timestamp": "string", "number": "number", "integer": "number",
    "boolean": "boolean", "object": "object", "array": "array",
}  # fmt: skip


class Meaning(NamedTuple):
    """`type` is the JSON type that the contract asks for; empty where it does not say."""

    type: str = ""
    unit: str | None = None
    measure: bool | None = None
    aggregation: Aggregation | None = None
    period: bool | None = None
    description: str = ""


UNKNOWN = Meaning()


class Said(NamedTuple):
    """What one contract says: of which pipes, and of which fields what."""

    pipe_ids: frozenset[str]
    kind: tuple[str, str] | None
    fields: Mapping[str, Meaning]


class Overlap(NamedTuple):
    """`what` several contracts speak for: a pipe's id, or a kind of pipes; only the `first` counts."""

    what: str
    first: str
    others: tuple[str, ...]


_NOTHING = Said(frozenset(), None, {})


class Meanings:
    """Of the contracts as they lie there: a file that changed is read again."""

    def __init__(self, settings: Settings) -> None:
        self._places = places(settings)
        self._read: dict[Path, tuple[tuple[int, int], Said]] = {}
        self._told: set[Overlap] = set()

    async def now(self) -> list[Said]:
        """What every contract says, by file name, those that AOS ships first."""
        found = {path: await self._said(path, stands) for path, stands in self._files()}
        overlaps = set(overlapping(found))
        for what, first, others in sorted(overlaps - self._told):
            log.warning("Contracts name the same pipes; one of them counts", pipes=what, counts=first, others=others)
        self._told = overlaps
        return list(found.values())

    async def of_pipe(self, connection: DCLConnectionSchema) -> Mapping[str, Meaning]:
        """Field → what is said of it."""
        return of(connection, await self.now())

    async def _said(self, path: Path, stands: tuple[int, int]) -> Said:
        if path not in self._read or self._read[path][0] != stands:
            self._read[path] = (stands, await asyncio.to_thread(_said, path))
        return self._read[path][1]

    def _files(self) -> Iterator[tuple[Path, tuple[int, int]]]:
        for path in _paths(self._places):
            try:
                found = os.stat(path)
            except OSError:
                continue  # gone since the look
            yield path, (found.st_mtime_ns, found.st_size)


def places(settings: Settings) -> tuple[Path, Path]:
    """Where contracts lie, in the order in which they count."""
    return settings.seeds_dir / "contracts", settings.data_dir / "contracts"


def overlapping(said: Mapping[Path, Said]) -> Iterator[Overlap]:
    """What more than one of these contracts speaks for, in the order in which they count."""
    naming: dict[str, list[str]] = {}
    for path, each in said.items():
        kind = [f"vendor {each.kind[0]}, entity_scope {each.kind[1]}"] if each.kind else []
        for what in (*(f"pipe_id {pipe_id}" for pipe_id in sorted(each.pipe_ids)), *kind):
            naming.setdefault(what, []).append(str(path))
    yield from (Overlap(what, first, tuple(others)) for what, (first, *others) in naming.items() if others)


def overlaps_of(path: Path, settings: Settings) -> list[Overlap]:
    """Those of one file with the others that lie there; as if it lay with the user's where it lies elsewhere."""
    if not path.is_file():
        return []  # read from a pipe of the shell: it lies nowhere
    said = {each: _said(each) for each in _paths(places(settings)) if each.exists()}
    own = next((each for each in said if each.samefile(path)), None)
    said = said if own else dict(sorted({**said, path: _said(path)}.items(), key=lambda one: _rank(one[0], settings)))
    return [each for each in overlapping(said) if str(own or path) in (each.first, *each.others)]


def _rank(path: Path, settings: Settings) -> tuple[bool, str]:
    return path.parent != places(settings)[0], path.name


def _paths(among: Iterable[Path]) -> list[Path]:
    return [path for place in among for path in sorted(place.glob("*.yaml"))]


def of(connection: DCLConnectionSchema, said: Sequence[Said]) -> Mapping[str, Meaning]:
    """The fields of the first contract that names the pipe, else of the first that names its kind."""
    for each in said:
        if connection.pipe_id in each.pipe_ids:
            return each.fields
    for each in said:
        if each.kind is not None and each.kind == (connection.vendor, connection.entity_scope):
            return each.fields
    return {}


def _said(path: Path) -> Said:
    """What a file says; nothing where it can't be read. The sidecar that needs it says what is wrong with it."""
    try:
        document = read_yaml(read_regular(path, MOST_BYTES)).value
    except (OSError, ValueError, InvalidInput) as error:
        log.warning("A contract can't be read and says nothing of its fields", file=path.name, why=str(error))
        return _NOTHING
    top = document if isinstance(document, dict) else {}
    custom, objects = _custom(top), top.get("schema")
    named, vendor, entity = custom.get("pipe_id"), custom.get("vendor"), custom.get("entity_scope")
    pipe_ids = frozenset(each for each in (named if isinstance(named, list) else [named]) if isinstance(each, str))
    kind = (vendor, entity) if isinstance(vendor, str) and isinstance(entity, str) else None
    if not isinstance(objects, list) or not (pipe_ids or kind):
        return _NOTHING
    properties = [p for o in objects if isinstance(o, dict) for p in o.get("properties") or [] if isinstance(p, dict)]
    return Said(pipe_ids, kind, {str(each.get("name")): _meaning(each) for each in properties})


def _meaning(node: Mapping[str, Any]) -> Meaning:
    custom = _custom(node)
    unit, measure, way, period = (custom.get(name) for name in ("unit", "measure", "aggregation", "period"))
    return Meaning(
        type=_TYPES.get(str(node.get("logicalType")), ""),
        unit=unit if isinstance(unit, str) else None,
        measure=measure if isinstance(measure, bool) else None,
        aggregation=cast("Aggregation", way) if way in AGGREGATIONS else None,
        period=period if isinstance(period, bool) else None,
        description=str(node.get("description") or ""),
    )


def _custom(node: Mapping[str, Any]) -> dict[str, Any]:
    found = node.get("customProperties")
    pairs = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    return {str(each.get("property")): each.get("value") for each in pairs}
