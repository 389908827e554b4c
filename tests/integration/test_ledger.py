"""The ledger balances at every instant, and it can fail: whatever loses or adds a line shows."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from aos.contracts.ingest import ConnectorConfig
from aos.contracts.ledger import Ledger, LedgerLine
from aos.core import streams
from aos.core.module import Core
from aos.core.redis import Redis
from aos.core.settings import REPOSITORY, Settings
from aos.core.workers import Worker, Workers
from aos.dcl.ledger import Ledgers, balanced, total
from aos.dcl.sidecar.batch import Batch
from aos.dcl.sidecar.connectors import Connectors
from aos.dcl.warehouse.consumer import QuarantineMover, RecordConsumer
from aos.dcl.warehouse.rows import Rows
from tests.integration.conftest import Farm

Eventually = Callable[..., Awaitable[None]]
STREAM = "/api/stream/synthetic/mulesoft"
TERMS = ("clean", "repaired", "quarantined", "discarded", "in_flight")


class Pipe:
    """A sidecar, both consumers and the ledger over one Redis, each a worker."""

    def __init__(self, core: Core, redis: Redis, rows: Rows, url: str) -> None:
        self.core, self.rows = core, rows
        self.connectors = Connectors(core, redis)
        self.ledgers = Ledgers(core, redis, self.connectors)
        config = ConnectorConfig(connector_id="c1", source_type="mulesoft_stream", target_url=url)
        worker = self.connectors.worker(config)
        self._siblings = [redis.sibling(), redis.sibling()]
        consumers = [RecordConsumer(core, self._siblings[0], rows), QuarantineMover(core, self._siblings[1], rows)]
        self.sidecar = self.connectors.sidecars["c1"]
        self._workers = Workers(core.health, core.clock, core.stopping, core.metrics, core.events)
        self._workers.start(worker)
        for consumer in consumers:
            self._workers.start(Worker(name=consumer.stream, run=consumer.run))

    async def stop(self) -> None:
        self.core.stopping.set()
        await self._workers.stop()
        for sibling in self._siblings:
            await sibling.close()


@pytest.fixture
async def rows(tmp_path: Path) -> AsyncIterator[Rows]:
    opened = await Rows.open(tmp_path / "warehouse.db")
    yield opened
    await opened.close()


@pytest.fixture
def core(dcl_core: Core) -> Core:
    object.__setattr__(dcl_core, "settings", Settings(seeds_dir=REPOSITORY / "seeds", stream_keep=100))
    return dcl_core


def sums(line: LedgerLine) -> bool:
    return line.received == sum(getattr(line, term) for term in TERMS)


async def test_ledger_balances_at_every_look_while_lines_flow(
    core: Core, redis: Redis, rows: Rows, farm: Farm, eventually: Eventually
) -> None:
    """Hundreds of looks at random instants of a full-speed run: both equations hold each time, and lines were seen in
    flight; at the end every line is where the ledger says."""
    query = "speed=max&chaos=true&chaos_kinds=malformed,drift,bad_type&until=30000"
    pipe = Pipe(core, redis, rows, f"http://127.0.0.1:{farm.port}{STREAM}?{query}")
    looks: list[Ledger] = []
    try:
        async with asyncio.timeout(60):
            while not looks or looks[-1].total.received < 30000 or looks[-1].total.pending:
                looks.append(await pipe.ledgers.read())
                await asyncio.sleep(0.001)
        await eventually(lambda: complete(rows))
    finally:
        await pipe.stop()
    assert [look.total.imbalance for look in looks] == [0] * len(looks)
    assert all(sums(look.connectors["c1"]) and sums(look.total) for look in looks)
    assert any(look.total.in_flight for look in looks)
    assert any(look.total.pending for look in looks)
    end = looks[-1].total
    assert (end.filed, end.quarantined, end.in_flight) == (await rows.count(), await rows.count_refused(), 0)
    assert looks[-1].connectors["c1"].guarantee == "exactly_once"


async def complete(rows: Rows) -> bool:
    return await rows.count() + await rows.count_refused() == 30000


async def test_line_that_is_taken_and_put_nowhere_shows(
    core: Core, redis: Redis, rows: Rows, farm: Farm, eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect that drops every 50th clean line is an imbalance of just as many lines, and raises the alarm."""
    add, seen = Batch.add_clean, 0

    def lossy(self: Batch, line: bytes) -> None:
        nonlocal seen
        seen += 1
        if seen % 50:
            add(self, line)

    monkeypatch.setattr(Batch, "add_clean", lossy)
    pipe = Pipe(core, redis, rows, f"http://127.0.0.1:{farm.port}{STREAM}?speed=max&until=1000")
    try:
        await eventually(lambda: imbalance_is(pipe, 20))
    finally:
        await pipe.stop()


async def imbalance_is(pipe: Pipe, wanted: int) -> bool:
    ledger = await pipe.ledgers.read()
    return ledger.total.received == 1000 and ledger.total.imbalance == wanted


@pytest.mark.parametrize("what", ["entry vanishes", "entry is added", "acknowledged without filing"])
async def test_meddling_with_the_stream_shows(
    what: str, core: Core, redis: Redis, rows: Rows, farm: Farm, eventually: Eventually
) -> None:
    """What others do to the live stream does not stay unseen."""
    pipe = Pipe(core, redis, rows, f"http://127.0.0.1:{farm.port}{STREAM}?speed=max&until=500")
    await eventually(lambda: filed(pipe, 500))
    await pipe.stop()
    assert (await pipe.ledgers.read()).total.imbalance == 0
    (entry,) = await streams.look(redis, streams.RAW, last=1)
    if what == "entry vanishes":
        await redis.call("XDEL", streams.RAW, entry.id)
    else:
        await redis.call("XADD", streams.RAW, "*", "data", b"{}", "crc", b"00000000")
        if what == "acknowledged without filing":
            await streams.read_group(redis, streams.RAW, "t", ">", 1)
            (added,) = await streams.look(redis, streams.RAW, last=1)
            await redis.call("XACK", streams.RAW, streams.GROUP, added.id)
    assert (await pipe.ledgers.read()).total.imbalance == 1


async def filed(pipe: Pipe, wanted: int) -> bool:
    return (await pipe.ledgers.read()).total.filed == wanted


def test_both_differences_count_and_do_not_cancel() -> None:
    """One line too many here and one too few there is an imbalance of two."""
    assert balanced(LedgerLine(received=5, clean=4, published=4, filed=5)).imbalance == 2
    assert balanced(LedgerLine(received=5, clean=5, published=5, filed=3, pending=1, moved=1)).imbalance == 0


def test_imbalances_of_connectors_do_not_cancel_in_the_total() -> None:
    """A connector with a line too many and one with a line too few are not a balanced whole."""
    lines = [balanced(LedgerLine(received=1)), balanced(LedgerLine(clean=1))]
    assert total(lines, 0).imbalance == 2
