"""The warehouse: records, and the table of refused lines beside them in the same database."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from aos.contracts.envelope import Meta
from aos.core.db import Database, Row, Tx, sql_file
from aos.dcl.warehouse.content import SQL as CONTENT_SQL
from aos.dcl.warehouse.refused import Refused, RefusedLines, Selection
from aos.dcl.warehouse.sources import POSITIONS, SQL, Sources

__all__ = ["POSITIONS", "Filing", "Refused", "Rows", "canonical_json"]

SCHEMA = "".join(
    sql_file(package, name)
    for package, name in (
        ("aos.dcl", "schema.sql"),
        ("aos.dcl.gate", "schema.sql"),
        ("aos.dcl.warehouse", "content.sql"),
    )
)

_payload = msgspec.json.Decoder(float_hook=msgspec.Raw)  # a number's own text: Decimal can't hold every exponent
_canonical = msgspec.json.Encoder()


def canonical_json(payload: bytes) -> str:
    """The payload as every later reader shall see it: of a key that stood twice the last value, numbers exact."""
    return _canonical.encode(_payload.decode(payload)).decode()


class Filing(NamedTuple):
    """A record to file: its meta, its payload as canonical JSON text, and the number of its pipe."""

    meta: Meta
    payload: str
    pipe: int | None = None


class Rows:
    """Records in SQLite, keyed by source position, so that a redelivery changes nothing. `quarantine` holds the lines
    that were refused; blueprints and pushed content lie in the same `database`, since it has one writer."""

    def __init__(self, database: Database) -> None:
        self.database = self._database = database
        self._sources = Sources()
        self.quarantine = RefusedLines(database, self._sources)

    @classmethod
    async def open(cls, path: Path) -> "Rows":
        rows = cls(await Database.open(path, SCHEMA))
        try:
            await rows.quarantine.upgrade()
            await rows.database.write(_upgrade)
        except BaseException:
            await rows.close()
            raise
        return rows

    async def close(self) -> None:
        await self._database.close()

    def wal_bytes(self) -> int:
        return self._database.wal_bytes()

    async def file(self, filings: Sequence[Filing], filed_ms: int) -> int:
        """Commit records in one transaction; how many were new."""

        async def work(tx: Tx) -> int:
            groups: dict[tuple[int, int | None], list[Row]] = {}
            for meta, payload, pipe in filings:
                key = await self._sources.key(tx, meta.connector_id, meta.target, meta.position)
                row = (key, meta.trace_id, meta.config_gen, meta.is_repaired, meta.ingest_ts, filed_ms, payload, pipe)
                groups.setdefault((key // POSITIONS, pipe), []).append(row)
            for source in {source for source, _ in groups}:
                await _note_late(
                    tx, source, [row[0] for (of, _), rows in groups.items() if of == source for row in rows]
                )
            new = 0
            for (source, pipe), rows in groups.items():
                added = await tx.many(SQL["file_record"], rows)
                new += added
                if added and pipe is not None:
                    await tx.do(CONTENT_SQL["grow_stream"], (pipe, source, added, filed_ms))
            return new

        return await self._write(work)

    async def keep(self, refused: Sequence[Refused]) -> int:
        """Commit refused lines in one transaction; how many were new."""
        return await self.quarantine.keep(refused)

    async def _write(self, work: Callable[[Tx], Awaitable[int]]) -> int:
        try:
            return await self._database.write(work)
        except BaseException:
            self._sources.forget()  # a source named in a transaction that was rolled back has no number
            raise

    async def count(self) -> int:
        return int((await self._database.read(SQL["count_records"]))[0][0])

    async def count_refused(self) -> int:
        """Lines that lie in quarantine now."""
        return await self.quarantine.count(Selection())

    async def records(self, connector: str, target: str, after: int = 0, limit: int = 1000) -> list[Row]:
        """(position, trace_id, payload text) of one source, in order."""
        found = await self._database.read(SQL["find_source"], (connector, target))
        if not found:
            return []
        base = int(found[0][0]) * POSITIONS
        rows = await self._database.read(SQL["records_of_source"], (base + after, base + POSITIONS, limit))
        return [(key - base, trace_id, payload) for key, trace_id, payload in rows]


async def _upgrade(tx: Tx) -> None:
    """Add what the table of records lacks: its columns that came after its first version."""
    if ("pipe",) not in await tx.do(SQL["record_columns"]):
        await tx.run(SQL["record_column_pipe"])


async def _note_late(tx: Tx, source: int, keys: Sequence[int]) -> None:
    """Write down which of these new records stand behind one that is filed: whoever reads on from there misses them."""
    base = source * POSITIONS
    newest = (await tx.do(CONTENT_SQL["newest_record"], (base, base + POSITIONS)))[0][0]
    late = [key for key in keys if newest is not None and key < newest]
    if late:
        text = msgspec.json.encode(late).decode()
        await tx.do(CONTENT_SQL["note_late"], (text, text))
