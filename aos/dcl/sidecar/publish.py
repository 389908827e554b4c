"""Hands batches to Redis, one in flight while the next is being filled."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from aos.contracts.health import State
from aos.core import failpoints, naive, streams
from aos.core.clock import Clock
from aos.core.errors import RedisFault
from aos.core.health import Vital
from aos.core.log import Log
from aos.core.module import Core
from aos.core.redis import Redis
from aos.core.workers import pause
from aos.dcl.sidecar.batch import Batch

log = Log("dcl.sidecar")
RETRY_S = 0.25


MOST_LINES, MOST_BYTES = 16_000, 16 * 1024 * 1024  # taken from the source while a batch waits for its repairs
HOLD_S, HOLD_SHARE = 0.3, 0.03
SHORTEST_HOLD_S = 0.02  # what is left of the patience below this is not worth a wait
STOP_PATIENCE_S = 0.3


def _little(batches: Sequence[Batch]) -> bool:
    """Whether this is little enough to read on while it waits for repairs."""
    return sum(batch.held for batch in batches) < MOST_LINES and sum(batch.size for batch in batches) < MOST_BYTES


class Patience:
    """How long reading may be held up by repairs: a share of the time, and no more than `HOLD_S` at once."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._left, self._at = clock, HOLD_S, clock.monotonic()

    def left(self) -> float:
        now = self._clock.monotonic()
        self._left = min(HOLD_S, self._left + HOLD_SHARE * (now - self._at))
        self._at = now
        return self._left

    def spend(self, seconds: float) -> None:
        self._left = max(0.0, self.left() - seconds)


class Publisher:
    """Batches go in one after the other, in the order of `put`. `open_batches` are not known to be in."""

    def __init__(self, core: Core, redis: Redis, vital: Vital) -> None:
        self._redis, self._clock, self._stopping = redis, core.clock, core.stopping
        self._vital, self._metrics, self._failpoints = vital, core.metrics, core.failpoints
        self._step = naive.publish if core.settings.lab == "naive" else streams.publish
        self._flight: asyncio.Task[None] | None = None
        self._moved = asyncio.Event()
        self._patience = Patience(core.clock)
        self._dropping = False
        self.open_batches: list[Batch] = []
        self.lag = 0

    async def put(self, batch: Batch) -> None:
        """Send a batch, and return when the next may be filled: the one before is in, or waits for its repairs and may
        be waited for. Raises `Fenced` when another writer moved the cursor; retries while Redis is away."""
        self.open_batches.append(batch)  # first: what `drop` finds here, nobody else has to end
        self.check()
        if self._flight is None:
            self._flight = asyncio.create_task(self._run(), name="publish batches")
            self._flight.add_done_callback(lambda _: self._moved.set())
        while len(self.open_batches) > 1:
            self._moved.clear()
            head, *behind = self.open_batches
            going_in = not head.repairing or head.over.is_set()
            # Repairs come in together, so several batches can be ready at once: they go in while reading goes on.
            if any(batch.repair for batch in behind) and _little(behind if going_in else self.open_batches):
                return
            if going_in:
                await self._moved.wait()
            elif (left := self._patience.left()) > SHORTEST_HOLD_S:
                begun = self._clock.monotonic()
                with suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        await self._moved.wait()
                self._patience.spend(self._clock.monotonic() - begun)
            else:
                head.hurry()
            self.check()

    def check(self) -> None:
        """Raise what a batch in flight failed with, if one has; a slow source would hide that until its next lines."""
        if self._flight is not None and self._flight.done():
            flight, self._flight = self._flight, None
            flight.result()

    async def settle(self) -> None:
        """Wait until what is in flight is in. A cancelled caller leaves it running; `put` and `drop` meet it again."""
        if self._flight is not None:
            await asyncio.shield(self._flight)
            self._flight = None

    async def _run(self) -> None:
        while self.open_batches and not self._dropping:
            batch = self.open_batches[0]
            if batch.repair is not None:
                await self._repaired(batch, batch.repair)
                self._moved.set()
            await self._send(batch)
            self._moved.set()

    async def _repaired(self, batch: Batch, repair: "asyncio.Task[None]") -> None:
        """Wait for a batch's repairs; a stop does not wait for them long."""
        stop = asyncio.create_task(self._stopping.wait(), name="stop")
        try:
            await asyncio.wait({repair, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not repair.done():
                await asyncio.wait({repair}, timeout=STOP_PATIENCE_S)
                for waiting in self.open_batches:
                    waiting.over.set()
        finally:
            stop.cancel()
            await asyncio.gather(stop, return_exceptions=True)
        await repair

    async def _send(self, batch: Batch) -> None:
        config = batch.enveloper.target.config
        degraded = False
        while True:
            begun = self._clock.monotonic()
            try:
                self._failpoints.reach(failpoints.BEFORE_PUBLISH)
                self.lag = await self._step(
                    self._redis,
                    connector=config.connector_id,
                    target=batch.enveloper.target.id,
                    behind=batch.behind,
                    upto=batch.upto,
                    received=batch.received,
                    keepalives=batch.keepalives,
                    resume=batch.resume,
                    at_ms=int(batch.ms),
                    entries=batch.entries,
                )
            except RedisFault as fault:
                # Whether it took effect is not known; the fence makes the same batch safe to send again.
                if not degraded:
                    log.warning(
                        "Redis refuses or is away; reading waits", connector_id=config.connector_id, why=fault.message
                    )
                degraded = True
                self._vital.set(State.DEGRADED, f"Redis: {fault.message}", "waiting for Redis; nothing is dropped")
                if await pause(self._clock, self._stopping, RETRY_S):
                    raise
                continue
            break
        self._failpoints.reach(failpoints.AFTER_PUBLISH)
        if degraded:
            log.info("Redis takes batches again", connector_id=config.connector_id)
            self._vital.set(State.RUNNING, "reading")
        self.open_batches.remove(batch)
        self._metrics.published.labels(streams.RAW).inc(batch.clean + batch.repaired)
        self._metrics.published.labels(streams.QUARANTINE).inc(batch.held - batch.clean - batch.repaired)
        self._vital.progress("ack")
        self._metrics.publish_seconds.observe(self._clock.monotonic() - begun)

    async def drop(self) -> None:
        """Forget what is not in; its lines are read again from the cursor."""
        self._dropping = True
        try:
            for batch in self.open_batches:
                batch.over.set()
            if self._flight is not None:
                flight, self._flight = self._flight, None
                await asyncio.gather(flight, return_exceptions=True)
            repairs = [batch.repair for batch in self.open_batches if batch.repair is not None]
            await asyncio.gather(*repairs, return_exceptions=True)
            self.open_batches.clear()
        finally:
            self._dropping = False
