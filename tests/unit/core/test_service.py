"""What every module owes, asked for over the application."""

import asyncio
from typing import Any

import httpx
import msgspec
import pytest
from starlette.types import ASGIApp, Message

from aos.contracts.health import State
from aos.core import openapi
from aos.core.auth import Auth, KeyEntry, digest
from aos.core.clock import FakeClock
from aos.core.events import MOST_SUBSCRIBERS, Events
from aos.core.health import Health
from aos.core.http import Access
from aos.core.limits import Limits
from aos.core.metrics import Metrics
from aos.core.routes import build_app
from aos.core.service import endpoints

KEY = "aos_viewer_test"


class Process:
    """One application with all that `endpoints` needs."""

    def __init__(self) -> None:
        clock = FakeClock()
        self.stopping = asyncio.Event()
        self.health, self.metrics, self.events = Health(clock), Metrics(), Events(clock)
        self.endpoints = endpoints(
            instance="i-1",
            version="1.2.3",
            modules=lambda: ["farm"],
            health=self.health,
            metrics=self.metrics,
            events=self.events,
            stopping=self.stopping,
            openapi=lambda: openapi.document("AOS", "1.2.3", [("", self.endpoints)]),
            data_source="database",
        )
        guard = Auth([KeyEntry("v", Access.VIEWER, "default", digest(KEY))])
        self.app: ASGIApp = build_app(
            [("", self.endpoints)], guard=guard, metrics=self.metrics, limits=Limits(), title="AOS"
        )

    async def get(self, url: str, **headers: str) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client, asyncio.timeout(5):
            return await client.get(url, headers=headers)


@pytest.fixture
async def process() -> Process:
    return Process()


async def test_healthz_says_who_runs(process: Process) -> None:
    """Enough for a second start to know the first, and nothing of the machine."""
    told: dict[str, Any] = (await process.get("/healthz")).json()
    assert told == {"status": "ok", "service": "aos", "instance": "i-1", "version": "1.2.3", "modules": ["farm"]}


async def test_readyz_is_503_until_what_is_required_is_up(process: Process) -> None:
    """The same body either way; a degraded pipe is listed, not a 503."""
    vital = process.health.register("redis", "store", required=True)
    waiting = await process.get("/readyz")
    assert (waiting.status_code, waiting.json()["blocking"]) == (503, ["redis: not started yet"])
    vital.set(State.RUNNING, "answers")
    process.health.register("mule_auto_01", "connector").set(State.DEGRADED, "source is slow")
    ready = await process.get("/readyz")
    assert (ready.status_code, ready.json()["ready"], ready.json()["data_source"]) == (200, True, "database")
    assert [report["state"] for report in ready.json()["reports"]] == ["running", "degraded"]


async def test_metrics_are_prometheus_text(process: Process) -> None:
    """The version of the format is named, once."""
    await process.get("/healthz")
    told = await process.get("/metrics")
    assert told.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert 'aos_http_requests_total{method="GET",status="200"} 1.0' in told.text


async def test_openapi_describes_what_is_mounted(process: Process) -> None:
    """Every service endpoint stands in the document that it serves."""
    told = (await process.get("/openapi.json")).json()
    assert set(told["paths"]) == {"/healthz", "/readyz", "/metrics", "/events", "/openapi.json"}


async def test_events_need_a_viewer(process: Process) -> None:
    """What happens inside is not for everybody."""
    assert (await process.get("/events")).status_code == 401


async def test_events_are_an_event_stream(process: Process) -> None:
    """Of no known length, never stored, and over when the process stops."""
    process.stopping.set()
    told = await process.get("/events?last=2", **{"x-api-key": KEY})
    assert told.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert told.headers["cache-control"] == "no-store"
    assert "content-length" not in told.headers
    assert told.text == "retry: 2000\n\n"


async def test_last_is_checked(process: Process) -> None:
    """More than the ring holds can't be had."""
    for query in ("last=-1", "last=1001", "last=x", "lst=1"):
        assert (await process.get(f"/events?{query}", **{"x-api-key": KEY})).status_code == 422


class Reader:
    """A client of `/events` that can leave."""

    def __init__(self, process: Process, **headers: str) -> None:
        self.chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self.left = asyncio.Event()
        self.asked = False
        given = {"host": "localhost", "x-api-key": KEY, **headers}
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/events",
            "query_string": b"last=2",
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        }
        self.task = asyncio.create_task(process.app(scope, self._receive, self._send))

    async def _receive(self) -> Message:
        if not self.asked:
            self.asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200
        else:
            await self.chunks.put(message["body"])

    async def leave(self) -> None:
        self.left.set()
        await self.task


async def test_reader_that_comes_back_misses_nothing(process: Process) -> None:
    """It sends the id of the last event it saw, as a browser does."""
    for n in range(5):
        process.events.publish("ingest", "record", {"n": n})
    async with asyncio.timeout(5):
        first = Reader(process)
        assert await first.chunks.get() == b"retry: 2000\n\n"
        seen = await first.chunks.get()
        assert seen.count(b"\n\n") == 2
        await first.leave()
        process.events.publish("ingest", "record", {"n": 5})
        last = seen.split(b"id: ")[-1].split(b"\n")[0].decode()
        second = Reader(process, **{"last-event-id": last})
        await second.chunks.get()
        (line,) = [line for line in (await second.chunks.get()).split(b"\n") if line.startswith(b"data: ")]
        assert msgspec.json.decode(line.removeprefix(b"data: "))["data"] == {"n": 5}
        process.stopping.set()
        await second.task


async def test_subscribers_beyond_the_limit_are_503(process: Process) -> None:
    """A problem, not an open stream; who leaves makes room; HEAD takes no place."""
    process.events.publish("ingest", "record", {})
    async with asyncio.timeout(5):
        readers = [Reader(process) for _ in range(MOST_SUBSCRIBERS)]
        for reader in readers:
            await reader.chunks.get()
        refused = await process.get("/events", **{"x-api-key": KEY})
        assert (refused.status_code, refused.json()["code"]) == (503, "events.full")
        for reader in readers:
            await reader.leave()
        again = Reader(process)
        await again.chunks.get()
        process.stopping.set()
        await again.task
