"""Workday's query language over REST: what can be queried, and its fields. The vendor's own pages are behind a login;
the bodies of its errors are general knowledge."""

from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, Sizes, by_offset
from aos.farm.sandbox.reply import Refusal, Reply, as_json
from aos.farm.sandbox.vendor import Issued, Known, Mint, Route, Vendor, Visit

HOST = r"[a-z0-9-]+\.workday\.com"
SCOPE = "System"
SERVER = "wd2-impl-services1.workday.com"
FIELDS = {"workdayID": "Text", "amount": "Currency", "effectiveDate": "Date", "costCenter": "Single instance"}


class Workday(Vendor):
    source_type = "workday"
    kinds = ("refresh", "token")
    scopes = (SCOPE,)
    exchange_at = (HOST + r"/ccx/oauth2/[^/]+/token",)

    def routes(self) -> Sequence[Route]:
        base = r"/ccx/api/wql/v1/(?P<tenant>[\w-]+)/dataSources"
        return [
            Route("GET", HOST, base, self.sources, (SCOPE,)),
            Route("GET", HOST, base + r"/(?P<source>\w+)/fields", self.fields, (SCOPE,)),
        ]

    def issue(self, mint: Mint) -> Issued:
        resources = [SERVER, mint.account]
        if mint.kind == "token":
            return Issued("token", {"token": fresh(64)}, resources, self.scopes)
        fields = {"client_id": fresh(48), "client_secret": fresh(64), "refresh_token": fresh(80)}
        return Issued("refresh_token", fields, resources, self.scopes)

    def exchange(self, asked: Asked) -> Reply:
        client, secret = asked.basic
        credential = self.book.credential(self.source_type, asked.form.get("refresh_token", ""), asked.now)
        if asked.form.get("grant_type") != "refresh_token":
            return as_json({"error": "unsupported_grant_type"}, 400)
        if credential is None or asked.path.split("/")[3] != credential.account:
            return as_json({"error": "invalid_grant"}, 400)
        if not (credential.has("client_id", client) and credential.has("client_secret", secret)):
            return as_json({"error": "invalid_client"}, 401, www_authenticate='Basic realm="Workday"')
        token = self.access(asked, credential, credential.scopes, 3_600)
        said = {"access_token": token, "token_type": "Bearer", "expires_in": 3_600}
        return as_json({**said, "refresh_token": asked.form["refresh_token"]})

    def known(self, asked: Asked) -> Known:
        found = self.bearer(asked)
        if f"/{found.credential.account}/" not in asked.path:
            raise Refusal(self.no_credential(asked))
        return found

    def no_credential(self, asked: Asked) -> Reply:
        return as_json({"error": "invalid_token"}, 401, www_authenticate='Bearer error="invalid_token"')

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        return as_json({"error": "permission denied", "errors": []}, 403)

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        return as_json({"error": "Too Many Requests"}, 429, retry_after=waits.seconds(wait_s))

    def nothing_there(self, asked: Asked) -> Reply:
        return as_json({"error": "Resource not found"}, 404)

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        return as_json({"error": f"Invalid {why.name}", "errors": [{"error": why.why, "field": why.name}]}, 400)

    def sources(self, visit: Visit) -> Reply:
        return self._listed(visit, lambda n: visit.shaped(_source(visit, n)), visit.count())

    def fields(self, visit: Visit) -> Reply:
        if visit.at["source"] not in {_source(visit, n)["id"] for n in range(visit.count())}:
            raise Refusal(self.nothing_there(visit.asked))
        kinds = list(visit.shaped(FIELDS).items())

        def field(n: int) -> dict[str, Any]:
            name, kind = kinds[n] if n < len(kinds) else (f"custom{n:03d}", "Text")
            return {"id": visit.id(visit.at["source"], name), "alias": name, "descriptor": name, "type": kind}

        return self._listed(visit, field, made.MANY)

    def _listed(self, visit: Visit, thing: Any, count: int) -> Reply:
        window = by_offset(visit.asked.query, count, "limit", Sizes(20, 100, strict=True), "offset")
        found = [thing(n) for n in range(window.first, window.until)]
        return as_json({"total": window.total, "data": found}, items=len(found))


def _source(visit: Visit, n: int) -> dict[str, Any]:
    own = {"id": visit.id("source", n), "alias": made.name(n).replace("-", "_"), "descriptor": made.title(n)}
    return {**own, "supportsEffectiveDate": n % 2 == 0}
