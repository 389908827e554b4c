"""Hands batches to Redis, one in flight while the next is being filled."""

import asyncio

from aos.contracts.health import State
from aos.core import failpoints, naive, streams
from aos.core.errors import RedisFault
from aos.core.health import Vital
from aos.core.log import Log
from aos.core.module import Core
from aos.core.redis import Redis
from aos.core.workers import pause
from aos.dcl.sidecar.batch import Batch

log = Log("dcl.sidecar")
RETRY_S = 0.25


class Publisher:
    """`put` returns once the batch before is in, so their order is kept. `open_batches` are not known to be in."""

    def __init__(self, core: Core, redis: Redis, vital: Vital) -> None:
        self._redis, self._clock, self._stopping = redis, core.clock, core.stopping
        self._vital, self._metrics, self._failpoints = vital, core.metrics, core.failpoints
        self._step = naive.publish if core.settings.lab == "naive" else streams.publish
        self._flight: asyncio.Task[None] | None = None
        self.open_batches: list[Batch] = []
        self.lag = 0

    async def put(self, batch: Batch) -> None:
        """Send a batch. Raises `Fenced` when another writer moved the cursor; retries while Redis is away."""
        await self.settle()
        self.open_batches.append(batch)
        self._flight = asyncio.create_task(self._send(batch), name="publish batch")

    def check(self) -> None:
        """Raise what the batch in flight failed with, if it has; a slow source would hide that until its next lines."""
        if self._flight is not None and self._flight.done():
            flight, self._flight = self._flight, None
            flight.result()

    async def settle(self) -> None:
        """Wait until what is in flight is in. A cancelled caller leaves it running; `put` and `drop` meet it again."""
        if self._flight is not None:
            await asyncio.shield(self._flight)
            self._flight = None

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
        self._metrics.published.labels(streams.RAW).inc(batch.clean)
        self._metrics.published.labels(streams.QUARANTINE).inc(batch.held - batch.clean)
        self._vital.progress("ack")
        self._metrics.publish_seconds.observe(self._clock.monotonic() - begun)

    async def drop(self) -> None:
        """Forget what is not in; its lines are read again from the cursor."""
        if self._flight is not None:
            flight, self._flight = self._flight, None
            await asyncio.gather(flight, return_exceptions=True)
        self.open_batches.clear()
