"""All endpoints of all modules as one flat application: limits → errors → path → key → query → body → handler."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aos.contracts.problem import Problem
from aos.core import http, problems
from aos.core.auth import Guard
from aos.core.errors import AosError, NotFound
from aos.core.http import Call, Endpoint
from aos.core.limits import Body, Limits
from aos.core.metrics import Metrics

# Anything else a client invents is counted as "other": a label never takes its values from outside.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

Modules = Sequence[tuple[str, Sequence[Endpoint]]]


def build_app(modules: Modules, *, guard: Guard, metrics: Metrics, limits: Limits, title: str) -> ASGIApp:
    """`modules` are (prefix, endpoints), the prefix "" or "/farm"; `title` is the realm that a 401 names."""
    routes = [Route(path, Resource(path, methods, guard)) for path, methods in by_path(modules).items()]
    router = Router(routes, redirect_slashes=False, default=_nowhere)
    app = limits.wrap(problems.boundary(_printable_path(router), realm=title))

    async def root(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await router(scope, receive, send)
        return await app(scope, receive, _counted(metrics, scope, send))

    return root


def by_path(modules: Modules) -> dict[str, dict[str, Endpoint]]:
    """path → method → endpoint, paths without parameters first, so that `/jobs/latest` is not a job's id."""
    found: dict[str, dict[str, Endpoint]] = {}
    for prefix, endpoints in modules:
        for endpoint in endpoints:
            methods = found.setdefault(prefix + endpoint.path, {})
            if endpoint.method in methods:
                raise ValueError(f"{endpoint.method} {prefix}{endpoint.path} is declared twice")
            methods[endpoint.method] = endpoint
    return dict(sorted(found.items(), key=lambda item: "{" in item[0]))


class Resource:
    """One path and its methods. HEAD is GET without the body."""

    def __init__(self, path: str, methods: Mapping[str, Endpoint], guard: Guard) -> None:
        self._path, self._methods, self._guard = path, methods, guard
        self._allow = ", ".join(sorted({*methods, "HEAD"} if "GET" in methods else methods))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = scope["method"] == "HEAD"
        endpoint = self._methods.get("GET" if head and "HEAD" not in self._methods else scope["method"])
        response = self._refusal() if endpoint is None else await self._told(endpoint, scope, receive)
        if head:
            # The head alone goes out, and a stream behind it is never begun: it might have no end.
            response = _Head(response)
        try:
            await response(scope, receive, send)
        finally:
            await _close(response)

    async def _told(self, endpoint: Endpoint, scope: Scope, receive: Receive) -> Response:
        try:
            return await self._answer(endpoint, scope, receive)
        except AosError as error:
            if endpoint.page is None:
                raise
            return endpoint.page(http.Request(scope), error)

    async def _answer(self, endpoint: Endpoint, scope: Scope, receive: Receive) -> Response:
        key = await self._guard.enter(scope, endpoint.access)
        request = http.Request(scope, receive)
        Body.of(scope).allow(endpoint.max_body)
        if endpoint.form is not None:
            http.check_form_type(request.headers)
        elif endpoint.body is not None and not endpoint.body_optional:
            http.check_media_type(request.headers)
        query = None if endpoint.raw else http.read_query(endpoint.query, scope["query_string"])
        raw = await request.body()  # also where none is declared: the connection goes on behind it
        if endpoint.body_optional and raw:
            http.check_media_type(request.headers)
        call = Call(
            request=request,
            path=request.path_params,
            query=query,
            body=_body(endpoint, raw),
            tenant=key.tenant,
            role=key.role,
            key_id=key.id,
        )
        return http.answer(endpoint, await endpoint.handler(call))

    def _refusal(self) -> Response:
        told = Problem(
            title="Method not allowed",
            status=405,
            code="http.method_not_allowed",
            detail=f"{self._path} takes {self._allow}",
        )
        return problems.response(told, {"allow": self._allow})


def _body(endpoint: Endpoint, raw: bytes) -> Any:
    if endpoint.form is not None:
        return http.read_form(endpoint.form, raw)
    if endpoint.body is None or endpoint.body_late or (endpoint.body_optional and not raw):
        return None
    return http.read_body(endpoint.body, raw)


class _Head(Response):
    """The head of another response, its length included."""

    def __init__(self, whole: Response) -> None:
        super().__init__(status_code=whole.status_code)
        self.raw_headers = whole.raw_headers


async def _close(response: Response) -> None:
    """Close the generator behind a stream now, not when it is collected: Starlette leaves one that was cancelled."""
    close = getattr(getattr(response, "body_iterator", None), "aclose", None)
    if close is not None:
        await close()


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    raise NotFound("Nothing is served at this path")


def _printable_path(app: ASGIApp) -> ASGIApp:
    """A path with control characters in it names nothing (a route's pattern would overlook a newline at its end)."""

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        plain = scope["path"].isprintable()
        await (app if plain else _nowhere)(scope, receive, send)

    return checked


def _counted(metrics: Metrics, scope: Scope, send: Send) -> Send:
    began = time.perf_counter()
    method = scope["method"] if scope["method"] in _METHODS else "other"

    async def counted(message: Message) -> None:
        if message["type"] == "http.response.start":
            metrics.requests.labels(method, str(message["status"])).inc()
            metrics.request_seconds.observe(time.perf_counter() - began)
        await send(message)

    return counted
