"""Path 3 comes in: guard, then types and drift over every row, then chunk and rows in one transaction, then the answer.

Nothing of a push is kept unless all of it is. The same batch again gets the same bytes as an answer.
"""

import asyncio

import msgspec
from starlette.responses import Response

from aos.contracts.content import ContentAccepted, ContentPush
from aos.contracts.health import State
from aos.core import failpoints
from aos.core.clock import utc_text
from aos.core.errors import InvalidInput, NoMatchingPipe
from aos.core.http import UNSTORED, Call, check_media_type
from aos.core.log import Log
from aos.core.module import Core
from aos.core.tenant import tenant_of
from aos.dcl.gate.blueprints import PipeDefinition
from aos.dcl.gate.guard import Guard, shown_id
from aos.dcl.gate.orphans import Orphans
from aos.dcl.gate.push import Headers, Incoming, check_single, digest_of, read_headers, read_incoming, schema_hash_of
from aos.dcl.gate.push_rows import Judged, judge
from aos.dcl.warehouse.content import Chunk, Content, Kept
from aos.dcl.warehouse.refused import NO_MATCHING_PIPE

log = Log("dcl.ingest")
MOST_LOGGED = 50  # drifted fields of one line
LOOK = "GET /dcl/orphans says whose it was; AAM and the sender mean different pipes"


class Intake:
    """`POST /ingest`."""

    def __init__(self, core: Core, guard: Guard, orphans: Orphans, content: Content) -> None:
        self._core, self._guard, self._orphans, self._content = core, guard, orphans, content
        self._vital = core.health.register("content", "gate")
        self._vital.set(State.IDLE, "nothing was pushed since the start")

    async def take(self, call: Call) -> Response:
        check_media_type(call.request.headers)
        check_single(call.request.headers, "x-pipe-id", "x-tenant-id")
        raw = await call.request.body()
        incoming = read_incoming(raw)
        pipe_id = call.request.headers.get("x-pipe-id", "")
        tenant = tenant_of(call, incoming.tenant)
        pipe = self._guard.admit(tenant, pipe_id)
        if pipe is None:
            raise await self._refused(tenant, pipe_id, incoming, call)
        headers = read_headers(call.request.headers)
        if isinstance(incoming.push, InvalidInput):
            raise incoming.push
        # Hashing lets go of Python's lock, so that the rows are looked at meanwhile.
        judged, digest = await asyncio.gather(judge(incoming.push.rows), digest_of(raw))
        headers = headers._replace(batch=headers.batch or digest.hex())
        kept = await self._keep(tenant, pipe, incoming.push, headers, digest, judged)
        self._core.failpoints.reach(failpoints.CONTENT_KEPT)
        return Response(kept.answer, headers=UNSTORED, media_type="application/json")

    async def _refused(self, tenant: str, pipe_id: str, incoming: Incoming, call: Call) -> NoMatchingPipe:
        """Count who sent it, say so, and give the refusal."""
        sender = shown_id(incoming.sender)
        shown = shown_id(pipe_id)
        log.warning(NO_MATCHING_PIPE, pipe_id=shown, source_system=sender, rows=incoming.rows, key_id=call.key_id)
        self._vital.set(State.DEGRADED, "the last push named no pipe that is there; nothing of it was kept", LOOK)
        await self._orphans.note(tenant, sender, call.key_id, shown, incoming.rows, way="push")
        return self._guard.refusal(tenant, pipe_id)

    async def _keep(
        self,
        tenant: str,
        pipe: PipeDefinition,
        push: ContentPush,
        headers: Headers,
        digest: bytes,
        judged: Judged,
    ) -> Kept:
        connection = pipe.blueprint.connection
        drift = judged.drift(connection.fields)
        noted = _warnings(push, headers, judged)

        def answered(dcl_run_id: str, warnings: list[str]) -> bytes:
            accepted = ContentAccepted(
                dcl_run_id=dcl_run_id,
                pipe_id=connection.pipe_id,
                rows_accepted=len(judged.texts),
                schema_drift=bool(drift),
                drift_fields=drift or None,
                schema_fields=connection.fields,
                timestamp=utc_text(self._core.clock),
                warnings=[*noted, *warnings],
            )
            return msgspec.json.encode(accepted)

        chunk = Chunk(
            pipe=pipe.number,
            run_id=headers.run_id,
            batch=headers.batch,
            digest=digest,
            source_system=push.source_system,
            snapshot_name=push.snapshot_name,
            run_timestamp=push.run_timestamp,
            rows=judged.texts,
            types=judged.types,
            drift=drift,
        )
        kept = await self._content.keep(chunk, answered)
        self._tell(tenant, chunk, connection.pipe_id, kept)
        return kept

    def _tell(self, tenant: str, chunk: Chunk, pipe_id: str, kept: Kept) -> None:
        metrics, rows = self._core.metrics, len(chunk.rows)
        metrics.content_pushes.labels("again" if kept.again else "new").inc()
        self._vital.set(State.IDLE, f"the last push brought {rows} rows")
        self._vital.progress("record")
        if kept.again:
            return
        metrics.content_rows.inc(rows)
        told = {"pipe_id": pipe_id, "run_id": chunk.run_id, "batch": chunk.batch, "rows": rows}
        if chunk.drift:
            metrics.content_drift.inc()
            log.warning("Schema drift in a push", **told, drift_fields=", ".join(chunk.drift[:MOST_LOGGED]))
        log.debug("Content taken", **told)
        drifted = {**told, "drift_fields": list(chunk.drift[:MOST_LOGGED])}
        self._core.events.publish("dcl", "content", drifted, tenant=tenant)


def _warnings(push: ContentPush, headers: Headers, judged: Judged) -> list[str]:
    """What the document leaves open is noted, not refused."""
    warnings = []
    if headers.schema_hash != schema_hash_of(judged.types):
        warnings.append("x-schema-hash is not that of these rows")
    if push.schema_version != headers.schema_hash[:16]:
        warnings.append("schema_version is not the first 16 characters of x-schema-hash")
    return warnings
