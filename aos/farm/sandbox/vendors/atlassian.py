"""Atlassian's cloud: Jira and Confluence. Some calls of Jira answer strangers too, with less."""

from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, Sizes, by_cursor, by_offset
from aos.farm.sandbox.reply import Refusal, Reply, as_json, as_text
from aos.farm.sandbox.vendor import ACCOUNT, Issued, Known, Mint, Route, Vendor, Visit

HOST = rf"(?P<account>{ACCOUNT})\.atlassian\.net"
FIELDS = {"summary": "string", "issuetype": "issuetype", "created": "datetime", "priority": "priority"}


class Atlassian(Vendor):
    kinds = ("basic",)

    def issue(self, mint: Mint) -> Issued:
        fields = {"email": f"aos-{fresh(8)}@{mint.account}.example", "token": f"ATATT3xFfGF0{fresh(60)}"}
        return Issued("email", fields, [mint.account], self.scopes)

    def known(self, asked: Asked) -> Known:
        email, token = asked.basic
        credential = self.book.credential(self.source_type, email, asked.now)
        if credential is None or not credential.has("token", token):
            raise Refusal(self.no_credential(asked))
        return self.of_host(asked, Known(credential, credential.scopes), HOST)


class Jira(Atlassian):
    source_type = "jira"
    scopes = ("read:jira-user", "read:jira-work")
    dropped = ("read:jira-work",)

    def routes(self) -> Sequence[Route]:
        work = ("read:jira-work",)
        return [
            Route("GET", HOST, "/rest/api/3/serverInfo", self.server_info, public=True),
            Route("GET", HOST, "/rest/api/3/myself", self.myself, ("read:jira-user",)),
            Route("GET", HOST, "/rest/api/3/field", self.fields, work),
            Route("GET", HOST, "/rest/api/3/issuetype", self.issue_types, work),
            Route("GET", HOST, "/rest/api/3/project/search", self.projects, work),
        ]

    def no_credential(self, asked: Asked) -> Reply:
        reply = as_text("Client must be authenticated to access this resource.", 401, media="text/html;charset=UTF-8")
        return reply.having(
            WWW_Authenticate=f'OAuth realm="https://{asked.host}"', x_seraph_loginreason="AUTHENTICATED_FAILED"
        )

    def stranger(self, asked: Asked) -> Reply | None:
        """Anonymous access: what is public, and nothing is."""
        if asked.path.endswith("/project/search"):
            return as_json(
                {"self": asked.url, "maxResults": 50, "startAt": 0, "total": 0, "isLast": True, "values": []}
            )
        return as_json([_field("summary", "string")]) if asked.path.endswith("/field") else None

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        return _jira_error(403, "You do not have permission to perform this operation.")

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        reply = as_text("", 429, retry_after=waits.seconds(wait_s))
        until = waits.iso(visit.asked.now, wait_s)
        return reply.having(X_RateLimit_Reset=until, RateLimit_Reason="jira-burst-based")

    def nothing_there(self, asked: Asked) -> Reply:
        return as_json({"message": "null for uri: " + asked.url[:200], "status-code": 404}, 404)

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        return _jira_error(400, f"The value of {why.name} must be {why.why}.")

    def server_info(self, visit: Visit) -> Reply:
        return as_json({"baseUrl": f"https://{visit.asked.host}", "version": "1001.0.0", "deploymentType": "Cloud"})

    def myself(self, visit: Visit) -> Reply:
        return as_json({"accountId": visit.id("me")[:24], "accountType": "atlassian", "active": True})

    def fields(self, visit: Visit) -> Reply:
        found = [_field(name, kind) for name, kind in visit.shaped(FIELDS).items()]
        found += [_field(f"customfield_{10_000 + n}", "string") for n in range(visit.count())]
        return as_json(found, items=len(found))

    def issue_types(self, visit: Visit) -> Reply:
        names = ("Task", "Bug", "Story", "Epic", "Sub-task")
        found = [{"id": str(10_000 + n), "name": name, "subtask": n == 4} for n, name in enumerate(names)]
        return as_json(found, items=len(found))

    def projects(self, visit: Visit) -> Reply:
        asked = visit.asked
        window = by_offset(asked.query, visit.count(), "maxResults", Sizes(50, 50), "startAt")
        found = window.of(lambda n: visit.shaped(_project(visit, n)))
        said: dict[str, Any] = {"self": asked.url, "maxResults": window.size, "startAt": window.first}
        if window.more:
            said["nextPage"] = asked.again({"maxResults": window.size, "startAt": window.until})
        return as_json({**said, "total": window.total, "isLast": not window.more, "values": found}, items=len(found))


