"""AWS Signature Version 4, worked out anew from the request and compared (AWS General Reference, "Signing AWS API
requests"). The URL that was signed is the vendor's."""

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote, unquote

from aos.farm.sandbox.asked import Asked

SKEW_S = 900
UNSIGNED = "UNSIGNED-PAYLOAD"
_HEADER = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=(?P<key>[^/,\s]+)/(?P<day>\d{8})/(?P<region>[^/,]+)/(?P<service>[^/,]+)"
    r"/aws4_request\s*,\s*SignedHeaders=(?P<headers>[^,\s]+)\s*,\s*Signature=(?P<signature>[0-9a-f]{64})"
)


class BadSignature(Exception):
    """`part` is what is wrong: `missing`, `form`, `key`, `token`, `skew`, `scope`, `payload` or `signature`."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class Signed(NamedTuple):
    """Who signed, for which region and service."""

    key: str
    region: str
    service: str


def read(asked: Asked) -> Signed:
    """What the header says, unchecked."""
    found = _header(asked)
    return Signed(found["key"], found["region"], found["service"])


def check(asked: Asked, secret_of: Callable[[str], str | None], service: str, region: str) -> Signed:
    """Raises `BadSignature`. `secret_of` gives the secret of an access key; None: there is no such key."""
    found = _header(asked)
    secret = secret_of(found["key"])
    if secret is None:
        raise BadSignature("key")
    at = asked.headers.get("x-amz-date", "")
    try:
        told = datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise BadSignature("form") from None
    if abs(told - asked.now) > SKEW_S:
        raise BadSignature("skew")
    if found["service"] != service or found["region"] != region or at[:8] != found["day"]:
        raise BadSignature("scope")
    scope = f"{found['day']}/{found['region']}/{found['service']}/aws4_request"
    hashed = hashlib.sha256(_canonical(asked, found["headers"].split(";"), service).encode()).hexdigest()
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    due = hmac.digest(key, f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{hashed}".encode(), "sha256").hex()
    if not hmac.compare_digest(due, found["signature"]):
        raise BadSignature("signature")
    return Signed(found["key"], found["region"], found["service"])


def _header(asked: Asked) -> re.Match[str]:
    told = asked.headers.get("authorization", "")
    if not told:
        raise BadSignature("missing")
    found = _HEADER.fullmatch(told.strip())
    if found is None:
        raise BadSignature("form")
    return found


def _canonical(asked: Asked, names: list[str], service: str) -> str:
    """S3 encodes a path once and asks for the body's hash in a header; everybody else encodes twice."""
    if "host" not in names or names != sorted(names):
        raise BadSignature("form")
    body = hashlib.sha256(asked.body).hexdigest()
    told = asked.headers.get("x-amz-content-sha256")
    if told is not None and told not in (body, UNSIGNED):
        raise BadSignature("payload")
    once = quote(unquote(asked.raw_path), safe="/-_.~")
    path = once if service == "s3" else quote(once, safe="/-_.~")
    pieces = [piece.partition("=") for piece in asked.raw_query.split("&") if piece]
    pairs = sorted((_encoded(name), _encoded(value)) for name, _, value in pieces)
    query = "&".join(f"{name}={value}" for name, value in pairs)
    headers = "".join(f"{name}:{_value(asked, name)}\n" for name in names)
    return "\n".join((asked.method, path, query, headers, ";".join(names), told or body))


def _encoded(text: str) -> str:
    return quote(unquote(text), safe="-_.~")


def _value(asked: Asked, name: str) -> str:
    if name == "host":
        return asked.host
    if name not in asked.headers:
        raise BadSignature("signature")
    return " ".join(asked.headers[name].split())
