"""One declaration a route: path, role, structs, errors. Decoding, auth, problem+json and OpenAPI come from it."""

import enum
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response


class Access(enum.Enum):
    """Who may call. An operator may call everything."""

    OPEN = "open"
    VIEWER = "viewer"
    OPERATOR = "operator"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler gets: everything decoded and authorised. `body` and `query` are the declared structs, or None."""

    request: Request
    path: Mapping[str, str]
    query: Any
    body: Any
    tenant: str
    role: Access


Handler = Callable[[Call], Awaitable[Any]]


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A handler answers with the `answer` struct (sent as JSON with `status`) or with a Starlette `Response` of its own.

    `query` is a Strict struct of the query parameters (unknown names: 422). `errors` lists further statuses for OpenAPI.
    `max_body` in bytes; None: the small default. `media_type` of the answer where it is not JSON.
    """

    method: str
    path: str
    handler: Handler
    access: Access
    summary: str
    query: type | None = None
    body: type | None = None
    answer: Any = None
    status: int = 200
    errors: tuple[int, ...] = ()
    max_body: int | None = None
    media_type: str = "application/json"


__all__ = ["Access", "Call", "Endpoint", "Handler", "Response"]
