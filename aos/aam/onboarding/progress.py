"""Many connections at once: a few at a time, and how far it is, told through `/events`."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from aos.core.module import Core

Item = TypeVar("Item")
AT_ONCE = 16
EVERY_S = 0.5


class Progress:
    """Events `<name>` with the counts so far, at most one each half second, and the first and the last."""

    def __init__(self, core: Core, name: str, total: int) -> None:
        self.id = uuid.uuid4().hex
        self._core, self._name, self._total = core, name, total
        self._counts: Counter[str] = Counter()
        self._told_at = core.clock.monotonic()
        self._tell(ended=False)

    def step(self, outcome: str) -> None:
        self._counts[outcome] += 1
        now = self._core.clock.monotonic()
        if now - self._told_at >= EVERY_S:
            self._told_at = now
            self._tell(ended=False)

    def end(self) -> None:
        self._tell(ended=True)

    def _tell(self, *, ended: bool) -> None:
        done = self._counts.total()
        data = {"id": self.id, "done": done, "total": self._total, "ended": ended, "outcomes": dict(self._counts)}
        self._core.events.publish("aam", self._name, data)


async def bounded(items: Iterable[Item], call: Callable[[Item], Awaitable[None]], at_once: int = AT_ONCE) -> None:
    """Call for every item, `at_once` at a time, in their order. The first that raises ends all, and is raised."""
    waiting = iter(items)

    async def work() -> None:
        for item in waiting:
            await call(item)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(work())
    except BaseExceptionGroup as raised:
        raise raised.exceptions[0] from None
