"""Path 3 and the join over HTTP: content comes in, and everything that is known of a pipe can be asked for."""

from typing import Annotated, Any

import msgspec

from aos.contracts.base import Strict
from aos.contracts.catalogue import PipeCatalogue
from aos.contracts.content import ContentAccepted, ContentPush, OrphanList, RowPage
from aos.contracts.export import PipeDetail
from aos.contracts.names import Name
from aos.contracts.query import Lineage, Query, QueryResult
from aos.core.errors import NotFound
from aos.core.http import Access, Call, Endpoint
from aos.core.settings import Settings
from aos.core.tenant import tenant_of
from aos.dcl.gate.blueprints import Blueprints
from aos.dcl.gate.catalogue import Catalogue
from aos.dcl.gate.ingest import Intake
from aos.dcl.gate.lineage import Lineages
from aos.dcl.gate.orphans import Orphans
from aos.dcl.gate.structure_api import known_pipe
from aos.dcl.warehouse.content import Content, KeptRun
from aos.dcl.warehouse.join import Join
from aos.dcl.warehouse.pages import Pages

MOST_ROWS = 10_000


class RowsQuery(Strict, frozen=True):
    """`run_id` is one run, `latest` the newest; without it every run. A stream's run is its connector."""

    run_id: Name | None = None
    cursor: Annotated[str, msgspec.Meta(max_length=512)] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_ROWS)] = 1_000


class KeyQuery(Strict, frozen=True):
    key: Name


class ContentApi:
    """`/ingest`, `/query`, `/catalogue`, `/lineage`, `/orphans`, `/pipes/{pipe_id}` and its rows."""

    def __init__(
        self,
        settings: Settings,
        blueprints: Blueprints,
        intake: Intake,
        content: Content,
        pages: Pages,
        catalogue: Catalogue,
        join: Join,
        lineages: Lineages,
        orphans: Orphans,
    ) -> None:
        self._settings, self._blueprints, self._intake = settings, blueprints, intake
        self._content, self._pages, self._catalogue, self._join = content, pages, catalogue, join
        self._lineages, self._orphans = lineages, orphans

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="POST",
                path="/ingest",
                handler=self._intake.take,
                access=Access.SERVICE,
                summary="Path 3: take a chunk of rows. No blueprint for x-pipe-id: 422 NO_MATCHING_PIPE, nothing kept.",
                body=ContentPush,
                body_late=True,
                answer=ContentAccepted,
                max_body=self._settings.max_body,
                errors=(409, 503),
            ),
            Endpoint(
                method="GET",
                path="/pipes/{pipe_id}",
                handler=self.detail,
                access=Access.READER,
                summary="A pipe's structure and content side by side, as the join sees them.",
                answer=PipeDetail,
                errors=(503,),
            ),
            Endpoint(
                method="GET",
                path="/pipes/{pipe_id}/rows",
                handler=self.rows,
                access=Access.READER,
                summary="A pipe's rows as they came, page by page; those of one run with run_id.",
                query=RowsQuery,
                answer=RowPage,
                errors=(503,),
            ),
            Endpoint(
                method="GET",
                path="/catalogue",
                handler=self.catalogue,
                access=Access.READER,
                summary="What can be asked about: every pipe with its fields and how much content there is.",
                answer=PipeCatalogue,
                errors=(503,),
            ),
            Endpoint(
                method="POST",
                path="/query",
                handler=self.query,
                access=Access.READER,
                summary="The late-binding join: structure of now (or as_of) over the rows.",
                body=Query,
                answer=QueryResult,
                errors=(404, 503),
            ),
            *self._about_keys(),
        ]

    def _about_keys(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="GET",
                path="/lineage",
                handler=self.lineage,
                access=Access.READER,
                summary="Where a pipe_id, run_id, aod_run_id, snapshot_name or dcl_run_id was seen.",
                query=KeyQuery,
                answer=Lineage,
                errors=(404, 503),
            ),
            Endpoint(
                method="GET",
                path="/lineage/{key}",
                handler=self.lineage,
                access=Access.READER,
                summary="The same, for a key without slashes.",
                answer=Lineage,
                errors=(503,),
            ),
            Endpoint(
                method="GET",
                path="/orphans",
                handler=self.orphans,
                access=Access.READER,
                summary="Content that named no pipe that is there, counted by sender.",
                answer=OrphanList,
                errors=(503,),
            ),
        ]

    async def detail(self, call: Call) -> PipeDetail:
        return await self._catalogue.detail(known_pipe(self._blueprints, tenant_of(call), call.path["pipe_id"]))

    async def catalogue(self, call: Call) -> PipeCatalogue:
        return await self._catalogue.whole(tenant_of(call))

    async def rows(self, call: Call) -> RowPage:
        pipe_id, query = call.path["pipe_id"], call.query
        pipe = known_pipe(self._blueprints, tenant_of(call), pipe_id)
        runs = _wanted(await self._content.runs([pipe.number]), query.run_id)
        return await self._pages.page(pipe.number, pipe_id, runs, query.cursor, query.limit)

    async def query(self, call: Call) -> QueryResult:
        return await self._join.query(tenant_of(call), call.body)

    async def lineage(self, call: Call) -> Lineage:
        key: Any = call.path["key"] if call.query is None else call.query.key
        return await self._lineages.of_key(tenant_of(call), key)

    async def orphans(self, call: Call) -> OrphanList:
        return await self._orphans.all_of(tenant_of(call))


def _wanted(runs: list[KeptRun], run_id: str | None) -> list[KeptRun]:
    if run_id is None:
        return runs
    if run_id == "latest":
        return [max(runs, key=lambda run: (run.first_ms, run.key))] if runs else []
    found = [run for run in runs if run.run_id == run_id]
    if not found:
        raise NotFound(f"This pipe has no run {run_id[:64]!r}", code="dcl.no_run")
    return found
