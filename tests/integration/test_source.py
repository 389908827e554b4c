"""Reading a source, against a server that plays exactly these bytes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing

import pytest

from aos.core.allowlist import AllowList
from aos.core.clock import SystemClock
from aos.core.egress import Egress
from aos.core.errors import SourceFault
from aos.dcl.sidecar.lines import Oversize
from aos.dcl.sidecar.source import LONGEST_RETRY_AFTER_S, Line, Source

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\n"
NDJSON = b"content-type: application/x-ndjson\r\n"
RECORDS = [b'{"n":1}', '{"n":"zwölf \u2028"}'.encode(), b'{"n":3}']
BODY = b"".join(line + b"\n" for line in RECORDS)
IDLE_S = 0.1
EGRESS = Egress(AllowList.read("127.0.0.0/8"))


class Stub:
    """A server on a port of its own; `asked` are the heads of the requests that came."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self.asked: list[bytes] = []
        self._serving: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Stub":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/stream?chaos=true"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()
        await asyncio.gather(*self._serving)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._serving.append(task)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            self.asked.append(await reader.readuntil(b"\r\n\r\n"))
            await self._talk(reader, writer)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def playing(*pieces: bytes) -> Stub:
    """Sends the pieces, then closes."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)

    return Stub(talk)


def endlessly(first: bytes, again: bytes, every_s: float = 0.0) -> Stub:
    """Sends `first`, then `again` until the reader has left; without `again` it is silent until then."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        left = asyncio.create_task(reader.read())
        while again and not left.done():
            writer.write(again)
            await writer.drain()
            await asyncio.wait({left}, timeout=every_s)
        with contextlib.suppress(OSError):
            await left

    return Stub(talk)


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)


async def read(url: str, *, idle_s: float = 5.0, linger_s: float = 1.0, limit: int = 1024) -> tuple[list[Line], str]:
    """(every line that was given out, the code of the fault at the end or "")."""
    lines: list[Line] = []
    source = Source(SystemClock(), EGRESS, idle_timeout_s=idle_s, max_line_bytes=limit, on_bytes=lambda _: None)
    try:
        async with asyncio.timeout(30), aclosing(source.lines(url, linger_s)) as blocks:
            async for block in blocks:
                lines += block
    except SourceFault as fault:
        return lines, fault.code
    return lines, ""


async def fault_of(stub: Stub) -> SourceFault:
    """The fault that comes in place of the first line."""
    source = Source(SystemClock(), EGRESS, idle_timeout_s=5, max_line_bytes=1024, on_bytes=lambda _: None)
    async with stub:
        blocks = source.lines(stub.url, 1.0)
        with pytest.raises(SourceFault) as caught:
            await anext(blocks)
    return caught.value


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


@pytest.mark.parametrize("encoding", [b"gzip", b"br", b"deflate", b"zstd", b"GZIP", b"gzip, identity", b"junk"])
async def test_compressed_answer_is_refused_unread(encoding: bytes) -> None:
    """408 kB can become 419 MB: nothing is unpacked."""
    fault = await fault_of(playing(OK + NDJSON + b"content-encoding: " + encoding + b"\r\n\r\n\x1f\x8b\x08"))
    assert fault.code == "source.encoding"


async def test_compression_is_not_asked_for() -> None:
    """Nor anything but a plain GET of NDJSON."""
    async with playing(OK + NDJSON + b"\r\n") as stub:
        await read(stub.url)
    head = stub.asked[0].lower()
    assert head.startswith(b"get /stream?chaos=true http/1.1\r\n")
    assert b"accept-encoding: identity\r\n" in head
    assert b"accept: application/x-ndjson\r\n" in head


@pytest.mark.parametrize("status", [204, 206, 400, 401, 403, 404, 429, 500, 502, 503])
async def test_any_other_status_is_a_fault_with_its_number(status: int) -> None:
    """Its body is not read as records."""
    body = b"" if status == 204 else BODY
    fault = await fault_of(playing(b"HTTP/1.1 %d X\r\n" % status + NDJSON + b"\r\n" + body))
    assert fault.code == f"source.http_{status}"
    assert fault.retryable


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_is_not_followed(status: int) -> None:
    """It could lead to another machine, or to our own: the place that it names is not asked."""
    async with playing(OK + NDJSON + b"\r\n" + BODY) as inside:
        location = f"location: {inside.url}\r\n".encode()
        fault = await fault_of(playing(b"HTTP/1.1 %d X\r\n" % status + location + b"\r\n"))
        assert fault.code == f"source.http_{status}"
        assert inside.asked == []


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("999999999", LONGEST_RETRY_AFTER_S),
        ("", 0),
        ("-1", 0),
        ("x", 0),
        ("\u00b2", 0),
        ("9" * 5000, 60),
    ],
)
async def test_retry_after_is_obeyed_within_a_limit(value: str, seconds: float) -> None:
    """What is no number of seconds is passed over."""
    head = b"HTTP/1.1 503 Busy\r\nretry-after: " + value.encode("latin-1") + b"\r\n\r\n"
    assert (await fault_of(playing(head))).extra["retry_after_s"] == seconds


