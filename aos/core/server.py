"""uvicorn with our own signals, a deadline for request heads, and an end in bounded time."""

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import Iterator

import h11
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from aos.contracts.problem import Problem
from aos.core import problems
from aos.core.silence import HANG_UP

MOST_HEAD_BYTES = 64 * 1024
GRACE_S = 1
LAST_MOMENT_S = 0.3
LINGER_S = 1.0
TICK_S = 0.1
A_DAY = 864_000  # in ticks


class Protocol(H11Protocol):
    """Closes a connection whose request head is not complete `head_timeout` seconds after it was begun.

    A new connection begins one by opening, a kept one with its first byte (until then uvicorn's keep-alive timer runs).
    """

    head_timeout = 10.0
    _head_timer: asyncio.TimerHandle | None = None
    _refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app = _with_hang_up(self.app, transport)
        self._head_timer = self.loop.call_later(self.head_timeout, transport.abort)

    def data_received(self, data: bytes) -> None:
        if not self._refused:
            super().data_received(data)
            self._watch_head()

    def _watch_head(self) -> None:
        if self._refused:  # the timer has another use now
            return
        begun = self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])
        if begun and self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_timeout, self.transport.abort)
        elif not begun:
            self._forget_head_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_head_timer()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """What h11 could not read, as a problem. In the middle of an answer there is no room for one.

        What the client still sends is dropped for a moment, so that it gets to read why before the connection is reset.
        """
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()
            return
        error = sys.exc_info()[1]
        status = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400
        code = "input.host" if "Host:" in str(error) else "input.http"
        told = problems.response(Problem(title="Not a valid request", status=status, code=code, detail=str(error)))
        head = h11.Response(status_code=status, headers=[*told.raw_headers, (b"connection", b"close")])
        for event in (head, h11.Data(data=bytes(told.body)), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.write_eof()
        self._refused = True
        if self.cycle is not None:  # whoever waits for the rest of this body
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._forget_head_timer()
        self._head_timer = self.loop.call_later(LINGER_S, self.transport.abort)

    def shutdown(self) -> None:
        if self._refused or self.conn.our_state is h11.ERROR:
            self.transport.abort()
        else:
            super().shutdown()

    def _unsupported_upgrade_warning(self) -> None:
        """An upgrade that we don't offer is a request like any other (RFC 9110, 7.8), not a reason to warn."""

    def _forget_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


def _with_hang_up(app: ASGIApp, transport: asyncio.Transport) -> ASGIApp:
    """`app` with a way to end the connection under a request, which ASGI itself has not."""

    async def offered(scope: Scope, receive: Receive, send: Send) -> None:
        scope[HANG_UP] = transport.abort
        await app(scope, receive, send)

    return offered


class Server(uvicorn.Server):
    """Serves `app` on a socket that is bound and listening, until `stopping` is set. Leaves signals alone.

    Whoever answers without end watches `stopping` too; what still runs `GRACE_S` later is cut.
    """

    def __init__(
        self, app: ASGIApp, sock: socket.socket, stopping: asyncio.Event, *, protocol: type[Protocol] = Protocol
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=protocol,
                ws="none",
                lifespan="off",
                interface="asgi3",
                workers=1,
                log_config=None,
                log_level="warning",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                h11_max_incomplete_event_size=MOST_HEAD_BYTES,
                timeout_keep_alive=30,
                timeout_graceful_shutdown=GRACE_S,
            )
        )
        self._sock = sock
        self._stopping = stopping

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        with _expected_ends():
            await self._serve(sockets or [self._sock])

    async def main_loop(self) -> None:
        """uvicorn's tick, ten times a second, and an end at once instead of at the next one."""
        counter = 0
        while not (self._stopping.is_set() or await self.on_tick(counter)):
            counter = (counter + 1) % A_DAY
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """uvicorn cancels the tasks of readers who never read, but waits neither for those nor for their sockets."""
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=LAST_MOMENT_S)


class ExpectedEnds(logging.Filter):
    """Drops from `uvicorn.error` what is no error here.

    An application may return in the middle of an answer: Farm's `reset` chaos does it on purpose (just return, without
    the last body message; the connection is closed and the reader sees a cut stream), and `problems.boundary` after it
    has logged the reason. And at the end, answers to clients that never read are cancelled.
    """

    CUT = "ASGI callable returned without completing response."
    CANCELLED = "Cancel %s running task(s), timeout graceful shutdown exceeded"

    def filter(self, record: logging.LogRecord) -> bool:
        cancelled = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
        return not cancelled and record.msg not in (self.CUT, self.CANCELLED)


@contextlib.contextmanager
def _expected_ends() -> Iterator[None]:
    logger, ends = logging.getLogger("uvicorn.error"), ExpectedEnds()
    logger.addFilter(ends)
    try:
        yield
    finally:
        logger.removeFilter(ends)
