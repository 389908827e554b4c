"""Whatever a client sends, a played vendor answers in its own words; nothing of it is an error of AOS."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aos.contracts.sandbox import SandboxKnobs
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.auth.keys import Keys
from aos.farm.sandbox.book import Book, Credential
from aos.farm.sandbox.families import VENDORS
from aos.farm.sandbox.stage import Stage
from aos.farm.sandbox.vendor import Known, Vendor

NOW = 1_800_000_000.0
HOSTS = {
    "gworkspace_drive": "www.googleapis.com",
    "m365_sharepoint": "graph.microsoft.com",
    "slack": "slack.com",
    "zoom": "api.zoom.us",
    "salesforce": "acme.my.salesforce.com",
    "servicenow": "acme.service-now.com",
    "jira": "acme.atlassian.net",
    "confluence": "acme.atlassian.net",
    "github": "api.github.com",
    "gitlab": "gitlab.com",
    "aws_org": "organizations.us-east-1.amazonaws.com",
    "azure_sub": "management.azure.com",
    "gcp_org": "cloudresourcemanager.googleapis.com",
    "s3": "s3.us-east-1.amazonaws.com",
    "snowflake": "aosplay-acme.snowflakecomputing.com",
    "bigquery": "bigquery.googleapis.com",
    "redshift": "redshift-data.us-east-1.amazonaws.com",
    "okta": "acme.okta.com",
    "entra": "graph.microsoft.com",
    "box": "api.box.com",
    "dropbox": "api.dropboxapi.com",
    "zendesk": "acme.zendesk.com",
    "datadog": "api.datadoghq.com",
    "pagerduty": "api.pagerduty.com",
    "workday": "wd2-impl-services1.workday.com",
    "netsuite": "acme.suitetalk.api.netsuite.com",
    "openapi": "api.acme.example",
    "s3_compat": "minio.acme.example:9000",
}
NAMES = (
    *("limit", "cursor", "pageSize", "pageToken", "fields", "$top", "$skiptoken", "page", "per_page", "offset", "q"),
    *(
        "max-keys",
        "continuation-token",
        "marker",
        "page[size]",
        "page[after]",
        "api-version",
        "sysparm_query",
        "parent",
    ),
    *("sysparm_limit", "sysparm_offset", "showLimit", "MaxRecords", "Marker", "query", "after", "list-type", "path"),
)
TEXT = st.text(max_size=40) | st.sampled_from(
    ["20", "0", "-1", "1e9", "²", "YXQ6MjA", "organizations/1", "a(b)", "\x00"]
)


@pytest.fixture(scope="module")
def vendors() -> Iterator[dict[str, Vendor]]:
    """Every vendor, with somebody who is let in to all of it."""
    book, keys = Book(), Keys()
    played = {kind.source_type: kind(book, keys) for kind in VENDORS}
    with pytest.MonkeyPatch.context() as patch:
        for vendor in played.values():
            one = Credential(vendor.source_type, "acme", "token", "t", {"token": "t"}, vendor.scopes, NOW + 9)
            rights = (*vendor.scopes, *(need for route in vendor.routes() for need in route.needs))
            patch.setattr(vendor, "known", lambda _, one=one, rights=rights: Known(one, rights))
        yield played


def paths_of(vendor: Vendor) -> list[str]:
    """Paths that its routes have, the parts that vary left as they may be guessed."""
    plain = [route.path.replace("\\", "").replace("?", "") for route in vendor.routes()]
    return [path.partition("(")[0] + (guess if "(" in path else "") for path in plain for guess in ("0", "a/items", "")]


@given(data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("source_type", list(HOSTS))
def test_nothing_that_is_sent_breaks_a_vendor(
    vendors: dict[str, Vendor], source_type: str, data: st.DataObject
) -> None:
    """Odd queries, bodies and headers behind the credential: always an answer, and only text in its head."""
    vendor = vendors[source_type]
    query = data.draw(st.dictionaries(st.sampled_from(NAMES), TEXT, max_size=4))
    body = data.draw(
        st.binary(max_size=60) | st.sampled_from([b"{}", b'{"MaxResults": [1]}', b'{"path": {}, "cursor": []}'])
    )
    headers: dict[str, Any] = data.draw(
        st.dictionaries(st.sampled_from(["accept", "content-type", "user-agent", "authorization"]), TEXT, max_size=4)
    )
    target = data.draw(st.sampled_from(["RedshiftData.ListTables", "AWSOrganizationsV20161128.ListAccounts", "x"]))
    asked = Asked(
        method=data.draw(st.sampled_from(["GET", "HEAD", "POST", "DELETE", "PATCH"])),
        host=HOSTS[source_type],
        raw_path=quote(data.draw(st.sampled_from(paths_of(vendor)) | st.text(max_size=20).map("/{}".format))),
        raw_query="&".join(f"{quote(name)}={quote(value)}" for name, value in query.items()),
        headers={**headers, "x-amz-target": target},
        body=body,
        now=NOW,
    )
    assert vendor.serves(asked)
    vendor.book.family(source_type).turn(
        SandboxKnobs(drift=data.draw(st.booleans()), throttle=data.draw(st.integers(0, 1)))
    )
    reply = Stage(vendor.book).play(vendor, asked)
    assert reply is not None
    assert 200 <= reply.status < 504
    for name, value in reply.headers.items():
        assert name.isascii()
        assert value.encode("latin-1").isascii()
        assert value.isprintable()


@pytest.mark.parametrize("source_type", list(HOSTS))
def test_nobody_knows_a_stranger(source_type: str) -> None:
    """Without a credential, with half of one and with nonsense nobody reads what is not public."""
    book, keys = Book(), Keys()
    vendor = next(kind(book, keys) for kind in VENDORS if kind.source_type == source_type)
    for told in (
        "",
        "Bearer",
        "Bearer x.y.z",
        "Basic eDp5",
        "SSWS ä",
        "OAuth a=1",
        "AWS4-HMAC-SHA256 x",
        "Token token=x",
    ):
        for route in vendor.routes():
            if route.public:
                continue
            path = route.path.partition("(")[0].replace("\\", "")
            asked = Asked("GET", HOSTS[source_type], path, "", {"authorization": told, "user-agent": "x"}, b"", NOW)
            reply = Stage(book).play(vendor, asked)
            assert reply is not None
            words = (b"public/", b'"total":0', b'"summary"', b'"ok":false')
            assert reply.status >= 400 or any(word in reply.body for word in words)
    assert book.family(source_type).most_items == 0


def test_a_route_is_found_by_host_and_path_together() -> None:
    """No family shares a path pattern twice, so that one route alone answers a request."""
    for kind in VENDORS:
        routes = kind(Book(), Keys()).routes()
        assert len({(route.method, route.host, route.path) for route in routes}) == len(routes)