@pytest.mark.parametrize("kind", ["text/html", "application/xml", "image/png", "multipart/form-data; boundary=x", "x"])
async def test_other_content_type_is_refused(kind: str) -> None:
    """A login page is not a stream."""
    fault = await fault_of(playing(OK + f"content-type: {kind}\r\n\r\n".encode() + b"<html>\n"))
    assert fault.code == "source.content_type"


@pytest.mark.parametrize("charset", ["utf-16", "UTF-16LE", "latin-1", '"iso-8859-1"', "utf-7"])
async def test_other_charset_is_refused(charset: str) -> None:
    """Bytes of another charset would be quarantined line by line; it is said once."""
    fault = await fault_of(playing(OK + f"content-type: text/plain; charset={charset}\r\n\r\n".encode() + BODY))
    assert fault.code == "source.charset"


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-ndjson;charset=utf-8",
        "application/x-ndjson; charset=UTF-8; profile=x",
        'Application/JSON; profile="a"; charset="utf-8"',
        "text/plain;charset=us-ascii",
    ],
)
async def test_spelling_of_the_content_type_does_not_count(kind: str) -> None:
    """Case, blanks, quotes and further parameters."""
    async with playing(OK + f"content-type: {kind}\r\n\r\n".encode() + BODY) as stub:
        assert await read(stub.url) == (RECORDS, "")


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


@pytest.mark.parametrize("hello", [b"220 mail.example ESMTP\r\n", b"\x16\x03\x01\x00", b"HTTP/1.1 banana\r\n\r\n", b""])
async def test_what_is_no_http_is_a_fault(hello: bytes) -> None:
    """Another program, TLS, a connection that is closed at once."""
    assert (await fault_of(playing(hello + b"\r\n\r\n" if hello else b""))).code == "source.cut"


async def test_nobody_there_is_refused() -> None:
    """With a code of its own."""
    async with playing() as stub:
        url = stub.url
    assert await read(url) == ([], "source.refused")


@pytest.mark.parametrize("url", ["http://a b/", "http://[::1/", "nonsense", "http://\u2100/", "http://" + "a" * 70_000])
async def test_url_that_can_not_be_dialled_is_a_fault(url: str) -> None:
    """Never another kind of exception: it would end the loop."""
    lines, code = await read(url)
    assert lines == []
    assert code.startswith("source.")


async def test_fault_does_not_show_the_secrets_of_the_url() -> None:
    """Messages go into logs and health reports."""
    stub = playing(b"junk\r\n\r\n")
    async with stub:
        url = stub.url + "&token=hunter2"
        source = Source(SystemClock(), EGRESS, idle_timeout_s=5, max_line_bytes=1024, on_bytes=lambda _: None)
        with pytest.raises(SourceFault) as caught:
            await anext(source.lines(url, 1.0))
    assert caught.value.code == "source.cut"
    assert "hunter2" not in caught.value.message


async def test_user_and_password_are_refused_before_anything_is_sent() -> None:
    """And the fault holds neither."""
    async with playing(OK + NDJSON + b"\r\n" + BODY) as stub:
        source = Source(SystemClock(), EGRESS, idle_timeout_s=5, max_line_bytes=1024, on_bytes=lambda _: None)
        with pytest.raises(SourceFault) as caught:
            await anext(source.lines(stub.url.replace("http://", "http://ann:hunter2@"), 1.0))
        assert stub.asked == []
    assert caught.value.code == "source.egress"
    assert "hunter2" not in caught.value.message


async def test_redirect_to_loopback_is_not_followed() -> None:
    """Not even where loopback may be dialled: the place that it names is never asked."""
    async with playing(OK + NDJSON + b"\r\n" + BODY) as inner:
        location = f"location: {inner.url}\r\n\r\n".encode()
        async with playing(b"HTTP/1.1 302 Found\r\n" + location) as outer:
            assert await read(outer.url) == ([], "source.http_302")
        assert inner.asked == []


async def test_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """The target itself is dialled, whatever HTTP_PROXY says."""
    async with playing(OK + NDJSON + b"\r\n" + BODY) as stub, playing(OK + NDJSON + b"\r\n") as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert await read(stub.url) == (RECORDS, "")
        assert proxy.asked == []


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
