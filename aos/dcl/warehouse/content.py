"""Content of path 3: runs, chunks and rows in the warehouse, each chunk once. All SQL of these tables is run from here.

A chunk, its rows, its run's counts and the answer to it are one transaction. The same batch again gets the same answer;
another body under its number is a conflict.
"""

import functools
import hmac
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from aos.core.clock import Clock, wall_ms
from aos.core.db import Database, Tx, sql_file, statements
from aos.core.errors import Conflict

SCHEMA = sql_file("aos.dcl.warehouse", "content.sql")
SQL = statements(sql_file("aos.dcl.warehouse", "content_queries.sql"))
ROWS_BITS = 20  # a row's key is its chunk's number times 2**20, plus its place
AT_ONCE = 500  # rows of one INSERT: one step of SQLite instead of 500, each of which would wait for Python's lock

_encode = msgspec.json.Encoder().encode


class RunFields(msgspec.Struct):
    """What was seen in a run's rows: the JSON types of each field, and where they left the blueprint."""

    types: dict[str, list[str]] = msgspec.field(default_factory=dict)
    drift: list[str] = msgspec.field(default_factory=list)

    def grow(self, types: Mapping[str, Sequence[str]], drift: Sequence[str]) -> "RunFields":
        """With those of another chunk."""
        merged = dict(self.types)
        for name, kinds in types.items():
            merged[name] = sorted({*merged.get(name, ()), *kinds})
        return RunFields(merged, sorted({*self.drift, *drift}))


_run_fields = msgspec.json.Decoder(RunFields)


class Chunk(NamedTuple):
    """A chunk to keep. `rows` are JSON texts; `drift` is judged already."""

    pipe: int
    run_id: str
    batch: str
    digest: bytes
    source_system: str
    snapshot_name: str | None
    run_timestamp: str
    rows: Sequence[str]
    types: Mapping[str, Sequence[str]]
    drift: Sequence[str]


class KeptRun(NamedTuple):
    """A run as it lies here. `key` is its number, or for a stream the negative number of its source."""

    pipe: int
    key: int
    run_id: str
    dcl_run_id: str
    source_system: str
    snapshot_name: str | None
    run_timestamp: str
    rows: int
    first_ms: int
    last_ms: int
    fields: RunFields
    streamed: bool = False


class Kept(NamedTuple):
    """`answer` as bytes; `again` where the batch was here before."""

    answer: bytes
    again: bool


class Content:
    """Runs, chunks and rows."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def keep(self, chunk: Chunk, answered: Callable[[str, list[str]], bytes]) -> Kept:
        """Commit a chunk. `answered(dcl_run_id, warnings)` makes the answer that is kept with it. `Conflict` where the
        batch was taken with another body."""

        async def work(tx: Tx) -> Kept:
            at_ms = wall_ms(self._clock)
            found = await tx.do(SQL["find_run"], (chunk.pipe, chunk.run_id, chunk.batch))
            if found and found[0][6] is not None:
                return _again(chunk, found[0])
            fields, warnings = RunFields(), []
            if found:
                run, dcl_run_id, *before, told, _, _ = found[0]
                fields = _run_fields.decode(told)
                warnings = list(_differences(chunk, before))
            else:
                dcl_run_id = f"dcl_{uuid.uuid4().hex}"
                told_of = (chunk.source_system, chunk.snapshot_name, chunk.run_timestamp)
                made = await tx.do(SQL["make_run"], (chunk.pipe, chunk.run_id, dcl_run_id, *told_of, at_ms))
                run = made[0][0]
            answer = answered(dcl_run_id, warnings)
            count = len(chunk.rows)
            noted = await tx.do(SQL["make_chunk"], (run, chunk.batch, count, at_ms, chunk.digest, answer))
            await _fill(tx, int(noted[0][0]) << ROWS_BITS, chunk.rows)
            grown = _encode(fields.grow(chunk.types, chunk.drift)).decode()
            await tx.do(SQL["grow_run"], (count, at_ms, grown, run))
            return Kept(answer, again=False)

        return await self._database.write(work)

    async def runs(self, pipes: Sequence[int]) -> list[KeptRun]:
        """Every run of these pipes, oldest first; the sources of streams are runs of their own."""
        numbers = _encode(list(pipes)).decode()
        pushed = await self._database.read(SQL["runs_of_pipes"], (numbers,))
        streamed = await self._database.read(SQL["streams_of_pipes"], (numbers,))
        found = [KeptRun._make((*row[:10], _run_fields.decode(row[10]), False)) for row in pushed]
        found += [_of_stream(*row) for row in streamed]
        return sorted(found, key=lambda run: run.first_ms)


async def _fill(tx: Tx, base: int, rows: Sequence[str]) -> None:
    for begin in range(0, len(rows), AT_ONCE):
        part = rows[begin : begin + AT_ONCE]
        await tx.do(_insert(len(part)), [base + begin, *part])


@functools.lru_cache(maxsize=16)
def _insert(count: int) -> str:
    """The statement that inserts that many rows behind a key."""
    values = ", ".join(f"(?1 + {n}, ?{n + 2})" for n in range(count))
    return f"INSERT INTO rows (id, value) VALUES {values}"  # noqa: S608 numbers of ours alone


def _again(chunk: Chunk, found: Sequence[Any]) -> Kept:
    *_, digest, answer = found
    if not hmac.compare_digest(digest, chunk.digest):
        raise Conflict(
            f"Batch {chunk.batch} of run {chunk.run_id} was taken with another body; nothing was changed",
            code="dcl.batch_conflict",
            error="BATCH_CONFLICT",
            run_id=chunk.run_id,
            batch=chunk.batch,
        )
    return Kept(answer, again=True)


def _differences(chunk: Chunk, before: Sequence[Any]) -> list[str]:
    names = ("source_system", "snapshot_name", "run_timestamp")
    return [
        f"{name} is not that of the run's first chunk"
        for name, was in zip(names, before, strict=True)
        if getattr(chunk, name) != was
    ]


def _of_stream(pipe: int, source: int, connector: str, target: str, rows: int, first_ms: int, last_ms: int) -> KeptRun:
    return KeptRun(
        pipe, -source, connector, target, connector, None, "", rows, first_ms, last_ms, RunFields(), streamed=True
    )
