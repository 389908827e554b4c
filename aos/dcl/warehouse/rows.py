"""The warehouse's tables: every SQL statement of DCL is run from here."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from aos.contracts.envelope import Meta
from aos.contracts.ingest import Refusal
from aos.core.db import Database, Row, Tx, sql_file, statements

SQL = statements(sql_file("aos.dcl", "queries.sql"))
POSITIONS = 2**44  # a row's key is source * POSITIONS + position

_payload = msgspec.json.Decoder(float_hook=msgspec.Raw)  # a number's own text: Decimal can't hold every exponent
_canonical = msgspec.json.Encoder()


def canonical_json(payload: bytes) -> str:
    """The payload as every later reader shall see it: of a key that stood twice the last value, numbers exact."""
    return _canonical.encode(_payload.decode(payload)).decode()


class Filing(NamedTuple):
    """A record to file: its meta and its payload as canonical JSON text."""

    meta: Meta
    payload: str


class Refused(NamedTuple):
    """A refused line: its description and its exact bytes."""

    refusal: Refusal
    data: bytes


class Rows:
    """Records and refused lines in SQLite, keyed by source position, so that a redelivery changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sources: dict[tuple[str, str], int] = {}

    @classmethod
    async def open(cls, path: Path) -> "Rows":
        return cls(await Database.open(path, sql_file("aos.dcl", "schema.sql")))

    async def close(self) -> None:
        await self._database.close()

    async def file(self, filings: Sequence[Filing], filed_ms: int) -> int:
        """Commit records in one transaction; how many were new."""

        async def work(tx: Tx) -> int:
            rows = []
            for meta, payload in filings:
                source = await self._source(tx, meta.connector_id, meta.target)
                key = source * POSITIONS + meta.position
                rows.append((key, meta.trace_id, meta.config_gen, meta.is_repaired, meta.ingest_ts, filed_ms, payload))
            return await tx.many(SQL["file_record"], rows)

        return await self._write(work)

    async def keep(self, refused: Sequence[Refused]) -> int:
        """Commit refused lines in one transaction; how many were new."""

        async def work(tx: Tx) -> int:
            rows = []
            for refusal, data in refused:
                source = await self._source(tx, refusal.connector_id, refusal.target)
                key = source * POSITIONS + refusal.position
                rows.append((key, refusal.connector_id, refusal.reason, msgspec.json.encode(refusal).decode(), data))
            return await tx.many(SQL["keep_refused"], rows)

        return await self._write(work)

    async def _write(self, work: Callable[[Tx], Awaitable[int]]) -> int:
        try:
            return await self._database.write(work)
        except BaseException:
            self._sources.clear()  # a source named in a transaction that was rolled back has no number
            raise

    async def _source(self, tx: Tx, connector: str, target: str) -> int:
        known = self._sources.get((connector, target))
        if known is None:
            await tx.run(SQL["make_source"], (connector, target))
            known = int((await tx.rows(SQL["find_source"], (connector, target)))[0][0])
            self._sources[connector, target] = known
        return known

    async def count(self) -> int:
        return int((await self._database.read(SQL["count_records"]))[0][0])

    async def count_refused(self) -> int:
        return int((await self._database.read(SQL["count_refused"]))[0][0])

    async def records(self, connector: str, target: str, after: int = 0, limit: int = 1000) -> list[Row]:
        """(position, trace_id, payload text) of one source, in order."""
        found = await self._database.read(SQL["find_source"], (connector, target))
        if not found:
            return []
        base = int(found[0][0]) * POSITIONS
        rows = await self._database.read(SQL["records_of_source"], (base + after, base + POSITIONS, limit))
        return [(key - base, trace_id, payload) for key, trace_id, payload in rows]

    async def refused(self, reason: str, connector: str, before: int, limit: int) -> list[tuple[int, Refused]]:
        """(id, refused line), newest first."""
        rows = await self._database.read(SQL["list_refused"], (before, reason, connector, limit))
        return [(key, Refused(msgspec.json.decode(text, type=Refusal), data)) for key, text, data in rows]
