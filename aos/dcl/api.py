"""What DCL answers over HTTP: a look into the stream, and the connectors. `quarantine/api.py` has the quarantine."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
from starlette.responses import StreamingResponse

from aos.contracts.base import Strict
from aos.contracts.ingest import ConnectorList, ConnectorReport, PauseRequest, StreamEntry, StreamLook
from aos.contracts.targeting import Provisioned, TargetingPackage
from aos.core import streams
from aos.core.http import Access, Call, Endpoint
from aos.core.module import Core
from aos.core.redis import Redis
from aos.core.workers import pause
from aos.dcl.sidecar.connectors import Connectors
from aos.dcl.sidecar.provision import Provisioner

MOST = 1_000
FOLLOW_POLL_S = 0.2


class StreamQuery(Strict, frozen=True):
    """`last` entries, oldest first; with `follow` the answer is NDJSON that goes on until the reader leaves."""

    last: Annotated[int, msgspec.Meta(ge=0, le=MOST)] = 10
    follow: bool = False


class IngestApi:
    """`/api/ingest/*`."""

    def __init__(self, core: Core, redis: Redis, connectors: Connectors) -> None:
        self._redis, self._connectors = redis, connectors
        self._provisioner = Provisioner(core, redis, connectors)
        self._clock, self._stopping = core.clock, core.stopping

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="GET",
                path="/api/ingest/stream",
                handler=self.look,
                access=Access.VIEWER,
                summary="The last entries of dcl.ingest.raw, or a live view with follow=true.",
                query=StreamQuery,
                answer=StreamLook,
            ),
            Endpoint(
                method="GET",
                path="/api/ingest/connectors",
                handler=self.connectors,
                access=Access.VIEWER,
                summary="Every connector with its position and health.",
                answer=ConnectorList,
            ),
            Endpoint(
                method="POST",
                path="/api/ingest/provision",
                handler=self.provision,
                access=Access.SERVICE,
                summary="Switch a connector to a target, or make one; a target that fails its probe changes nothing.",
                body=TargetingPackage,
                answer=Provisioned,
                errors=(409, 503),
            ),
            Endpoint(
                method="DELETE",
                path="/api/ingest/connectors/{connector_id}",
                handler=self.delete,
                access=Access.OPERATOR,
                summary="End a connector and forget its configuration; its lines and its ledger stay.",
                answer=ConnectorList,
                errors=(503,),
            ),
            Endpoint(
                method="POST",
                path="/api/ingest/connectors/{connector_id}/pause",
                handler=self.pause,
                access=Access.OPERATOR,
                summary="Stop a connector until it is resumed, over restarts; nothing in hand is lost.",
                body=PauseRequest,
                body_optional=True,
                answer=ConnectorReport,
                errors=(409, 503),
            ),
            Endpoint(
                method="POST",
                path="/api/ingest/connectors/{connector_id}/resume",
                handler=self.resume,
                access=Access.OPERATOR,
                summary="Let a connector go on that an operator or its budget paused, or that could not run.",
                answer=ConnectorReport,
                errors=(503,),
            ),
        ]

    async def look(self, call: Call) -> Any:
        query: StreamQuery = call.query
        if query.follow:
            return StreamingResponse(self._follow(query.last), media_type="application/x-ndjson")
        state = await streams.state(self._redis, streams.RAW)
        entries = await streams.look(self._redis, streams.RAW, last=query.last) if query.last else []
        shown = [_shown(entry) for entry in entries]
        return StreamLook(stream=streams.RAW, length=state.entries, lag=state.lag, entries=shown)

    async def _follow(self, last: int) -> AsyncIterator[bytes]:
        entries = await streams.look(self._redis, streams.RAW, last=max(last, 1))
        after = entries[-1].id.decode() if entries else "0-0"
        entries = entries if last else []
        while not self._stopping.is_set():
            if entries:
                yield b"".join(msgspec.json.encode(_shown(entry)) + b"\n" for entry in entries)
                after = entries[-1].id.decode()
            else:
                await pause(self._clock, self._stopping, FOLLOW_POLL_S)
            entries = await streams.look(self._redis, streams.RAW, after=after, count=MOST)

    async def connectors(self, _: Call) -> ConnectorList:
        return ConnectorList(connectors=self._connectors.reports())

    async def provision(self, call: Call) -> Provisioned:
        return await self._provisioner.provision(call.body)

    async def delete(self, call: Call) -> ConnectorList:
        await self._connectors.delete(call.path["connector_id"])
        return ConnectorList(connectors=self._connectors.reports())

    async def pause(self, call: Call) -> ConnectorReport:
        wanted: PauseRequest = call.body or PauseRequest()
        return await self._connectors.pause(call.path["connector_id"], wanted.why)

    async def resume(self, call: Call) -> ConnectorReport:
        return await self._connectors.resume(call.path["connector_id"])


def _shown(entry: streams.Entry) -> StreamEntry:
    data = entry.fields.get(b"data", b"")
    try:
        envelope = msgspec.json.decode(data)
    except ValueError:
        envelope = None
    return StreamEntry(id=entry.id.decode(), crc=entry.fields.get(b"crc", b"").decode(), envelope=envelope)
