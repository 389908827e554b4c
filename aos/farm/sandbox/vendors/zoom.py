"""Zoom: server-to-server OAuth, and a date in Retry-After."""

from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, Sizes, by_cursor
from aos.farm.sandbox.reply import Reply, as_json
from aos.farm.sandbox.vendor import Issued, Known, Mint, Route, Vendor, Visit

HOST = r"api\.zoom\.us"
USERS = ("user:read:list_users:admin", "user:read:admin")
GROUPS = ("group:read:list_groups:admin", "group:read:admin")
ROLES = ("role:read:list_roles:admin", "role:read:admin")


class Zoom(Vendor):
    source_type = "zoom"
    kinds = ("client", "token")
    scopes = (USERS[0], GROUPS[0], ROLES[0])
    dropped = (USERS[0], GROUPS[0])  # whichever of the two a client reads
    exchange_at = (r"zoom\.us/oauth/token",)

    def routes(self) -> Sequence[Route]:
        return [
            Route("GET", HOST, "/v2/users", self.users, USERS),
            Route("GET", HOST, "/v2/groups", self.groups, GROUPS),
            Route("GET", HOST, "/v2/roles", self.roles, ROLES),
        ]

    def issue(self, mint: Mint) -> Issued:
        if mint.kind == "token":
            return Issued("token", {"token": fresh(64)}, [_account(mint.account)], self.scopes)
        fields = {"account_id": _account(mint.account), "client_id": fresh(22), "client_secret": fresh(32)}
        return Issued("client_id", fields, [_account(mint.account)], self.scopes)

    def exchange(self, asked: Asked) -> Reply:
        client, secret = asked.basic
        credential = self.book.credential(self.source_type, client, asked.now)
        if credential is None or not credential.has("client_secret", secret):
            return as_json({"reason": "Invalid client_id or client_secret", "error": "invalid_client"}, 400)
        if asked.form.get("grant_type") != "account_credentials":
            return as_json({"reason": "unsupported grant type", "error": "unsupported_grant_type"}, 400)
        if not credential.has("account_id", asked.form.get("account_id", "")):
            return as_json({"reason": "Bad Request", "error": "invalid_request"}, 400)
        token = self.access(asked, credential, credential.scopes, 3_600)
        said: dict[str, Any] = {"access_token": token, "token_type": "bearer", "expires_in": 3_600}
        return as_json({**said, "scope": " ".join(credential.scopes), "api_url": "https://api.zoom.us"})

    def known(self, asked: Asked) -> Known:
        return self.bearer(asked)

    def no_credential(self, asked: Asked) -> Reply:
        return as_json({"code": 124, "message": "Invalid access token."}, 401)

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        message = f"Invalid access token, does not contain scopes:[{', '.join(needs)}]"
        return as_json({"code": 4711, "message": message}, 400)

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        message = "You have exceeded the daily rate limit of requests permitted for this API."
        until = waits.iso(visit.asked.now, wait_s)
        reply = as_json({"code": 429, "message": message}, 429, retry_after=until)
        return reply.having(X_RateLimit_Category="Light", X_RateLimit_Type="Daily-limit", X_RateLimit_Remaining="0")

    def nothing_there(self, asked: Asked) -> Reply:
        return as_json({"code": 2300, "message": "This API endpoint is not recognized."}, 404)

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        errors = [{"field": why.name, "message": f"Invalid field: {why.why}."}]
        return as_json({"code": 300, "message": "Validation Failed.", "errors": errors}, 400)

    def users(self, visit: Visit) -> Reply:
        def user(n: int) -> dict[str, Any]:
            return {"id": visit.id("user", n)[:22], "type": 2, "status": "active", "dept": made.title(n), "verified": 1}

        window = by_cursor(
            visit.asked.query, visit.count(), "page_size", Sizes(30, 300, strict=True), "next_page_token"
        )
        found = window.of(lambda n: visit.shaped(user(n)))
        said = {"page_size": window.size, "total_records": window.total, "next_page_token": window.cursor}
        return as_json({**said, "users": found}, items=len(found))

    def groups(self, visit: Visit) -> Reply:
        found = [_group(visit, n) for n in range(visit.count())]
        return as_json({"total_records": len(found), "groups": found}, items=len(found))

    def roles(self, visit: Visit) -> Reply:
        found = [
            {"id": str(n), "name": name, "total_members": n} for n, name in enumerate(("Owner", "Admin", "Member"))
        ]
        return as_json({"total_records": len(found), "roles": found}, items=len(found))


def _account(account: str) -> str:
    return made.digest("zoom", account)[:22]


def _group(visit: Visit, n: int) -> dict[str, Any]:
    return visit.shaped({"id": visit.id("group", n)[:22], "name": made.title(n), "total_members": n})
