"""Leaving quarantine while the process or Redis ends at any call: each line once, every counter right."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from aos.contracts.ingest import DiscardRequest
from aos.core.errors import RedisFault
from aos.core.redis import Redis
from aos.dcl.quarantine.settlement import Settlement
from aos.dcl.warehouse.refused import RefusedLines
from aos.dcl.warehouse.sources import Sources
from tests.integration.quarantined import ALL, Bench, write_contract

Eventually = Callable[..., Awaitable[None]]


class Crash(BaseException):
    """The process ends here."""


class Fuse:
    """Ends the process at one call of either store: before it takes effect, or behind it."""

    def __init__(self, at: int, *, behind: bool, error: type[BaseException] = Crash) -> None:
        self.left, self.behind, self.error = at, behind, error
        self.blown = False

    async def around(self, call: Awaitable[Any]) -> Any:
        self.left -= 1
        if self.left == 0 and not self.behind:
            self.blown = True
            call.close()  # type: ignore[attr-defined]
            raise self.error
        result = await call
        if self.left == 0:
            self.blown = True
            raise self.error
        return result


class FusedRedis:
    def __init__(self, redis: Redis, fuse: Fuse) -> None:
        self._redis, self._fuse = redis, fuse

    async def call(self, *command: Any) -> Any:
        return await self._fuse.around(self._redis.call(*command))

    async def script(self, *arguments: Any) -> Any:
        return await self._fuse.around(self._redis.script(*arguments))


class FusedDatabase:
    def __init__(self, database: Any, fuse: Fuse) -> None:
        self._database, self._fuse = database, fuse

    async def read(self, *arguments: Any) -> Any:
        return await self._fuse.around(self._database.read(*arguments))

    async def write(self, work: Any) -> Any:
        return await self._fuse.around(self._database.write(work))


def fused(at: Bench, fuse: Fuse) -> Settlement:
    lines = RefusedLines(FusedDatabase(at.database, fuse), Sources())  # type: ignore[arg-type]
    return at.anew(redis=FusedRedis(at.redis, fuse), lines=lines)


async def replay_all(settlement: Settlement) -> None:
    await settlement.replay(ALL, "operator")


async def discard_all(settlement: Settlement) -> None:
    await settlement.discard(DiscardRequest(all=True, why="sweep"), "operator")


@pytest.mark.parametrize("behind", [False, True], ids=["before", "behind"])
@pytest.mark.parametrize("work", [replay_all, discard_all])
async def test_a_crash_at_any_call_leaves_each_line_once(
    at: Bench, work: Callable[[Settlement], Awaitable[None]], behind: bool
) -> None:
    """The n-th call of a store is the last of the process, for every n, and again while that is being finished: in the
    end each line has left once or is held, and every counter is right."""
    second = 0
    for first in range(1, 100):
        write_contract(at.seeds, "a", "b")
        keys = await at.refuse([b'{"a":1}', b"toxic", b'{"a":2}', b'{"b":3}'])
        write_contract(at.seeds, "a")
        fuse = Fuse(first, behind=behind)
        try:
            await work(fused(at, fuse))
        except Crash:
            second = second % 8 + 1
            with suppress(Crash):
                await fused(at, Fuse(second, behind=not behind)).finish()
            settlement = at.anew()
            await settlement.finish()
            assert set((await at.statuses()).values()) <= {"held", "replayed", "discarded"}
            await work(settlement)
        published = await at.published()
        assert len(published) == len(set(published))
        statuses = await at.statuses()
        ends = ["held", "held", "replayed", "replayed"] if work is replay_all else ["discarded"] * 4
        assert sorted(statuses[key] for key in keys) == ends
        await at.file()
        total = (await at.ledger()).total
        count = len(published)
        assert (total.filed, total.published, total.clean, total.imbalance) == (count, count, count, 0)
        assert count == (2 * first if work is replay_all else 0)
        held = await at.held()
        assert total.quarantined == len(held)
        assert total.quarantined + total.discarded + total.clean == 4 * first
        await at.anew().discard(DiscardRequest(all=True, why="so that each round has its own"), "operator")
        if not fuse.blown:
            assert first > 6
            return
    raise AssertionError("it never came to its end")


@pytest.mark.parametrize("behind", [False, True], ids=["before", "behind"])
async def test_a_lost_reply_is_finished_without_a_restart(at: Bench, behind: bool, eventually: Eventually) -> None:
    """Redis fails at any call: the caller is told, and the worker finishes what was begun, each line once."""
    for at_call in range(1, 12):
        write_contract(at.seeds, "a", "b")
        [key] = await at.refuse([b'{"a":1}'])
        write_contract(at.seeds, "a")
        fuse = Fuse(at_call, behind=behind, error=RedisFault)
        settlement = fused(at, fuse)
        try:
            await settlement.replay(ALL, "operator")
        except RedisFault:
            fuse.left = 10**9
            vital = at.core.health.register("settlement", "worker")
            watching = asyncio.create_task(settlement.watch(vital))
            await eventually(lambda settlement=settlement: not settlement._unfinished)
            at.core.stopping.set()
            await watching
            at.core.stopping.clear()
            if (await at.one(key)).status == "held":
                assert (await settlement.replay(ALL, "operator")).replayed == 1
        assert (await at.one(key)).status == "replayed"
        published = await at.published()
        assert len(published) == len(set(published)) == at_call
        await at.file()
        assert (await at.ledger()).total.imbalance == 0
        if not fuse.blown:
            return


async def test_a_redis_that_forgot_its_number_does_not_stop_the_quarantine(
    at: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    """What had begun is done anew and said loudly: the row is keyed by its place, so it is filed once all the same."""
    [key] = await at.refuse([b'{"a":1}'])
    write_contract(at.seeds, "a")
    await at.rows.quarantine.claim([key], "replaying", 57, by="operator")
    await at.anew().finish()
    assert (await at.one(key)).status == "replayed"
    await at.file()
    assert await at.payloads() == ['{"a":1}']
    assert any("does not know this batch" in str(record.msg) for record in caplog.records)
