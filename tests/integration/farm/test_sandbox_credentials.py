"""What the played vendors check of a credential: each part of it that can be wrong is refused in the vendor's words."""

import time
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import get_current_datetime
from botocore.credentials import Credentials
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.integration.farm.sandbox_cases import CASES, CLOUD, DRIVE, Case
from tests.integration.farm.sandbox_client import JWT_BEARER, Player, Req, aws, basic, form, google, oauth1, signed
from tests.integration.farm.sandbox_place import Sandbox, like, request_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
BY_FAMILY = {case.family: case for case in CASES}


def foreign_key() -> str:
    key = rsa.generate_private_key(65537, 2048)
    kind = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()


async def player(vendors: Sandbox, family: str, kind: str = "", account: str = "acme") -> tuple[Case, Player]:
    case = BY_FAMILY[family]
    await vendors.keyed.delete(f"/farm/sandbox-control/{family}")
    return case, await vendors.player(case, account, kind)


KINDS = [
    *(("gworkspace_drive", "token"), ("m365_sharepoint", "token"), ("zoom", "token"), ("salesforce", "jwt")),
    *(("salesforce", "token"), ("servicenow", "client"), ("servicenow", "token"), ("github", "classic")),
    *(("s3", "session"), ("aws_org", "session"), ("snowflake", "keypair"), ("okta", "private_key_jwt")),
    *(("box", "token"), ("dropbox", "token"), ("zendesk", "token"), ("pagerduty", "client")),
    *(("workday", "token"), ("netsuite", "token")),
]


@pytest.mark.parametrize(("family", "kind"), KINDS)
async def test_every_kind_of_credential_opens(vendors: Sandbox, family: str, kind: str) -> None:
    """Beside its usual one, a family takes the other kinds that it has."""
    case, one = await player(vendors, family, kind)
    like(await one.ask(request_of(case, one, "listed")), (200, ""))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"aud": "https://accounts.google.com/o/oauth2/token"}, "audience"),
        ({"exp": 1_000}, "short-lived"),
        ({"exp": 4_000_000_000}, "short-lived"),
        ({"iss": "nobody@acme.iam.gserviceaccount.com"}, "account not found"),
        ({"sub": "somebody@acme.example"}, "Invalid email or User ID"),
        ({"scope": ""}, "Invalid OAuth scope"),
        ({"exp": float("nan")}, "short-lived"),
        ({"aud": [{"no": "text"}]}, "audience"),
    ],
)
async def test_a_wrong_assertion_is_exchanged_for_nothing(vendors: Sandbox, changed: dict[str, Any], why: str) -> None:
    """Audience, times, issuer, subject and scope of a service account's assertion are each looked at."""
    _, one = await player(vendors, "gworkspace_drive")
    own = jwt.decode(google(one.secret, DRIVE), options={"verify_signature": False})
    assertion = jwt.encode({**own, **changed}, one.secret["private_key"], algorithm="RS256")
    reply = await one.send(form(one.secret["token_uri"], {"grant_type": JWT_BEARER, "assertion": assertion}))
    like(reply, (400, why))


async def test_an_assertion_signed_by_another_key_is_refused(vendors: Sandbox) -> None:
    """Everything is right but the key; and a text that is no assertion at all is none."""
    _, one = await player(vendors, "bigquery")
    other = {**one.secret, "private_key": foreign_key()}
    told = form(one.secret["token_uri"], {"grant_type": JWT_BEARER, "assertion": google(other, CLOUD)})
    like(await one.send(told), (400, "Invalid JWT Signature."))
    odd = form(one.secret["token_uri"], {"grant_type": JWT_BEARER, "assertion": "a.b.c"})
    like(await one.send(odd), (400, "invalid_grant"))


async def test_a_subject_may_not_be_given_more_scopes(vendors: Sandbox) -> None:
    """What the domain's administrator did not allow is refused at the exchange."""
    _, one = await player(vendors, "gworkspace_drive")
    one.scope = "https://www.googleapis.com/auth/drive"
    like(await one.send(one.exchange()), (401, "unauthorized_client"))


