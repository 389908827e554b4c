"""Keeps secrets out of what is written: logs, errors, answers."""

import re
from typing import Any
from urllib.parse import unquote_plus

_USERINFO = re.compile(r"(\b[a-zA-Z][a-zA-Z0-9+.-]*://)[^/\s?#\"]*@")
_PARAMETER = re.compile(r"([?&;#])([^=&;?#\s\"']{1,200})=[^&\s#\"']*")
_SECRET = re.compile(
    r"(?i)token|key|secret|passw|passphrase|sig|credential|auth|bearer|jwt|session|\A(?:pwd|sas|code|sid|pin|otp)\Z"
)
_HEADER = re.compile(
    r"(?i)\b(authorization|x-api-key|cookie|set-cookie)((?:[\"']?\s*[:=]|[\"'],)\s*(?:b(?=[\"']))?[\"']?)[^\s\"',}][^\r\n\"',}]*"
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}")
_OWN_KEY = re.compile(r"\baos_(operator|viewer|service)_[A-Za-z0-9_-]{8,}")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_NAMED = re.compile(
    r"(?i)(?:password|passwd|pwd|secret|token|credentials?|authorization|(?:api|access|private|account|sas)[_-]?key)\Z"
)
_REFERENCE = re.compile(r"(?:env|vault|consent|sp):\S{1,512}\Z")
HIDDEN = "***"


def redact(text: str) -> str:
    """The text without userinfo, secret query values, authorisation headers and keys of ours."""
    if "://" in text:
        text = _USERINFO.sub(rf"\1{HIDDEN}@", text)
    if "=" in text:
        text = _PARAMETER.sub(_hide, text)
    text = _HEADER.sub(rf"\1\2{HIDDEN}", text)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    return _OWN_KEY.sub(rf"aos_\1_{HIDDEN}", text)


def _hide(found: re.Match[str]) -> str:
    """A parameter without its value where its name, as a server reads it, says that it is secret."""
    return f"{found[1]}{found[2]}={HIDDEN}" if _SECRET.search(unquote_plus(found[2])) else found[0]


def one_line(text: str, limit: int = 500) -> str:
    """Control and direction characters as escapes, so that data can't forge a log line; half surrogates too,
    since no stream takes them. Capped at `limit` characters, escapes counted; then it says how many there were."""
    shown = _CONTROL.sub(
        lambda found: f"\\x{ord(found[0]):02x}" if ord(found[0]) < 256 else f"\\u{ord(found[0]):04x}", text[:limit]
    )
    if len(text) <= limit and len(shown) <= limit:
        return shown
    return f"{shown[:limit]}… ({len(text)} characters)"


def is_reference(text: str) -> bool:
    """Whether this says where a secret lies (`env:`, `vault:`, `consent:`, `sp:`) and is none itself."""
    return _REFERENCE.match(text) is not None


def secret_in(value: Any, path: str = "$") -> str:
    """The JSON path of the first thing in `value` that looks like a secret; empty where nothing does. For what is to be
    kept or shown and was written by others."""
    waiting: list[tuple[str, str, Any]] = [(path, "", value)]
    while waiting:
        here, name, each = waiting.pop()
        if isinstance(each, dict):
            waiting += [(f"{here}.{key}", key, below) for key, below in reversed(each.items())]
        elif isinstance(each, list):
            waiting += [(f"{here}[{n}]", name, below) for n, below in reversed(list(enumerate(each)))]
        elif isinstance(each, str) and each and not is_reference(each) and _tells(name, each):
            return one_line(here, 200)
    return ""


def _tells(name: str, text: str) -> bool:
    return _NAMED.search(name) is not None or redact(text) != text
