"""GitLab's REST API v4. Projects answer strangers too, with the public ones."""

from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, Sizes, Window, by_page
from aos.farm.sandbox.reply import Refusal, Reply, as_json, as_text
from aos.farm.sandbox.vendor import Issued, Known, Mint, Route, Vendor, Visit

HOST = r"gitlab\.com|gitlab\.[a-z0-9.-]+"
READ = ("read_api", "api")
PROJECTS = 157


class GitLab(Vendor):
    source_type = "gitlab"
    scopes = ("read_api",)

    def routes(self) -> Sequence[Route]:
        api = "/api/v4"
        return [
            Route("GET", HOST, f"{api}/personal_access_tokens/self", self.own_token),
            Route("GET", HOST, f"{api}/user", self.user, (*READ, "read_user")),
            Route("GET", HOST, f"{api}/(metadata|version)", self.metadata, (*READ, "read_user")),
            Route("GET", HOST, f"{api}/projects", self.projects, READ),
            Route("GET", HOST, f"{api}/groups", self.groups, READ),
            Route("GET", HOST, api + r"/groups/(?P<group>[\w-]+)", self.group, READ),
            Route("GET", HOST, api + r"/groups/(?P<group>[\w-]+)/projects", self.projects, READ),
        ]

    def issue(self, mint: Mint) -> Issued:
        return Issued("token", {"token": f"glpat-{fresh(20)}"}, ["gitlab.com", mint.account], self.scopes)

    def known(self, asked: Asked) -> Known:
        found = self.token(asked, asked.headers.get("private-token") or asked.authorization("bearer"))
        if found is None:
            raise Refusal(self.no_credential(asked))
        return found

    def stranger(self, asked: Asked) -> Reply | None:
        """Public projects for somebody who shows nothing at all; a bad token is refused."""
        shown = asked.headers.get("private-token") or asked.headers.get("authorization")
        return (
            as_json([_project("public", n) for n in range(3)])
            if asked.path == "/api/v4/projects" and not shown
            else None
        )

    def no_credential(self, asked: Asked) -> Reply:
        return as_json({"message": "401 Unauthorized"}, 401)

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        why = "The request requires higher privileges than provided by the access token."
        scope = " ".join(needs) if needs != ("write",) else "api"
        return as_json({"error": "insufficient_scope", "error_description": why, "scope": scope}, 403)

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        reply = as_text("Retry later\n", 429, retry_after=waits.seconds(wait_s))
        reset = waits.epoch(visit.asked.now, wait_s)
        return reply.having(RateLimit_Limit="2000", RateLimit_Remaining="0", RateLimit_Reset=reset)

    def nothing_there(self, asked: Asked) -> Reply:
        return as_json({"error": "404 Not Found"}, 404)

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        return as_json({"error": f"{why.name} is invalid"}, 400)

    def own_token(self, visit: Visit) -> Reply:
        own: dict[str, Any] = {"id": made.number(visit.account, digits=7), "name": "aos", "revoked": False}
        return as_json({**own, "scopes": sorted(visit.granted), "active": True, "expires_at": "2099-12-31"})

    def user(self, visit: Visit) -> Reply:
        return as_json({"id": made.number(visit.account, "user", digits=7), "username": "aos", "state": "active"})

    def metadata(self, visit: Visit) -> Reply:
        return as_json({"version": "18.6.0-pre", "revision": "0f1e2d3c", "enterprise": True})

    def projects(self, visit: Visit) -> Reply:
        self._own(visit)
        return self._listed(visit, lambda n: _project(visit.account, n), PROJECTS)

    def groups(self, visit: Visit) -> Reply:
        return self._listed(visit, lambda n: _group(visit, n), made.MANY)

    def group(self, visit: Visit) -> Reply:
        self._own(visit)
        return as_json({**_group(visit, 0), "path": visit.account, "full_path": visit.account})

    def _own(self, visit: Visit) -> None:
        if visit.at.get("group", visit.account) != visit.account:
            raise Refusal(as_json({"message": "404 Group Not Found"}, 404))

    def _listed(self, visit: Visit, thing: Any, count: int) -> Reply:
        window = by_page(visit.asked.query, visit.count(count), "per_page", Sizes(20, 100), "page")
        found = window.of(lambda n: visit.shaped(thing(n)))
        return as_json(found, items=len(found)).having(**_pages(visit, window))


def _pages(visit: Visit, window: Window) -> dict[str, str]:
    page, last = window.first // window.size + 1, max(-(-window.total // window.size), 1)
    after = str(page + 1) if window.more else ""
    headers = {"x_page": str(page), "x_per_page": str(window.size), "x_total": str(window.total)}
    headers |= {"x_total_pages": str(last), "x_next_page": after, "x_prev_page": str(page - 1) if page > 1 else ""}
    if window.more:
        url = visit.asked.again({"page": after, "per_page": window.size})
        headers["Link"] = f'<{url}>; rel="next"'
    return headers


def _project(account: str, n: int) -> dict[str, Any]:
    return {
        "id": made.number(account, "project", n, digits=8),
        "name": made.title(n),
        "path_with_namespace": f"{account}/{made.name(n)}",
        "default_branch": "main",
        "web_url": f"https://gitlab.com/{account}/{made.name(n)}",
        "created_at": made.created(n),
        "star_count": n % 7,
    }


def _group(visit: Visit, n: int) -> dict[str, Any]:
    own = {"id": made.number(visit.account, "group", n, digits=7), "name": made.title(n)}
    return {**own, "full_path": f"{visit.account}/{made.name(n)}", "visibility": "private"}
