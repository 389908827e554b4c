"""Errors on their way out."""

import logging

import httpx
import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from aos.core.errors import AosError, Conflict, Unauthenticated, Unavailable
from aos.core.problems import MEDIA_TYPE, boundary


async def answer(error: Exception) -> httpx.Response:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise error

    transport = httpx.ASGITransport(app=boundary(app, realm="test"))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.get("/x")


async def test_error_of_ours_is_a_problem_with_its_fields_at_top_level() -> None:
    """type, title, status, detail, code, retryable, and what the contract names beside them."""
    response = await answer(Conflict("The id is taken", code="thing.taken", pipe_id="p1"))
    assert (response.status_code, response.headers["content-type"]) == (409, MEDIA_TYPE)
    assert response.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "The id is taken",
        "code": "thing.taken",
        "retryable": False,
        "pipe_id": "p1",
    }


async def test_retryable_error_says_so() -> None:
    """A caller can decide without reading the sentence."""
    assert (await answer(Unavailable())).json()["retryable"] is True


async def test_401_says_how_to_sign_in() -> None:
    """RFC 9110: with a WWW-Authenticate header."""
    assert (await answer(Unauthenticated())).headers["www-authenticate"] == 'Bearer realm="test"'


@pytest.mark.parametrize(
    "error", [RuntimeError("secret /etc/path"), KeyError("secret"), ExceptionGroup("secret", [OSError()])]
)
async def test_unforeseen_error_tells_the_log_and_nobody_else(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """500 without internals outside, the traceback inside."""
    response = await answer(error)
    assert response.status_code == 500
    assert response.json()["code"] == AosError.code
    assert "secret" not in response.text
    (record,) = [record for record in caplog.records if record.name == "aos.http"]
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert record.exc_info[1] is error


async def run(error: Exception, *, begun: bool) -> list[Message]:
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if begun:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise error

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    await boundary(app)({"type": "http", "method": "GET", "path": "/x"}, receive, send)
    return sent


async def test_answer_that_breaks_halfway_is_cut_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is sent behind a half answer; the reader sees that it is not whole."""
    sent = await run(RuntimeError("x"), begun=True)
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert "Answer cut short" in caplog.text


async def test_client_that_left_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody is there to answer, and nothing is wrong."""
    assert await run(ClientDisconnect(), begun=False) == []
    assert not caplog.records
