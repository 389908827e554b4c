"""The registry: everything is added, nothing is changed, and what is changed behind its back is found."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from aos.aam.onboarding.failure import Kind
from tests.integration.aam.played import CONNECTIONS, ONBOARD, Played, fails, intent
from tests.integration.served import Place

COLUMNS = {
    "versions": "id, tenant, namespace, connection_id, version, content, previous, digest",
    "catalogs": "id, tenant, connection_id, version, digest, streams",
}


@pytest.fixture
async def named(onboarding: Place, played: Played) -> str:
    """A connection of three versions: dark, without a right, active."""
    for step, kind in (("open", Kind.NETWORK), ("sample", Kind.PERMISSION)):
        played.plan("acme", **{step: fails(kind)})
        assert (await onboarding.client.post(ONBOARD, json=intent())).status_code == 200
    played.plans.clear()
    sent = await onboarding.client.post(ONBOARD, json=intent())
    return str(sent.json()["connection"]["connection_id"])


@pytest.fixture
def other(tmp_path: Path, named: str) -> Any:
    """Another program at the same file."""
    connection = sqlite3.connect(tmp_path / "data" / "aam" / "onboarding.db")
    yield connection
    connection.close()


async def history(place: Place, named: str) -> dict[str, Any]:
    return dict((await place.client.get(f"{CONNECTIONS}/{named}/history")).json())


@pytest.mark.parametrize("table", COLUMNS)
async def test_the_database_refuses_every_change(other: sqlite3.Connection, table: str) -> None:
    """UPDATE, DELETE, REPLACE and IGNORE, by number and by key, also with triggers as SQLite has them by default."""
    columns = COLUMNS[table]
    without_id = columns.removeprefix("id, ")
    before = other.execute(f"SELECT * FROM {table}").fetchall()
    assert before
    for sql in (
        f"UPDATE {table} SET version = version",
        f"DELETE FROM {table}",
        f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}",
        f"INSERT OR REPLACE INTO {table} ({without_id}) SELECT {without_id} FROM {table}",
        f"INSERT OR IGNORE INTO {table} ({columns}) SELECT {columns} FROM {table}",
        f"REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table} LIMIT 1",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(sql)
    assert other.execute(f"SELECT * FROM {table}").fetchall() == before


async def test_every_table_is_guarded(other: sqlite3.Connection) -> None:
    """The list of this test is the list of the database."""
    tables = {name for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables == set(COLUMNS)


async def test_history_has_every_version_and_its_chain(onboarding: Place, named: str) -> None:
    """Each carries the digest before it; states and steps are those of then, a catalogue stands where it came."""
    told = await history(onboarding, named)
    versions = told["versions"]
    assert told["intact"] is True
    assert [each["state"] for each in versions] == ["NETWORK_BLOCKED", "HEALING", "ACTIVE"]
    assert [each["step"] for each in versions] == ["health", "first_sync", "first_sync"]
    assert [each["previous"] for each in versions] == ["", *(each["digest"] for each in versions[:-1])]
    catalogs = [each["connection"]["catalog"] for each in versions]
    assert [catalog and catalog["version"] for catalog in catalogs] == [None, 1, None]
    assert len({each["digest"] for each in versions}) == 3


TAMPERED = [
    "UPDATE versions SET content = replace(content, 'HEALING', 'ACTIVE') WHERE connection_id = '{id}' AND version = 2",
    "UPDATE versions SET previous = '' WHERE connection_id = '{id}' AND version = 3",
    "UPDATE versions SET digest = 'x' WHERE connection_id = '{id}' AND version = 3",
    "UPDATE versions SET tenant = 'default', namespace = 'other' WHERE connection_id = '{id}' AND version = 1",
    "UPDATE versions SET content = '{{}}' WHERE connection_id = '{id}' AND version = 1",
    "DELETE FROM versions WHERE connection_id = '{id}' AND version = 1",
    "DELETE FROM versions WHERE connection_id = '{id}' AND version = 2",
    "UPDATE catalogs SET streams = '[]' WHERE connection_id = '{id}'",
    "DELETE FROM catalogs WHERE connection_id = '{id}'",
]


@pytest.mark.parametrize("sql", TAMPERED)
async def test_what_was_changed_behind_the_back_is_found(
    onboarding: Place, named: str, other: sqlite3.Connection, sql: str
) -> None:
    """Whoever drops the triggers first still leaves a broken chain; other connections stay intact."""
    elsewhere = (await onboarding.client.post(ONBOARD, json=intent("other"))).json()["connection"]["connection_id"]
    for (trigger,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        other.execute(f"DROP TRIGGER {trigger}")
    assert other.execute(sql.format(id=named)).rowcount == 1
    other.commit()
    assert (await history(onboarding, named))["intact"] is False
    assert (await history(onboarding, elsewhere))["intact"] is True


async def test_history_of_an_unknown_connection_is_a_404(onboarding: Place) -> None:
    """Not an empty list."""
    assert (await onboarding.client.get(f"{CONNECTIONS}/conn-nobody/history")).json()["code"] == "onboarding.unknown"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE versions SET content = 'no json' WHERE connection_id = '{id}' AND version = 3",
        "UPDATE versions SET content = '{{}}' WHERE connection_id = '{id}' AND version = 3",
        "UPDATE catalogs SET streams = replace(streams, 'name', 'nane') WHERE connection_id = '{id}'",
    ],
)
async def test_what_can_not_be_read_any_more_is_that_connections_alone(
    onboarding: Place, named: str, other: sqlite3.Connection, sql: str
) -> None:
    """Lists, funnel, page, health and heal work for everybody; its history says that it is not intact."""
    await onboarding.client.post(ONBOARD, json=intent("other"))
    for (trigger,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        other.execute(f"DROP TRIGGER {trigger}")
    assert other.execute(sql.format(id=named)).rowcount == 1
    other.commit()
    for path in (CONNECTIONS, f"{CONNECTIONS}/{named}/health", "/aam/metrics/funnel", "/aam", "/aam/onboarding"):
        assert (await onboarding.client.get(path)).status_code == 200, path
    listed = (await onboarding.client.get(CONNECTIONS)).json()["connections"]
    assert len(listed) == 2
    funnel = (await onboarding.client.get("/aam/metrics/funnel")).json()
    assert funnel["total"] == 2
    if "catalogs" not in sql:
        assert funnel["error"] == 1
        wrong = (await onboarding.client.get(f"{CONNECTIONS}?state=ERROR")).json()["connections"]
        assert [(each["connection_id"], each["state"]) for each in wrong] == [(named, "ERROR")]
        assert wrong[0]["reason"] == "its record was changed behind AOS's back"
    assert (await history(onboarding, named))["intact"] is False
    healed = await onboarding.client.post("/aam/connections/heal", json={})
    assert healed.status_code == 200
    again = (await onboarding.client.post(ONBOARD, json=intent())).json()["connection"]
    assert again["state"] == "ACTIVE"
