"""Records of streams go through the same guard: no blueprint, no row; nothing is lost, and the ledger balances."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from aos.contracts.export import DCLExportResponse
from aos.contracts.ingest import ReplayRequest
from aos.contracts.query import Query
from aos.core import streams
from aos.core.module import Core
from aos.core.redis import Redis
from aos.dcl.gate.blueprints import Blueprints
from aos.dcl.gate.catalogue import Catalogue
from aos.dcl.gate.guard import Guard
from aos.dcl.gate.meanings import Meanings
from aos.dcl.gate.orphans import Orphans
from aos.dcl.gate.stream_guard import PipeWatch, StreamGuard
from aos.dcl.quarantine.settlement import Settlement
from aos.dcl.warehouse.consumer import RecordConsumer
from aos.dcl.warehouse.content import Content
from aos.dcl.warehouse.join import Join
from aos.dcl.warehouse.pages import Pages
from aos.dcl.warehouse.projection import Projections
from tests.integration.gated import connection, export
from tests.integration.quarantined import Bench, bench

GOOD = [b'{"a":%d,"b":7}' % n for n in range(1, 6)]


class Stage(NamedTuple):
    """A connector `c` whose records are filed under `p-1`, and everything that guards it."""

    bench: Bench
    blueprints: Blueprints
    orphans: Orphans
    guard: StreamGuard
    watch: PipeWatch
    settlement: Settlement

    async def export(self, pipe_id: str = "p-1") -> None:
        told = export(connection(pipe_id, fields=["a", "b"], change_semantics="append"))
        await self.blueprints.register("default", msgspec.convert(told, DCLExportResponse))

    async def file(self) -> None:
        await self.bench._handle(RecordConsumer(self.bench.core, self.bench.redis, self.bench.rows, guard=self.guard))

    async def records(self) -> list[tuple[int, int | None]]:
        """(position, pipe) of everything that is filed."""
        rows = await self.bench.database.read("SELECT id % (1 << 44), pipe FROM records ORDER BY id")
        return [(position, pipe) for position, pipe in rows]

    async def balanced(self) -> dict[str, int]:
        ledger = await self.bench.ledger()
        assert ledger.total.imbalance == 0
        return {name: getattr(ledger.total, name) for name in ("received", "clean", "quarantined")}


async def staged(bench: Bench) -> Stage:
    blueprints = await Blueprints.open(bench.database, bench.core.clock)
    orphans = Orphans(bench.database, bench.core.clock, bench.core.metrics, bench.core.events)
    guard = StreamGuard(Guard(blueprints, bench.core.clock), orphans)
    settlement = Settlement(bench.core, bench.redis, bench.rows.quarantine, bench.connectors, guard.has_blueprint)
    watch = PipeWatch(bench.core, bench.redis, guard, bench.rows.quarantine, settlement)
    return Stage(bench, blueprints, orphans, guard, watch, settlement)


@pytest.fixture
async def stage(dcl_core: Core, redis: Redis, tmp_path: Path) -> AsyncIterator[Stage]:
    async with bench(dcl_core, redis, tmp_path, pipe_id="p-1") as opened:
        yield await staged(opened)


async def test_records_of_a_pipe_with_a_blueprint_are_filed_under_it(stage: Stage) -> None:
    """The envelope names the pipe, the row its number."""
    await stage.export("other")
    await stage.export()
    await stage.bench.refuse(GOOD)
    await stage.file()
    pipe = stage.blueprints.lookup_pipe_definition("default", "p-1")
    assert pipe is not None
    assert await stage.records() == [(n, pipe.number) for n in range(1, 6)]
    assert await stage.balanced() == {"received": 5, "clean": 5, "quarantined": 0}


async def test_without_a_blueprint_records_wait_whole_and_come_back_when_it_arrives(stage: Stage) -> None:
    """Quarantined as NO_MATCHING_PIPE with their envelope, counted as orphans; filed once after the export, at their
    places; the ledger balances at every step."""
    await stage.bench.refuse(GOOD)
    await stage.file()
    await stage.bench.move()
    held = await stage.bench.held()
    assert {(kept.refusal.reason, kept.refusal.pipe_id) for kept in held} == {("NO_MATCHING_PIPE", "p-1")}
    assert (
        sorted(bytes(msgspec.json.decode(kept.data, type=dict[str, msgspec.Raw])["payload"]) for kept in held) == GOOD
    )
    assert await stage.records() == []
    assert await stage.balanced() == {"received": 5, "clean": 0, "quarantined": 5}
    told = await stage.orphans.all_of("default")
    assert [(each.sender, each.rows, each.pipe_id) for each in told.orphans] == [("c", 5, "p-1")]
    await stage.watch.look()
    assert len(await stage.bench.held()) == 5
    assert stage.guard.waiting == {"p-1"}
    await stage.export()
    await stage.watch.look()
    assert await stage.balanced() == {"received": 5, "clean": 5, "quarantined": 0}
    await stage.file()
    assert await stage.records() == [(n, 1) for n in range(1, 6)]
    assert await stage.balanced() == {"received": 5, "clean": 5, "quarantined": 0}
    await stage.watch.look()
    assert stage.guard.waiting == set()


async def test_an_export_of_another_pipe_replays_nothing(stage: Stage) -> None:
    """A replay by hand leaves them, too, and does not count as a failed one."""
    await stage.bench.refuse(GOOD)
    await stage.file()
    await stage.bench.move()
    await stage.export("other")
    await stage.watch.look()
    for _ in range(6):
        told = await stage.settlement.replay(ReplayRequest(), "operator")
        assert (told.replayed, told.skipped_count) == (0, 5)
    assert "no blueprint yet" in told.skipped[0].why
    await stage.export()
    await stage.watch.look()
    await stage.file()
    assert len(await stage.records()) == 5


async def test_records_on_their_way_to_quarantine_are_not_forgotten(stage: Stage) -> None:
    """An export that arrives while refused records are still in Redis: the watch goes on until they are through."""
    await stage.bench.refuse(GOOD)
    await stage.file()
    await stage.export()
    await stage.watch.look()
    assert stage.guard.waiting == {"p-1"}
    await stage.bench.move()
    await stage.watch.look()
    await stage.file()
    assert len(await stage.records()) == 5


async def test_after_a_restart_the_table_says_what_waits(stage: Stage) -> None:
    """The memory of the process before is not needed."""
    await stage.bench.refuse(GOOD)
    await stage.file()
    await stage.bench.move()
    await stage.export()
    later = await staged(stage.bench)
    vital = later.bench.core.health.register("pipes", "worker")
    watching = asyncio.create_task(later.watch.watch(vital))
    async with asyncio.timeout(15):
        while await later.bench.held():
            await asyncio.sleep(0.01)
    later.bench.core.stopping.set()
    await watching
    await later.file()
    assert len(await later.records()) == 5


async def test_a_connector_without_a_pipe_files_nothing_until_it_has_one(
    dcl_core: Core, redis: Redis, tmp_path: Path
) -> None:
    """No pipe is no way round the guard; after the connector got one a replay files what waited."""
    async with bench(dcl_core, redis, tmp_path) as opened:
        stage = await staged(opened)
        await stage.export()
        await stage.bench.refuse(GOOD)
        await stage.file()
        await stage.bench.move()
        assert await stage.records() == []
        assert (await stage.bench.held())[0].refusal.detail == "its connector names no pipe"
        config = msgspec.structs.replace(stage.bench.sidecar.target.config, pipe_id="p-1")
        stage.bench.connectors.worker(config)
        told = await stage.settlement.replay(ReplayRequest(reason="NO_MATCHING_PIPE"), "operator")
        assert told.replayed == 5
        await stage.file()
        assert await stage.records() == [(n, 1) for n in range(1, 6)]
        assert await stage.balanced() == {"received": 5, "clean": 5, "quarantined": 0}


async def test_a_replayed_record_is_found_by_the_join_and_the_pages(stage: Stage, tmp_path: Path) -> None:
    """A record filed behind later ones of its source is noted as late: an index that has gone on finds it."""
    await stage.export()
    content = Content(stage.bench.database, stage.bench.core.clock)
    catalogue = Catalogue(stage.blueprints, content, Meanings(stage.bench.core.settings))
    path = stage.bench.database.path
    projections = await Projections.open(tmp_path / "projection.db", path, stage.bench.core.clock)
    join = Join(catalogue, projections, stage.bench.core.clock)
    try:
        ids = await stage.bench.refuse([GOOD[0], b'{"a":7}', GOOD[2]])
        await stage.file()
        query = msgspec.convert({"pipe_id": "p-1", "select": ["a", "run.run_id"], "order_by": [{"by": "a"}]}, Query)
        assert (await join.query("default", query)).rows == [[1, "c"], [3, "c"]]
        (stage.bench.seeds / "contracts" / "probe.yaml").write_text(
            (stage.bench.seeds / "contracts" / "probe.yaml").read_text().replace("required: true", "required: false")
        )
        assert (await stage.settlement.replay(ReplayRequest(ids=ids), "operator")).replayed == 1
        await stage.file()
        late = await stage.bench.database.read("SELECT record % (1 << 44) FROM late_records")
        assert late == [(2,)]
        assert (await join.query("default", query)).rows == [[1, "c"], [3, "c"], [7, "c"]]
        seen: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            runs = await content.runs([1])
            page = await Pages(stage.bench.database).page(1, "p-1", runs, cursor, 1)
            seen += [(row.run_id, row.row, msgspec.json.decode(row.value)["a"]) for row in page.rows]
            cursor = page.cursor
        assert seen == [("c", 1, 1), ("c", 2, 7), ("c", 3, 3)]
        (run,) = await content.runs([1])
        assert (run.rows, run.streamed, run.run_id) == (3, True, "c")
    finally:
        await projections.close()


async def test_a_redelivered_record_is_not_late(stage: Stage) -> None:
    """The same records again add no rows, no count and no note."""
    await stage.export()
    await stage.bench.refuse(GOOD)
    entries = await streams.look(stage.bench.redis, streams.RAW, after="0-0", count=100)
    consumer = RecordConsumer(stage.bench.core, stage.bench.redis, stage.bench.rows, guard=stage.guard)
    await stage.file()
    await consumer.handle(entries)
    assert len(await stage.records()) == 5
    assert await stage.bench.database.read("SELECT count(*) FROM late_records") == [(0,)]
    assert await stage.bench.database.read("SELECT rows FROM streamed") == [(5,)]
