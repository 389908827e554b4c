"""An endpoint that answers nothing at all, on a real socket."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator

import httpx
import pytest

from aos.core.auth import Auth
from aos.core.http import Access, Call, Endpoint
from aos.core.limits import Limits
from aos.core.metrics import Metrics
from aos.core.routes import build_app
from aos.core.server import Server
from aos.core.silence import hang_up


async def silent(call: Call) -> None:
    await hang_up(call.request)


async def spoken(call: Call) -> dict[str, str]:
    return {"query": call.request.url.query, "body": (await call.request.body()).decode()}


def endpoints() -> list[Endpoint]:
    def one(method: str, path: str, handler: object) -> Endpoint:
        return Endpoint(method=method, path=path, handler=handler, access=Access.OPEN, summary=path, raw=True)  # type: ignore[arg-type]

    return [one("GET", "/silent", silent), one("POST", "/silent", silent), one("POST", "/raw/{rest:path}", spoken)]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = build_app([("", endpoints())], guard=Auth([]), metrics=Metrics(), limits=Limits(), title="AOS")
    stopping = asyncio.Event()
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
        async with asyncio.TaskGroup() as group:
            group.create_task(Server(app, sock, stopping).serve())
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10) as client:
                yield client
            stopping.set()


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
async def test_the_connection_ends_without_a_word(
    client: httpx.AsyncClient, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The client sees its connection end, the log says nothing of an error, and the next request is served."""
    with caplog.at_level(logging.INFO), pytest.raises(httpx.TransportError):
        await client.request(method, "/silent", content=b"x" * 10 if method == "POST" else None)
    assert not [record for record in caplog.records if record.name.startswith(("uvicorn", "aos"))]
    assert (await client.post("/raw/a/b")).status_code == 200


async def test_without_a_connection_it_is_a_503() -> None:
    """A call within the process gets an answer: there is nothing to end."""
    app = build_app([("", endpoints())], guard=Auth([]), metrics=Metrics(), limits=Limits(), title="AOS")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1") as client:
        assert (await client.get("/silent")).json()["code"] == "service.silent"


async def test_a_raw_endpoint_takes_any_query_and_any_body(client: httpx.AsyncClient) -> None:
    """What it is sent it reads itself, under the limit of a body as every endpoint."""
    reply = await client.post("/raw/x/y/z?a=1&a=2&b", content=b"not json", headers={"content-type": "text/odd"})
    assert reply.json() == {"query": "a=1&a=2&b", "body": "not json"}
    assert (await client.post("/raw/x", content=b"x" * 300_000)).status_code == 413
