"""Works on queued jobs, up to three at a time; a job that was under way when the process ended comes first again."""

import asyncio

from aos.contracts.health import State
from aos.core.clock import wall_ms
from aos.core.health import Vital
from aos.core.log import Log
from aos.core.module import Core
from aos.core.workers import Worker, pause
from aos.farm.runner.job import VITAL, JobRun, Stopping
from aos.farm.runner.store import Job, Store

AT_ONCE = 3
LOOK_EVERY_S = 1.0

log = Log("farm")


class Runner:
    """`wake` is called where a job may have become due; without it one is found within a second."""

    def __init__(self, core: Core, store: Store) -> None:
        self._core, self._store = core, store
        self._taken: set[int] = set()
        self._woken = asyncio.Event()
        core.health.register(VITAL, "runner").set(State.IDLE, "no job has ended since the start")

    def workers(self) -> list[Worker]:
        return [Worker(name=f"runner-{number + 1}", run=self.run) for number in range(AT_ONCE)]

    def wake(self) -> None:
        self._woken.set()

    async def run(self, vital: Vital) -> None:
        stopping = self._core.stopping
        while not stopping.is_set():
            self._woken.clear()
            job = await self._next()
            if job is None:
                vital.set(State.RUNNING, "no job is due")
                await self._wait()
                continue
            try:
                vital.set(State.RUNNING, f"works on {job.job_id}")
                await JobRun(self._core, self._store, job).run()
                vital.progress("record")
            except Stopping:
                return
            finally:
                self._taken.discard(job.number)

    async def _next(self) -> Job | None:
        """The oldest job that is due and that no other worker has."""
        due = await self._store.due(wall_ms(self._core.clock), AT_ONCE + 1)
        found = next((job for job in due if job.number not in self._taken), None)
        if found is None:
            return None
        self._taken.add(found.number)
        # Another worker may have ended it between the look and the claim.
        job = await self._store.one(found.tenant, found.job_id)
        if job.report.state in ("queued", "running"):
            return job
        self._taken.discard(found.number)
        return await self._next()

    async def _wait(self) -> None:
        look = asyncio.create_task(pause(self._core.clock, self._core.stopping, LOOK_EVERY_S), name="look for jobs")
        woken = asyncio.create_task(self._woken.wait(), name="job came")
        try:
            await asyncio.wait({look, woken}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            look.cancel()
            woken.cancel()
            await asyncio.gather(look, woken, return_exceptions=True)
