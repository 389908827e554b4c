"""Whether a connector may read: an operator, its own budget or a full quarantine can stop it."""

import asyncio
from typing import Literal
from urllib.parse import quote

import msgspec

from aos.contracts.ingest import Pause
from aos.core.clock import Clock
from aos.core.errors import RedisFault
from aos.core.redis import Redis

KEY = "aos:paused"  # a hash: connector → Pause as JSON
RETRY_S = 1.0


class Brake:
    """What an operator or the budget stopped stays so over restarts (`stored` says whether that is sure by now); a full
    quarantine is looked at anew by every process."""

    def __init__(self, redis: Redis, connector: str, clock: Clock, stopping: asyncio.Event) -> None:
        self._redis, self._connector = redis, connector
        self._clock, self._stopping = clock, stopping
        self._held: Pause | None = None
        self._full: Pause | None = None
        self._moved = asyncio.Event()
        self._storing = asyncio.Lock()
        self.stored = True

    @property
    def pause(self) -> Pause | None:
        """Why nothing is to be read, or None."""
        return self._held or self._full

    @property
    def next_action(self) -> str:
        """What lets it go on."""
        if self._held is None:
            return "replay or discard quarantined lines; reading goes on by itself when there is room"
        return f"POST /dcl/api/ingest/connectors/{quote(self._connector, safe='')}/resume"

    async def recall(self) -> None:
        """Take up a pause that an earlier process stored."""
        stored = await self._redis.call("HGET", KEY, self._connector)
        if stored and self._held is None:
            self._held = msgspec.json.decode(stored, type=Pause)

    async def hold(self, pause: Pause) -> None:
        """Stop reading and store that. One that is held already stays as it is. `RedisFault`: nothing was changed, as
        far as this process goes."""
        async with self._storing:
            if self._held is None:
                await self._redis.call("HSET", KEY, self._connector, msgspec.json.encode(pause))
                self._held, self.stored = pause, True
                self._moved.set()

    def hold_now(self, pause: Pause) -> None:
        """Stop reading at once; `keep` stores it."""
        if self._held is None:
            self._held, self.stored = pause, False
            self._moved.set()

    async def keep(self) -> None:
        """Store what is not stored yet; while Redis is away it is tried again at the next call."""
        async with self._storing:
            if self._held is not None and not self.stored:
                try:
                    await self._redis.call("HSET", KEY, self._connector, msgspec.json.encode(self._held))
                except RedisFault:
                    return
                self.stored = True

    async def release(self) -> None:
        """End what an operator or the budget stopped. `RedisFault`: it stands still as before."""
        async with self._storing:
            await self._redis.call("HDEL", KEY, self._connector)
            self._held, self.stored = None, True
            self._moved.set()

    def quarantine_full(self, pause: Pause | None) -> None:
        """Stop because there is no room for refused lines, or go on because there is."""
        if (pause is None) != (self._full is None):
            self._full = pause
            self._moved.set()

    async def wait(self, seconds: float | None) -> None:
        """Until something moved since the last call, or stopping, or `seconds` have passed (None: however long)."""
        awaited = [self._moved.wait(), self._stopping.wait()]
        if seconds is not None:
            awaited.append(_sleep(self._clock, seconds))
        tasks = [asyncio.create_task(each, name="brake") for each in awaited]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self._moved.clear()


async def _sleep(clock: Clock, seconds: float) -> Literal[True]:
    await clock.sleep(seconds)
    return True
