"""Databases for jdbc: a small SQLite file an account. A file has neither rates nor rights, so those knobs are refused;
the others are played by what lies at its path."""

import asyncio
from pathlib import Path

from aos.contracts.sandbox import SandboxKnobs
from aos.core.errors import Conflict, InvalidInput
from aos.core.sqlite_file import make_sqlite, put_bytes, take_away
from aos.farm.sandbox import made
from aos.farm.sandbox.book import STILL, fresh
from aos.farm.sandbox.vendor import Issued

MOST_FILES = 5_000
ROWS = 25
COLUMNS = {"id": "INTEGER PRIMARY KEY", "name": "TEXT NOT NULL", "created_at": "TEXT", "amount": "REAL"}


class Files:
    """In `directory`, which is emptied at the start: what is in it belongs to credentials of an earlier process."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._knobs: dict[str | None, SandboxKnobs] = {}
        self._accounts: set[str] = set()
        self._writing = asyncio.Lock()
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in directory.iterdir():
            if left.is_file():
                left.unlink()

    async def issue(self, account: str) -> Issued:
        """SQLite asks for no user; the fields are there because a grant without any can't be kept."""
        async with self._writing:
            if account not in self._accounts:
                if len(self._accounts) >= MOST_FILES:
                    raise Conflict(f"The sandbox keeps {MOST_FILES} database files")
                await self._write(account)
                self._accounts.add(account)
        fields = {"user": f"aos_{fresh(8)}", "password": fresh(24)}
        return Issued("user", fields, [f"sqlite:{self._path(account)}"], ())

    async def turn(self, knobs: SandboxKnobs) -> None:
        for name in ("throttle", "drop_scope"):
            if getattr(knobs, name):
                raise InvalidInput("A SQLite file has neither rates nor rights", path=f"$.{name}")
        async with self._writing:
            self._knobs[knobs.account] = knobs
            await self._write_all(knobs.account)

    async def reset(self) -> None:
        async with self._writing:
            self._knobs.clear()
            await self._write_all(None)

    async def _write_all(self, account: str | None) -> None:
        for each in sorted(self._accounts if account is None else self._accounts & {account}):
            await self._write(each)

    async def _write(self, account: str) -> None:
        """Dark: there is no file. Refused: one that can't be read, as one encrypted with another key is."""
        knobs = self._knobs.get(account) or self._knobs.get(None) or STILL
        path = self._path(account)
        if knobs.dark:
            await take_away(path)
        elif knobs.refuse:
            await put_bytes(path, made.digest(account).encode() * 128)
        else:
            await make_sqlite(path, _script(0 if knobs.empty else made.MANY, drift=knobs.drift))

    def _path(self, account: str) -> Path:
        return self._directory.resolve() / f"{account}.db"


def _script(tables: int, *, drift: bool) -> str:
    columns = ", ".join(f"{name} {kind}" for name, kind in (made.drifted(COLUMNS) if drift else COLUMNS).items())
    columns = columns.replace("sandbox_added new", "sandbox_added TEXT")
    lines = [f"CREATE TABLE {made.name(n).replace('-', '_')} ({columns});" for n in range(tables)]
    if tables:
        first = made.name(0).replace("-", "_")
        values = ", ".join(f"({n}, '{made.title(n)}')" for n in range(ROWS))
        lines.append(f"INSERT INTO {first} (id, name) VALUES {values};")  # noqa: S608 our own names and words
    return "\n".join(lines)
