"""What each strategy puts on the wire, header by header and form by form."""

import base64
from typing import Any

import jwt
import pytest

from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.secret import Secret
from tests.integration.aam.onboarding.played_vendor import Reply, Yard
from tests.integration.aam.onboarding.vendor_keys import KEY, PEM, TOKEN, health


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
            {"tenant_id": "acme.example"},
            "https://login.microsoftonline.com/acme.example/oauth2/v2.0/token",
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
