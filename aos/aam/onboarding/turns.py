"""One run at a time for a key; who waited while an equal wish was served takes what came of it."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Generic, TypeVar

Served = TypeVar("Served")


class _Place(Generic[Served]):
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.users = 0
        self.ended = 0
        self.last: tuple[Any, Served] | None = None


class Turns(Generic[Served]):
    """Keys are forgotten once nobody waits: what is kept is in the registry."""

    def __init__(self) -> None:
        self._places: dict[Hashable, _Place[Served]] = {}

    async def take(self, key: Hashable, wish: Any, run: Callable[[], Awaitable[Served]]) -> tuple[Served, bool]:
        """(what came of it, whether another's run served us). A run that raises serves only who began it."""
        place = self._places.setdefault(key, _Place())
        ended_before = place.ended
        place.users += 1
        try:
            async with place.lock:
                if place.ended > ended_before and place.last is not None and place.last[0] == wish:
                    return place.last[1], True
                served = await run()
                place.ended, place.last = place.ended + 1, (wish, served)
                return served, False
        finally:
            place.users -= 1
            if not place.users:
                del self._places[key]
