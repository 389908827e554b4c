"""What contracts say of a pipe's fields: unit, measure, aggregation. Nothing says so: it is unknown, and stays so.

A contract (Open Data Contract Standard) names its pipe in `customProperties`: `{property: pipe_id, value: …}`. Its
properties say `unit`, `measure` and `aggregation` (additive, ratio, point_in_time) in theirs.
"""

import asyncio
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

from aos.core.errors import InvalidInput
from aos.core.log import Log
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
    description: str = ""


UNKNOWN = Meaning()
_Read = dict[str, dict[str, Meaning]]


class Meanings:
    """Of the contracts as they lie there: a file that changed is read again."""

    def __init__(self, settings: Settings) -> None:
        self._places = (settings.seeds_dir / "contracts", settings.data_dir / "contracts")
        self._read: dict[Path, tuple[tuple[int, int], _Read]] = {}

    async def of_pipe(self, pipe_id: str) -> Mapping[str, Meaning]:
        """Field → what is said of it. Where two contracts name a pipe, the first by name counts."""
        for path, stands in self._files():
            if path not in self._read or self._read[path][0] != stands:
                self._read[path] = (stands, await asyncio.to_thread(_meanings, path))
            if pipe_id in self._read[path][1]:
                return self._read[path][1][pipe_id]
        return {}

    def _files(self) -> Iterator[tuple[Path, tuple[int, int]]]:
        for place in self._places:
            for path in sorted(place.glob("*.yaml")):
                try:
                    found = os.stat(path)
                except OSError:
                    continue  # gone since the look
                yield path, (found.st_mtime_ns, found.st_size)


def _meanings(path: Path) -> _Read:
    """What a file says; nothing where it can't be read. The sidecar that needs it says what is wrong with it."""
    try:
        with path.open("rb") as file:
            document = read_yaml(file.read(MOST_BYTES + 1)).value
    except (OSError, InvalidInput) as error:
        log.warning("A contract can't be read and says nothing of its fields", file=path.name, why=str(error))
        return {}
    top = document if isinstance(document, dict) else {}
    pipe_id = _custom(top).get("pipe_id")
    objects = top.get("schema")
    if not isinstance(pipe_id, str) or not isinstance(objects, list):
        return {}
    properties = [p for o in objects if isinstance(o, dict) for p in o.get("properties") or [] if isinstance(p, dict)]
    return {pipe_id: {str(each.get("name")): _meaning(each) for each in properties}}


def _meaning(node: Mapping[str, Any]) -> Meaning:
    custom = _custom(node)
    unit, measure, way = custom.get("unit"), custom.get("measure"), custom.get("aggregation")
    return Meaning(
        type=_TYPES.get(str(node.get("logicalType")), ""),
        unit=unit if isinstance(unit, str) else None,
        measure=measure if isinstance(measure, bool) else None,
        aggregation=cast("Aggregation", way) if way in AGGREGATIONS else None,
        description=str(node.get("description") or ""),
    )


def _custom(node: Mapping[str, Any]) -> dict[str, Any]:
    found = node.get("customProperties")
    pairs = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    return {str(each.get("property")): each.get("value") for each in pairs}
