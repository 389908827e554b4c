"""The store of blueprints: everything is kept, nothing is changed."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.aam.conftest import Peers, candidate, exported

SEEN = {"fields": ["id"], "observed_at": "2026-02-02T08:00:00Z", "by": "x"}
TABLES = ("handoffs", "pipes", "sightings", "observed", "exports", "exported", "dispatches", "jobs")


@pytest.fixture
async def database(serve: Callable[..., Any], peers: Peers, tmp_path: Path) -> Path:
    """One row at least in every table."""
    async with serve(peers.mount) as place:
        (pipe_id,) = await exported(place, candidate(0))
        assert (await place.client.put(f"/aam/pipes/{pipe_id}/observed-schema", json=SEEN)).status_code == 200
        assert (await place.client.post("/aam/dispatch", json={"pipe_ids": [pipe_id]})).status_code == 200
    return tmp_path / "data" / "aam" / "blueprints.db"


@pytest.mark.parametrize("table", TABLES)
async def test_the_database_refuses_every_change(database: Path, table: str) -> None:
    """UPDATE, DELETE, REPLACE and IGNORE, also from another connection with triggers as SQLite has them by default."""
    other = sqlite3.connect(database)
    before = other.execute(f"SELECT * FROM {table}").fetchall()
    assert before
    column = other.execute(f"SELECT name FROM pragma_table_info('{table}')").fetchone()[0]
    for sql in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        f"INSERT OR IGNORE INTO {table} SELECT * FROM {table}",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(sql)
    assert other.execute(f"SELECT * FROM {table}").fetchall() == before
    other.close()


async def test_an_order_can_not_be_replaced_under_another_number(database: Path) -> None:
    """A run and a pipe stand for one order for all time."""
    other = sqlite3.connect(database)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute(
            "INSERT OR REPLACE INTO dispatches (tenant, run_id, pipe_id, dispatched_at, manifest)"
            " SELECT tenant, run_id, pipe_id, 0, '{}' FROM dispatches"
        )
    other.close()


async def test_every_table_is_guarded(database: Path) -> None:
    """The list of this test is the list of the database."""
    other = sqlite3.connect(database)
    assert {name for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'table'")} == set(TABLES)
    other.close()


async def test_versions_stay_and_hold_what_was_declared_then(database: Path) -> None:
    """The one before the look into the catalogue, and the one after."""
    other = sqlite3.connect(database)
    rows = other.execute("SELECT version, declaration ->> '$.fields' FROM pipes ORDER BY version").fetchall()
    assert rows == [(1, '["id","name"]'), (2, '["id"]')]
    assert other.execute("SELECT version FROM exported").fetchall() == [(1,)]
    other.close()
