"""The connectors: their configuration in Redis, and one sidecar for each."""

import msgspec

from aos.contracts.ingest import ConnectorConfig, ConnectorReport
from aos.core.log import Log
from aos.core.module import Core
from aos.core.redact import redact
from aos.core.redis import Redis
from aos.core.streams import CONNECTORS
from aos.core.workers import Worker
from aos.dcl.sidecar import contract, target
from aos.dcl.sidecar.airlock import Airlock
from aos.dcl.sidecar.run import IngestSidecar

log = Log("dcl.connectors")
FIRST = "mule_auto_01"
FIRST_TYPE = "mulesoft_stream"


class Connectors:
    """All connectors of this process. Configuration outlives it; `SOURCE_URL` counts only where none is stored."""

    def __init__(self, core: Core, redis: Redis) -> None:
        self._core, self._redis = core, redis
        self.sidecars: dict[str, IngestSidecar] = {}

    async def load(self) -> list[ConnectorConfig]:
        """The stored connectors; the first one is made of the settings when there is none."""
        stored = await self._redis.call("HGETALL", CONNECTORS)
        configs = sorted(
            (msgspec.json.decode(raw, type=ConnectorConfig) for raw in stored[1::2]), key=lambda c: c.connector_id
        )
        url = self._core.settings.source_url
        if configs and url and all(config.target_url != url for config in configs):
            log.info("SOURCE_URL is passed over: connectors are stored already", connector_id=configs[0].connector_id)
        if not configs and url:
            configs = [ConnectorConfig(connector_id=FIRST, source_type=FIRST_TYPE, target_url=url)]
            target.resolve(configs[0])
            await self.store(configs[0])
        return configs

    async def store(self, config: ConnectorConfig) -> None:
        await self._redis.call("HSET", CONNECTORS, config.connector_id, msgspec.json.encode(config))

    def worker(self, config: ConnectorConfig) -> Worker:
        """A sidecar for this connector, as a worker."""
        resolved = target.resolve(config)
        name = config.policy.contract or resolved.kind.contract
        airlock = Airlock(contract.load(self._core.settings.seeds_dir / "contracts" / f"{name}.yaml"))
        worker_name = f"connector {config.connector_id}"
        vital = self._core.health.register(worker_name, "connector")
        sidecar = IngestSidecar(self._core, self._redis.sibling(), resolved, airlock, vital)
        self._core.closers.push_async_callback(sidecar.close)
        self.sidecars[config.connector_id] = sidecar
        return Worker(name=worker_name, run=sidecar.run)

    def reports(self) -> list[ConnectorReport]:
        return [
            ConnectorReport(
                connector_id=name,
                source_type=sidecar.target.config.source_type,
                target_url=redact(sidecar.target.config.target_url),
                config_gen=sidecar.target.config.config_gen,
                replayable=sidecar.target.replayable,
                guarantee=sidecar.target.guarantee,
                position=sidecar.position,
                health=sidecar.vital.report(),
            )
            for name, sidecar in sorted(self.sidecars.items())
        ]
