"""OAuth 1.0 signatures (RFC 5849, 3.4) with HMAC-SHA256. The URL that was signed is the vendor's."""

import base64
import hmac
import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from aos.farm.sandbox.asked import Asked

SKEW_S = 300
METHOD = "HMAC-SHA256"
_PART = re.compile(r'\s*([A-Za-z_]+)="([^"]*)"\s*')


def parameters(asked: Asked) -> dict[str, str]:
    """What the header holds, decoded; empty where it is no OAuth header or not well formed."""
    found: dict[str, str] = {}
    for piece in asked.authorization("oauth").split(","):
        part = _PART.fullmatch(piece)
        if part is None or part[1] in found:
            return {}
        found[part[1]] = unquote(part[2])
    return found


def fresh_enough(told: Mapping[str, str], now: float) -> bool:
    at = told.get("oauth_timestamp", "")
    return at.isascii() and at.isdigit() and len(at) < 12 and abs(int(at) - now) <= SKEW_S


def signed_with(asked: Asked, told: Mapping[str, str], consumer_secret: str, token_secret: str) -> bool:
    """Whether the signature is that of this request. `realm` is no part of it (RFC 5849, 3.4.1.3)."""
    if told.get("oauth_signature_method") != METHOD:
        return False
    signed = [(name, value) for name, value in told.items() if name not in ("realm", "oauth_signature")]
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in [*signed, *asked.pairs])
    flat = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join((asked.method, _encoded(asked.url), _encoded(flat)))
    key = f"{_encoded(consumer_secret)}&{_encoded(token_secret)}"
    due = base64.b64encode(hmac.digest(key.encode(), base.encode(), "sha256"))
    return hmac.compare_digest(due, told.get("oauth_signature", "").encode())


def _encoded(text: str) -> str:
    return quote(text, safe="-._~")
