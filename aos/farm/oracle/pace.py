"""When lines are due: line k of a connection (from 0) at start + k / rate, measured on a monotonic clock.

Lateness does not add up: what a busy machine or a slow reader held back is due at once. Silence that was meant
(latency, slow_drip) moves the whole schedule on instead, so that no burst follows it.
"""

from aos.core.clock import Clock

UNBOUNDED = 1 << 30


class Pace:
    """`rate` in lines a second; None: everything is due at once."""

    def __init__(self, clock: Clock, rate: float | None) -> None:
        self._clock = clock
        self._rate = rate
        self._start = clock.monotonic()
        self._sent = 0

    async def due(self) -> int:
        """Sleep until a line is due; how many are by now, at least 1."""
        if self._rate is None:
            return UNBOUNDED
        wait = self._start + self._sent / self._rate - self._clock.monotonic()
        if wait > 0:
            await self._clock.sleep(wait)
            return 1  # it was slept for, whatever rounding says
        return max(1, int(-wait * self._rate) + 1)

    def sent(self, lines: int) -> None:
        self._sent += lines

    def shift(self, seconds: float) -> None:
        """The connection was silent on purpose for so long."""
        self._start += seconds
