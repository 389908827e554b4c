"""Reading a source that plays exactly these bytes: whole lines once, wherever it is cut, slow or silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from aos.core.clock import SystemClock
from aos.dcl.sidecar.lines import Oversize
from aos.dcl.sidecar.source import Line, Source
from tests.integration.played_source import (
    BODY,
    EGRESS,
    NDJSON,
    OK,
    RECORDS,
    Stub,
    chunked,
    endlessly,
    playing,
    read,
)

IDLE_S = 0.1


@pytest.mark.parametrize(
    "head",
    [
        OK + NDJSON + b"content-length: %d\r\n\r\n" % len(BODY) + BODY,
        OK + NDJSON + b"connection: close\r\n\r\n" + BODY,
        OK + NDJSON + b"transfer-encoding: chunked\r\n\r\n" + chunked(BODY[:5], BODY[5:13], BODY[13:]) + b"0\r\n\r\n",
        OK + NDJSON + b"transfer-encoding: chunked\r\n\r\n" + chunked(*(bytes([b]) for b in BODY)) + b"0\r\n\r\n",
        OK + b"\r\n" + BODY,
        OK + NDJSON + b"content-length: %d\r\n\r\n" % (len(BODY) + 3) + BODY.replace(b"\n", b"\r\n"),
    ],
)
async def test_whole_body_gives_every_line_once(head: bytes) -> None:
    """However it is framed: the same lines, and a clean end."""
    async with playing(head) as stub:
        assert await read(stub.url) == (RECORDS, "")


@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
async def test_body_cut_at_any_byte_gives_a_prefix_of_whole_lines(framing: str) -> None:
    """Three records, cut at every byte: never a half line, and a fault wherever one was begun or more was owed."""
    for cut in range(len(BODY) + 1):
        part = BODY[:cut]
        if framing == "length":
            sent = OK + NDJSON + b"content-length: %d\r\n\r\n" % len(BODY) + part
        elif framing == "chunked":
            sent = OK + NDJSON + b"transfer-encoding: chunked\r\n\r\n" + (chunked(part) if part else b"")
        else:
            sent = OK + NDJSON + b"connection: close\r\n\r\n" + part
        async with playing(sent) as stub:
            lines, code = await read(stub.url)
        assert lines == RECORDS[: part.count(b"\n")]
        if framing == "close":
            assert code == ("source.cut" if part and not part.endswith(b"\n") else "")
        else:
            assert code == ("" if framing == "length" and cut == len(BODY) else "source.cut")


@pytest.mark.parametrize(
    "body",
    [b"zz\r\n", b"5\r\nab", b"3\nabc\n0\n\n", b"-1\r\n", b"fffffffffffffffffffff\r\nx", b"5;" + b"x" * 200_000],
)
async def test_broken_chunks_are_a_fault(body: bytes) -> None:
    """A bad size, a short chunk, bare newlines: told, not guessed."""
    async with playing(OK + NDJSON + b"transfer-encoding: chunked\r\n\r\n" + chunked(BODY) + body) as stub:
        lines, code = await read(stub.url)
    assert code == "source.cut"
    assert lines == RECORDS


async def test_drip_without_a_newline_is_a_stall() -> None:
    """Bytes keep the connection alive, but only whole lines count."""
    async with endlessly(OK + NDJSON + b"\r\n" + BODY, b"x", IDLE_S / 5) as stub:
        assert await read(stub.url, idle_s=IDLE_S, linger_s=IDLE_S / 2, limit=10**9) == (RECORDS, "source.stalled")


async def test_slow_whole_lines_are_no_stall() -> None:
    """Keep-alives too: a line well within the limit each time goes on for many limits."""
    pieces = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal pieces
        writer.write(OK + NDJSON + b"content-length: 30\r\n\r\n")
        for pieces in range(30):  # noqa: B007
            writer.write(b"\n")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with Stub(talk) as stub:
        assert await read(stub.url, idle_s=2.0, linger_s=0.01) == ([b""] * 30, "")


@pytest.mark.parametrize("first", [b"", OK, OK + NDJSON + b"\r\n", OK + NDJSON + b"\r\n" + BODY + b"{"])
async def test_silence_is_a_timeout(first: bytes) -> None:
    """Before the answer, within its head, before the first line, within a line."""
    async with endlessly(first, b"") as stub:
        lines, code = await read(stub.url, idle_s=IDLE_S, linger_s=IDLE_S / 2)
    assert lines == (RECORDS if BODY in first else [])
    assert code in ("source.timeout", "source.stalled")


async def test_head_that_drips_is_a_timeout() -> None:
    """Each byte comes in time; the head as a whole does not."""
    async with endlessly(OK + b"x-more: ", b"x", IDLE_S / 5) as stub:
        assert await read(stub.url, idle_s=IDLE_S) == ([], "source.timeout")


@pytest.mark.parametrize("again", [b"x-more: " + b"x" * 1000 + b"\r\n", b"x" * 10_000])
async def test_head_without_end_is_a_fault(again: bytes) -> None:
    """In bounded memory: many headers, and one long one."""
    async with endlessly(OK, again) as stub:
        assert await read(stub.url) == ([], "source.cut")


async def test_interim_answers_without_end_are_a_timeout() -> None:
    """`102 Processing` again and again resets every read timeout; it still ends."""
    async with endlessly(b"", b"HTTP/1.1 102 Processing\r\n\r\n", IDLE_S / 5) as stub:
        assert await read(stub.url, idle_s=IDLE_S) == ([], "source.timeout")


@pytest.fixture
async def flowing() -> AsyncIterator[Stub]:
    async with endlessly(OK + NDJSON + b"\r\n" + BODY, b"") as stub:
        yield stub


async def test_pause_in_the_flow_gives_an_empty_list(flowing: Stub) -> None:
    """So that an open batch can be sent; the connection stays."""
    source = Source(SystemClock(), EGRESS, idle_timeout_s=10, max_line_bytes=1024, on_bytes=lambda _: None)
    async with aclosing(source.lines(flowing.url, 0.01)) as blocks:
        got: list[Line] = []
        async for block in blocks:
            got += block
            if not block and len(got) == 3:
                break
    assert got == RECORDS
    assert len(flowing.asked) == 1


async def test_reader_that_leaves_closes_the_connection(flowing: Stub) -> None:
    """No task and no socket is left: the server sees the end."""
    source = Source(SystemClock(), EGRESS, idle_timeout_s=10, max_line_bytes=1024, on_bytes=lambda _: None)
    async with aclosing(source.lines(flowing.url, 10)) as blocks:
        await anext(blocks)
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "read source"]


async def test_cancelled_reader_ends_at_once(flowing: Stub) -> None:
    """While it waits for bytes; nothing is left behind."""
    source = Source(SystemClock(), EGRESS, idle_timeout_s=10, max_line_bytes=1024, on_bytes=lambda _: None)
    first = asyncio.Event()

    async def reading() -> None:
        async with aclosing(source.lines(flowing.url, 10)) as blocks:
            async for _ in blocks:
                first.set()

    task = asyncio.create_task(reading())
    await first.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "read source"]


async def test_long_line_is_passed_by_and_the_next_is_read() -> None:
    """Its head, length and digest come instead."""
    async with playing(OK + NDJSON + b"\r\n" + b"x" * 5000 + b"\n" + BODY) as stub:
        lines, code = await read(stub.url, limit=1024)
    assert isinstance(lines[0], Oversize)
    assert (lines[0].length, lines[1:], code) == (5000, RECORDS, "")


async def test_every_byte_is_told() -> None:
    """The sum is the body's length."""
    counted: list[int] = []
    source = Source(SystemClock(), EGRESS, idle_timeout_s=5, max_line_bytes=1024, on_bytes=counted.append)
    async with playing(OK + NDJSON + b"\r\n" + BODY) as stub, aclosing(source.lines(stub.url, 1)) as blocks:
        async for _ in blocks:
            pass
    assert sum(counted) == len(BODY)
    assert 0 not in counted


async def test_time_of_the_reader_is_not_the_silence_of_the_source() -> None:
    """A slow Redis must not look like a stalled source."""

    class Stepping(SystemClock):
        ahead = 0.0

        def monotonic(self) -> float:
            return super().monotonic() + self.ahead

    clock = Stepping()
    source = Source(clock, EGRESS, idle_timeout_s=5, max_line_bytes=1024, on_bytes=lambda _: None)
    got: list[Line] = []
    body = [OK + NDJSON + b"content-length: %d\r\n\r\n" % (len(BODY) * 2), *([BODY[:3], BODY[3:]] * 2)]
    async with playing(*body) as stub, aclosing(source.lines(stub.url, 0.01)) as blocks:
        async for block in blocks:
            got += block
            clock.ahead += 100
    assert got == RECORDS * 2
