"""Stopping a connector: an operator, its budget, a full quarantine. Nothing in hand is lost, and it says why."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aos.contracts.health import State
from aos.contracts.ingest import BreakerSettings, ConnectorConfig, DiscardRequest, Policy, QuarantineBudget, Resume
from aos.core import streams
from aos.core.clock import SystemClock
from aos.core.errors import NotFound, RedisFault
from aos.core.module import Core
from aos.core.redis import Redis
from aos.core.settings import REPOSITORY, Settings
from aos.dcl.quarantine.room import Room
from aos.dcl.sidecar.brake import KEY
from aos.dcl.sidecar.connectors import Connectors
from aos.dcl.sidecar.run import IngestSidecar
from aos.farm.oracle.invoices import invoice_line
from tests.integration.conftest import LOOPBACK, Farm
from tests.integration.quarantined import bench

STREAM = "/api/stream/synthetic/mulesoft"
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n"
Eventually = Callable[..., Awaitable[None]]


@dataclass
class At:
    connectors: Connectors
    sidecar: IngestSidecar
    core: Core


@asynccontextmanager
async def running(redis: Redis, directory: Path, url: str, **policy: Any) -> AsyncIterator[At]:
    """One connector at work; ended, with everything it holds, when the block ends."""
    clock = SystemClock()
    async with AsyncExitStack() as closers:
        settings = Settings(data_dir=directory, seeds_dir=REPOSITORY / "seeds", egress_allow=LOOPBACK)
        core = Core.make(settings, clock, closers, redis)
        connectors = Connectors(core, redis)
        config = ConnectorConfig(
            connector_id="c 1/x",
            source_type="mulesoft_stream",
            target_url=url,
            policy=Policy(**{"repair_enabled": False, **policy}),
        )
        worker = connectors.worker(config)
        sidecar = connectors.sidecars["c 1/x"]
        task = asyncio.create_task(worker.run(sidecar.vital))
        try:
            yield At(connectors, sidecar, core)
        finally:
            core.stopping.set()
            async with asyncio.timeout(10):
                await task


async def places(redis: Redis) -> list[int]:
    """Positions of everything that came in, clean or refused."""
    clean = await streams.look(redis, streams.RAW, after="0-0", count=10**6)
    refused = await streams.look(redis, streams.QUARANTINE, after="0-0", count=10**6)
    found = [json.loads(entry.fields[b"data"])["meta"]["position"] for entry in clean]
    return sorted(found + [json.loads(entry.fields[b"meta"])["position"] for entry in refused])


def paused(at: At) -> bool:
    return at.sidecar.vital.state is State.PAUSED


async def test_a_paused_connector_stands_still_over_a_restart_and_goes_on_where_it_stood(
    redis: Redis, farm: Farm, tmp_path: Path, eventually: Eventually, caplog: pytest.LogCaptureFixture
) -> None:
    """Everything read before is in Redis; the next process stands still, too; resumed, each line comes once."""
    caplog.set_level("INFO", "aos")
    url = f"http://127.0.0.1:{farm.port}{STREAM}?rate=2000&until=1500"
    async with running(redis, tmp_path, url) as at:
        await eventually(lambda: (at.sidecar.position or 0) > 100)
        newest, _ = at.core.events.since(None, 0)
        report = await at.connectors.pause("c 1/x", "maintenance")
        assert report.paused
        assert (report.paused.by, report.paused.why) == ("operator", "maintenance")
        again = await at.connectors.pause("c 1/x", "another")
        assert again.paused == report.paused
        await eventually(lambda: paused(at))
        assert b'"event":"paused"' in b"".join(at.core.events.since(newest, 100)[1])
        assert at.sidecar.in_flight() == []
        stood = await places(redis)
        assert stood == list(range(1, (at.sidecar.position or 0) + 1))
    async with running(redis, tmp_path, url) as at:
        await eventually(lambda: paused(at))
        assert at.sidecar.vital.reason == "maintenance"
        assert at.sidecar.vital.next_action == "POST /dcl/api/ingest/connectors/c%201%2Fx/resume"
        assert await places(redis) == stood
        assert (await at.connectors.resume("c 1/x")).paused is None
        assert (await at.connectors.resume("c 1/x")).paused is None
        await eventually(lambda: at.sidecar.vital.state is State.IDLE and at.sidecar.position == 1500)
    assert await places(redis) == list(range(1, 1501))
    assert sum(str(record.msg) == "Connector paused" for record in caplog.records) == 2
    assert await redis.call("HGETALL", KEY) == []


async def test_unknown_connectors_are_not_found(redis: Redis, dcl_core: Core) -> None:
    """Neither paused nor resumed."""
    connectors = Connectors(dcl_core, redis)
    for call in (connectors.pause("x", ""), connectors.resume("x")):
        with pytest.raises(NotFound):
            await call


async def test_a_connector_that_rests_or_has_finished_can_be_paused(
    redis: Redis, farm: Farm, tmp_path: Path, eventually: Eventually
) -> None:
    """The pause shows at once; what was there before comes back: the rest of the breaker, the end of the source."""
    policy = {"breaker": BreakerSettings(failures=1, cooldown_s=3600)}
    async with running(redis, tmp_path, "http://127.0.0.1:1/x", **policy) as at:
        await eventually(lambda: at.sidecar.vital.state is State.CIRCUIT_OPEN)
        await at.connectors.pause("c 1/x", "")
        await eventually(lambda: paused(at))
        await at.connectors.resume("c 1/x")
        await eventually(lambda: at.sidecar.vital.state is State.CIRCUIT_OPEN)
    async with running(redis, tmp_path, f"http://127.0.0.1:{farm.port}{STREAM}?speed=max&until=5") as at:
        await eventually(lambda: at.sidecar.vital.state is State.IDLE)
        await at.connectors.pause("c 1/x", "")
        await eventually(lambda: paused(at))
        await at.connectors.resume("c 1/x")
        await eventually(lambda: at.sidecar.vital.state is State.IDLE)


async def test_a_spent_budget_pauses_says_the_figures_and_loses_nothing(
    redis: Redis, farm: Farm, tmp_path: Path, eventually: Eventually
) -> None:
    """More than half of the last 40 lines refused: what is in hand is published, then it stands still; resumed, it
    begins to count anew."""
    query = "chaos=true&rate=3000&until=900&chaos_kinds=malformed&chaos_rate=0.9"
    url = f"http://127.0.0.1:{farm.port}{STREAM}?{query}"
    policy = {"quarantine_budget": QuarantineBudget(ratio=0.5, window=40)}
    async with running(redis, tmp_path, url, **policy) as at:
        await eventually(lambda: paused(at))
        assert at.sidecar.vital.reason == "21 of the last 40 lines were refused, more than the budget of 50 %"
        assert at.sidecar.vital.next_action.endswith("/resume")
        stood = at.sidecar.position or 0
        assert await places(redis) == list(range(1, stood + 1))
        stored = json.loads(await redis.call("HGET", KEY, "c 1/x"))
        assert stored["by"] == "budget"
    async with running(redis, tmp_path, url, **policy) as at:
        await eventually(lambda: paused(at))
        await at.connectors.resume("c 1/x")
        await eventually(lambda: paused(at) and (at.sidecar.position or 0) > stood)
        assert (at.sidecar.position or 0) - stood >= 21
    async with running(redis, tmp_path, url) as at:
        await eventually(lambda: paused(at))
        await at.connectors.resume("c 1/x")
        await eventually(lambda: at.sidecar.vital.state is State.IDLE and at.sidecar.position == 900)
    assert await places(redis) == list(range(1, 901))


async def test_a_pause_loses_no_line_of_a_source_that_can_not_be_replayed(
    redis: Redis, tmp_path: Path, eventually: Eventually
) -> None:
    """All that was read when the budget was spent is in, also behind the line that spent it."""
    lines = [b"garbage", *(invoice_line(1, n) for n in range(2, 11))]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + b"".join(line + b"\n" for line in lines))
        await writer.drain()
        await reader.read()  # until the other side leaves
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    policy = {
        "quarantine_budget": QuarantineBudget(ratio=0, window=100),
        "resume": Resume(by="field", param="after", field="nothing"),
    }
    async with server, running(redis, tmp_path, url, **policy) as at:
        await eventually(lambda: paused(at))
        assert at.sidecar.vital.reason.startswith("1 of the last 100 lines were refused, more than the budget of 0 %")
        assert await places(redis) == list(range(1, 11))


async def test_a_budget_pause_is_stored_once_redis_is_back(
    redis: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds at once; storing it is tried until it works, and a resume undoes both."""
    async with running(redis, tmp_path, "http://127.0.0.1:1/x") as at:
        brake = at.sidecar.brake
        calls: list[Any] = []

        async def away(*command: Any) -> Any:
            calls.append(command)
            raise RedisFault

        report = await at.connectors.pause("c 1/x", "first")
        await at.connectors.resume("c 1/x")
        assert report.paused
        with monkeypatch.context() as patch:
            patch.setattr(brake, "_redis", type("Away", (), {"call": staticmethod(away)}))
            brake.hold_now(msgspec.structs.replace(report.paused, by="budget"))
            await brake.keep()
            assert calls
            assert (brake.pause is not None, brake.stored) == (True, False)
            with pytest.raises(RedisFault):
                await brake.release()
            assert brake.pause is not None
        await brake.keep()
        assert brake.stored
        assert json.loads(await redis.call("HGET", KEY, "c 1/x"))["by"] == "budget"
        await brake.release()
        assert await redis.call("HGETALL", KEY) == []


