"""A hundred thousand lines of anything: what the airlock refuses comes back byte for byte."""

import asyncio
import base64
import random
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aos.contracts.ingest import ConnectorConfig, QuarantineList
from aos.core.auth import Auth, KeyEntry, digest
from aos.core.clock import SystemClock
from aos.core.datadir import DataDir
from aos.core.http import Access
from aos.core.limits import Limits
from aos.core.module import Core
from aos.core.redis import Redis
from aos.core.redis_server import RedisServer
from aos.core.routes import build_app
from aos.core.settings import REPOSITORY, Settings
from aos.dcl.ledger import Ledgers
from aos.dcl.quarantine.api import QuarantineApi
from aos.dcl.quarantine.settlement import Settlement
from aos.dcl.sidecar.connectors import Connectors
from aos.dcl.warehouse.consumer import QuarantineMover, RecordConsumer
from aos.dcl.warehouse.rows import Rows
from aos.farm.oracle.invoices import invoice_line

EXAMPLES, LINES = 10, 10_500
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n"
KEY = "aos_viewer_" + "x" * 40
INVOICE = invoice_line(1, 1)

# hypothesis chooses the pieces and how they are put together; ten thousand lines drawn one by one would take minutes.
pieces = st.lists(
    st.binary(max_size=40)
    | st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.sampled_from(
        [b"{", b"}", b'"', b"\\", b"\x00", b"\r", b"\xff\xfe", b"[1,", b'{"a":', b"NaN", b"\xed\xa0\x80"]
    ),
    min_size=3,
    max_size=40,
)


def fuzzed(parts: list[bytes], seed: int) -> Iterator[bytes]:
    """Lines without a newline in them: pieces in a row, and invoices with pieces in them, cut or turned about."""
    draw = random.Random(seed)
    for _ in range(LINES):
        line = b"".join(draw.choices(parts, k=draw.randint(1, 6)))
        if draw.random() < 0.3:
            place = draw.randrange(len(INVOICE))
            line = INVOICE[:place] + line + INVOICE[draw.randrange(place, len(INVOICE)) :]
        elif draw.random() < 0.3:
            line = draw.randbytes(draw.randint(1, 80))
        yield line.replace(b"\n", b"\x0b")


@contextmanager
def private_redis(program: Path) -> Iterator[tuple[Path, RedisServer]]:
    with TemporaryDirectory() as directory:
        data = DataDir(Path(directory) / "data")
        data.open()
        server = RedisServer(data, program, maxmemory_mb=256)
        try:
            server.prepare()
            yield Path(directory), server
        finally:
            server.stop()
            data.close()


async def through(
    lines: list[bytes], directory: Path, server: RedisServer
) -> tuple[dict[int, bytes], dict[int, bytes]]:
    """Lines from a socket through the sidecar, Redis and the mover: what the API shows as refused, and what was filed
    (as the bytes that were published), by position."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + b"".join(line + b"\n" for line in lines))
        await writer.drain()
        await reader.read()
        writer.close()

    await server.start()
    source = await asyncio.start_server(serve, "127.0.0.1", 0)
    clock, stopping = SystemClock(), asyncio.Event()
    async with AsyncExitStack() as closers, source:
        redis, reading = Redis(server.address), Redis(server.address)
        closers.push_async_callback(redis.close)
        closers.push_async_callback(reading.close)
        rows = await Rows.open(directory / "warehouse.db")
        closers.push_async_callback(rows.close)
        settings = Settings(
            data_dir=directory, seeds_dir=REPOSITORY / "seeds", log_level="error", egress_allow="127.0.0.0/8"
        )
        core = Core.make(settings, clock, closers, redis, stopping)
        connectors = Connectors(core, redis)
        url = f"http://127.0.0.1:{source.sockets[0].getsockname()[1]}/?until={len(lines)}"
        worker = connectors.worker(ConnectorConfig(connector_id="c", source_type="mulesoft_stream", target_url=url))
        readers = (RecordConsumer(core, reading.sibling(), rows), QuarantineMover(core, reading.sibling(), rows))
        for reader in readers:
            closers.push_async_callback(reader._redis.close)
        async with asyncio.TaskGroup() as group:
            for number, run in enumerate((worker.run, *(reader.run for reader in readers))):
                group.create_task(run(core.health.register(str(number), "worker")))
            async with asyncio.timeout(60):
                while await rows.count() + await rows.count_refused() < len(lines):
                    await asyncio.sleep(0.02)
            stopping.set()
        total = (await Ledgers(core, redis, connectors).read()).total
        assert (total.received, total.imbalance) == (len(lines), 0)
        settlement = Settlement(core, redis, rows.quarantine, connectors)
        shown = await by_api(core, QuarantineApi(rows.quarantine, settlement))
        filed = {
            row[0]: row[2].encode() for row in await rows.records("c", connectors.sidecars["c"].target.id, 0, 10**6)
        }
    return shown, filed


async def by_api(core: Core, api: QuarantineApi) -> dict[int, bytes]:
    """Everything that the list gives, page by page."""
    viewer = KeyEntry(id="v", role=Access.VIEWER, tenant="default", digest=digest(KEY))
    app = build_app([("", api.endpoints())], guard=Auth([viewer]), metrics=core.metrics, limits=Limits(), title="t")
    found: dict[int, bytes] = {}
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost", headers={"x-api-key": KEY}
    ) as client:
        cursor: int | None = 0
        while cursor is not None:
            query: dict[str, Any] = {"limit": 1000, "cursor": cursor}
            answer = await client.get("/api/ingest/quarantine", params=query)
            page = msgspec.json.decode(answer.raise_for_status().content, type=QuarantineList)
            for item in page.items:
                data = base64.b64decode(item.data_base64)
                assert item.data is None or item.data.encode() == data
                assert item.refusal.length == len(data)
                found[item.refusal.position] = data
            cursor = page.cursor
    return found


@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(parts=pieces, seed=st.integers(0, 2**64))
def test_refused_lines_come_back_byte_for_byte(redis_program: Path, parts: list[bytes], seed: int) -> None:
    """Through a real socket, sidecar, Redis, mover and API, in place; the few that are valid are filed instead."""
    lines = list(fuzzed(parts, seed))
    expected = [line.removesuffix(b"\r") for line in lines]  # \r\n ends a line as well
    expected = [line for line in expected if line]  # blank lines are keep-alives and have no number
    with private_redis(redis_program) as (directory, server):
        lines = [line for line in lines if line.removesuffix(b"\r")]
        shown, filed = asyncio.run(through(lines, directory, server))
    assert shown.keys() | filed.keys() == set(range(1, len(expected) + 1))
    assert not shown.keys() & filed.keys()
    for position, data in shown.items():
        assert data == expected[position - 1]
    assert len(shown) > 0.9 * len(expected)
