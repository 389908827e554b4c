"""Time is passed in, so that a sixty-second rest is tested in a millisecond."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """`monotonic()` in seconds for durations, `wall()` in seconds since the epoch for what is stored or shown."""

    def monotonic(self) -> float: ...
    def wall(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def monotonic(self) -> float:
        return time.monotonic()

    def wall(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class FakeClock:
    """A clock that moves only when somebody sleeps or `advance`s it. `slept` lists every sleep in seconds."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += max(0.0, seconds)
        await asyncio.sleep(0)


def wall_ms(clock: Clock) -> int:
    """Milliseconds since the epoch."""
    return int(clock.wall() * 1000)


def utc_text(clock: Clock) -> str:
    """Now as contracts write it: ISO 8601 in UTC, milliseconds, ending in Z."""
    return utc_at(clock.wall())


def utc_at(seconds: float) -> str:
    """The same of a time of the wall clock."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
