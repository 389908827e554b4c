"""Keys at rest: hashes in the database, plain ones once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from aos.core.auth import digest
from aos.core.clock import FakeClock
from aos.core.datadir import DataDir
from aos.core.db import Database
from aos.core.http import Access
from aos.core.keyring import SCHEMA, Keyring, plain_key
from aos.core.settings import Settings


@pytest.fixture
async def database(data: DataDir) -> AsyncIterator[Database]:
    opened = await Database.open(data.path / "aos.db", SCHEMA)
    yield opened
    await opened.close()


@pytest.fixture
def keyring(database: Database, data: DataDir, clock: FakeClock) -> Keyring:
    return Keyring(database, data, clock)


async def test_first_start_makes_a_key_for_each_role(keyring: Keyring, data: DataDir) -> None:
    """They are told once, stand in a private file, and are what is let in."""
    entries, made = await keyring.open(Settings())
    assert sorted(made) == ["operator", "service", "viewer"]
    assert {entry.role: entry.digest for entry in entries} == {Access(role): digest(key) for role, key in made.items()}
    assert (data.path / "keys").stat().st_mode & 0o777 == 0o600
    assert {role: plain_key(data.path, role) for role in made} == made


async def test_second_start_makes_none(keyring: Keyring) -> None:
    """The same keys stay valid and are not shown again."""
    first, _ = await keyring.open(Settings())
    second, made = await keyring.open(Settings())
    assert ({entry.id: entry for entry in second}, made) == ({entry.id: entry for entry in first}, {})


async def test_no_plain_key_lies_in_the_database(keyring: Keyring, database: Database) -> None:
    """Whoever reads the file can't call us."""
    _, made = await keyring.open(Settings())
    await database.close()
    content = b"".join(path.read_bytes() for path in database.path.parent.glob("aos.db*"))
    assert b"api_keys" in content
    assert not any(key.encode() in content for key in made.values())


async def test_key_in_the_settings_takes_the_place_of_the_stored_one(keyring: Keyring, data: DataDir) -> None:
    """Both ways: set on a later start, and set on the first, when none is made for that role."""
    _, made = await keyring.open(Settings(viewer_key="given-viewer"))
    assert sorted(made) == ["operator", "service"]
    entries, made = await keyring.open(Settings(operator_key="given-operator"))
    assert sorted(made) == ["viewer"]
    assert [entry.digest for entry in entries if entry.role is Access.OPERATOR] == [digest("given-operator")]
    assert "given" not in (data.path / "keys").read_text()


async def test_key_made_later_leaves_the_others_in_the_file(keyring: Keyring, data: DataDir) -> None:
    """The file always holds the valid plain key of each role that has one."""
    _, first = await keyring.open(Settings(viewer_key="given"))
    _, second = await keyring.open(Settings())
    assert {role: plain_key(data.path, role) for role in ("operator", "viewer", "service")} == first | second


async def test_kill_between_file_and_database_makes_the_key_again(keyring: Keyring, data: DataDir) -> None:
    """A key that is in the file but not in the database is replaced; never one that nobody knows."""
    (data.path / "keys").write_text("operator=aos_operator_of_a_start_that_was_killed\n")
    entries, made = await keyring.open(Settings())
    assert plain_key(data.path) == made["operator"]
    assert digest(made["operator"]) in {entry.digest for entry in entries}


def test_plain_key_of_a_directory_without_keys_is_empty(tmp_path: Path) -> None:
    """The command line then sends none."""
    assert plain_key(tmp_path) == ""
    assert plain_key(tmp_path / "none") == ""
