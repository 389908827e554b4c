"""Farm's generators in DCL, brought in through the four paths, with NLQ before them; no Redis, in this process."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from aos.aam import module as aam
from aos.aod import module as aod
from aos.core.http import Endpoint
from aos.core.module import Core
from aos.core.workers import Worker
from aos.dcl.gate.module import build_gate
from aos.dcl.warehouse.rows import Rows
from aos.farm import module as farm
from aos.farm.generators.catalog import GENERATORS
from aos.nlq import module as nlq
from tests.integration.served import served

PATIENCE_S = 90.0


@asynccontextmanager
async def staged(directory: Path, resources: Sequence[str] = tuple(GENERATORS)) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a process in which the pipes of these generators have their rows: evidence → candidates → pipes →
    structure to DCL, orders to Farm, rows to DCL."""
    workers: list[Worker] = []

    async def mount(core: Core) -> dict[str, list[Endpoint]]:
        place = directory / "dcl"
        place.mkdir(parents=True)
        rows = await Rows.open(place / "warehouse.db")
        core.closers.push_async_callback(rows.close)
        gate = await build_gate(core, rows, place)
        built = [await module.build(core) for module in (farm, aam, aod, nlq)]
        for module in built:
            workers.extend(module.workers)
        core.closers.push_async_callback(core.workers.stop)
        return {"dcl": list(gate.endpoints), **{module.name: list(module.endpoints) for module in built}}

    async with served(directory / "data", mount) as at:
        for worker in workers:
            at.core.workers.start(worker)
        await fill(at.client, resources)
        yield at.client


async def fill(client: httpx.AsyncClient, resources: Sequence[str]) -> None:
    """Everything of the sample inventory is known to DCL; these have rows."""
    await _post(client, "/aod/api/discovery/run", {})
    await _post(client, "/aod/api/discovery/handoff")
    await _post(client, "/aam/export", {})
    pipes = (await client.get("/aam/pipes", params={"limit": 500})).json()["pipes"]
    wanted = [pipe["pipe_id"] for pipe in pipes if pipe["resource"] in resources]
    run_id = (await _post(client, "/aam/dispatch", {"pipe_ids": wanted}))["run_id"]
    async with asyncio.timeout(PATIENCE_S):
        while True:
            jobs = (await client.get("/farm/api/farm/jobs", params={"run_id": run_id})).json()["jobs"]
            if len(jobs) == len(wanted) and all(job["state"] == "done" for job in jobs):
                return
            assert not [job for job in jobs if job["state"] in ("failed", "rejected")], jobs
            await asyncio.sleep(0.05)


async def _post(client: httpx.AsyncClient, path: str, body: Any = None) -> Any:
    answer = await client.post(path, json=body)
    assert answer.status_code < 300, answer.text
    return answer.json()
