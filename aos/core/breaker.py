"""Circuit breaker: counts failures in a row, rests, lets one probe through. Its state can be kept and restored.

Backoff between attempts while closed is tenacity's exponential wait with jitter (spec: Phase 1, Breaker).
"""

import enum
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from aos.core.backoff import Backoff
from aos.core.clock import Clock


class BreakerState(enum.Enum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class BreakerPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`failures` in a row open it; it rests for `cooldown_s` seconds each time."""

    failures: int = 5
    cooldown_s: float = 60.0


class BreakerMemory(msgspec.Struct, frozen=True, kw_only=True):
    """What survives a restart: failures in a row, and until when (wall clock, seconds) it rests; 0 when closed."""

    failures: int = 0
    open_until: float = 0.0


class Breaker:
    """One owner retries; `Breaker` decides when. Wall time is kept so that a rest outlives the process."""

    def __init__(self, policy: BreakerPolicy, clock: Clock, memory: BreakerMemory | None = None) -> None:
        self.policy = policy
        self._clock = clock
        memory = memory or BreakerMemory()
        self.failures = memory.failures
        # A stored rest is never longer than one cooldown: a clock that was set back must not lengthen it.
        rest = min(memory.open_until - clock.wall(), policy.cooldown_s)
        self._until: float | None = clock.monotonic() + max(rest, 0.0) if memory.open_until else None
        self._probing = False
        self._backoff = Backoff(0.2, 5.0)

    @property
    def state(self) -> BreakerState:
        if self._until is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self._clock.monotonic() < self._until else BreakerState.HALF_OPEN

    @property
    def rest_s(self) -> float:
        """Seconds until the next probe; 0 when closed or due."""
        return 0.0 if self._until is None else max(0.0, self._until - self._clock.monotonic())

    def memory(self) -> BreakerMemory:
        until = 0.0 if self._until is None else self._clock.wall() + self.rest_s
        return BreakerMemory(failures=self.failures, open_until=until)

    @contextmanager
    def permit(self) -> Iterator[bool]:
        """True when a call may be made now: always while closed, one at a time as a probe, never during a rest."""
        state = self.state
        allowed = state is BreakerState.CLOSED or (state is BreakerState.HALF_OPEN and not self._probing)
        probe = allowed and state is BreakerState.HALF_OPEN
        self._probing = self._probing or probe
        try:
            yield allowed
        finally:
            if probe:
                self._probing = False

    def succeeded(self) -> bool:
        """A good record or answer came. True when this closed the breaker."""
        closed = self._until is not None
        self.failures = 0
        self._until = None
        return closed

    def failed(self) -> bool:
        """A call failed. True when this opened the breaker (again, for a failed probe)."""
        self.failures += 1
        if self._until is None and self.failures < self.policy.failures:
            return False
        if self.state is BreakerState.OPEN:
            return False
        self._until = self._clock.monotonic() + self.policy.cooldown_s
        return True

    def reset(self) -> None:
        """A new target: its failures are its own."""
        self.succeeded()

    def backoff_s(self) -> float:
        """How long to wait before the next attempt while closed: 0.2 s doubling to 5 s, with jitter."""
        return self._backoff.seconds(self.failures)
