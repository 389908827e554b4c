"""Faults that end a process."""

import asyncio
import signal
import time
from dataclasses import dataclass
from random import Random
from typing import ClassVar

from aos.core import failpoints
from aos.lab.fault import STRIKE_PATIENCE_S, Struck
from aos.lab.stage import Stage

SLOWEST_STOP_S = 5.0
"""The promise is 2 s; a machine that runs tests beside the lab is given more."""


@dataclass(frozen=True)
class KillAos:
    """kill -9 of AOS, started again at once."""

    kind: ClassVar[str] = "kill_aos"

    @classmethod
    def draw(cls, rng: Random) -> "KillAos":
        return cls()

    def __str__(self) -> str:
        return "kill -9 of AOS"

    async def strike(self, stage: Stage) -> Struck:
        over = time.monotonic()
        await stage.aos.kill()
        stage.aos.start()
        return Struck(over)


@dataclass(frozen=True)
class StopAos:
    """SIGTERM of AOS: it has to end in order, with exit code 0, and is started again."""

    kind: ClassVar[str] = "stop_aos"

    @classmethod
    def draw(cls, rng: Random) -> "StopAos":
        return cls()

    def __str__(self) -> str:
        return "SIGTERM of AOS"

    async def strike(self, stage: Stage) -> Struck:
        begun = time.monotonic()
        stage.aos.signal(signal.SIGTERM)
        code = await stage.aos.ended(STRIKE_PATIENCE_S)
        took = time.monotonic() - begun
        await stage.aos.kill()
        stage.aos.start()
        complaint = ""
        if code != 0 or took > SLOWEST_STOP_S:
            complaint = f"SIGTERM: exit {code} after {took:.1f} s, where 0 within {SLOWEST_STOP_S:g} s is promised"
        return Struck(begun, f"ended in {took:.1f} s", complaint)


@dataclass(frozen=True)
class KillRedis:
    """kill -9 of Redis, started again a moment later."""

    kind: ClassVar[str] = "kill_redis"
    away_s: float

    @classmethod
    def draw(cls, rng: Random) -> "KillRedis":
        return cls(round(rng.uniform(0.0, 1.0), 1))

    def __str__(self) -> str:
        return f"kill -9 of Redis, {self.away_s:g} s away"

    async def strike(self, stage: Stage) -> Struck:
        stage.kill_redis()
        await asyncio.sleep(self.away_s)
        over = time.monotonic()
        await stage.server.start()
        return Struck(over)


@dataclass(frozen=True)
class Failpoint:
    """AOS ends itself, as by kill -9, at a place that random kills seldom meet."""

    place: str

    def __str__(self) -> str:
        return f"crash at {self.place}"

    async def strike(self, stage: Stage) -> Struck:
        path = stage.aos.data / "failpoint"
        partial = path.with_suffix(".new")
        partial.write_text(self.place)
        partial.replace(path)
        code = await stage.aos.ended(STRIKE_PATIENCE_S)
        over = time.monotonic()
        path.unlink(missing_ok=True)
        await stage.aos.kill()
        stage.aos.start()
        complaint = "" if code == -signal.SIGKILL else f"AOS did not come by {self.place} (exit {code})"
        return Struck(over, complaint=complaint)


class ConsumerCrash(Failpoint):
    """AOS ends before the consumer's commit, or between the commit and its acknowledgement."""

    kind: ClassVar[str] = "consumer_crash"

    @classmethod
    def draw(cls, rng: Random) -> "ConsumerCrash":
        return cls(rng.choice((failpoints.BEFORE_COMMIT, failpoints.AFTER_COMMIT)))


class SidecarCrash(Failpoint):
    """AOS ends before a batch goes to Redis, or when it is in and nobody knows yet."""

    kind: ClassVar[str] = "sidecar_crash"

    @classmethod
    def draw(cls, rng: Random) -> "SidecarCrash":
        return cls(rng.choice((failpoints.BEFORE_PUBLISH, failpoints.AFTER_PUBLISH)))


@dataclass(frozen=True)
class PowerCut:
    """AOS and Redis end at once, and what they had not synced is gone."""

    kind: ClassVar[str] = "power_cut"

    @classmethod
    def draw(cls, rng: Random) -> "PowerCut":
        return cls()

    def __str__(self) -> str:
        return "power cut"

    async def strike(self, stage: Stage) -> Struck:
        over = time.monotonic()
        gone = stage.cut_power()
        await stage.server.start()
        stage.aos.start()
        return Struck(over, f"{gone:,} unsynced bytes gone")
