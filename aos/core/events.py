"""A ring of what happened, for `/events`; `service.py` has the endpoint.

A subscriber holds no queue of its own, only its place in the ring: a slow one costs nothing. One that falls more than
`LAG` events behind is told to `reset` (fetch the state anew) and goes on with what happens next.
"""

import asyncio
import contextlib
import re
from collections import deque
from collections.abc import AsyncGenerator, Iterator
from itertools import islice
from typing import Any

import msgspec

from aos.contracts.events import RING, Event
from aos.core.auth import DEFAULT_TENANT
from aos.core.clock import Clock, wall_ms
from aos.core.errors import Unavailable

LAG = 100
MOST_SUBSCRIBERS = 50
PING_S = 15.0
RETRY_MS = 2_000

# What stands on an `event:` line: nothing that could end it.
_TOPIC = re.compile(r"[a-z][a-z0-9_.-]*")


class Events:
    """Ids start at the milliseconds since the epoch: one of an earlier process is always older than the ring."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._newest = wall_ms(clock)
        self._ring: deque[bytes] = deque(maxlen=RING)
        self._subscribers: set[Subscription] = set()

    def publish(self, topic: str, event: str, data: dict[str, Any], *, tenant: str = DEFAULT_TENANT) -> None:
        """Tell every subscriber; never waits. `topic` is the name that a browser listens to. Subscribers belong to the
        default tenant: what happens to another one is told to nobody (PLAN.md, "Tenants")."""
        if tenant != DEFAULT_TENANT:
            return
        if not _TOPIC.fullmatch(topic) or topic == "reset":
            raise ValueError(f"{topic!r} can't be a topic")
        told = Event(id=self._newest + 1, at=wall_ms(self._clock), topic=topic, event=event, data=data)
        self._ring.append(_frame(told.id, topic, msgspec.json.encode(told)))
        self._newest = told.id
        for subscriber in self._subscribers:
            subscriber.wake.set()

    @contextlib.contextmanager
    def subscribe(self, *, last: int = 0, after: str | None = None) -> "Iterator[Subscription]":
        """Begin with the `last` events, or behind the one with the id `after`. `Unavailable`: all places are taken."""
        if len(self._subscribers) >= MOST_SUBSCRIBERS:
            raise Unavailable(f"All {MOST_SUBSCRIBERS} places for subscribers are taken", code="events.full")
        subscriber = Subscription(self, self._start(last, after))
        self._subscribers.add(subscriber)
        try:
            yield subscriber
        finally:
            self._subscribers.discard(subscriber)

    def since(self, cursor: int | None, most: int) -> tuple[int, list[bytes]]:
        """(the newest id, the frames behind `cursor`); a single `reset` when that is more than `most` or not known."""
        missed = -1 if cursor is None else self._newest - cursor
        if not 0 <= missed <= min(most, len(self._ring)):
            return self._newest, [_frame(self._newest, "reset", b"{}")]
        return self._newest, list(islice(self._ring, len(self._ring) - missed, None))

    def _start(self, last: int, after: str | None) -> int | None:
        if after is None:
            return self._newest - min(last, len(self._ring))
        return int(after) if after.isascii() and after.isdigit() and len(after) < 20 else None


class Subscription:
    """One reader's place. What it missed before it came may be the whole ring; after that `LAG` is the limit."""

    def __init__(self, events: Events, cursor: int | None) -> None:
        self.wake = asyncio.Event()
        self._events = events
        self._cursor = cursor
        self._most = RING

    def take(self) -> list[bytes]:
        """What came since the last time, as frames; does not wait."""
        self._cursor, frames = self._events.since(self._cursor, self._most)
        self._most = LAG
        return frames

    async def frames(self, stopping: asyncio.Event, ping_s: float = PING_S) -> AsyncGenerator[bytes, None]:
        """The body of an event stream; it ends when `stopping` is set."""
        yield b"retry: %d\n\n" % RETRY_MS
        ender = asyncio.create_task(self._wake_at(stopping), name="events-ender")
        try:
            while not stopping.is_set():
                if taken := self.take():
                    yield b"".join(taken)
                    continue
                try:
                    async with asyncio.timeout(ping_s):
                        await self.wake.wait()
                except TimeoutError:
                    yield b": ping\n\n"
                self.wake.clear()
        finally:
            ender.cancel()

    async def _wake_at(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        self.wake.set()


def _frame(number: int, name: str, data: bytes) -> bytes:
    """JSON in one line can't forge a field or a second event."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (number, name.encode(), data)
