"""Faults of the fault matrix that need a Redis and a SQLite of their own (docs/guarantees.md names each)."""

import asyncio
import json
import random
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from aos.contracts.health import State
from aos.core import streams
from aos.core.datadir import DataDir
from aos.core.errors import EnvironmentFault, RedisFault, StoreFault
from aos.core.module import Core
from aos.core.redis import Redis
from aos.core.redis_server import RedisServer
from aos.core.settings import REPOSITORY, Settings
from aos.dcl.warehouse import consumer
from aos.dcl.warehouse.consumer import RecordConsumer
from aos.dcl.warehouse.rows import Rows
from tests.integration.conftest import Farm
from tests.integration.test_consumer import envelope, publish
from tests.integration.test_ledger import STREAM, Pipe
from tests.integration.test_rows import filing

Eventually = Callable[..., Awaitable[None]]
LINES = 60
QUERY = f"speed=max&chaos=true&chaos_kinds=malformed,drift,bad_type&chaos_rate=0.2&until={LINES}"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for new entries ends soon, so that a stop does."""
    monkeypatch.setattr(consumer, "BLOCK_MS", 10)


@pytest.fixture
def core(dcl_core: Core) -> Core:
    object.__setattr__(dcl_core, "settings", Settings(seeds_dir=REPOSITORY / "seeds", stream_keep=0))
    return dcl_core


async def settled(pipe: Pipe, lines: int = LINES) -> bool:
    """Whether every line of the run is where the ledger says, in the stores themselves."""
    try:
        total = (await pipe.ledgers.read()).total
    except RedisFault:
        return False
    in_stores = await pipe.rows.count() + await pipe.rows.count_refused()
    return total.received == lines == in_stores and not total.imbalance and not total.pending


def failing_at(
    nth: int, original: Callable[..., Awaitable[Any]], error: Exception, *, after: bool
) -> Callable[..., Awaitable[Any]]:
    """The call, but its n-th run fails: before it did anything, or after it did and the reply was lost."""
    count = 0

    async def call(self: Any, *args: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        if count != nth:
            return await original(self, *args, **named)
        if after:
            await original(self, *args, **named)
        raise error

    return call


@pytest.mark.parametrize("after", [False, True], ids=["before", "reply lost"])
@pytest.mark.parametrize("what", ["command", "script", "commit"])
async def test_any_single_call_may_fail_and_nothing_is_lost_or_doubled(
    what: str, after: bool, core: Core, redis: Redis, farm: Farm, tmp_path: Path, eventually: Eventually
) -> None:
    """The n-th call to Redis or SQLite fails, for each n of a run: in the end each line is in exactly one place."""
    owner, name, error = {
        "command": (Redis, "call", RedisFault("injected")),
        "script": (Redis, "script", RedisFault("injected")),
        "commit": (Rows, "_write", StoreFault("injected")),
    }[what]
    for nth in range(1, 11):
        rows = await Rows.open(tmp_path / f"{nth}.db")
        core.stopping.clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(owner, name, failing_at(nth, getattr(owner, name), error, after=after))
            pipe = Pipe(core, redis, rows, f"http://127.0.0.1:{farm.port}{STREAM}?{QUERY}")
            try:
                await eventually(lambda pipe=pipe: settled(pipe))
            finally:
                await pipe.stop()
        await forget(redis, pipe)
        await rows.close()


async def forget(redis: Redis, pipe: Pipe) -> None:
    """Delete what a run left in Redis."""
    totals = [streams.totals_key(stream) for stream in (streams.RAW, streams.QUARANTINE)]
    cursor = streams.cursor_key("c1", pipe.sidecar.target.id)
    await redis.call("DEL", streams.RAW, streams.QUARANTINE, streams.LEDGERS, streams.ledger_key("c1"), cursor, *totals)


async def test_full_memory_pauses_reading_and_loses_nothing(
    data: DataDir, redis_program: Path, core: Core, farm: Farm, tmp_path: Path, eventually: Eventually
) -> None:
    """Redis at its limit refuses batches: the sidecar says degraded and waits; once there is room all goes on."""
    server = RedisServer(data, redis_program, maxmemory_mb=16)
    server.prepare()
    await server.start()
    redis = Redis(server.address)
    rows = await Rows.open(tmp_path / "w.db")
    core.stopping.clear()
    gate = asyncio.Event()
    file = Rows.file

    async def held(self: Rows, *args: Any) -> int:
        await gate.wait()
        return await file(self, *args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rows, "file", held)
        pipe = Pipe(core, redis, rows, f"http://127.0.0.1:{farm.port}{STREAM}?speed=max&until=40000")
        try:
            await eventually(lambda: pipe.sidecar.vital.state is State.DEGRADED, deadline_s=30)
            assert "maxmemory" in pipe.sidecar.vital.reason
            gate.set()
            await eventually(lambda: settled(pipe, 40000), deadline_s=60)
        finally:
            gate.set()
            await pipe.stop()
    await rows.close()
    await redis.close()
    server.stop()


async def test_stream_deleted_under_the_consumer_is_told_loudly(
    core: Core, redis: Redis, farm: Farm, tmp_path: Path, eventually: Eventually, caplog: pytest.LogCaptureFixture
) -> None:
    """The group is made anew and goes on; what was lost with the stream stands as an imbalance, never as nothing."""
    rows = await Rows.open(tmp_path / "w.db")
    gate, file = asyncio.Event(), Rows.file

    async def held(self: Rows, *args: Any) -> int:
        await gate.wait()
        return await file(self, *args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rows, "file", held)
        pipe = Pipe(core, redis, rows, f"http://127.0.0.1:{farm.port}{STREAM}?rate=2000&until=3000")
        try:
            await eventually(lambda: published(redis, 1200))
            await redis.call("DEL", streams.RAW)
            gate.set()
            await eventually(lambda: pipe.sidecar.position == 3000)
            await eventually(lambda: drained(pipe))
            total = (await pipe.ledgers.read()).total
        finally:
            gate.set()
            await pipe.stop()
    assert total.imbalance > 0
    assert await rows.count() < 3000
    await rows.close()
    assert any("consumer group was lost" in str(record.msg) for record in caplog.records)


async def published(redis: Redis, wanted: int) -> bool:
    return int(await redis.call("XLEN", streams.RAW)) >= wanted


async def drained(pipe: Pipe) -> bool:
    return (await streams.state(pipe.core.redis, streams.RAW)).pending == 0 if pipe.core.redis else False


def append_only_file(data: DataDir) -> Path:
    """The file that the last batches went to: one file with Redis 6, the newest increment with Redis 7."""
    directory = data.path / "redis"
    increments = sorted((directory / "appendonlydir").glob("*.incr.aof"))
    return increments[-1] if increments else directory / "appendonly.aof"


async def three_batches(server: RedisServer) -> None:
    await server.start()
    client = Redis(server.address)
    for first in (1, 11, 21):
        await publish(client, first, [envelope(n) for n in range(first, first + 10)])
    await client.close()


async def look(server: RedisServer) -> tuple[int, int]:
    """(entries, cursor) as they stand."""
    client = Redis(server.address)
    entries = int(await client.call("XLEN", streams.RAW))
    cursor = await streams.read_cursor(client, "c", "t")
    await client.close()
    return entries, cursor.position or 0


async def test_file_cut_at_any_byte_of_the_last_batch_keeps_batches_whole(data: DataDir, redis_program: Path) -> None:
    """A torn tail: either the old batch with the old cursor or the new one with the new, never a mixture."""
    server = RedisServer(data, redis_program, maxmemory_mb=64)
    server.prepare()
    await three_batches(server)
    server._child.kill()  # type: ignore[union-attr]
    server._child.wait()  # type: ignore[union-attr]
    path = append_only_file(data)
    whole = path.read_bytes()
    last = whole.rindex(b"MULTI")
    seen = set()
    for cut in sorted(random.Random(7).sample(range(last, len(whole)), 24)):
        path.write_bytes(whole[:cut])
        await server.start()
        seen.add(await look(server))
        server._child.kill()  # type: ignore[union-attr]
        server._child.wait()  # type: ignore[union-attr]
    assert seen <= {(20, 20), (30, 30)}
    assert (20, 20) in seen
    server.stop()


async def test_flipped_byte_is_refused_or_quarantined_never_stored(
    data: DataDir, redis_program: Path, core: Core, tmp_path: Path, eventually: Eventually
) -> None:
    """A byte of the file is wrong: Redis refuses to start with its reason, or the entry's checksum finds it."""
    server = RedisServer(data, redis_program, maxmemory_mb=64)
    server.prepare()
    await three_batches(server)
    server.stop()
    path = append_only_file(data)
    whole = path.read_bytes()
    wanted = {n: f"trace-{n}" for n in range(1, 31)}
    said: list[str] = []
    for at in random.Random(11).sample(range(len(whole)), 16):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x01]) + whole[at + 1 :])
        server = RedisServer(data, redis_program, maxmemory_mb=64)
        server.prepare()
        try:
            await server.start()
        except EnvironmentFault as fault:
            said.append(fault.message)
            server.stop()
            continue
        rows = await Rows.open(tmp_path / f"{at}.db")
        client = Redis(server.address)
        core.stopping.clear()
        vital = core.health.register(f"c{at}", "worker")
        task = asyncio.create_task(RecordConsumer(core, client, rows).run(vital))
        await eventually(lambda vital=vital: vital.state in (State.IDLE, State.DEGRADED))
        core.stopping.set()
        await task
        for position, trace, payload in await rows.records("c", "t"):
            assert (trace, json.loads(payload)) == (wanted[position], {"a": 1})
        await client.close()
        await rows.close()
        server.stop()
    assert all("redis-server" in message for message in said)


