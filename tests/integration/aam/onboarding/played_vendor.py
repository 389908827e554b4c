"""A vendor of a few lines on loopback: notes each request as the vendor would have got it and answers as told.

AOS reaches it as it reaches Farm's sandbox: `/sandbox/{source_type}/{host}/{path}`, so that everything above the last
layer is what it is for the vendor itself.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import msgspec

from aos.aam.onboarding.native import Natives
from aos.aam.onboarding.safe_client import Caps
from aos.core.clock import FakeClock
from aos.core.module import Core
from aos.core.settings import Settings


class Got(NamedTuple):
    """A request, without the sandbox's prefix."""

    source_type: str
    method: str
    host: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def url(self) -> str:
        return f"https://{self.host}{self.path}" + (f"?{self.query}" if self.query else "")

    @property
    def parameters(self) -> dict[str, str]:
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class Reply(NamedTuple):
    """`body`: bytes as they are, anything else as JSON. `cut` closes the connection instead of answering."""

    status: int = 200
    body: Any = b""
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False


Answers = Callable[[Got], Any]


class Vendor:
    """`answers` gives a `Reply`, or a body for 200."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answers: Answers = lambda got: {}
        self.in_flight, self.most_in_flight = 0, 0
        self.hold: asyncio.Event | None = None
        self.serving = set[asyncio.Task[None] | None]()

    @property
    def calls(self) -> list[str]:
        """What was asked, in order."""
        return [f"{got.method} {got.host}{got.path}" for got in self.got]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.serving.add(asyncio.current_task())
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._answer(head.decode("latin-1"), reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = head.rstrip().split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        parts = urlsplit(target)
        _, _, source_type, host, *path = parts.path.split("/")
        got = Got(source_type, method, host, "/" + "/".join(path), parts.query, headers, body)
        self.got.append(got)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        if self.hold is not None:
            await self.hold.wait()
        self.in_flight -= 1
        said = self.answers(got)
        reply = said if isinstance(said, Reply) else Reply(body=said)
        if reply.cut:
            raise ConnectionResetError
        content = reply.body if isinstance(reply.body, bytes) else msgspec.json.encode(reply.body)
        told = [f"HTTP/1.1 {reply.status} Said", *(f"{name}: {value}" for name, value in reply.headers)]
        if not any(name == "content-length" for name, _ in reply.headers):
            told.append(f"content-length: {len(content)}")
        writer.write("\r\n".join(told).encode("latin-1") + b"\r\n\r\n" + (b"" if method == "HEAD" else content))
        await writer.drain()


class Yard(NamedTuple):
    vendor: Vendor
    natives: Natives
    clock: FakeClock
    core: Core
    server: asyncio.Server


@asynccontextmanager
async def played(data_dir: Path, *, caps: Caps | None = None, **settings: Any) -> AsyncIterator[Yard]:
    """A vendor and the adapters that reach it, on a clock that moves only when somebody sleeps."""
    vendor, clock = Vendor(), FakeClock(1_760_000_000.0)
    server = await asyncio.start_server(vendor.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with AsyncExitStack() as closers:
        url = f"http://127.0.0.1:{port}"
        core = Core.make(Settings(data_dir=data_dir, farm_url=url, **settings), clock, closers)
        natives = Natives(core, "sandbox", caps=caps)
        try:
            yield Yard(vendor, natives, clock, core, server)
        finally:
            await natives.close()
            server.close()
            if left := [task for task in vendor.serving if task]:
                await asyncio.wait(left)
