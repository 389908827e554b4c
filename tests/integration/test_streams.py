"""The atomic steps: all or nothing, and a repeat adds nothing. On every Redis that is here."""

import asyncio
import zlib
from collections.abc import Sequence

import pytest

from aos.core import streams
from aos.core.errors import Fenced, RedisFault
from aos.core.redis import Redis
from aos.core.streams import GROUP, QUARANTINE, RAW, Cursor, GroupState, Refile

pytestmark = pytest.mark.parametrize("redis_program", ["usual", "other"], indirect=True)


def clean(*data: bytes) -> list[bytes]:
    return [piece for item in data for piece in (b"c%08x" % zlib.crc32(item), item)]


async def publish(
    redis: Redis, behind: int | None, upto: int, entries: Sequence[bytes], *, connector: str = "c", received: int = 0
) -> int:
    return await streams.publish(
        redis,
        connector=connector,
        target="t",
        behind=behind,
        upto=upto,
        received=received or upto - (behind or 0),
        keepalives=1,
        resume=f"r{upto}",
        at_ms=1,
        entries=entries,
    )


async def ledger(redis: Redis, connector: str = "c") -> dict[str, int]:
    flat = await redis.call("HGETALL", streams.ledger_key(connector))
    return {name.decode(): int(count) for name, count in zip(flat[::2], flat[1::2], strict=True)}


async def fill(redis: Redis, count: int, *, connector: str = "c") -> list[bytes]:
    """`count` entries in the stream, delivered to consumer `dcl-1`; their ids."""
    await streams.ensure_group(redis, RAW)
    await publish(redis, None, count, clean(*(b"%d" % n for n in range(count))), connector=connector)
    return [entry.id for entry in await streams.read_group(redis, RAW, "dcl-1", ">", count)]


async def test_publish_writes_everything_in_one_step(redis: Redis) -> None:
    """Records, refused lines, cursor and counters; what was written is what is read."""
    refused = [b"qdeadbeef", b"\xff\xfe", b'{"why":1}']
    repaired = [b"rcafecafe", b"fixed"]
    assert await publish(redis, None, 4, [*clean(b"a", b"b"), *refused, *repaired]) == 3
    assert [entry.fields for entry in await streams.look(redis, RAW, last=9)] == [
        {b"data": b"a", b"crc": b"%08x" % zlib.crc32(b"a")},
        {b"data": b"b", b"crc": b"%08x" % zlib.crc32(b"b")},
        {b"data": b"fixed", b"crc": b"cafecafe"},
    ]
    [line] = await streams.look(redis, QUARANTINE, last=9)
    assert line.fields == {b"data": b"\xff\xfe", b"crc": b"deadbeef", b"meta": b'{"why":1}'}
    assert await streams.read_cursor(redis, "c", "t") == Cursor(4, "r4")
    assert await ledger(redis) == {
        "received": 4,
        "keepalives": 1,
        "clean": 2,
        "repaired": 1,
        "quarantined": 1,
        "published": 3,
        "pending": 3,
    }


async def test_publish_again_adds_nothing(redis: Redis) -> None:
    """A batch whose reply was lost succeeds again and leaves everything as it was."""
    batch = clean(b"a", b"b")
    await publish(redis, None, 2, batch)
    before = await ledger(redis)
    for _ in range(3):
        await publish(redis, None, 2, batch)
    assert await redis.call("XLEN", RAW) == 2
    assert await ledger(redis) == before


@pytest.mark.parametrize("behind", [None, 1, 3, 99])
async def test_publish_from_another_place_is_fenced(redis: Redis, behind: int | None) -> None:
    """It says where the cursor stands, and nothing is written."""
    await publish(redis, None, 2, clean(b"a", b"b"))
    before = await ledger(redis)
    with pytest.raises(Fenced) as caught:
        await publish(redis, behind, 100, clean(b"x"))
    assert caught.value.extra["cursor"] == "2"
    assert await redis.call("XLEN", RAW) == 2
    assert await ledger(redis) == before


async def test_publish_behind_a_cursor_that_is_not_there_is_fenced(redis: Redis) -> None:
    """Data that were lost are never taken for data that are there."""
    with pytest.raises(Fenced) as caught:
        await publish(redis, 5, 6, clean(b"x"))
    assert caught.value.extra["cursor"] is None
    assert await redis.call("EXISTS", RAW) == 0


async def test_two_writers_on_one_cursor_never_both_win(redis: Redis) -> None:
    """Of fifty batches from the same place one is in."""
    results = await asyncio.gather(
        *(publish(redis, None, 10 + n, clean(b"%d" % n)) for n in range(50)), return_exceptions=True
    )
    assert sum(isinstance(result, Fenced) for result in results) == 49
    assert await redis.call("XLEN", RAW) == 1


KEYS = (RAW, QUARANTINE, "aos:cursor:c:t", "aos:ledger:c", "aos:stream:dcl.ingest.raw", streams.LEDGERS)


