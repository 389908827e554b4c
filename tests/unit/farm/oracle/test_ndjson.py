"""The endless answer, spoken to as a server speaks to it."""

import asyncio
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from aos.core.clock import FakeClock
from aos.farm.oracle.chaos import Chaos, Kind
from aos.farm.oracle.feed import Feed
from aos.farm.oracle.invoices import invoice_line
from aos.farm.oracle.ndjson import DRIP_S, LATENCY_S, NdjsonStream

SCOPE = {"type": "http", "method": "GET"}


class Reader:
    """Keeps what was sent, and when; leaves when `leave` says so."""

    def __init__(self, clock: FakeClock, leave: Callable[["Reader"], bool] = lambda _: False) -> None:
        self.clock, self.leave = clock, leave
        self.sent: list[tuple[float, dict[str, Any]]] = []
        self.left = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append((self.clock.monotonic(), message))
        if self.leave(self):
            self.left.set()

    @property
    def chunks(self) -> list[tuple[float, bytes]]:
        return [(at, message["body"]) for at, message in self.sent[1:] if message["body"]]

    @property
    def body(self) -> bytes:
        return b"".join(chunk for _, chunk in self.chunks)

    @property
    def whole(self) -> bool:
        return self.sent[-1][1].get("more_body") is False


def lines(first: int, last: int) -> bytes:
    return b"".join(invoice_line(1, n) + b"\n" for n in range(first, last + 1))


async def read(
    reader: Reader,
    feed: Feed,
    rate: float | None = None,
    stopping: asyncio.Event | None = None,
) -> None:
    async with asyncio.timeout(20):
        stream = NdjsonStream(feed, rate, reader.clock, stopping or asyncio.Event())
        await stream(SCOPE, reader.receive, reader.send)


async def test_head_says_what_comes() -> None:
    """NDJSON of no known length, kept by nobody on the way."""
    reader = Reader(FakeClock())
    await read(reader, Feed(1, 1, 1, None))
    start = reader.sent[0][1]
    assert start["status"] == 200
    headers = dict(start["headers"])
    assert headers[b"content-type"] == b"application/x-ndjson"
    assert headers[b"cache-control"] == b"no-store"
    assert b"content-length" not in headers


@pytest.mark.parametrize("rate", [None, 100.0])
async def test_ends_whole_at_the_last_line(rate: float | None) -> None:
    """Everything asked for is out, then the final chunk."""
    reader = Reader(FakeClock())
    await read(reader, Feed(1, 5, 300, None), rate)
    assert reader.body == lines(5, 300)
    assert reader.whole


async def test_empty_answer_is_whole() -> None:
    """Nothing to send is a clean end, not a failure."""
    reader = Reader(FakeClock())
    await read(reader, Feed(1, 8, 7, None), 10.0)
    assert reader.body == b""
    assert reader.whole


async def test_paced_lines_go_out_on_time() -> None:
    """At 100/s line k stands on the wire at k / 100 s, a whole line a chunk."""
    reader = Reader(FakeClock())
    start = reader.clock.monotonic()
    await read(reader, Feed(1, 1, 500, None), 100.0)
    for k, (at, chunk) in enumerate(reader.chunks):
        assert chunk == invoice_line(1, k + 1) + b"\n"
        assert at - start == pytest.approx(k / 100, abs=1e-6)


async def test_due_lines_share_a_chunk() -> None:
    """A reader that held the stream up gets what was due meanwhile in one piece."""
    reader = Reader(FakeClock(), lambda it: it.clock.advance(1.0) is not None)
    await read(reader, Feed(1, 1, 35, None), 10.0)
    # The head took a second before the clock of the stream started; each chunk takes one more.
    assert [chunk.count(b"\n") for _, chunk in reader.chunks] == [1, 10, 10, 10, 4]


async def test_latency_is_five_seconds_after_the_line() -> None:
    """Line n is out, five seconds nothing, then the old pace."""
    reader = Reader(FakeClock())
    await read(reader, Feed(1, 1, 20, Chaos(1.0, [Kind.LATENCY])), 100.0)
    times = [at for at, _ in reader.chunks]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps == pytest.approx([LATENCY_S + 0.01] * 19)
    assert reader.body == lines(1, 20)


