"""A source that plays exactly these bytes, and a reader of it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest

from aos.core.allowlist import AllowList
from aos.core.clock import SystemClock
from aos.core.egress import Egress
from aos.core.errors import SourceFault
from aos.dcl.sidecar.source import Line, Source

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\n"
NDJSON = b"content-type: application/x-ndjson\r\n"
RECORDS = [b'{"n":1}', '{"n":"zwölf \u2028"}'.encode(), b'{"n":3}']
BODY = b"".join(line + b"\n" for line in RECORDS)
EGRESS = Egress(AllowList.read("127.0.0.0/8"))


class Stub:
    """A server on a port of its own; `asked` are the heads of the requests that came."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self.asked: list[bytes] = []
        self._serving: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Stub":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/stream?chaos=true"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()
        await asyncio.gather(*self._serving)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._serving.append(task)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            self.asked.append(await reader.readuntil(b"\r\n\r\n"))
            await self._talk(reader, writer)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def playing(*pieces: bytes) -> Stub:
    """Sends the pieces, then closes."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)

    return Stub(talk)


def endlessly(first: bytes, again: bytes, every_s: float = 0.0) -> Stub:
    """Sends `first`, then `again` until the reader has left; without `again` it is silent until then."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        left = asyncio.create_task(reader.read())
        while again and not left.done():
            writer.write(again)
            await writer.drain()
            await asyncio.wait({left}, timeout=every_s)
        with contextlib.suppress(OSError):
            await left

    return Stub(talk)


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)


async def read(url: str, *, idle_s: float = 5.0, linger_s: float = 1.0, limit: int = 1024) -> tuple[list[Line], str]:
    """(every line that was given out, the code of the fault at the end or "")."""
    lines: list[Line] = []
    source = Source(SystemClock(), EGRESS, idle_timeout_s=idle_s, max_line_bytes=limit, on_bytes=lambda _: None)
    try:
        async with asyncio.timeout(30), aclosing(source.lines(url, linger_s)) as blocks:
            async for block in blocks:
                lines += block
    except SourceFault as fault:
        return lines, fault.code
    return lines, ""


async def fault_of(stub: Stub) -> SourceFault:
    """The fault that comes in place of the first line."""
    source = Source(SystemClock(), EGRESS, idle_timeout_s=5, max_line_bytes=1024, on_bytes=lambda _: None)
    async with stub:
        blocks = source.lines(stub.url, 1.0)
        with pytest.raises(SourceFault) as caught:
            await anext(blocks)
    return caught.value
