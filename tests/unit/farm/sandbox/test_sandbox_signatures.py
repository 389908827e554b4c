"""Signatures made by the libraries that clients use, checked by the sandbox's own working-out."""

import time
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, Client

from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.auth import oauth1, sigv4

PARTS = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="/\x00"), min_size=1, max_size=8), max_size=3)
PAIRS = st.lists(st.tuples(st.text(min_size=1, max_size=6), st.text(max_size=6)), max_size=4)


def url_of(host: str, parts: list[str], pairs: list[tuple[str, str]]) -> str:
    path = "/".join(quote(part, safe="") for part in parts if part not in (".", ".."))
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    return f"https://{host}/{path}" + (f"?{query}" if query else "")


def asked(method: str, url: str, headers: dict[str, str], body: bytes, now: float) -> Asked:
    split = urlsplit(url)
    return Asked(method, split.netloc, split.path or "/", split.query, headers, body, now)


@given(
    st.sampled_from(["s3", "organizations"]),
    st.sampled_from(["GET", "HEAD", "POST"]),
    PARTS,
    PAIRS,
    st.binary(max_size=20),
)
def test_what_botocore_signs_is_accepted(
    service: str, method: str, parts: list[str], pairs: list[tuple[str, str]], body: bytes
) -> None:
    """Paths and queries of any characters, of S3 and of the others; under another secret it is refused."""
    url = url_of(f"{service}.us-east-1.amazonaws.com", parts, pairs)
    request = AWSRequest(method, url, headers={"X-Odd": "  a   b "}, data=body)
    (S3SigV4Auth if service == "s3" else SigV4Auth)(Credentials("AKIA", "secret"), service, "us-east-1").add_auth(
        request
    )
    headers = {name.lower(): value for name, value in request.headers.items()}
    found = asked(method, url, headers, body, datetime.now(UTC).timestamp())
    assert sigv4.check(found, lambda key: "secret", service, "us-east-1").key == "AKIA"
    with pytest.raises(sigv4.BadSignature):
        sigv4.check(found, lambda key: "another", service, "us-east-1")
    with pytest.raises(sigv4.BadSignature):
        sigv4.check(found, lambda key: None, service, "us-east-1")


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({}, "missing"),
        ({"authorization": "Bearer x"}, "form"),
        ({"authorization": "AWS4-HMAC-SHA256 " + "a" * 60_000}, "form"),
    ],
)
def test_what_is_no_signature_is_named(headers: dict[str, str], part: str) -> None:
    """None at all, and something else."""
    with pytest.raises(sigv4.BadSignature) as bad:
        sigv4.check(
            asked("GET", "https://s3.us-east-1.amazonaws.com/", headers, b"", 0), lambda _: "s", "s3", "us-east-1"
        )
    assert bad.value.part == part


@given(PARTS, PAIRS, st.sampled_from(["GET", "POST"]))
def test_what_oauthlib_signs_is_accepted(parts: list[str], pairs: list[tuple[str, str]], method: str) -> None:
    """Paths and queries of any characters; under another secret, or for another query, it is refused."""
    url = url_of("acme.suitetalk.api.netsuite.com", parts, [(name, value) for name, value in pairs if name.strip()])
    client = Client("key", "s1", "token", "s2", signature_method=SIGNATURE_HMAC_SHA256, realm="ACME")
    _, headers, _ = client.sign(url, method)
    found = asked(method, url, {"authorization": headers["Authorization"]}, b"", time.time())
    told = oauth1.parameters(found)
    assert told["realm"] == "ACME"
    assert oauth1.fresh_enough(told, found.now)
    assert oauth1.signed_with(found, told, "s1", "s2")
    assert not oauth1.signed_with(found, told, "s1", "another")
    more = asked(method, url + ("&" if "?" in url else "?") + "more=1", dict(found.headers), b"", found.now)
    assert not oauth1.signed_with(more, told, "s1", "s2")


@pytest.mark.parametrize(
    ("told", "good"), [("1000", True), ("700", True), ("699", False), ("1301", False), ("x", False)]
)
def test_an_oauth_timestamp_is_of_now(told: str, good: bool) -> None:
    """Five minutes either way."""
    assert oauth1.fresh_enough({"oauth_timestamp": told}, 1_000) is good
