"""A SQLite file of somebody else's, read row by row. Nothing can be written, and no other file comes in by ATTACH."""

import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiosqlite

from aos.core.db import BUSY_MS
from aos.core.errors import Final, SourceFault

MOST_IN_FETCH = 1_000


class _Closed(sqlite3.Connection):
    """Takes no second database file, whatever the statement says."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)


@asynccontextmanager
async def _interrupted(connection: aiosqlite.Connection) -> AsyncIterator[None]:
    """What ends the block early also ends the statement: its thread would work on, and closing would wait for it."""
    try:
        yield
    except BaseException:
        await connection.interrupt()
        raise


async def sqlite_rows(path: Path, sql: str) -> AsyncGenerator[tuple[list[str], list[tuple[Any, ...]]], None]:
    """(names of the columns, the next rows) until there are none. One statement. `Final` where the statement or the
    file is at fault, `SourceFault` where it may go better later."""
    uri = f"file:{quote(str(path))}?mode=ro"
    try:
        connection = await aiosqlite.connect(uri, uri=True, isolation_level=None, factory=_Closed)
    except sqlite3.Error as error:
        raise SourceFault(f"{path.name} can't be opened: {error}", code="source.sqlite") from error
    try:
        await connection.execute_fetchall(f"PRAGMA busy_timeout={BUSY_MS}")
        await connection.execute_fetchall("PRAGMA query_only=ON")
        await connection.execute_fetchall("PRAGMA trusted_schema=OFF")
        async with _interrupted(connection), connection.execute(sql) as cursor, _interrupted(connection):
            names = [column[0] for column in cursor.description or ()]
            while rows := await cursor.fetchmany(MOST_IN_FETCH):
                yield names, [tuple(row) for row in rows]
    except sqlite3.OperationalError as error:
        busy = "locked" in str(error) or "busy" in str(error)
        raise (SourceFault if busy else Final)(f"{path.name}: {error}", code="source.sqlite") from error
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise Final(f"{path.name}: {error}", code="source.sqlite") from error
    finally:
        await connection.close()