@pytest.mark.parametrize(
    ("field", "told"),
    [("client_id", (400, "AADSTS700016")), ("client_secret", (401, "AADSTS7000215")), ("scope", (400, "AADSTS70011"))],
)
async def test_microsoft_says_which_part_is_wrong(vendors: Sandbox, field: str, told: tuple[int, str]) -> None:
    """Unknown application, wrong secret and wrong scope have numbers of their own."""
    _, one = await player(vendors, "entra")
    one.secret = {**one.secret, field: "wrong"}
    one.scope = "wrong" if field == "scope" else one.scope
    like(await one.send(one.exchange()), told)


async def test_microsoft_knows_tenants_apart(vendors: Sandbox) -> None:
    """A credential of one tenant is none at another's token endpoint."""
    _, one = await player(vendors, "azure_sub")
    one.resources = ["00000000-0000-4000-8000-000000000000", one.resources[1]]
    like(await one.send(one.exchange()), (400, "AADSTS90002"))


async def test_granted_rights_can_be_read_back(vendors: Sandbox) -> None:
    """Where a vendor tells what a credential may do, the sandbox tells it in the same place."""
    _, slack = await player(vendors, "slack")
    reply = await slack.ask(Req("GET", "https://slack.com/api/auth.test", {}))
    assert reply.headers["x-oauth-scopes"] == "channels:read,team:read"
    _, classic = await player(vendors, "github", "classic")
    reply = await classic.ask(Req("GET", "https://api.github.com/orgs/acme", {}))
    assert reply.headers["x-oauth-scopes"] == "read:org"
    _, fine = await player(vendors, "github")
    assert "x-oauth-scopes" not in (await fine.ask(Req("GET", "https://api.github.com/orgs/acme", {}))).headers
    _, entra = await player(vendors, "entra")
    claims = jwt.decode(await entra.token(), options={"verify_signature": False})
    assert "Group.Read.All" in claims["roles"]
    assert claims["aud"] == "https://graph.microsoft.com"
    _, gitlab = await player(vendors, "gitlab")
    reply = await gitlab.ask(Req("GET", "https://gitlab.com/api/v4/personal_access_tokens/self", {}))
    assert reply.json()["scopes"] == ["read_api"]
    _, zoom = await player(vendors, "zoom")
    assert "user:read:list_users:admin" in (await zoom.send(zoom.exchange())).json()["scope"]


@pytest.mark.parametrize(
    ("family", "url"),
    [
        ("entra", "https://graph.microsoft.com/v1.0/$metadata"),
        ("gworkspace_drive", "https://www.googleapis.com/discovery/v1/apis/drive/v3/rest"),
    ],
)
async def test_what_anybody_may_read_drifts_with_the_account_that_asks(vendors: Sandbox, family: str, url: str) -> None:
    """A credential that comes along tells whose knobs hold; a stranger, or somebody refused, reads it as it was."""
    case, one = await player(vendors, family)
    await vendors.turn(case, account="acme", drift=True)
    request = Req("GET", url, {})
    like(await one.ask(request), (200, "sandbox_added"))
    for headers in ({}, {"authorization": "Bearer nonsense"}):
        reply = await one.send(request._replace(headers=headers))
        assert reply.status_code == 200
        assert "sandbox_added" not in reply.text


async def test_a_host_of_another_account_is_refused(vendors: Sandbox) -> None:
    """A good credential is none on the host of somebody else."""
    for family in ("salesforce", "servicenow", "confluence", "okta", "zendesk", "netsuite", "snowflake"):
        case, one = await player(vendors, family)
        one_request = request_of(case, one, "listed")
        host = httpx.URL(one_request.url).host
        other = one_request._replace(url=one_request.url.replace(host, host.replace("acme", "globex")))
        if family == "netsuite":
            other = one_request._replace(url=one_request.url.replace("acme.suitetalk", "globex.suitetalk"))
        like(await one.ask(other), case.bad)


WRONG_SIGNATURES = ["secret", "region", "body", "late", "path", "token", "none"]