@pytest.mark.parametrize("key", KEYS)
async def test_publish_onto_a_key_of_the_wrong_type_writes_nothing(redis: Redis, key: str) -> None:
    """A script that fails half-way is not rolled back, so it looks at every key first."""
    await redis.call("SET", key, "x")
    with pytest.raises(RedisFault, match=f"{key} holds a string") as caught:
        await publish(redis, None, 2, [*clean(b"a"), b"q00000000", b"b", b"{}"])
    assert caught.value.code == "redis.wrongtype"
    assert await redis.call("EXISTS", *KEYS) == 1


async def test_publish_of_a_thousand_kibibytes_keeps_order(redis: Redis) -> None:
    """The largest batch there is, at once and in order."""
    data = [b"%04d" % n + b"x" * 1020 for n in range(1000)]
    assert await publish(redis, None, 1000, clean(*data)) == 1000
    assert [entry.fields[b"data"] for entry in await streams.look(redis, RAW, last=1000)] == data


async def test_publish_tells_the_lag(redis: Redis) -> None:
    """What is in but not acknowledged; trimming does not hide it, keeping does not raise it."""
    ids = await fill(redis, 10)
    await streams.acknowledge(redis, RAW, [(key, "c") for key in ids[:6]], counter="filed")
    assert await publish(redis, 10, 12, clean(b"x", b"y")) == 6
    await streams.trim(redis, RAW, ids[3], ids[3])
    assert await publish(redis, 12, 13, clean(b"z")) == 7
    assert await streams.state(redis, RAW) == GroupState(entries=9, pending=4, lag=7)


async def test_acknowledge_counts_each_connector_once(redis: Redis) -> None:
    """The ledger is raised where the acknowledgement happens; again is nothing."""
    ids = await fill(redis, 6)
    owners = [(key, "ab"[n % 3 == 0]) for n, key in enumerate(ids)]
    assert await streams.acknowledge(redis, RAW, owners, counter="filed") == 6
    assert await streams.acknowledge(redis, RAW, owners, counter="filed") == 0
    assert await ledger(redis, "a") == {"filed": 4, "pending": -4}
    assert await ledger(redis, "b") == {"filed": 2, "pending": -2}
    assert await streams.state(redis, RAW) == GroupState(6, 0, 0)


async def test_acknowledge_without_a_counter_leaves_the_ledger(redis: Redis) -> None:
    """As for refused lines, which were counted when they came."""
    ids = await fill(redis, 2)
    before = await ledger(redis)
    assert await streams.acknowledge(redis, RAW, [(key, "c") for key in ids]) == 2
    assert await ledger(redis) == before


async def test_acknowledge_of_a_thousand_goes_in_one_call(redis: Redis) -> None:
    """As many as the consumer reads at once, of many connectors."""
    ids = await fill(redis, 1000)
    owners = [(key, f"c{n % 50}") for n, key in enumerate(ids)]
    assert await streams.acknowledge(redis, RAW, owners, counter="filed") == 1000
    assert await ledger(redis, "c7") == {"filed": 20, "pending": -20}


async def test_trim_keeps_what_is_not_acknowledged(redis: Redis) -> None:
    """Pending and unread entries of every group stay, whatever the caller asks for."""
    ids = await fill(redis, 10)
    await streams.acknowledge(redis, RAW, [(key, "c") for key in (*ids[:4], ids[6])])
    await streams.ensure_group(redis, RAW, "audit")
    assert await streams.trim(redis, RAW, ids[9], ids[9]) == 0
    await streams.read_group(redis, RAW, "a", ">", 7, group="audit")
    await redis.call("XACK", RAW, "audit", *ids[:2], *ids[3:7])
    assert await streams.trim(redis, RAW, ids[9], ids[9]) == 2
    await redis.call("XACK", RAW, "audit", ids[2])
    assert await streams.trim(redis, RAW, ids[2], ids[2]) == 1
    assert await streams.trim(redis, RAW, ids[9], ids[9]) == 1
    assert [entry.id for entry in await streams.look(redis, RAW, last=99)] == ids[4:]
    assert await redis.call("HGET", streams.totals_key(RAW), "trimmed") == b"4"


async def test_trim_goes_up_to_the_given_entry(redis: Redis) -> None:
    """And takes it along; entries of one millisecond are told apart."""
    ids = await fill(redis, 5)
    await streams.acknowledge(redis, RAW, [(key, "c") for key in ids])
    assert await streams.trim(redis, RAW, ids[2], ids[2]) == 3
    assert await streams.trim(redis, RAW, ids[2], ids[2]) == 0
    assert [entry.id for entry in await streams.look(redis, RAW, last=9)] == ids[3:]


