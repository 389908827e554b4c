"""What AOD ever found, and what it answered: rows are added, and triggers refuse everything else."""

import hashlib
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from aos.contracts.candidates import Discovery
from aos.contracts.discovery import Asset, Finding, Scan
from aos.core.db import Database, Tx, sql_file, statements

SQL = statements(sql_file("aos.aod", "queries.sql"))


class Handshake(NamedTuple):
    """The answer (JSON) that went out under an idempotency key, and the body (canonical JSON) that it was for."""

    body: str
    answer: bytes


def key_of(platform: str, url: str) -> str:
    """The `asset_key`: the same for a platform at an address, on any machine. `url` is canonical."""
    return f"{platform}-{hashlib.sha256(url.encode()).hexdigest()[:16]}"


class Catalogue:
    """All SQL of `aod/catalogue.db`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    async def open(cls, path: Path) -> "Catalogue":
        return cls(await Database.open(path, sql_file("aos.aod", "schema.sql")))

    async def close(self) -> None:
        await self._database.close()

    async def keep(self, scan: Scan) -> None:
        """A scan with all that it found, in one transaction."""

        async def work(tx: Tx) -> None:
            text = msgspec.json.encode(scan).decode()
            await tx.run(SQL["add_scan"], (scan.scan_id, scan.finished_at, text))
            for finding in scan.found:
                await self._keep_asset(tx, finding, scan.finished_at)
                await tx.run(SQL["add_sighting"], (finding.asset_key, scan.finished_at, scan.scan_id))

        await self._database.write(work)

    async def _keep_asset(self, tx: Tx, finding: Finding, at: int) -> None:
        text = msgspec.json.encode(finding).decode()
        known = await tx.do(SQL["newest_version"], (finding.asset_key,))
        if not known:
            await tx.run(SQL["add_version"], (finding.asset_key, 1, str(uuid.uuid4()), at, text))
            return
        version, asset_id, first_seen, before = known[0]
        if before != text:
            await tx.run(SQL["add_version"], (finding.asset_key, version + 1, asset_id, first_seen, text))

    async def last_scan(self) -> Scan | None:
        rows = await self._database.read(SQL["last_scan"])
        return msgspec.json.decode(rows[0][0], type=Scan) if rows else None

    async def assets(self) -> list[Asset]:
        """Every asset in its newest version."""
        found = []
        for version, asset_id, first_seen, text, last_seen, scan_id in await self._database.read(SQL["assets"]):
            finding = msgspec.json.decode(text, type=Finding)
            found.append(
                Asset(
                    aod_asset_id=asset_id,
                    version=version,
                    first_seen=first_seen,
                    last_seen=last_seen,
                    scan_id=scan_id,
                    **msgspec.structs.asdict(finding),
                )
            )
        return found

    async def finding(self, asset_key: str) -> Finding | None:
        """What is known of one asset."""
        rows = await self._database.read(SQL["newest_version"], (asset_key,))
        return msgspec.json.decode(rows[0][3], type=Finding) if rows else None

    async def handshake(self, key: str) -> Handshake | None:
        rows = await self._database.read(SQL["handshake"], (key,))
        return Handshake(rows[0][0], rows[0][1].encode()) if rows else None

    async def keep_handshake(self, key: str, handshake: Handshake, at: int) -> None:
        async def work(tx: Tx) -> None:
            await tx.run(SQL["add_handshake"], (key, handshake.body, at, handshake.answer.decode()))

        await self._database.write(work)

    async def asset_ids(self, keys: Sequence[str], at: int) -> dict[str, str]:
        """asset_key → aod_asset_id; a key that was never told of gets a new one."""

        async def work(tx: Tx) -> dict[str, str]:
            rows = await tx.do(SQL["discovered"], (msgspec.json.encode(keys).decode(),))
            known: dict[str, str] = dict(rows)
            new = {key: str(uuid.uuid4()) for key in keys if key not in known}
            await tx.many(SQL["add_discovered"], [(key, asset_id, at) for key, asset_id in new.items()])
            return {**known, **new}

        return await self._database.write(work)

    async def keep_discovery(self, told: Discovery) -> None:
        text = msgspec.json.encode(told).decode()

        async def work(tx: Tx) -> None:
            await tx.run(SQL["add_discovery"], (told.aod_run_id, told.started_at, text))

        await self._database.write(work)

    async def last_discovery(self) -> Discovery | None:
        rows = await self._database.read(SQL["last_discovery"])
        return msgspec.json.decode(rows[0][0], type=Discovery) if rows else None

    async def discovery(self, aod_run_id: str) -> Discovery | None:
        rows = await self._database.read(SQL["discovery"], (aod_run_id,))
        return msgspec.json.decode(rows[0][0], type=Discovery) if rows else None
