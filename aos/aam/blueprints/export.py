"""Path 1: what DCL is told of the pipes' structure, and what it is not told and why."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from aos.aam.blueprints.store import Pipe, Store
from aos.contracts.candidates import ExportPreview, ExportRequest, ExportSent, SkippedConnection
from aos.contracts.export import DCLConnectionSchema, DCLExportResponse, DCLFabricPlane, ExportAccepted
from aos.contracts.health import State
from aos.core.clock import utc_text, wall_ms
from aos.core.errors import AosError, Conflict, PeerDown, PeerRefused
from aos.core.log import Log
from aos.core.module import Core

log = Log("aam.export")
MOST_IN_PART = 1_000  # pipes of one call, so that its body stays below what DCL takes
# From the worst: a plane is as well as the worst of its pipes.
HEALTH = ("failing", "degraded", "unknown", "healthy")


class Exporter:
    """Shows and sends exports. DCL takes the same twice without a change, so a lost answer does no harm."""

    def __init__(self, core: Core, store: Store) -> None:
        self._core, self._store = core, store
        self._vital = core.health.register("aam export", "blueprints")
        self._vital.set(State.IDLE, "nothing was exported since the start")

    async def preview(self, tenant: str) -> ExportPreview:
        """What would be sent, as one export."""
        good, skipped = await self._sorted(tenant, None)
        return ExportPreview(export=self._export(good), skipped=skipped)

    async def send(self, tenant: str, wanted: ExportRequest) -> ExportSent:
        """One export of each discovery run, each wholly or not at all, the run that was handed over first being the
        first; one that fails ends it. `Conflict`: nothing can be exported, or DCL refuses; `PeerDown`: no DCL."""
        good, skipped = await self._sorted(tenant, wanted.pipe_ids)
        if not good:
            told = "No pipe can be exported" if skipped else "There are no pipes; POST /handoff makes them"
            raise Conflict(told, code="aam.nothing_exportable", skipped=skipped)
        answers: list[ExportAccepted] = []
        try:
            for part in parts(good):
                answers += [await self._part(tenant, part)]
        except AosError as error:
            self._vital.set(State.DEGRADED, f"the last export failed: {error.message}", "try it again")
            outcome = "refused" if isinstance(error, Conflict) else "unreachable"
            self._core.metrics.exports.labels(outcome if error.status in (409, 502) else "failed").inc()
            error.extra["registered"] = [pipe_id for answer in answers for pipe_id in answer.pipe_ids]
            raise
        return self._told(tenant, answers, skipped)

    def _told(self, tenant: str, answers: list[ExportAccepted], skipped: list[SkippedConnection]) -> ExportSent:
        sent = ExportSent(
            pipes_registered=sum(answer.pipes_registered for answer in answers),
            pipe_ids=[pipe_id for answer in answers for pipe_id in answer.pipe_ids],
            skipped=skipped,
            dcl=answers[0] if len(answers) == 1 else answers,
        )
        self._core.metrics.exports.labels("sent").inc()
        self._vital.set(State.IDLE, f"the last export registered {sent.pipes_registered} pipes")
        told: dict[str, Any] = {"pipes": sent.pipes_registered, "skipped": len(skipped)}
        self._core.events.publish("aam", "exported", told, tenant=tenant)
        log.info("Structure exported", tenant=tenant, **told)
        return sent

    async def _part(self, tenant: str, pipes: Sequence[Pipe]) -> ExportAccepted:
        export = self._export(pipes)
        try:
            answer = await self._core.peers.call(
                "dcl", "POST", "/export-pipes", export, answer=ExportAccepted, tenant=tenant
            )
        except PeerRefused as refusal:
            log.warning("DCL refused the export", why=refusal.message)
            raise Conflict(refusal.message, code="aam.dcl_refused", dcl=refusal.extra["problem"]) from refusal
        except PeerDown as down:
            log.error("The structure could not be exported", why=down.message)
            raise PeerDown(down.message, code="aam.dcl_down", dcl=down.extra.get("problem")) from down
        taken = set(answer.pipe_ids)
        kept = [pipe for pipe in pipes if pipe.declaration.pipe_id in taken]
        if len(kept) < len(pipes):
            log.warning("DCL registered fewer pipes than were sent", sent=len(pipes), registered=len(kept))
        await self._store.keep_export(tenant, export.aod_run_id, kept, wall_ms(self._core.clock))
        return answer

    async def _sorted(self, tenant: str, named: Sequence[str] | None) -> tuple[list[Pipe], list[SkippedConnection]]:
        """(what can be exported, by pipe_id; what can't and why). None named: all pipes."""
        found = await self._store.pipes(tenant, ids=named)
        good = [pipe for pipe in found if pipe.declaration.exportable]
        skipped = [
            SkippedConnection(
                pipe_id=pipe.declaration.pipe_id,
                source_name=pipe.declaration.source_name,
                why=pipe.declaration.why_not,
            )
            for pipe in found
            if not pipe.declaration.exportable
        ]
        known = {pipe.declaration.pipe_id for pipe in found}
        unknown = [pipe_id for pipe_id in dict.fromkeys(named or ()) if pipe_id not in known]
        skipped += [SkippedConnection(pipe_id=each, source_name="", why="there is no such pipe") for each in unknown]
        return good, skipped

    def _export(self, pipes: Sequence[Pipe]) -> DCLExportResponse:
        """`aod_run_id` is that of all these pipes; null where they come from several runs, as a preview's may."""
        runs = {pipe.aod_run_id for pipe in pipes}
        planes = [
            DCLFabricPlane(
                plane_type=plane_type,
                vendor=vendor,
                connection_count=len(connections),
                health=worst([connection.health for connection in connections]),
                connections=connections,
            )
            for (plane_type, vendor), group in groupby(sorted(pipes, key=_plane), key=lambda pipe: _plane(pipe)[:2])
            for connections in [[connection(pipe) for pipe in group]]
        ]
        return DCLExportResponse(
            aod_run_id=runs.pop() if len(runs) == 1 else None,
            timestamp=utc_text(self._core.clock),
            source="aam",
            total_connections=len(pipes),
            fabric_planes=planes,
        )


def parts(pipes: Sequence[Pipe]) -> Iterator[list[Pipe]]:
    """An export names one discovery run, so each run has its own, or DCL would trace a pipe to another's."""
    by_run: dict[str, list[Pipe]] = {}
    for pipe in sorted(pipes, key=lambda pipe: pipe.handoff):
        by_run.setdefault(pipe.aod_run_id, []).append(pipe)
    for of_run in by_run.values():
        for first in range(0, len(of_run), MOST_IN_PART):
            yield of_run[first : first + MOST_IN_PART]


def _plane(pipe: Pipe) -> tuple[str, str, str]:
    return pipe.declaration.plane_type, pipe.declaration.vendor, pipe.declaration.pipe_id


def worst(healths: Sequence[str]) -> str:
    return next((health for health in HEALTH if health in healths), "unknown")


def connection(pipe: Pipe) -> DCLConnectionSchema:
    """One pipe as DCL is told of it. Nothing was synced by AAM, so there is no `last_sync`."""
    told = pipe.declaration
    return DCLConnectionSchema(
        pipe_id=told.pipe_id,
        candidate_id=pipe.candidate_id,
        source_name=told.source_name,
        vendor=told.vendor,
        category=told.category,
        governance_status=told.governance_status,
        fields=told.fields,
        entity_scope=told.entity_scope.value,
        identity_keys=told.identity_keys.value,
        transport_kind=told.transport_kind.value,
        modality=told.modality.value,
        change_semantics=told.change_semantics.value,
        health=told.health,
        asset_key=told.asset_key,
        aod_asset_id=told.aod_asset_id,
    )
