"""Microsoft Graph v1.0: SharePoint sites (m365_sharepoint) and the directory (entra)."""

from collections.abc import Callable, Sequence
from typing import Any

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.paging import Sizes, by_cursor
from aos.farm.sandbox.reply import Refusal, Reply, as_json, as_xml
from aos.farm.sandbox.vendor import Route, Visit
from aos.farm.sandbox.vendors.microsoft import Microsoft, checked, envelope, next_link, selected, tenant

HOST = r"graph\.microsoft\.com"
SITES = "Sites.Read.All"
DIRECTORY = "Directory.Read.All"
OPTIONS = {"$select", "$top", "$skiptoken", "$orderby", "$filter", "$count", "$search", "$expand"}
COLUMNS = {"Title": "text", "Amount": "number", "Owner": "personOrGroup", "Modified": "dateTime"}
# Entity types and what their properties are, as $metadata tells them.
TYPES = {
    "group": {"id": "Edm.String", "displayName": "Edm.String", "createdDateTime": "Edm.DateTimeOffset"},
    "user": {"id": "Edm.String", "userType": "Edm.String", "accountEnabled": "Edm.Boolean"},
    "application": {"id": "Edm.String", "appId": "Edm.String", "displayName": "Edm.String"},
    "device": {"id": "Edm.String", "displayName": "Edm.String", "operatingSystem": "Edm.String"},
}


class Graph(Microsoft):
    audience = "https://graph.microsoft.com"
    forbidden: tuple[str, str]
    limited: str

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        return envelope(visit.asked, 403, *self.forbidden)

    def listed(self, visit: Visit, what: str, thing: Callable[[int], dict[str, Any]], count: int = made.MANY) -> Reply:
        asked = visit.asked
        checked(asked, OPTIONS)
        window = by_cursor(asked.query, visit.count(count), "$top", Sizes(100, 999, strict=True), "$skiptoken")
        found = [selected(asked, visit.shaped(thing(n))) for n in range(window.first, window.until)]
        said: dict[str, Any] = {"@odata.context": f"https://graph.microsoft.com/v1.0/$metadata#{what}"}
        said |= {"@odata.nextLink": next_link(asked, window)} if window.more else {}
        return as_json({**said, "value": found}, items=len(found))


class SharePoint(Graph):
    source_type = "m365_sharepoint"
    scopes = (SITES,)
    forbidden = ("accessDenied", "Access denied")
    limited = "activityLimitReached"

    def routes(self) -> Sequence[Route]:
        needs, site = (SITES,), r"/v1\.0/sites/(?P<site>[^/:]+)"
        return [
            Route("GET", HOST, r"/v1\.0/sites", self.sites, needs),
            Route("GET", HOST, site, self.site, needs),
            Route("GET", HOST, r"/v1\.0/sites/(?P<named>[^/:]+:/sites/[^/:]+)", self.site, needs),
            Route("GET", HOST, f"{site}/lists", self.lists, needs),
            Route("GET", HOST, f"{site}/drives", self.drives, needs),
            Route("GET", HOST, site + r"/lists/(?P<list>[^/]+)/columns", self.columns, needs),
        ]

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        """Two ways at once, both in seconds."""
        told = waits.seconds(wait_s)
        reply = envelope(visit.asked, 429, self.limited, "The request has been throttled.")
        return reply.having(retry_after=told, RateLimit_Limit="1200", RateLimit_Remaining="0", RateLimit_Reset=told)

    def site(self, visit: Visit) -> Reply:
        checked(visit.asked, OPTIONS)
        known = {_site(visit, n)["id"]: n for n in range(made.MANY)}
        n = 0 if visit.at.get("site") == "root" or "named" in visit.at else known.get(visit.at["site"])
        if n is None:
            raise Refusal(self.nothing_there(visit.asked))
        return as_json(selected(visit.asked, visit.shaped(_site(visit, n))))

    def sites(self, visit: Visit) -> Reply:
        return self.listed(visit, "sites", lambda n: _site(visit, n))

    def lists(self, visit: Visit) -> Reply:
        return self.listed(visit, "lists", lambda n: _list(visit, n))

    def drives(self, visit: Visit) -> Reply:
        return self.listed(visit, "drives", lambda n: {"id": f"b!{visit.id('drive', n)}", "name": made.title(n)})

    def columns(self, visit: Visit) -> Reply:
        columns = visit.shaped(COLUMNS)
        found = [{"id": visit.id(name), "name": name, "displayName": name, kind: {}} for name, kind in columns.items()]
        return as_json({"value": found}, items=len(found))


