"""Keys are roles. A key is shown once; what is kept and compared is its SHA-256 (256 random bits need no slow hash)."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.types import Scope

from aos.core.errors import Forbidden, Unauthenticated
from aos.core.http import Access
from aos.core.log import Log

LONGEST_KEY = 256  # bytes
DEFAULT_TENANT = "default"

# Which endpoints a key's role opens; OPEN endpoints ask nobody.
RIGHTS = {
    Access.OPERATOR: frozenset({Access.OPERATOR, Access.VIEWER, Access.SERVICE, Access.READER}),
    Access.VIEWER: frozenset({Access.VIEWER, Access.READER}),
    Access.SERVICE: frozenset({Access.SERVICE, Access.READER}),
}

log = Log("http")

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """A key as it is kept. `id` may be logged; `digest` is `digest(key)`."""

    id: str
    role: Access
    tenant: str
    digest: bytes


ANYONE = KeyEntry(id="", role=Access.OPEN, tenant=DEFAULT_TENANT, digest=b"")


def new_key(role: Access) -> str:
    """A fresh key of 256 random bits: `aos_<role>_<43 characters>`."""
    return f"aos_{role.value}_{secrets.token_urlsafe(32)}"


def digest(key: bytes | str) -> bytes:
    return hashlib.sha256(key.encode() if isinstance(key, str) else key).digest()


class Guard(Protocol):
    """Who a request comes from; Unauthenticated (401) or Forbidden (403) where it may not call that."""

    async def enter(self, scope: Scope, access: Access) -> KeyEntry: ...


def check_right(entry: KeyEntry, access: Access) -> None:
    if access not in RIGHTS[entry.role]:
        log.warning("Key without the right refused", key_id=entry.id, needed=access.value)
        raise Forbidden(f"This needs a key of the role {access.value}; yours is {entry.role.value}")


class Auth:
    """Says whose key a request carries and whether it opens an endpoint. Knows keys alone; a `Guard` for processes
    without pages."""

    def __init__(self, entries: Iterable[KeyEntry]) -> None:
        self._entries = tuple(entries)
        for entry in self._entries:
            if entry.role not in RIGHTS:
                raise ValueError(f"key {entry.id} has the role {entry.role.value}, which no key can have")

    def admit(self, headers: Headers, access: Access) -> KeyEntry:
        """The key's entry; Unauthenticated (401) without a valid key, Forbidden (403) with one that lacks the right."""
        if access is Access.OPEN:
            return ANYONE
        entry = self.find(digest(_presented(headers)))
        if entry is None:
            log.info("Unknown key refused")
            raise Unauthenticated("This key is not known", code="auth.unknown_key")
        check_right(entry, access)
        return entry

    async def enter(self, scope: Scope, access: Access) -> KeyEntry:
        return self.admit(scope["headers"], access)

    def find(self, presented: bytes) -> KeyEntry | None:
        """The entry with this digest. Every entry is compared, found or not, each in constant time."""
        found = None
        for entry in self._entries:
            if hmac.compare_digest(entry.digest, presented):
                found = entry
        return found

    def of_role(self, role: Access) -> KeyEntry:
        """The first key of a role. A process that serves pages has one of each."""
        return next(entry for entry in self._entries if entry.role is role)


def _presented(headers: Headers) -> bytes:
    """The one key in `x-api-key` or `Authorization: Bearer`, as bytes; a header byte can be anything."""
    keys = []
    for name, value in headers:
        if name == b"x-api-key":
            keys.append(value.strip())
        elif name == b"authorization":
            scheme, _, token = value.strip().partition(b" ")
            keys.append(token.strip() if scheme.lower() == b"bearer" else b"")
    if not keys:
        raise Unauthenticated("Send a key as `x-api-key` or `Authorization: Bearer`")
    if len(keys) > 1 or not 0 < len(keys[0]) <= LONGEST_KEY:
        raise Unauthenticated("The key is malformed", code="auth.malformed_key")
    return keys[0]