async def test_long_reader_lets_the_write_ahead_log_shrink_again(tmp_path: Path) -> None:
    """A reader that stays open makes the log grow; once it ends the log is cut back, and its size can be seen."""
    rows = await Rows.open(tmp_path / "w.db")
    other = sqlite3.connect(tmp_path / "w.db", isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM records").fetchall()
    for first in range(1, 20_001, 1000):
        await rows.file([filing(n, payload='{"a":"' + "x" * 4000 + '"}') for n in range(first, first + 1000)], 1)
    grown = rows.wal_bytes()
    other.close()
    for n in range(20_001, 20_011):
        await rows.file([filing(n)], 1)
    assert grown > 64 * 1024 * 1024
    assert rows.wal_bytes() <= 64 * 1024 * 1024
    await rows.close()


async def test_database_of_garbage_is_named_and_left_alone(tmp_path: Path) -> None:
    """A file that is no database: one plain line that names it, and its bytes stay."""
    path = tmp_path / "w.db"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(EnvironmentFault, match=r"w\.db can't be opened"):
        await Rows.open(path)
    assert path.read_bytes() == b"no database" * 1000


async def test_rewriting_the_file_while_redis_is_killed_loses_nothing(data: DataDir, redis_program: Path) -> None:
    """Redis rewrites its file all the time and is killed again and again: all it acknowledged is there."""

    class Rewriting(RedisServer):
        def _configuration(self) -> str:
            small = (
                super()._configuration().replace("auto-aof-rewrite-min-size 128mb", "auto-aof-rewrite-min-size 64kb")
            )
            return small.replace("auto-aof-rewrite-percentage 100", "auto-aof-rewrite-percentage 1")

    server = Rewriting(data, redis_program, maxmemory_mb=256)
    server.prepare()
    await server.start()
    acknowledged, dice = 0, random.Random(3)
    for _ in range(6):
        client = Redis(server.address)
        for _ in range(dice.randint(200, 400)):
            payload = b'{"x":"' + b"y" * 2000 + b'"}'
            await publish(client, acknowledged + 1, [envelope(acknowledged + n, payload) for n in range(1, 21)])
            acknowledged += 20
        await client.close()
        server._child.kill()  # type: ignore[union-attr]
        server._child.wait()  # type: ignore[union-attr]
        await server.start()
        assert await look(server) == (acknowledged, acknowledged)
    assert "rewrit" in (data.path / "redis" / "redis.log").read_text().lower()
    server.stop()