async def test_move_to_quarantine_is_one_step_and_harmless_twice(redis: Redis) -> None:
    """The entry is acknowledged here and lies there; both sums of the ledger stay even."""
    ids = await fill(redis, 3)
    refile = Refile(ids[1], "c", False, b"bad", b"00000000", b"{}", "why")
    assert await streams.move_to_quarantine(redis, [refile]) == 1
    assert await streams.move_to_quarantine(redis, [refile]) == 0
    assert await redis.call("XLEN", QUARANTINE) == 1
    await streams.acknowledge(redis, RAW, [(ids[0], "c"), (ids[2], "c")], counter="filed")
    counts = await ledger(redis)
    assert counts["received"] == counts["clean"] + counts["quarantined"] == 3
    assert counts["published"] == counts["filed"] + counts["pending"] + counts["moved"] == 3
    assert counts["pending"] == 0
    assert await streams.state(redis, RAW) == GroupState(3, 0, 0)


async def test_move_of_a_repaired_entry_takes_it_from_the_repaired(redis: Redis) -> None:
    """Each connector's own ledger, each verdict's own count."""
    await streams.ensure_group(redis, RAW)
    await publish(redis, None, 1, [b"r00000000", b"x"], connector="d")
    [entry] = await streams.read_group(redis, RAW, "dcl-1", ">", 9)
    await streams.move_to_quarantine(redis, [Refile(entry.id, "d", True, b"x", b"00000000", b"{}", "why")])
    counts = await ledger(redis, "d")
    assert (counts["repaired"], counts["quarantined"], counts["moved"], counts["pending"]) == (0, 1, 1, 0)


async def test_group_is_made_at_the_beginning_and_kept(redis: Redis) -> None:
    """What came before the consumer is delivered; a second start does not set it back."""
    await publish(redis, None, 2, clean(b"a", b"b"))
    await streams.ensure_group(redis, RAW)
    assert len(await streams.read_group(redis, RAW, "dcl-1", ">", 9)) == 2
    await streams.ensure_group(redis, RAW)
    assert await streams.read_group(redis, RAW, "dcl-1", ">", 9) == []
    assert len(await streams.read_group(redis, RAW, "dcl-1", "0", 9)) == 2


async def test_group_that_was_lost_is_told_as_such(redis: Redis) -> None:
    """Reading says `redis.nogroup`; looking and counting go on."""
    await fill(redis, 3)
    await redis.call("XGROUP DESTROY", RAW, GROUP)
    with pytest.raises(RedisFault) as caught:
        await streams.read_group(redis, RAW, "dcl-1", ">", 9)
    assert caught.value.code == "redis.nogroup"
    assert (await streams.state(redis, RAW)).pending == 0
    await redis.call("DEL", RAW)
    with pytest.raises(RedisFault) as caught:
        await streams.read_group(redis, RAW, "dcl-1", "0", 9)
    assert caught.value.code == "redis.nogroup"
    assert await streams.look(redis, RAW, last=9) == []
    await streams.ensure_group(redis, RAW)
    assert await streams.read_group(redis, RAW, "dcl-1", ">", 9) == []


async def test_entries_deleted_under_their_reader_drain(redis: Redis) -> None:
    """Both Redis 6 and 7: they come back without fields, can be acknowledged, and nothing stays pending."""
    ids = await fill(redis, 4)
    await redis.call("XDEL", RAW, ids[0], ids[2])
    pending = await streams.read_group(redis, RAW, "dcl-1", "0", 9)
    assert [entry.id for entry in pending] == ids
    assert [bool(entry.fields) for entry in pending] == [False, True, False, True]
    await streams.acknowledge(redis, RAW, [(entry.id, "c") for entry in pending])
    assert await streams.read_group(redis, RAW, "dcl-1", "0", 9) == []


async def test_claim_takes_over_from_the_dead(redis: Redis) -> None:
    """Also where some were deleted in the meantime: what is left is given out, then nothing stays pending."""
    ids = await fill(redis, 4)
    await redis.call("XDEL", RAW, ids[1])
    claimed = await streams.claim(redis, RAW, "dcl-2", 0, 99)
    assert [entry.id for entry in claimed if entry.fields] == [ids[0], *ids[2:]]
    assert await streams.claim(redis, RAW, "dcl-3", 3_600_000, 99) == []
    own = await streams.read_group(redis, RAW, "dcl-2", "0", 9)
    await streams.acknowledge(redis, RAW, [(entry.id, "c") for entry in own])
    assert (await streams.state(redis, RAW)).pending == 0


async def test_look_pages_forward(redis: Redis) -> None:
    """The last ones, or those behind an id, oldest first; nobody's delivery is changed by it."""
    await streams.ensure_group(redis, RAW)
    await publish(redis, None, 5, clean(*(b"%d" % n for n in range(5))))
    last = await streams.look(redis, RAW, last=3)
    assert [entry.fields[b"data"] for entry in last] == [b"2", b"3", b"4"]
    behind = await streams.look(redis, RAW, after=last[0].id.decode(), count=1)
    assert [entry.fields[b"data"] for entry in behind] == [b"3"]
    assert (await streams.state(redis, RAW)).pending == 0


async def test_cursor_before_the_first_batch_is_none(redis: Redis) -> None:
    """Not zero: that may be a position."""
    assert await streams.read_cursor(redis, "c", "t") == Cursor(None, "")
