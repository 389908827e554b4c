"""The connectors: their configuration in Redis, and one sidecar for each."""

import asyncio
import dataclasses
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from aos.contracts.health import HealthReport, State
from aos.contracts.ingest import ConnectorConfig, ConnectorReport, Pause
from aos.core.breaker import BreakerPolicy
from aos.core.clock import wall_ms
from aos.core.errors import Conflict, InvalidInput, NotFound
from aos.core.health import Vital
from aos.core.log import Log
from aos.core.module import Core
from aos.core.redact import redact
from aos.core.redis import Redis
from aos.core.streams import CONNECTORS
from aos.core.workers import Worker
from aos.dcl.sidecar import target
from aos.dcl.sidecar.airlock import Airlock
from aos.dcl.sidecar.contract_files import ContractFiles
from aos.dcl.sidecar.repair import DEADLINE_S, Repairer
from aos.dcl.sidecar.repair_source import RepairSource, route_of
from aos.dcl.sidecar.run import IngestSidecar

log = Log("dcl.connectors")
GENERATIONS = "aos:generations"  # the last number of each connector that was deleted
ORIGIN = "aos:origin"  # where this AOS was served when it was last up
FIRST = "mule_auto_01"
FIRST_TYPE = "mulesoft_stream"


class Unfit(NamedTuple):
    """A stored connector that can't run as things are: its contract is gone or bad, or its policy does not fit it."""

    config: ConnectorConfig
    why: InvalidInput
    vital: Vital


