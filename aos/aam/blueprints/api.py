"""What AAM answers over HTTP of its pipes. spec: "The trifecta", paths 1 and 2."""

from typing import Annotated

import msgspec

from aos.aam.blueprints.dispatch import Dispatcher
from aos.aam.blueprints.export import Exporter
from aos.aam.blueprints.handoff import Declarer
from aos.aam.blueprints.orders import NEWEST, Orders
from aos.aam.blueprints.store import Store
from aos.contracts.base import Strict
from aos.contracts.candidates import (
    DeclaredPipe,
    DeclaredPipes,
    Dispatched,
    DispatchList,
    DispatchRequest,
    ExportPreview,
    ExportRequest,
    ExportSent,
    Governance,
    Handoff,
    HandoffAccepted,
    ObservedSchema,
)
from aos.contracts.export import PlaneType
from aos.contracts.names import Name, PipeId, RunId
from aos.core.errors import InvalidInput
from aos.core.http import Access, Call, Endpoint
from aos.core.module import Core
from aos.core.tenant import tenant_of

MOST_ON_PAGE = 1_000
Page = Annotated[int, msgspec.Meta(ge=1, le=MOST_ON_PAGE)]


class PipesQuery(Strict, frozen=True, kw_only=True):
    """Which pipes; none of the filters: all. `cursor` comes from the page before."""

    namespace: Name | None = None
    vendor: Name | None = None
    category: Name | None = None
    plane_type: PlaneType | None = None
    governance_status: Governance | None = None
    exportable: bool | None = None
    exported: bool | None = None
    limit: Page = MOST_ON_PAGE
    cursor: PipeId | None = None


class DispatchesQuery(Strict, frozen=True, kw_only=True):
    run_id: RunId | None = None
    pipe_id: PipeId | None = None
    limit: Page = 100
    cursor: Annotated[int, msgspec.Meta(ge=0, le=NEWEST)] | None = None


class BlueprintsApi:
    """`/handoff`, `/pipes`, `/export-pipes`, `/export`, `/dispatch`, `/dispatches`."""

    def __init__(
        self, core: Core, store: Store, orders: Orders, declarer: Declarer, exporter: Exporter, dispatcher: Dispatcher
    ) -> None:
        self._store, self._orders, self._declarer = store, orders, declarer
        self._exporter, self._dispatcher = exporter, dispatcher
        self._max_body = core.settings.max_body

    def endpoints(self) -> list[Endpoint]:
        return [*self._of_pipes(), *self._of_paths()]

    def _of_pipes(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="POST",
                path="/handoff",
                handler=self.handoff,
                access=Access.SERVICE,
                summary="Candidates from AOD become pipes; the same again changes nothing.",
                body=Handoff,
                answer=HandoffAccepted,
                max_body=self._max_body,
                errors=(503,),
            ),
            Endpoint(
                method="GET",
                path="/pipes",
                handler=self.pipes,
                access=Access.VIEWER,
                summary="Pipes in their current versions, with the reason of every choice.",
                query=PipesQuery,
                answer=DeclaredPipes,
                errors=(503,),
            ),
            Endpoint(
                method="GET",
                path="/pipes/{pipe_id}",
                handler=self.pipe,
                access=Access.VIEWER,
                summary="One pipe.",
                answer=DeclaredPipe,
                errors=(404, 503),
            ),
            Endpoint(
                method="PUT",
                path="/pipes/{pipe_id}/observed-schema",
                handler=self.observe,
                access=Access.SERVICE,
                summary="What a look into the source's own catalogue saw: level 1 of the field cascade.",
                body=ObservedSchema,
                answer=DeclaredPipe,
                max_body=self._max_body,
                errors=(404, 503),
            ),
        ]

    def _of_paths(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="GET",
                path="/export-pipes",
                handler=self.preview,
                access=Access.VIEWER,
                summary="What would be sent to DCL, and what would not and why.",
                answer=ExportPreview,
                errors=(503,),
            ),
            Endpoint(
                method="POST",
                path="/export",
                handler=self.export,
                access=Access.OPERATOR,
                summary="Path 1: send the structure of pipes to DCL; none named: of all that can be.",
                body=ExportRequest,
                body_optional=True,
                answer=ExportSent,
                max_body=self._max_body,
                errors=(409, 502, 503),
            ),
            Endpoint(
                method="POST",
                path="/dispatch",
                handler=self.dispatch,
                access=Access.OPERATOR,
                summary="Path 2: order a job of Farm for each pipe; one that was not exported is a 409 for all.",
                body=DispatchRequest,
                answer=Dispatched,
                max_body=self._max_body,
                errors=(409, 502, 503),
            ),
            Endpoint(
                method="GET",
                path="/dispatches",
                handler=self.dispatches,
                access=Access.READER,
                summary="Jobs that were ordered, the newest first.",
                query=DispatchesQuery,
                answer=DispatchList,
                errors=(503,),
            ),
        ]

    async def handoff(self, call: Call) -> HandoffAccepted:
        return await self._declarer.handoff(tenant_of(call), call.body)

    async def pipes(self, call: Call) -> DeclaredPipes:
        query: PipesQuery = call.query
        if query.cursor is not None and await self._store.pipe(tenant_of(call), query.cursor) is None:
            raise InvalidInput("This is not a cursor of an earlier page", path="query.cursor")
        filters = msgspec.structs.asdict(query)
        most, after = filters.pop("limit"), filters.pop("cursor") or ""
        found = await self._store.pipes(tenant_of(call), after=after, most=most + 1, **filters)
        cursor = found[most - 1].declaration.pipe_id if len(found) > most else None
        return DeclaredPipes(pipes=[pipe.shown() for pipe in found[:most]], cursor=cursor)

    async def pipe(self, call: Call) -> DeclaredPipe:
        return (await self._declarer.pipe(tenant_of(call), call.path["pipe_id"])).shown()

    async def observe(self, call: Call) -> DeclaredPipe:
        return (await self._declarer.observe(tenant_of(call), call.path["pipe_id"], call.body)).shown()

    async def preview(self, call: Call) -> ExportPreview:
        return await self._exporter.preview(tenant_of(call))

    async def export(self, call: Call) -> ExportSent:
        wanted: ExportRequest = call.body or ExportRequest()
        return await self._exporter.send(tenant_of(call, wanted.tenant_id), wanted)

    async def dispatch(self, call: Call) -> Dispatched:
        return await self._dispatcher.dispatch(tenant_of(call, call.body.tenant_id), call.body)

    async def dispatches(self, call: Call) -> DispatchList:
        query: DispatchesQuery = call.query
        return await self._orders.listed(
            tenant_of(call), run_id=query.run_id, pipe_id=query.pipe_id, before=query.cursor, most=query.limit
        )
