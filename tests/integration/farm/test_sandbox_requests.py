"""What the played vendors mind in a request beside its credential, and what they tell strangers."""

import httpx
import pytest

from tests.integration.farm.sandbox_client import Req, basic
from tests.integration.farm.sandbox_place import BY_FAMILY, Sandbox, like, player, request_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_strangers_get(vendors: Sandbox) -> None:
    """Calls that prove nothing: some vendors answer whoever asks, and say so only in the body."""
    _, jira = await player(vendors, "jira")
    strangers = basic("nobody@acme.example", "wrong")
    for path, told in (("project/search", '"total":0'), ("serverInfo", "Cloud"), ("field", "summary")):
        reply = await jira.send(Req("GET", f"https://acme.atlassian.net/rest/api/3/{path}", strangers))
        like(reply, (200, told))
    _, zendesk = await player(vendors, "zendesk")
    me = Req("GET", "https://acme.zendesk.com/api/v2/users/me.json", {})
    assert (await zendesk.send(me)).json()["user"]["id"] is None
    like(await zendesk.send(me._replace(headers=strangers)), (401, "authenticate"))
    _, gitlab = await player(vendors, "gitlab")
    like(await gitlab.send(Req("GET", "https://gitlab.com/api/v4/projects", {})), (200, "public/"))
    _, github = await player(vendors, "github")
    like(await github.send(Req("GET", "https://api.github.com/rate_limit", {})), (200, "5000"))
    _, azure = await player(vendors, "azure_sub")
    await vendors.turn(BY_FAMILY["azure_sub"], drop_scope=True)
    every = Req("GET", "https://management.azure.com/subscriptions?api-version=2022-12-01", {})
    assert (await azure.ask(every)).json()["value"] == []
    _, datadog = await player(vendors, "datadog")
    datadog.secret["app_key"] = "wrong"
    like(await datadog.ask(Req("GET", "https://api.datadoghq.com/api/v1/validate", {})), (200, "true"))
    like(await datadog.ask(Req("GET", "https://api.datadoghq.com/api/v2/validate_keys", {})), (403, "Forbidden"))


BASES = {
    "gworkspace_drive": "https://www.googleapis.com/drive/v3",
    "github": "https://api.github.com/orgs",
    "azure_sub": "https://management.azure.com",
    "entra": "https://graph.microsoft.com/v1.0",
    "slack": "https://slack.com/api",
    "box": "https://api.box.com/2.0",
    "pagerduty": "https://api.pagerduty.com",
    "zendesk": "https://acme.zendesk.com/api/v2",
    "netsuite": "https://acme.suitetalk.api.netsuite.com/services/rest/record/v1",
    "salesforce": "https://acme.my.salesforce.com/services/data/v60.0",
    "servicenow": "https://acme.service-now.com/api/now/table",
    "gcp_org": "https://cloudresourcemanager.googleapis.com/v3",
}
WRONG_REQUESTS: list[tuple[str, str, dict[str, str], tuple[int, str]]] = [
    ("gworkspace_drive", "/about", {}, (400, "fields")),
    ("gworkspace_drive", "/drives", {}, (403, "insufficient")),
    ("gworkspace_drive", "/files?pageSize=1001", {}, (400, "pageSize")),
    ("gworkspace_drive", "/files?pageToken=x", {}, (400, "pageToken")),
    ("github", "/acme", {"user-agent": ""}, (403, "User-Agent")),
    ("github", "/acme", {"x-github-api-version": "2001-01-01"}, (400, "version")),
    ("github", "/globex/repos", {}, (404, "Not Found")),
    ("azure_sub", "/subscriptions", {}, (400, "MissingApiVersionParameter")),
    ("entra", "/groups?$top=1000", {}, (400, "$top")),
    ("entra", "/groups?$skip=20", {}, (400, "$skip")),
    ("entra", "/devices", {}, (403, "Insufficient privileges")),
    ("slack", "/conversations.list?limit=1000", {}, (200, "invalid_limit")),
    ("slack", "/conversations.list?cursor=x", {}, (200, "invalid_cursor")),
    ("slack", "/nothing.here", {}, (200, "unknown_method")),
    ("box", "/folders/0/items?limit=1001", {}, (400, "invalid_parameter")),
    ("pagerduty", "/users/me", {}, (400, "user")),
    ("pagerduty", "/services?limit=101", {}, (400, "Invalid Input")),
    ("zendesk", "/groups.json?page[size]=101", {}, (400, "Pagination")),
    ("netsuite", "/customer?limit=20&offset=7", {}, (400, "offset")),
    ("salesforce", "/query?q=DELETE", {}, (400, "MALFORMED_QUERY")),
    ("salesforce", "/query?q=SELECT X FROM EntityDefinition", {}, (400, "INVALID_FIELD")),
    ("salesforce", "/query/x-y", {}, (400, "INVALID_QUERY_LOCATOR")),
    ("servicenow", "/nothing", {}, (400, "Invalid table")),
    ("gcp_org", "/organizations/1", {}, (403, "PERMISSION_DENIED")),
]


