"""The scanner against real sockets: who answers oddly, slowly, endlessly or not at all is told apart; none hangs it."""

import asyncio
import gzip
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest

from aos.aod import scanner as scanner_module
from aos.aod import signs
from aos.aod.scanner import MiddlewareScanner
from aos.aod.targets import FARM_PATHS
from aos.contracts.discovery import Probed
from aos.core.clock import SystemClock
from aos.core.module import Core
from aos.core.settings import Settings
from aos.farm.oracle.invoices import invoice_line
from tests.integration.conftest import LOOPBACK

Write = asyncio.StreamWriter
Answer = Callable[[Write], Awaitable[None]]
MULE_HEAD = (
    b"HTTP/1.1 200 OK\r\nserver: Mule EE Core Extensions/3.9.5\r\nx-mule_encoding: UTF-8\r\n"
    b"x-mule_root_message_id: 0f478e33-7e1c-47bf-ad43-5bf21c0e5d41\r\ncontent-type: application/x-ndjson\r\n"
)


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[str]:
    """A server that reads a request's head and leaves the rest to `answer`; its URL."""
    open_writers: set[Write] = set()

    async def handle(reader: asyncio.StreamReader, writer: Write) -> None:
        open_writers.add(writer)
        try:
            await reader.readuntil(b"\r\n\r\n")
            await answer(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
    finally:
        server.close()
        for writer in open_writers:
            writer.transport.abort()
        await server.wait_closed()


def saying(data: bytes) -> Answer:
    async def answer(writer: Write) -> None:
        writer.write(data)
        await writer.drain()

    return answer


def plainly(body: bytes, head: bytes = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\n") -> Answer:
    return saying(head + b"content-length: %d\r\n\r\n" % len(body) + body)


@pytest.fixture
async def core() -> AsyncIterator[Core]:
    async with AsyncExitStack() as closers:
        yield Core.make(Settings(egress_allow=LOOPBACK), SystemClock(), closers)


@pytest.fixture
def scanner(core: Core) -> MiddlewareScanner:
    return MiddlewareScanner(core, signs.load(core.settings.seeds_dir / "middleware.yaml"))


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A probe's deadline in a fraction of its length; what is told names it."""
    monkeypatch.setattr(scanner_module, "PROBE_S", 0.3)


async def probed(scanner: MiddlewareScanner, answer: Answer) -> Probed:
    async with answering(answer) as url:
        scan = await scanner.scan([url])
    assert [probe.url for probe in scan.probed] == [url]
    return scan.probed[0]


async def test_farms_streams_are_told_apart(scanner: MiddlewareScanner, farm: Any) -> None:
    """Mule at 0.98, Workato as itself, and the same records from nobody as unknown; best first."""
    base = f"http://127.0.0.1:{farm.port}"
    scan = await scanner.scan([base + path for path in reversed(FARM_PATHS)])
    assert [(found.platform, found.confidence) for found in scan.found] == [("mulesoft", 0.98), ("workato", 0.87)]
    assert scan.found[0].detected_url == base + FARM_PATHS[0]
    assert {found.related_asset for found in scan.found} == {"salesforce_crm"}
    decoy = scan.probed[0]
    assert (decoy.outcome, decoy.platform, decoy.confidence) == ("unknown", "", 0.15)
    assert scan.started_at <= scan.finished_at


async def test_of_equals_the_first_given_is_best(scanner: MiddlewareScanner, farm: Any) -> None:
    """Whatever their names: the order of the targets is the user's."""
    urls = [f"http://127.0.0.1:{farm.port}{path}" for path in (FARM_PATHS[0], "/api/feeds/c90d")]
    for given in (urls, urls[::-1]):
        scan = await scanner.scan(given)
        assert [found.detected_url for found in scan.found] == given
        assert len({found.asset_key for found in scan.found}) == 2


async def test_words_of_a_url_change_nothing(scanner: MiddlewareScanner, farm: Any) -> None:
    """Each platform under the other's name and under none: who answers decides, not where."""
    heads: dict[str, str] = {}
    paths = [*FARM_PATHS, "/api/feeds/c90d"]
    for path in paths:
        scan = await scanner.scan([f"http://127.0.0.1:{farm.port}{path}"])
        heads[path] = scan.probed[0].platform
    assert list(heads.values()) == ["mulesoft", "workato", "", "mulesoft"]
    names = ["/mulesoft", "/workato", "/plain", "/anypoint?platform=mulesoft"]
    random.Random(4).shuffle(names)
    async with AsyncExitStack() as doors:
        urls = [
            await doors.enter_async_context(_alias(farm.port, path)) + name
            for path, name in zip(paths, names, strict=True)
        ]
        scan = await scanner.scan(urls)
    assert [probe.platform for probe in scan.probed] == list(heads.values())


@asynccontextmanager
async def _alias(port: int, path: str) -> AsyncIterator[str]:
    """A server at which every path is Farm's `path`."""

    async with httpx.AsyncClient(trust_env=False) as client:
        told = await client.get(f"http://127.0.0.1:{port}{path}", params={"until": 5, "speed": "max"})
    fields = [(name, value) for name, value in told.headers.raw if name.lower() != b"transfer-encoding"]
    head = b"".join(b"%b: %b\r\n" % field for field in fields)
    answer = plainly(told.content, b"HTTP/1.1 200 OK\r\n" + head)
    async with answering(answer) as url:
        yield url.removesuffix("/x")


@pytest.mark.parametrize(
    ("answer", "outcome", "why"),
    [
        (saying(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 4\r\n\r\n<p>\n"), "unknown", "nearest"),
        (saying(b"HTTP/1.1 302 Found\r\nlocation: http://h/\r\ncontent-length: 0\r\n\r\n"), "unknown", "redirects"),
        (saying(b"HTTP/1.1 500 Oops\r\ncontent-length: 3\r\n\r\nno\n"), "unknown", "nearest"),
        (saying(b"HTTP/1.1 204 No Content\r\n\r\n"), "unknown", "nearest"),
        (saying(b"no http at all\r\n\r\n"), "unreachable", "Error"),
        (saying(b""), "unreachable", "disconnected"),
        (saying(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 300_000 + b"\r\n\r\n"), "unreachable", "Error"),
        (plainly(b"[" * 60_000 + b"\n"), "unknown", "nearest"),
        (plainly(b"\xff\xfe\n{\n[1]\n7\n"), "unknown", "nearest"),
        (plainly(b"\n" * 50_000), "unknown", "nearest"),
    ],
)  # fmt: skip
async def test_what_is_no_middleware_is_unknown_or_unreachable(
    scanner: MiddlewareScanner, answer: Answer, outcome: str, why: str
) -> None:
    """Each with its reason, none an error."""
    told = await probed(scanner, answer)
    assert (told.outcome, told.platform) == (outcome, "")
    assert why in told.why
    assert len(told.why) < 500


async def test_a_packed_body_is_not_unpacked(scanner: MiddlewareScanner) -> None:
    """The head counts, the records do not: a bomb stays packed."""
    body = gzip.compress(invoice_line(1, 1) * 10_000)
    head = MULE_HEAD + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(body)
    told = await probed(scanner, saying(head + body))
    assert told.outcome == "recognised"
    assert "packed (gzip)" in told.why
    assert next(each for each in told.evidence if each.sign == "invoice_records").seen == "no records"


async def test_a_closed_port_is_unreachable(scanner: MiddlewareScanner) -> None:
    """Nothing reachable: nothing found, and why for each."""
    scan = await scanner.scan(["http://127.0.0.1:1/a", "http://no-such-host.test/b"])
    assert scan.found == []
    assert [probe.outcome for probe in scan.probed] == ["unreachable"] * 2
    assert all(probe.why for probe in scan.probed)


@pytest.mark.usefixtures("hurried")
async def test_who_never_answers_runs_out_of_time(scanner: MiddlewareScanner) -> None:
    """Silence before the head, and a head that comes byte by byte."""

    async def silent(writer: Write) -> None:
        await asyncio.sleep(60)

    async def drips(writer: Write) -> None:
        for byte in MULE_HEAD * 100:
            writer.write(bytes((byte,)))
            await writer.drain()
            await asyncio.sleep(0.02)

    for answer in (silent, drips):
        told = await probed(scanner, answer)
        assert (told.outcome, told.why) == ("unreachable", "no answer within 0.3 s")


@pytest.mark.usefixtures("hurried")
async def test_a_head_without_records_is_judged_by_what_came(scanner: MiddlewareScanner) -> None:
    """A stream that is silent now can still be known by its head; the answer says that no records came."""

    async def head_alone(writer: Write) -> None:
        writer.write(MULE_HEAD + b"transfer-encoding: chunked\r\n\r\n")
        await asyncio.sleep(60)

    told = await probed(scanner, head_alone)
    assert (told.outcome, told.platform, told.confidence) == ("recognised", "mulesoft", 0.82)
    assert told.why == "no records within 0.3 s"


async def test_an_endless_body_is_left_after_its_first_bytes(scanner: MiddlewareScanner) -> None:
    """Without a line's end it is left at 64 KiB; with records after three; and the connection is closed."""
    sent: list[int] = []
    gone = asyncio.Event()

    async def endless(writer: Write) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\n\r\n")
        sent.append(0)
        try:
            while True:
                writer.write(b"x" * 8192)
                await writer.drain()
                sent[-1] += 8192
        except ConnectionError:
            gone.set()
            raise

    told = await probed(scanner, endless)
    assert told.outcome == "unknown"
    async with asyncio.timeout(10):
        await gone.wait()
    assert sent[0] < 32 * 2**20


async def test_many_targets_are_probed_a_few_at_a_time(
    scanner: MiddlewareScanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are, and in two scans at once; the answers keep their order."""
    monkeypatch.setattr(scanner, "_places", asyncio.Semaphore(3))
    now, most = 0, 0

    async def counted(writer: Write) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        await plainly(b"{}\n")(writer)

    async with answering(counted) as url:
        urls = [f"{url}/{n}" for n in range(20)]
        scans = await asyncio.gather(scanner.scan(urls), scanner.scan(urls))
    assert [probe.url for probe in scans[0].probed] == urls
    assert all(probe.outcome == "unknown" for scan in scans for probe in scan.probed)
    assert most <= 3


async def test_a_target_that_must_not_be_dialled_is_refused(scanner: MiddlewareScanner) -> None:
    """The way out says no: the others are probed all the same."""
    async with answering(plainly(b"{}\n")) as url:
        scan = await scanner.scan(["http://10.1.2.3:9000/x", url, "http://metadata.internal.[bad"])
    assert [(probe.outcome, probe.why[:22]) for probe in scan.probed] == [
        ("refused", "10.1.2.3 is not public"),
        ("unknown", "nearest is mulesoft at"),
        ("refused", "target: there is no ho"),
    ]


async def test_secrets_in_an_answer_are_not_told(scanner: MiddlewareScanner) -> None:
    """What a server puts into its head is shown without keys, and can't forge a line."""
    secrets = b"server: Mule Core;token=hunter2\r\nx-mule_encoding: http://u:hunter2@h/ Bearer hunter2hunter2\r\n"
    head = b"HTTP/1.1 200 OK\r\n" + secrets
    told = await probed(scanner, plainly(b"{}\n", head))
    assert "hunter2" not in str(told)
