"""What the lab sees of a running AOS: how far it is, what is under way, whether its ledger balances."""

import asyncio
import time
from typing import NamedTuple

import httpx
import msgspec

from aos.contracts.envelope import Envelope
from aos.contracts.ledger import Ledger, LedgerLine
from aos.core import streams
from aos.core.errors import AosError, RedisFault
from aos.core.redis import Redis

POLL_S = 0.02
LEDGER = "/dcl/api/ingest/ledger"
STILL_S = 0.4
"""So long nothing may move before it counts as drained; a batch waits 0.1 s for company."""


class Stuck(AosError):
    """What was waited for did not happen."""

    title, code = "It did not happen in time", "lab.stuck"


class Look(NamedTuple):
    """`position` of the stored cursor, entries `filed`, and `added` to both streams since the beginning."""

    position: int
    filed: int
    added: int
    unfiled: int
    unmoved: int


class Watch:
    """Reads Redis on a connection of its own, past the proxy, and AOS over HTTP."""

    def __init__(self, redis: Redis, client: httpx.AsyncClient, url: str, key: str, connector: str) -> None:
        self._redis, self._client, self._url, self._key, self._connector = redis, client, url, key, connector
        self.target = ""
        self.worst = 0

    async def look(self) -> Look:
        """Raises `RedisFault` while Redis is away."""
        if not self.target:
            await self._find_target()
        raw = await streams.state(self._redis, streams.RAW)
        refused = await streams.state(self._redis, streams.QUARANTINE)
        cursor = await streams.read_cursor(self._redis, self._connector, self.target) if self.target else None
        filed, moved = await self._redis.call("HMGET", streams.ledger_key(self._connector), "filed", "moved")
        added = raw.entries + refused.entries - int(moved or 0)
        for stream in (streams.RAW, streams.QUARANTINE):
            added += int(await self._redis.call("HGET", streams.totals_key(stream), "trimmed") or 0)
        position = (cursor.position if cursor else None) or 0
        return Look(position, int(filed or 0), added, raw.lag, refused.lag)

    async def _find_target(self) -> None:
        """The source's name in keys, from any record in the stream."""
        for entry in await streams.look(self._redis, streams.RAW, last=1):
            self.target = msgspec.json.decode(entry.fields[b"data"], type=Envelope).meta.target

    async def ledger(self) -> LedgerLine | None:
        """None while AOS does not answer."""
        try:
            answer = await self._client.get(self._url + LEDGER, headers={"x-api-key": self._key}, timeout=2.0)
            answer.raise_for_status()
        except httpx.HTTPError:
            return None
        total = msgspec.json.decode(answer.content, type=Ledger).total
        self.worst = max(self.worst, abs(total.imbalance))
        return total

    async def keep_watching(self) -> None:
        """Ask the ledger all the time: its equations hold at every instant, not only at rest. `worst` says how far
        they were off since it was last set to 0."""
        while True:
            await self.ledger()
            await asyncio.sleep(0.1)

    async def flowing(self, seconds: float, patience_s: float = 60.0) -> float:
        """Wait until lines move, then for `seconds` more; lines a second over those."""
        first = (await self.moved_past(None, patience_s)).position
        begun = time.monotonic()
        await asyncio.sleep(seconds)
        return ((await self.look()).position - first) / (time.monotonic() - begun)

    async def moved_past(self, before: Look | None, patience_s: float) -> Look:
        """Wait until both the sidecar and the consumer are further than `before` (None: than now). Raises `Stuck`."""
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            try:
                now = await self.look()
            except RedisFault:
                await asyncio.sleep(POLL_S)
                continue
            before = before or now
            if now.position > before.position and now.filed > before.filed:
                return now
            await asyncio.sleep(POLL_S)
        raise Stuck(f"nothing moved for {patience_s:.0f} s")

    async def drained(self, patience_s: float) -> Look:
        """Wait until nothing is under way any more and stays so; call with the flow held. Raises `Stuck`."""
        deadline = time.monotonic() + patience_s
        still_since, last, total = time.monotonic(), None, None
        while time.monotonic() < deadline:
            try:
                now, total = await self.look(), await self.ledger()
            except RedisFault:
                now = None
            quiet = now and total and not (now.unfiled or now.unmoved or total.in_flight or total.pending)
            if not quiet or now != last:
                still_since = time.monotonic()
            elif now is not None and time.monotonic() - still_since >= STILL_S:
                return now
            last = now
            await asyncio.sleep(POLL_S)
        raise Stuck(f"it did not drain in {patience_s:.0f} s: {last}, {total}")
