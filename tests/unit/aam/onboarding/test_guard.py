"""What may leave AAM, and what may not, whoever asks for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.aam.onboarding.guard import why_not, why_too_many

AWS = "https://organizations.us-east-1.amazonaws.com/"
DATA = "https://redshift-data.eu-west-1.amazonaws.com/"


@pytest.mark.parametrize(
    ("method", "url", "headers"),
    [
        ("GET", "https://api.github.com/orgs/acme", {}),
        ("HEAD", "https://s3.eu-west-1.amazonaws.com/bucket", {}),
        ("GET", "https://slack.com/api/auth.test", {}),
        ("POST", "https://api.dropboxapi.com/2/files/list_folder", {}),
        ("POST", AWS, {"x-amz-target": "AWSOrganizationsV20161128.ListAccounts"}),
        ("POST", DATA, {"x-amz-target": "RedshiftData.ListTables"}),
        ("GET", "https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15", {}),
        ("GET", "https://redshift.eu-west-1.amazonaws.com/?Action=DescribeClusters&MaxRecords=20", {}),
    ],
)
def test_a_read_may_leave(method: str, url: str, headers: dict[str, str]) -> None:
    """GET and HEAD, and the POSTs that are reads."""
    assert why_not(method, url, headers) == ""


@pytest.mark.parametrize(
    ("method", "url", "headers"),
    [
        ("POST", "https://api.github.com/orgs/acme/repos", {}),
        ("DELETE", "https://api.github.com/repos/acme/x", {}),
        ("PUT", "https://s3.eu-west-1.amazonaws.com/bucket/key", {}),
        ("PATCH", "https://graph.microsoft.com/v1.0/groups/1", {}),
        ("get", "https://api.github.com/orgs/acme", {}),
        # The same URL as ListTables: the header is the operation.
        ("POST", DATA, {"x-amz-target": "RedshiftData.ExecuteStatement"}),
        ("POST", DATA, {"x-amz-target": "RedshiftData.BatchExecuteStatement"}),
        ("POST", DATA, {}),
        ("POST", AWS, {"x-amz-target": "AWSOrganizationsV20161128.CreateAccount"}),
        ("POST", AWS + "?Action=ListAccounts", {"x-amz-target": "AWSOrganizationsV20161128.ListAccounts"}),
        ("POST", "https://redshift-data.evil.example/", {"x-amz-target": "RedshiftData.ListTables"}),
        (
            "POST",
            "https://redshift-data.eu-west-1.amazonaws.com.evil.example/",
            {"x-amz-target": "RedshiftData.ListTables"},
        ),
        # A GET is no promise where the operation stands in the query or the path.
        ("GET", "https://redshift.eu-west-1.amazonaws.com/?Action=DeleteCluster&ClusterIdentifier=c", {}),
        ("GET", "https://redshift.eu-west-1.amazonaws.com/?Action=DescribeClusters&Action=DeleteCluster", {}),
        ("GET", "https://redshift.eu-west-1.amazonaws.com/?Action=DescribeClusters&action=DeleteCluster", {}),
        ("GET", "https://iam.amazonaws.com/?Action=CreateUser", {}),
        ("GET", "https://sts.us-east-1.amazonaws.com/?Action=AssumeRole", {}),
        ("GET", "https://slack.com/api/chat.postMessage?channel=C1&text=hi", {}),
        ("GET", "https://SLACK.com/api/conversations.archive?channel=C1", {}),
        ("POST", "https://slack.com/api/conversations.list", {}),
        ("POST", "https://api.dropboxapi.com/2/files/delete_v2", {}),
        ("POST", "https://api.dropboxapi.com/2/files/list_folder/../delete_v2", {}),
        ("GET", "https://api.box.com/2.0/folders/%2e%2e/x", {}),
        ("GET", "https://api.box.com/2.0/folders/1?_method=DELETE", {}),
        ("GET", "https://api.box.com/2.0/folders/1", {"x-http-method-override": "DELETE"}),
    ],
)
def test_what_is_no_read_stays(method: str, url: str, headers: dict[str, str]) -> None:
    """By method, by operation, by host, by path, by a header that changes the method."""
    assert why_not(method, url, headers) != ""


@given(method=st.text(max_size=8), path=st.text(max_size=40), operation=st.text(max_size=40))
def test_no_other_method_ever_leaves(method: str, path: str, operation: str) -> None:
    """Whatever the path and the operation, only GET and HEAD pass to a host where POST is not listed."""
    told = why_not(
        method, f"https://api.github.com/{path.replace('?', '').replace('#', '')}", {"x-amz-target": operation}
    )
    assert method in ("GET", "HEAD") or told != ""


@pytest.mark.parametrize(
    ("url", "body", "size", "good"),
    [
        ("https://x/?limit=20", b"", "limit", True),
        ("https://x/?page%5Bsize%5D=1", b"", "page[size]", True),
        ("https://x/", b'{"MaxResults":20}', "MaxResults", True),
        ("https://x/?q=SELECT%20A%2CB%20FROM%20C%20LIMIT%2020", b"", "q", True),
        ("https://x/?limit=21", b"", "limit", False),
        ("https://x/?limit=0", b"", "limit", False),
        ("https://x/?limit=-1", b"", "limit", False),
        ("https://x/?limit=20&limit=500", b"", "limit", False),
        ("https://x/?limit=20", b'{"limit":500}', "limit", False),
        ("https://x/", b'{"limit":500}', "limit", False),
        ("https://x/", b'{"limit":true}', "limit", False),
        ("https://x/", b"", "limit", False),
        ("https://x/?q=SELECT%20A%20FROM%20C", b"", "q", False),
        ("https://x/?q=SELECT%20A%20FROM%20C%20LIMIT%20500", b"", "q", False),
        ("https://x/?q=SELECT%20A%20FROM%20C%20LIMIT%2020%20OFFSET%201%20LIMIT%20500", b"", "q", False),
    ],
)
def test_twenty_is_enforced_on_the_request(url: str, body: bytes, size: str, good: bool) -> None:
    """The page size stands there once, in the query or in the body, and is between one and twenty."""
    assert (why_too_many(url, body, size) == "") is good
