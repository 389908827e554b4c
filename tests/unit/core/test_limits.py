"""Host, headers, and bodies that are too big, too slow or lie about themselves."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aos.core.limits import Body, Limits
from aos.core.problems import boundary

KIB = 1024
LIMITS = Limits(KIB, frozenset({"aos.example", "::2", "odd.example:81"}))


def app(limits: Limits = LIMITS, allowed: int | None = None) -> ASGIApp:
    """Answers with the length of the body."""

    async def length(scope: Scope, receive: Receive, send: Send) -> None:
        Body.of(scope).allow(allowed)
        body = await Request(scope, receive).body()
        await PlainTextResponse(str(len(body)))(scope, receive, send)

    return limits.wrap(boundary(length))


async def post(content: bytes | AsyncIterator[bytes], *, allowed: int | None = None, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=app(allowed=allowed))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.post("/", content=content, headers=headers)


async def raw(
    headers: list[tuple[bytes, bytes]], pieces: list[bytes], limits: Limits = LIMITS
) -> tuple[int, dict[bytes, bytes], int]:
    """(status, headers, pieces left unread) of a request in exactly these pieces; then the client waits."""
    waiting = list(pieces)
    sent: list[Message] = []

    async def receive() -> Message:
        if not waiting:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": waiting.pop(0), "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
    async with asyncio.timeout(5):
        await app(limits)(scope, receive, send)
    assert [message.get("more_body") for message in sent] == [None, True, False]
    return sent[0]["status"], dict(sent[0]["headers"]), len(waiting)


HOST = (b"host", b"localhost")


KNOWN = ("localhost", "LOCALHOST:5000", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:5000")
CONFIGURED = ("aos.example", "aos.example:443", "[::2]:80", "odd.example:81")
FOREIGN = ("evil.example", "localhost.evil.example", "evil.example:5000", "odd.example", "odd.example:82", "127.0.0.2")
MALFORMED = (
    "",
    "localhost:",
    "localhost:x",
    "localhost/x",
    "a@localhost",
    "localhost,localhost",
    "::1",
    "[::1",
    "localhost.",
)


@pytest.mark.parametrize("host", KNOWN + CONFIGURED)
async def test_known_host_is_served(host: str) -> None:
    """Loopback and what is configured, with any port or none."""
    assert (await post(b"", host=host)).status_code == 200


@pytest.mark.parametrize("host", FOREIGN + MALFORMED)
async def test_other_host_is_refused(host: str) -> None:
    """400 `input.host`: a name that a hostile page had resolved to loopback gets nothing."""
    response = await post(b"", host=host)
    assert (response.status_code, response.json()["code"]) == (400, "input.host")


@pytest.mark.parametrize("headers", [[], [HOST, HOST], [HOST, (b"host", b"evil.example")], [(b"host", b"\xff")]])
async def test_missing_double_or_unreadable_host_is_refused(headers: list[tuple[bytes, bytes]]) -> None:
    """Exactly one Host header."""
    assert (await raw([*headers, (b"content-length", b"9")], [], Limits(linger_s=0.01)))[0] == 400


async def test_too_many_headers_are_431() -> None:
    """A hundred fields, 64 KiB together."""
    many = {f"x-{n}": "" for n in range(101)}
    assert (await post(b"", **many)).json()["code"] == "input.headers"
    assert (await post(b"", long="x" * 70_000)).status_code == 431


async def test_body_up_to_the_limit_is_taken() -> None:
    """To the byte."""
    assert (await post(b"x" * KIB)).text == str(KIB)


async def test_endpoint_can_raise_and_lower_the_limit() -> None:
    """`max_body` of an endpoint goes before the default."""
    assert (await post(b"x" * 5 * KIB, allowed=8 * KIB)).text == str(5 * KIB)
    assert (await post(b"xx", allowed=1)).status_code == 413


async def chunked(total: int) -> AsyncIterator[bytes]:
    for _ in range(total // 512):
        yield b"x" * 512


async def test_body_beyond_the_limit_is_413_and_ends_the_connection() -> None:
    """With a Content-Length and without one."""
    for content in (b"x" * (KIB + 1), chunked(8 * KIB)):
        response = await post(content)
        assert (response.status_code, response.json()["code"]) == (413, "input.too_large")
        assert response.json()["max_bytes"] == KIB
        assert response.headers["connection"] == "close"


async def test_declared_length_beyond_the_limit_is_refused_unread() -> None:
    """Not a byte is taken before the answer; after it, for a moment, to let the client read it."""
    status, headers, _ = await raw([HOST, (b"content-length", b"999999")], [], Limits(KIB, linger_s=0.01))
    assert (status, headers[b"connection"]) == (413, b"close")


async def test_body_longer_than_declared_is_413() -> None:
    """What counts is what came."""
    status, _, _ = await raw([HOST, (b"content-length", b"5")], [b"x" * 600] * 2, Limits(KIB, linger_s=0.01))
    assert status == 413


async def test_body_shorter_than_declared_is_408() -> None:
    """A client that promised more and went silent is not waited for."""
    status, _, _ = await raw([HOST, (b"content-length", b"50")], [b"x"], Limits(KIB, idle_s=0.02, linger_s=0.01))
    assert status == 408


async def test_dripped_body_is_408() -> None:
    """A byte now and then counts as progress only for so long."""
    limits = Limits(KIB, idle_s=5, total_s=0.0, linger_s=0.01)
    status, _, left = await raw([HOST, (b"transfer-encoding", b"chunked")], [], limits)
    assert (status, left) == (408, 0)


async def test_lingering_on_an_endless_body_ends() -> None:
    """A client that never stops sending is cut a moment after its answer."""

    async def receive() -> Message:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"x" * 512, "more_body": True}

    async def send(message: Message) -> None:
        pass

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [HOST, (b"transfer-encoding", b"chunked")]}
    async with asyncio.timeout(5):
        await app(Limits(KIB, linger_s=0.02))(scope, receive, send)
