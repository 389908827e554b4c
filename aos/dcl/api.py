"""What DCL answers over HTTP: a look into the stream, the connectors, the quarantine."""

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from starlette.responses import StreamingResponse

from aos.contracts.base import Strict
from aos.contracts.ingest import ConnectorList, QuarantineItem, QuarantineList, StreamEntry, StreamLook
from aos.core import streams
from aos.core.clock import Clock
from aos.core.errors import InvalidInput
from aos.core.http import Access, Call, Endpoint
from aos.core.redis import Redis
from aos.core.workers import pause
from aos.dcl.sidecar.connectors import Connectors
from aos.dcl.warehouse.rows import Rows

MOST = 1_000
FOLLOW_POLL_S = 0.2
NEWEST = 2**63 - 1  # SQLite's largest id


class StreamQuery(Strict, frozen=True):
    """`last` entries, oldest first; with `follow` the answer is NDJSON that goes on until the reader leaves."""

    last: int = 10
    follow: bool = False


class QuarantineQuery(Strict, frozen=True):
    """Empty filters match everything; `cursor` comes from the page before."""

    reason: str = ""
    connector: str = ""
    cursor: int = 0
    limit: int = 50


class IngestApi:
    """`/api/ingest/*`."""

    def __init__(self, redis: Redis, rows: Rows, connectors: Connectors, clock: Clock, stopping: asyncio.Event) -> None:
        self._redis, self._rows, self._connectors = redis, rows, connectors
        self._clock, self._stopping = clock, stopping

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
                method="GET",
                path="/api/ingest/quarantine",
                handler=self.quarantine,
                access=Access.VIEWER,
                summary="Refused lines with their exact bytes and reasons, newest first.",
                query=QuarantineQuery,
                answer=QuarantineList,
            ),
        ]

    async def look(self, call: Call) -> Any:
        query: StreamQuery = call.query
        if not 0 <= query.last <= MOST:
            raise InvalidInput(f"last: must be from 0 to {MOST}")
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

    async def quarantine(self, call: Call) -> QuarantineList:
        query: QuarantineQuery = call.query
        if not 1 <= query.limit <= MOST:
            raise InvalidInput(f"limit: must be from 1 to {MOST}")
        before = query.cursor or NEWEST
        found = await self._rows.refused(query.reason, query.connector, before, query.limit)
        items = [
            QuarantineItem(
                id=key, refusal=item.refusal, data=_text(item.data), data_base64=base64.b64encode(item.data).decode()
            )
            for key, item in found
        ]
        return QuarantineList(items=items, cursor=items[-1].id if len(items) == query.limit else None)


def _text(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _shown(entry: streams.Entry) -> StreamEntry:
    data = entry.fields.get(b"data", b"")
    try:
        envelope = msgspec.json.decode(data)
    except ValueError:
        envelope = None
    return StreamEntry(id=entry.id.decode(), crc=entry.fields.get(b"crc", b"").decode(), envelope=envelope)
