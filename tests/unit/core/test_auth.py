"""Keys, roles, and everything that is not a key."""

import logging
import re

import pytest

from aos.core.auth import Auth, KeyEntry, digest, new_key
from aos.core.errors import Forbidden, Unauthenticated
from aos.core.http import Access

ROLES = (Access.OPERATOR, Access.VIEWER, Access.SERVICE)
KEYS = {role: new_key(role) for role in ROLES}
AUTH = Auth(KeyEntry(f"{role.value}-id", role, "acme", digest(key)) for role, key in KEYS.items())
ALLOWED = {
    Access.OPERATOR: {Access.OPERATOR},
    Access.VIEWER: {Access.OPERATOR, Access.VIEWER},
    Access.SERVICE: {Access.OPERATOR, Access.SERVICE},
    Access.READER: {Access.OPERATOR, Access.VIEWER, Access.SERVICE},
}


def headers(key: str, *, bearer: bool = False) -> list[tuple[bytes, bytes]]:
    return [(b"authorization", b"Bearer " + key.encode()) if bearer else (b"x-api-key", key.encode())]


def test_new_key_is_256_random_bits_with_its_role() -> None:
    """aos_<role>_<43 characters of base64url>, never the same twice."""
    assert re.fullmatch(r"aos_viewer_[A-Za-z0-9_-]{43}", new_key(Access.VIEWER))
    assert len({new_key(Access.VIEWER) for _ in range(100)}) == 100


@pytest.mark.parametrize("bearer", [False, True])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("access", ALLOWED)
def test_role_opens_what_it_may_and_nothing_else(access: Access, role: Access, bearer: bool) -> None:
    """An operator opens everything, the others their own and what all may read; both header forms are the same key."""
    given = headers(KEYS[role], bearer=bearer)
    if role in ALLOWED[access]:
        entry = AUTH.admit(given, access)
        assert (entry.id, entry.tenant, entry.role) == (f"{role.value}-id", "acme", role)
    else:
        with pytest.raises(Forbidden):
            AUTH.admit(given, access)


@pytest.mark.parametrize(
    "given",
    [
        [],
        [(b"x-api-key", b"")],
        [(b"x-api-key", b"\xff\xfe")],
        [(b"x-api-key", b"aos_operator_\xc3\xa9")],
        [(b"x-api-key", b"k" * 10_000)],
        [(b"x-api-key", b"aos_operator_unknown")],
        [(b"authorization", b"Bearer")],
        [(b"authorization", b"Bearer \xff")],
        [(b"authorization", b"Basic b3BlcmF0b3I6eA==")],
        [(b"authorization", KEYS[Access.OPERATOR].encode())],
        [(b"cookie", KEYS[Access.OPERATOR].encode())],
        [(b"x-api-key", KEYS[Access.OPERATOR].upper().encode())],
        [(b"x-api-key", KEYS[Access.OPERATOR].encode()), (b"x-api-key", KEYS[Access.VIEWER].encode())],
        headers(KEYS[Access.OPERATOR]) + headers(KEYS[Access.OPERATOR], bearer=True),
    ],
)
@pytest.mark.parametrize("access", ROLES)
def test_anything_but_one_known_key_is_401(given: list[tuple[bytes, bytes]], access: Access) -> None:
    """None, malformed, overlong, not ASCII, unknown, or two at once."""
    with pytest.raises(Unauthenticated):
        AUTH.admit(given, access)


def test_open_endpoint_asks_nobody() -> None:
    """A wrong key does no harm where none is needed."""
    assert AUTH.admit([(b"x-api-key", b"\xff")], Access.OPEN).role is Access.OPEN


def test_no_key_can_have_the_open_role() -> None:
    """A mistake in the keyring ends the start."""
    with pytest.raises(ValueError, match="open"):
        Auth([KeyEntry("x", Access.OPEN, "default", digest("x"))])


def test_refusals_log_the_id_and_never_the_key(caplog: pytest.LogCaptureFixture) -> None:
    """An operator finds the key by its id; the log holds no part of any key."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Forbidden):
        AUTH.admit(headers(KEYS[Access.VIEWER]), Access.OPERATOR)
    with pytest.raises(Unauthenticated):
        AUTH.admit(headers("aos_operator_guess"), Access.OPERATOR)
    told = [str(vars(record)) for record in caplog.records]
    assert "viewer-id" in told[0]
    assert not [line for line in told if KEYS[Access.VIEWER] in line or "guess" in line]
