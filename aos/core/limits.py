"""What a request may be before anything looks at it: whose host it names, how much it sends, how long it takes."""

import asyncio
import re
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aos.core import problems
from aos.core.errors import AosError, Final, Misdirected, Retryable, TooLarge

MOST_HEADERS = 100
MOST_HEADER_BYTES = 64 * 1024
SMALL_BODY = 256 * 1024
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})

# A name or an IPv4 address, or an IPv6 address in brackets; then perhaps a port.
_HOST = re.compile(rb"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?")


class TooManyHeaders(Final):
    status, title, code = 431, "Too many header fields", "input.headers"


class TooSlow(Retryable):
    """The body did not come in time."""

    status, title, code = 408, "The body came too slowly", "input.too_slow"


class Limits:
    """Pure ASGI. `hosts` are allowed beside loopback: `name` with any port, `name:port`, IPv6 with brackets or without.

    In seconds: `idle_s` without a byte of the body, `total_s` for all of it, `linger_s` for one that nobody wanted.
    """

    def __init__(
        self,
        max_body: int = SMALL_BODY,
        hosts: Iterable[str] = (),
        *,
        idle_s: float = 10.0,
        total_s: float = 60.0,
        linger_s: float = 1.0,
    ) -> None:
        self.max_body = max_body
        self.idle_s, self.total_s, self.linger_s = idle_s, total_s, linger_s
        self._hosts = LOOPBACK | {_bracketed(host.lower()) for host in hosts}

    def wrap(self, app: ASGIApp) -> ASGIApp:
        """`app` behind the limits; inside, `Body.of(scope)` is the body under its meter."""

        async def limited(scope: Scope, receive: Receive, send: Send) -> None:
            body = scope["aos.body"] = Body(self, scope, receive, send)
            try:
                self.check(scope)
            except AosError as error:
                await problems.response(problems.problem(error))(scope, body.receive, body.send)
            else:
                await app(scope, body.receive, body.send)

        return limited

    def check(self, scope: Scope) -> None:
        """Raise what is wrong with the head of a request."""
        headers = scope["headers"]
        if len(headers) > MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > MOST_HEADER_BYTES:
            raise TooManyHeaders(f"At most {MOST_HEADERS} header fields of {MOST_HEADER_BYTES} bytes together")
        named = [value.lower() for name, value in headers if name == b"host"]
        found = _HOST.fullmatch(named[0]) if len(named) == 1 else None
        if found is None or not {found[0].decode(), found[1].decode()} & self._hosts:
            # A page of another site that had its name resolved to loopback gets no further (pitfall 61).
            raise Misdirected("Name this server in one Host header; AOS_ALLOWED_HOSTS adds names")


class Body:
    """The body of one request, counted as it comes. An answer that did not wait for all of it ends the connection."""

    def __init__(self, limits: Limits, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        self._limits, self._receive, self._send = limits, receive, send
        self._declared = int(length) if (length := headers.get(b"content-length", b"0")).isdigit() else 0
        self._most = limits.max_body
        self._got = 0
        self._deadline: float | None = None  # runs from the first read
        self._whole = not self._declared and b"transfer-encoding" not in headers

    @staticmethod
    def of(scope: Scope) -> "Body":
        body: Body = scope["aos.body"]
        return body

    def allow(self, most: int | None) -> None:
        """Let the body be that many bytes (None: the small default); one that declares more is refused unread."""
        self._most = self._limits.max_body if most is None else most
        if self._declared > self._most:
            raise self._too_large()

    async def receive(self) -> Message:
        """The next piece, under the limits; after the last one it only waits for the client to leave."""
        if self._whole:
            return await self._receive()
        loop = asyncio.get_running_loop()
        if self._deadline is None:
            self._deadline = loop.time() + self._limits.total_s
        try:
            async with asyncio.timeout_at(min(loop.time() + self._limits.idle_s, self._deadline)):
                message = await self._next()
        except TimeoutError as error:
            raise TooSlow(f"{self._got} bytes came, then not enough in time") from error
        if self._got > self._most:
            raise self._too_large()
        return message

    async def send(self, message: Message) -> None:
        """Pass an answer on. When the body is not whole yet: `connection: close`, and a short while of reading on,
        so that the client gets to read the answer before the connection is reset under it."""
        if self._whole:
            return await self._send(message)
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message.get("headers", ()) if name != b"connection"]
            return await self._send({**message, "headers": [*kept, (b"connection", b"close")]})
        if message.get("more_body", False):
            return await self._send(message)
        await self._send({**message, "more_body": True})
        await self._drain()
        return await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _next(self) -> Message:
        message = await self._receive()
        self._got += len(message.get("body", b""))
        # A client that left sends no more either.
        self._whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    async def _drain(self) -> None:
        try:
            async with asyncio.timeout(self._limits.linger_s):
                while not self._whole:
                    await self._next()
        except TimeoutError:
            return

    def _too_large(self) -> TooLarge:
        return TooLarge(f"At most {self._most} bytes are taken here", max_bytes=self._most)


def _bracketed(host: str) -> str:
    return f"[{host}]" if host.count(":") > 1 and not host.startswith("[") else host