@pytest.mark.parametrize("wrong", WRONG_SIGNATURES)
async def test_a_signature_of_something_else_is_refused(
    vendors: Sandbox, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Secret, region, body, time, path and session token are all part of what AWS has signed."""
    case, one = await player(vendors, "s3", "session")
    request = request_of(case, one, "listed")
    secret, told = dict(one.secret), (403, "SignatureDoesNotMatch")
    if wrong == "secret":
        secret["secret_access_key"] = "wrong"
    if wrong == "token":
        secret["session_token"], told = "wrong", (400, "InvalidToken")
    if wrong == "late":
        past = get_current_datetime() - timedelta(minutes=20)
        monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: past)
        told = (403, "RequestTimeTooSkewed")
    headers = aws(secret, request)
    if wrong == "region":
        headers["authorization"], told = (
            headers["authorization"].replace("us-east-1", "eu-west-1"),
            (400, "<Region>us-east-1</Region>"),
        )
    if wrong == "body":
        request, told = request._replace(body=b"more"), (400, "XAmzContentSHA256Mismatch")
    if wrong == "path":
        request = request._replace(url=request.url.replace("list-type=2", "list-type=1"))
    if wrong == "none":
        headers, told = {}, (403, "AccessDenied")
    like(await one.send(request._replace(headers=headers)), told)


async def test_queries_and_paths_are_signed_as_they_were_sent(vendors: Sandbox) -> None:
    """Odd characters in a query reach the check as the client encoded them."""
    case, one = await player(vendors, "s3")
    request = request_of(case, one, "listed")
    like(await one.ask(request._replace(url=request.url + "&prefix=a%20b%2Fc%2B%C3%A4~&delimiter=%2F")), (200, ""))
    virtual = f"https://{one.resources[0]}.s3.us-east-1.amazonaws.com/?list-type=2"
    like(await one.send(Req("GET", virtual, _for_s3(one.secret, virtual))), (200, "<Contents>"))
    wrong = request.url.replace("us-east-1", "eu-west-1")
    like(await one.ask(request._replace(url=wrong)), (301, "PermanentRedirect"))
    like(await one.ask(request._replace(url=request.url.replace("-000", "-999"))), (404, "NoSuchBucket"))


def _for_s3(secret: dict[str, str], url: str) -> dict[str, str]:
    request = AWSRequest("GET", url)
    S3SigV4Auth(Credentials(secret["access_key_id"], secret["secret_access_key"]), "s3", "us-east-1").add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}


async def test_aws_errors_have_the_form_of_their_protocol(vendors: Sandbox) -> None:
    """JSON with `__type` where a target is named, XML where an action is."""
    _, one = await player(vendors, "aws_org")
    one.secret = {**one.secret, "secret_access_key": "wrong"}
    sts = Req("GET", "https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15", {})
    like(await one.ask(sts), (403, "<Code>SignatureDoesNotMatch</Code>"))
    head = {"x-amz-target": "AWSOrganizationsV20161128.ListAccounts", "content-type": "application/x-amz-json-1.1"}
    call = Req("POST", "https://organizations.us-east-1.amazonaws.com/", head, b"{}")
    like(await one.ask(call), (400, '"__type":"InvalidSignatureException"'))


@pytest.mark.parametrize("wrong", ["secret", "token", "realm", "again", "query", "late"])
async def test_a_wrong_oauth1_signature_is_refused(vendors: Sandbox, wrong: str) -> None:
    """Secrets, realm, query and time are looked at, and a nonce holds once."""
    case, one = await player(vendors, "netsuite")
    request, secret = request_of(case, one, "listed", size=True), dict(one.secret)
    if wrong in ("secret", "token"):
        secret["consumer_secret" if wrong == "secret" else "token_secret"] = "wrong"
    at = int(time.time()) - (600 if wrong == "late" else 0)
    headers = oauth1(secret, "GLOBEX" if wrong == "realm" else one.resources[0], request, at)
    if wrong == "again":
        like(await one.send(request._replace(headers=headers)), (200, ""))
    if wrong == "query":
        request = request._replace(url=request.url.replace("20", "21"))
    like(await one.send(request._replace(headers=headers)), (401, "INVALID_LOGIN"))


async def test_a_key_pair_is_known_by_its_fingerprint(vendors: Sandbox) -> None:
    """The issuer of Snowflake's assertion names the key; another name, or a longer life, is refused."""
    case, one = await player(vendors, "snowflake", "keypair")
    request = request_of(case, one, "listed")
    subject = f"{one.resources[0]}.{one.secret['user']}"
    kind = {"x-snowflake-authorization-token-type": "KEYPAIR_JWT"}
    for claims, life in (({"iss": f"{subject}.SHA256:wrong", "sub": subject}, 60), ({"iss": subject, "sub": "x"}, 60)):
        shown = signed(one.secret["private_key"], claims, life)
        reply = await one.send(request._replace(headers={**kind, "authorization": f"Bearer {shown}"}))
        like(reply, (401, "390144"))


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


@pytest.mark.parametrize(
    ("family", "field", "told"),
    [
        ("zoom", "client_secret", (400, "invalid_client")),
        ("zoom", "account_id", (400, "invalid_request")),
        ("box", "client_secret", (400, "invalid_client")),
        ("box", "resource", (400, "invalid_grant")),
        ("workday", "client_secret", (401, "invalid_client")),
        ("workday", "tenant", (400, "invalid_grant")),
        ("workday", "refresh_token", (400, "invalid_grant")),
        ("dropbox", "client_secret", (400, "invalid_client")),
        ("dropbox", "client_id", (400, "invalid_client")),
        ("salesforce", "client_secret", (400, "invalid_client")),
        ("salesforce", "resource", (400, "invalid_client_id")),
    ],
)
async def test_an_exchange_with_one_thing_wrong_is_refused(
    vendors: Sandbox, family: str, field: str, told: tuple[int, str]
) -> None:
    """Each part of what is exchanged is looked at: ids, secrets, and for whom it is."""
    _, one = await player(vendors, family)
    if field == "resource":
        one.resources = ["123456789" if family == "box" else "globex"]
    elif field == "tenant":
        one.resources = [one.resources[0], "globex"]
    else:
        one.secret = {**one.secret, field: "wrong"}
    like(await one.send(one.exchange()), told)


async def test_okta_knows_its_two_kinds_of_token_apart(vendors: Sandbox) -> None:
    """An SSWS token is no bearer, a bearer no SSWS token; and a client speaks for itself alone."""
    case, one = await player(vendors, "okta")
    request = request_of(case, one, "listed")
    shown = request._replace(headers={"authorization": f"Bearer {one.secret['token']}"})
    like(await one.send(shown), (401, "E0000011"))
    _, other = await player(vendors, "okta", "private_key_jwt")
    swapped = request._replace(headers={"authorization": f"SSWS {await other.token()}"})
    like(await other.send(swapped), (401, "E0000011"))
    url = f"https://{other.resources[0]}/oauth2/v1/token"
    claims = {"iss": other.secret["client_id"], "sub": "somebody", "aud": url}
    told = dict(httpx.QueryParams(other.exchange().body.decode()))
    told["client_assertion"] = signed(other.secret["private_key"], claims, 300)
    like(await other.send(form(url, told)), (401, "sub"))


async def test_zendesk_tells_a_token_from_a_password(vendors: Sandbox) -> None:
    """An API token opens with `/token` behind the address, and is no password without it."""
    case, one = await player(vendors, "zendesk")
    request = request_of(case, one, "listed")
    for user in (one.secret["email"], one.secret["email"] + "/password"):
        like(await one.send(request._replace(headers=basic(user, one.secret["token"]))), (401, "authenticate"))


async def test_a_server_of_ones_own_knows_its_own_keys(vendors: Sandbox) -> None:
    """Keys of one server are none on another, though it speaks in the same way."""
    case, one = await player(vendors, "s3_compat")
    request = request_of(case, one, "listed")
    like(await one.ask(request._replace(url=request.url.replace("acme", "globex"))), (403, "InvalidAccessKeyId"))


@pytest.mark.parametrize(
    ("family", "told"),
    [
        ("zoom", "invalid_client"),
        ("box", "invalid_client"),
        ("workday", "invalid_grant"),
        ("salesforce", "invalid_client_id"),
        ("gcp_org", "invalid_grant"),
        ("dropbox", "invalid_grant"),
    ],
)
async def test_a_refused_client_exchanges_nothing(vendors: Sandbox, family: str, told: str) -> None:
    """With `refuse` the token endpoint is as strict as the rest, in its own words."""
    case, one = await player(vendors, family)
    await vendors.turn(case, refuse=True)
    like(await one.send(one.exchange()), (400, told))
    assert (await vendors.seen(case))["exchanges"] == 1
