"""A request before it is sent, as the vendor is to get it, and what signs it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.secret import Secret
from aos.core.clock import Clock


@dataclass(slots=True)
class Outgoing:
    """`url` is the vendor's own, whole and already quoted: it is what signatures cover, byte for byte."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def copy(self) -> "Outgoing":
        return Outgoing(self.method, self.url, dict(self.headers), self.body)


Exchange = Callable[[str, Mapping[str, str], Mapping[str, str]], Awaitable[dict[str, Any]]]
"""Posts a form (second) with headers (third) to a token URL and gives the reply as an object. `Failure` otherwise."""


class Signer(Protocol):
    """Adds to a request what proves who asks."""

    warning: str

    async def ready(self) -> None:
        """Fetch what signing needs. Before a place in the lane is taken, since fetching takes one too."""

    def sign(self, out: Outgoing) -> None: ...

    def forget(self) -> bool:
        """Drop what was fetched; false where nothing was, so that asking again would be the same."""

    def told(self) -> Mapping[str, Any]:
        """What the token's reply said besides the token; empty where there is none."""


class Ready:
    """What a strategy that fetches nothing has in common with the others."""

    warning = ""

    async def ready(self) -> None:
        return

    def forget(self) -> bool:
        return False

    def told(self) -> Mapping[str, Any]:
        return {}


class Means(NamedTuple):
    """What a strategy is given. `values` are the placeholders of the connection."""

    secret: Secret
    values: Mapping[str, str]
    clock: Clock
    tokens: "Tokens"
    exchange: Exchange
    owner: str  # what tells this credential's tokens from another's

    def fill(self, template: str) -> str:
        return template.format_map(self.values)

    def header(self, name: str) -> str:
        """A field that goes into a header; `Failure` where no header can carry it, since a library would quote it."""
        value = self.secret.reveal(name)
        if value and value.isascii() and value.isprintable():
            return value
        told = f"The credential's {name} holds characters that no header can carry, or nothing"
        raise Failure(Kind.CREDENTIALS, told, f"store {name} again, as it was issued")


class Token(NamedTuple):
    """`until` in seconds of the monotonic clock."""

    value: str
    until: float
    reply: Mapping[str, Any]


class Tokens(Protocol):
    async def get(self, owner: str, fetch: Callable[[], Awaitable[Token]]) -> Token: ...

    def forget(self, owner: str, token: Token) -> None: ...
