"""A small SQLite file, made whole."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from aos.core.sqlite_file import make_sqlite, put_bytes, take_away


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


async def test_a_file_is_made_and_made_anew(tmp_path: Path) -> None:
    """It can be read and is nobody else's; made again it is another, also for an empty script."""
    path = tmp_path / "a.db"
    await make_sqlite(path, "CREATE TABLE t (n); INSERT INTO t VALUES (1);")
    assert rows(path, "SELECT n FROM t") == [(1,)]
    assert path.stat().st_mode & 0o777 == 0o400
    await make_sqlite(path, "")
    assert rows(path, "SELECT name FROM sqlite_master") == []
    assert [each.name for each in tmp_path.iterdir()] == ["a.db"]


async def test_a_script_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    """All or nothing."""
    path = tmp_path / "a.db"
    await make_sqlite(path, "CREATE TABLE t (n);")
    with pytest.raises(sqlite3.Error):
        await make_sqlite(path, "CREATE TABLE u (n); nonsense;")
    assert rows(path, "SELECT name FROM sqlite_master") == [("t",)]


async def test_a_file_that_is_no_database_and_none_at_all(tmp_path: Path) -> None:
    """What lies at the path can be anything, or nothing."""
    path = tmp_path / "a.db"
    await put_bytes(path, b"not a database" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        await asyncio.to_thread(rows, path, "SELECT 1 FROM sqlite_master")
    await take_away(path)
    await take_away(path)
    assert not path.exists()
