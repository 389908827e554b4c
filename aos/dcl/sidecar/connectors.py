"""The connectors: their configuration in Redis, and one sidecar for each."""

import msgspec

from aos.contracts.ingest import ConnectorConfig, ConnectorReport, Pause
from aos.core.breaker import BreakerPolicy
from aos.core.clock import wall_ms
from aos.core.errors import NotFound
from aos.core.log import Log
from aos.core.module import Core
from aos.core.redact import redact
from aos.core.redis import Redis
from aos.core.streams import CONNECTORS
from aos.core.workers import Worker
from aos.dcl.sidecar import contract, target
from aos.dcl.sidecar.airlock import Airlock
from aos.dcl.sidecar.repair import DEADLINE_S, Repairer
from aos.dcl.sidecar.repair_source import RepairSource, route_of
from aos.dcl.sidecar.run import IngestSidecar

log = Log("dcl.connectors")
ORIGIN = "aos:origin"  # where this AOS was served when it was last up
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
        configs = [await self._moved(config) for config in configs]
        url = self._core.settings.source_url
        if configs and url and all(config.target_url != url for config in configs):
            stored_target = redact(configs[0].target_url)
            log.info("SOURCE_URL is passed over: a connector is stored already", stored_target=stored_target)
        if not configs and url:
            configs = [ConnectorConfig(connector_id=FIRST, source_type=FIRST_TYPE, target_url=url)]
            self.resolve(configs[0])
            await self.store(configs[0])
        await self._redis.call("SET", ORIGIN, self._core.settings.own_origin())
        return configs

    async def _moved(self, config: ConnectorConfig) -> ConnectorConfig:
        """A target that is this very AOS follows it to another port."""
        before = (await self._redis.call("GET", ORIGIN) or b"").decode()
        now = self._core.settings.own_origin()
        if not before or before == now or not config.target_url.startswith(f"{before}/"):
            return config
        moved = msgspec.structs.replace(config, target_url=now + config.target_url.removeprefix(before))
        await self.store(moved)
        return moved

    def resolve(self, config: ConnectorConfig) -> target.Target:
        return target.resolve(config, self._core.settings.own_origin())

    async def store(self, config: ConnectorConfig) -> None:
        await self._redis.call("HSET", CONNECTORS, config.connector_id, msgspec.json.encode(config))

    def worker(self, config: ConnectorConfig) -> Worker:
        """A sidecar for this connector, as a worker."""
        resolved = self.resolve(config)
        airlock = self.airlock(resolved.contract)
        worker_name = f"connector {config.connector_id}"
        vital = self._core.health.register(worker_name, "connector")
        repairer = self._repairer(resolved, airlock)
        sidecar = IngestSidecar(self._core, self._redis.sibling(), resolved, airlock, vital, repairer)
        self._core.closers.push_async_callback(sidecar.close)
        self.sidecars[config.connector_id] = sidecar
        return Worker(name=worker_name, run=sidecar.run)

    def _repairer(self, resolved: target.Target, airlock: Airlock) -> Repairer | None:
        key = airlock.contract.key
        route = route_of(resolved, key)
        if route is None or key is None:
            return None
        policy = resolved.config.policy
        return Repairer(
            self._core.clock,
            self._core.metrics,
            airlock,
            RepairSource(route, key, DEADLINE_S),
            BreakerPolicy(failures=policy.breaker.failures, cooldown_s=policy.breaker.cooldown_s),
            max_line_bytes=policy.max_line_bytes,
            connector_id=resolved.config.connector_id,
        )

    def airlock(self, name: str) -> Airlock:
        """The airlock of a contract, read from its file now. `InvalidInput` names what is wrong with it."""
        return Airlock(contract.load(self._core.settings.seeds_dir / "contracts" / f"{name}.yaml"))

    async def pause(self, name: str, why: str) -> ConnectorReport:
        """Stop a connector until it is resumed; one that is stopped stays so for its first reason."""
        sidecar = self._known(name)
        await sidecar.brake.hold(Pause(by="operator", why=why or "by an operator", since=wall_ms(self._core.clock)))
        return self._report(sidecar)

    async def resume(self, name: str) -> ConnectorReport:
        """Let a connector go on; one that reads does."""
        sidecar = self._known(name)
        await sidecar.brake.release()
        return self._report(sidecar)

    def _known(self, name: str) -> IngestSidecar:
        sidecar = self.sidecars.get(name)
        if sidecar is None:
            raise NotFound(f"There is no connector {name!r}")
        return sidecar

    def reports(self) -> list[ConnectorReport]:
        return [self._report(sidecar) for _, sidecar in sorted(self.sidecars.items())]

    def _report(self, sidecar: IngestSidecar) -> ConnectorReport:
        resolved = sidecar.target
        return ConnectorReport(
            connector_id=resolved.config.connector_id,
            source_type=resolved.config.source_type,
            target_url=redact(resolved.config.target_url),
            config_gen=resolved.config.config_gen,
            replayable=resolved.replayable,
            guarantee=resolved.guarantee,
            position=sidecar.position,
            health=sidecar.vital.report(),
            paused=sidecar.brake.pause,
        )
