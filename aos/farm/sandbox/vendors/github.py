"""GitHub's REST API. Private things answer 404, and a 403 is a limit or a refusal."""

from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, Sizes, Window, by_page
from aos.farm.sandbox.reply import Refusal, Reply, as_json, as_text
from aos.farm.sandbox.vendor import Issued, Known, Mint, Route, Vendor, Visit

HOST = r"api\.github\.com"
METADATA, ORG = "metadata=read", "read:org"
REPOS = 157
VERSIONS = frozenset({"", "2022-11-28"})


class GitHub(Vendor):
    """A fine-grained token says nothing of its rights; a classic one does, in a header."""

    source_type = "github"
    kinds = ("token", "classic")
    scopes = (METADATA,)

    def routes(self) -> Sequence[Route]:
        org, needs = r"/orgs/(?P<org>[\w-]+)", (METADATA, ORG)
        return [
            Route("GET", HOST, "/rate_limit", self.limits, public=True),
            Route("GET", HOST, "/user", self.user),
            Route("GET", HOST, org, self.organization),
            Route("GET", HOST, f"{org}/repos", self.repositories, needs),
            Route("GET", HOST, f"{org}/properties/schema", self.properties, needs),
            Route("GET", HOST, "/installation/repositories", self.installed, needs),
            Route("GET", HOST, r"/repos/(?P<org>[\w-]+)/(?P<repo>[\w.-]+)", self.repository, needs),
        ]

    def issue(self, mint: Mint) -> Issued:
        if mint.kind == "classic":
            return Issued("token", {"token": f"ghp_{fresh(36)}"}, [mint.account], (ORG,))
        return Issued("token", {"token": f"github_pat_{fresh(82)}"}, [mint.account], self.scopes)

    def known(self, asked: Asked) -> Known:
        self._agent(asked)
        found = self.token(asked, asked.authorization("bearer") or asked.authorization("token"))
        if found is None:
            raise Refusal(self.no_credential(asked))
        return found

    def _agent(self, asked: Asked) -> None:
        if not asked.headers.get("user-agent"):
            why = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header"
            raise Refusal(as_text(f"\r\n{why} (https://docs.github.com/en/rest).\r\n", 403, media="text/html"))

    def no_credential(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization"):
            return _error(401, "Bad credentials")
        return _error(401, "Requires authentication")

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        message = "Resource not accessible by personal access token"
        return self.signed(_error(403, message), visit).having(x_accepted_github_permissions=METADATA)

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        """The primary limit: 403, nothing left, and the second since the epoch when there will be."""
        reply = _error(403, "API rate limit exceeded for user ID 1.")
        left = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": waits.epoch(visit.asked.now, wait_s)}
        return reply.having(x_ratelimit_limit="5000", x_ratelimit_used="5000", **left)

    def nothing_there(self, asked: Asked) -> Reply:
        return _error(404, "Not Found")

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        return _error(422, "Validation Failed")

    def lacking(self, asked: Asked, account: str) -> Reply | None:
        self._agent(asked)
        if asked.headers.get("x-github-api-version", "") not in VERSIONS:
            return _error(400, "The API version in the X-GitHub-Api-Version header is not supported.")
        return None

    def signed(self, reply: Reply, visit: Visit) -> Reply:
        hour = {"x_ratelimit_remaining": "4987", "x_ratelimit_reset": waits.epoch(visit.asked.now, 3_000)}
        reply = reply.having(x_ratelimit_limit="5000", x_github_media_type="github.v3; format=json", **hour)
        classic = visit.asked.headers.get("authorization", "").partition(" ")[2].startswith("ghp_")
        return reply.having(x_oauth_scopes=", ".join(sorted(visit.granted))) if classic else reply

    def limits(self, visit: Visit) -> Reply:
        """Answers strangers too."""
        core = {"limit": 5000, "used": 13, "remaining": 4987, "reset": int(visit.asked.now) + 3_000}
        return as_json({"resources": {"core": core}, "rate": core})

    def user(self, visit: Visit) -> Reply:
        return as_json({"login": f"{visit.account}-aos", "id": made.number(visit.account, digits=8), "type": "User"})

    def organization(self, visit: Visit) -> Reply:
        self._own(visit)
        number = made.number("org", visit.account, digits=8)
        own = {"login": visit.account, "id": number, "url": f"https://api.github.com/orgs/{visit.account}"}
        return as_json(visit.shaped({**own, "type": "Organization", "public_repos": 3, "created_at": made.created(0)}))

    def repositories(self, visit: Visit) -> Reply:
        self._own(visit)
        window = self._window(visit)
        found = window.of(lambda n: visit.shaped(_repository(visit, n)))
        return as_json(found, items=len(found)).having(**_links(visit, window))

    def installed(self, visit: Visit) -> Reply:
        window = self._window(visit)
        found = window.of(lambda n: visit.shaped(_repository(visit, n)))
        said = {"total_count": window.total, "repositories": found}
        return as_json(said, items=len(found)).having(**_links(visit, window))

    def repository(self, visit: Visit) -> Reply:
        self._own(visit)
        found = [n for n in range(visit.count(REPOS)) if made.name(n) == visit.at["repo"]]
        if not found:
            raise Refusal(self.nothing_there(visit.asked))
        return as_json(visit.shaped(_repository(visit, found[0])))

    def properties(self, visit: Visit) -> Reply:
        self._own(visit)
        names = {"environment": "single_select", "team": "string", "critical": "true_false"}
        found = [
            {"property_name": name, "value_type": kind, "required": False} for name, kind in visit.shaped(names).items()
        ]
        return as_json([] if visit.empty else found, items=len(found))

    def _own(self, visit: Visit) -> None:
        if visit.at["org"].lower() != visit.account:
            raise Refusal(self.nothing_there(visit.asked))

    def _window(self, visit: Visit) -> Window:
        return by_page(visit.asked.query, visit.count(REPOS), "per_page", Sizes(30, 100), "page")


def _links(visit: Visit, window: Window) -> dict[str, str]:
    page, last = window.first // window.size + 1, -(-window.total // window.size)
    wanted = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    if page >= last:
        wanted = {"prev": page - 1, "first": 1}
    told = {rel: n for rel, n in wanted.items() if 1 <= n <= last and last > 1}
    links = [f'<{visit.asked.again({"per_page": window.size, "page": n})}>; rel="{rel}"' for rel, n in told.items()]
    return {"Link": ", ".join(links)} if links else {}


def _error(status: int, message: str) -> Reply:
    said = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
    return as_json(said, status, media="application/json; charset=utf-8")


def _repository(visit: Visit, n: int) -> dict[str, Any]:
    return {
        "id": made.number(visit.account, "repo", n, digits=9),
        "name": made.name(n),
        "full_name": f"{visit.account}/{made.name(n)}",
        "private": n % 2 == 0,
        "url": f"https://api.github.com/repos/{visit.account}/{made.name(n)}",
        "default_branch": "main",
        "archived": n % 11 == 0,
        "created_at": made.created(n),
        "language": "Python",
    }
