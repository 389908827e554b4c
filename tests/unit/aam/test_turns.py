"""Turns: one run at a time for a key, shared by who waited for the same."""

import asyncio

import pytest

from aos.aam.onboarding.progress import bounded
from aos.aam.onboarding.turns import Turns


class Runs:
    def __init__(self) -> None:
        self.begun = 0
        self.gate = asyncio.Event()

    async def run(self) -> int:
        self.begun += 1
        number = self.begun
        await self.gate.wait()
        return number


async def test_who_waited_for_the_same_shares_it() -> None:
    """One run; the next one after it is a new one."""
    turns, runs = Turns[int](), Runs()
    waiting = [asyncio.create_task(turns.take("key", "wish", runs.run)) for _ in range(10)]
    await asyncio.sleep(0)
    runs.gate.set()
    assert sorted(await asyncio.gather(*waiting)) == [(1, False), *[(1, True)] * 9]
    assert await turns.take("key", "wish", runs.run) == (2, False)


async def test_another_wish_is_served_after_it() -> None:
    """Not at once, and not with the other's outcome; another key does not wait at all."""
    turns, runs = Turns[int](), Runs()
    waiting = [asyncio.create_task(turns.take("key", wish, runs.run)) for wish in ("a", "b", "a")]
    waiting.append(asyncio.create_task(turns.take("other", "a", runs.run)))
    await asyncio.sleep(0)
    assert runs.begun == 2
    runs.gate.set()
    assert [served for served, _ in await asyncio.gather(*waiting)] == [1, 3, 4, 2]


async def test_a_run_that_fails_or_is_cancelled_lets_the_next_one_run() -> None:
    """Its failure is its own; nothing stays locked."""
    turns, runs = Turns[int](), Runs()

    async def fails() -> int:
        raise ValueError

    first = asyncio.create_task(turns.take("key", "wish", runs.run))
    await asyncio.sleep(0)
    second = asyncio.create_task(turns.take("key", "wish", fails))
    third = asyncio.create_task(turns.take("key", "wish", runs.run))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(ValueError):  # noqa: PT011 it has no text
        await second
    runs.gate.set()
    assert await third == (2, False)
    assert turns._places == {}


async def test_a_bounded_walk_has_so_many_at_once_and_raises_what_was_raised() -> None:
    """Plainly, not as a group."""
    now, most = 0, 0

    async def call(number: int) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1
        if number == 50:
            raise LookupError(str(number))

    with pytest.raises(LookupError, match="50"):
        await bounded(range(100), call, at_once=4)
    assert most == 4