async def test_reset_cuts_behind_the_line() -> None:
    """Line n goes out whole and nothing after it, not even the end of the answer."""
    chaos = Chaos(0.1, [Kind.RESET])
    struck = next(n for n in range(1, 1_000) if chaos.hit(1, n))
    reader = Reader(FakeClock())
    await read(reader, Feed(1, 1, None, chaos))
    assert reader.body == lines(1, struck)
    assert not reader.whole


async def test_reader_that_resumes_after_resets_gets_everything() -> None:
    """Connection by connection, each from where the last broke off, the records are those of one whole stream."""
    got, chaos = b"", Chaos(0.3, [Kind.RESET])
    while True:
        reader = Reader(FakeClock())
        await read(reader, Feed(1, got.count(b"\n") + 1, 50, chaos))
        got += reader.body
        if reader.whole:
            break
        assert reader.body
    assert got == lines(1, 50)


async def test_slow_line_drips() -> None:
    """It comes byte by byte with a pause after each, the first line of a connection never; then on at the old pace."""
    reader = Reader(FakeClock())
    await read(reader, Feed(1, 1, 2, Chaos(1.0, [Kind.SLOW_DRIP])), 10.0)
    first, *drops = reader.chunks
    assert first[1] == lines(1, 1)
    assert [len(drop) for _, drop in drops] == [1] * len(lines(2, 2))
    assert drops[-1][0] - drops[0][0] == pytest.approx(DRIP_S * (len(drops) - 1))
    assert drops[-1][0] - drops[0][0] > 15
    assert reader.body == lines(1, 2)


@pytest.mark.parametrize("rate", [None, 10.0])
async def test_leaving_reader_ends_it(rate: float | None) -> None:
    """An endless stream is over soon after its reader is gone, and sends no end to nobody."""
    reader = Reader(FakeClock(), lambda it: len(it.sent) > 5)
    await read(reader, Feed(1, 1, None, None), rate)
    assert len(reader.sent) < 15
    assert not reader.whole


@pytest.mark.parametrize("rate", [None, 10.0])
async def test_stop_cuts_it(rate: float | None) -> None:
    """When the process stops, the stream does, without pretending that it was all."""
    stopping = asyncio.Event()
    reader = Reader(FakeClock(), lambda it: len(it.sent) > 5 and stopping.set() is not None)
    await read(reader, Feed(1, 1, None, None), rate, stopping)
    assert len(reader.sent) < 15
    assert not reader.whole
    assert reader.body.endswith(b"}\n")


async def test_stop_reaches_a_reader_who_never_reads() -> None:
    """A stream held up in `send` ends all the same."""
    stopping = asyncio.Event()
    reader = Reader(FakeClock())
    held = asyncio.Event()

    async def hold(message: Any) -> None:
        if message["type"] == "http.response.body":
            held.set()
            await asyncio.Event().wait()

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        stream = NdjsonStream(Feed(1, 1, None, None), None, reader.clock, stopping)
        group.create_task(stream(SCOPE, reader.receive, hold))
        await held.wait()
        stopping.set()


async def test_held_up_stream_makes_nothing_more() -> None:
    """While `send` waits, not one further line is made: a slow reader costs one block."""
    made = []

    class Counted(Feed):
        def block(self, most_lines: int) -> Any:
            made.append(most_lines)
            return super().block(most_lines)

    reader = Reader(FakeClock())
    release = asyncio.Event()

    async def hold(message: Any) -> None:
        if message["type"] == "http.response.body":
            await release.wait()

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        stream = NdjsonStream(Counted(1, 1, None, None), None, reader.clock, asyncio.Event())
        group.create_task(stream(SCOPE, reader.receive, hold))
        for _ in range(100):
            await asyncio.sleep(0)
        assert len(made) == 1
        reader.left.set()


async def test_other_work_gets_its_turn_between_blocks() -> None:
    """Unpaced, the event loop runs something else after every block, although `send` never waits."""
    turns = []
    reader = Reader(FakeClock())

    async def other() -> None:
        while not reader.sent or not reader.whole:
            turns.append(len(reader.sent))
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        group.create_task(other())
        await read(reader, Feed(1, 1, 2_000, None))
    assert len(set(turns)) >= len(reader.chunks)
