"""What the sandbox remembers, in memory: credentials that it issued, tokens it gave for them, knobs and counters."""

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aos.contracts.sandbox import SandboxKnobs
from aos.core.errors import Conflict

MOST_CREDENTIALS = 50_000
MOST_TOKENS = 100_000
MOST_KNOBS = 10_000  # accounts of one family that have their own
MOST_NONCES = 20_000


@dataclass(frozen=True, slots=True)
class Credential:
    """`ident` is the part that it is found by (a token, a client id), `fields` all of it. `scopes` are the rights that
    it was given. `expires_at` in seconds since the epoch."""

    source_type: str
    account: str
    kind: str
    ident: str
    fields: Mapping[str, str]
    scopes: tuple[str, ...]
    expires_at: float

    def has(self, name: str, value: str) -> bool:
        """Whether a field is exactly this, compared in constant time. A field that is not there never is."""
        return hmac.compare_digest(self.fields.get(name, "").encode(), value.encode()) and name in self.fields


@dataclass(frozen=True, slots=True)
class Token:
    """A short-lived token that was given for a credential. `audience` is what it opens, where a vendor tells apart."""

    credential: Credential
    scopes: tuple[str, ...]
    audience: str
    expires_at: float


class Dark(Exception):
    """There is no answer."""


@dataclass(slots=True)
class Turned:
    """Knobs as they were set, and how many requests are still to be refused for their rate."""

    knobs: SandboxKnobs
    left: int


@dataclass(slots=True)
class Family:
    """One family's knobs and counters. The knobs of an account take the place of those for all."""

    turned: dict[str | None, Turned] = field(default_factory=dict)
    requests: int = 0
    exchanges: int = 0
    throttled: int = 0
    writes_seen: int = 0
    most_items: int = 0

    def knobs(self, account: str | None) -> SandboxKnobs:
        found = self._found(account)
        return found.knobs if found else STILL

    def turn(self, knobs: SandboxKnobs) -> None:
        if knobs.account not in self.turned and len(self.turned) >= MOST_KNOBS:
            raise Conflict("Too many accounts of this family have knobs of their own; DELETE resets them")
        self.turned[knobs.account] = Turned(knobs, knobs.throttle)

    def too_fast(self, account: str) -> bool:
        """Whether this request is one of those that are refused for their rate; counts it if so."""
        found = self._found(account)
        if found is None or not found.left:
            return False
        found.left -= found.left > 0
        self.throttled += 1
        return True

    def _found(self, account: str | None) -> Turned | None:
        return self.turned.get(account) or self.turned.get(None)


STILL = SandboxKnobs()


class Book:
    """Of all families. A credential and a token are found by what a request shows, never by walking."""

    def __init__(self) -> None:
        self._families: dict[str, Family] = {}
        self._credentials: dict[tuple[str, str], Credential] = {}
        self._tokens: OrderedDict[tuple[str, str], Token] = OrderedDict()
        self._nonces: OrderedDict[str, None] = OrderedDict()

    def family(self, source_type: str) -> Family:
        return self._families.setdefault(source_type, Family())

    def reset(self, source_type: str) -> None:
        """Knobs and counters as at the start; credentials hold on."""
        self._families.pop(source_type, None)

    def issue(self, credential: Credential, now: float) -> None:
        if len(self._credentials) >= MOST_CREDENTIALS:
            self._credentials = {key: each for key, each in self._credentials.items() if each.expires_at > now}
        if len(self._credentials) >= MOST_CREDENTIALS:
            raise Conflict(f"The sandbox keeps {MOST_CREDENTIALS} credentials; wait until some expire")
        self._credentials[credential.source_type, credential.ident] = credential

    def grants(self, source_type: str, now: float) -> int:
        return sum(each.expires_at > now for each in self._credentials.values() if each.source_type == source_type)

    def credential(self, source_type: str, ident: str, now: float) -> Credential | None:
        """One that holds. `Dark` where its account is dark; None also where the knobs have it revoked."""
        return self._holds(self._credentials.get((source_type, ident)), now)

    def give(self, token: str, credential: Credential, scopes: Iterable[str], until: float, audience: str = "") -> None:
        until = min(until, credential.expires_at)
        self._tokens[credential.source_type, token] = Token(credential, tuple(scopes), audience, until)
        while len(self._tokens) > MOST_TOKENS:
            self._tokens.popitem(last=False)

    def token(self, source_type: str, token: str, now: float) -> Token | None:
        """One that holds, as does the credential behind it."""
        found = self._tokens.get((source_type, token))
        if found is None or found.expires_at <= now or self._holds(found.credential, now) is None:
            return None
        return found

    def first_use(self, nonce: str) -> bool:
        """Whether this nonce is new; remembered from now on."""
        if nonce in self._nonces:
            return False
        self._nonces[nonce] = None
        while len(self._nonces) > MOST_NONCES:
            self._nonces.popitem(last=False)
        return True

    def _holds(self, found: Credential | None, now: float) -> Credential | None:
        if found is None or found.expires_at <= now:
            return None
        knobs = self.family(found.source_type).knobs(found.account)
        if knobs.dark:
            raise Dark
        return None if knobs.refuse else found


def fresh(length: int = 32) -> str:
    """Random characters of a secret, hexadecimal."""
    return secrets.token_hex((length + 1) // 2)[:length]
