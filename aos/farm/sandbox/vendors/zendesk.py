"""Zendesk: whoever is nobody is told so with 200, and `page[size]` turns cursors on."""

from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, Sizes, by_cursor, by_page
from aos.farm.sandbox.reply import Refusal, Reply, as_json, as_text
from aos.farm.sandbox.vendor import ACCOUNT, Issued, Known, Mint, Route, Vendor, Visit

HOST = rf"(?P<account>{ACCOUNT})\.zendesk\.com"
READ = ("read",)
LISTS = ("ticket_fields", "user_fields", "organization_fields", "groups", "organizations")


class Zendesk(Vendor):
    """An API token can't be limited: it is everything that its owner is. A token of OAuth has its scopes."""

    source_type = "zendesk"
    kinds = ("basic", "token")
    scopes = READ

    def routes(self) -> Sequence[Route]:
        end = r"(\.json)?"
        return [
            Route("GET", HOST, f"/api/v2/users/me{end}", self.me),
            Route("GET", HOST, f"/api/v2/account{end}", self.own_account, READ),
            Route("GET", HOST, f"/api/v2/(?P<list>{'|'.join(LISTS)}){end}", self.listed, READ),
        ]

    def issue(self, mint: Mint) -> Issued:
        if mint.kind == "token":
            return Issued("token", {"token": fresh(64)}, [mint.account], self.scopes)
        fields = {"email": f"aos-{fresh(8)}@{mint.account}.example", "token": fresh(40)}
        return Issued("email", fields, [mint.account], self.scopes)

    def known(self, asked: Asked) -> Known:
        user, password = asked.basic
        if not user:
            return self.of_host(asked, self.bearer(asked), HOST)
        email, _, kind = user.rpartition("/")
        credential = self.book.credential(self.source_type, email, asked.now)
        if credential is None or kind != "token" or not credential.has("token", password):
            raise Refusal(self.no_credential(asked))
        return self.of_host(asked, Known(credential, credential.scopes), HOST)

    def stranger(self, asked: Asked) -> Reply | None:
        """Without any credential one is the anonymous user."""
        if "authorization" in asked.headers or "/users/me" not in asked.path:
            return None
        return as_json({"user": {"id": None, "name": "Anonymous user", "role": "end-user", "active": False}})

    def no_credential(self, asked: Asked) -> Reply:
        return as_json({"error": "Couldn't authenticate you"}, 401)

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        if visit.asked.authorization("bearer"):
            why = f"You are missing the following required scopes: {needs[0]}"
            return as_json({"error": "Forbidden", "description": why}, 403)
        message = "You do not have access to this page. Please contact the account owner of this help desk."
        return as_json({"error": {"title": "Forbidden", "message": message}}, 403)

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        told = waits.seconds(wait_s)
        reply = as_text("Number of allowed API requests per minute exceeded", 429, retry_after=told)
        return reply.having(X_Rate_Limit="700", X_Rate_Limit_Remaining="0", ratelimit_reset=told)

    def nothing_there(self, asked: Asked) -> Reply:
        return as_json({"error": "InvalidEndpoint", "description": "Not found"}, 404)

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        message = f"{why.name} must be {why.why}"
        return as_json({"errors": [{"code": "InvalidPaginationParameter", "title": message}]}, 400)

    def me(self, visit: Visit) -> Reply:
        own = {"id": made.number(visit.account, "me", digits=12), "role": "admin", "active": True, "verified": True}
        return as_json({"user": own})

    def own_account(self, visit: Visit) -> Reply:
        return as_json({"account": {"subdomain": visit.account, "name": visit.account}})

    def listed(self, visit: Visit) -> Reply:
        asked, kind = visit.asked, visit.at["list"]
        if "page[size]" in asked.query or "page[after]" in asked.query:
            window = by_cursor(asked.query, visit.count(), "page[size]", Sizes(100, 100, strict=True), "page[after]")
            after = asked.again({"page[size]": window.size, "page[after]": window.cursor}) if window.more else None
            meta = {"has_more": window.more, "after_cursor": window.cursor or None, "before_cursor": None}
            said: dict[str, Any] = {"meta": meta, "links": {"next": after, "prev": None}}
        else:
            window = by_page(asked.query, visit.count(), "per_page", Sizes(100, 100), "page")
            page = window.first // window.size + 2
            after = asked.again({"page": page, "per_page": window.size}) if window.more else None
            said = {"count": window.total, "next_page": after, "previous_page": None}
        found = window.of(lambda n: visit.shaped(_thing(visit, kind, n)))
        return as_json({kind: found, **said}, items=len(found))


def _thing(visit: Visit, kind: str, n: int) -> dict[str, Any]:
    own: dict[str, Any] = {"id": made.number(visit.account, kind, n, digits=12), "created_at": made.created(n)}
    if kind.endswith("_fields"):
        return {**own, "type": "text", "key": made.name(n), "title": made.title(n), "active": True}
    return {**own, "name": made.title(n), "url": f"https://{visit.asked.host}/api/v2/{kind}/{own['id']}.json"}
