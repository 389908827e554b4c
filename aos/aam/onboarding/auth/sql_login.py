"""The login of a database: user and password, or neither for a file."""

from collections.abc import Iterator

from aos.aam.onboarding.auth.outgoing import Means, Signer
from aos.contracts.base import Strict


class SqlSpec(Strict, frozen=True, kw_only=True, tag_field="strategy", tag="sql"):
    warning: str = ""

    def needs(self) -> tuple[str, ...]:
        return ("user", "password")

    def templates(self) -> Iterator[str]:
        yield from ()

    def token_urls(self) -> Iterator[str]:
        yield from ()

    def signer(self, means: Means) -> Signer:
        raise TypeError("a database is not asked over HTTP")