async def test_a_full_quarantine_stops_every_connector_until_there_is_room(
    dcl_core: Core, redis: Redis, tmp_path: Path
) -> None:
    """At `AOS_QUARANTINE_MAX` held lines; they go on by themselves, but not at the first line that leaves, and not
    where an operator stopped them, too."""
    small = replace(dcl_core, settings=msgspec.structs.replace(dcl_core.settings, quarantine_max=20))
    async with bench(small, redis, tmp_path) as at:
        room = Room(at.core, at.rows.quarantine, at.connectors)
        vital = at.core.health.register("quarantine room", "worker")
        brake = at.sidecar.brake

        async def look() -> str:
            await room.look(vital)
            return brake.pause.by if brake.pause else ""

        await at.refuse([b"x"] * 19)
        assert await look() == ""
        keys = [*[kept.id for kept in await at.held()], *await at.refuse([b"y"])]
        assert await look() == "quarantine_full"
        assert brake.pause
        assert "20 lines" in brake.pause.why
        assert "by itself" in brake.next_action
        assert (vital.state, vital.report().reason) == (State.DEGRADED, brake.pause.why)
        assert at.core.metrics.registry.get_sample_value("aos_quarantine_held") == 20
        await at.settlement.discard(DiscardRequest(ids=keys[:1], why="room"), "operator")
        assert await look() == "quarantine_full"
        await at.connectors.pause("c", "me too")
        await at.settlement.discard(DiscardRequest(ids=keys[1:2], why="room"), "operator")
        assert await look() == "operator"
        assert vital.state is State.RUNNING
        await at.connectors.resume("c")
        assert await look() == ""
