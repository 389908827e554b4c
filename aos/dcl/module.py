"""What DCL adds to the process: ingest and gate routes, a sidecar a connector, the two consumers and their watchers."""

from aos.core.errors import EnvironmentFault
from aos.core.module import Core, Module
from aos.core.redis import Redis
from aos.core.workers import Worker
from aos.dcl.api import IngestApi
from aos.dcl.gate.module import Gate, build_gate
from aos.dcl.gate.stream_guard import PipeWatch, StreamGuard
from aos.dcl.ledger import Ledgers, ledger_endpoint
from aos.dcl.quarantine.api import QuarantineApi
from aos.dcl.quarantine.room import Room
from aos.dcl.quarantine.settlement import Settlement
from aos.dcl.sidecar.connectors import Connectors
from aos.dcl.warehouse.consumer import QuarantineMover, RecordConsumer
from aos.dcl.warehouse.rows import Rows


async def build(core: Core) -> Module:
    """Needs Redis. Opens the warehouse, exports the shipped pipes that are not known yet, loads the connectors."""
    if core.redis is None:
        raise EnvironmentFault("DCL needs Redis")
    rows, gate = await _warehouse(core)
    guard = StreamGuard(gate.guard, gate.orphans)
    connectors = Connectors(core, core.redis)
    workers = [
        *_consumers(core, core.redis, rows, guard),
        *connectors.workers(await connectors.load()),
    ]
    ledgers = Ledgers(core, core.redis, connectors)
    workers.append(Worker(name="ledger", run=ledgers.watch))
    settlement = Settlement(core, core.redis, rows.quarantine, connectors, guard.has_blueprint)
    workers.append(Worker(name="settlement", run=settlement.watch))
    workers.append(Worker(name="quarantine room", run=Room(core, rows.quarantine, connectors).watch))
    pipes = PipeWatch(core, core.redis, guard, rows.quarantine, settlement)
    workers.append(Worker(name="pipes", run=pipes.watch))
    endpoints = QuarantineApi(rows.quarantine, settlement).endpoints()
    api = IngestApi(core, core.redis, connectors)
    served = [*api.endpoints(), *endpoints, ledger_endpoint(ledgers), *gate.endpoints]
    return Module(name="dcl", endpoints=served, workers=workers)


async def _warehouse(core: Core) -> tuple[Rows, Gate]:
    directory = core.settings.data_dir / "dcl"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    rows = await Rows.open(directory / "warehouse.db")
    core.closers.push_async_callback(rows.close)
    return rows, await build_gate(core, rows, directory)


def _consumers(core: Core, redis: Redis, rows: Rows, guard: StreamGuard) -> list[Worker]:
    records_redis, quarantine_redis = redis.sibling(), redis.sibling()
    core.closers.push_async_callback(records_redis.close)
    core.closers.push_async_callback(quarantine_redis.close)
    return [
        Worker(name="consumer", run=RecordConsumer(core, records_redis, rows, guard=guard).run),
        Worker(name="quarantine", run=QuarantineMover(core, quarantine_redis, rows).run),
    ]


async def build_sidecar(core: Core) -> Module:
    """The sidecars alone, for a process that only reads sources."""
    if core.redis is None:
        raise EnvironmentFault("The sidecar needs Redis")
    connectors = Connectors(core, core.redis)
    return Module(name="sidecar", endpoints=[], workers=connectors.workers(await connectors.load()))
