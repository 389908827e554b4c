"""The SQL of job orders: kept before they are sent, so that the same run and pipe is the same order ever after."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from aos.aam.blueprints.manifest import same_order
from aos.aam.blueprints.store import SQL
from aos.contracts.candidates import DispatchedJob, DispatchList
from aos.contracts.manifest import JobManifest, ManifestAccepted
from aos.core.db import Database, Tx
from aos.core.errors import Conflict

NEWEST = 2**62


class Kept(NamedTuple):
    number: int
    manifest: JobManifest


class Orders:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, tenant: str, manifests: Sequence[JobManifest], at: int) -> list[Kept]:
        """All of one run's, or none. An order that is there already is given as it was; `Conflict` where it was
        another one."""

        async def work(tx: Tx) -> list[Kept]:
            rows = await tx.do(SQL["dispatched"], (tenant, manifests[0].run_id))
            known = {pipe: Kept(number, msgspec.json.decode(text, type=JobManifest)) for number, pipe, text in rows}
            return [await self._keep(tx, tenant, each, known.get(each.source.pipe_id), at) for each in manifests]

        return await self._database.write(work)

    async def _keep(self, tx: Tx, tenant: str, manifest: JobManifest, known: Kept | None, at: int) -> Kept:
        pipe_id = manifest.source.pipe_id
        if known is None:
            values = (tenant, manifest.run_id, pipe_id, at, msgspec.json.encode(manifest).decode())
            return Kept((await tx.do(SQL["add_dispatch"], values))[0][0], manifest)
        if not same_order(known.manifest, manifest):
            told = f"{pipe_id} was ordered otherwise in the run {manifest.run_id}; take another run_id"
            raise Conflict(told, code="aam.run_id_used", run_id=manifest.run_id, pipe_id=pipe_id)
        return known

    async def keep_answer(self, kept: Kept, answer: ManifestAccepted, at: int) -> None:
        """The first answer stays."""

        async def work(tx: Tx) -> None:
            if not await tx.do(SQL["job"], (kept.number,)):
                await tx.run(SQL["add_job"], (kept.number, at, msgspec.json.encode(answer).decode()))

        await self._database.write(work)

    async def listed(
        self, tenant: str, *, run_id: str | None, pipe_id: str | None, before: int | None, most: int
    ) -> DispatchList:
        values = (tenant, NEWEST if before is None else before, most + 1, run_id, pipe_id)
        rows = await self._database.read(SQL["dispatches"], values)
        jobs = []
        for _, run, pipe, at, manifest, accepted_at, answer in rows[:most]:
            order = msgspec.json.decode(manifest, type=JobManifest)
            accepted = msgspec.json.decode(answer, type=ManifestAccepted) if answer else None
            jobs.append(
                DispatchedJob(
                    run_id=run,
                    pipe_id=pipe,
                    job_id=accepted.job_id if accepted else None,
                    status=accepted.status if accepted else "not accepted",
                    system=order.source.system,
                    adapter=order.source.adapter,
                    snapshot_name=order.target.snapshot_name,
                    triggered_by=order.provenance.triggered_by,
                    dispatched_at=at,
                    accepted_at=accepted_at,
                )
            )
        return DispatchList(jobs=jobs, cursor=str(rows[most - 1][0]) if len(rows) > most else None)
