"""Which scopes a source says that we have, and which of them nobody asked for."""

from base64 import urlsafe_b64decode
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from aos.aam.onboarding.answer import Answer, at
from aos.aam.onboarding.families import Family
from aos.core.redact import one_line

MOST_SCOPES = 100
MOST_NAMED = 5


def granted(family: Family, answer: Answer, told: Mapping[str, Any]) -> tuple[str, ...]:
    """Sorted; empty where the source does not say. `told` is what came with the token."""
    where, _, what = family.granted.partition(":")
    found: Any = None
    match where:
        case "header":
            found = answer.headers.get(what, "").split(",")
        case "reply":
            found = at(answer.value, what)
        case "token" if what == "scope":
            found = str(told.get("scope") or "").replace(",", " ").split()
        case "token":
            found = claims(str(told.get("access_token") or "")).get(what)
        case _:
            found = None
    return _clean(found if isinstance(found, list) else [])


def excess(family: Family, scopes: Iterable[str]) -> tuple[str, ...]:
    """A warning that names scopes beyond those wanted; none where there is nothing to compare with."""
    more = [scope for scope in scopes if scope not in family.scopes]
    if not more or not family.scopes:
        return ()
    rest = f" and {len(more) - MOST_NAMED} more" if len(more) > MOST_NAMED else ""
    named = ", ".join(more[:MOST_NAMED])
    return (f"The credential has more scopes than are asked for: {named}{rest}; {', '.join(family.scopes)} would do",)


def claims(token: str) -> dict[str, Any]:
    """The payload of a JWT, unverified: it is read for what the issuer wrote in it about us, and nothing trusts it."""
    pieces = token.split(".")
    if len(pieces) != 3 or len(token) > 32_768:
        return {}
    try:
        read = msgspec.json.decode(urlsafe_b64decode(pieces[1] + "=" * (-len(pieces[1]) % 4)))
    except (ValueError, msgspec.DecodeError):
        return {}
    return read if isinstance(read, dict) else {}


def _clean(found: list[Any]) -> tuple[str, ...]:
    texts = {one_line(each.strip(), 200) for each in found[:MOST_SCOPES] if isinstance(each, str)}
    return tuple(sorted(texts - {""}))
