"""Named, owned, watched tasks. A worker that fails is restarted with backoff and says so; none dies in silence."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aos.contracts.health import State
from aos.core.backoff import Backoff
from aos.core.clock import Clock
from aos.core.events import Events
from aos.core.health import Health, Vital
from aos.core.log import Log
from aos.core.metrics import Metrics

log = Log("workers")
STOP_PATIENCE_S = 0.5
HEALTHY_S = 60.0  # one that ran this long begins anew with a short wait


@dataclass(frozen=True, kw_only=True)
class Worker:
    """`run` works until `stopping` is set; ending earlier or raising is a failure, and it is started again."""

    name: str
    run: Callable[[Vital], Awaitable[None]]
    required: bool = False


class _EndedEarly(Exception):
    """The worker returned although nobody asked it to."""


class Workers:
    """Owns every background task of the process."""

    def __init__(self, health: Health, clock: Clock, stopping: asyncio.Event, metrics: Metrics, events: Events) -> None:
        self._health, self._clock, self._stopping = health, clock, stopping
        self._metrics, self._events = metrics, events
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._backoff = Backoff(0.1, 10.0)
        self._ended: set[str] = set()

    def start(self, worker: Worker) -> None:
        self._ended.discard(worker.name)
        vital = self._health.register(worker.name, "worker", required=worker.required)
        self._tasks[worker.name] = asyncio.create_task(self._watch(worker, vital), name=worker.name)

    async def _watch(self, worker: Worker, vital: Vital) -> None:
        failures = 0
        try:
            while True:
                begun = self._clock.monotonic()
                try:
                    await worker.run(vital)
                    if self._over(worker):
                        return
                    raise _EndedEarly(worker.name)
                except Exception as error:
                    if self._over(worker):
                        raise
                    healthy = self._clock.monotonic() - begun > HEALTHY_S
                    failures = 1 if healthy else failures + 1
                    self._note(worker, vital, error)
                await pause(self._clock, self._stopping, self._backoff.seconds(failures))
                if self._over(worker):
                    return
        finally:
            vital.set(State.STOPPED, "the process is stopping" if self._stopping.is_set() else "it was ended")

    def _over(self, worker: Worker) -> bool:
        return self._stopping.is_set() or worker.name in self._ended

    async def end(self, name: str) -> None:
        """End one worker that has been told to: wait for it, then cancel it. It is gone when this returns."""
        task = self._tasks.get(name)
        if task is None:
            return
        self._ended.add(name)
        await _end({task})
        del self._tasks[name]

    def _note(self, worker: Worker, vital: Vital, error: Exception) -> None:
        vital.restarts += 1
        self._metrics.worker_restarts.inc()
        self._events.publish("aos", "worker_restart", {"worker": worker.name, "why": type(error).__name__})
        vital.set(State.RECOVERING, f"failed: {type(error).__name__}: {error}", "it is being restarted")
        log.error("Worker failed and is restarted", exc=error, worker=worker.name)

    async def stop(self) -> None:
        """End every worker; each that ended with an error, or did not end, is told."""
        pending = await _end({task for task in self._tasks.values() if not task.done()})
        for task in self._tasks.values():
            if task.done() and not task.cancelled() and (error := task.exception()):
                log.error("Worker ended with an error", exc=error, worker=task.get_name())
        if pending:
            log.error("Workers did not end", workers=", ".join(task.get_name() for task in pending))


async def _end(tasks: set["asyncio.Task[None]"]) -> set["asyncio.Task[None]"]:
    """Wait for each to end by itself, then cancel, again and again: one cancel can be swallowed on Python 3.11. Answers
    those that would not end."""
    pending = tasks
    if pending:
        _, pending = await asyncio.wait(pending, timeout=STOP_PATIENCE_S)
    for _ in range(50):
        if not pending:
            break
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=0.1)
    return pending


async def pause(clock: Clock, stopping: asyncio.Event, seconds: float) -> bool:
    """Sleep `seconds` or until `stopping`; True when stopping. Both tasks are ended before it returns."""
    sleep = asyncio.create_task(_sleep(clock, seconds), name="pause")
    stop = asyncio.create_task(stopping.wait(), name="pause until stop")
    try:
        await asyncio.wait({sleep, stop}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        sleep.cancel()
        stop.cancel()
        await asyncio.gather(sleep, stop, return_exceptions=True)
    return stopping.is_set()


async def _sleep(clock: Clock, seconds: float) -> None:
    await clock.sleep(seconds)
