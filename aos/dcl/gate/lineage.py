"""Lineage: where a correlation key was seen on the paths that end in DCL (source 003, "Correlation Key Map")."""

from collections.abc import Collection

import msgspec

from aos.contracts.query import Lineage, LineageHop
from aos.core.db import Database
from aos.core.errors import NotFound
from aos.dcl.gate.blueprints import SQL, Blueprints
from aos.dcl.warehouse.content import Content, KeptRun

MOST_HOPS = 2_000
STRUCTURE, CONTENT = 1, 3  # the paths


class Lineages:
    """Follows a key: to pipes, and from there to their exports and their runs."""

    def __init__(self, database: Database, blueprints: Blueprints, content: Content) -> None:
        self._database, self._blueprints, self._content = database, blueprints, content

    async def of_key(self, tenant: str, key: str) -> Lineage:
        """`NotFound` where this tenant has nothing under that key."""
        pipe = self._blueprints.lookup_pipe_definition(tenant, key)
        of_aod_run = {number for (number,) in await self._database.read(SQL["pipes_of_aod_run"], (tenant, key))}
        of_runs = await self._database.read(SQL["runs_of_key"], (tenant, key))
        found_as = ["pipe_id"] * bool(pipe) + ["aod_run_id"] * bool(of_aod_run)
        ways = (("run_id", 1), ("dcl_run_id", 2), ("snapshot_name", 4))
        found_as += [name for name, bit in ways if any(way & bit for _, _, way in of_runs)]
        if not found_as:
            raise NotFound(f"Nothing here is known as {key[:64]!r}", code="dcl.no_lineage")
        whole = ({pipe.number} if pipe else set()) | of_aod_run
        named = {run for _, run, _ in of_runs}
        through_runs = {number for number, _, _ in of_runs}
        all_exports = ({pipe.number} if pipe else set()) | through_runs
        hops = await self._exports(all_exports, None) + await self._exports(of_aod_run - all_exports, key)
        hops += await self._runs(tenant, whole | through_runs, whole, named)
        hops.sort(key=lambda hop: (hop.at, hop.path))
        return Lineage(key=key, found_as=found_as, hops=hops[:MOST_HOPS])

    async def _exports(self, pipes: Collection[int], aod_run_id: str | None) -> list[LineageHop]:
        values = (msgspec.json.encode(sorted(pipes)).decode(), aod_run_id, MOST_HOPS)
        return [
            LineageHop(
                path=STRUCTURE,
                what=f"exported by AAM, blueprint version {version}",
                at=at_ms,
                pipe_id=pipe_id,
                aod_run_id=of_run,
            )
            for at_ms, of_run, version, pipe_id in await self._database.read(SQL["exports_of_pipes"], values)
        ]

    async def _runs(
        self, tenant: str, pipes: Collection[int], whole: Collection[int], named: Collection[int]
    ) -> list[LineageHop]:
        """The runs of pipes that the key leads to, of the others only those that it names."""
        of_number = {pipe.number: pipe.blueprint for pipe in self._blueprints.all_of(tenant)}
        runs = await self._content.runs(sorted(pipes))
        wanted = [run for run in runs if run.pipe in whole or run.key in named]
        return [
            _hop(run, of_number[run.pipe].connection.pipe_id, of_number[run.pipe].aod_run_id)
            for run in wanted[:MOST_HOPS]
        ]


def _hop(run: KeptRun, pipe_id: str, aod_run_id: str | None) -> LineageHop:
    return LineageHop(
        path=CONTENT,
        what="filed from a stream" if run.streamed else "rows taken",
        at=run.first_ms,
        pipe_id=pipe_id,
        run_id=run.run_id,
        aod_run_id=aod_run_id,
        snapshot_name=run.snapshot_name,
        dcl_run_id=run.dcl_run_id,
        rows=run.rows,
    )
