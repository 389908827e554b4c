"""Grants that an operator made: a file each, mode 0600, below the data directory; never in a database."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from aos.aam.onboarding.private_file import NotPrivate, read_private
from aos.aam.onboarding.secret import Secret
from aos.aam.onboarding.secret_fields import Unusable, plain_fields, read_fields
from aos.contracts.onboarding import ConsentGrant, ConsentKept
from aos.core.clock import Clock
from aos.core.datadir import write_private

SUFFIX = ".grant"
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Consents:
    """`{directory}/{tenant}/{name}.grant`: what `grant` writes, or a file of an operator's own making with a JSON
    object of the secret's fields or the token alone in it. Names are checked by the callers (`locator.is_name`)."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        self._directory, self._clock = directory, clock

    def grant(self, tenant: str, name: str, given: ConsentGrant) -> ConsentKept:
        path = self._path(tenant, name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, msgspec.json.encode(given))
        return ConsentKept(name=name, fields=sorted(given.secret), expires_at=given.expires_at)

    def kept(self, tenant: str) -> list[ConsentKept]:
        """By name; one that can't be read is told without fields."""
        found = []
        for path in sorted(self._path(tenant, "x").parent.glob(f"*{SUFFIX}")):
            secret = None
            with suppress(NotPrivate, Unusable, OSError):
                secret = self._read(path)
            names, expires = (sorted(secret.names), secret.expires_at) if secret is not None else ([], None)
            expires_ms = None if expires is None else round(expires * 1000)
            found.append(ConsentKept(name=path.name.removesuffix(SUFFIX), fields=names, expires_at=expires_ms))
        return found

    def delete(self, tenant: str, name: str) -> bool:
        """Whether there was one."""
        try:
            self._path(tenant, name).unlink()
        except FileNotFoundError:
            return False
        return True

    def secret(self, tenant: str, name: str) -> Secret:
        """`FileNotFoundError`: there is none. `NotPrivate` and `Unusable` say what is wrong with it; one that has
        expired is `Unusable`."""
        secret = self._read(self._path(tenant, name))
        if secret.expires_at is not None and secret.expires_at <= self._clock.wall():
            raise Unusable("it has expired")
        return secret

    def _read(self, path: Path) -> Secret:
        try:
            text = read_private(path).decode()
        except UnicodeDecodeError:
            raise Unusable("it is not UTF-8") from None
        with suppress(msgspec.DecodeError, msgspec.ValidationError):
            given = msgspec.json.decode(text, type=_Granted)
            expires = None if given.expires_at is None else given.expires_at / 1000
            return Secret(plain_fields(given.secret), expires)
        return Secret(read_fields(text))

    def _path(self, tenant: str, name: str) -> Path:
        if _TENANT.fullmatch(tenant) is None:
            raise ValueError("not the name of a tenant")
        return self._directory / tenant / f"{name}{SUFFIX}"


class _Granted(msgspec.Struct, forbid_unknown_fields=True):
    """What `grant` wrote, read with tolerance for how the fields are called."""

    secret: dict[str, Any]
    expires_at: int | None = None
