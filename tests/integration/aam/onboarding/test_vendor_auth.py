"""What each strategy puts on the wire, checked by reckoning it anew: a vendor that verifies would let us in."""

import asyncio
import base64
import hashlib
import hmac
import time
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.secret import Secret
from tests.integration.aam.onboarding.played_vendor import Got, Reply, Yard

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
TOKEN = {"access_token": "fetched-1", "token_type": "Bearer", "expires_in": 3600}
AWS = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}


async def health(yard: Yard, source_type: str, resource_ids: list[str], secret: dict[str, str]) -> Got:
    """The last request of a health check, whatever became of it."""
    adapter = yard.natives.adapter(source_type, resource_ids, Secret(secret))
    with pytest.raises(Failure):
        await adapter.open()
    return yard.vendor.got[-1]


@pytest.mark.parametrize(
    ("source_type", "resource_ids", "secret", "headers"),
    [
        ("slack", ["T01234567"], {"token": "xoxb-1"}, {"authorization": "Bearer xoxb-1"}),
        (
            "github",
            ["acme"],
            {"token": "ghp-1"},
            {"authorization": "Bearer ghp-1", "x-github-api-version": "2022-11-28"},
        ),
        ("gitlab", ["gitlab.com"], {"token": "glpat-1"}, {"private-token": "glpat-1"}),
        ("datadog", [""], {"api_key": "a1", "app_key": "b2"}, {"dd-api-key": "a1", "dd-application-key": "b2"}),
        (
            "pagerduty",
            ["acme"],
            {"token": "p1"},
            {"authorization": "Token token=p1", "accept": "application/vnd.pagerduty+json;version=2"},
        ),
        ("okta", ["acme.okta.com"], {"token": "00abc"}, {"authorization": "SSWS 00abc"}),
        (
            "okta",
            ["acme.okta.com"],
            {"token": "eyJhbGciOi.eyJzY.sig"},
            {"authorization": "Bearer eyJhbGciOi.eyJzY.sig"},
        ),
        ("jira", ["acme"], {"email": "a@b", "token": "t:1"}, {"authorization": "Basic YUBiOnQ6MQ=="}),
        ("zendesk", ["acme"], {"email": "a@b", "token": "t"}, {"authorization": "Basic YUBiL3Rva2VuOnQ="}),
        ("zendesk", ["acme"], {"token": "oauth"}, {"authorization": "Bearer oauth"}),
        ("servicenow", ["dev1"], {"username": "ann", "password": "pä"}, {"authorization": "Basic YW5uOnDDpA=="}),
        (
            "snowflake",
            ["ACME-MAIN"],
            {"token": "pat"},
            {"authorization": "Bearer pat", "x-snowflake-authorization-token-type": "PROGRAMMATIC_ACCESS_TOKEN"},
        ),
    ],
)
async def test_a_given_credential_goes_into_its_header(
    yard: Yard, source_type: str, resource_ids: list[str], secret: dict[str, str], headers: dict[str, str]
) -> None:
    """Word for word, and never into the URL."""
    yard.vendor.answers = lambda got: Reply(401)
    got = await health(yard, source_type, resource_ids, secret)
    assert {name: got.headers.get(name) for name in headers} == headers
    assert not [value for value in secret.values() if len(value) > 1 and value in got.url]


