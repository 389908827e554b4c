"""The catalogue: everything is kept, nothing is changed, and a restart finds it again."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from aos.aod.catalogue import Catalogue, Handshake, key_of
from aos.contracts.candidates import Discovery
from aos.contracts.discovery import Evidence, Finding, Scan
from aos.core.errors import RowRefused

URL = "http://127.0.0.1:5000/x"


def finding(platform: str = "mulesoft", url: str = URL, confidence: float = 0.98, seen: str = "200") -> Finding:
    return Finding(
        platform=platform,
        detected_url=url,
        related_asset="salesforce_crm",
        confidence=confidence,
        evidence=[Evidence(sign="answers", seen=seen, weight=0.02)],
        asset_key=key_of(platform, url),
    )


def scan(number: int, *found: Finding) -> Scan:
    return Scan(scan_id=f"scan-{number}", started_at=number, finished_at=number * 10, found=list(found), probed=[])


@pytest.fixture
async def catalogue(tmp_path: Path) -> AsyncIterator[Catalogue]:
    opened = await Catalogue.open(tmp_path / "catalogue.db")
    yield opened
    await opened.close()


async def test_an_asset_keeps_its_ids_and_grows_a_version_when_it_changes(catalogue: Catalogue) -> None:
    """Seen again as before: the same version, seen later. Seen changed: a new one of the same asset."""
    await catalogue.keep(scan(1, finding(), finding("workato", URL + "2")))
    first = (await catalogue.assets())[0]
    assert (first.version, first.first_seen, first.last_seen, first.scan_id) == (1, 10, 10, "scan-1")
    await catalogue.keep(scan(2, finding()))
    again = (await catalogue.assets())[0]
    assert again == msgspec.structs.replace(first, last_seen=20, scan_id="scan-2")
    await catalogue.keep(scan(3, finding(seen="201")))
    changed = (await catalogue.assets())[0]
    assert (changed.version, changed.aod_asset_id, changed.first_seen) == (2, first.aod_asset_id, 10)
    assert changed.evidence[0].seen == "201"
    assert len({each.asset_key for each in await catalogue.assets()}) == 2
    known = await catalogue.finding(first.asset_key)
    assert known == finding(seen="201")
    assert await catalogue.finding("nobody") is None


async def test_scans_and_answers_survive_a_restart(tmp_path: Path) -> None:
    """The last scan, the assets and the answers under keys are there again."""
    path = tmp_path / "catalogue.db"
    opened = await Catalogue.open(path)
    assert await opened.last_scan() is None
    await opened.keep(scan(1, finding()))
    await opened.keep(scan(2))
    await opened.keep_handshake("k", Handshake("{}", b'{"a":"\xc3\xbc"}'), 5)
    await opened.close()
    again = await Catalogue.open(path)
    assert await again.last_scan() == scan(2)
    assert len(await again.assets()) == 1
    assert await again.handshake("k") == Handshake("{}", b'{"a":"\xc3\xbc"}')
    assert await again.handshake("other") is None
    with pytest.raises(RowRefused, match="append-only"):
        await again.keep_handshake("k", Handshake("{}", b"{}"), 6)
    await again.close()


async def test_a_scan_that_is_there_already_leaves_nothing_behind(catalogue: Catalogue) -> None:
    """A transaction is whole or not at all."""
    await catalogue.keep(scan(1))
    with pytest.raises(RowRefused):
        await catalogue.keep(scan(1, finding()))
    assert await catalogue.assets() == []


KEY = key_of("mulesoft", URL)
ROWS = {
    "scans": "(id, scan_id, finished_at, scan) VALUES (1, 'scan-1', 1, '{}')",
    "assets": f"(asset_key, version, aod_asset_id, first_seen, finding) VALUES ('{KEY}', 1, 'x', 1, '')",
    "sightings": f"(asset_key, seen_at, scan_id) VALUES ('{KEY}', 9, 'scan-1')",
    "discoveries": "(id, aod_run_id, started_at, discovery) VALUES (1, 'run-1', 1, '{}')",
    "discovered": "(asset_key, aod_asset_id, first_seen) VALUES ('thing', 'x', 1)",
    "handshakes": "(key, body, sent_at, answer) VALUES ('k', '', 1, '')",
}


@pytest.mark.parametrize("table", ROWS)
async def test_the_database_refuses_every_change(catalogue: Catalogue, tmp_path: Path, table: str) -> None:
    """UPDATE, DELETE and REPLACE, also from another connection with triggers as SQLite has them by default."""
    await catalogue.keep(scan(1, finding()))
    await catalogue.keep_handshake("k", Handshake("{}", b"{}"), 1)
    await catalogue.asset_ids(["thing"], 1)
    await catalogue.keep_discovery(
        Discovery(aod_run_id="run-1", snapshot_name=None, started_at=1, candidates=[], intents=[], unusable=[])
    )
    other = sqlite3.connect(tmp_path / "catalogue.db")
    before = other.execute(f"SELECT * FROM {table}").fetchall()
    assert before
    column = ROWS[table].partition(",")[0].strip("(")
    for sql in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"INSERT OR REPLACE INTO {table} {ROWS[table]}",
        f"INSERT OR IGNORE INTO {table} {ROWS[table]}",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(sql)
    assert other.execute(f"SELECT * FROM {table}").fetchall() == before
    other.close()
