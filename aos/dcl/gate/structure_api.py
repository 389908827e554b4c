"""Path 1 over HTTP: AAM's exports come in, and pipes can be looked at. `content_api.py` has the other half."""

from aos.contracts.export import BlueprintList, DCLExportResponse, ExportAccepted
from aos.core.clock import utc_text
from aos.core.errors import NotFound
from aos.core.http import Access, Call, Endpoint
from aos.core.log import Log
from aos.core.module import Core
from aos.core.tenant import tenant_of
from aos.dcl.gate.blueprints import Blueprints, PipeDefinition
from aos.dcl.gate.export import check_export

log = Log("dcl.gate")


class StructureApi:
    """`/export-pipes`, `/pipes`."""

    def __init__(self, core: Core, blueprints: Blueprints) -> None:
        self._core, self._blueprints = core, blueprints

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="POST",
                path="/export-pipes",
                handler=self.export,
                access=Access.SERVICE,
                summary="Path 1: take AAM's pipes, all or none; a pipe that changed gets a new version.",
                body=DCLExportResponse,
                answer=ExportAccepted,
                max_body=self._core.settings.max_body,
                errors=(503,),
            ),
            Endpoint(
                method="GET",
                path="/export-pipes",
                handler=self.pipes,
                access=Access.READER,
                summary="The current blueprint of every pipe of the tenant.",
                answer=BlueprintList,
            ),
            Endpoint(
                method="GET",
                path="/pipes",
                handler=self.pipes,
                access=Access.READER,
                summary="The current blueprint of every pipe of the tenant.",
                answer=BlueprintList,
            ),
            Endpoint(
                method="GET",
                path="/pipes/{pipe_id}/versions",
                handler=self.versions,
                access=Access.READER,
                summary="Every version of a pipe's blueprint, oldest first.",
                answer=BlueprintList,
                errors=(503,),
            ),
        ]

    async def export(self, call: Call) -> ExportAccepted:
        tenant, wanted = tenant_of(call), call.body
        check_export(wanted)
        pipe_ids = await self._blueprints.register(tenant, wanted)
        log.info("Pipes registered", tenant=tenant, count=len(pipe_ids), aod_run_id=wanted.aod_run_id or "")
        told = {"count": len(pipe_ids), "pipe_ids": pipe_ids[:100]}
        self._core.events.publish("dcl", "pipes_registered", told, tenant=tenant)
        return ExportAccepted(
            status="accepted",
            pipes_registered=len(pipe_ids),
            pipe_ids=pipe_ids,
            timestamp=utc_text(self._core.clock),
        )

    async def pipes(self, call: Call) -> BlueprintList:
        return BlueprintList(pipes=[pipe.blueprint for pipe in self._blueprints.all_of(tenant_of(call))])

    async def versions(self, call: Call) -> BlueprintList:
        known = known_pipe(self._blueprints, tenant_of(call), call.path["pipe_id"])
        return BlueprintList(pipes=await self._blueprints.versions(known.number))


def known_pipe(blueprints: Blueprints, tenant: str, pipe_id: str) -> PipeDefinition:
    """The pipe; `NotFound` where this tenant has none of that id."""
    known = blueprints.lookup_pipe_definition(tenant, pipe_id)
    if known is None:
        raise NotFound(f"There is no pipe {pipe_id[:64]!r}", code="dcl.no_pipe")
    return known
