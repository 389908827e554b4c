"""Snowflake's REST API for objects: databases, schemas, tables. A key pair's JWT or a programmatic token."""

from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.auth.assertion import BadAssertion, check, claims_of
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, Sizes, Window, cursor_at, cursor_of, page_size
from aos.farm.sandbox.reply import Refusal, Reply, as_json
from aos.farm.sandbox.vendor import Issued, Known, Mint, Route, Vendor, Visit

HOST = r"(?P<organization>[a-z0-9_]+)-(?P<account>[a-z0-9-]+)\.snowflakecomputing\.com"
ORGANIZATION = "AOSPLAY"
KIND = "x-snowflake-authorization-token-type"
USAGE = "USAGE"
COLUMNS = {"ID": "NUMBER(38,0)", "AMOUNT": "NUMBER(12,2)", "CURRENCY": "VARCHAR(3)", "CREATED_AT": "TIMESTAMP_NTZ(9)"}
PAGE = 50  # of a result that is long


class Snowflake(Vendor):
    source_type = "snowflake"
    kinds = ("token", "keypair")
    scopes = (USAGE,)

    def routes(self) -> Sequence[Route]:
        needs, api = (USAGE,), "/api/v2/databases"
        inner = rf"{api}/(?P<database>\w+)/schemas"
        return [
            Route("GET", HOST, api, self.databases, needs),
            Route("GET", HOST, rf"{api}/(?P<database>\w+)", self.database, needs),
            Route("GET", HOST, inner, self.schemas, needs),
            Route("GET", HOST, rf"{inner}/(?P<schema>\w+)/tables", self.tables, needs),
            Route("GET", HOST, rf"{inner}/(?P<schema>\w+)/tables/(?P<table>\w+)", self.table, needs),
            Route("GET", HOST, r"/api/v2/results/(?P<handle>[\w-]+)", self.results, needs),
        ]

    def issue(self, mint: Mint) -> Issued:
        resources = [_identifier(mint.account), "DATABASE_000"]
        if mint.kind == "keypair":
            user = f"AOS_{fresh(8).upper()}"
            return Issued("user", {"user": user, "private_key": mint.keys.pem()}, resources, self.scopes)
        return Issued("token", {"token": fresh(200)}, resources, self.scopes)

    def known(self, asked: Asked) -> Known:
        shown, kind = asked.authorization("bearer"), asked.headers.get(KIND, "")
        if kind == "KEYPAIR_JWT" or (not kind and shown.count(".") == 2):
            found = self._by_key(asked, shown)
        elif kind in ("PROGRAMMATIC_ACCESS_TOKEN", ""):
            found = self.bearer(asked)
        else:
            raise Refusal(_error(401, "390303", "Invalid OAuth access token."))
        if asked.host != f"{_identifier(found.credential.account)}.snowflakecomputing.com".lower():
            raise Refusal(self.no_credential(asked))
        return found

    def _by_key(self, asked: Asked, shown: str) -> Known:
        """The issuer names account, user and the fingerprint of the key; the subject account and user."""
        invalid = _error(401, "390144", "JWT token is invalid.")
        try:
            subject = str(claims_of(shown).get("sub", ""))
            account, _, user = subject.partition(".")
            credential = self.book.credential(self.source_type, user, asked.now)
            if credential is None or account != _identifier(credential.account):
                raise Refusal(invalid)
            claims = check(shown, self.keys, None, asked.now)
        except BadAssertion:
            raise Refusal(invalid) from None
        if claims.get("iss") != f"{subject}.{self.keys.fingerprint()}":
            raise Refusal(invalid)
        return Known(credential, credential.scopes)

    def no_credential(self, asked: Asked) -> Reply:
        if asked.headers.get(KIND) == "KEYPAIR_JWT":
            return _error(401, "390144", "JWT token is invalid.")
        return _error(401, "394400", "Programmatic access token is invalid.")

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        return _error(403, "003001", "SQL access control error: Insufficient privileges to operate on the object.")

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        """Nothing tells how long to wait."""
        return _error(429, "390506", "Too many requests.").having(X_Snowflake_Request_ID=made.guid(visit.asked.now))

    def nothing_there(self, asked: Asked) -> Reply:
        return _error(404, "002003", "Object does not exist, or operation cannot be performed.")

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        return _error(400, "391920", f"Invalid value for {why.name}: {why.why}.")

    def databases(self, visit: Visit) -> Reply:
        return self._listed(visit, "database")

    def database(self, visit: Visit) -> Reply:
        return as_json(_thing("database", self._there(visit, "database")))

    def schemas(self, visit: Visit) -> Reply:
        self._there(visit, "database")
        return self._listed(visit, "schema")

    def tables(self, visit: Visit) -> Reply:
        self._there(visit, "database")
        self._there(visit, "schema")
        return self._listed(visit, "table")

    def table(self, visit: Visit) -> Reply:
        n = self._there(visit, "table")
        columns = [{"name": name, "datatype": kind, "nullable": True} for name, kind in visit.shaped(COLUMNS).items()]
        own = {"database_name": visit.at["database"], "schema_name": visit.at["schema"]}
        return as_json({**_thing("table", n), **own, "columns": columns})

    def results(self, visit: Visit) -> Reply:
        """A further page of a list; its handle says of which one."""
        kind, _, cursor = visit.at["handle"].partition("-")
        total = min(cursor_of("handle", cursor), visit.count())
        page = page_size(visit.asked.query, "page", Sizes(0, 1_000, least=0))
        return self._page(visit, kind, page * PAGE, total)

    def _there(self, visit: Visit, kind: str) -> int:
        """The number of the thing that the path names."""
        n = visit.at[kind][-3:]
        number = int(n) if n.isdecimal() else -1
        if not 0 <= number < visit.count() or visit.at[kind].upper() != _thing(kind, number)["name"]:
            raise Refusal(self.nothing_there(visit.asked))
        return number

    def _listed(self, visit: Visit, kind: str) -> Reply:
        wanted = page_size(visit.asked.query, "showLimit", Sizes(10_000, 10_000, strict=True))
        return self._page(visit, kind, 0, min(wanted, visit.count()))

    def _page(self, visit: Visit, kind: str, first: int, total: int) -> Reply:
        """`showLimit` limits the whole; a long whole comes in pages, told in `Link`."""
        window = Window(min(first, total), min(first + PAGE, total), total, PAGE)
        found = window.of(lambda n: visit.shaped(_thing(kind, n)))
        handle = f"/api/v2/results/{kind}-{cursor_at(total)}"
        links = {"first": 0, "last": max(total - 1, 0) // PAGE} | (
            {"next": window.until // PAGE} if window.more else {}
        )
        told = ", ".join(f'<{handle}?page={page}>; rel="{rel}"' for rel, page in links.items())
        headers = {"Link": told} if total > PAGE else {}
        return as_json(found, items=len(found), X_Snowflake_Request_ID=made.guid(visit.asked.now)).having(**headers)


def _identifier(account: str) -> str:
    return f"{ORGANIZATION}-{account.upper()}"


def _error(status: int, code: str, message: str) -> Reply:
    return as_json({"code": code, "message": message, "error_code": code, "request_id": fresh(32)}, status)


def _thing(kind: str, n: int) -> dict[str, Any]:
    own = {"name": f"{kind.upper()}_{n:03d}", "kind": "PERMANENT", "owner": "AOS_READER"}
    return {**own, "created_on": made.created(n), "comment": made.title(n)}
