"""JWT bearer assertions (RFC 7523): signed with the key that was issued, for this audience, for a short time."""

from typing import Any

import jwt

from aos.farm.sandbox.auth.keys import Keys

SKEW_S = 60
LONGEST_S = 3_600
# Beside its own errors PyJWT lets through what the JSON of a strange token causes.
_UNREADABLE = (jwt.PyJWTError, ValueError, TypeError, RecursionError)


class BadAssertion(Exception):
    """`part` is what is wrong: `form`, `signature`, `aud`, `exp`, `iat` or `life`."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


def claims_of(assertion: str) -> dict[str, Any]:
    """What an assertion says, unchecked: to find out whose key it should be signed with."""
    try:
        claims: dict[str, Any] = jwt.decode(assertion, options={"verify_signature": False})
    except _UNREADABLE:
        raise BadAssertion("form") from None
    return claims


def check(
    assertion: str,
    keys: Keys,
    audience: frozenset[str] | None,
    now: float,
    *,
    longest_s: float = LONGEST_S,
    algorithms: tuple[str, ...] = ("RS256",),
) -> dict[str, Any]:
    """The claims. `audience` None: the vendor asks for none. PyJWT checks the signature alone: time is passed in."""
    options: Any = {f"verify_{each}": False for each in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}
    try:
        claims: dict[str, Any] = jwt.decode(
            assertion, keys.private.public_key(), algorithms=list(algorithms), options=options
        )
    except jwt.InvalidSignatureError:
        raise BadAssertion("signature") from None
    except _UNREADABLE:
        raise BadAssertion("form") from None
    expires, issued = claims.get("exp"), claims.get("iat", now)
    # Written so that NaN, which JSON's readers take for a number, is refused.
    if not (isinstance(expires, int | float) and expires > now - SKEW_S):
        raise BadAssertion("exp")
    if not (isinstance(issued, int | float) and issued <= now + SKEW_S):
        raise BadAssertion("iat")
    if not expires - min(issued, now) <= longest_s + SKEW_S:
        raise BadAssertion("life")
    told = claims.get("aud")
    if audience is not None and not any(each in audience for each in _strings(told)):
        raise BadAssertion("aud")
    return claims


def _strings(told: object) -> list[str]:
    return [each for each in (told if isinstance(told, list) else [told]) if isinstance(each, str)]
