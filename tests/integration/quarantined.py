"""A quarantine to try: a connector with a contract of its own, lines that it refused, both stores real."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from aos.contracts.ingest import ConnectorConfig, Policy, ReplayRequest
from aos.contracts.ledger import Ledger
from aos.core import streams
from aos.core.db import Database
from aos.core.module import Core
from aos.core.redis import Redis
from aos.dcl.ledger import Ledgers
from aos.dcl.quarantine.settlement import Settlement
from aos.dcl.sidecar.airlock import Clean, Drifted, Toxic
from aos.dcl.sidecar.batch import Batch, Enveloper
from aos.dcl.sidecar.connectors import Connectors
from aos.dcl.sidecar.lines import Oversize
from aos.dcl.sidecar.reasons import reason_of
from aos.dcl.sidecar.run import IngestSidecar
from aos.dcl.warehouse.consumer import QuarantineMover, RecordConsumer
from aos.dcl.warehouse.refused import Kept, Selection
from aos.dcl.warehouse.rows import Rows

ALL = ReplayRequest()
CONTRACT = """
apiVersion: v3.2.0
kind: DataContract
id: probe
name: probe
version: 1.0.0
status: active
schema:
  - name: probe
    logicalType: object
    properties:
"""


def write_contract(seeds: Path, *required: str) -> None:
    """A contract that asks for these fields, numbers all of them."""
    fields = [f"      - {{name: {name}, logicalType: integer, required: true}}\n" for name in required]
    (seeds / "contracts").mkdir(parents=True, exist_ok=True)
    (seeds / "contracts" / "probe.yaml").write_text(CONTRACT + "".join(fields))


@dataclass
class Bench:
    """`settlement` is the one under test; `sidecar` is known and never runs."""

    core: Core
    redis: Redis
    rows: Rows
    connectors: Connectors
    sidecar: IngestSidecar
    settlement: Settlement
    position: int = 0

    @property
    def seeds(self) -> Path:
        return self.core.settings.seeds_dir

    async def refuse(self, lines: Iterable[bytes | Oversize]) -> list[int]:
        """Lines of the source, through the airlock, the atomic step and the mover; the ids of those that were refused,
        in order."""
        target, airlock = self.sidecar.target, self.connectors.airlock("probe")
        batch = Batch(Enveloper(target), self.position or None, self.position, "", 0.0, 1000 + self.position)
        for line in lines:
            batch.received += 1
            batch.upto += 1
            match airlock.read(line):
                case Clean():
                    assert isinstance(line, bytes)
                    batch.add_clean(line)
                case Drifted(faults=faults):
                    batch.add_refused(line, *reason_of(faults, airlock.contract))
                case Toxic(reason=reason, detail=detail):
                    batch.add_refused(line, reason, detail, [])
        await streams.publish(
            self.redis,
            connector=target.config.connector_id,
            target=target.id,
            behind=batch.behind,
            upto=batch.upto,
            received=batch.received,
            keepalives=0,
            resume="",
            at_ms=1,
            entries=batch.entries,
        )
        before, self.position = self.position, batch.upto
        await self.move()
        found = await self.held()
        return [kept.id for kept in reversed(found) if kept.refusal.position > before]

    async def move(self) -> None:
        """What is in the quarantine stream goes into the table."""
        await self._handle(QuarantineMover(self.core, self.redis, self.rows))

    async def file(self) -> None:
        """What is in the live stream is filed."""
        await self._handle(RecordConsumer(self.core, self.redis, self.rows))

    async def _handle(self, reader: QuarantineMover | RecordConsumer) -> None:
        await streams.ensure_group(self.redis, reader.stream)
        while entries := await streams.read_group(self.redis, reader.stream, "t", ">", 1000):
            await reader.handle(entries)

    async def held(self, **selection: Any) -> list[Kept]:
        return (await self.rows.quarantine.page(Selection(**selection), 0, 1000))[0]

    async def one(self, key: int) -> Kept:
        return (await self.rows.quarantine.these([key]))[0]

    async def statuses(self) -> dict[int, str]:
        found, _ = await self.rows.quarantine.page(Selection(status=""), 0, 1000)
        return {kept.id: kept.status for kept in found}

    async def payloads(self) -> list[str]:
        """What was filed, in order of position."""
        return [payload for _, _, payload in await self.rows.records("c", self.sidecar.target.id)]

    async def published(self) -> list[str]:
        """The trace ids of everything that ever went into the live stream."""
        entries = await streams.look(self.redis, streams.RAW, after="0-0", count=10**5)
        return [msgspec.json.decode(entry.fields[b"data"])["meta"]["trace_id"] for entry in entries]

    async def ledger(self) -> Ledger:
        return await Ledgers(self.core, self.redis, self.connectors).read()

    def anew(self, *, redis: Any = None, lines: Any = None) -> Settlement:
        """What the next process would begin with."""
        return Settlement(self.core, redis or self.redis, lines or self.rows.quarantine, self.connectors)

    @property
    def database(self) -> Database:
        return self.rows._database


@asynccontextmanager
async def bench(core: Core, redis: Redis, directory: Path, *, pipe_id: str = "", **policy: Any) -> AsyncIterator[Bench]:
    """A connector `c` with the contract `probe`, which asks for `a` and `b`."""
    write_contract(directory / "seeds", "a", "b")
    settings = msgspec.structs.replace(core.settings, seeds_dir=directory / "seeds", stream_keep=10**6)
    core = replace(core, settings=settings, stopping=asyncio.Event())
    rows = await Rows.open(directory / "warehouse.db")
    try:
        connectors = Connectors(core, redis)
        config = ConnectorConfig(
            connector_id="c",
            source_type="mulesoft_stream",
            target_url="http://127.0.0.1:1/x",
            policy=Policy(contract="probe", **policy),
            pipe_id=pipe_id,
        )
        connectors.worker(config)
        settlement = Settlement(core, redis, rows.quarantine, connectors)
        yield Bench(core, redis, rows, connectors, connectors.sidecars["c"], settlement)
    finally:
        await rows.close()
