"""The consumers: own pending first, commit before acknowledgement, and no entry that stops the others."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aos.contracts.envelope import Envelope, Meta
from aos.contracts.health import State
from aos.contracts.ingest import Refusal
from aos.core import streams
from aos.core.errors import RedisFault
from aos.core.health import Vital
from aos.core.module import Core
from aos.core.redis import Redis
from aos.core.streams import QUARANTINE, RAW
from aos.dcl.warehouse import consumer as module
from aos.dcl.warehouse.consumer import GroupReader, QuarantineMover, RecordConsumer
from aos.dcl.warehouse.refused import Selection
from aos.dcl.warehouse.rows import Rows

Eventually = Callable[..., Awaitable[None]]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for new entries ends soon, so that a stop does."""
    monkeypatch.setattr(module, "BLOCK_MS", 10)


@pytest.fixture
async def rows(tmp_path: Path) -> AsyncIterator[Rows]:
    opened = await Rows.open(tmp_path / "warehouse.db")
    yield opened
    await opened.close()


def envelope(position: int, payload: bytes = b'{"a":1}') -> bytes:
    meta = Meta(
        ingest_ts=1,
        source="s",
        trace_id=f"trace-{position}",
        is_repaired=False,
        connector_id="c",
        config_gen=1,
        target="t",
        position=position,
    )
    return msgspec.json.encode(Envelope(meta=meta, payload=msgspec.Raw(payload)))


async def publish(redis: Redis, first: int, data: Sequence[bytes], crcs: dict[int, bytes] | None = None) -> None:
    """`data` as entries from position `first` on; `crcs` are checksums of positions whose own is not to stand."""
    entries: list[bytes] = []
    for position, item in enumerate(data, first):
        entries += [b"c" + (crcs or {}).get(position, b"%08x" % zlib.crc32(item)), item]
    await streams.publish(
        redis,
        connector="c",
        target="t",
        behind=first - 1 or None,
        upto=first + len(data) - 1,
        received=len(data),
        keepalives=0,
        resume="",
        at_ms=1,
        entries=entries,
    )


async def ledger(redis: Redis) -> dict[str, int]:
    flat = await redis.call("HGETALL", streams.ledger_key("c"))
    return {name.decode(): int(count) for name, count in zip(flat[::2], flat[1::2], strict=True)}


def even(counts: dict[str, int]) -> bool:
    """Both equations of the ledger."""
    received = counts["received"] == counts["clean"] + counts.get("quarantined", 0)
    published = counts["published"] == counts.get("filed", 0) + counts["pending"] + counts.get("moved", 0)
    return received and published


@asynccontextmanager
async def running(core: Core, reader: GroupReader) -> AsyncIterator[Vital]:
    """The consumer at work; it is stopped in order at the end."""
    vital = core.health.register("consumer", "worker")
    core.stopping.clear()
    task = asyncio.create_task(reader.run(vital))
    try:
        yield vital
    finally:
        core.stopping.set()
        async with asyncio.timeout(10):
            await task
        core.stopping.clear()


class Crash(BaseException):
    """The process ends here."""


async def test_records_are_filed_in_order_and_acknowledged(
    dcl_core: Core, redis: Redis, rows: Rows, eventually: Eventually
) -> None:
    """Every row, its own payload, the ledger even, nothing left pending."""
    await publish(redis, 1, [envelope(n, b'{"n":%d}' % n) for n in range(1, 101)])
    async with running(dcl_core, RecordConsumer(dcl_core, redis, rows)) as vital:
        await eventually(lambda: vital.state is State.IDLE)
    assert await rows.records("c", "t") == [(n, f"trace-{n}", f'{{"n":{n}}}') for n in range(1, 101)]
    counts = await ledger(redis)
    assert (counts["filed"], counts["pending"], even(counts)) == (100, 0, True)
    assert (await streams.state(redis, RAW))[1:] == (0, 0)


