"""Locator → `Secret`, looked up each time it is used and kept nowhere. What is not there yet is waited for."""

import asyncio
from pathlib import Path

from aos.aam.onboarding.consents import Consents
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.locator import Locator
from aos.aam.onboarding.private_file import NotPrivate, read_private
from aos.aam.onboarding.secret import Secret
from aos.aam.onboarding.secret_fields import Unusable, read_fields
from aos.aam.onboarding.vault import Vault
from aos.core.settings import Settings, variable


class Credentials:
    """`env:`, `vault:` and `sp:` are the machine's and shared by its tenants; each tenant has its own consents."""

    def __init__(self, settings: Settings, vault: Vault, consents: Consents) -> None:
        self._allowed = settings.credential_env
        self._sp_dir = Path(settings.sp_dir) if settings.sp_dir else settings.data_dir / "aam" / "sp"
        self._vault, self._consents = vault, consents

    def may_be_kept(self, locator: Locator) -> bool:
        """Whether the registry may hold it: the name of a variable that is not allowed may be anything."""
        return locator.kind != "env" or variable(locator.name, self._allowed) is not None

    async def secret(self, tenant: str, locator: Locator | None) -> Secret:
        """A `Failure` says in which state the connection waits, and for what."""
        if locator is None:
            raise _absent("no credential is named", "send the intent again with a credential_locator")
        match locator.kind:
            case "env":
                return self._variable(locator.name)
            case "vault":
                return await self._vault.secret(locator.name)
            case "consent":
                return await asyncio.to_thread(self._consent, tenant, locator.name)
            case "sp":
                return await asyncio.to_thread(self._principal, locator.name)

    def _variable(self, name: str) -> Secret:
        value = variable(name, self._allowed)
        if value is None:
            act = f"name it as one of {self._allowed} or widen AOS_CREDENTIAL_ENV, and send the intent again"
            raise _absent("the variable that is named may not be used", act)
        try:
            return Secret(read_fields(value))
        except Unusable as why:
            told = "is not set" if not value else f"can't be used: {why}"
            raise _absent(f"the variable {name} {told}", f"start AOS with {name}, then heal") from None

    def _consent(self, tenant: str, name: str) -> Secret:
        act = f"an operator grants it: POST /aam/consents/{name}/grant; then heal"
        try:
            return self._consents.secret(tenant, name)
        except FileNotFoundError:
            raise _absent(f"consent {name} was not granted", act) from None
        except (NotPrivate, Unusable) as why:
            raise _absent(f"the grant {name} can't be used: {why}", act) from None

    def _principal(self, name: str) -> Secret:
        """A relative name lies in the directory; an absolute one must lie below it, links followed."""
        path = self._sp_dir / name
        act = f"put the file into {self._sp_dir}, mode 0600, then heal"
        try:
            inside = path.resolve().is_relative_to(self._sp_dir.resolve())
        except (OSError, RuntimeError, ValueError):  # RuntimeError: links that lead round and round
            raise _absent("the service principal file's name leads nowhere", act) from None
        if not inside:
            raise _absent("service principal files are taken from their own directory alone", act)
        try:
            return Secret(read_fields(read_private(path).decode()))
        except FileNotFoundError:
            raise _absent("the service principal file is not there", act) from None
        except UnicodeDecodeError:
            raise _absent("the service principal file is not UTF-8", act) from None
        except (NotPrivate, Unusable) as why:
            raise _absent(f"the service principal file is not used: {why}", act) from None


def _absent(message: str, next_action: str) -> Failure:
    return Failure(Kind.CREDENTIALS, message, next_action)
