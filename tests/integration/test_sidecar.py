"""The sidecar against real sockets and a real Redis: what comes in ends in exactly one place."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aos.contracts.health import State
from aos.contracts.ingest import BreakerSettings, ConnectorConfig, Policy, Refusal, Resume
from aos.core import streams
from aos.core.clock import SystemClock
from aos.core.module import Core
from aos.core.redis import Redis
from aos.core.settings import REPOSITORY, Settings
from aos.dcl.sidecar.connectors import Connectors
from aos.dcl.sidecar.run import IngestSidecar
from aos.farm.oracle.chaos import Kind, hit
from aos.farm.oracle.damage import wire_line
from aos.farm.oracle.invoices import invoice, invoice_line
from tests.integration.conftest import LOOPBACK, Farm
from tests.unit.dcl.sidecar.test_airlock import MATRIX

STREAM = "/api/stream/synthetic/mulesoft"
Script = Callable[[int, asyncio.StreamWriter], Awaitable[None]]
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n"


@asynccontextmanager
async def running(
    redis: Redis, tmp_path: Path, url: str, *, name: str = "c1", max_lag: int = 10**9, **policy: Any
) -> AsyncIterator[tuple[IngestSidecar, Core]]:
    """A sidecar at work on one target; ended, with everything it holds, when the block ends."""
    clock = SystemClock()
    async with AsyncExitStack() as closers:
        core = Core.make(
            Settings(data_dir=tmp_path, seeds_dir=REPOSITORY / "seeds", stream_max_lag=max_lag, egress_allow=LOOPBACK),
            clock,
            closers,
            redis,
        )
        config = ConnectorConfig(
            connector_id=name,
            source_type="mulesoft_stream",
            target_url=url,
            policy=Policy(**{"repair_enabled": False, **policy}),
        )
        connectors = Connectors(core, redis)
        worker = connectors.worker(config)
        task = asyncio.create_task(worker.run(connectors.sidecars[name].vital))
        try:
            yield connectors.sidecars[name], core
        finally:
            core.stopping.set()
            await task


async def finished(sidecar: IngestSidecar, eventually: Callable[..., Awaitable[None]]) -> None:
    await eventually(lambda: sidecar.vital.state is State.IDLE and "last line" in sidecar.vital.reason)


async def everything(redis: Redis, stream: str) -> list[streams.Entry]:
    return await streams.look(redis, stream, after="0-0", count=10**6)


async def ledger(redis: Redis, name: str = "c1") -> dict[str, int]:
    flat = await redis.call("HGETALL", streams.ledger_key(name))
    return {key.decode(): int(value) for key, value in zip(flat[::2], flat[1::2], strict=True)}


@asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[str]:
    """A source that plays a script a connection (numbered from 0) after reading the request; its URL."""
    count = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        number, count = count, count + 1
        try:
            await reader.readuntil(b"\r\n\r\n")
            await script(number, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def test_100_seeds_untouched_records_arrive_equal_and_malformed_lines_whole(
    redis: Redis, farm: Farm, tmp_path: Path, eventually: Callable[..., Awaitable[None]]
) -> None:
    """Over 100 seeds: each record that was not hit is in the stream equal to the truth, each malformed line in
    quarantine with its exact bytes, each other hit in quarantine too, and nothing else anywhere."""
    kinds = (Kind.MALFORMED, Kind.DRIFT, Kind.BAD_TYPE)
    last = 120
    for seed in range(1, 101):
        await redis.call("DEL", streams.RAW, streams.QUARANTINE)
        query = f"chaos=true&speed=max&seed={seed}&until={last}&chaos_kinds={','.join(kinds)}"
        url = f"http://127.0.0.1:{farm.port}{STREAM}?{query}"
        async with running(redis, tmp_path, url, name=f"s{seed}", repair_enabled=False) as (sidecar, _):
            await finished(sidecar, eventually)
        hits = {n: found for n in range(1, last + 1) if (found := hit(seed, n, 0.1, kinds))}
        envelopes = [json.loads(e.fields[b"data"]) for e in await everything(redis, streams.RAW)]
        clean = {e["meta"]["position"]: e["payload"] for e in envelopes}
        assert sorted(clean) == [n for n in range(1, last + 1) if n not in hits]
        assert all(payload == invoice(seed, n) for n, payload in clean.items())
        assert len({e["meta"]["trace_id"] for e in envelopes}) == len(envelopes)
        refused = {
            msgspec.json.decode(e.fields[b"meta"], type=Refusal).position: e.fields[b"data"]
            for e in await everything(redis, streams.QUARANTINE)
        }
        assert refused == {n: wire_line(seed, n, found) for n, found in hits.items()}
        told = await ledger(redis, f"s{seed}")
        assert (told["received"], told["clean"], told["quarantined"]) == (last, len(clean), len(refused))


async def test_every_line_of_the_matrix_ends_as_it_says_and_the_loop_goes_on(
    redis: Redis, tmp_path: Path, eventually: Callable[..., Awaitable[None]]
) -> None:
    """All lines of the bad-input matrix in one stream, then a good one: each ends where it belongs, none is lost."""
    rows = [(name, line, expected) for name, (line, expected) in MATRIX.items() if len(line) <= 1024 * 1024]
    assert len(rows) > 100
    assert not any(b"\n" in line for _, line, _ in rows)
    good = invoice_line(1, 1)

    async def play(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"".join(line + b"\n" for _, line, _ in rows) + good + b"\n")
        await writer.drain()
        await asyncio.sleep(0 if number else 3600)

    async with scripted(play) as url, running(redis, tmp_path, url) as (sidecar, _):
        await eventually(lambda: everything_in(redis, good))
        told = await ledger(redis)
    by_place: dict[str, list[bytes]] = {"clean": [], "quarantined": []}
    keepalives = 0
    for _, line, expected in rows:
        match expected.verdict.__name__:
            case "Clean":
                by_place["clean"].append(line)
            case _ if line in (b"", b"\r"):  # with its newline a blank line
                keepalives += 1
            case _:
                by_place["quarantined"].append(line)
    raw = [entry.fields[b"data"] for entry in await everything(redis, streams.RAW)]
    sent = [line.removesuffix(b"\r") for line in [*by_place["clean"], good]]
    assert [data.partition(b'"payload":')[2][:-1] for data in raw] == sent
    kept = [entry.fields[b"data"] for entry in await everything(redis, streams.QUARANTINE)]
    assert kept == [line.removesuffix(b"\r") for line in by_place["quarantined"]]
    assert told["received"] == len(raw) + len(kept)
    assert told["keepalives"] == keepalives
    assert sidecar.vital.restarts == 0


async def everything_in(redis: Redis, line: bytes) -> bool:
    entries = await streams.look(redis, streams.RAW, last=1)
    return bool(entries) and entries[-1].fields[b"data"].endswith(line + b"}")


async def test_source_cut_at_random_places_gives_each_line_once(
    redis: Redis, farm: Farm, tmp_path: Path, eventually: Callable[..., Awaitable[None]]
) -> None:
    """Resets and half lines: the sidecar goes on from its cursor, nothing is missing, nothing comes twice."""
    query = "chaos=true&speed=max&seed=3&until=300&chaos_rate=0.1&chaos_kinds=reset,malformed"
    url = f"http://127.0.0.1:{farm.port}{STREAM}?{query}"
    policy = {"breaker": BreakerSettings(failures=1000)}
    async with running(redis, tmp_path, url, **policy) as (sidecar, _):
        await eventually(lambda: sidecar.position == 300, deadline_s=60)
        await finished(sidecar, eventually)
    places = [json.loads(e.fields[b"data"])["meta"]["position"] for e in await everything(redis, streams.RAW)]
    places += [msgspec.json.decode(e.fields[b"meta"])["position"] for e in await everything(redis, streams.QUARANTINE)]
    assert sorted(places) == list(range(1, 301))


async def test_breaker_trips_rests_probes_once_and_recovers(
    redis: Redis, tmp_path: Path, eventually: Callable[..., Awaitable[None]], caplog: pytest.LogCaptureFixture
) -> None:
    """A source that accepts and closes trips the breaker; one probe a rest; a good record closes it."""
    healthy = asyncio.Event()
    served: list[int] = []

    async def play(number: int, writer: asyncio.StreamWriter) -> None:
        served.append(number)
        if healthy.is_set():
            writer.write(HEAD + invoice_line(1, 1) + b"\n")
            await writer.drain()
            await asyncio.sleep(3600)

    policy = {"breaker": BreakerSettings(failures=2, cooldown_s=0.2)}
    caplog.set_level("INFO", "aos")
    async with scripted(play) as url, running(redis, tmp_path, url, **policy) as (sidecar, core):
        await eventually(lambda: sidecar.vital.state is State.CIRCUIT_OPEN)
        at_trip = len(served)
        assert at_trip == 2
        await eventually(lambda: len(served) >= at_trip + 2)
        assert sidecar.vital.state is State.CIRCUIT_OPEN
        healthy.set()
        await eventually(lambda: sidecar.vital.state is State.RUNNING)
        assert core.metrics.registry.get_sample_value("aos_breaker_trips_total") >= 2
        stored = await redis.call("GET", f"aos:breaker:c1:{sidecar.target.id}")
        assert json.loads(stored) == {"failures": 0, "open_until": 0.0}
    assert any(str(record.msg) == "Circuit Breaker Tripped" for record in caplog.records)


async def test_breaker_rest_goes_on_over_a_restart(
    redis: Redis, tmp_path: Path, eventually: Callable[..., Awaitable[None]]
) -> None:
    """A tripped breaker is still open for the next process: the source is left alone until its rest is over."""
    served: list[int] = []

    async def play(number: int, writer: asyncio.StreamWriter) -> None:
        served.append(number)

    policy = {"breaker": BreakerSettings(failures=1, cooldown_s=3600)}
    async with scripted(play) as url:
        async with running(redis, tmp_path, url, **policy) as (sidecar, _):
            await eventually(lambda: sidecar.vital.state is State.CIRCUIT_OPEN)
        assert len(served) == 1
        async with running(redis, tmp_path, url, **policy) as (sidecar, _):
            await eventually(lambda: sidecar.vital.state is State.CIRCUIT_OPEN)
            assert "before the restart" in sidecar.vital.reason
        assert len(served) == 1


async def test_silent_source_counts_as_a_timeout(
    redis: Redis, tmp_path: Path, eventually: Callable[..., Awaitable[None]]
) -> None:
    """Silence past idle_timeout_s is a failure with its own name, and what came before it is safe."""

    async def play(_: int, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + invoice_line(1, 1) + b"\n")
        await writer.drain()
        await asyncio.sleep(3600)

    policy = {"idle_timeout_s": 0.2, "breaker": BreakerSettings(failures=1, cooldown_s=3600)}
    async with scripted(play) as url, running(redis, tmp_path, url, **policy) as (sidecar, core):
        await eventually(lambda: sidecar.vital.state is State.CIRCUIT_OPEN)
        assert core.metrics.registry.get_sample_value("aos_source_failures_total", {"code": "source.timeout"}) == 1
        assert sidecar.vital.reason.startswith("source.timeout")
    assert len(await everything(redis, streams.RAW)) == 1


async def test_dripping_source_counts_as_a_stall(
    redis: Redis, tmp_path: Path, eventually: Callable[..., Awaitable[None]]
) -> None:
    """Bytes that never make a line do not keep a dead stream alive."""

    async def play(_: int, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD)
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    policy = {"idle_timeout_s": 0.2, "breaker": BreakerSettings(failures=1, cooldown_s=3600)}
    async with scripted(play) as url, running(redis, tmp_path, url, **policy) as (sidecar, _):
        await eventually(lambda: sidecar.vital.state is State.CIRCUIT_OPEN)
        assert sidecar.vital.reason.startswith("source.stalled")


async def test_back_pressure_stops_reading_and_goes_on(
    redis: Redis, farm: Farm, tmp_path: Path, eventually: Callable[..., Awaitable[None]]
) -> None:
    """With nobody consuming, the stream stays bounded and nothing is trimmed; once read, everything arrives."""
    url = f"http://127.0.0.1:{farm.port}{STREAM}?speed=max&until=9000"
    await streams.ensure_group(redis, streams.RAW)
    seen: list[int] = []
    async with running(redis, tmp_path, url, max_lag=1500) as (sidecar, _):
        await eventually(lambda: sidecar.vital.state is State.PAUSED)
        assert "lags" in sidecar.vital.reason
        assert (await streams.state(redis, streams.RAW)).entries <= 1500 + 3 * 1000
        while len(seen) < 9000:
            entries = await streams.read_group(redis, streams.RAW, "t", ">", 1000, block_ms=100)
            seen += [json.loads(entry.fields[b"data"])["meta"]["position"] for entry in entries]
            await streams.acknowledge(redis, streams.RAW, [(entry.id, "c1") for entry in entries], counter="filed")
        await finished(sidecar, eventually)
    assert seen == list(range(1, 9001))
    told = await ledger(redis)
    assert (told["published"], told["filed"], told["pending"]) == (9000, 9000, 0)


async def test_another_writer_of_the_cursor_is_noticed(
    redis: Redis, tmp_path: Path, eventually: Callable[..., Awaitable[None]]
) -> None:
    """A fenced batch is dropped whole and reading goes on from the stored cursor; no line is there twice."""
    requests: list[int] = []
    lines = [invoice_line(1, n) + b"\n" for n in range(1, 21)]

    async def play(number: int, writer: asyncio.StreamWriter) -> None:
        requests.append(number)
        if number == 0:
            writer.write(HEAD + b"".join(lines[:5]))
            await writer.drain()
            await eventually(lambda: length(redis, 5))
            # Somebody else takes lines 6 to 10.
            await redis.call("HSET", streams.cursor_key("c1", sidecar.target.id), "position", 10)
            writer.write(b"".join(lines[5:8]))
            await writer.drain()
        else:
            writer.write(HEAD + b"".join(lines[10:]))
            await writer.drain()
        await asyncio.sleep(3600)

    async with scripted(play) as url, running(redis, tmp_path, url) as (sidecar, _):
        await eventually(lambda: length(redis, 15))
    places = [json.loads(e.fields[b"data"])["meta"]["position"] for e in await everything(redis, streams.RAW)]
    assert places == [1, 2, 3, 4, 5, *range(11, 21)]


async def length(redis: Redis, wanted: int) -> bool:
    return int(await redis.call("XLEN", streams.RAW)) >= wanted


async def test_resume_by_field_sends_the_last_records_field(
    redis: Redis, tmp_path: Path, eventually: Callable[..., Awaitable[None]]
) -> None:
    """With resume by field the last good record's value is sent; positions go on counting."""
    asked: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        asked.append(request.split(b" ")[1].decode())
        first = 1 if len(asked) == 1 else 3
        writer.write(HEAD + b"".join(invoice_line(1, n) + b"\n" for n in (first, first + 1)))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/s?a=1"
    policy = {"resume": Resume(by="field", param="after", field="invoice_id")}
    async with server, running(redis, tmp_path, url, **policy):
        await eventually(lambda: length(redis, 4))
    assert asked[:2] == ["/s?a=1", "/s?a=1&after=INV-2"]
    places = [json.loads(e.fields[b"data"])["meta"]["position"] for e in await everything(redis, streams.RAW)]
    assert places[:4] == [1, 2, 3, 4]


async def test_redis_away_stops_reading_and_loses_nothing(
    redis: Redis, redis_server: Any, farm: Farm, tmp_path: Path, eventually: Callable[..., Awaitable[None]]
) -> None:
    """Redis killed in the middle: the sidecar waits, sends the same batch again, and every line is there once."""
    url = f"http://127.0.0.1:{farm.port}{STREAM}?rate=3000&until=6000"
    async with running(redis, tmp_path, url) as (sidecar, _):
        for at in (1000, 3000):
            await eventually(lambda at=at: (sidecar.position or 0) >= at)
            redis_server._child.kill()
            redis_server._child.wait()
            await eventually(lambda: sidecar.vital.state is State.DEGRADED)
            await redis_server.start()
        await eventually(lambda: sidecar.position == 6000)
        await finished(sidecar, eventually)
    places = [json.loads(e.fields[b"data"])["meta"]["position"] for e in await everything(redis, streams.RAW)]
    assert places == list(range(1, 6001))
    assert (await ledger(redis))["received"] == 6000
