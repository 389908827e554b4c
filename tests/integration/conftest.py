"""Farm on a real socket, served as the product serves it; a `Core` around a real Redis, for what runs as a worker."""

import asyncio
import functools
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from aos.core.auth import Auth
from aos.core.clock import SystemClock
from aos.core.limits import Limits
from aos.core.module import Core
from aos.core.redis import Redis
from aos.core.routes import build_app
from aos.core.server import Server
from aos.core.settings import Settings
from aos.farm.module import build
from tests.integration.gated import Client, Serve, gated
from tests.integration.quarantined import Bench, bench
from tests.integration.served import served

LOOPBACK = "127.0.0.0/8"  # where the servers of these tests stand


@dataclass(frozen=True)
class Farm:
    port: int
    stopping: asyncio.Event
    serving: "asyncio.Task[None]"
    client: httpx.AsyncClient


@pytest.fixture
async def farm(tmp_path: Path) -> AsyncIterator[Farm]:
    clock, stopping = SystemClock(), asyncio.Event()
    core = Core.make(Settings(data_dir=tmp_path / "data"), clock, AsyncExitStack(), stopping=stopping)
    module = await build(core)
    mounted = [("", module.endpoints), ("/farm", module.endpoints)]
    app = build_app(mounted, guard=Auth([]), metrics=core.metrics, limits=Limits(), title="farm")
    # asyncio sets TCP_NODELAY only where the protocol is named; without it each answer waits 40 ms for an ACK.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        port = sock.getsockname()[1]
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(Server(app, sock, stopping).serve())
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10) as client:
                yield Farm(port, stopping, serving, client)
            stopping.set()
    await core.closers.aclose()


@pytest.fixture
async def dcl_core(redis: Redis) -> AsyncIterator[Core]:
    clock = SystemClock()
    async with AsyncExitStack() as closers:
        yield Core.make(Settings(egress_allow=LOOPBACK), clock, closers, redis)


@pytest.fixture
def serve(tmp_path: Path) -> Callable[..., Any]:
    """`async with serve(mount, **settings) as place`."""
    return functools.partial(served, tmp_path / "data")


@pytest.fixture
async def dcl(serve: Serve, tmp_path: Path) -> AsyncIterator[Client]:
    """DCL's gate over an empty warehouse of its own."""
    async with gated(serve, tmp_path / "dcl") as client:
        yield client


@pytest.fixture
async def at(dcl_core: Core, redis: Redis, tmp_path: Path) -> AsyncIterator[Bench]:
    """A quarantine to try, empty, whose connector's contract asks for `a` and `b`."""
    async with bench(dcl_core, redis, tmp_path) as made:
        yield made
