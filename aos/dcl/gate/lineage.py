"""Lineage: where a correlation key was seen on the four paths (source 003, "Correlation Key Map").

DCL knows the two that end here; AAM and Farm are asked for the others.
"""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from aos.contracts.query import Lineage, LineageHop
from aos.core.db import Database
from aos.core.errors import NotFound
from aos.dcl.gate.blueprints import SQL, Blueprints
from aos.dcl.gate.other_paths import OtherPaths, Question, questions_of
from aos.dcl.warehouse.content import Content, KeptRun

MOST_HOPS = 2_000  # the newest
MOST_RUNS_ASKED = 20  # runs that the others are asked for, the newest
STRUCTURE, CONTENT = 1, 3  # the paths


class Lineages:
    """Follows a key: to pipes, and from there to their exports and their runs; by these to orders and verdicts."""

    def __init__(self, database: Database, blueprints: Blueprints, content: Content, others: OtherPaths) -> None:
        self._database, self._blueprints, self._content, self._others = database, blueprints, content, others

    async def of_key(self, tenant: str, key: str) -> Lineage:
        """`NotFound` where this tenant has nothing under that key."""
        found_as, hops = await self._here(tenant, key)
        told = await self._others.of(tenant, _questions(key, found_as, hops) if found_as else questions_of(key))
        found_as = found_as or told.found_as
        if not found_as:
            raise NotFound(f"Nothing here is known as {key[:64]!r}", code="dcl.no_lineage")
        hops = sorted([*hops, *told.hops], key=lambda hop: (hop.at, hop.path))
        return Lineage(key=key, found_as=found_as, hops=hops[-MOST_HOPS:], unasked=told.unasked)

    async def _here(self, tenant: str, key: str) -> tuple[list[str], list[LineageHop]]:
        """What a key is known as in DCL, and the hops of paths 1 and 3."""
        pipe = self._blueprints.lookup_pipe_definition(tenant, key)
        of_aod_run = {number for (number,) in await self._database.read(SQL["pipes_of_aod_run"], (tenant, key))}
        of_runs = await self._database.read(SQL["runs_of_key"], (tenant, key))
        found_as = ["pipe_id"] * bool(pipe) + ["aod_run_id"] * bool(of_aod_run)
        ways = (("run_id", 1), ("dcl_run_id", 2), ("snapshot_name", 4))
        found_as += [name for name, bit in ways if any(way & bit for _, _, way in of_runs)]
        whole = ({pipe.number} if pipe else set()) | of_aod_run
        named = {run for _, run, _ in of_runs}
        through_runs = {number for number, _, _ in of_runs}
        all_exports = ({pipe.number} if pipe else set()) | through_runs
        hops = await self._exports(all_exports, None) + await self._exports(of_aod_run - all_exports, key)
        return found_as, hops + await self._runs(tenant, whole | through_runs, whole, named)

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
        ids = {pipe.number: pipe.blueprint.connection.pipe_id for pipe in self._blueprints.all_of(tenant)}
        runs = await self._content.runs(sorted(pipes))
        wanted = [run for run in runs if run.pipe in whole or run.key in named][-MOST_HOPS:]
        discovered = await self._discovered(wanted)
        return [_hop(run, ids[run.pipe], discovered[run.pipe, run.first_ms]) for run in wanted]

    async def _discovered(self, runs: Collection[KeptRun]) -> Mapping[tuple[int, int], str | None]:
        """The discovery run behind the export that stood when a run's first row came, by (pipe, that time)."""
        begun = msgspec.json.encode(list({(run.pipe, run.first_ms) for run in runs})).decode()
        rows = await self._database.read(SQL["aod_run_then"], (begun,))
        return {(pipe, first_ms): aod_run_id for pipe, first_ms, aod_run_id in rows}


def _questions(key: str, found_as: Collection[str], hops: Sequence[LineageHop]) -> list[Question]:
    """What AAM and Farm are asked: for the pipe that was named, else for the runs that the key leads to."""
    if "pipe_id" in found_as:
        return [Question("pipe_id", key)]
    runs = dict.fromkeys(hop.run_id for hop in reversed(hops) if hop.run_id and hop.path == CONTENT)
    return [Question("run_id", run) for run in list(runs)[:MOST_RUNS_ASKED]]


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
