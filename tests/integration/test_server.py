"""The server on real sockets: how it stops, and whom it does not wait for."""

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import Any

import httpx
import pytest
from starlette.responses import Response, StreamingResponse

from aos.core.auth import Auth
from aos.core.http import Access, Call, Endpoint
from aos.core.limits import Limits
from aos.core.metrics import Metrics
from aos.core.routes import build_app
from aos.core.server import Protocol, Server


class Impatient(Protocol):
    head_timeout = 0.1


class Running:
    """A server on a port of its own, with an endless stream that watches `stopping` and one that does not."""

    def __init__(self, protocol: type[Protocol] = Protocol) -> None:
        self.stopping = asyncio.Event()
        self.ended: list[str] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.sock.getsockname()[1]
        endpoints = [self.get("/healthz", self.healthz), self.get("/polite", self.polite), self.get("/deaf", self.deaf)]
        endpoints += [self.get("/cut", self.cut), self.get("/echo", self.healthz, "POST")]
        limits = Limits(64 * 1024, idle_s=0.1, linger_s=0.1)
        app = build_app([("", endpoints)], guard=Auth([]), metrics=Metrics(), limits=limits, title="AOS")
        self.server = Server(app, self.sock, self.stopping, protocol=protocol)
        self.task = asyncio.create_task(self.server.serve())

    def get(self, path: str, handler: Callable[[Call], Awaitable[Any]], method: str = "GET") -> Endpoint:
        return Endpoint(method=method, path=path, handler=handler, access=Access.OPEN, summary=path)

    async def healthz(self, call: Call) -> dict[str, str]:
        return {"status": "ok"}

    async def polite(self, call: Call) -> Response:
        return StreamingResponse(self.lines("polite", self.stopping))

    async def deaf(self, call: Call) -> Response:
        return StreamingResponse(self.lines("deaf", asyncio.Event()))

    async def cut(self, call: Call) -> Response:
        return Cut()

    async def lines(self, name: str, until: asyncio.Event) -> AsyncIterator[bytes]:
        try:
            while not until.is_set():
                yield b"x" * 65_536
                await asyncio.sleep(0)
        finally:
            self.ended.append(name)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writers.append(writer)
        return reader, writer

    async def ask(self, head: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await self.connect()
        writer.write(head.replace("\n", "\r\n").encode())
        return reader, writer

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", trust_env=False)

    async def stop(self) -> None:
        """Stop, then close what clients have open, however the test went."""
        self.stopping.set()
        try:
            async with asyncio.timeout(5):
                await self.task
        finally:
            for writer in self.writers:
                writer.close()
                with suppress(ConnectionError):
                    await writer.wait_closed()


class Cut(Response):
    """Returns without the last piece, as Farm's `reset` does."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    server = Running(Impatient)
    yield server
    await server.stop()


async def rest(reader: asyncio.StreamReader) -> bytes:
    """What still comes until the server closes."""
    try:
        async with asyncio.timeout(5):
            return await reader.read()
    except ConnectionResetError:
        return b""


async def test_stop_waits_for_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """An endless stream that is read, one that never is, an idle and a silent connection: the server ends all the same,
    every generator is closed, and nothing of it is an error."""
    server = Running()
    async with AsyncExitStack() as opened:
        client = await opened.enter_async_context(server.client())
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        stream = await opened.enter_async_context(client.stream("GET", "/polite"))
        body = stream.aiter_raw()
        await anext(body)
        never_reads, _ = await server.ask("GET /deaf HTTP/1.1\nHost: localhost\n\n")
        await never_reads.readuntil(b"\r\n\r\n")
        await server.connect()
        server.stopping.set()
        async for _ in body:  # ends whole, not cut
            pass
        await server.stop()
        assert sorted(server.ended) == ["deaf", "polite"]
        with pytest.raises(ConnectionRefusedError):
            await server.connect()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_server_leaves_signals_alone() -> None:
    """Whoever starts it decides what a signal means."""
    before = signal.getsignal(signal.SIGTERM)
    server = Running()
    async with server.client() as client:
        await client.get("/healthz")
    assert signal.getsignal(signal.SIGTERM) is before
    await server.stop()


async def test_stop_before_the_first_request_is_a_stop() -> None:
    """Also when it comes while the server starts."""
    server = Running()
    await server.stop()


async def test_idle_sockets_do_not_keep_others_out() -> None:
    """Two hundred connections that say nothing, and `/healthz` answers."""
    server = Running()
    for _ in range(200):
        await server.connect()
    async with server.client() as client:
        assert (await client.get("/healthz")).status_code == 200
    await server.stop()


@pytest.mark.parametrize("head", ["", "GET /healthz HT", "GET /healthz HTTP/1.1\nHost: localhost\nX-Slow: "])
async def test_unfinished_head_is_reaped(running: Running, head: str) -> None:
    """A connection that opens and never finishes a request is closed."""
    reader, _ = await running.ask(head)
    assert await rest(reader) == b""


async def test_dripped_head_is_reaped(running: Running) -> None:
    """A byte now and then does not begin the time anew, neither at first nor on a connection that was kept."""
    reader, writer = await running.ask("GET /healthz HTTP/1.1\nHost: localhost\n\n")
    answer = await reader.readuntil(b"}")
    assert answer.startswith(b"HTTP/1.1 200")
    async with asyncio.timeout(5):
        while not reader.at_eof():
            writer.write(b"G")
            try:
                async with asyncio.timeout(0.02):
                    await reader.read(1)
            except TimeoutError:
                continue
            except ConnectionResetError:
                break


async def test_kept_connection_is_not_reaped_between_requests(running: Running) -> None:
    """The time runs from the first byte of a head; until then keep-alive holds."""
    reader, writer = await running.ask("GET /healthz HTTP/1.1\nHost: localhost\n\n")
    await reader.readuntil(b"}")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await reader.read(1)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert b"200 OK" in await reader.readuntil(b"}")


async def test_long_answer_is_not_reaped(running: Running) -> None:
    """The time for the head ends with the head."""
    reader, _ = await running.ask("GET /polite HTTP/1.1\nHost: localhost\n\n")
    loop = asyncio.get_running_loop()
    end = loop.time() + 0.3
    while loop.time() < end:
        assert await reader.read(65_536)


@pytest.mark.parametrize(
    ("head", "status", "code"),
    [
        ("nonsense\n\n", b"400", b"input.http"),
        ("GET /healthz HTTP/1.1\n\n", b"400", b"input.host"),
        ("GET /healthz HTTP/1.1\nHost: localhost\nHost: localhost\n\n", b"400", b"input.host"),
        ("GET /healthz HTTP/1.0\n\n", b"400", b"input.host"),
        ("GET /healthz HTTP/1.1\nHost: evil.example\nConnection: close\n\n", b"400", b"input.host"),
        ("GET /healthz HTTP/1.1\nHost: localhost\nX: " + "x" * 300_000, b"431", b"input.http"),
        ("GET /healthz HTTP/1.1\nHost: localhost\nConnection: close\nX: " + "x" * 65_536 + "\n\n", b"431", b"input."),
        ("POST /echo HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\n\nzz\n", b"400", b"input.http"),
    ],
)
async def test_bad_request_is_a_problem(running: Running, head: str, status: bytes, code: bytes) -> None:
    """Also where the parser refuses before any of our code runs; the connection ends."""
    reader, _ = await running.ask(head)
    answer = await rest(reader)
    assert answer.split(b" ")[1] == status
    assert b"application/problem+json" in answer
    assert code in answer


async def test_endless_upload_gets_413_and_is_cut(running: Running) -> None:
    """The answer is readable before the connection goes."""
    reader, writer = await running.ask("POST /echo HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\n\n")

    async def upload() -> None:
        try:
            while True:
                writer.write(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")
                await writer.drain()
        except ConnectionError:
            return

    sending = asyncio.create_task(upload())
    async with asyncio.timeout(5):
        head = await reader.readuntil(b"\r\n\r\n")
        await sending
    assert b" 413 " in head
    assert b"connection: close" in head.lower()


@pytest.mark.parametrize("length", ["Content-Length: 500", "Transfer-Encoding: chunked"])
async def test_body_that_does_not_come_is_408(running: Running, length: str) -> None:
    """A head without its body is not waited for."""
    reader, _ = await running.ask(f"POST /echo HTTP/1.1\nHost: localhost\n{length}\n\n")
    assert b" 408 " in await rest(reader)


async def test_answer_cut_on_purpose_is_no_error(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    """The reader sees a broken stream; the log stays quiet."""
    async with running.client() as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/cut")
    assert not caplog.records


async def test_answers_do_not_name_the_software(running: Running) -> None:
    """A date, and no server header."""
    async with running.client() as client:
        headers = (await client.get("/healthz")).headers
    assert "date" in headers
    assert "server" not in headers
