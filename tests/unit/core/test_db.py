"""SQLite: whole transactions whatever is cancelled, readers with a limit, nothing left behind."""

import asyncio
import random
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from aos.core import db
from aos.core.db import Database, Tx, sql_file, statements
from aos.core.errors import EnvironmentFault, RowRefused, Unavailable

Eventually = Callable[..., Awaitable[None]]
SCHEMA = "CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, part INTEGER NOT NULL) STRICT;"
COUNT_TO_MANY = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000000) SELECT count(*) FROM n"
)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "t.db", SCHEMA)
    yield opened
    await opened.close()


class Work:
    """Two rows in two statements: half of it is never to be seen."""

    def __init__(self, number: int) -> None:
        self.number = number

    async def __call__(self, tx: Tx) -> int:
        await tx.run("INSERT INTO t (id, part) VALUES (?, 1)", (2 * self.number,))
        await asyncio.sleep(0)
        await tx.run("INSERT INTO t (id, part) VALUES (?, 2)", (2 * self.number + 1,))
        return self.number


async def test_five_hundred_cancelled_writes_leave_no_open_transaction(database: Database) -> None:
    """Each is there whole or not at all, what was confirmed is there, and the next write goes through at once."""
    chance = random.Random(1)
    confirmed: set[int] = set()

    async def write(number: int) -> None:
        confirmed.add(await database.write(Work(number)))

    for number in range(500):
        task = asyncio.create_task(write(number))
        for _ in range(chance.randrange(12)):
            await asyncio.sleep(0)
        if chance.random() < 0.1:
            await asyncio.wait({task}, timeout=0.002)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await write(500)
    rows = {row[0] for row in await database.read("SELECT id FROM t")}
    assert {2 * number for number in confirmed} <= rows
    assert {row // 2 for row in rows if row % 2} == {row // 2 for row in rows if not row % 2}
    with sqlite3.connect(database.path, timeout=0) as other:
        other.execute("BEGIN IMMEDIATE")
        other.rollback()
    other.close()


async def test_cancelled_write_still_commits(database: Database) -> None:
    """The caller is gone, the transaction is not: what was begun is finished."""
    begun = asyncio.Event()

    async def work(tx: Tx) -> None:
        begun.set()
        await Work(1)(tx)

    task = asyncio.create_task(database.write(work))
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    await database.write(Work(2))
    assert await database.read("SELECT count(*) FROM t") == [(4,)]


async def test_write_that_fails_leaves_nothing(database: Database) -> None:
    """Its error comes out, a refused row as `RowRefused`; the rows before it are gone."""

    async def work(tx: Tx) -> None:
        await tx.run("INSERT INTO t (id, part) VALUES (1, 1)")
        raise KeyError("no")

    with pytest.raises(KeyError):
        await database.write(work)
    with pytest.raises(RowRefused):
        await database.write(lambda tx: tx.many("INSERT INTO t (id, part) VALUES (?, ?)", [(7, 1), (7, 1)]))
    assert await database.read("SELECT count(*) FROM t") == [(0,)]


async def test_twenty_writers_and_readers_never_meet_a_lock(database: Database) -> None:
    """One at a time at the door; readers do not wait for writers."""
    found = await asyncio.gather(
        *(database.write(Work(number)) for number in range(20)),
        *(database.read("SELECT count(*) % 2 FROM t") for _ in range(20)),
    )
    assert found == [*range(20), *([[(0,)]] * 20)]


async def test_tx_counts_changed_rows_and_reads_its_own(database: Database) -> None:
    """`INSERT OR IGNORE` of what is there counts nothing."""

    async def work(tx: Tx) -> tuple[int, int, list[db.Row]]:
        statement = "INSERT OR IGNORE INTO t (id, part) VALUES (?, 0)"
        return (
            await tx.many(statement, [(1,), (2,)]),
            await tx.many(statement, [(2,), (3,)]),
            await tx.do("SELECT id FROM t WHERE id > ?", (1,)),
        )

    assert await database.write(work) == (2, 1, [(2,), (3,)])


async def test_read_past_its_limit_is_ended(database: Database) -> None:
    """`Unavailable`, and the next read has its own time."""
    with pytest.raises(Unavailable, match=r"longer than 0\.05 s") as caught:
        await database.read(COUNT_TO_MANY, limit_s=0.05)
    assert caught.value.code == "db.timeout"
    assert await database.read("SELECT 1") == [(1,)]


async def test_read_can_not_write(database: Database) -> None:
    """The reader's connection refuses, whatever the statement looks like."""
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await database.read("INSERT INTO t (id, part) VALUES (1, 1) RETURNING id")


async def test_write_while_another_program_holds_the_file_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the busy time a retryable refusal; nothing is left open, and it works again once the other is gone."""
    monkeypatch.setattr(db, "BUSY_MS", 20)
    database = await Database.open(tmp_path / "t.db", SCHEMA)
    other = sqlite3.connect(tmp_path / "t.db", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(2):
            with pytest.raises(Unavailable) as caught:
                await database.write(Work(1))
            assert (caught.value.code, caught.value.retryable) == ("db.locked", True)
        assert await database.read("SELECT count(*) FROM t") == [(0,)]
        other.rollback()
        assert await database.write(Work(1)) == 1
    finally:
        other.close()
        await database.close()


async def test_close_waits_for_writes_and_leaves_no_thread(tmp_path: Path, eventually: Eventually) -> None:
    """A write under way is finished; a thread that stays would hang the process at its end."""
    before = set(threading.enumerate())
    database = await Database.open(tmp_path / "t.db", SCHEMA)
    task = asyncio.create_task(database.write(Work(1)))
    await asyncio.sleep(0)
    task.cancel()
    await database.close()
    await asyncio.gather(task, return_exceptions=True)
    with sqlite3.connect(tmp_path / "t.db") as other:
        assert other.execute("SELECT count(*) FROM t").fetchone() == (2,)
    other.close()
    await eventually(lambda: set(threading.enumerate()) <= before)


@pytest.mark.parametrize("what", ["directory", "garbage", "no parent", "bad schema"])
async def test_open_that_fails_names_the_file_and_leaves_no_thread(
    tmp_path: Path, what: str, eventually: Eventually
) -> None:
    """One plain line; never an empty database in place of a broken one."""
    before = set(threading.enumerate())
    path = tmp_path / "t.db"
    if what == "directory":
        path.mkdir()
    if what == "garbage":
        path.write_bytes(b"not a database, not at all. " * 100)
    if what == "no parent":
        path = tmp_path / "none" / "t.db"
    with pytest.raises(EnvironmentFault) as caught:
        await Database.open(path, "CREATE TABEL t;" if what == "bad schema" else SCHEMA)
    assert str(path) in caught.value.message
    assert "\n" not in caught.value.message
    await eventually(lambda: set(threading.enumerate()) <= before)
    if what == "garbage":
        assert path.read_bytes().startswith(b"not a database")


async def test_open_again_keeps_what_is_there(tmp_path: Path) -> None:
    """The schema is idempotent; the file is private."""
    for expected in (0, 2):
        database = await Database.open(tmp_path / "t.db", SCHEMA)
        assert await database.read("SELECT count(*) FROM t") == [(expected,)]
        await database.write(Work(1)) if not expected else None
        await database.close()
    assert (tmp_path / "t.db").stat().st_mode & 0o777 == 0o600


async def test_pragmas_that_the_promises_rest_on_are_set(database: Database) -> None:
    """WAL with synchronous=FULL: an acknowledgement in Redis rests on a commit that is on disk."""

    async def pragmas(tx: Tx) -> list[object]:
        names = ("journal_mode", "synchronous", "recursive_triggers", "trusted_schema")
        return [(await tx.do(f"PRAGMA {name}"))[0][0] for name in names]

    assert await database.write(pragmas) == ["wal", 2, 1, 0]


def test_statements_are_found_by_name() -> None:
    """Each stands under its comment; the shipped files hold one sentence a statement."""
    named = statements("-- one: gives 1.\nSELECT 1\n\n-- two: gives 2,\nSELECT\n 2;\n")
    assert named == {"one": "SELECT 1", "two": "SELECT\n 2;"}
    assert all(statements(sql_file("aos.dcl", "queries.sql")).values())


@pytest.mark.parametrize("value", [2**63, "\ud800"])
async def test_value_that_sqlite_can_not_hold_is_refused_not_retried(database: Database, value: object) -> None:
    """An integer of more than 64 bits or half a surrogate pair is the row's fault, and the next write goes on."""
    with pytest.raises(RowRefused):
        await database.write(lambda tx: tx.run("INSERT INTO t (id, part) VALUES (1, ?)", (value,)))
    assert await database.write(Work(1)) == 1


async def test_open_that_is_cancelled_leaves_no_thread(tmp_path: Path, eventually: Eventually) -> None:
    """Told to stop in the middle of opening, at any moment: nothing stays open that would keep the process alive."""
    before = set(threading.enumerate())
    for turns in range(40):
        task = asyncio.create_task(Database.open(tmp_path / f"{turns}.db", SCHEMA))
        for _ in range(turns):
            await asyncio.sleep(0)
        if not task.done():
            task.cancel()
        with suppress(asyncio.CancelledError):
            await (await task).close()
    await eventually(lambda: set(threading.enumerate()) <= before)
