"""Faults that make something wait."""

import asyncio
import signal
import time
from dataclasses import dataclass
from random import Random
from typing import ClassVar

from aos.core import db
from aos.lab.fault import Struck
from aos.lab.stage import Stage


@dataclass(frozen=True)
class PauseRedis:
    """SIGSTOP of Redis; past 5 s every call runs into its deadline without knowing whether it took effect."""

    kind: ClassVar[str] = "pause_redis"
    paused_s: float

    @classmethod
    def draw(cls, rng: Random) -> "PauseRedis":
        return cls(round(rng.choice((rng.uniform(1.0, 4.0), rng.uniform(5.2, 8.0))), 1))

    def __str__(self) -> str:
        return f"SIGSTOP of Redis for {self.paused_s:g} s"

    async def strike(self, stage: Stage) -> Struck:
        stage.signal_redis(signal.SIGSTOP)
        try:
            await asyncio.sleep(self.paused_s)
        finally:
            stage.signal_redis(signal.SIGCONT)
        return Struck(time.monotonic())


@dataclass(frozen=True)
class LockSqlite:
    """Another program holds the database's write lock; past 15 s writes are refused."""

    kind: ClassVar[str] = "lock_sqlite"
    locked_s: float

    @classmethod
    def draw(cls, rng: Random) -> "LockSqlite":
        return cls(round(rng.choice((rng.uniform(1.0, 4.0), rng.uniform(1.0, 4.0), rng.uniform(15.5, 18.0))), 1))

    def __str__(self) -> str:
        return f"SQLite locked for {self.locked_s:g} s"

    async def strike(self, stage: Stage) -> Struck:
        async with db.locked(stage.warehouse):
            await asyncio.sleep(self.locked_s)
        return Struck(time.monotonic())


@dataclass(frozen=True)
class Silence:
    """The source stays connected and says nothing; past 5 s AOS gives the connection up."""

    kind: ClassVar[str] = "silence"
    silent_s: float

    @classmethod
    def draw(cls, rng: Random) -> "Silence":
        return cls(round(rng.choice((rng.uniform(0.3, 2.0), rng.uniform(5.2, 7.0))), 1))

    def __str__(self) -> str:
        return f"source silent for {self.silent_s:g} s"

    async def strike(self, stage: Stage) -> Struck:
        stage.source.hold()
        await asyncio.sleep(self.silent_s)
        stage.source.release()
        return Struck(time.monotonic())
