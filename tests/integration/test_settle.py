"""Leaving quarantine: one numbered step, once. On every Redis that is here."""

import zlib

import pytest

from aos.core import settle, streams
from aos.core.errors import Fenced, RedisFault
from aos.core.redis import Redis
from aos.core.settle import FENCE, Leaving
from aos.core.streams import RAW

pytestmark = pytest.mark.parametrize("redis_program", ["usual", "other"], indirect=True)
LINES = [Leaving("c", "clean", b"one"), Leaving("d", "repaired", b"two"), Leaving("c", "discarded")]


async def ledger(redis: Redis, connector: str) -> dict[str, int]:
    flat = await redis.call("HGETALL", streams.ledger_key(connector))
    return {name.decode(): int(count) for name, count in zip(flat[::2], flat[1::2], strict=True)}


async def test_a_batch_leaves_in_one_step_with_its_counters(redis: Redis) -> None:
    """Published lines carry their checksum; each counter moves in the ledger of the line's own connector."""
    await redis.call("HSET", streams.ledger_key("c"), "quarantined", 5)
    await redis.call("HSET", streams.ledger_key("d"), "quarantined", 5)
    assert await settle.settle(redis, 1, LINES)
    assert [entry.fields for entry in await streams.look(redis, RAW, last=9)] == [
        {b"data": data, b"crc": b"%08x" % zlib.crc32(data)} for data in (b"one", b"two")
    ]
    published = {"published": 1, "pending": 1}
    assert await ledger(redis, "c") == {"quarantined": 3, "clean": 1, "discarded": 1, **published}
    assert await ledger(redis, "d") == {"quarantined": 4, "repaired": 1, **published}
    assert await settle.last_batch(redis) == 1
    assert set(await redis.call("SMEMBERS", streams.LEDGERS)) == {b"c", b"d"}


async def test_the_same_batch_again_changes_nothing(redis: Redis) -> None:
    """A lost reply is resolved by asking again, however often."""
    for _ in range(3):
        assert await settle.settle(redis, 1, LINES)
    assert await settle.void(redis, 1)
    assert await redis.call("XLEN", RAW) == 2
    assert await ledger(redis, "d") == {"quarantined": -1, "repaired": 1, "published": 1, "pending": 1}


async def test_a_void_batch_never_happens(redis: Redis) -> None:
    """Not by a command that Redis gets late, and not once other batches have come after it."""
    assert not await settle.void(redis, 1)
    assert not await settle.void(redis, 1)
    assert not await settle.settle(redis, 1, LINES)
    assert await settle.settle(redis, 2, LINES[2:])
    with pytest.raises(Fenced) as fenced:
        await settle.settle(redis, 1, LINES)
    assert fenced.value.extra == {"cursor": "2"}
    assert await redis.call("XLEN", RAW) == 0


async def test_a_batch_out_of_turn_is_refused(redis: Redis) -> None:
    """Only the number behind the last one is due."""
    for number in (2, 7):
        with pytest.raises(Fenced):
            await settle.settle(redis, number, LINES)
    assert await redis.call("EXISTS", RAW, FENCE) == 0


@pytest.mark.parametrize("key", [RAW, FENCE, streams.LEDGERS, streams.ledger_key("d")])
async def test_a_key_of_another_type_stops_the_step_before_it_wrote(redis: Redis, key: str) -> None:
    """Nothing is half done."""
    await redis.call("SET", key, "x")
    with pytest.raises(RedisFault):
        await settle.settle(redis, 1, LINES)
    assert await ledger(redis, "c") == {}
    await redis.call("DEL", key)
    assert await settle.settle(redis, 1, LINES)
    assert await redis.call("XLEN", RAW) == 2


async def test_a_batch_of_the_largest_size_is_one_call(redis: Redis) -> None:
    """Five hundred lines of two kilobytes: more arguments than Lua could unpack at once is fine."""
    lines = [Leaving("c", "clean", b"x" * 2048) for _ in range(500)]
    assert await settle.settle(redis, 1, lines)
    assert (await ledger(redis, "c"))["published"] == 500