@pytest.mark.parametrize(
    ("source_type", "resource_ids", "extra", "url", "form", "basic"),
    [
        (
            "entra",
            ["acme.example"],
            {},
            "https://login.microsoftonline.com/acme.example/oauth2/v2.0/token",
            {"grant_type": "client_credentials", "scope": "https://graph.microsoft.com/.default"},
            False,
        ),
        (
            "azure_sub",
            ["acme.example", "sub-1"],
            {"tenant_id": "other-tenant"},
            "https://login.microsoftonline.com/other-tenant/oauth2/v2.0/token",
            {"grant_type": "client_credentials", "scope": "https://management.azure.com/.default"},
            False,
        ),
        (
            "zoom",
            ["account-1"],
            {},
            "https://zoom.us/oauth/token",
            {"grant_type": "account_credentials", "account_id": "account-1"},
            True,
        ),
        (
            "salesforce",
            ["acme"],
            {},
            "https://acme.my.salesforce.com/services/oauth2/token",
            {"grant_type": "client_credentials"},
            False,
        ),
        (
            "box",
            ["987"],
            {},
            "https://api.box.com/oauth2/token",
            {"grant_type": "client_credentials", "box_subject_type": "enterprise", "box_subject_id": "987"},
            False,
        ),
        (
            "pagerduty",
            ["acme"],
            {},
            "https://identity.pagerduty.com/oauth/token",
            {
                "grant_type": "client_credentials",
                "scope": "as_account-us.acme abilities.read services.read custom_fields.read",
            },
            False,
        ),
        (
            "dropbox",
            ["team"],
            {"refresh_token": "r/1"},
            "https://api.dropboxapi.com/oauth2/token",
            {"grant_type": "refresh_token", "refresh_token": "r/1"},
            False,
        ),
        (
            "workday",
            ["wd2-impl-services1.workday.com", "acme"],
            {"refresh_token": "r/1"},
            "https://wd2-impl-services1.workday.com/ccx/oauth2/acme/token",
            {"grant_type": "refresh_token", "refresh_token": "r/1"},
            True,
        ),
    ],
)
async def test_a_token_is_fetched_as_the_vendor_wants_it(
    yard: Yard,
    source_type: str,
    resource_ids: list[str],
    extra: dict[str, str],
    url: str,
    form: dict[str, str],
    basic: bool,
) -> None:
    """The token URL, the form, and the client's name and secret in the place that the vendor reads."""
    secret = {"client_id": "me", "client_secret": "a+b %"} | extra
    yard.vendor.answers = lambda got: TOKEN if got.method == "POST" and "grant_type" in got.form else Reply(403)
    got = await health(yard, source_type, resource_ids, secret)
    first = yard.vendor.got[0]
    assert (first.method, first.url) == ("POST", url)
    in_body = {} if basic else {"client_id": "me", "client_secret": "a+b %"}
    assert first.form == form | in_body
    header = "Basic " + base64.b64encode(b"me:a%2Bb+%25").decode() if basic else None
    assert first.headers.get("authorization") == header
    assert got.headers["authorization"] == "Bearer fetched-1"


@pytest.mark.parametrize(
    ("source_type", "resource_ids", "secret", "claims"),
    [
        (
            "gworkspace_drive",
            ["admin@acme.example"],
            {"client_email": "sa@p.iam", "token_uri": "https://oauth2.googleapis.com/token"},
            {
                "iss": "sa@p.iam",
                "sub": "admin@acme.example",
                "aud": "https://oauth2.googleapis.com/token",
                "scope": "https://www.googleapis.com/auth/drive.metadata.readonly",
            },
        ),
        (
            "gcp_org",
            ["organizations/1"],
            {"client_email": "sa@p.iam"},
            {
                "iss": "sa@p.iam",
                "sub": None,
                "aud": "https://oauth2.googleapis.com/token",
                "scope": "https://www.googleapis.com/auth/cloud-platform.read-only",
            },
        ),
        (
            "salesforce",
            ["acme"],
            {"client_id": "me", "username": "ann@acme.example"},
            {"iss": "me", "sub": "ann@acme.example", "aud": "https://login.salesforce.com", "scope": None},
        ),
        (
            "salesforce",
            ["acme--dev.sandbox"],
            {"client_id": "me", "username": "ann@acme.example.dev"},
            {"iss": "me", "sub": "ann@acme.example.dev", "aud": "https://test.salesforce.com", "scope": None},
        ),
    ],
)
async def test_a_claim_is_signed_with_the_credentials_key(
    yard: Yard, source_type: str, resource_ids: list[str], secret: dict[str, str], claims: dict[str, Any]
) -> None:
    """RS256, an hour at most, for the vendor's own audience; the public key takes it."""
    yard.vendor.answers = lambda got: TOKEN if "assertion" in got.form else Reply(403)
    await health(yard, source_type, resource_ids, secret | {"private_key": PEM})
    form = yard.vendor.got[0].form
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    read = jwt.decode(
        form["assertion"],
        KEY.public_key(),
        ["RS256"],
        audience=claims["aud"],
        options={"verify_exp": False, "verify_iat": False},
    )
    assert {name: read.get(name) for name in claims} == claims
    assert read["iat"] == int(yard.clock.wall())
    assert 0 < read["exp"] - read["iat"] <= 180


