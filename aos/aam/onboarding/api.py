"""What AAM answers over HTTP of connections (source 004, section 1)."""

from typing import Annotated, NoReturn

import msgspec

from aos.aam.onboarding.batch import Batches
from aos.aam.onboarding.funnel import Funnels
from aos.aam.onboarding.heal import Healer
from aos.aam.onboarding.onboard import Onboarding
from aos.aam.onboarding.registry import Registry
from aos.aam.onboarding.stopping import unless_stopping
from aos.contracts.base import Strict
from aos.contracts.intent import ConnectionIntent
from aos.contracts.names import Name
from aos.contracts.onboarding import (
    NAMESPACE,
    BatchReport,
    BatchRequest,
    ConnectionHealth,
    ConnectionHistory,
    ConnectionList,
    ConnectionState,
    Funnel,
    HealReport,
    HealRequest,
    Onboarded,
)
from aos.core.errors import InvalidInput, NotFound
from aos.core.http import Access, Call, Endpoint
from aos.core.module import Core
from aos.core.tenant import tenant_of

MOST_ON_PAGE = 1_000
BATCH_BODY = 32 * 1024 * 1024  # ten thousand intents with long names
HEAL_BODY = 1024 * 1024


class NamespaceQuery(Strict, frozen=True, kw_only=True):
    namespace: Name = NAMESPACE


class ConnectionsQuery(Strict, frozen=True, kw_only=True):
    """Which connections; `cursor` comes from the page before."""

    namespace: Name = NAMESPACE
    state: ConnectionState | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_ON_PAGE)] = 100
    cursor: Annotated[str, msgspec.Meta(max_length=64)] = ""


class OnboardingApi:
    """`/connections...` and `/metrics/funnel`."""

    def __init__(
        self,
        core: Core,
        registry: Registry,
        onboarding: Onboarding,
        batches: Batches,
        healer: Healer,
        funnels: Funnels,
    ) -> None:
        self._registry, self._onboarding = registry, onboarding
        self._events, self._stopping = core.events, core.stopping
        self._batches, self._healer, self._funnels = batches, healer, funnels
        self._batch_body = max(BATCH_BODY, core.settings.max_body)

    def endpoints(self) -> list[Endpoint]:
        return [*self._acting(), *self._looking()]

    def _acting(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="POST",
                path="/connections/onboard",
                handler=self.onboard,
                access=Access.SERVICE,
                summary="Onboard a source in Safe Mode; the same intent again goes on where it stood.",
                body=ConnectionIntent,
                answer=Onboarded,
                errors=(409, 503),
            ),
            Endpoint(
                method="POST",
                path="/connections/onboard/batch",
                handler=self.batch,
                access=Access.SERVICE,
                summary="Onboard many, a few at a time; how far it is stands in /events.",
                body=BatchRequest,
                answer=BatchReport,
                max_body=self._batch_body,
                errors=(503,),
            ),
            Endpoint(
                method="POST",
                path="/connections/heal",
                handler=self.heal,
                access=Access.OPERATOR,
                summary="Check connections again; none named: all that are not in ERROR or UNSUPPORTED.",
                body=HealRequest,
                body_optional=True,
                answer=HealReport,
                max_body=HEAL_BODY,
                errors=(404, 503),
            ),
        ]

    def _looking(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="GET",
                path="/connections",
                handler=self.connections,
                access=Access.READER,
                summary="Connections in their newest versions, with state, reason and what to do.",
                query=ConnectionsQuery,
                answer=ConnectionList,
                errors=(503,),
            ),
            Endpoint(
                method="GET",
                path="/connections/{connection_id}/health",
                handler=self.health,
                access=Access.READER,
                summary="Health of one connection, and the counters of its last tiny sync.",
                answer=ConnectionHealth,
                errors=(404, 503),
            ),
            Endpoint(
                method="GET",
                path="/connections/{connection_id}/history",
                handler=self.history,
                access=Access.READER,
                summary="Every version of one connection, and whether any was changed behind AOS's back.",
                answer=ConnectionHistory,
                errors=(404, 503),
            ),
            Endpoint(
                method="GET",
                path="/metrics/funnel",
                handler=self.funnel,
                access=Access.READER,
                summary="How far connections came: eligible, reachable, active, and what the others wait for.",
                query=NamespaceQuery,
                answer=Funnel,
                errors=(503,),
            ),
        ]

    async def onboard(self, call: Call) -> Onboarded:
        onboarded = await unless_stopping(self._stopping, self._onboarding.onboard(tenant_of(call), call.body))
        if onboarded.called or onboarded.created:  # of a batch its progress is told: the ring holds no ten thousand
            told = {"connection_id": onboarded.connection.connection_id, "state": onboarded.connection.state}
            self._events.publish("aam", "connection", told)
        return onboarded

    async def batch(self, call: Call) -> BatchReport:
        return await unless_stopping(self._stopping, self._batches.run(tenant_of(call), call.body))

    async def heal(self, call: Call) -> HealReport:
        healing = self._healer.heal(tenant_of(call), call.body or HealRequest())
        return await unless_stopping(self._stopping, healing)

    async def connections(self, call: Call) -> ConnectionList:
        query: ConnectionsQuery = call.query
        tenant, most = tenant_of(call), query.limit
        if query.cursor and await self._registry.newest(tenant, query.cursor) is None:
            raise InvalidInput("This is not a cursor of an earlier page", path="query.cursor")
        states = None if query.state is None else [query.state]
        found = await self._registry.page(tenant, query.namespace, after=query.cursor, most=most + 1, states=states)
        shown = [await self._registry.shown(tenant, record) for record in found[:most]]
        return ConnectionList(connections=shown, cursor=shown[-1].connection_id if len(found) > most else None)

    async def health(self, call: Call) -> ConnectionHealth:
        record = await self._registry.newest(tenant_of(call), call.path["connection_id"])
        if record is None:
            _unknown()
        connection = record.connection
        sync = connection.first_sync
        return ConnectionHealth(
            connection_id=connection.connection_id,
            state=connection.state,
            reason=connection.reason,
            since=connection.since,
            next_action=connection.next_action,
            checked_at=record.checked_at,
            first_sync_rows=None if sync is None else sync.rows,
            latency_ms=None if sync is None else sync.latency_ms,
            catalog_version=record.catalog_version,
            last_error=connection.last_error,
        )

    async def history(self, call: Call) -> ConnectionHistory:
        found = await self._registry.history(tenant_of(call), call.path["connection_id"])
        return found if found is not None else _unknown()

    async def funnel(self, call: Call) -> Funnel:
        return await self._funnels.funnel(tenant_of(call), call.query.namespace)


def _unknown() -> NoReturn:
    raise NotFound("No connection has that id", code="onboarding.unknown")
