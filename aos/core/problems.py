"""Every error becomes `application/problem+json` (RFC 9457), here and nowhere else."""

from collections.abc import Mapping

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aos.contracts.problem import Problem
from aos.core.errors import AosError
from aos.core.http import UNSTORED
from aos.core.log import Log

MEDIA_TYPE = "application/problem+json"

log = Log("http")


def problem(error: AosError) -> Problem:
    """What a caller is told of an error of ours."""
    return Problem(
        title=error.title,
        status=error.status,
        code=error.code,
        detail=error.message,
        retryable=error.retryable,
        extra=error.extra,
    )


def response(told: Problem, headers: Mapping[str, str] | None = None, *, realm: str = "aos") -> Response:
    """A refusal as a response; 401 says how to sign in (RFC 9110, 11.6.1)."""
    given = {**UNSTORED, **(headers or {})}
    if told.status == 401:
        given["www-authenticate"] = f'Bearer realm="{realm}"'
    return Response(told.body(), told.status, headers=given, media_type=MEDIA_TYPE)


def boundary(app: ASGIApp, *, realm: str = "aos") -> ASGIApp:
    """What `app` raises becomes a problem; what nobody foresaw is a bare 500 here and a traceback in the log.

    Once an answer has begun nothing can be put right: it is cut short, so that its reader sees it is not whole.
    """

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            return await app(scope, receive, watched)
        except ClientDisconnect:
            return None
        except AosError as error:
            told = problem(error)
            if started:
                log.error("Answer cut short", exc=error, method=scope["method"], path=scope["path"])
        except Exception as error:  # noqa: BLE001 the last resort: told to the log in full, to the caller not at all
            told = Problem(title=AosError.title, status=AosError.status, code=AosError.code)
            event = "Answer cut short" if started else "Request failed"
            log.error(event, exc=error, method=scope["method"], path=scope["path"])
        if not started:
            await response(told, realm=realm)(scope, receive, send)
        return None

    return guarded
