"""Rows cut into chunks: at most 5,000 rows and 4 MiB, the same cuts and bytes whenever the same rows come."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, NamedTuple

import msgspec

from aos.contracts.content import ContentPush
from aos.contracts.manifest import JobManifest
from aos.farm.runner.faults import JobFault
from aos.farm.runner.rows import Row, encoded

MOST_ROWS = 5_000
MOST_BYTES = 4 * 1024 * 1024  # of the rows; what stands around them is a few hundred bytes more
SCHEMA_VERSION_CHARACTERS = 16
SLICE = 250  # rows encoded before other tasks of the process get a turn


class Chunk(NamedTuple):
    """A push. `first` is its first row's number in the run; `hashes` are 16 bytes a row; `digest` is the SHA-256 of
    `body`."""

    batch: int
    first: int
    schema_hash: str
    hashes: bytes
    digest: bytes
    body: bytes

    @property
    def rows(self) -> int:
        return len(self.hashes) // 16


class Chunker:
    """`take` rows as they come; each answers the chunks that are full. `end` gives the last one, and for a run
    without rows one that is empty, so that DCL's guard sees every run."""

    def __init__(self, manifest: JobManifest, *, most_rows: int = 0, most_bytes: int = 0) -> None:
        self._manifest = manifest
        self._most_rows, self._most_bytes = most_rows or MOST_ROWS, most_bytes or MOST_BYTES
        self._batch = self._first = self._size = 0
        self._raw: list[bytes] = []
        self._hashes: list[bytes] = []
        self._types: set[str] = set()

    def take(self, rows: Sequence[Row]) -> list[Chunk]:
        full = []
        for row in rows:
            number = self._first + len(self._raw)
            raw, hashed = encoded(row, number)
            size = len(raw) + 1
            if size > self._most_bytes:
                told = f"Row {number} has {size - 1} bytes; a chunk holds {self._most_bytes}"
                raise JobFault(told, "leave out its large fields in transform.schema_map")
            if len(self._raw) == self._most_rows or self._size + size > self._most_bytes:
                full.append(self._cut())
            self._raw.append(raw)
            self._hashes.append(hashed)
            self._size += size
            self._types.update(f"{name}:{json_type(value)}" for name, value in row.items())
        return full

    def end(self) -> list[Chunk]:
        return [self._cut()] if self._raw or not self._batch else []

    def _cut(self) -> Chunk:
        schema_hash = hash_of(self._types)
        manifest, hashes = self._manifest, b"".join(self._hashes)
        body = msgspec.json.encode(
            ContentPush(
                source_system=manifest.source.system,
                tenant_id=manifest.target.tenant_id,
                snapshot_name=manifest.target.snapshot_name,
                run_timestamp=manifest.provenance.run_timestamp,
                schema_version=schema_hash[:SCHEMA_VERSION_CHARACTERS],
                row_count=len(self._raw),
                rows=[msgspec.Raw(raw) for raw in self._raw],
            )
        )
        chunk = Chunk(self._batch, self._first, schema_hash, hashes, hashlib.sha256(body).digest(), body)
        self._batch, self._first = self._batch + 1, self._first + len(self._raw)
        self._raw, self._hashes, self._size, self._types = [], [], 0, set()
        return chunk


async def chunked(chunker: Chunker, rows: AsyncGenerator[list[Row], None]) -> AsyncGenerator[Chunk, None]:
    """The chunks of all these rows. The loop gets its turn between slices."""
    async with aclosing(rows):
        async for some in rows:
            for at in range(0, len(some), SLICE):
                for chunk in chunker.take(some[at : at + SLICE]):
                    yield chunk
                await asyncio.sleep(0)
    for chunk in chunker.end():
        yield chunk


def hash_of(types: set[str]) -> str:
    """`x-schema-hash`: SHA-256 (hex) of the sorted `name:type` lines."""
    return hashlib.sha256("\n".join(sorted(types)).encode()).hexdigest()


def json_type(value: Any) -> str:
    """JSON's own name for what this is."""
    if value is None:
        return "null"
    for kind, name in ((bool, "boolean"), (str, "string"), (dict, "object"), (list, "array")):
        if isinstance(value, kind):
            return name
    return "number"
