"""PagerDuty: a read-only key in `Token token=…`, or a scoped token of OAuth."""

from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, Sizes, by_offset
from aos.farm.sandbox.reply import Refusal, Reply, as_json
from aos.farm.sandbox.vendor import Issued, Known, Mint, Route, Vendor, Visit

HOST = r"api\.(eu\.)?pagerduty\.com"
SERVICES, FIELDS, ABILITIES = "services.read", "custom_fields.read", "abilities.read"


class PagerDuty(Vendor):
    source_type = "pagerduty"
    kinds = ("token", "client")
    scopes = (ABILITIES, FIELDS, SERVICES)
    dropped = (SERVICES,)
    exchange_at = (r"identity\.pagerduty\.com/oauth/token",)

    def routes(self) -> Sequence[Route]:
        return [
            Route("GET", HOST, "/abilities", self.abilities, (ABILITIES,)),
            Route("GET", HOST, "/users/me", self.me),
            Route("GET", HOST, "/incidents/custom_fields", self.fields, (FIELDS,)),
            Route("GET", HOST, "/services", self.services, (SERVICES,)),
            Route("GET", HOST, "/teams", self.teams, (SERVICES,)),
        ]

    def issue(self, mint: Mint) -> Issued:
        if mint.kind == "client":
            fields = {"client_id": made.guid(fresh()), "client_secret": fresh(64)}
            return Issued("client_id", fields, [mint.account], self.scopes)
        return Issued("token", {"token": f"u+{fresh(18)}"}, [mint.account], self.scopes)

    def exchange(self, asked: Asked) -> Reply:
        form = asked.form
        credential = self.book.credential(self.source_type, form.get("client_id", ""), asked.now)
        if credential is None or not credential.has("client_secret", form.get("client_secret", "")):
            return as_json({"error": "invalid_client", "error_description": "Client authentication failed"}, 401)
        wanted = [scope for scope in form.get("scope", "").split() if not scope.startswith("as_account-")]
        if form.get("grant_type") != "client_credentials" or not wanted or not set(wanted) <= set(self.scopes):
            return as_json({"error": "invalid_scope", "error_description": "The requested scope is invalid"}, 400)
        if f"as_account-us.{credential.account}" not in form["scope"].split():
            return as_json({"error": "invalid_scope", "error_description": "The account is not this client's"}, 400)
        token = self.access(asked, credential, wanted, 86_400, like="pd")
        said: dict[str, Any] = {"access_token": token, "token_type": "bearer", "expires_in": 86_400}
        return as_json({**said, "scope": form["scope"]})

    def known(self, asked: Asked) -> Known:
        key = asked.authorization("token").removeprefix("token=").strip('"')
        found = self.token(asked, key or asked.authorization("bearer"))
        if found is None or (found.credential.kind == "token") != bool(key):
            raise Refusal(self.no_credential(asked))
        return found

    def no_credential(self, asked: Asked) -> Reply:
        return _error(401, 2006, "Authentication failed")

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        return _error(403, 2010, "Access Denied")

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        reply = _error(429, 2020, "Rate Limit Exceeded")
        return reply.having(ratelimit_limit="960", ratelimit_remaining="0", ratelimit_reset=waits.seconds(wait_s))

    def nothing_there(self, asked: Asked) -> Reply:
        return _error(404, 2100, "Not Found")

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        return _error(400, 2001, "Invalid Input Provided", [f"{why.name.title()} must be {why.why}"])

    def abilities(self, visit: Visit) -> Reply:
        return as_json({"abilities": [] if visit.empty else ["sso", "teams", "read_only_users"]})

    def me(self, visit: Visit) -> Reply:
        """No key of an account is a user."""
        return _error(400, 1008, "A 'from' user or a user-level token is required")

    def fields(self, visit: Visit) -> Reply:
        kinds = visit.shaped({"environment": "string", "impact": "integer", "customer": "string"})
        found = [{"id": visit.id(name)[:14].upper(), "name": name, "data_type": kind} for name, kind in kinds.items()]
        return as_json({"fields": [] if visit.empty else found}, items=0 if visit.empty else len(found))

    def services(self, visit: Visit) -> Reply:
        return self._listed(visit, "services", "service")

    def teams(self, visit: Visit) -> Reply:
        return self._listed(visit, "teams", "team")

    def _listed(self, visit: Visit, key: str, kind: str) -> Reply:
        window = by_offset(visit.asked.query, visit.count(), "limit", Sizes(25, 100, strict=True), "offset")
        found = window.of(lambda n: visit.shaped(_thing(visit, kind, n)))
        said = {"limit": window.size, "offset": window.first, "more": window.more, "total": None}
        return as_json({key: found, **said}, items=len(found))


def _error(status: int, code: int, message: str, errors: list[str] | None = None) -> Reply:
    return as_json({"error": {"message": message, "code": code, **({"errors": errors} if errors else {})}}, status)


def _thing(visit: Visit, kind: str, n: int) -> dict[str, Any]:
    own = {"id": "P" + visit.id(kind, n)[:6].upper(), "type": kind, "summary": made.title(n), "name": made.title(n)}
    own |= {"html_url": f"https://{visit.account}.pagerduty.com/{kind}-directory/{own['id']}"}
    return {**own, "status": "active", "created_at": made.created(n)}
