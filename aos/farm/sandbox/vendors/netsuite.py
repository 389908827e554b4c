"""NetSuite's REST record service, signed by OAuth 1.0 (token-based authentication)."""

from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.auth import oauth1
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, Sizes, by_offset
from aos.farm.sandbox.reply import Refusal, Reply, as_json
from aos.farm.sandbox.vendor import Issued, Known, Mint, Route, Vendor, Visit

HOST = r"(?P<account>[a-z0-9-]+)\.suitetalk\.api\.netsuite\.com"
VIEW = "rest_webservices"
RECORDS = 57
FIELDS = {"id": "string", "tranId": "string", "amount": "number", "lastModifiedDate": "string"}
ERROR_MEDIA = "application/vnd.oracle.resource+json; type=error"
REFUSED = "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI."


class NetSuite(Vendor):
    source_type = "netsuite"
    kinds = ("oauth1", "token")
    scopes = (VIEW,)

    def routes(self) -> Sequence[Route]:
        record = "/services/rest/record/v1"
        return [
            Route("GET", HOST, "/services/rest/system/v1/serverTime", self.time),
            Route("GET", HOST, f"{record}/metadata-catalog/?", self.catalog, (VIEW,)),
            Route("GET", HOST, record + r"/metadata-catalog/(?P<record>\w+)", self.schema, (VIEW,)),
            Route("GET", HOST, record + r"/(?P<record>\w+)", self.records, (VIEW,)),
        ]

    def issue(self, mint: Mint) -> Issued:
        resources = [_realm(mint.account)]
        if mint.kind == "token":
            return Issued("token", {"token": fresh(64)}, resources, self.scopes)
        names = ("consumer_key", "consumer_secret", "token_id", "token_secret")
        return Issued("token_id", {name: fresh(64) for name in names}, resources, self.scopes)

    def known(self, asked: Asked) -> Known:
        found = self.bearer(asked) if asked.authorization("bearer") else self._signed(asked)
        if asked.host.partition(".")[0] != found.credential.account:
            raise Refusal(self.no_credential(asked))
        return found

    def _signed(self, asked: Asked) -> Known:
        told = oauth1.parameters(asked)
        credential = self.book.credential(self.source_type, told.get("oauth_token", ""), asked.now)
        if credential is None or not credential.has("consumer_key", told.get("oauth_consumer_key", "")):
            raise Refusal(self.no_credential(asked))
        secrets = credential.fields.get("consumer_secret", ""), credential.fields.get("token_secret", "")
        good = (
            told.get("realm") == _realm(credential.account)
            and oauth1.fresh_enough(told, asked.now)
            and oauth1.signed_with(asked, told, *secrets)
            and self.book.first_use(f"{credential.ident} {told.get('oauth_timestamp')} {told.get('oauth_nonce')}")
        )
        if not good:
            raise Refusal(self.no_credential(asked))
        return Known(credential, credential.scopes)

    def no_credential(self, asked: Asked) -> Reply:
        reply = _error(401, "Unauthorized", "INVALID_LOGIN", REFUSED)
        told = 'OAuth realm="", error="token_rejected", error_description="Invalid login attempt."'
        return reply.having(www_authenticate=told)

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        why = "Permission Violation: You need the 'View' permission to access this page."
        return _error(403, "Forbidden", "INSUFFICIENT_PERMISSION", why)

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        """Nothing tells how long to wait."""
        return _error(429, "Too Many Requests", "CONCURRENCY_LIMIT_EXCEEDED", "Concurrent request limit exceeded.")

    def nothing_there(self, asked: Asked) -> Reply:
        return _error(404, "Not Found", "NONEXISTENT_ID", "The record does not exist.")

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        return _error(400, "Bad Request", "INVALID_PARAMETER", f"Invalid value of '{why.name}': {why.why}.")

    def time(self, visit: Visit) -> Reply:
        return as_json({"serverTime": int(visit.asked.now * 1000)})

    def catalog(self, visit: Visit) -> Reply:
        kinds = [_kind(n) for n in range(visit.count())]
        named = visit.asked.query.get("select", "")
        found = [{"name": kind, "links": []} for kind in kinds if not named or kind in named.split(",")]
        return as_json({"items": found, "links": []}, items=len(found))

    def schema(self, visit: Visit) -> Reply:
        self._there(visit)
        if "application/schema+json" not in visit.asked.headers.get("accept", ""):
            return as_json({"name": visit.at["record"], "links": []})
        fields = {name: {"type": kind, "nullable": name != "id"} for name, kind in visit.shaped(FIELDS).items()}
        return as_json({"type": "object", "properties": fields}, media="application/schema+json")

    def records(self, visit: Visit) -> Reply:
        """Ids and links alone; the offset is a multiple of the limit."""
        self._there(visit)
        window = by_offset(visit.asked.query, visit.count(RECORDS), "limit", Sizes(1000, 1000, strict=True), "offset")
        if window.first % window.size and window.first != window.total:
            raise BadParameter("offset", "a multiple of the limit")
        url = visit.asked.url
        found = [_record(url, n) for n in range(window.first, window.until)]
        links = [{"rel": "self", "href": f"{url}?limit={window.size}&offset={window.first}"}]
        if window.more:
            links.append({"rel": "next", "href": f"{url}?limit={window.size}&offset={window.until}"})
        said: dict[str, Any] = {"links": links, "count": len(found), "hasMore": window.more, "items": found}
        return as_json({**said, "offset": window.first, "totalResults": window.total}, items=len(found))

    def _there(self, visit: Visit) -> None:
        if visit.at["record"] not in {_kind(n) for n in range(made.MANY)}:
            raise Refusal(self.nothing_there(visit.asked))


def _realm(account: str) -> str:
    """The account as NetSuite writes it: `demo-sb1` in a host is `DEMO_SB1`."""
    return account.upper().replace("-", "_")


def _kind(n: int) -> str:
    return (
        ("customer", "invoice", "vendor", "salesOrder", "account", "employee")[n] if n < 6 else f"customrecord_{n:03d}"
    )


def _record(url: str, n: int) -> dict[str, Any]:
    return {"links": [{"rel": "self", "href": f"{url}/{n + 1}"}], "id": str(n + 1)}


def _error(status: int, title: str, code: str, detail: str) -> Reply:
    kind = "https://www.rfc-editor.org/rfc/rfc9110.html"
    said = {"type": kind, "title": title, "status": status, "o:errorDetails": [{"detail": detail, "o:errorCode": code}]}
    return as_json(said, status, media=ERROR_MEDIA)
