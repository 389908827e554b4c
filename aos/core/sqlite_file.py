"""A small SQLite file that is made whole and then only read; nothing of AOS's own is kept in one."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

PAGE_BYTES = 512  # the least there is: such a file is small


def played_databases(data_dir: Path) -> Path:
    """Where Farm's sandbox puts its databases. Nothing else is ever written there."""
    return data_dir / "farm" / "sandbox"


async def make_sqlite(path: Path, script: str) -> None:
    """Run `script` in a new file and put it at `path`, readable by its owner alone. Whoever has the file open that was
    there before goes on reading that one."""
    await asyncio.to_thread(_make, path, script)


async def put_bytes(path: Path, content: bytes) -> None:
    """The same for a file that is no database."""
    await asyncio.to_thread(_put, path, content)


async def take_away(path: Path) -> None:
    await asyncio.to_thread(path.unlink, missing_ok=True)


def _make(path: Path, script: str) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        # The version makes a file even of an empty script.
        connection.executescript(f"PRAGMA page_size={PAGE_BYTES}; PRAGMA user_version=1; BEGIN; {script} COMMIT;")
        _put(path, connection.serialize())


def _put(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    fresh.replace(path)
