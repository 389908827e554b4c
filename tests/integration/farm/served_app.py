"""Any ASGI application on a real socket, as a source that is nobody of AOS."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from aos.core.server import Server


@asynccontextmanager
async def served_app(app: ASGIApp) -> AsyncIterator[str]:
    """Its URL."""
    stopping = asyncio.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        async with asyncio.TaskGroup() as group:
            group.create_task(Server(app, sock, stopping).serve())
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
            stopping.set()