async def test_okta_takes_the_claim_for_what_proves_the_client(yard: Yard) -> None:
    """Client credentials: issuer and subject are the client, the audience the token URL, the scopes in the form."""
    yard.vendor.answers = lambda got: TOKEN if "client_assertion" in got.form else Reply(403)
    got = await health(yard, "okta", ["acme.okta.com"], {"client_id": "0oa1", "private_key": PEM})
    first = yard.vendor.got[0]
    assert (first.url, first.form["grant_type"]) == ("https://acme.okta.com/oauth2/v1/token", "client_credentials")
    assert first.form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert first.form["scope"] == "okta.orgs.read okta.schemas.read okta.groups.read"
    options = {"verify_exp": False, "verify_iat": False}
    read = jwt.decode(first.form["client_assertion"], KEY.public_key(), ["RS256"], audience=first.url, options=options)
    assert (read["iss"], read["sub"], "scope" in read) == ("0oa1", "0oa1", False)
    assert got.headers["authorization"] == "Bearer fetched-1"


async def test_a_key_does_not_sign_for_another_token_url(yard: Yard) -> None:
    """A key file that names a token URL which is not the vendor's gets no claim and no call."""
    secret = {"client_email": "sa", "private_key": PEM, "token_uri": "https://evil.example/token"}
    with pytest.raises(Failure) as caught:
        yard.natives.adapter("bigquery", ["acme-project"], Secret(secret))
    assert caught.value.kind is Kind.CREDENTIALS
    assert yard.vendor.got == []


async def test_snowflake_gets_a_claim_that_names_the_public_key(yard: Yard) -> None:
    """Issuer and subject in capitals, the fingerprint of the public key in DER."""
    yard.vendor.answers = lambda got: Reply(401)
    got = await health(yard, "snowflake", ["acme-main"], {"user": "aos", "private_key": PEM})
    assert got.host == "acme-main.snowflakecomputing.com"
    assert got.headers["x-snowflake-authorization-token-type"] == "KEYPAIR_JWT"
    token = got.headers["authorization"].removeprefix("Bearer ")
    read = jwt.decode(token, KEY.public_key(), ["RS256"], options={"verify_exp": False, "verify_iat": False})
    der = KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    digest = base64.b64encode(hashlib.sha256(der).digest()).decode()
    assert read["sub"] == "ACME-MAIN.AOS"
    assert read["iss"] == f"ACME-MAIN.AOS.SHA256:{digest}"
    assert 0 < read["exp"] - read["iat"] <= 3600


def escaped(text: str) -> str:
    return quote(text, safe="-._~")


async def test_netsuite_gets_an_oauth1_signature(yard: Yard) -> None:
    """HMAC-SHA256 over method, URL and sorted parameters (RFC 5849, 3.4), reckoned anew; the realm is no part of it."""
    secret = {"consumer_key": "ck", "consumer_secret": "cs&1", "token_id": "ti", "token_secret": "ts/2"}
    yard.vendor.answers = lambda got: {"items": []}
    await yard.natives.adapter("netsuite", ["1234567_SB1"], Secret(secret)).sample()
    got = yard.vendor.got[-1]
    assert got.url.startswith(
        "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer?limit=20"
    )
    written = got.headers["authorization"].removeprefix("OAuth ")
    told = {name: value.strip('"') for name, _, value in (piece.partition("=") for piece in written.split(", "))}
    assert told.pop("realm") == "1234567_SB1"
    signature = told.pop("oauth_signature")
    assert told["oauth_signature_method"] == "HMAC-SHA256"
    assert told["oauth_timestamp"] == str(int(yard.clock.wall()))
    pairs = sorted([*((escaped(n), escaped(v)) for n, v in parse_qsl(got.query)), *told.items()])
    text = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join(escaped(piece) for piece in ("GET", got.url.partition("?")[0], text))
    digest = hmac.new(f"{escaped('cs&1')}&{escaped('ts/2')}".encode(), base.encode(), hashlib.sha256).digest()
    assert signature == escaped(base64.b64encode(digest).decode())


