"""A connector's circuit breaker: what it counts outlives the process, and what it does is told."""

from typing import Any

import msgspec

from aos.contracts.health import State
from aos.core.breaker import Breaker, BreakerMemory, BreakerPolicy
from aos.core.errors import RedisFault, SourceFault
from aos.core.health import Vital
from aos.core.log import Log
from aos.core.module import Core
from aos.core.phrases import CIRCUIT_BREAKER_TRIPPED
from aos.core.redis import Redis
from aos.dcl.sidecar.target import Target

log = Log("dcl.sidecar")


class SourceBreaker:
    """Failures of one target in a row. `Breaker` decides when it is tried again; Redis keeps that over a restart."""

    def __init__(self, core: Core, redis: Redis, target: Target, vital: Vital) -> None:
        self._core, self._redis, self._vital = core, redis, vital
        policy = target.config.policy.breaker
        self.breaker = Breaker(BreakerPolicy(failures=policy.failures, cooldown_s=policy.cooldown_s), core.clock)
        self._key = f"aos:breaker:{target.config.connector_id}:{target.id}"
        self._who: dict[str, Any] = {"connector_id": target.config.connector_id}
        self._unkept = False

    async def recall(self) -> None:
        """A rest goes on over a restart of the process."""
        stored = await self._redis.call("GET", self._key)
        if stored:
            memory = msgspec.json.decode(stored, type=BreakerMemory)
            self.breaker = Breaker(self.breaker.policy, self._core.clock, memory)
            if self.breaker.rest_s:
                self._vital.set(
                    State.CIRCUIT_OPEN, "tripped before the restart", f"one probe in {self.breaker.rest_s:.0f} s"
                )

    async def keep(self) -> None:
        """Store what changed since the last call."""
        if self._unkept:
            await self._store()

    async def failed(self, fault: SourceFault) -> float:
        """Count a failure; seconds to wait. Trips when it is one too many."""
        self._core.metrics.source_failures.labels(fault.code).inc()
        why, known_cure = f"{fault.code}: {fault.message}", str(fault.extra.get("next_action", ""))
        if self.breaker.failed():
            self._tell_tripped(why, known_cure)
        else:
            stalled = fault.code in ("source.timeout", "source.stalled")
            self._vital.set(State.STALLED if stalled else State.RECOVERING, why, known_cure or "reconnecting")
            log.warning("Source failed", why=why, failures=self.breaker.failures, **self._who)
        rest_s = self.breaker.rest_s
        await self._store()
        return rest_s or max(self.breaker.backoff_s(), float(fault.extra.get("retry_after_s", 0.0)))

    def good_record(self) -> None:
        """A record came through: the failures before it are over."""
        if self.breaker.succeeded():
            log.info("Circuit breaker closed", **self._who)
            self._core.events.publish("dcl", "circuit_closed", {**self._who})
        self._unkept = True

    def _tell_tripped(self, why: str, known_cure: str) -> None:
        rest_s = self.breaker.rest_s
        self._core.metrics.breaker_trips.inc()
        self._vital.set(State.CIRCUIT_OPEN, why, f"{known_cure}; one probe in {rest_s:.0f} s".removeprefix("; "))
        log.error(CIRCUIT_BREAKER_TRIPPED, why=why, failures=self.breaker.failures, rest_s=round(rest_s), **self._who)
        self._core.events.publish("dcl", "circuit_open", {**self._who, "why": why})

    async def _store(self) -> None:
        self._unkept = False
        try:
            await self._redis.call("SET", self._key, msgspec.json.encode(self.breaker.memory()))
        except RedisFault as fault:
            log.warning("The breaker's state could not be stored", why=fault.message, **self._who)
