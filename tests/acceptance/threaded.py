"""Servers in a thread of the test, which live on while AOS is killed, and one that stands between AOS and its DCL."""

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from tests.acceptance.conftest import free_port, until

METHODS = ["GET", "POST", "PUT", "DELETE"]
NOT_PASSED = {"host", "content-length", "transfer-encoding", "connection", "accept-encoding"}


class Threaded:
    """A server on a free port while the context is open."""

    def __init__(self, *routes: BaseRoute) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(Starlette(routes=list(routes)), port=self.port, log_level="critical")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> Self:
        self._thread.start()
        until(lambda: self._server.started)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)


@dataclass
class Passing:
    """A call on its way; what a `meddler` changes is passed on changed."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def is_push(self, batch: int | None = None) -> bool:
        return self.path == "/ingest" and (batch is None or self.headers["x-batch-seq"] == str(batch))


@dataclass
class Answered:
    status: int
    headers: dict[str, str]
    body: bytes
    lost: bool = False


Meddler = Callable[[Passing, Callable[[], Answered]], Answered]


def honest(_: Passing, ask: Callable[[], Answered]) -> Answered:
    return ask()


class Relay(Threaded):
    """Passes calls on to `target`. `meddler(call, ask)` gives the answer; `ask()` is the target's. `seen` are all calls
    as they came."""

    def __init__(self, target: str = "") -> None:
        super().__init__(Route("/{path:path}", self._pass, methods=METHODS))
        self.target = target
        self.meddler: Meddler = honest
        self.seen: list[Passing] = []

    async def _pass(self, request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        call = Passing(request.method, request.url.path, dict(request.headers), await request.body())
        self.seen.append(Passing(call.method, call.path, dict(call.headers), call.body))
        answer = await asyncio.to_thread(self.meddler, call, lambda: self._ask(call, query))
        kind = _Cut if answer.lost else Response
        return kind(answer.body, answer.status, headers=answer.headers)

    def _ask(self, call: Passing, query: str) -> Answered:
        headers = {name: value for name, value in call.headers.items() if name not in NOT_PASSED}
        try:
            told = httpx.request(
                call.method,
                f"{self.target}{call.path}{query}",
                headers=headers,
                content=call.body,
                timeout=60,
                trust_env=False,
            )
        except httpx.TransportError:
            return Answered(502, {}, b"")
        kept = {name: value for name, value in told.headers.items() if name not in NOT_PASSED}
        return Answered(told.status_code, kept, told.content)


class _Cut(Response):
    """The reply is lost on its way."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        raise ConnectionResetError


def edited(answer: Answered, change: Callable[[Any], Any]) -> Answered:
    """The same answer with its JSON changed."""
    told = json.loads(answer.body)
    change(told)
    return Answered(answer.status, answer.headers, json.dumps(told).encode())