class Confluence(Atlassian):
    source_type = "confluence"
    scopes = ("read:space:confluence",)

    def routes(self) -> Sequence[Route]:
        return [
            Route("GET", HOST, "/wiki/api/v2/spaces", self.spaces, self.scopes),
            Route("GET", HOST, r"/wiki/api/v2/spaces/(?P<space>\d+)", self.space, self.scopes),
            Route("GET", HOST, "/wiki/rest/api/user/current", self.user),
        ]

    def no_credential(self, asked: Asked) -> Reply:
        return _confluence_error(401, "UNAUTHORIZED", "Unauthorized")

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        return _confluence_error(403, "FORBIDDEN", "Forbidden")

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        """The time alone, as a date."""
        reply = _confluence_error(429, "TOO_MANY_REQUESTS", "Rate limit exceeded")
        return reply.having(X_RateLimit_Reset=waits.iso(visit.asked.now, wait_s))

    def nothing_there(self, asked: Asked) -> Reply:
        return _confluence_error(404, "NOT_FOUND", "Not Found")

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        return _confluence_error(400, "INVALID_REQUEST_PARAMETER", f"{why.name}: {why.why}")

    def spaces(self, visit: Visit) -> Reply:
        """The next page is told twice, and by its path alone."""
        window = by_cursor(visit.asked.query, visit.count(), "limit", Sizes(25, 250, strict=True), "cursor")
        found = window.of(lambda n: visit.shaped(_space(visit, n)))
        links = {"base": f"https://{visit.asked.host}/wiki"}
        headers = {}
        if window.more:
            links["next"] = f"/wiki/api/v2/spaces?limit={window.size}&cursor={window.cursor}"
            headers["Link"] = f'<{links["next"]}>; rel="next", <{links["base"]}>; rel="base"'
        return as_json({"results": found, "_links": links}, items=len(found)).having(**headers)

    def space(self, visit: Visit) -> Reply:
        for n in range(visit.count()):
            if _space(visit, n)["id"] == visit.at["space"]:
                return as_json(visit.shaped(_space(visit, n)))
        return self.nothing_there(visit.asked)

    def user(self, visit: Visit) -> Reply:
        return as_json({"type": "known", "accountId": visit.id("me")[:24], "accountType": "atlassian"})


def _jira_error(status: int, message: str) -> Reply:
    return as_json({"errorMessages": [message], "errors": {}}, status)


def _confluence_error(status: int, code: str, what: str) -> Reply:
    return as_json({"errors": [{"status": status, "code": code, "title": what, "detail": None}]}, status)


def _field(name: str, kind: str) -> dict[str, Any]:
    custom = name.startswith("customfield_")
    return {"id": name, "key": name, "name": name.replace("_", " ").title(), "custom": custom, "schema": {"type": kind}}


def _project(visit: Visit, n: int) -> dict[str, Any]:
    own = {"id": str(10_000 + n), "key": f"AOS{n}", "name": made.title(n)}
    return {
        **own,
        "projectTypeKey": "software",
        "isPrivate": False,
        "uuid": made.guid(visit.account, n),
        "style": "classic",
    }


def _space(visit: Visit, n: int) -> dict[str, Any]:
    return {
        "id": str(made.number(visit.account, "space", n, digits=8)),
        "key": f"S{n}",
        "name": made.title(n),
        "type": "global",
        "createdAt": made.created(n),
        "status": "current",
    }
