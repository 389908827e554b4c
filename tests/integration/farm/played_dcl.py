"""A DCL as Farm sees it: it takes chunks once by (run, pipe, batch), gives rows back, and does what a test asks for."""

import asyncio
import hashlib
from typing import Any

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from aos.contracts.content import ContentAccepted, ContentPush, NoMatchingPipe, RowPage, StoredRow
from aos.core.http import Access, Call, Endpoint, json_response

PAGE = 700
NOW = "2026-02-01T00:00:00Z"


class Cut(Response):
    """Breaks off in the middle: the reply is lost."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        raise ConnectionResetError


class PlayedDcl:
    """`plan`: what becomes of the next pushes: `ok`, `lose` (stored, then the reply breaks off), `hang`, `drift`, or a
    status to refuse with; after it, `ok`. `pushes` are all that came: (batch, digest of the body, headers)."""

    def __init__(self, *pipes: str) -> None:
        self.pipes = set(pipes or ("pipe-1",))
        self.plan: list[str] = []
        self.pushes: list[tuple[str, str, dict[str, str]]] = []
        self.bodies: dict[tuple[str, str, str, str], tuple[str, list[Any]]] = {}
        self.last: ContentPush | None = None
        self.last_body = b""
        self.reads: list[str] = []
        self.read_status = 0
        self.says: dict[str, Any] = {}
        self.released = asyncio.Event()
        self.tampered: list[StoredRow] | None = None

    def rows(self, run: str = "run-1", pipe: str = "pipe-1", tenant: str = "default") -> list[StoredRow]:
        chunks = {
            batch: rows for (t, r, p, batch), (_, rows) in self.bodies.items() if (t, r, p) == (tenant, run, pipe)
        }
        return [
            StoredRow(run_id=run, batch=batch, row=number, value=value)
            for batch in sorted(chunks, key=int)
            for number, value in enumerate(chunks[batch])
        ]

    def values(self, **which: str) -> list[Any]:
        return [row.value for row in self.rows(**which)]

    async def ingest(self, call: Call) -> Response:
        headers, body = dict(call.request.headers), await call.request.body()
        digest, batch, pipe = hashlib.sha256(body).hexdigest(), headers["x-batch-seq"], headers["x-pipe-id"]
        self.pushes.append((batch, digest, headers))
        does = self.plan.pop(0) if self.plan else "ok"
        if does == "hang":
            await self.released.wait()
        if does.isdigit():
            return json_response({"title": "No", "detail": f"says {does}", "status": int(does), **self.says}, int(does))
        if pipe not in self.pipes:
            told = NoMatchingPipe(
                error="NO_MATCHING_PIPE",
                pipe_id=pipe,
                message=f"No blueprint for {pipe}.",
                hint="Did you mean pipe-9?",
                available_pipes=sorted(self.pipes),
                timestamp=NOW,
            )
            problem = {"type": "about:blank", "title": "No pipe", "status": 422, "retryable": False}
            return json_response({**problem, **msgspec.structs.asdict(told)}, 422)
        self.last_body = body
        self.last = pushed = msgspec.json.decode(body, type=ContentPush)
        key = (headers.get("x-tenant-id", "default"), headers["x-run-id"], pipe, batch)
        known = self.bodies.get(key)
        if known is not None and known[0] != digest:
            return json_response({"title": "BATCH_CONFLICT", "detail": "another body"}, 409)
        self.bodies[key] = (digest, [msgspec.json.decode(row) for row in pushed.rows])
        if does == "lose":
            return Cut()
        drifts = does == "drift"
        accepted = ContentAccepted(
            dcl_run_id="dcl-run-1",
            pipe_id=pipe,
            rows_accepted=pushed.row_count,
            schema_drift=drifts,
            drift_fields=["+surprise", "-vendor_id"] if drifts else None,
            schema_fields=["a"],
            timestamp=NOW,
        )
        return json_response({**msgspec.structs.asdict(accepted), **self.says})

    async def read(self, call: Call) -> RowPage | Response:
        asked = call.request.query_params
        self.reads.append(str(call.request.url))
        if self.read_status:
            return json_response({"title": "No"}, self.read_status)
        rows = self.tampered if self.tampered is not None else self.rows(asked["run_id"], call.path["pipe_id"])
        at = int(asked.get("cursor", "0"))
        following = at + PAGE
        return RowPage(
            pipe_id=call.path["pipe_id"],
            rows=rows[at:following],
            cursor=str(following) if following < len(rows) else None,
        )

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="POST",
                path="/ingest",
                handler=self.ingest,
                access=Access.SERVICE,
                summary="Path 3",
                max_body=8 * 1024 * 1024,
            ),
            Endpoint(
                method="GET",
                path="/pipes/{pipe_id}/rows",
                handler=self.read,
                access=Access.SERVICE,
                summary="Path 4",
                query=ReadQuery,
            ),
        ]


class ReadQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    run_id: str
    cursor: str | None = None
