"""A process of chosen modules on a real socket, its peers bound as the product binds them."""

import asyncio
import dataclasses
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from aos.core.auth import Auth, KeyEntry, digest
from aos.core.clock import SystemClock
from aos.core.http import Access, Endpoint
from aos.core.limits import Limits
from aos.core.module import Core
from aos.core.routes import build_app
from aos.core.server import Server
from aos.core.settings import Settings

KEYS = {role: f"key-of-the-{role.value}" for role in (Access.OPERATOR, Access.VIEWER, Access.SERVICE)}
Mounted = dict[str, list[Endpoint]]


@dataclasses.dataclass(frozen=True)
class Place:
    """A process: its core, its address, a client with the operator's key."""

    core: Core
    url: str
    client: httpx.AsyncClient


@asynccontextmanager
async def served(data_dir: Path, mount: Callable[[Core], Awaitable[Mounted]], **settings: Any) -> AsyncIterator[Place]:
    """`mount(core)` gives module name → endpoints, each mounted at `/<name>`."""
    async with AsyncExitStack() as closers:
        sock = closers.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP))
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        port = sock.getsockname()[1]
        read = Settings(port=port, data_dir=data_dir, **{"egress_allow": "127.0.0.0/8", **settings})
        core = Core.make(read, SystemClock(), closers)
        modules = await mount(core)
        guard = Auth(KeyEntry(role.value, role, "default", digest(key)) for role, key in KEYS.items())
        mounted = [(f"/{name}", endpoints) for name, endpoints in modules.items()]
        app = build_app(mounted, guard=guard, metrics=core.metrics, limits=Limits(), title="test")
        core.peers.bind(app, {name: f"/{name}" for name in modules}, KEYS[Access.SERVICE])
        closers.push_async_callback(core.peers.close)
        async with asyncio.TaskGroup() as group:
            group.create_task(Server(app, sock, core.stopping).serve())
            url = f"http://127.0.0.1:{port}"
            headers = {"x-api-key": KEYS[Access.OPERATOR]}
            async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=30) as client:
                yield Place(core, url, client)
            core.stopping.set()
