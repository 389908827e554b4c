"""Switching a connector to a target while lines flow: probe the new one, end the old one behind its line, swap.

A target that fails its probe never takes over; the old one keeps running. The same command twice changes nothing.
"""

import asyncio
from contextlib import aclosing

import msgspec

from aos.contracts.ingest import ConnectorConfig
from aos.contracts.targeting import Provisioned, TargetingPackage
from aos.core import streams
from aos.core.errors import Conflict, EgressRefused, InvalidInput, RedisFault, SourceFault
from aos.core.log import Log
from aos.core.module import Core
from aos.core.phrases import RECEIVED_PROVISIONING
from aos.core.redact import redact
from aos.core.redis import Redis
from aos.dcl.sidecar.connectors import GENERATIONS, Connectors
from aos.dcl.sidecar.repair_source import route_of
from aos.dcl.sidecar.source import Source
from aos.dcl.sidecar.target import Target

log = Log("dcl.provision")
PROBE_S = 5.0
MOST_CONNECTORS = 200


class Provisioner:
    """Carries out targeting packages, one at a time for each connector."""

    def __init__(self, core: Core, redis: Redis, connectors: Connectors) -> None:
        self._core, self._redis, self._connectors = core, redis, connectors

    async def provision(self, wanted: TargetingPackage) -> Provisioned:
        """Switch, or make, a connector. `InvalidInput` names the field; `Conflict` TARGET_UNREACHABLE for a target that
        does not answer (unless forced); `RedisFault` when it could not be stored, and then the old one goes on."""
        async with self._connectors.lock(wanted.connector_id):
            current = self._connectors.config(wanted.connector_id)
            config = ConnectorConfig(
                connector_id=wanted.connector_id,
                source_type=wanted.source_type,
                target_url=wanted.target_url,
                policy=wanted.policy,
                config_gen=current.config_gen if current else 1,
                pipe_id="" if isinstance(wanted.pipe_id, msgspec.UnsetType) else wanted.pipe_id,
            )
            if current == config and wanted.connector_id not in self._connectors.unfit:
                return _answer(config, current)
            await self._may_dial(config)
            target = self._checked(config)
            if not wanted.force:
                await self._probe(target)
            config = await self._swap(config, current)
            return _answer(config, current)

    async def _may_dial(self, config: ConnectorConfig) -> None:
        """Refuse what the egress gate would refuse when it is dialled, also where the command is forced."""
        policy = config.policy
        urls = {"policy.repair_url": policy.repair_url, "policy.repair_batch_url": policy.repair_batch_url}
        for field, url in {"target_url": config.target_url, **urls}.items():
            if not url and field != "target_url":
                continue
            try:
                await self._core.egress.check(url, field=field)
            except EgressRefused as refused:
                # The URL itself is not told: what is wrong with it may be a password in it.
                log.warning("Target refused", why=refused.message, connector_id=config.connector_id)
                raise

    def _checked(self, config: ConnectorConfig) -> Target:
        """The resolved target of a configuration that can be run; nothing has changed yet when it can't."""
        known = self._connectors.sidecars.keys() | self._connectors.unfit.keys()
        if config.connector_id not in known and len(known) >= MOST_CONNECTORS:
            raise InvalidInput(f"connector_id: there are {MOST_CONNECTORS} connectors already")
        target = self._connectors.resolve(config)
        key = self._connectors.airlock(target.contract).contract.key
        if config.policy.repair_enabled and key is None:
            raise InvalidInput(
                f"policy.repair_enabled: the contract {target.contract!r} has no primaryKey to fetch a record by",
                path="$.policy.repair_enabled",
            )
        route_of(target, key)
        return target

    async def _probe(self, target: Target) -> None:
        cursor = await streams.read_cursor(self._redis, target.config.connector_id, target.id)
        url = target.url(cursor.position, cursor.resume)
        if target.last is not None and (cursor.position or target.first) >= target.last:
            return  # read to its end already
        try:
            async with asyncio.timeout(PROBE_S):
                await first_line(self._core, target, url)
        except (SourceFault, TimeoutError) as error:
            why = error.message if isinstance(error, SourceFault) else f"no line within {PROBE_S:g} s"
            raise Conflict(
                f"The target did not answer its probe ({why}); the connector was left as it is",
                code="ingest.target_unreachable",
                error="TARGET_UNREACHABLE",
                connector_id=target.config.connector_id,
            ) from error

    async def _swap(self, config: ConnectorConfig, current: ConnectorConfig | None) -> ConnectorConfig:
        """Store, end the old one behind the line in hand, start the new one. The configuration is stored first: a crash
        in between starts the new target, and each target has a cursor of its own."""
        generation = current.config_gen + 1 if current else await self._first_generation(config.connector_id)
        config = msgspec.structs.replace(config, config_gen=generation)
        await self._connectors.store(config)
        log.info(RECEIVED_PROVISIONING, target_url=redact(config.target_url), connector_id=config.connector_id)
        await self._connectors.halt(config.connector_id)
        target = self._connectors.resolve(config)
        try:
            # A new command means a new chance: a rest of the breaker that the target had before is over.
            await self._redis.call("DEL", f"aos:breaker:{config.connector_id}:{target.id}")
        except RedisFault as fault:
            log.warning("The breaker's rest could not be ended", why=fault.message, connector_id=config.connector_id)
        for worker in self._connectors.workers([config]):
            self._core.workers.start(worker)
        self._core.events.publish(
            "dcl", "provisioned", {"connector_id": config.connector_id, "config_gen": config.config_gen}
        )
        return config

    async def _first_generation(self, connector: str) -> int:
        """Numbers go on where a deleted connector of that name stopped, so that one never means two configurations."""
        return int(await self._redis.call("HINCRBY", GENERATIONS, connector, 1))


async def first_line(core: Core, target: Target, url: str) -> None:
    """Connect and wait for one whole line. `SourceFault` when there is none to be had."""
    policy = target.config.policy
    source = Source(
        core.clock,
        core.egress,
        idle_timeout_s=PROBE_S,
        max_line_bytes=policy.max_line_bytes,
        on_bytes=lambda _: None,
    )
    async with aclosing(source.lines(url, 0.05)) as blocks:
        async for lines in blocks:
            if lines:
                return
    raise SourceFault("the source ended before its first line", code="source.ended")


def _answer(config: ConnectorConfig, before: ConnectorConfig | None) -> Provisioned:
    return Provisioned(
        status="provisioned",
        connector_id=config.connector_id,
        config_gen=config.config_gen,
        previous_target=redact(before.target_url) if before else None,
    )
