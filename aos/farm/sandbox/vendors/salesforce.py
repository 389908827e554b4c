"""Salesforce's REST API: errors are arrays, lists are SOQL."""

import re
from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.auth.assertion import BadAssertion, check, claims_of
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, cursor_at, cursor_of
from aos.farm.sandbox.reply import Refusal, Reply, as_json
from aos.farm.sandbox.vendor import ACCOUNT, Issued, Known, Mint, Route, Vendor, Visit

HOST = rf"(?P<account>{ACCOUNT})\.my\.salesforce\.com"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")
OBJECTS = 257
BATCH = 2_000
ENTITY = ("QualifiedApiName", "Label", "DurableId", "DeveloperName", "PluralLabel", "IsQueryable", "NamespacePrefix")
FIELDS = {"Id": "id", "Name": "string", "Amount__c": "currency", "CreatedDate": "datetime", "OwnerId": "reference"}


class Salesforce(Vendor):
    source_type = "salesforce"
    kinds = ("client", "jwt", "token")
    scopes = ("api",)
    exchange_at = (
        rf"{ACCOUNT}\.my\.salesforce\.com/services/oauth2/token",
        r"(login|test)\.salesforce\.com/services/oauth2/token",
    )

    def routes(self) -> Sequence[Route]:
        api, needs = r"/services/data/v\d+\.0", ("api",)
        return [
            Route("GET", HOST, "/services/data/?", self.versions, public=True),
            Route("GET", HOST, f"{api}/?", self.resource_list, needs),
            Route("GET", HOST, f"{api}/limits/?", self.limits, needs),
            Route("GET", HOST, f"{api}/sobjects/?", self.objects, needs),
            Route("GET", HOST, api + r"/sobjects/(?P<object>\w+)/describe/?", self.describe, needs),
            Route("GET", HOST, f"{api}/query/?", self.query, needs),
            Route("GET", HOST, api + r"/query/(?P<locator>[\w-]+)", self.query_more, needs),
        ]

    def issue(self, mint: Mint) -> Issued:
        if mint.kind == "token":
            return Issued("token", {"token": _session(mint.account)}, [mint.account], self.scopes)
        client = {"client_id": f"3MVG9{fresh(40)}"}
        if mint.kind == "jwt":
            own = {"username": f"aos@{mint.account}.example", "private_key": mint.keys.pem()}
            return Issued("client_id", {**client, **own}, [mint.account], self.scopes)
        return Issued("client_id", {**client, "client_secret": fresh(64).upper()}, [mint.account], self.scopes)

    def exchange(self, asked: Asked) -> Reply:
        grant = asked.form.get("grant_type", "")
        if grant not in ("client_credentials", GRANT):
            return _oauth_error("unsupported_grant_type", "grant type not supported")
        try:
            user, secret = asked.basic
            client = user or asked.form.get("client_id", "")
            if grant == GRANT:
                client = str(claims_of(asked.form.get("assertion", "")).get("iss", ""))
            credential = self.book.credential(self.source_type, client, asked.now)
            if credential is None:
                return _oauth_error("invalid_client_id", "client identifier invalid")
            here = f"{credential.account}.my.salesforce.com"
            if grant == GRANT:
                audience = frozenset({*AUDIENCES, f"https://{here}"})
                claims = check(asked.form["assertion"], self.keys, audience, asked.now, longest_s=300)
                if not credential.has("username", str(claims.get("sub", ""))):
                    return _oauth_error("invalid_grant", "user hasn't approved this consumer")
            elif not credential.has("client_secret", secret or asked.form.get("client_secret", "")):
                return _oauth_error("invalid_client", "invalid client credentials")
        except BadAssertion as bad:
            return _oauth_error("invalid_grant", "audience is invalid" if bad.part == "aud" else "invalid assertion")
        if asked.host != here and (grant != GRANT or asked.host.endswith(".my.salesforce.com")):
            return _oauth_error("invalid_client_id", "client identifier invalid")
        token = self.access(asked, credential, credential.scopes, 7_200, like=_session(credential.account, ""))
        own = {
            "instance_url": f"https://{here}",
            "id": f"https://login.salesforce.com/id/{_org(credential.account)}/005",
        }
        said = {"access_token": token, "scope": "api", **own, "token_type": "Bearer"}
        return as_json({**said, "issued_at": str(int(asked.now * 1000)), "signature": fresh(44)})

    def known(self, asked: Asked) -> Known:
        return self.of_host(asked, self.bearer(asked), HOST)

    def no_credential(self, asked: Asked) -> Reply:
        return _error(401, "INVALID_SESSION_ID", "Session expired or invalid").having(www_authenticate="Token")

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        return _error(403, "INSUFFICIENT_ACCESS", "insufficient access rights on cross-reference id")

    def no_write(self, visit: Visit) -> Reply:
        return _error(403, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        """A daily quota; nothing tells when it ends."""
        reply = _error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        return reply.having(Sforce_Limit_Info="api-usage=5000/5000")

    def nothing_there(self, asked: Asked) -> Reply:
        return _error(404, "NOT_FOUND", "The requested resource does not exist")

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        return _error(400, "INVALID_QUERY_LOCATOR", "invalid query locator")

    def signed(self, reply: Reply, visit: Visit) -> Reply:
        return reply.having(Sforce_Limit_Info="api-usage=18/5000")

    def versions(self, visit: Visit) -> Reply:
        numbers = [f"{n}.0" for n in range(50, 63)]
        return as_json([{"label": f"v{n}", "url": f"/services/data/v{n}", "version": n} for n in numbers])

    def resource_list(self, visit: Visit) -> Reply:
        base = visit.asked.path.rstrip("/")
        return as_json({name: f"{base}/{name}" for name in ("sobjects", "query", "limits", "search", "tooling")})

    def limits(self, visit: Visit) -> Reply:
        return as_json({"DailyApiRequests": {"Max": 5000, "Remaining": 4982}})

    def objects(self, visit: Visit) -> Reply:
        base = visit.asked.path.rstrip("/")
        found = [_object(base, n) for n in range(visit.count(OBJECTS))]
        return as_json({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": found}, items=len(found))

    def describe(self, visit: Visit) -> Reply:
        name = visit.at["object"]
        if name not in {_api_name(n) for n in range(visit.count(OBJECTS))}:
            raise Refusal(self.nothing_there(visit.asked))
        fields = [
            {"name": field, "label": field.removesuffix("__c"), "type": kind, "nillable": field != "Id"}
            for field, kind in visit.shaped(FIELDS).items()
        ]
        return as_json({"name": name, "label": name, "custom": True, "fields": fields})

    def query(self, visit: Visit) -> Reply:
        asked_for = _soql(visit.asked.query.get("q", ""))
        if asked_for is None:
            raise Refusal(_error(400, "MALFORMED_QUERY", "unexpected token in the query"))
        names, entity, limit = asked_for
        own = entity in {_api_name(n) for n in range(OBJECTS)}
        if not own and entity.lower() != "entitydefinition":
            raise Refusal(_error(400, "INVALID_TYPE", f"sObject type '{entity[:64]}' is not supported."))
        known = {each.lower() for each in (FIELDS if own else ENTITY)}
        for name in names:
            if name.lower() not in known:
                raise Refusal(_error(400, "INVALID_FIELD", f"No such column '{name[:64]}' on entity"))
        return self._records(visit, 0, min(limit, visit.count(OBJECTS)), names)

    def query_more(self, visit: Visit) -> Reply:
        """A locator names the place to go on at and the whole."""
        cursor, _, rest = visit.at["locator"].rpartition("-")
        if not (rest.isdecimal() and len(rest) < 9):
            raise BadParameter("locator", "a locator of an earlier answer")
        return self._records(visit, cursor_of("locator", cursor), min(int(rest), OBJECTS), list(ENTITY[:2]))

    def _records(self, visit: Visit, first: int, total: int, names: list[str]) -> Reply:
        option = re.fullmatch(r"batchSize=(\d+)", visit.asked.headers.get("sforce-query-options", ""))
        until = min(first + (min(max(int(option[1]), 200), BATCH) if option else BATCH), total)
        found = [_entity(visit, n, names) for n in range(first, until)]
        said: dict[str, Any] = {"totalSize": total, "done": until >= total}
        if until < total:
            base = visit.asked.path.partition("/query")[0]
            said["nextRecordsUrl"] = f"{base}/query/{cursor_at(until)}-{total}"
        return as_json({**said, "records": found}, items=len(found))


def _soql(text: str) -> tuple[list[str], str, int] | None:
    """The fields, the entity and the limit of `SELECT … FROM … [LIMIT n]`; conditions and order are passed over."""
    words = text.replace(",", " , ").split()
    keys = [word.upper() for word in words]
    if not keys or keys[0] != "SELECT" or "FROM" not in keys:
        return None
    at = keys.index("FROM")
    names, entity = " ".join(words[1:at]).split(" , "), words[at + 1 : at + 2]
    if not entity or not all(name.replace("_", "a").isalnum() for name in names):
        return None
    limit = words[keys.index("LIMIT") + 1 : keys.index("LIMIT") + 2] if "LIMIT" in keys else [str(OBJECTS)]
    if not limit or not limit[0].isdecimal() or len(limit[0]) > 9:
        return None
    return names, entity[0], int(limit[0])


def _error(status: int, code: str, message: str) -> Reply:
    return as_json([{"message": message, "errorCode": code}], status)


def _oauth_error(error: str, why: str) -> Reply:
    return as_json({"error": error, "error_description": why}, 400)


def _org(account: str) -> str:
    return "00D" + made.digest("org", account)[:15].upper()


def _session(account: str, end: str | None = None) -> str:
    return f"{_org(account)}!{fresh(60) if end is None else end}"


def _api_name(n: int) -> str:
    return made.title(n).replace(" ", "_") + "__c"


def _object(base: str, n: int) -> dict[str, Any]:
    name = _api_name(n)
    return {"name": name, "label": made.title(n), "queryable": True, "urls": {"describe": f"{base}/{name}/describe"}}


def _entity(visit: Visit, n: int, names: list[str]) -> dict[str, Any]:
    whole = {
        "QualifiedApiName": _api_name(n),
        "Label": made.title(n),
        "DurableId": _api_name(n),
        "DeveloperName": made.name(n),
        "PluralLabel": made.title(n) + "s",
        "IsQueryable": True,
        "NamespacePrefix": None,
    }
    by_lower = {name.lower(): name for name in whole}
    own = {"attributes": {"type": "EntityDefinition", "url": f"/services/data/v60.0/sobjects/EntityDefinition/{n}"}}
    return own | {by_lower[name.lower()]: whole[by_lower[name.lower()]] for name in names if name.lower() in by_lower}
