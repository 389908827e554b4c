"""What the data of every strategy have in common."""

from collections.abc import Iterator

from aos.aam.onboarding.auth.outgoing import Means, Signer
from aos.contracts.base import Strict


class Spec(Strict, frozen=True, kw_only=True):
    """`warning` is told of a connection that is read this way."""

    warning: str = ""

    def needs(self) -> tuple[str, ...]:
        """The fields that a credential must have for this strategy."""
        raise NotImplementedError

    def templates(self) -> Iterator[str]:
        """Texts with placeholders of the family in them."""
        yield from self.token_urls()

    def token_urls(self) -> Iterator[str]:
        """Templates of the URLs that a token is fetched from."""
        yield from ()

    def signer(self, means: Means) -> Signer:
        """`Failure` where the credential can't be used."""
        raise NotImplementedError