def sigv4(got: Got, secret: dict[str, str], region: str, service: str) -> str:
    """The signature that AWS reckons for a request, from its own description of the algorithm."""
    names = got.headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0]
    headers = {**got.headers, "host": got.host}
    lines = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in names.split(";"))
    query = "&".join(f"{escaped(n)}={escaped(v)}" for n, v in sorted(parse_qsl(got.query, keep_blank_values=True)))
    digest = hashlib.sha256(got.body).hexdigest()
    request = "\n".join((got.method, urlsplit(got.url).path or "/", query, lines, names, digest))
    stamp = got.headers["x-amz-date"]
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    text = "\n".join(("AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(request.encode()).hexdigest()))
    key = ("AWS4" + secret["secret_access_key"]).encode()
    for piece in (stamp[:8], region, service, "aws4_request"):
        key = hmac.new(key, piece.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("source_type", "resource_ids", "step", "region", "service"),
    [
        ("aws_org", ["o-1"], "open", "us-east-1", "sts"),
        ("aws_org", ["o-1"], "sample", "us-east-1", "organizations"),
        ("redshift", ["c-1", "eu-west-1", "dev"], "open", "eu-west-1", "redshift"),
        ("redshift", ["c-1", "eu-west-1", "dev"], "sample", "eu-west-1", "redshift-data"),
        ("s3", ["acme-bucket", "eu-central-1"], "sample", "eu-central-1", "s3"),
        ("s3_compat", ["https://minio.acme.example:9000", "acme-bucket"], "sample", "us-east-1", "s3"),
    ],
)
@pytest.mark.parametrize("session", ["", "session/token=="])
async def test_aws_gets_a_signature(
    yard: Yard, source_type: str, resource_ids: list[str], step: str, region: str, service: str, session: str
) -> None:
    """Signature version 4 for the service, the region and the hour, over host, date, target and body."""
    secret = AWS | ({"session_token": session} if session else {})
    yard.vendor.answers = lambda got: Reply(400, {"__type": "AccessDeniedException"})
    adapter = yard.natives.adapter(source_type, resource_ids, Secret(secret))
    with pytest.raises(Failure):
        await getattr(adapter, step)()
    got = yard.vendor.got[-1]
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(yard.clock.wall()))
    assert got.headers["x-amz-date"] == stamp
    credential = f"Credential=AKIDEXAMPLE/{stamp[:8]}/{region}/{service}/aws4_request"
    assert credential in got.headers["authorization"]
    assert got.headers["authorization"].endswith(f"Signature={sigv4(got, secret, region, service)}")
    signed = got.headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    assert "host" in signed
    assert ("x-amz-target" in signed) is (got.method == "POST")
    assert ("x-amz-security-token" in signed) is bool(session)
    assert got.headers.get("x-amz-security-token", "") == session
    if service == "s3":
        assert got.headers["x-amz-content-sha256"] == hashlib.sha256(b"").hexdigest()


async def test_a_token_is_fetched_once_for_all_and_again_shortly_before_its_end(yard: Yard) -> None:
    """Fifty connections of one credential at once make one exchange; another follows within a minute of the end."""
    fetched, at = 0, 0.0

    def answers(got: Got) -> Any:
        nonlocal fetched, at
        if got.method == "POST":
            fetched, at = fetched + 1, yard.clock.now
            return {"access_token": f"fetched-{fetched}", "expires_in": 3600}
        return {"value": [{"id": "1"}]}

    yard.vendor.answers = answers
    secret = {"client_id": "me", "client_secret": "s", "tenant_id": "acme.example"}
    adapters = [yard.natives.adapter("entra", ["acme.example"], Secret(secret)) for _ in range(50)]
    await asyncio.gather(*(adapter.open() for adapter in adapters))
    assert fetched == 1
    yard.clock.now = at + 3600 - 61
    await adapters[0].open()
    assert fetched == 1
    yard.clock.advance(2)
    await adapters[0].open()
    assert (fetched, yard.vendor.got[-1].headers["authorization"]) == (2, "Bearer fetched-2")


async def test_two_credentials_never_share_a_token(yard: Yard) -> None:
    """Another secret, another token, for the same tenant."""
    yard.vendor.answers = lambda got: (
        {"access_token": "of-" + got.form["client_id"], "expires_in": 3600} if got.method == "POST" else {"value": []}
    )
    for name in ("ann", "bob"):
        secret = Secret({"client_id": name, "client_secret": "s"})
        await yard.natives.adapter("entra", ["acme.example"], secret).open()
        assert yard.vendor.got[-1].headers["authorization"] == f"Bearer of-{name}"


async def test_a_token_that_was_taken_back_is_fetched_once_more(yard: Yard) -> None:
    """A 401 for a kept token: one new token and one new try, then the truth."""
    good = "fetched-2"
    count = 0

    def answers(got: Got) -> Any:
        nonlocal count
        if got.method == "POST":
            count += 1
            return {"access_token": f"fetched-{count}", "expires_in": 3600}
        return {"value": []} if got.headers["authorization"] == f"Bearer {good}" else Reply(401)

    yard.vendor.answers = answers
    secret = Secret({"client_id": "me", "client_secret": "s"})
    await yard.natives.adapter("entra", ["acme.example"], secret).open()
    assert count == 2
    good = "never"
    with pytest.raises(Failure) as caught:
        await yard.natives.adapter("entra", ["acme.example"], secret).open()
    assert (caught.value.kind, count) == (Kind.CREDENTIALS, 3)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(401, {"error": "invalid_client", "error_description": "AADSTS7000215"}), Kind.CREDENTIALS),
        (Reply(400, {"error": "invalid_grant"}), Kind.CREDENTIALS),
        (Reply(400, {"reason": "Invalid client_id", "error": "invalid_client"}), Kind.CREDENTIALS),
        (Reply(400, {"error": "invalid_scope"}), Kind.PERMISSION),
        (Reply(403, b"no"), Kind.CREDENTIALS),
        (Reply(200, {"token": "x"}), Kind.SCHEMA),
        (Reply(200, b"<html>"), Kind.SCHEMA),
        (Reply(429, b"", (("retry-after", "3600"),)), Kind.THROTTLED),
        (Reply(500, b""), Kind.OTHER),
        (Reply(302, b"", (("location", "https://evil.example/"),)), Kind.OTHER),
        (Reply(cut=True), Kind.NETWORK),
    ],
)
async def test_a_token_url_that_says_no_is_understood(yard: Yard, reply: Reply, kind: Kind) -> None:
    """What it says is told by its class, and nothing of the credential is in it."""
    yard.vendor.answers = lambda got: reply
    secret = Secret({"client_id": "me", "client_secret": "hunter2"})
    with pytest.raises(Failure) as caught:
        await yard.natives.adapter("entra", ["acme.example"], secret).open()
    assert caught.value.kind is kind
    assert "hunter2" not in caught.value.message + caught.value.next_action
    assert {got.host for got in yard.vendor.got} == {"login.microsoftonline.com"}


