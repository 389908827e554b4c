"""Signatures, checked by reckoning them anew: a vendor that verifies would let us in."""

import base64
import hashlib
import hmac
import time
from urllib.parse import parse_qsl, quote, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from aos.aam.onboarding.failure import Failure
from aos.aam.onboarding.secret import Secret
from tests.integration.aam.onboarding.played_vendor import Got, Reply, Yard
from tests.integration.aam.onboarding.vendor_keys import AWS, KEY, PEM, health


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
