"""What is not read from a source: another kind of answer, another place, what can't be dialled."""

import pytest

from aos.core.clock import SystemClock
from aos.core.errors import SourceFault
from aos.dcl.sidecar.source import LONGEST_RETRY_AFTER_S, Source
from tests.integration.played_source import BODY, EGRESS, NDJSON, OK, RECORDS, fault_of, playing, read


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
