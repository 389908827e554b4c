"""Azure Resource Manager (azure_sub)."""

import re
from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.paging import Sizes, by_cursor
from aos.farm.sandbox.reply import Refusal, Reply, as_json
from aos.farm.sandbox.vendor import Route, Visit
from aos.farm.sandbox.vendors.microsoft import Microsoft, envelope, next_link, tenant

HOST = r"management\.azure\.com"
READER = "Reader"
PROVIDERS = ("Microsoft.Compute", "Microsoft.Storage", "Microsoft.Network", "Microsoft.Sql", "Microsoft.Web")
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-preview)?")


class Azure(Microsoft):
    source_type = "azure_sub"
    scopes = (READER,)
    audience = "https://management.azure.com"

    def resources(self, account: str) -> Sequence[str]:
        return [tenant(account), _subscription(account)]

    def routes(self) -> Sequence[Route]:
        one = "/subscriptions/(?P<subscription>[^/]+)"
        return [
            # Without a role the list is an empty 200; a subscription itself is refused.
            Route("GET", HOST, "/subscriptions", self.subscriptions),
            Route("GET", HOST, one, self.subscription, (READER,)),
            Route("GET", HOST, f"{one}/providers", self.providers, (READER,)),
            Route("GET", HOST, f"{one}/resources", self.resource_list, (READER,)),
            Route("GET", HOST, f"{one}/resourcegroups", self.groups, (READER,)),
        ]

    def lacking(self, asked: Asked, account: str) -> Reply | None:
        if _VERSION.fullmatch(asked.query.get("api-version", "")):
            return None
        message = "The api-version query parameter (?api-version=) is required for all requests."
        return envelope(asked, 400, "MissingApiVersionParameter", message)

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        message = f"The client does not have authorization to perform action over scope '{visit.asked.path[:200]}'."
        return envelope(visit.asked, 403, "AuthorizationFailed", message)

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        reply = envelope(visit.asked, 429, "SubscriptionRequestsThrottled", "Number of requests exceeded the limit.")
        return reply.having(retry_after=waits.seconds(wait_s), x_ms_ratelimit_remaining_subscription_reads="0")

    def signed(self, reply: Reply, visit: Visit) -> Reply:
        return reply.having(x_ms_ratelimit_remaining_subscription_reads="249")

    def subscriptions(self, visit: Visit) -> Reply:
        found = [_described(visit.account)] if READER in visit.granted and not visit.empty else []
        return as_json({"value": found, "count": {"type": "Total", "value": len(found)}}, items=len(found))

    def subscription(self, visit: Visit) -> Reply:
        self._own(visit)
        return as_json(visit.shaped(_described(visit.account)))

    def providers(self, visit: Visit) -> Reply:
        self._own(visit)
        return self._listed(visit, lambda n: _provider(visit, n), visit.count(len(PROVIDERS) * 9))

    def resource_list(self, visit: Visit) -> Reply:
        self._own(visit)
        return self._listed(visit, lambda n: visit.shaped(_resource(visit, n)), visit.count(157))

    def groups(self, visit: Visit) -> Reply:
        self._own(visit)
        return self._listed(visit, lambda n: _group(visit, n), visit.count())

    def _own(self, visit: Visit) -> None:
        named = visit.at["subscription"]
        if named.lower() != _subscription(visit.account):
            message = f"The subscription '{named[:64]}' could not be found."
            raise Refusal(envelope(visit.asked, 404, "SubscriptionNotFound", message))

    def _listed(self, visit: Visit, thing: Any, count: int) -> Reply:
        window = by_cursor(visit.asked.query, count, "$top", Sizes(100, 1000), "$skiptoken")
        found = [thing(n) for n in range(window.first, window.until)]
        said: dict[str, Any] = {"value": found}
        return as_json(said | ({"nextLink": next_link(visit.asked, window)} if window.more else {}), items=len(found))


def _subscription(account: str) -> str:
    return made.guid("subscription", account)


def _described(account: str) -> dict[str, Any]:
    own = _subscription(account)
    return {
        "id": f"/subscriptions/{own}",
        "subscriptionId": own,
        "tenantId": tenant(account),
        "displayName": f"{account} production",
        "state": "Enabled",
    }


def _provider(visit: Visit, n: int) -> dict[str, Any]:
    space = PROVIDERS[n] if n < len(PROVIDERS) else f"Vendor{n:02d}.Services"
    names = ("accounts", "operations", "accounts/keys") if visit.drift else ("accounts", "operations")
    kinds = [visit.shaped({"resourceType": name, "apiVersions": ["2024-03-01"]}) for name in names]
    return {"namespace": space, "registrationState": "Registered", "resourceTypes": kinds}


def _group(visit: Visit, n: int) -> dict[str, Any]:
    name = f"rg-{made.name(n)}"
    return {
        "id": f"/subscriptions/{_subscription(visit.account)}/resourceGroups/{name}",
        "name": name,
        "location": "westeurope",
    }


def _resource(visit: Visit, n: int) -> dict[str, Any]:
    kind = f"{PROVIDERS[n % len(PROVIDERS)]}/accounts"
    return {
        "id": f"{_group(visit, n % made.MANY)['id']}/providers/{kind}/{made.name(n)}",
        "name": made.name(n),
        "type": kind,
        "location": "westeurope",
    }
