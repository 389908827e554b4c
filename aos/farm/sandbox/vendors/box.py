"""Box: client credentials for an enterprise; a bad token's 401 has no body."""

from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, Sizes, by_cursor, by_offset
from aos.farm.sandbox.reply import Refusal, Reply, as_json
from aos.farm.sandbox.vendor import Issued, Known, Mint, Route, Vendor, Visit

HOST = r"api\.box\.com"
READ = "root_readonly"
ITEMS = 157


class Box(Vendor):
    source_type = "box"
    kinds = ("client", "token")
    scopes = (READ,)
    exchange_at = (r"api\.box\.com/oauth2/token",)

    def routes(self) -> Sequence[Route]:
        needs = (READ,)
        return [
            Route("GET", HOST, r"/2\.0/users/me", self.me),
            Route("GET", HOST, r"/2\.0/metadata_templates/(?P<scope>enterprise|global)", self.templates, needs),
            Route("GET", HOST, r"/2\.0/folders/(?P<folder>\d+)/items", self.items, needs),
            Route("GET", HOST, r"/2\.0/folders/(?P<folder>\d+)", self.folder, needs),
        ]

    def issue(self, mint: Mint) -> Issued:
        enterprise = _enterprise(mint.account)
        if mint.kind == "token":
            return Issued("token", {"token": fresh(32)}, [enterprise], self.scopes)
        fields = {"client_id": fresh(32), "client_secret": fresh(32)}
        return Issued("client_id", fields, [enterprise], self.scopes)

    def exchange(self, asked: Asked) -> Reply:
        form = asked.form
        credential = self.book.credential(self.source_type, form.get("client_id", ""), asked.now)
        if credential is None or not credential.has("client_secret", form.get("client_secret", "")):
            return _oauth_error("invalid_client", "The client credentials are invalid")
        if form.get("grant_type") != "client_credentials":
            return _oauth_error("unsupported_grant_type", "The grant type is unrecognized or not supported")
        enterprise = _enterprise(credential.account)
        if form.get("box_subject_type") != "enterprise" or form.get("box_subject_id") != enterprise:
            return _oauth_error("invalid_grant", "Grant credentials are invalid")
        token = self.access(asked, credential, credential.scopes, 3_600)
        return as_json({"access_token": token, "expires_in": 3_600, "restricted_to": [], "token_type": "bearer"})

    def known(self, asked: Asked) -> Known:
        return self.bearer(asked)

    def no_credential(self, asked: Asked) -> Reply:
        told = (
            'Bearer realm="Service", error="invalid_token", error_description="The access token provided is invalid."'
        )
        return Reply(401, b"", {"www-authenticate": told})

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        told = 'Bearer realm="Service", error="insufficient_scope"'
        return _error(403, "insufficient_scope", "The request requires higher privileges").having(www_authenticate=told)

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        reply = _error(429, "rate_limit_exceeded", "Request rate limit exceeded, please try again later")
        return reply.having(retry_after=waits.seconds(wait_s))

    def nothing_there(self, asked: Asked) -> Reply:
        return _error(404, "not_found", "Not Found")

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        errors = [{"reason": "invalid_parameter", "name": why.name, "message": why.why}]
        return _error(400, "bad_request", "Bad Request", {"errors": errors})

    def me(self, visit: Visit) -> Reply:
        own = {
            "type": "user",
            "id": str(made.number(visit.account, "me", digits=11)),
            "name": "AOS",
            "status": "active",
            "enterprise": {"type": "enterprise", "id": _enterprise(visit.account), "name": visit.account},
        }
        names = [name for name in visit.asked.query.get("fields", "").split(",") if name]
        return as_json(made.picked(own, [*names, "type", "id"]) if names else own)

    def templates(self, visit: Visit) -> Reply:
        scope = visit.at["scope"]

        def template(n: int) -> dict[str, Any]:
            own = {"id": made.guid(visit.account, scope, n), "type": "metadata_template", "scope": scope}
            fields = visit.shaped({"name": "string", "amount": "float"})
            shown = [{"key": key, "type": kind, "displayName": key.title()} for key, kind in fields.items()]
            return {**own, "templateKey": made.name(n), "displayName": made.title(n), "fields": shown}

        window = by_cursor(visit.asked.query, visit.count(), "limit", Sizes(100, 1000, strict=True), "marker")
        found = window.of(template)
        said = {"limit": window.size, "next_marker": window.cursor or None, "prev_marker": None, "entries": found}
        return as_json(said, items=len(found))

    def folder(self, visit: Visit) -> Reply:
        own = {"type": "folder", "id": visit.at["folder"], "name": "All Files"}
        return as_json({**own, "item_status": "active"})

    def items(self, visit: Visit) -> Reply:
        query, count = visit.asked.query, visit.count(ITEMS)
        if visit.at["folder"] != "0" and visit.at["folder"] not in {_folder(visit, n) for n in range(ITEMS)}:
            raise Refusal(self.nothing_there(visit.asked))
        sizes, marked = Sizes(100, 1000, strict=True), query.get("usemarker") == "true"
        window = (
            by_cursor(query, count, "limit", sizes, "marker")
            if marked
            else by_offset(query, count, "limit", sizes, "offset")
        )
        names = [name for name in query.get("fields", "").split(",") if name]
        usual = ["type", "id", "etag", "name"]
        found = [
            made.picked(visit.shaped(_item(visit, n)), [*names, "type", "id", "etag"] if names else usual)
            for n in range(window.first, window.until)
        ]
        said: dict[str, Any] = {"limit": window.size, "entries": found}
        said |= (
            {"next_marker": window.cursor or None} if marked else {"total_count": window.total, "offset": window.first}
        )
        return as_json(said, items=len(found))


def _error(status: int, code: str, message: str, context: dict[str, Any] | None = None) -> Reply:
    said: dict[str, Any] = {
        "type": "error",
        "status": status,
        "code": code,
        "message": message,
        "request_id": fresh(16),
    }
    return as_json({**said, **({"context_info": context} if context else {})}, status)


def _oauth_error(error: str, why: str) -> Reply:
    return as_json({"error": error, "error_description": why}, 400)


def _enterprise(account: str) -> str:
    return str(made.number("box", account, digits=9))


def _folder(visit: Visit, n: int) -> str:
    return str(made.number(visit.account, "item", n, digits=12))


def _item(visit: Visit, n: int) -> dict[str, Any]:
    own = {"type": "folder" if n % 3 else "file", "id": _folder(visit, n), "etag": "0"}
    return {**own, "name": made.title(n), "size": 1_000 + n, "modified_at": made.changed(n)}
