"""The steps of an onboarding, in one function (spec: "Auto-onboarding", the table of steps).

Health comes before discovery, unlike in the document, so that a dark network is named. A secret lives as long as the
adapter that was made with it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple, cast

import msgspec

from aos.aam.onboarding.adapter import Adapter
from aos.aam.onboarding.credentials import Credentials
from aos.aam.onboarding.draft import Draft, says_the_same
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.families import Family, normal
from aos.aam.onboarding.fault import fault
from aos.aam.onboarding.intents import check_evidence, check_form
from aos.aam.onboarding.locator import Locator, read_locator
from aos.aam.onboarding.record import (
    CONNECTOR,
    CREDENTIAL,
    DISCOVER,
    FIRST_SYNC,
    HEALTH,
    Record,
    catalog_digest,
    connection_id,
    first_record,
)
from aos.aam.onboarding.registry import Registry
from aos.aam.onboarding.turns import Turns
from aos.aam.onboarding.unshown import Unshown
from aos.aam.onboarding.ways import Ways
from aos.contracts.intent import ConnectionIntent
from aos.contracts.onboarding import (
    FAMILIES,
    MOST_FIRST_ITEMS,
    CatalogStream,
    Connection,
    Endpoints,
    FirstSync,
    Onboarded,
)
from aos.core.clock import wall_ms
from aos.core.errors import AosError, Conflict, InvalidInput
from aos.core.log import Log
from aos.core.module import Core

log = Log("aam.onboarding")
STEP_S = 120.0  # the longest that one step may take, whatever its adapter allows itself


# Called with a tenant's connection that became ACTIVE, or is and has another catalogue than before.
CatalogSeen = Callable[[str, Connection], Awaitable[None]]


class Served(NamedTuple):
    """What a run led to. `before` is None for a connection that is new; `called`: its source was asked."""

    before: Record | None
    now: Record
    called: bool
    drift: str = ""


class Onboarding:
    """Intents become connections, one at a time for each (tenant, connection)."""

    def __init__(
        self,
        core: Core,
        registry: Registry,
        credentials: Credentials,
        ways: Ways,
        catalogue: Mapping[str, Family],
        seen: CatalogSeen,
    ) -> None:
        self._core, self._registry, self._credentials, self._ways = core, registry, credentials, ways
        self._catalogue = catalogue
        self._seen = seen
        self._turns: Turns[Served] = Turns()
        self.mode = cast(Endpoints, core.settings.aam_endpoints)

    async def onboard(self, tenant: str, intent: ConnectionIntent) -> Onboarded:
        """`InvalidInput`: nothing is kept. `Conflict`: a kind of source that is not on the list; kept, and counted."""
        locator = check_form(intent)
        ids = normal(self._catalogue.get(intent.source_type), intent.resource_ids)
        named = connection_id(intent.namespace, intent.source_type, ids)
        if intent.source_type in FAMILIES:
            check_evidence(intent)
            wish, run = intent, lambda: self._intent(tenant, named, intent, locator)
        else:
            wish, run = intent, lambda: self._unsupported(tenant, named, intent, locator)
        served, shared = await self._turns.take((tenant, named), wish, run)
        if served.now.connection.state == "UNSUPPORTED":
            told = f"{intent.source_type} is not a kind of source that is onboarded"
            extra = {"error": "UNSUPPORTED", "connection_id": named, "supported": sorted(FAMILIES)}
            raise Conflict(told, code="onboarding.unsupported", next_action=served.now.connection.next_action, **extra)
        connection = await self._registry.shown(tenant, served.now)
        created = served.before is None and not shared
        return Onboarded(connection=connection, created=created, called=served.called and not shared)

    async def check(self, tenant: str, named: str) -> Served:
        """All steps of a known connection anew; nothing where no locator is kept to go by."""

        async def run() -> Served:
            before = await self._registry.newest(tenant, named)
            assert before is not None, "a connection never goes"
            locator = read_locator(before.intent.credential_locator)
            if locator is None or before.connection.state == "UNSUPPORTED":
                return Served(before, before, called=False)
            return await self._run(tenant, before, before, locator, HEALTH)

        served, _ = await self._turns.take((tenant, named), "check", run)
        return served

    async def _unsupported(self, tenant: str, named: str, intent: ConnectionIntent, locator: Locator | None) -> Served:
        before = await self._registry.newest(tenant, named)
        at = wall_ms(self._core.clock)
        begun = self._begun(named, before, intent, locator, at, mappable=False)
        connection = msgspec.structs.replace(
            begun.connection,
            state="UNSUPPORTED",
            reason=f"{intent.source_type} is not one of the families that are onboarded",
            next_action="connect it another way, or ask for the family",
            credential=locator.kind if locator else "",
        )
        now = msgspec.structs.replace(begun, connection=connection)
        return await self._keep(tenant, before, [now], called=False)

    async def _intent(self, tenant: str, named: str, intent: ConnectionIntent, locator: Locator | None) -> Served:
        before = await self._registry.newest(tenant, named)
        known = before.connection if before is not None else None
        here = known is not None and known.endpoints == self.mode
        if before is not None and here and before.connection.state == "ACTIVE":
            return Served(before, before, called=False)
        at = wall_ms(self._core.clock)
        begun = self._begun(named, before, intent, locator, at, mappable=True)
        # Health proved the credential that was named then; another one has to pass it itself.
        same = before is not None and before.intent.credential_locator == begun.intent.credential_locator
        goes_on = before is not None and here and same and before.step in (DISCOVER, FIRST_SYNC)
        return await self._run(tenant, before, begun, locator, before.step if before and goes_on else HEALTH)

    def _begun(
        self,
        named: str,
        before: Record | None,
        intent: ConnectionIntent,
        locator: Locator | None,
        at: int,
        *,
        mappable: bool,
    ) -> Record:
        """What is known when a run begins: the newest intent, on top of what was known before."""
        if locator is None or not self._credentials.may_be_kept(locator):
            intent = msgspec.structs.replace(intent, credential_locator=None)
        if before is None:
            return first_record(intent, named=named, at=at, endpoints=self.mode, mappable=mappable)
        connection = msgspec.structs.replace(
            before.connection, risk_level=intent.risk_level, owner=intent.owner.user, mappable=mappable
        )
        return msgspec.structs.replace(before, connection=connection, intent=intent)

    async def _run(
        self, tenant: str, before: Record | None, begun: Record, locator: Locator | None, first: str
    ) -> Served:
        credential = locator.kind if locator is not None else ""
        draft = Draft(begun=begun, first=first, endpoints=self.mode, credential=credential)
        try:
            await self._walk(tenant, draft, locator)
            records = draft.passed(wall_ms(self._core.clock))
        except Failure as failure:
            records = [draft.failed(failure, wall_ms(self._core.clock))]
        return await self._keep(tenant, before, records, called=draft.called, streams=draft.streams, drift=draft.drift)

    async def _walk(self, tenant: str, draft: Draft, locator: Locator | None) -> None:
        """locator → connector → health → discovery → tiny first sync. A `Failure` ends it where `draft.step` says."""
        intent = draft.begun.intent
        draft.step = CREDENTIAL
        with _faults_of_one(draft, AosError):
            async with asyncio.timeout(STEP_S):
                secret = await self._credentials.secret(tenant, locator)
        draft.eligible = True
        draft.step = CONNECTOR
        try:
            with _faults_of_one(draft, AosError):
                async with asyncio.timeout(STEP_S):
                    draft.via, adapter = await self._ways.way(intent.source_type, intent.resource_ids, secret)
        except InvalidInput as error:
            if draft.begun.connection.version == 0:
                raise
            raise Failure(Kind.OTHER, error.message, "send an intent whose resource_ids can be used") from None
        with _faults_of_one(draft, Failure):
            try:
                draft.called = True
                await self._ask(draft, adapter, Unshown(secret))
            finally:
                await adapter.close()

    async def _ask(self, draft: Draft, adapter: Adapter, unshown: Unshown) -> None:
        if draft.runs(HEALTH):
            draft.step = HEALTH
            async with asyncio.timeout(STEP_S):
                opened = await adapter.open()
            draft.reachable, draft.granted = True, list(unshown.told(opened.granted))
            draft.warn(unshown.told(opened.warnings))
        if draft.runs(DISCOVER):
            draft.step = DISCOVER
            async with asyncio.timeout(STEP_S):
                found = await adapter.discover()
            draft.warn(unshown.told(found.warnings))
            streams, left_out = unshown.streams(found.streams)
            if left_out:
                told = f"{left_out} streams or fields are left out: their names can't be shown, or hold the credential"
                if not streams:
                    raise Failure(Kind.SCHEMA, told, "look at what the connector calls its streams, then heal")
                draft.warn((told,))
            draft.streams, draft.drift = streams, await self._drift(draft.begun, streams)
        draft.step = FIRST_SYNC
        async with asyncio.timeout(STEP_S):
            sampled = await adapter.sample()
        if not 0 <= sampled.rows <= MOST_FIRST_ITEMS:
            raise Failure(Kind.OTHER, f"the first sync read more than {MOST_FIRST_ITEMS} items", "report it: a fault")
        draft.warn(unshown.told(sampled.warnings))
        draft.first_sync = FirstSync(
            rows=sampled.rows, latency_ms=round(sampled.latency_ms, 3), empty=sampled.rows == 0
        )
        self._core.metrics.first_sync_seconds.observe(sampled.latency_ms / 1000)

    async def _drift(self, begun: Record, streams: Sequence[CatalogStream]) -> str:
        """How what an ACTIVE connection can read differs from its catalogue; empty where it does not."""
        known = begun.connection.state == "ACTIVE" and begun.catalog_version is not None
        if not known or catalog_digest(streams) == begun.catalog_digest:
            return ""
        return f"the schema is another than catalogue {begun.catalog_version}"

    async def _keep(
        self,
        tenant: str,
        before: Record | None,
        records: Sequence[Record],
        *,
        called: bool,
        streams: Sequence[CatalogStream] | None = None,
        drift: str = "",
    ) -> Served:
        """A check that asked nobody and found nothing new is no version."""
        if before is not None and not called and says_the_same(before, records[-1]):
            return Served(before, before, called)
        now = await self._registry.append(tenant, *records, streams=streams)
        connection = now.connection
        was = (before.connection.state, before.catalog_digest) if before is not None else None
        if connection.state == "ACTIVE" and was != ("ACTIVE", now.catalog_digest):
            await self._seen(tenant, await self._registry.shown(tenant, now))
        self._core.metrics.onboardings.labels(connection.state).inc()
        told = {"connection_id": connection.connection_id, "state": connection.state}
        log.info("Connection checked", **told, source_type=connection.source_type, step=now.step, why=connection.reason)
        return Served(before, now, called, drift)


@contextmanager
def _faults_of_one(draft: Draft, foreseen: type[AosError]) -> Iterator[None]:
    """Whatever goes wrong in a step is a `Failure` of this connection alone; `foreseen` goes on as it is."""
    try:
        yield
    except foreseen:
        raise
    except TimeoutError:
        told = f"no answer within {STEP_S:g} s"
        raise Failure(Kind.NETWORK, told, "look at the network and the vendor's status, then heal") from None
    except Exception as error:  # noqa: BLE001 a fault of ours in one step is that connection's ERROR, no more
        raise Failure(Kind.OTHER, fault(error, draft.step), "look at the log, then heal") from None
