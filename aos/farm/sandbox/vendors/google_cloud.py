"""Google Cloud: the resource manager (gcp_org) and BigQuery's metadata (bigquery)."""

from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made
from aos.farm.sandbox.paging import BadParameter, Sizes, by_cursor
from aos.farm.sandbox.reply import Refusal, Reply, as_json
from aos.farm.sandbox.vendor import Route, Visit
from aos.farm.sandbox.vendors.google import Google, denied

READ = "https://www.googleapis.com/auth/cloud-platform.read-only"
ALL = "https://www.googleapis.com/auth/cloud-platform"
RESOURCES = r"cloudresourcemanager\.googleapis\.com"
BIGQUERY = r"bigquery\.googleapis\.com"
COLUMNS = {"id": "STRING", "amount": "NUMERIC", "currency": "STRING", "created_at": "TIMESTAMP"}


class GcpOrg(Google):
    source_type = "gcp_org"
    scopes = (READ,)
    limit = (429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Read requests'.")

    def resources(self, account: str) -> Sequence[str]:
        return [f"organizations/{_org(account)}"]

    def routes(self) -> Sequence[Route]:
        read = (READ, ALL)
        return [
            Route("GET", RESOURCES, r"/v3/organizations/(?P<org>\d{1,20})", self.organization, read),
            Route("GET", RESOURCES, "/v3/organizations:search", self.organizations, read),
            Route("GET", RESOURCES, "/v3/folders", self.folders, read),
            Route("GET", RESOURCES, "/v3/projects:search", self.projects, read),
            Route("GET", RESOURCES, "/v3/projects", self.projects, read),
        ]

    def organization(self, visit: Visit) -> Reply:
        if int(visit.at["org"]) != _org(visit.account):
            raise denied()
        return as_json(_organization(visit.account))

    def organizations(self, visit: Visit) -> Reply:
        """A search that finds nothing answers an empty object."""
        return as_json({} if visit.empty else {"organizations": [_organization(visit.account)]}, items=not visit.empty)

    def folders(self, visit: Visit) -> Reply:
        self._parent(visit, visit.asked.query.get("parent", ""))
        return self._listed(visit, "folders", lambda n: _resource(visit, "folders", n, "displayName"))

    def projects(self, visit: Visit) -> Reply:
        told = visit.asked.query.get("query", "") or visit.asked.query.get("parent", "")
        parent = told.removeprefix("parent:").removeprefix("parent=").strip()
        if parent:
            self._parent(visit, parent)
        elif visit.asked.path == "/v3/projects":
            raise BadParameter("parent", "the name of an organization or a folder")
        return self._listed(visit, "projects", lambda n: _resource(visit, "projects", n, "displayName"))

    def _parent(self, visit: Visit, parent: str) -> None:
        kind, _, number = parent.partition("/")
        if kind not in ("organizations", "folders") or not number.isdecimal() or len(number) > 20:
            raise BadParameter("parent", "the name of an organization or a folder")
        if kind == "organizations" and int(number) != _org(visit.account):
            raise denied()

    def _listed(self, visit: Visit, key: str, thing: Any) -> Reply:
        window = by_cursor(visit.asked.query, visit.count(), "pageSize", Sizes(50, 500), "pageToken")
        found = [visit.shaped(thing(n)) for n in range(window.first, window.until)]
        said: dict[str, Any] = {key: found} if found else {}
        return as_json(said | ({"nextPageToken": window.cursor} if window.more else {}), items=len(found))


class BigQuery(Google):
    source_type = "bigquery"
    scopes = (READ,)
    limit = (403, "rateLimitExceeded", "Exceeded rate limits: too many api requests per user per method")

    def resources(self, account: str) -> Sequence[str]:
        return [_project(account), "dataset_000"]

    def routes(self) -> Sequence[Route]:
        read = (READ, ALL, "https://www.googleapis.com/auth/bigquery")
        project = r"/bigquery/v2/projects/(?P<project>[^/]+)"
        return [
            Route("GET", BIGQUERY, "/bigquery/v2/projects", self.projects, read),
            Route("GET", BIGQUERY, f"{project}/datasets", self.datasets, read),
            Route("GET", BIGQUERY, project + r"/datasets/(?P<dataset>\w+)/tables", self.tables, read),
            Route("GET", BIGQUERY, project + r"/datasets/(?P<dataset>\w+)/tables/(?P<table>\w+)", self.table, read),
        ]

    def projects(self, visit: Visit) -> Reply:
        found = [{"kind": "bigquery#project", "id": _project(visit.account), "friendlyName": "Played"}]
        return as_json({"kind": "bigquery#projectList", "totalItems": 1, "projects": found}, items=1)

    def datasets(self, visit: Visit) -> Reply:
        self._own(visit)
        return self._listed(visit, "datasets", "bigquery#dataset", "datasetReference", "datasetId", "dataset")

    def tables(self, visit: Visit) -> Reply:
        self._own(visit)
        return self._listed(visit, "tables", "bigquery#table", "tableReference", "tableId", "table")

    def table(self, visit: Visit) -> Reply:
        self._own(visit)
        known = {_numbered("table", n) for n in range(visit.count())}
        if visit.at["table"] not in known:
            raise Refusal(self.nothing_there(visit.asked))
        columns = visit.shaped(COLUMNS)
        fields = [{"name": name, "type": kind.upper(), "mode": "NULLABLE"} for name, kind in columns.items()]
        reference = {
            "projectId": _project(visit.account),
            "datasetId": visit.at["dataset"],
            "tableId": visit.at["table"],
        }
        return self.selected(
            visit, {"kind": "bigquery#table", "tableReference": reference, "schema": {"fields": fields}}
        )

    def _own(self, visit: Visit) -> None:
        if visit.at["project"] != _project(visit.account):
            raise denied(f"Access Denied: Project {visit.at['project'][:64]}: User does not have permission.")
        dataset = visit.at.get("dataset")
        if dataset is not None and dataset not in {_numbered("dataset", n) for n in range(made.MANY)}:
            raise Refusal(self.nothing_there(visit.asked))

    def _listed(self, visit: Visit, key: str, kind: str, reference: str, id_name: str, word: str) -> Reply:
        """Without anything to list, the key itself is left out."""
        window = by_cursor(visit.asked.query, visit.count(), "maxResults", Sizes(50, 1000), "pageToken")
        own = {"projectId": _project(visit.account)}
        if "dataset" in visit.at:
            own["datasetId"] = visit.at["dataset"]
        found = [
            {
                "kind": kind,
                "id": f"{_project(visit.account)}:{_numbered(word, n)}",
                reference: {**own, id_name: _numbered(word, n)},
                "location": "EU",
            }
            for n in range(window.first, window.until)
        ]
        said: dict[str, Any] = {"kind": f"{kind}List", "etag": visit.id(word, window.first), "totalItems": window.total}
        said |= {key: found} if found else {}
        return self.selected(visit, said | ({"nextPageToken": window.cursor} if window.more else {}), len(found))


def _org(account: str) -> int:
    return made.number("gcp", account, digits=12)


def _project(account: str) -> str:
    return f"aos-{account}"


def _numbered(word: str, n: int) -> str:
    return f"{word}_{n:03d}"


def _organization(account: str) -> dict[str, Any]:
    name = f"organizations/{_org(account)}"
    return {"name": name, "displayName": f"{account}.example", "directoryCustomerId": "C0aos", "state": "ACTIVE"}


def _resource(visit: Visit, kind: str, n: int, shown: str) -> dict[str, Any]:
    number = made.number(visit.account, kind, n, digits=12)
    return {
        "name": f"{kind}/{number}",
        "parent": f"organizations/{_org(visit.account)}",
        **({"projectId": f"{visit.account}-{n:03d}"} if kind == "projects" else {}),
        "state": "ACTIVE",
        shown: made.title(n),
        "createTime": made.created(n),
    }
