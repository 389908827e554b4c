"""The 28 families that speak HTTP, as their documentation has them: what is asked, and what each answer looks like."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from tests.integration.farm.sandbox_client import Req

DRIVE = "https://www.googleapis.com/auth/drive.metadata.readonly"
CLOUD = "https://www.googleapis.com/auth/cloud-platform.read-only"
GRAPH = "https://graph.microsoft.com/.default"
AMZ = "application/x-amz-json-1.1"
Next = Callable[[Req, httpx.Response], Req | None]


@dataclass(frozen=True)
class Case:
    """`health`, `listed` and `schema` are `METHOD URL`, where `{0}` is the first resource id and `{host}` the account's
    own host; `size` is what asks for a page of 20, in the query or the body. `bad`, `denied` and `fast` are a status
    and words of the body; `wait` is the header that says how long and its form."""

    family: str
    health: str
    listed: str
    schema: str
    size: str
    items: str  # a path of keys, or `<Tag>` in XML
    following: Next | None
    total: int
    bad: tuple[int, str]
    denied: tuple[int, str]
    fast: tuple[int, str]
    wait: tuple[str, str] | None = None
    scope: str = ""
    host: str = ""
    body: dict[str, Any] | None = None
    target: str = ""  # the operation of AWS, for `listed`
    schema_body: dict[str, Any] | None = None
    schema_target: str = ""
    write: str = ""  # `METHOD URL`; empty: DELETE of what is listed
    most: int = 20  # on a page of 20
    headers: dict[str, str] = field(default_factory=dict)


def items_of(case: Case, response: httpx.Response) -> list[Any]:
    if case.items.startswith("<"):
        return re.findall(case.items, response.text)
    value = response.json()
    for key in case.items.split("/") if case.items else []:
        value = value.get(key, []) if isinstance(value, dict) else value
    assert isinstance(value, list)
    return value


def with_query(req: Req, **values: Any) -> Req:
    split = urlsplit(req.url)
    pairs = [(name, value) for name, value in parse_qsl(split.query) if name not in values]
    return req._replace(url=split._replace(query=urlencode([*pairs, *values.items()])).geturl())


def in_body(*keys: str, parameter: str) -> Next:
    """A cursor in the answer goes into a parameter of the query."""

    def following(req: Req, response: httpx.Response) -> Req | None:
        found = response.json()
        for key in keys:
            found = (found or {}).get(key)
        return with_query(req, **{parameter: found}) if found else None

    return following


def url_in_body(*keys: str) -> Next:
    """The next page's URL, whole or from the host on."""

    def following(req: Req, response: httpx.Response) -> Req | None:
        found = response.json()
        for key in keys:
            found = (found or {}).get(key)
        return req._replace(url=str(httpx.URL(req.url).join(found))) if found else None

    return following


def link(req: Req, response: httpx.Response) -> Req | None:
    found = response.links.get("next")
    return req._replace(url=str(httpx.URL(req.url).join(found["url"]))) if found else None


def offset(parameter: str, more: Callable[[Any], bool], key: str) -> Next:
    def following(req: Req, response: httpx.Response) -> Req | None:
        said = response.json()
        at = int(dict(parse_qsl(urlsplit(req.url).query)).get(parameter, 0)) + len(said[key])
        return with_query(req, **{parameter: at}) if more(said) and said[key] else None

    return following


def in_json(answer: str, argument: str) -> Next:
    def following(req: Req, response: httpx.Response) -> Req | None:
        found = response.json().get(answer)
        return req._replace(body=json.dumps({**json.loads(req.body), argument: found}).encode()) if found else None

    return following


def dropbox(req: Req, response: httpx.Response) -> Req | None:
    said = response.json()
    again = "https://api.dropboxapi.com/2/files/list_folder/continue"
    return req._replace(url=again, body=json.dumps({"cursor": said["cursor"]}).encode()) if said["has_more"] else None


def in_xml(tag: str, parameter: str) -> Next:
    def following(req: Req, response: httpx.Response) -> Req | None:
        found = re.search(f"<{tag}>([^<]+)</{tag}>", response.text)
        return with_query(req, **{parameter: found[1]}) if found else None

    return following


def pages(parameter: str, first: int, size: int = 20) -> Next:
    def following(req: Req, response: httpx.Response) -> Req | None:
        said = response.json()
        page = int(dict(parse_qsl(urlsplit(req.url).query)).get(parameter, first))
        found = said["items"] if isinstance(said, dict) else said
        return with_query(req, **{parameter: page + 1}) if len(found) == size else None

    return following


