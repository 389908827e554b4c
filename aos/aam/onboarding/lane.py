"""The way to one account of one family: how fast, how many at once, and when not at all. All connections to the account
share it, since the vendor counts them together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aos.aam.onboarding.failure import Kind
from aos.core.breaker import Breaker, BreakerPolicy, BreakerState
from aos.core.clock import Clock

MOST_LANES = 4_096
BURST = 20  # calls that need not be apart: two onboardings
POLICY = BreakerPolicy(failures=5, cooldown_s=60.0)


class Resting(Exception):
    """No call is made now: the breaker rests, or the source said when to come back, or it is not our turn in time."""

    def __init__(self, kind: Kind, why: str, rest_s: float) -> None:
        super().__init__(why)
        self.kind, self.why, self.rest_s = kind, why, rest_s


class Lane:
    """`rate_per_s` on average, `BURST` at once, `places` in flight."""

    def __init__(self, clock: Clock, rate_per_s: float, places: int) -> None:
        self._clock, self._gap_s = clock, 1 / rate_per_s
        self._places = asyncio.Semaphore(places)
        self._breaker = Breaker(POLICY, clock)
        self._due = clock.monotonic()  # when the next call would go out if all were evenly apart
        self._not_before = 0.0
        self._busy = 0

    @property
    def idle(self) -> bool:
        closed = self._breaker.state is BreakerState.CLOSED and not self._breaker.failures
        return not self._busy and closed and self._not_before <= self._clock.monotonic()

    @asynccontextmanager
    async def place(self, until: float) -> AsyncIterator[None]:
        """One call's turn, waited for up to `until` (monotonic). `Resting` where it does not come in time."""
        self._busy += 1
        try:
            async with self._places:
                await self._wait(until)
                with self._breaker.permit() as allowed:
                    if not allowed:
                        raise Resting(Kind.NETWORK, "too many calls in a row failed", self._breaker.rest_s)
                    yield
        finally:
            self._busy -= 1

    def succeeded(self) -> None:
        self._breaker.succeeded()

    def failed(self) -> bool:
        """True when this opened the breaker."""
        return self._breaker.failed()

    def told_to_wait(self, seconds: float) -> None:
        """The source asked for it; everybody on this lane waits."""
        self._not_before = max(self._not_before, self._clock.monotonic() + seconds)

    async def _wait(self, until: float) -> None:
        while True:
            now = self._clock.monotonic()
            turn = max(self._due - (BURST - 1) * self._gap_s, now)
            start = max(turn, self._not_before)
            if start > until:
                why = "the source asked to be left alone" if self._not_before > turn else "its rate is used up"
                raise Resting(Kind.THROTTLED, why, start - now)
            if start <= now:
                self._due = max(self._due, now) + self._gap_s
                return
            await self._clock.sleep(start - now)


class Lanes:
    """Made when they are first asked for; idle ones give way when there are too many."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lanes: dict[tuple[str, str], Lane] = {}

    def lane(self, source_type: str, account: str, rate_per_s: float, places: int) -> Lane:
        key = (source_type, account)
        if key not in self._lanes:
            if len(self._lanes) >= MOST_LANES:
                self._lanes = {name: lane for name, lane in self._lanes.items() if not lane.idle}
            self._lanes[key] = Lane(self._clock, rate_per_s, places)
        return self._lanes[key]
