"""Somebody's own API with an OpenAPI document (openapi): what a client finds where it knows nothing beforehand."""

from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, Sizes, by_page
from aos.farm.sandbox.reply import Reply, as_json
from aos.farm.sandbox.vendor import ACCOUNT, Issued, Known, Mint, Route, Vendor, Visit

HOST = rf"api\.(?P<account>{ACCOUNT})\.example"
READ = "read"
MEDIA = "application/problem+json"
WIDGET = {"id": "string", "name": "string", "price": "number", "created_at": "string"}
REF = "#/components/schemas/Widget"


class OwnApi(Vendor):
    source_type = "openapi"
    scopes = (READ,)

    def routes(self) -> Sequence[Route]:
        return [
            Route("GET", HOST, r"/openapi\.json", self.document, public=True),
            Route("GET", HOST, "/v1/status", self.status),
            Route("GET", HOST, "/v1/widgets", self.widgets, (READ,)),
            Route("GET", HOST, r"/v1/widgets/(?P<id>[0-9a-f]{32})", self.widget, (READ,)),
        ]

    def issue(self, mint: Mint) -> Issued:
        return Issued("token", {"token": fresh(40)}, [f"https://api.{mint.account}.example/openapi.json"], self.scopes)

    def known(self, asked: Asked) -> Known:
        return self.of_host(asked, self.bearer(asked), HOST)

    def no_credential(self, asked: Asked) -> Reply:
        return _problem(401, "Unauthorized").having(www_authenticate='Bearer realm="api"')

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        return _problem(403, "Forbidden")

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        return _problem(429, "Too Many Requests").having(retry_after=waits.http_date(visit.asked.now, wait_s))

    def nothing_there(self, asked: Asked) -> Reply:
        return _problem(404, "Not Found")

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        return _problem(422, f"{why.name} must be {why.why}")

    def document(self, visit: Visit) -> Reply:
        """OpenAPI 3.0, for anybody. What it describes is served, but for the POST, which nobody may call."""
        page = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}}
        size = {"name": "per_page", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}}
        one = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        many = {"type": "array", "items": {"$ref": REF}}
        wrapped = {"type": "object", "properties": {"items": many, "total": {"type": "integer"}}}
        status = {"type": "object", "properties": {"status": {"type": "string"}}}
        create = {"operationId": "createWidget", "responses": {"201": {"description": "Created"}}}
        paths = {
            "/widgets": {"get": {**_get("listWidgets", wrapped), "parameters": [page, size]}, "post": create},
            "/widgets/{id}": {"get": {**_get("getWidget", {"$ref": REF}), "parameters": [one]}},
            "/status": {"get": _get("getStatus", status)},
        }
        fields = {name: {"type": kind} for name, kind in visit.shaped(WIDGET).items()}
        whole = {
            "openapi": "3.0.3",
            "info": {"title": "Widgets", "version": "1.0.0"},
            "servers": [{"url": f"https://{visit.asked.host}/v1"}],
            "security": [{"bearer": []}],
            "paths": paths,
            "components": {
                "schemas": {"Widget": {"type": "object", "required": ["id"], "properties": fields}},
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            },
        }
        return as_json(whole)

    def status(self, visit: Visit) -> Reply:
        return as_json({"status": "ok"})

    def widgets(self, visit: Visit) -> Reply:
        window = by_page(visit.asked.query, visit.count(), "per_page", Sizes(50, 100, strict=True), "page")
        found = window.of(lambda n: visit.shaped(_widget(visit, n)))
        return as_json({"items": found, "total": window.total}, items=len(found))

    def widget(self, visit: Visit) -> Reply:
        for n in range(visit.count()):
            if (found := _widget(visit, n))["id"] == visit.at["id"]:
                return as_json(visit.shaped(found))
        return self.nothing_there(visit.asked)


def _get(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    good = {"description": "OK", "content": {"application/json": {"schema": schema}}}
    return {"operationId": name, "responses": {"200": good, "401": {"description": "Unauthorized"}}}


def _problem(status: int, title: str) -> Reply:
    return as_json({"type": "about:blank", "title": title, "status": status}, status, media=MEDIA)


def _widget(visit: Visit, n: int) -> dict[str, Any]:
    return {"id": visit.id("widget", n), "name": made.title(n), "price": 10 + n, "created_at": made.created(n)}
