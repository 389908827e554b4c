"""The connection registry: versions are added, never changed; each carries the digest of the one before it."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from aos.aam.onboarding.record import Record, catalog_digest, changed_record, digest_of, in_order
from aos.contracts.onboarding import (
    Catalog,
    CatalogStream,
    Connection,
    ConnectionHistory,
    ConnectionState,
    ConnectionVersion,
)
from aos.core.db import Database, Row, Tx, sql_file, statements
from aos.core.log import Log

SQL = statements(sql_file("aos.aam.onboarding", "queries.sql"))
log = Log("aam.onboarding")
NO_LIMIT = -1
LIMIT_S = 30.0


class Tally(NamedTuple):
    """Newest versions of one state that were read at one kind of endpoints: how many, and how many of them are
    eligible, reachable, and have a connector."""

    state: ConnectionState
    endpoints: str
    total: int
    eligible: int
    reachable: int
    created: int


class Registry:
    """The SQL of connections and their catalogues in `aam/onboarding.db`. Each call is one tenant's."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.changes = 0  # since the start, so that what is made of the registry is made again

    @classmethod
    async def open(cls, path: Path) -> "Registry":
        return cls(await Database.open(path, sql_file("aos.aam.onboarding", "schema.sql")))

    async def close(self) -> None:
        await self._database.close()

    async def newest(self, tenant: str, connection_id: str) -> Record | None:
        rows = await self._database.read(SQL["newest"], (tenant, connection_id))
        if not rows:
            return None
        version, text, _, namespace = rows[0]
        return _record_or_changed(text, connection_id, namespace, version)

    async def append(self, tenant: str, *records: Record, streams: Sequence[CatalogStream] | None = None) -> Record:
        """New versions of one connection in one transaction; answers the last one as it is kept. `streams` belong to
        the last: a catalogue of theirs is added where it is another than the newest."""

        async def work(tx: Tx) -> Record:
            kept = records[0]
            for number, record in enumerate(records, 1):
                found = streams if number == len(records) else None
                kept = await self._append(tx, tenant, record, found)
            return kept

        kept = await self._database.write(work)
        self.changes += 1
        return kept

    async def _append(self, tx: Tx, tenant: str, record: Record, streams: Sequence[CatalogStream] | None) -> Record:
        named = record.connection.connection_id
        if streams is not None:
            version, digest = await self._catalog(tx, tenant, named, streams)
            record = msgspec.structs.replace(record, catalog_version=version, catalog_digest=digest)
        rows = await tx.do(SQL["newest"], (tenant, named))
        version, previous = (rows[0][0] + 1, rows[0][2]) if rows else (1, "")
        connection = msgspec.structs.replace(record.connection, version=version, catalog=None)
        record = msgspec.structs.replace(record, connection=connection)
        text = msgspec.json.encode(record, order="deterministic").decode()
        row = (tenant, connection.namespace, named, version, text, previous)
        await tx.do(SQL["add_version"], (*row, digest_of(row)))
        return record

    async def _catalog(self, tx: Tx, tenant: str, named: str, streams: Sequence[CatalogStream]) -> tuple[int, str]:
        """The version and digest under which these streams are kept."""
        rows = await tx.do(SQL["newest_catalog"], (tenant, named))
        version, digest = rows[0] if rows else (0, "")
        if (now := catalog_digest(streams)) != digest:
            version, digest = version + 1, now
            text = msgspec.json.encode(in_order(streams), order="deterministic").decode()
            await tx.do(SQL["add_catalog"], (tenant, named, version, digest, text))
        return version, digest

    async def shown(self, tenant: str, record: Record) -> Connection:
        """The connection with its catalogue."""
        if record.catalog_version is None:
            return record.connection
        catalog = await self._catalog_of(tenant, record)
        return msgspec.structs.replace(record.connection, catalog=catalog)

    async def _catalog_of(self, tenant: str, record: Record) -> Catalog | None:
        key = (tenant, record.connection.connection_id, record.catalog_version)
        rows = await self._database.read(SQL["catalog"], key)
        if not rows:
            return None
        try:
            streams = msgspec.json.decode(rows[0][1], type=list[CatalogStream])
        except msgspec.MsgspecError:  # made behind our back
            log.error("A catalogue was changed behind AOS's back", connection_id=record.connection.connection_id)
            return None
        return Catalog(version=record.catalog_version or 0, digest=rows[0][0], streams=streams)

    async def page(
        self,
        tenant: str,
        namespace: str,
        *,
        after: str = "",
        most: int = NO_LIMIT,
        states: Sequence[ConnectionState] | None = None,
        ids: Sequence[str] | None = None,
    ) -> list[Record]:
        """Newest versions by connection_id, behind `after`."""
        wanted = [None if each is None else msgspec.json.encode(each).decode() for each in (states, ids)]
        rows = await self._database.read(SQL["page"], (tenant, namespace, after, most, *wanted), limit_s=LIMIT_S)
        return [_record_or_changed(*row) for row in rows]

    async def tally(self, tenant: str, namespace: str) -> list[Tally]:
        rows = await self._database.read(SQL["tally"], (tenant, namespace), limit_s=LIMIT_S)
        return [Tally(*row) for row in rows]

    async def latencies(self, tenant: str, namespace: str) -> list[float]:
        """Of first syncs, in milliseconds, the shortest first."""
        rows = await self._database.read(SQL["latencies"], (tenant, namespace), limit_s=LIMIT_S)
        return [float(latency) for (latency,) in rows]

    async def has_any(self, tenant: str, namespace: str) -> bool:
        return bool(await self._database.read(SQL["any"], (tenant, namespace)))

    async def history(self, tenant: str, connection_id: str) -> ConnectionHistory | None:
        """Every version, the oldest first. `intact`: the numbers have no gap, each digest is that of its row and of the
        one before, and every catalogue is the one that was named."""
        rows = await self._database.read(SQL["history"], (tenant, connection_id), limit_s=LIMIT_S)
        if not rows:
            return None
        intact, previous, versions = True, "", []
        seen: tuple[int | None, str] = (None, "")  # the catalogue of the version before, already shown and looked at
        for number, row in enumerate(rows, 1):
            intact = intact and _is_intact(tenant, connection_id, number, previous, row)
            _, version, text, before, previous = row
            try:
                record = _record(text)
            except msgspec.MsgspecError:  # made behind our back: what can still be read is shown
                intact = False
                continue
            connection = record.connection
            if (named := (record.catalog_version, record.catalog_digest)) != seen:
                connection, seen = await self.shown(tenant, record), named
                intact = intact and _same_catalog(record, connection)
            versions.append(
                ConnectionVersion(
                    version=version,
                    at=connection.updated_at,
                    step=record.step,
                    state=connection.state,
                    reason=connection.reason,
                    digest=previous,
                    previous=before,
                    connection=connection,
                )
            )
        return ConnectionHistory(connection_id=connection_id, intact=intact, versions=versions)


def _record(text: str) -> Record:
    return msgspec.json.decode(text, type=Record)


def _record_or_changed(text: str, connection_id: str, namespace: str, version: int) -> Record:
    """What can't be read was made behind our back: that connection is in ERROR, the others stay as they are."""
    try:
        return _record(text)
    except msgspec.MsgspecError:
        log.error("A connection's record was changed behind AOS's back", connection_id=connection_id)
        return changed_record(connection_id, namespace, version)


def _is_intact(tenant: str, connection_id: str, number: int, expected: str, row: Row) -> bool:
    namespace, version, text, previous, digest = row
    covered = (tenant, namespace, connection_id, version, text, previous)
    return bool(version == number and previous == expected and digest == digest_of(covered))


def _same_catalog(record: Record, shown: Connection) -> bool:
    if record.catalog_version is None:
        return True
    catalog = shown.catalog
    return catalog is not None and catalog.digest == record.catalog_digest == catalog_digest(catalog.streams)