@pytest.mark.parametrize(
    ("source_type", "resource_ids", "secret", "missing"),
    [
        ("slack", ["T"], {}, "token"),
        ("jira", ["acme"], {"token": "x"}, "email"),
        ("datadog", [""], {"api_key": "x"}, "app_key"),
        ("netsuite", ["1"], {"consumer_key": "a", "consumer_secret": "b", "token_id": "c"}, "token_secret"),
        ("s3", ["acme-bucket"], {"access_key_id": "x"}, "secret_access_key"),
        ("snowflake", ["a-b"], {"user": "x"}, "private_key"),
        ("bigquery", ["acme-project"], {"client_email": "x"}, "private_key"),
        ("dropbox", ["t"], {"client_id": "x", "client_secret": "y"}, "refresh_token"),
        ("jdbc", ["postgresql://db:5432/x"], {"user": "x"}, "password"),
    ],
)
async def test_a_credential_that_lacks_a_field_is_told_before_any_call(
    yard: Yard, source_type: str, resource_ids: list[str], secret: dict[str, str], missing: str
) -> None:
    """The nearest way in is named with what it lacks."""
    with pytest.raises(Failure) as caught:
        yard.natives.adapter(source_type, resource_ids, Secret(secret))
    assert (caught.value.kind, caught.value.state) == (Kind.CREDENTIALS, "AWAITING_CREDENTIALS")
    assert missing in caught.value.message
    assert yard.vendor.got == []


@pytest.mark.parametrize("value", ["line\nbreak", "snow\u2603", "nul\0", ""])
async def test_a_secret_that_no_header_can_carry_is_refused_unquoted(yard: Yard, value: str) -> None:
    """A library would quote it in its error; ours names the field alone."""
    with pytest.raises(Failure) as caught:
        yard.natives.adapter("github", ["acme"], Secret({"token": value}))
    assert caught.value.kind is Kind.CREDENTIALS
    assert not value or value not in caught.value.message


@pytest.mark.parametrize("source_type", ["snowflake", "gcp_org"])
async def test_a_key_that_is_none_is_told_without_a_word_of_it(yard: Yard, source_type: str) -> None:
    """Not a key in PEM: a matter of the credential."""
    secret = {"user": "u", "client_email": "e", "private_key": "-----BEGIN PRIVATE KEY-----\nhunter2\n"}
    resource_ids = ["acme-main"] if source_type == "snowflake" else ["1"]
    with pytest.raises(Failure) as caught:
        await yard.natives.adapter(source_type, resource_ids, Secret(secret)).open()
    assert caught.value.kind is Kind.CREDENTIALS
    assert "hunter2" not in caught.value.message
    assert yard.vendor.got == []
