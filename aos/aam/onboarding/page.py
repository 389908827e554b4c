"""The first page of AAM: the funnel and the connections, counted from the database when it is asked for."""

from typing import Annotated

import msgspec
from starlette.responses import Response

from aos.aam.onboarding.funnel import Funnels
from aos.aam.onboarding.heal import Healer
from aos.aam.onboarding.registry import Registry
from aos.aam.onboarding.stopping import unless_stopping
from aos.contracts.base import Strict
from aos.contracts.names import Name
from aos.contracts.onboarding import NAMESPACE, ConnectionState, HealRequest
from aos.core.auth import RIGHTS
from aos.core.http import Access, Call, Endpoint
from aos.core.module import Core
from aos.core.pages import see_other
from aos.core.tenant import tenant_of

ONBOARDING = "/onboarding"
ON_PAGE = 200
LOOKS: dict[ConnectionState, str] = {
    "ACTIVE": "good",
    "AWAITING_CREDENTIALS": "warn",
    "HEALING": "warn",
    "UNSUPPORTED": "",
    "NETWORK_BLOCKED": "bad",
    "ERROR": "bad",
}


class PageQuery(Strict, frozen=True, kw_only=True):
    namespace: Name = NAMESPACE
    cursor: Annotated[str, msgspec.Meta(max_length=64)] = ""


class HealForm(Strict, frozen=True):
    """The button alone."""


class OnboardingPage:
    """`/onboarding`, which is also AAM's own path where AAM has one, and what its button posts to."""

    def __init__(self, core: Core, registry: Registry, healer: Healer, funnels: Funnels) -> None:
        self._core, self._registry, self._healer, self._funnels = core, registry, healer, funnels

    def endpoints(self) -> list[Endpoint]:
        page, look, act = self._core.pages.endpoint, Access.VIEWER, Access.OPERATOR
        return [
            page("GET", "", self.show, look, "The funnel and the connections.", query=PageQuery),
            page("GET", ONBOARDING, self.show, look, "The funnel and the connections.", query=PageQuery),
            page("POST", f"{ONBOARDING}/heal", self.heal, act, "Check connections again.", form=HealForm),
        ]

    async def show(self, call: Call) -> Response:
        query: PageQuery = call.query
        tenant = tenant_of(call)
        found = await self._registry.page(tenant, query.namespace, after=query.cursor, most=ON_PAGE + 1)
        path: str = call.request.scope["path"]
        here = path if path.endswith(ONBOARDING) else f"{path}{ONBOARDING}"
        return self._core.pages.render(
            "aam/onboarding.html",
            here=here,
            namespace=query.namespace,
            role=call.role.value,
            may_act=Access.OPERATOR in RIGHTS[call.role] and query.namespace == NAMESPACE,
            funnel=await self._funnels.funnel(tenant, query.namespace),
            connections=[record.connection for record in found[:ON_PAGE]],
            catalogs={record.connection.connection_id: record.catalog_version for record in found},
            cursor=found[ON_PAGE - 1].connection.connection_id if len(found) > ON_PAGE else "",
            looks=LOOKS,
            triage=self._core.peers.path("aod"),
        )

    async def heal(self, call: Call) -> Response:
        await unless_stopping(self._core.stopping, self._healer.heal(tenant_of(call), HealRequest()))
        return see_other(call.request.scope["path"].rpartition("/")[0])
