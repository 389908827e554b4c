"""ServiceNow's table API."""

from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, Sizes, by_offset
from aos.farm.sandbox.reply import Refusal, Reply, as_json
from aos.farm.sandbox.vendor import ACCOUNT, Issued, Known, Mint, Route, Vendor, Visit

HOST = rf"(?P<account>{ACCOUNT})\.service-now\.com"
USE, DESCRIBE = "rest_api", "table_metadata"  # the roles, by what they open
TABLES = 157
COLUMNS = {"number": "string", "short_description": "string", "opened_at": "glide_date_time", "priority": "integer"}


class ServiceNow(Vendor):
    source_type = "servicenow"
    kinds = ("basic", "client", "token")
    scopes = (USE, DESCRIBE)
    dropped = (DESCRIBE,)
    exchange_at = (rf"{ACCOUNT}\.service-now\.com/oauth_token\.do",)

    def routes(self) -> Sequence[Route]:
        table = "/api/now/(v2/)?table"
        return [
            Route("GET", HOST, f"{table}/sys_user", self.users, (USE,)),
            Route("GET", HOST, f"{table}/sys_db_object", self.tables, (DESCRIBE,)),
            Route("GET", HOST, f"{table}/sys_dictionary", self.columns, (DESCRIBE,)),
            Route("GET", HOST, table + r"/(?P<table>\w+)", self.other, (USE,)),
        ]

    def issue(self, mint: Mint) -> Issued:
        if mint.kind == "token":
            return Issued("token", {"token": fresh(86)}, [mint.account], self.scopes)
        if mint.kind == "client":
            return Issued(
                "client_id", {"client_id": fresh(32), "client_secret": fresh(20)}, [mint.account], self.scopes
            )
        return Issued("username", {"username": f"aos.{fresh(8)}", "password": fresh(24)}, [mint.account], self.scopes)

    def exchange(self, asked: Asked) -> Reply:
        credential = self.book.credential(self.source_type, asked.form.get("client_id", ""), asked.now)
        good = credential is not None and credential.has("client_secret", asked.form.get("client_secret", ""))
        if credential is None or not good or asked.host != f"{credential.account}.service-now.com":
            return as_json({"error": "server_error", "error_description": "access_denied"}, 401)
        if asked.form.get("grant_type") != "client_credentials":
            return as_json({"error": "invalid_request", "error_description": "unsupported_grant_type"}, 401)
        token = self.access(asked, credential, credential.scopes, 1_799)
        return as_json({"access_token": token, "scope": "useraccount", "token_type": "Bearer", "expires_in": 1_799})

    def known(self, asked: Asked) -> Known:
        user, password = asked.basic
        if user:
            credential = self.book.credential(self.source_type, user, asked.now)
            if credential is None or not credential.has("password", password):
                raise Refusal(self.no_credential(asked))
            return self.of_host(asked, Known(credential, credential.scopes), HOST)
        return self.of_host(asked, self.bearer(asked), HOST)

    def no_credential(self, asked: Asked) -> Reply:
        reply = _error(401, "User Not Authenticated", "Required to provide Auth information")
        return reply.having(www_authenticate='BASIC realm="Service-now"')

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        table = visit.asked.path.rpartition("/")[2]
        return _error(403, "User Not Authorized", f"User is unauthorized to access table: {table[:64]}")

    def no_write(self, visit: Visit) -> Reply:
        return _error(403, "Operation Failed", "ACL Exception Insert Failed due to security constraints")

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        reply = _error(429, "Rate limit exceeded", "The request rate limit of this rule is exceeded")
        told = {"X_RateLimit_Limit": "1000", "X_RateLimit_Reset": waits.epoch(visit.asked.now, wait_s)}
        return reply.having(retry_after=waits.seconds(wait_s), X_RateLimit_Rule="aos", **told)

    def nothing_there(self, asked: Asked) -> Reply:
        return _error(400, "Requested URI does not represent any resource", asked.path[:128])

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        return _error(400, f"Invalid value for {why.name}", why.why)

    def users(self, visit: Visit) -> Reply:
        return self._listed(visit, lambda n: {"sys_id": visit.id("user", n), "active": "true"}, made.MANY)

    def tables(self, visit: Visit) -> Reply:
        bare = visit.asked.query.get("sysparm_exclude_reference_link") == "true"

        def table(n: int) -> dict[str, Any]:
            parent = visit.id("table", n // 7)
            link = f"https://{visit.asked.host}/api/now/table/sys_db_object/{parent}"
            return {
                "sys_id": visit.id("table", n),
                "name": _table(n),
                "super_class": parent if bare else {"link": link, "value": parent},
                "label": made.title(n),
            }

        return self._listed(visit, table, TABLES)

    def columns(self, visit: Visit) -> Reply:
        """Of one table where the query names one (`name=u_x^…`), else of all."""
        named = [part.removeprefix("name=") for part in visit.asked.query.get("sysparm_query", "").split("^")]
        tables = named[:1] if named[0] in {_table(n) for n in range(TABLES)} else []
        fields = list(visit.shaped(COLUMNS).items())
        total = len(fields) * (len(tables) if named[0] else TABLES)

        def column(n: int) -> dict[str, Any]:
            name, kind = fields[n % len(fields)]
            own = {"name": tables[0] if tables else _table(n // len(fields)), "element": name, "internal_type": kind}
            return {**own, "column_label": name.title(), "mandatory": "false", "max_length": "40"}

        return self._listed(visit, column, total, still=True)

    def other(self, visit: Visit) -> Reply:
        if visit.at["table"] not in {_table(n) for n in range(TABLES)}:
            raise Refusal(_error(400, f"Invalid table {visit.at['table'][:64]}", None))
        return self._listed(visit, lambda n: {"sys_id": visit.id("row", n), "number": f"ROW{n:07d}"}, made.MANY)

    def _listed(self, visit: Visit, thing: Any, count: int, *, still: bool = False) -> Reply:
        """`still`: what is listed describes the drift itself."""
        query = visit.asked.query
        window = by_offset(query, visit.count(count), "sysparm_limit", Sizes(10_000, 10_000), "sysparm_offset")
        names = [name for name in query.get("sysparm_fields", "").split(",") if name]
        found = [
            made.picked(thing(n) if still else visit.shaped(thing(n)), names) for n in range(window.first, window.until)
        ]
        headers = {} if query.get("sysparm_no_count") == "true" else {"X_Total_Count": str(window.total)}
        if window.more:
            url = visit.asked.again({"sysparm_offset": window.until})
            headers["Link"] = f'<{url}>;rel="next"'
        return as_json({"result": found}, items=len(found)).having(**headers)


def _error(status: int, message: str, detail: str | None) -> Reply:
    return as_json({"error": {"message": message, "detail": detail}, "status": "failure"}, status)


def _table(n: int) -> str:
    return "u_" + made.name(n).replace("-", "_")