@pytest.mark.parametrize(("family", "path", "headers", "told"), WRONG_REQUESTS)
async def test_a_wrong_request_is_refused_as_the_vendor_does(
    vendors: Sandbox, family: str, path: str, headers: dict[str, str], told: tuple[int, str]
) -> None:
    """Sizes, cursors, headers and names that the vendor minds."""
    _, one = await player(vendors, family)
    like(await one.ask(Req("GET", str(httpx.URL(BASES[family] + path)), headers)), told)


async def test_dropbox_minds_how_it_is_asked(vendors: Sandbox) -> None:
    """Arguments come as JSON; a path that is not there is a 409; a GET is nothing."""
    case, one = await player(vendors, "dropbox")
    request = request_of(case, one, "listed")
    like(await one.ask(request._replace(headers={"content-type": "text/csv"})), (400, "Content-Type"))
    like(await one.ask(request._replace(body=b'{"path": "/nothing"}')), (409, "path/not_found"))
    like(await one.ask(request._replace(body=b'{"path": "", "limit": 2001}')), (400, "limit"))
    assert (await one.ask(Req("GET", request.url, {}))).status_code == 405
    like(await one.ask(Req("POST", "https://api.dropboxapi.com/2/team/get_info", {})), (400, "function for teams"))
    _, team = await player(vendors, "dropbox", "team")
    like(await team.ask(Req("POST", "https://api.dropboxapi.com/2/team/get_info", {})), (200, "dbtid:"))
    like(await team.ask(request), (400, "Select-Admin"))
    chosen = request._replace(headers={**request.headers, "dropbox-api-select-admin": "dbmid:1"})
    like(await team.ask(chosen), (200, "entries"))


async def test_aws_takes_twenty_accounts_at_most_and_redshift_twenty_clusters_at_least(vendors: Sandbox) -> None:
    """The two limits that meet at twenty."""
    case, one = await player(vendors, "aws_org")
    request = request_of(case, one, "listed")
    like(await one.ask(request._replace(body=b'{"MaxResults": 21}')), (400, "MaxResults"))
    case, one = await player(vendors, "redshift")
    url = "https://redshift.us-east-1.amazonaws.com/?Action=DescribeClusters&Version=2012-12-01&MaxRecords="
    like(await one.ask(Req("GET", f"{url}19", {})), (400, "MaxRecords"))
    like(await one.ask(Req("GET", f"{url}20", {})), (200, "<Marker>"))


@pytest.mark.parametrize(
    ("family", "url", "target"),
    [
        ("redshift", "https://redshift.us-east-1.amazonaws.com/?Action=DeleteCluster", ""),
        ("redshift", "https://redshift-data.us-east-1.amazonaws.com/", "RedshiftData.ExecuteStatement"),
        ("slack", "https://slack.com/api/chat.postMessage", ""),
        ("slack", "https://slack.com/api/chat.delete", ""),
    ],
)
async def test_a_get_that_writes_is_counted_too(vendors: Sandbox, family: str, url: str, target: str) -> None:
    """Where the method of HTTP says nothing, the operation does."""
    case, one = await player(vendors, family)
    headers = {"x-amz-target": target, "content-type": "application/x-amz-json-1.1"} if target else {}
    await one.ask(Req("POST" if target else "GET", url, headers, b"{}" if target else b""))
    assert (await vendors.seen(case))["writes_seen"] == 1
