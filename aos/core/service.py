"""What every module owes: alive, ready, measured, told, described."""

import asyncio
import contextlib
from collections.abc import Callable

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from aos.contracts.base import Strict
from aos.contracts.events import EventsQuery
from aos.contracts.health import Readiness
from aos.core import metrics as metric
from aos.core.events import Events
from aos.core.health import Health
from aos.core.http import UNSTORED, Access, Call, Endpoint, json_response


class Alive(Strict, frozen=True):
    """Answer of `/healthz`: this process runs. `instance` is how a second start knows the first."""

    status: str
    service: str
    instance: str
    version: str
    modules: list[str]


def endpoints(
    *,
    instance: str,
    version: str,
    modules: Callable[[], list[str]],
    health: Health,
    metrics: metric.Metrics,
    events: Events,
    stopping: asyncio.Event,
    openapi: Callable[[], bytes],
    data_source: str,
) -> list[Endpoint]:
    async def healthz(call: Call) -> Alive:
        return Alive(status="ok", service="aos", instance=instance, version=version, modules=modules())

    async def readyz(call: Call) -> Response:
        blocking = health.blocking()
        told = Readiness(
            ready=not blocking, instance=instance, data_source=data_source, blocking=blocking, reports=health.reports()
        )
        return json_response(told, 503 if blocking else 200)

    async def measured(call: Call) -> Response:
        return Response(metrics.text(), headers={**UNSTORED, "content-type": metric.CONTENT_TYPE})

    async def happened(call: Call) -> Response:
        return EventStream(events, stopping, call.query.last, call.request.headers.get("last-event-id"))

    async def described(call: Call) -> Response:
        return Response(openapi(), headers=UNSTORED, media_type="application/json")

    opened = Access.OPEN
    return [
        Endpoint(
            method="GET", path="/healthz", handler=healthz, access=opened, summary="This process runs", answer=Alive
        ),
        Endpoint(
            method="GET",
            path="/readyz",
            handler=readyz,
            access=opened,
            summary="Whether it can serve; 503 until it can. A degraded pipe is listed, not a 503",
            answer=Readiness,
            other_answers={503: Readiness},
        ),
        Endpoint(
            method="GET",
            path="/metrics",
            handler=measured,
            access=opened,
            summary="Prometheus metrics",
            media_type="text/plain",
        ),
        Endpoint(
            method="GET",
            path="/events",
            handler=happened,
            access=Access.VIEWER,
            summary="Server-sent events: the last N and the live ones",
            query=EventsQuery,
            media_type="text/event-stream",
            errors=(503,),
        ),
        Endpoint(
            method="GET",
            path="/openapi.json",
            handler=described,
            access=opened,
            summary="This description",
            answer=dict,
        ),
    ]


class EventStream(Response):
    """Takes its place among the subscribers when it is sent and gives it back however that ends."""

    media_type = "text/event-stream"

    def __init__(self, events: Events, stopping: asyncio.Event, last: int, after: str | None) -> None:
        super().__init__(headers=UNSTORED)
        del self.headers["content-length"]
        self._events, self._stopping, self._last, self._after = events, stopping, last, after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._events.subscribe(last=self._last, after=self._after) as subscriber:
            async with contextlib.aclosing(subscriber.frames(self._stopping)) as frames:
                await StreamingResponse(frames, headers=dict(self.headers))(scope, receive, send)
