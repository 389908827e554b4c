"""Whose account a credential is of, held against the account that resource_ids[0] names."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aos.aam.onboarding.answer import Answer, at
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.families import Ask, Family, Identity
from aos.aam.onboarding.granted import claims

ANOTHER = "The credential is of another account than resource_ids[0]"
RENEW = "store a credential of the account that resource_ids[0] names, or onboard the account that it is of"
UNCHECKED = "Whose account this is could not be checked"


class Whose:
    """`named` is resource_ids[0]; `strategy` how the connection proves who asks."""

    def __init__(self, family: Family, named: str, strategy: str) -> None:
        self._title, self._identity = family.title, family.identity
        self._named, self._strategy = named.strip(), strategy

    async def check(
        self, health: Answer, token: Mapping[str, Any], read: Callable[[Ask], Awaitable[Answer]]
    ) -> tuple[str, ...]:
        """Warnings. `Failure` where the source tells of another account. The identity's own read is made only where
        nothing that is known already names the same account."""
        identity = self._identity
        if identity is None or self._strategy in identity.proved_by:
            return ()
        if not self._named:
            return (f"{UNCHECKED}: resource_ids[0] names none",)
        if identity.only and not re.fullmatch(identity.only, self._named):
            return (f"{UNCHECKED}: {self._title} does not tell an account by that kind of name",)
        wanted = compared(identity, self._named) or self._named
        told = _told(identity, health, token)
        if wanted not in told and identity.ask is not None:
            told |= _found(identity, "ask", (await read(identity.ask)).value)
        if wanted in told:
            return ()
        if told:
            raise Failure(Kind.CREDENTIALS, ANOTHER, RENEW)
        return (f"{UNCHECKED}: {self._title} does not tell it of this credential",)


def _told(identity: Identity, health: Answer, token: Mapping[str, Any]) -> set[str]:
    return _found(identity, "health", health.value) | _found(
        identity, "token", claims(str(token.get("access_token") or ""))
    )


def _found(identity: Identity, where: str, value: Any) -> set[str]:
    """What is told in one place, in the form that is compared."""
    pointers = [pointer for place, _, pointer in (told.partition(":") for told in identity.told) if place == where]
    texts = [at(value, pointer) for pointer in pointers]
    return {compared(identity, str(text)) for text in texts if isinstance(text, str | int)} - {""}


def compared(identity: Identity, text: str) -> str:
    """The part of a name that counts; empty where it is no name of this kind."""
    found = re.fullmatch(identity.pattern, text.strip())
    if found is None:
        return ""
    value = found[1] if found.re.groups else found[0]
    return value.casefold() if identity.fold else value