DATA = {"Database": "analytics", "ClusterIdentifier": "{0}"}
RECORDS = "GET https://{host}/services/rest/record/v1"

CASES = [
    Case(
        family="gworkspace_drive",
        scope=DRIVE,
        health="GET https://www.googleapis.com/drive/v3/about?fields=user(displayName,emailAddress)",
        listed="GET https://www.googleapis.com/drive/v3/files?fields=nextPageToken,files(id,name,mimeType)",
        schema="GET https://www.googleapis.com/discovery/v1/apis/drive/v3/rest",
        size="pageSize=20",
        items="files",
        following=in_body("nextPageToken", parameter="pageToken"),
        total=157,
        bad=(401, "UNAUTHENTICATED"),
        denied=(403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
        fast=(403, "userRateLimitExceeded"),
    ),
    Case(
        family="m365_sharepoint",
        scope=GRAPH,
        health="GET https://graph.microsoft.com/v1.0/sites/root?$select=id,webUrl",
        listed="GET https://graph.microsoft.com/v1.0/sites?search=*&$select=id,name,webUrl,createdDateTime",
        schema="GET https://graph.microsoft.com/v1.0/sites/root/lists/0/columns",
        size="$top=20",
        items="value",
        following=url_in_body("@odata.nextLink"),
        total=57,
        bad=(401, "InvalidAuthenticationToken"),
        denied=(403, "accessDenied"),
        fast=(429, "activityLimitReached"),
        wait=("retry-after", "seconds"),
    ),
    Case(
        family="slack",
        health="GET https://slack.com/api/auth.test",
        listed="GET https://slack.com/api/conversations.list?types=public_channel&exclude_archived=true",
        schema="GET https://slack.com/api/team.info",
        size="limit=20",
        items="channels",
        following=in_body("response_metadata", "next_cursor", parameter="cursor"),
        total=157,
        bad=(200, '"invalid_auth"'),
        denied=(200, '"missing_scope","needed":"channels:read","provided":"team:read"'),
        fast=(429, "ratelimited"),
        wait=("retry-after", "seconds"),
        write="POST https://slack.com/api/chat.postMessage",
    ),
    Case(
        family="zoom",
        health="GET https://api.zoom.us/v2/users?page_size=1",
        listed="GET https://api.zoom.us/v2/users?status=active",
        schema="GET https://api.zoom.us/v2/groups",
        size="page_size=20",
        items="users",
        following=in_body("next_page_token", parameter="next_page_token"),
        total=57,
        bad=(401, '"code":124'),
        denied=(400, '"code":4711'),
        fast=(429, '"code":429'),
        wait=("retry-after", "iso"),
    ),
    Case(
        family="salesforce",
        host="{0}.my.salesforce.com",
        health="GET https://{host}/services/data/v60.0/",
        listed="GET https://{host}/services/data/v60.0/query?q=SELECT QualifiedApiName,Label FROM EntityDefinition",
        schema="GET https://{host}/services/data/v60.0/sobjects/Atlas_Invoices_000__c/describe",
        size="q=SELECT QualifiedApiName,Label FROM EntityDefinition LIMIT 20",
        headers={"sforce-query-options": "batchSize=200"},
        items="records",
        following=url_in_body("nextRecordsUrl"),
        total=257,
        bad=(401, '[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]'),
        denied=(403, "INSUFFICIENT_ACCESS"),
        fast=(403, "REQUEST_LIMIT_EXCEEDED"),
    ),
    Case(
        family="servicenow",
        host="{0}.service-now.com",
        health="GET https://{host}/api/now/table/sys_user?sysparm_limit=1&sysparm_fields=sys_id",
        listed="GET https://{host}/api/now/table/sys_db_object?sysparm_fields=name,label",
        schema="GET https://{host}/api/now/table/sys_dictionary?sysparm_query=name=u_atlas_invoices_000",
        size="sysparm_limit=20",
        items="result",
        following=link,
        total=157,
        bad=(401, "User Not Authenticated"),
        denied=(403, "User is unauthorized to access table: sys_db_object"),
        fast=(429, "Rate limit exceeded"),
        wait=("x-ratelimit-reset", "epoch"),
    ),
    Case(
        family="jira",
        host="{0}.atlassian.net",
        health="GET https://{host}/rest/api/3/myself",
        listed="GET https://{host}/rest/api/3/project/search",
        schema="GET https://{host}/rest/api/3/field",
        size="maxResults=20",
        items="values",
        following=url_in_body("nextPage"),
        total=57,
        bad=(401, "Client must be authenticated"),
        denied=(403, "errorMessages"),
        fast=(429, ""),
        wait=("x-ratelimit-reset", "iso"),
    ),
    Case(
        family="confluence",
        host="{0}.atlassian.net",
        health="GET https://{host}/wiki/api/v2/spaces?limit=1",
        listed="GET https://{host}/wiki/api/v2/spaces",
        schema="GET https://{host}/wiki/api/v2/spaces?limit=1",
        size="limit=20",
        items="results",
        following=url_in_body("_links", "next"),
        total=57,
        bad=(401, "UNAUTHORIZED"),
        denied=(403, "FORBIDDEN"),
        fast=(429, "TOO_MANY_REQUESTS"),
        wait=("x-ratelimit-reset", "iso"),
    ),
    Case(
        family="github",
        health="GET https://api.github.com/orgs/{0}",
        listed="GET https://api.github.com/orgs/{0}/repos?type=all",
        schema="GET https://api.github.com/orgs/{0}/properties/schema",
        size="per_page=20",
        items="",
        following=link,
        total=157,
        bad=(401, "Bad credentials"),
        denied=(403, "Resource not accessible"),
        fast=(403, "API rate limit exceeded"),
        wait=("x-ratelimit-reset", "epoch"),
    ),
    Case(
        family="gitlab",
        health="GET https://gitlab.com/api/v4/personal_access_tokens/self",
        listed="GET https://gitlab.com/api/v4/projects?membership=true&simple=true",
        schema="GET https://gitlab.com/api/v4/projects?membership=true&per_page=1",
        size="per_page=20",
        items="",
        following=link,
        total=157,
        bad=(401, '{"message":"401 Unauthorized"}'),
        denied=(403, "insufficient_scope"),
        fast=(429, "Retry later"),
        wait=("ratelimit-reset", "epoch"),
    ),
    Case(
        family="aws_org",
        health="GET https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
        listed="POST https://organizations.us-east-1.amazonaws.com/",
        target="AWSOrganizationsV20161128.ListAccounts",
        body={},
        schema="POST https://organizations.us-east-1.amazonaws.com/",
        schema_target="AWSOrganizationsV20161128.DescribeOrganization",
        schema_body={},
        size="MaxResults",
        items="Accounts",
        following=in_json("NextToken", "NextToken"),
        total=57,
        bad=(400, "UnrecognizedClientException"),
        denied=(400, "AccessDeniedException"),
        fast=(400, "ThrottlingException"),
        write="POST https://organizations.us-east-1.amazonaws.com/ AWSOrganizationsV20161128.LeaveOrganization",
    ),
    Case(
        family="azure_sub",
        scope="https://management.azure.com/.default",
        health="GET https://management.azure.com/subscriptions/{1}?api-version=2022-12-01",
        listed="GET https://management.azure.com/subscriptions/{1}/resources?api-version=2021-04-01",
        schema="GET https://management.azure.com/subscriptions/{1}/providers?api-version=2021-04-01",
        size="$top=20",
        items="value",
        following=url_in_body("nextLink"),
        total=157,
        bad=(401, "InvalidAuthenticationToken"),
        denied=(403, "AuthorizationFailed"),
        fast=(429, "SubscriptionRequestsThrottled"),
        wait=("retry-after", "seconds"),
    ),
    Case(
        family="gcp_org",
        scope=CLOUD,
        health="GET https://cloudresourcemanager.googleapis.com/v3/{0}",
        listed="GET https://cloudresourcemanager.googleapis.com/v3/projects:search?query=parent:{0}",
        schema="GET https://cloudresourcemanager.googleapis.com/v3/folders?parent={0}&pageSize=1",
        size="pageSize=20",
        items="projects",
        following=in_body("nextPageToken", parameter="pageToken"),
        total=57,
        bad=(401, "UNAUTHENTICATED"),
        denied=(403, "PERMISSION_DENIED"),
        fast=(429, "RESOURCE_EXHAUSTED"),
    ),
    Case(
        family="s3",
        health="HEAD https://s3.us-east-1.amazonaws.com/{0}",
        listed="GET https://s3.us-east-1.amazonaws.com/{0}?list-type=2",
        schema="GET https://s3.us-east-1.amazonaws.com/{0}?list-type=2&max-keys=1",
        size="max-keys=20",
        items="<Contents>",
        following=in_xml("NextContinuationToken", "continuation-token"),
        total=157,
        bad=(403, "<Code>InvalidAccessKeyId</Code>"),
        denied=(403, "<Code>AccessDenied</Code>"),
        fast=(503, "<Code>SlowDown</Code>"),
        write="DELETE https://s3.us-east-1.amazonaws.com/{0}/object",
    ),
    Case(
        family="snowflake",
        host="{0}.snowflakecomputing.com",
        health="GET https://{host}/api/v2/databases?showLimit=1",
        listed="GET https://{host}/api/v2/databases/DATABASE_000/schemas/SCHEMA_000/tables",
        schema="GET https://{host}/api/v2/databases/DATABASE_000/schemas/SCHEMA_000/tables/TABLE_000",
        size="showLimit=20",
        items="",
        following=link,
        total=57,
        bad=(401, '"code":"394400"'),
        denied=(403, "003001"),
        fast=(429, "Too many requests"),
        write="POST https://{host}/api/v2/statements",
    ),
    Case(
        family="bigquery",
        scope=CLOUD,
        health="GET https://bigquery.googleapis.com/bigquery/v2/projects/{0}/datasets?maxResults=1",
        listed="GET https://bigquery.googleapis.com/bigquery/v2/projects/{0}/datasets/dataset_000/tables",
        schema="GET https://bigquery.googleapis.com/bigquery/v2/projects/{0}/datasets/dataset_000/tables/table_000",
        size="maxResults=20",
        items="tables",
        following=in_body("nextPageToken", parameter="pageToken"),
        total=57,
        bad=(401, "UNAUTHENTICATED"),
        denied=(403, "PERMISSION_DENIED"),
        fast=(403, "rateLimitExceeded"),
        write="POST https://bigquery.googleapis.com/bigquery/v2/projects/{0}/queries",
    ),
    Case(
        family="redshift",
        health="GET https://redshift.us-east-1.amazonaws.com/?Action=DescribeClusters&Version=2012-12-01&MaxRecords=20",
        listed="POST https://redshift-data.us-east-1.amazonaws.com/",
        target="RedshiftData.ListTables",
        body=DATA,
        schema="POST https://redshift-data.us-east-1.amazonaws.com/",
        schema_target="RedshiftData.DescribeTable",
        schema_body={**DATA, "Table": "atlas_invoices_000"},
        size="MaxResults",
        items="Tables",
        following=in_json("NextToken", "NextToken"),
        total=157,
        bad=(400, "UnrecognizedClientException"),
        denied=(400, "AccessDeniedException"),
        fast=(400, "ThrottlingException"),
        write="POST https://redshift-data.us-east-1.amazonaws.com/ RedshiftData.ExecuteStatement",
    ),
    Case(
        family="okta",
        host="{0}",
        health="GET https://{host}/api/v1/org",
        listed="GET https://{host}/api/v1/groups",
        schema="GET https://{host}/api/v1/meta/schemas/user/default",
        size="limit=20",
        items="",
        following=link,
        total=57,
        bad=(401, "E0000011"),
        denied=(403, "E0000006"),
        fast=(429, "E0000047"),
        wait=("x-rate-limit-reset", "epoch"),
        scope="okta.groups.read okta.orgs.read okta.schemas.read",
    ),
    Case(
        family="entra",
        scope=GRAPH,
        health="GET https://graph.microsoft.com/v1.0/organization?$select=id,displayName",
        listed="GET https://graph.microsoft.com/v1.0/groups?$select=id,displayName,groupTypes",
        schema="GET https://graph.microsoft.com/v1.0/$metadata",
        size="$top=20",
        items="value",
        following=url_in_body("@odata.nextLink"),
        total=57,
        bad=(401, "InvalidAuthenticationToken"),
        denied=(403, "Authorization_RequestDenied"),
        fast=(429, "TooManyRequests"),
        wait=("retry-after", "seconds"),
    ),
    Case(
        family="box",
        health="GET https://api.box.com/2.0/users/me?fields=id,type,status",
        listed="GET https://api.box.com/2.0/folders/0/items?usemarker=true&fields=id,type,name,size",
        schema="GET https://api.box.com/2.0/metadata_templates/enterprise?limit=1",
        size="limit=20",
        items="entries",
        following=in_body("next_marker", parameter="marker"),
        total=157,
        bad=(401, ""),
        denied=(403, "insufficient_scope"),
        fast=(429, "rate_limit_exceeded"),
        wait=("retry-after", "seconds"),
    ),
    Case(
        family="dropbox",
        health="POST https://api.dropboxapi.com/2/users/get_current_account",
        listed="POST https://api.dropboxapi.com/2/files/list_folder",
        body={"path": "", "recursive": False},
        schema="POST https://api.dropboxapi.com/2/files/list_folder",
        schema_body={"path": "", "limit": 1},
        size="limit",
        items="entries",
        following=dropbox,
        total=157,
        most=22,
        bad=(401, "invalid_access_token"),
        denied=(401, '"required_scope":"files.metadata.read"'),
        fast=(429, "too_many_requests"),
        wait=("retry-after", "seconds"),
        write="POST https://api.dropboxapi.com/2/files/delete_v2",
    ),
    Case(
        family="zendesk",
        host="{0}.zendesk.com",
        health="GET https://{host}/api/v2/users/me.json",
        listed="GET https://{host}/api/v2/groups.json",
        schema="GET https://{host}/api/v2/ticket_fields.json?page[size]=1",
        size="page[size]=20",
        items="groups",
        following=url_in_body("links", "next"),
        total=57,
        bad=(401, "Couldn't authenticate you"),
        denied=(403, '"title":"Forbidden"'),
        fast=(429, "Number of allowed API requests"),
        wait=("ratelimit-reset", "seconds"),
    ),
    Case(
        family="datadog",
        health="GET https://api.datadoghq.com/api/v2/validate_keys",
        listed="GET https://api.datadoghq.com/api/v1/monitor",
        schema="GET https://api.datadoghq.com/api/v1/dashboard?count=1&start=0",
        size="page_size=20",
        items="",
        following=pages("page", 0),
        total=57,
        bad=(403, '{"errors":["Forbidden"]}'),
        denied=(403, '{"errors":["Forbidden"]}'),
        fast=(429, "Rate limit"),
        wait=("x-ratelimit-reset", "seconds"),
    ),
    Case(
        family="pagerduty",
        health="GET https://api.pagerduty.com/abilities",
        listed="GET https://api.pagerduty.com/services",
        schema="GET https://api.pagerduty.com/incidents/custom_fields",
        size="limit=20",
        items="services",
        following=offset("offset", lambda said: bool(said["more"]), "services"),
        total=57,
        bad=(401, '"code":2006'),
        denied=(403, "Access Denied"),
        fast=(429, "Rate Limit Exceeded"),
        wait=("ratelimit-reset", "seconds"),
        scope="as_account-us.demo services.read abilities.read custom_fields.read",
    ),
    Case(
        family="workday",
        health="GET https://{0}/ccx/api/wql/v1/{1}/dataSources?limit=1",
        listed="GET https://{0}/ccx/api/wql/v1/{1}/dataSources",
        schema="GET https://{0}/ccx/api/wql/v1/{1}/dataSources?limit=1",
        size="limit=20",
        items="data",
        following=offset("offset", lambda said: True, "data"),
        total=57,
        bad=(401, "invalid_token"),
        denied=(403, "permission denied"),
        fast=(429, "Too Many Requests"),
        wait=("retry-after", "seconds"),
    ),
    Case(
        family="netsuite",
        host="{0}.suitetalk.api.netsuite.com",
        health="GET https://{host}/services/rest/system/v1/serverTime",
        listed=f"{RECORDS}/customer",
        schema=f"{RECORDS}/metadata-catalog/customer",
        size="limit=20",
        items="items",
        following=offset("offset", lambda said: bool(said["hasMore"]), "items"),
        total=57,
        headers={"accept": "application/schema+json"},
        bad=(401, "INVALID_LOGIN"),
        denied=(403, "INSUFFICIENT_PERMISSION"),
        fast=(429, "CONCURRENCY_LIMIT_EXCEEDED"),
    ),
    Case(
        family="openapi",
        host="api.{account}.example",
        health="GET https://{host}/v1/status",
        listed="GET https://{host}/v1/widgets",
        schema="GET https://{host}/openapi.json",
        size="per_page=20",
        items="items",
        following=pages("page", 1),
        total=57,
        bad=(401, "Unauthorized"),
        denied=(403, "Forbidden"),
        fast=(429, "Too Many Requests"),
        wait=("retry-after", "date"),
    ),
    Case(
        family="s3_compat",
        health="HEAD {0}/{1}",
        listed="GET {0}/{1}?list-type=2",
        schema="GET {0}/{1}?list-type=2&max-keys=1",
        size="max-keys=20",
        items="<Contents>",
        following=in_xml("NextContinuationToken", "continuation-token"),
        total=157,
        bad=(403, "<Code>InvalidAccessKeyId</Code>"),
        denied=(403, "<Code>AccessDenied</Code>"),
        fast=(503, "<Code>SlowDownRead</Code>"),
        wait=("retry-after", "seconds"),
        write="PUT {0}/{1}/object",
    ),
]