class Entra(Graph):
    source_type = "entra"
    scopes = ("Organization.Read.All", "Group.Read.All", "User.ReadBasic.All")
    dropped = ("Group.Read.All",)
    forbidden = ("Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    limited = "TooManyRequests"

    def routes(self) -> Sequence[Route]:
        group = ("Group.Read.All", "GroupMember.Read.All", DIRECTORY)
        application = ("Application.Read.All", DIRECTORY)
        return [
            Route("GET", HOST, r"/v1\.0/organization", self.organization, ("Organization.Read.All", DIRECTORY)),
            Route("GET", HOST, r"/v1\.0/\$metadata", self.metadata, public=True),
            Route("GET", HOST, r"/v1\.0/(?P<set>groups)", self.entities, group),
            Route(
                "GET", HOST, r"/v1\.0/(?P<set>users)", self.entities, ("User.ReadBasic.All", "User.Read.All", DIRECTORY)
            ),
            Route("GET", HOST, r"/v1\.0/(?P<set>applications|devices)", self.entities, application),
        ]

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        reply = envelope(visit.asked, 429, self.limited, "Too many requests.")
        return reply.having(retry_after=waits.seconds(wait_s))

    def organization(self, visit: Visit) -> Reply:
        checked(visit.asked, OPTIONS)
        own = {"id": tenant(visit.account), "displayName": f"{visit.account} Inc.", "tenantType": "AAD"}
        found = [] if visit.empty else [selected(visit.asked, own)]
        return as_json(
            {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#organization", "value": found},
            items=len(found),
        )

    def metadata(self, visit: Visit) -> Reply:
        """CSDL, for anybody."""
        types = "".join(_entity_type(name, visit.shaped(fields)) for name, fields in TYPES.items())
        schema = f'<Schema Namespace="microsoft.graph" xmlns="http://docs.oasis-open.org/odata/ns/edm">{types}</Schema>'
        edmx = "http://docs.oasis-open.org/odata/ns/edmx"
        services = f"<edmx:DataServices>{schema}</edmx:DataServices>"
        return as_xml(f'<edmx:Edmx Version="4.0" xmlns:edmx="{edmx}">{services}</edmx:Edmx>')

    def entities(self, visit: Visit) -> Reply:
        kind = visit.at["set"]
        if "$skip" in visit.asked.query:
            message = "'$skip' is not supported by the service."
            raise Refusal(envelope(visit.asked, 400, "Request_BadRequest", message))
        return self.listed(visit, kind, lambda n: _entity(visit, kind, n))


def _site(visit: Visit, n: int) -> dict[str, Any]:
    host = f"{visit.account}.sharepoint.com"
    return {
        "id": f"{host},{made.guid(visit.account, 'site', n)},{made.guid(visit.account, 'web', n)}",
        "name": made.name(n),
        "displayName": made.title(n),
        "webUrl": f"https://{host}/sites/{made.name(n)}",
        "createdDateTime": made.created(n),
    }


def _list(visit: Visit, n: int) -> dict[str, Any]:
    return {
        "id": made.guid(visit.account, "list", n),
        "name": made.name(n),
        "displayName": made.title(n),
        "list": {"template": "documentLibrary" if n % 2 else "genericList", "hidden": False},
    }


def _entity(visit: Visit, kind: str, n: int) -> dict[str, Any]:
    own: dict[str, Any] = {"id": made.guid(visit.account, kind, n)}
    if kind == "users":
        return {**own, "userType": "Member", "accountEnabled": True}
    own |= {"displayName": made.title(n)}
    if kind == "groups":
        return {**own, "groupTypes": ["Unified"] if n % 2 else [], "createdDateTime": made.created(n)}
    return {**own, "appId": made.guid(visit.account, "app", n), "createdDateTime": made.created(n)}


def _entity_type(name: str, fields: dict[str, str]) -> str:
    properties = "".join(f'<Property Name="{field}" Type="{kind}"/>' for field, kind in fields.items())
    return f'<EntityType Name="{name}">{properties}</EntityType>'
