"""Okta's management API: an SSWS token, or a client whose own key signs."""

from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.auth.assertion import BadAssertion, check, claims_of
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, Sizes, by_cursor
from aos.farm.sandbox.reply import Refusal, Reply, as_json
from aos.farm.sandbox.vendor import ACCOUNT, Issued, Known, Mint, Route, Vendor, Visit

HOST = rf"(?P<account>{ACCOUNT})\.okta\.com"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PROFILE = {"login": "string", "department": "string", "locale": "string"}


class Okta(Vendor):
    source_type = "okta"
    kinds = ("token", "private_key_jwt")
    scopes = ("okta.orgs.read", "okta.userTypes.read", "okta.schemas.read", "okta.groups.read", "okta.apps.read")
    dropped = ("okta.groups.read",)
    exchange_at = (rf"{ACCOUNT}\.okta\.com/oauth2/v1/token",)

    def routes(self) -> Sequence[Route]:
        orgs, types, schemas, groups, apps = ((scope,) for scope in self.scopes)
        api = "/api/v1"
        return [
            Route("GET", HOST, r"/\.well-known/okta-organization", self.whose, public=True),
            Route("GET", HOST, f"{api}/org", self.organization, orgs),
            Route("GET", HOST, f"{api}/meta/types/user", self.types, types),
            Route("GET", HOST, f"{api}/meta/schemas/user/default", self.schema, schemas),
            Route("GET", HOST, f"{api}/groups", self.groups, groups),
            Route("GET", HOST, f"{api}/apps", self.apps, apps),
            Route("GET", HOST, f"{api}/users", self.users, ("okta.users.read",)),
        ]

    def issue(self, mint: Mint) -> Issued:
        host = [f"{mint.account}.okta.com"]
        if mint.kind == "private_key_jwt":
            fields = {"client_id": f"0oa{fresh(17)}", "private_key": mint.keys.pem()}
            return Issued("client_id", fields, host, self.scopes)
        return Issued("token", {"token": f"00{fresh(40)}"}, host, self.scopes)

    def exchange(self, asked: Asked) -> Reply:
        form = asked.form
        if form.get("grant_type") != "client_credentials":
            return _oauth_error(400, "unsupported_grant_type", "The authorization grant type is not supported.")
        if form.get("client_assertion_type") != ASSERTION:
            return _oauth_error(401, "invalid_client", "Client authentication failed.")
        try:
            assertion = form.get("client_assertion", "")
            client = str(claims_of(assertion).get("iss", ""))
            credential = self.book.credential(self.source_type, client, asked.now)
            if credential is None or asked.host != f"{credential.account}.okta.com":
                return _oauth_error(401, "invalid_client", "Invalid value for 'client_id' parameter.")
            claims = check(assertion, self.keys, frozenset({asked.url}), asked.now)
        except BadAssertion as bad:
            return _oauth_error(401, "invalid_client", f"The client_assertion is invalid ({bad.part}).")
        if claims.get("sub") != client:
            return _oauth_error(401, "invalid_client", "The 'sub' claim of the client_assertion is invalid.")
        wanted = form.get("scope", "").split()
        if not wanted or not set(wanted) <= set(credential.scopes):
            return _oauth_error(400, "invalid_scope", "One or more scopes are not granted to the client.")
        token = self.access(asked, credential, wanted, 3_600, like="eyJ")
        said = {"token_type": "Bearer", "expires_in": 3_600, "access_token": token}
        return as_json({**said, "scope": " ".join(wanted)})

    def known(self, asked: Asked) -> Known:
        """A token of one kind is none of the other."""
        ssws, bearer = asked.authorization("ssws"), asked.authorization("bearer")
        found = self.token(asked, ssws or bearer)
        if found is None or (found.credential.kind == "token") != bool(ssws):
            raise Refusal(self.no_credential(asked))
        return self.of_host(asked, found, HOST)

    def no_credential(self, asked: Asked) -> Reply:
        return _error(401, "E0000011", "Invalid token provided")

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        reply = _error(403, "E0000006", "You do not have permission to perform the requested action")
        if visit.asked.authorization("bearer"):
            told = 'Bearer authorization_uri="http://okta.com/oauth2/v1/authorize", error="insufficient_scope"'
            return reply.having(www_authenticate=told)
        return reply

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        reply = _error(429, "E0000047", "API call exceeded rate limit due to too many requests.")
        reset = waits.epoch(visit.asked.now, wait_s)
        return reply.having(X_Rate_Limit_Limit="600", X_Rate_Limit_Remaining="0", X_Rate_Limit_Reset=reset)

    def nothing_there(self, asked: Asked) -> Reply:
        return _error(404, "E0000007", "Not found: Resource not found")

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        return _error(400, "E0000001", f"Api validation failed: {why.name}")

    def signed(self, reply: Reply, visit: Visit) -> Reply:
        reset = waits.epoch(visit.asked.now, 60)
        return reply.having(X_Rate_Limit_Limit="600", X_Rate_Limit_Remaining="599", X_Rate_Limit_Reset=reset)

    def whose(self, visit: Visit) -> Reply:
        return as_json(
            {"id": visit.id("org")[:20], "_links": {"organization": {"href": f"https://{visit.asked.host}"}}}
        )

    def organization(self, visit: Visit) -> Reply:
        own = {"id": visit.id("org")[:20], "companyName": visit.account, "status": "ACTIVE", "subdomain": visit.account}
        return as_json(own)

    def types(self, visit: Visit) -> Reply:
        own = {"id": visit.id("type")[:20], "displayName": "User", "name": "user", "default": True}
        return as_json([] if visit.empty else [own], items=not visit.empty)

    def schema(self, visit: Visit) -> Reply:
        fields = {name: {"title": name, "type": kind} for name, kind in visit.shaped(PROFILE).items()}
        definitions = {"base": {"id": "#base", "type": "object", "properties": fields}}
        definitions["custom"] = {"id": "#custom", "type": "object", "properties": {"costCenter": {"type": "string"}}}
        return as_json({"name": "user", "title": "User", "type": "object", "definitions": definitions})

    def groups(self, visit: Visit) -> Reply:
        def group(n: int) -> dict[str, Any]:
            own = {"id": "00g" + visit.id("group", n)[:17], "created": made.created(n), "type": "OKTA_GROUP"}
            return {**own, "profile": visit.shaped({"name": made.name(n), "description": made.title(n)})}

        return self._listed(visit, group, Sizes(10_000, 10_000, strict=True))

    def apps(self, visit: Visit) -> Reply:
        def app(n: int) -> dict[str, Any]:
            return {
                "id": "0oa" + visit.id("app", n)[:17],
                "name": made.name(n),
                "label": made.title(n),
                "status": "ACTIVE",
            }

        return self._listed(visit, app, Sizes(20, 200, strict=True))

    def users(self, visit: Visit) -> Reply:
        return self._listed(
            visit, lambda n: {"id": "00u" + visit.id("user", n)[:17], "status": "ACTIVE"}, Sizes(200, 200)
        )

    def _listed(self, visit: Visit, thing: Any, sizes: Sizes) -> Reply:
        window = by_cursor(visit.asked.query, visit.count(), "limit", sizes, "after")
        found = [thing(n) for n in range(window.first, window.until)]
        links = [f'<{visit.asked.again({"limit": window.size})}>; rel="self"']
        if window.more:
            following = visit.asked.again({"after": window.cursor, "limit": window.size})
            links.append(f'<{following}>; rel="next"')
        return as_json(found, items=len(found), Link=", ".join(links))


def _error(status: int, code: str, summary: str) -> Reply:
    said = {"errorCode": code, "errorSummary": summary, "errorLink": code, "errorId": f"oae{fresh(20)}"}
    return as_json({**said, "errorCauses": []}, status)


def _oauth_error(status: int, error: str, why: str) -> Reply:
    return as_json({"error": error, "error_description": why}, status)
