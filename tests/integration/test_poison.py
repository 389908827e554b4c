"""An entry that raises, hangs or kills the process ends in quarantine after a bounded number of tries, alone."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from aos.contracts.health import State
from aos.core import streams
from aos.core.errors import RowRefused, StoreFault
from aos.core.module import Core
from aos.core.redis import Redis
from aos.core.redis_server import RedisServer
from aos.core.settings import REPOSITORY
from aos.core.streams import Entry
from aos.dcl.warehouse import consumer as module
from aos.dcl.warehouse.consumer import MAX_TRIES, RecordConsumer, read_filing
from aos.dcl.warehouse.rows import Filing, Rows
from tests.integration.test_consumer import envelope, even, ledger, publish, running

Eventually = Callable[..., Awaitable[None]]
POISON = b'{"poison":true}'


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_MS", 10)
    monkeypatch.setattr(module, "PREPARE_S", 0.05)


@pytest.fixture
async def rows(tmp_path: Path) -> AsyncIterator[Rows]:
    opened = await Rows.open(tmp_path / "warehouse.db")
    yield opened
    await opened.close()


async def publish_with_poison(redis: Redis) -> None:
    data = [envelope(n, POISON if n == 50 else b'{"n":%d}' % n) for n in range(1, 101)]
    await publish(redis, 1, data)


async def quarantined(redis: Redis) -> list[dict[str, Any]]:
    entries = await streams.look(redis, streams.QUARANTINE, after="0-0", count=1000)
    return [json.loads(entry.fields[b"meta"]) for entry in entries]


async def everyone_else_filed(redis: Redis, rows: Rows) -> None:
    assert [position for position, _, _ in await rows.records("c", "t")] == [n for n in range(1, 101) if n != 50]
    (refusal,) = await quarantined(redis)
    assert (refusal["reason"], refusal["position"], refusal["connector_id"]) == ("poison", 50, "c")
    counts = await ledger(redis)
    assert (counts["filed"], counts["moved"], counts["pending"], even(counts)) == (99, 1, 0, True)


@pytest.mark.parametrize("how", ["raises", "hangs"])
async def test_entry_that_raises_or_hangs_is_set_aside_alone(
    how: str, dcl_core: Core, redis: Redis, rows: Rows, eventually: Eventually
) -> None:
    """Tried three times, then quarantined with why; the 99 others are filed and acknowledged."""
    tries = 0

    async def prepare(entry: Entry) -> Filing:
        nonlocal tries
        if POISON in entry.fields[b"data"]:
            tries += 1
            if how == "hangs":
                await asyncio.Event().wait()
            raise KeyError("poison")
        return read_filing(entry)

    await publish_with_poison(redis)
    async with running(dcl_core, RecordConsumer(dcl_core, redis, rows, prepare)) as vital:
        await eventually(lambda: vital.state is State.IDLE)
    assert tries == MAX_TRIES
    await everyone_else_filed(redis, rows)
    assert ("TimeoutError" if how == "hangs" else "KeyError") in (await quarantined(redis))[0]["detail"]


async def test_row_that_the_database_refuses_is_found_by_halving(
    dcl_core: Core, redis: Redis, rows: Rows, eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One row that SQLite will never take does not hold up its batch."""
    file = Rows.file

    async def picky(self: Rows, filings: list[Filing], filed_ms: int) -> int:
        if any("poison" in filing.payload for filing in filings):
            raise RowRefused("too big")
        return await file(self, filings, filed_ms)

    monkeypatch.setattr(Rows, "file", picky)
    await publish_with_poison(redis)
    async with running(dcl_core, RecordConsumer(dcl_core, redis, rows)) as vital:
        await eventually(lambda: vital.state is State.IDLE)
    await everyone_else_filed(redis, rows)


async def test_database_that_is_locked_is_no_poison(
    dcl_core: Core, redis: Redis, rows: Rows, eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database does not take writes nothing is acknowledged and nothing set aside; then all is filed."""
    file, locked = Rows.file, True

    async def stuck(self: Rows, filings: list[Filing], filed_ms: int) -> int:
        if locked:
            raise StoreFault("warehouse.db is locked by another program")
        return await file(self, filings, filed_ms)

    monkeypatch.setattr(Rows, "file", stuck)
    await publish(redis, 1, [envelope(n) for n in range(1, 101)])
    async with running(dcl_core, RecordConsumer(dcl_core, redis, rows)) as vital:
        await eventually(lambda: vital.state is State.DEGRADED and "locked" in vital.reason)
        assert await rows.count() == 0
        locked = False
        await eventually(lambda: vital.state is State.IDLE)
    assert await rows.count() == 100
    assert await quarantined(redis) == []


VICTIM = """
import asyncio, os, signal, sys
from pathlib import Path
from contextlib import AsyncExitStack
from aos.core.clock import SystemClock
from aos.core.events import Events
from aos.core.failpoints import Failpoints
from aos.core.health import Health
from aos.core.metrics import Metrics
from aos.core.module import Core
from aos.core.redis import Address, Redis
from aos.core.settings import Settings
from aos.contracts.health import State
from aos.dcl.warehouse import consumer as module
from aos.dcl.warehouse.consumer import RecordConsumer, read_filing
from aos.dcl.warehouse.rows import Rows

module.BLOCK_MS = 10

async def prepare(entry):
    if b'{"poison":true}' in entry.fields[b"data"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return read_filing(entry)

async def main():
    socket, user, word, path = sys.argv[1:]
    redis, clock, stopping = Redis(Address("", socket, user, word)), SystemClock(), asyncio.Event()
    rows = await Rows.open(Path(path))
    core = Core.make(Settings(), clock, AsyncExitStack(), redis, stopping)
    vital = core.health.register("consumer", "worker")
    task = asyncio.create_task(RecordConsumer(core, redis, rows, prepare).run(vital))
    while vital.state is not State.IDLE:
        await asyncio.sleep(0.01)
    stopping.set()
    await task
    await rows.close()
    await redis.close()

asyncio.run(main())
"""


async def test_entry_that_kills_the_process_is_set_aside_alone(
    redis: Redis, redis_server: RedisServer, tmp_path: Path
) -> None:
    """Each start dies at the same entry, until it is set aside after a bounded number of tries; then all is filed."""
    await publish_with_poison(redis)
    address = redis_server.address
    arguments = [address.socket, address.username, address.password, str(tmp_path / "warehouse.db")]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    codes = []
    for _ in range(MAX_TRIES + 3):
        process = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-c", VICTIM, *arguments], env=environment, timeout=30, check=False
        )
        codes.append(process.returncode)
        if process.returncode == 0:
            break
    assert codes[-1] == 0
    assert set(codes[:-1]) == {-signal.SIGKILL}
    assert len(codes) <= MAX_TRIES + 3
    rows = await Rows.open(tmp_path / "warehouse.db")
    await everyone_else_filed(redis, rows)
    await rows.close()
    assert await redis.call("HLEN", module.TRIES) == 0
    assert await redis.call("GET", module.RECOVERING) is None
