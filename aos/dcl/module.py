"""What DCL adds to the process: the ingest routes, a sidecar a connector, and the two consumers."""

from aos.core.errors import EnvironmentFault
from aos.core.module import Core, Module
from aos.core.workers import Worker
from aos.dcl.api import IngestApi
from aos.dcl.gate.module import build_gate
from aos.dcl.ledger import Ledgers, ledger_endpoint
from aos.dcl.quarantine.api import QuarantineApi
from aos.dcl.quarantine.room import Room
from aos.dcl.quarantine.settlement import Settlement
from aos.dcl.sidecar.connectors import Connectors
from aos.dcl.warehouse.consumer import QuarantineMover, RecordConsumer
from aos.dcl.warehouse.rows import Rows


async def build(core: Core) -> Module:
    """Needs Redis. Opens the warehouse, loads the stored connectors."""
    if core.redis is None:
        raise EnvironmentFault("DCL needs Redis")
    directory = core.settings.data_dir / "dcl"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    rows = await Rows.open(directory / "warehouse.db")
    core.closers.push_async_callback(rows.close)
    connectors = Connectors(core, core.redis)
    records_redis, quarantine_redis = core.redis.sibling(), core.redis.sibling()
    core.closers.push_async_callback(records_redis.close)
    core.closers.push_async_callback(quarantine_redis.close)
    workers = [
        Worker(name="consumer", run=RecordConsumer(core, records_redis, rows).run),
        Worker(name="quarantine", run=QuarantineMover(core, quarantine_redis, rows).run),
        *connectors.workers(await connectors.load()),
    ]
    ledgers = Ledgers(core, core.redis, connectors)
    workers.append(Worker(name="ledger", run=ledgers.watch))
    settlement = Settlement(core, core.redis, rows.quarantine, connectors)
    workers.append(Worker(name="settlement", run=settlement.watch))
    workers.append(Worker(name="quarantine room", run=Room(core, rows.quarantine, connectors).watch))
    gate = await build_gate(core, rows, directory, lambda *_: None)
    endpoints = QuarantineApi(rows.quarantine, settlement).endpoints()
    api = IngestApi(core, core.redis, connectors)
    return Module(
        name="dcl", endpoints=[*api.endpoints(), *endpoints, ledger_endpoint(ledgers), *gate.endpoints], workers=workers
    )


async def build_sidecar(core: Core) -> Module:
    """The sidecars alone, for a process that only reads sources."""
    if core.redis is None:
        raise EnvironmentFault("The sidecar needs Redis")
    connectors = Connectors(core, core.redis)
    return Module(name="sidecar", endpoints=[], workers=connectors.workers(await connectors.load()))