@pytest.mark.parametrize("where", ["before the commit", "before the acknowledgement", "behind it"])
async def test_crash_leaves_no_gap_and_no_duplicate(
    dcl_core: Core, redis: Redis, rows: Rows, eventually: Eventually, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """The next start takes its own pending entries first; what was committed already is not filed twice."""
    await publish(redis, 1, [envelope(n) for n in range(1, 51)])
    seen: list[str] = []
    acknowledge, read_group = streams.acknowledge, streams.read_group

    async def crashing(*arguments: Any, **options: Any) -> int:
        if where == "behind it":
            await acknowledge(*arguments, **options)
        raise Crash

    async def watching(redis: Redis, stream: str, consumer: str, after: str, *rest: Any, **options: Any) -> Any:
        seen.append(after)
        return await read_group(redis, stream, consumer, after, *rest, **options)

    with monkeypatch.context() as patch:
        if where == "before the commit":
            patch.setattr(rows, "file", crashing)
        else:
            patch.setattr(streams, "acknowledge", crashing)
        with pytest.raises(Crash):
            await RecordConsumer(dcl_core, redis, rows).run(dcl_core.health.register("crash", "worker"))
    assert await rows.count() == (0 if where == "before the commit" else 50)
    monkeypatch.setattr(streams, "read_group", watching)
    await publish(redis, 51, [envelope(n) for n in range(51, 61)])
    async with running(dcl_core, RecordConsumer(dcl_core, redis, rows)) as vital:
        await eventually(lambda: vital.state is State.IDLE)
    assert seen[0] == "0"
    assert [position for position, _, _ in await rows.records("c", "t")] == list(range(1, 61))
    counts = await ledger(redis)
    assert (counts["filed"], counts["pending"], even(counts)) == (60, 0, True)
    again = dcl_core.metrics.registry.get_sample_value("aos_consumer_redelivered_total")
    assert again == (50 if where == "before the acknowledgement" else 0)


BAD = {
    "checksum": envelope(3),
    "invalid bytes": b"\xff\xfe",
    "no envelope": b'{"meta":{}}',
    "not JSON": b"{",
    "empty": b"",
    "payload that is no JSON": envelope(3, b'{"a":"\xff"}'),
    "payload too deep": envelope(3, b"[" * 100_000 + b"]" * 100_000),
}


@pytest.mark.parametrize("kind", BAD)
async def test_entry_that_can_not_be_filed_goes_to_quarantine_and_the_rest_is_stored(
    dcl_core: Core, redis: Redis, rows: Rows, eventually: Eventually, kind: str
) -> None:
    """One of five is bad: four rows, one refused line with its exact bytes, the ledger even, nothing pending."""
    data = [envelope(1), envelope(2), BAD[kind], envelope(4), envelope(5)]
    await publish(redis, 1, data, {3: b"00000000"} if kind == "checksum" else None)
    async with running(dcl_core, RecordConsumer(dcl_core, redis, rows)) as vital:
        await eventually(lambda: vital.state is State.IDLE)
    assert [position for position, _, _ in await rows.records("c", "t")] == [1, 2, 4, 5]
    [line] = await streams.look(redis, QUARANTINE, last=9)
    assert line.fields[b"data"] == BAD[kind]
    assert line.fields[b"crc"] == b"%08x" % zlib.crc32(BAD[kind])
    refusal = msgspec.json.decode(line.fields[b"meta"], type=Refusal)
    assert (refusal.reason, refusal.length) == ("corrupt_entry", len(BAD[kind]))
    assert refusal.detail
    assert (await streams.state(redis, RAW)).pending == 0
    known = kind in ("checksum", "payload that is no JSON")
    assert refusal.connector_id == ("c" if known else "unknown")
    # A damaged entry's word for its place is told, not taken: it could be that of another line.
    assert (refusal.position == 3) == (kind == "payload that is no JSON")
    assert ("line 3 of c" in refusal.detail) == (kind == "checksum")
    if known:
        assert even(await ledger(redis))


@pytest.mark.parametrize("number", [b"1e-99999999999999999999", b"1e99999999999999999999", b"9" * 400])
async def test_number_of_any_size_does_not_stop_the_consumer(
    dcl_core: Core, redis: Redis, rows: Rows, eventually: Eventually, number: bytes
) -> None:
    """The airlock lets tiny ones through as zero; here each is stored as it came, or set aside."""
    await publish(redis, 1, [envelope(1, b'{"n":%s}' % number), envelope(2)])
    async with running(dcl_core, RecordConsumer(dcl_core, redis, rows)) as vital:
        await eventually(lambda: vital.state is State.IDLE)
    assert [position for position, _, _ in await rows.records("c", "t")][-1] == 2
    assert (await streams.state(redis, RAW)).pending == 0


async def test_group_that_is_lost_while_running_is_made_anew(
    dcl_core: Core, redis: Redis, rows: Rows, eventually: Eventually, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said as an error, and what comes afterwards is filed."""
    await publish(redis, 1, [envelope(1)])
    async with running(dcl_core, RecordConsumer(dcl_core, redis, rows)) as vital:
        await eventually(lambda: vital.state is State.IDLE)
        await redis.call("DEL", RAW)
        await publish(redis, 2, [envelope(2)])

        async def two() -> bool:
            return await rows.count() == 2

        await eventually(two)
    assert "The consumer group was lost and is made anew" in {record.getMessage() for record in caplog.records}


async def test_redis_that_is_away_is_waited_out(
    dcl_core: Core, redis: Redis, rows: Rows, eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The consumer says that it is degraded and goes on by itself."""
    real = streams.read_group

    async def away(*_: Any, **__: Any) -> Any:
        raise RedisFault("Redis does not answer: ConnectionError")

    await publish(redis, 1, [envelope(1)])
    monkeypatch.setattr(streams, "read_group", away)
    async with running(dcl_core, RecordConsumer(dcl_core, redis, rows)) as vital:
        await eventually(lambda: vital.state is State.DEGRADED)
        assert "ConnectionError" in vital.reason
        monkeypatch.setattr(streams, "read_group", real)
        await eventually(lambda: vital.state is State.IDLE)
    assert await rows.count() == 1


async def test_restarts_make_one_consumer(dcl_core: Core, redis: Redis, rows: Rows, eventually: Eventually) -> None:
    """A name for each start would pile up, with its pending entries."""
    for _ in range(5):
        async with running(dcl_core, RecordConsumer(dcl_core, redis, rows)) as vital:
            vital.set(State.STARTING, "")
            await eventually(lambda vital=vital: vital.state is State.IDLE)
    assert len(await redis.call("XINFO CONSUMERS", RAW, streams.GROUP)) <= 1


async def test_acknowledged_entries_are_kept_for_a_look_and_no_more(
    dcl_core: Core, redis: Redis, rows: Rows, eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least `stream_keep` of them, and not without end."""
    core = Core(**{**vars(dcl_core), "settings": msgspec.structs.replace(dcl_core.settings, stream_keep=30)})
    monkeypatch.setattr(module, "COUNT", 10)
    async with running(core, RecordConsumer(core, redis, rows)) as vital:
        await publish(redis, 1, [envelope(n) for n in range(1, 201)])
        await eventually(lambda: vital.state is State.IDLE)
    assert 30 <= await redis.call("XLEN", RAW) <= 40
    assert await rows.count() == 200


def refused(position: int) -> bytes:
    refusal = Refusal(
        connector_id="c",
        config_gen=1,
        source="s",
        target="t",
        position=position,
        trace_id="",
        reason="malformed",
        first_seen=1,
        length=1,
    )
    return msgspec.json.encode(refusal)


async def test_refused_lines_move_into_the_table(
    dcl_core: Core, redis: Redis, rows: Rows, eventually: Eventually
) -> None:
    """With their exact bytes, once; the stream is emptied behind them."""
    lines = [piece for n in range(1, 11) for piece in (b"q00000000", bytes([n, 255]), refused(n))]
    await streams.publish(
        redis,
        connector="c",
        target="t",
        behind=None,
        upto=10,
        received=10,
        keepalives=0,
        resume="",
        at_ms=1,
        entries=lines,
    )
    async with running(dcl_core, QuarantineMover(dcl_core, redis, rows)) as vital:
        await eventually(lambda: vital.state is State.IDLE)
    kept, _ = await rows.quarantine.page(Selection("malformed", "c"), 0, 99)
    assert [item.data for item in kept] == [bytes([n, 255]) for n in range(10, 0, -1)]
    assert await redis.call("XLEN", QUARANTINE) == 0


@pytest.mark.parametrize("meta", [b"", b"{", b"\xff", b'{"reason":1}'])
async def test_refused_lines_without_a_description_all_keep_their_bytes(
    dcl_core: Core, redis: Redis, rows: Rows, eventually: Eventually, meta: bytes
) -> None:
    """However many came in one millisecond: none takes another's place."""
    lines = [piece for n in range(200) for piece in (b"q00000000", b"line %d" % n, meta)]
    await streams.publish(
        redis,
        connector="c",
        target="t",
        behind=None,
        upto=200,
        received=200,
        keepalives=0,
        resume="",
        at_ms=1,
        entries=lines,
    )
    async with running(dcl_core, QuarantineMover(dcl_core, redis, rows)) as vital:
        await eventually(lambda: vital.state is State.IDLE)
    kept, _ = await rows.quarantine.page(Selection("undescribed"), 0, 999)
    assert sorted(item.data for item in kept) == sorted(b"line %d" % n for n in range(200))


@pytest.mark.parametrize("reader", [RecordConsumer, QuarantineMover])
async def test_entries_deleted_under_the_consumer_drain(
    dcl_core: Core, redis: Redis, rows: Rows, eventually: Eventually, reader: type[GroupReader]
) -> None:
    """It neither stops nor reads them for ever."""
    await streams.ensure_group(redis, reader.stream)
    ids = [await redis.call("XADD", reader.stream, "*", "data", "x", "crc", "y") for _ in range(3)]
    await streams.read_group(redis, reader.stream, module.NAME, ">", 9)
    await redis.call("XDEL", reader.stream, *ids)
    async with running(dcl_core, reader(dcl_core, redis, rows)) as vital:
        await eventually(lambda: vital.state is State.IDLE)
    assert (await streams.state(redis, reader.stream)).pending == 0
    assert await rows.count() == 0


@pytest.fixture
def every_turn_claims(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "CLAIM_EVERY_S", 0.0)
    monkeypatch.setattr(module, "CLAIM_IDLE_MS", 0)
    return iter(())


async def test_entries_of_a_dead_consumer_are_taken_over(
    dcl_core: Core, redis: Redis, rows: Rows, eventually: Eventually, every_turn_claims: None
) -> None:
    """Another name's pending entries are filed too."""
    await streams.ensure_group(redis, RAW)
    await publish(redis, 1, [envelope(1), envelope(2)])
    await streams.read_group(redis, RAW, "somebody", ">", 9)

    async def two() -> bool:
        return await rows.count() == 2

    async with running(dcl_core, RecordConsumer(dcl_core, redis, rows)):
        await eventually(two)
    assert even(await ledger(redis))