class Connectors:
    """All connectors of this process. Configuration outlives it; `SOURCE_URL` counts only where none is stored."""

    def __init__(self, core: Core, redis: Redis) -> None:
        self._core, self._redis = core, redis
        self.sidecars: dict[str, IngestSidecar] = {}
        self.unfit: dict[str, Unfit] = {}
        self._contracts = ContractFiles(core.settings)
        self._halts: dict[str, asyncio.Event] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        core.closers.push_async_callback(self.close)

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
            self.airlock(self.resolve(configs[0]).contract)
            self._core.egress.look(url, field="SOURCE_URL")
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

    def workers(self, configs: Iterable[ConnectorConfig]) -> list[Worker]:
        """Those of the connectors that can run. One that can't stands in `unfit`, and its health says why: it does not
        keep the others from running."""
        found = []
        for config in configs:
            try:
                found.append(self.worker(config))
            except InvalidInput as error:
                self._set_aside(config, error)
        return found

    def _set_aside(self, config: ConnectorConfig, why: InvalidInput) -> None:
        name = config.connector_id
        vital = self._core.health.register(worker_name(name), "connector")
        vital.detail.update(config_gen=config.config_gen)
        vital.set(State.STOPPED, why.message, "put it right, then resume it; or provision it anew, or delete it")
        self.unfit[name] = Unfit(config, why, vital)
        log.error("Connector can't run", why=why.message, connector_id=name)

    def worker(self, config: ConnectorConfig) -> Worker:
        """A sidecar for this connector, as a worker; it ends with the process, or when it is halted."""
        resolved = self.resolve(config)
        airlock = self.airlock(resolved.contract)
        vital = self._core.health.register(worker_name(config.connector_id), "connector")
        vital.detail.update(config_gen=config.config_gen)
        own = dataclasses.replace(self._core, stopping=asyncio.Event())
        repairer = self._repairer(resolved, airlock)
        sidecar = IngestSidecar(own, self._redis.sibling(), resolved, airlock, vital, repairer)
        self.sidecars[config.connector_id] = sidecar
        if self.unfit.pop(config.connector_id, None):
            vital.set(State.STARTING, "it can run again", "connecting")
        self._halts[config.connector_id] = own.stopping

        async def run(own_vital: Vital) -> None:
            watch = asyncio.create_task(_pass_on(self._core.stopping, own.stopping), name="pass the stop on")
            try:
                await sidecar.run(own_vital)
            finally:
                watch.cancel()
                await asyncio.gather(watch, return_exceptions=True)

        return Worker(name=worker_name(config.connector_id), run=run)

    async def halt(self, name: str) -> None:
        """End a connector's sidecar behind the line in hand; what was taken is in Redis when this returns."""
        self.unfit.pop(name, None)
        sidecar = self.sidecars.pop(name, None)
        if sidecar is not None:
            self._halts.pop(name).set()
            await self._core.workers.end(worker_name(name))
            await sidecar.close()

    async def delete(self, name: str) -> None:
        """End a connector and forget its configuration. Its lines, its ledger and its cursor stay."""
        async with self.lock(name):
            if name not in self.unfit:
                self._known(name)
            config = self.config(name)
            if config is not None:  # before it is forgotten: a number must never mean two configurations
                await self._redis.call("HSET", GENERATIONS, name, config.config_gen)
            await self._redis.call("HDEL", CONNECTORS, name)
            await self.halt(name)
            self._core.health.forget(worker_name(name))

    def lock(self, name: str) -> asyncio.Lock:
        """One change of a connector at a time."""
        return self._locks.setdefault(name, asyncio.Lock())

    async def close(self) -> None:
        """Close what the sidecars hold, after they ended."""
        for sidecar in self.sidecars.values():
            await sidecar.close()

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
            RepairSource(self._core.egress, route, key, DEADLINE_S),
            BreakerPolicy(failures=policy.breaker.failures, cooldown_s=policy.breaker.cooldown_s),
            max_line_bytes=policy.max_line_bytes,
            connector_id=resolved.config.connector_id,
        )

    def airlock(self, name: str) -> Airlock:
        """The airlock of a contract, read from its file now. `InvalidInput` names what is wrong with it."""
        return Airlock(self._contracts.load(name))

    async def pause(self, name: str, why: str) -> ConnectorReport:
        """Stop a connector until it is resumed; one that is stopped stays so for its first reason."""
        sidecar = self._known(name)
        await sidecar.brake.hold(Pause(by="operator", why=why or "by an operator", since=wall_ms(self._core.clock)))
        return self._report(sidecar)

    async def resume(self, name: str) -> ConnectorReport:
        """Let a connector go on; one that reads does. One that could not run is tried again: `InvalidInput` when it
        still can't."""
        if name in self.unfit:
            async with self.lock(name):
                if name in self.unfit:  # still, now that nobody else changes it
                    self._core.workers.start(self.worker(self.unfit[name].config))
        sidecar = self._known(name)
        await sidecar.brake.release()
        return self._report(sidecar)

    def _known(self, name: str) -> IngestSidecar:
        if name in self.unfit:
            raise Conflict(f"The connector can't run: {self.unfit[name].why.message}", code="ingest.unfit")
        sidecar = self.sidecars.get(name)
        if sidecar is None:
            raise NotFound(f"There is no connector {name!r}")
        return sidecar

    def reports(self) -> list[ConnectorReport]:
        found = [self._report(sidecar) for sidecar in self.sidecars.values()]
        found += [_report_unfit(each) for each in self.unfit.values()]
        return sorted(found, key=lambda report: report.connector_id)

    def config(self, name: str) -> ConnectorConfig | None:
        """What is stored for a connector, whether it runs or not."""
        if name in self.unfit:
            return self.unfit[name].config
        return self.sidecars[name].target.config if name in self.sidecars else None

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
            health=_health(sidecar),
            paused=sidecar.brake.pause,
            pipe_id=resolved.pipe_id,
        )


def _health(sidecar: IngestSidecar) -> HealthReport:
    """A connector that was just paused may still be behind the line in hand; what is told agrees with the pause."""
    report = sidecar.vital.report()
    if sidecar.brake.pause is None or report.state is State.PAUSED:
        return report
    return msgspec.structs.replace(
        report, state=State.PAUSED, reason=sidecar.brake.pause.why, next_action=sidecar.brake.next_action
    )


def _report_unfit(unfit: Unfit) -> ConnectorReport:
    config = unfit.config
    return ConnectorReport(
        connector_id=config.connector_id,
        source_type=config.source_type,
        target_url=redact(config.target_url),
        config_gen=config.config_gen,
        replayable=False,
        guarantee="",
        position=None,
        health=unfit.vital.report(),
        pipe_id=config.pipe_id,
    )


def worker_name(connector: str) -> str:
    return f"connector {connector}"


async def _pass_on(stopping: asyncio.Event, own: asyncio.Event) -> None:
    await stopping.wait()
    own.set()
