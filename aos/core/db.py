"""SQLite: one writer, readers that can only read and only for so long.

A write is one function over one connection, run whole even when its caller is cancelled: a transaction that a
cancellation leaves open would lock every later one. WAL with `synchronous=FULL`, since an acknowledgement rests on it.
"""

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import aiosqlite

from aos.core.errors import AosError, EnvironmentFault, RowRefused, StoreFault, Unavailable

T = TypeVar("T")
Row = tuple[Any, ...]
BUSY_MS = 15_000
# Of SQLite's machine between two looks at the clock, some 3 ms. Each look waits for Python's lock: at 10,000 steps a
# long query beside a busy event loop took a third longer.
STEPS_A_LOOK = 200_000


class Tx:
    """What a write function gets: statements inside BEGIN IMMEDIATE."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._committed: list[Callable[[], None]] = []

    def on_commit(self, call: Callable[[], None]) -> None:
        """Call this once the transaction is in, before the next one begins; never when it is not. For what is kept in
        memory beside the database."""
        self._committed.append(call)

    def committed(self) -> None:
        for call in self._committed:
            call()

    async def do(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """One statement and what it returns, in one step of the writer's thread: a cursor of its own would be three."""
        return [tuple(row) for row in await self._connection.execute_fetchall(sql, values)]

    async def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Rows changed by one statement."""
        async with self._connection.execute(sql, values) as cursor:
            return cursor.rowcount

    async def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        """Rows changed by one statement over many rows."""
        async with self._connection.executemany(sql, rows) as cursor:
            return cursor.rowcount


class Database:
    """An open database. Use `Database.open`; close it after everything that writes has ended."""

    def __init__(self, path: Path, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self.path = path
        self._writer = writer
        self._reader = reader
        self._write_lock = asyncio.Lock()
        self._read_lock = asyncio.Lock()
        self._writes: set[asyncio.Task[Any]] = set()

    @classmethod
    async def open(cls, path: Path, schema: str, attached: Mapping[str, Path] | None = None) -> "Database":
        """Open or make it and apply `schema` (idempotent SQL). `attached` databases can be read under their names.
        `EnvironmentFault` names the file. A cancelled caller leaves nothing open: the thread of a connection that
        nobody closes would keep the process from ending."""
        opening = asyncio.create_task(cls._open(path, schema, attached or {}), name=f"open {path.name}")
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            with suppress(EnvironmentFault):
                await (await opening).close()
            raise

    @classmethod
    async def _open(cls, path: Path, schema: str, attached: Mapping[str, Path]) -> "Database":
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            writer = await _connect(path, attached)
        except (OSError, sqlite3.Error) as error:
            raise EnvironmentFault(f"The database {path} can't be opened: {error}.") from error
        try:
            for pragma in (
                "journal_mode=WAL",
                "synchronous=FULL",
                "recursive_triggers=ON",
                "journal_size_limit=67108864",
            ):
                await writer.execute_fetchall(f"PRAGMA {pragma}")
            await writer.executescript(schema)
            reader = await _connect(path, attached)
            await reader.execute_fetchall("PRAGMA query_only=ON")
        except (OSError, sqlite3.Error) as error:
            await writer.close()
            raise EnvironmentFault(f"The database {path} can't be opened: {error}.") from error
        return cls(path, writer, reader)

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run `work` in one transaction. A cancelled caller does not stop it: it commits or rolls back whole."""
        task = asyncio.create_task(self._transact(work), name=f"write {self.path.name}")
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)
        return await asyncio.shield(task)

    async def _transact(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        async with self._write_lock:
            try:
                await self._writer.execute_fetchall("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                raise _translated(error, self.path) from error
            try:
                tx = Tx(self._writer)
                result = await work(tx)
                await self._writer.commit()
            except BaseException as error:
                with suppress(sqlite3.Error):  # a disk error may have ended the transaction already
                    await self._writer.rollback()
                if isinstance(error, sqlite3.Error | OverflowError | UnicodeError):
                    raise _translated(error, self.path) from error
                raise
            tx.committed()
            return result

    async def read(self, sql: str, values: Sequence[Any] = (), *, limit_s: float = 5.0) -> list[Row]:
        """Rows of a read-only statement; `Unavailable` when it takes longer than `limit_s`, `StoreFault` (`db.damaged`)
        where the file is."""
        async with self._read_lock:
            until = time.monotonic() + limit_s
            await self._reader.set_progress_handler(lambda: int(time.monotonic() > until), STEPS_A_LOOK)
            try:
                return [tuple(row) for row in await self._reader.execute_fetchall(sql, values)]
            except sqlite3.OperationalError as error:
                if "interrupted" in str(error):
                    raise Unavailable(f"The query took longer than {limit_s:g} s", code="db.timeout") from error
                raise
            except sqlite3.DatabaseError as error:
                if type(error) is sqlite3.DatabaseError:  # "malformed"; its subclasses are about the statement
                    raise _translated(error, self.path) from error
                raise
            finally:
                await self._reader.set_progress_handler(None, 0)  # type: ignore[arg-type]

    def wal_bytes(self) -> int:
        """Size of the write-ahead log; a reader that stays open makes it grow."""
        try:
            return self.path.with_name(self.path.name + "-wal").stat().st_size
        except FileNotFoundError:
            return 0

    async def close(self) -> None:
        if self._writes:
            await asyncio.wait(self._writes)
        await self._reader.close()
        await self._writer.close()


def _translated(error: Exception, path: Path) -> AosError:
    """Ours for SQLite's: is it this content, or the database for now?"""
    if isinstance(error, sqlite3.OperationalError):
        locked = "locked" in str(error) or "busy" in str(error)
        if str(error) == "malformed JSON":  # what lies there is at fault, not the file and not the disk
            return StoreFault(f"{path.name}: a text that is read as JSON is none", code="db.malformed_json")
        told = "is locked by another program" if locked else f"does not take writes: {error}"
        return StoreFault(f"{path.name} {told}", code="db.locked" if locked else "db.unavailable")
    if isinstance(
        error, sqlite3.IntegrityError | sqlite3.DataError | sqlite3.InterfaceError | sqlite3.ProgrammingError
    ):
        return RowRefused(str(error))
    if isinstance(error, sqlite3.DatabaseError):
        return StoreFault(f"{path.name} is damaged: {error}. Restore it from a backup.", code="db.damaged")
    return RowRefused(str(error))


async def _connect(path: Path, attached: Mapping[str, Path] | None = None) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(_uri(path), uri=True, isolation_level=None, cached_statements=256)
    try:
        await connection.execute_fetchall(f"PRAGMA busy_timeout={BUSY_MS}")
        await connection.execute_fetchall("PRAGMA trusted_schema=OFF")
        for name, other in (attached or {}).items():
            await connection.execute_fetchall(f"ATTACH ? AS {name}", (_uri(other, "ro"),))
    except BaseException:
        await connection.close()
        raise
    return connection


def _uri(path: Path, mode: str = "rwc") -> str:
    return f"file:{quote(str(path))}?mode={mode}"


@asynccontextmanager
async def visiting(path: Path) -> AsyncIterator[Callable[[str, Sequence[Any]], Awaitable[list[Row]]]]:
    """A look at a database that another process has open: the call gives rows. Opened read-only, so that leaving
    checkpoints nothing."""
    connection = await aiosqlite.connect(_uri(path, "ro"), uri=True, isolation_level=None)
    try:
        await connection.execute_fetchall(f"PRAGMA busy_timeout={BUSY_MS}")

        async def rows(sql: str, values: Sequence[Any] = ()) -> list[Row]:
            return [tuple(row) for row in await connection.execute_fetchall(sql, values)]

        yield rows
    finally:
        await connection.close()


@asynccontextmanager
async def locked(path: Path) -> AsyncIterator[None]:
    """Hold a database's write lock, as another program can."""
    connection = await _connect(path)
    try:
        await connection.execute_fetchall("BEGIN EXCLUSIVE")
        yield
        await connection.rollback()
    finally:
        await connection.close()


def sql_file(package: str, name: str) -> str:
    """The text of a `.sql` file that lies beside the store which owns it."""
    return resources.files(package).joinpath(name).read_text()


def statements(text: str) -> dict[str, str]:
    """Named statements of a `queries.sql`: each stands under a line `-- name: what it does`."""
    named: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith("-- ") and ":" in line:
            name = line[3:].partition(":")[0].strip()
            named[name] = ""
        elif name:
            named[name] += line + "\n"
    return {key: sql.strip() for key, sql in named.items()}
