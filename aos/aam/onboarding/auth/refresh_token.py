"""OAuth 2 refresh token (RFC 6749, 6)."""

from collections.abc import Iterator
from typing import Literal

from aos.aam.onboarding.auth.client_credentials import with_client
from aos.aam.onboarding.auth.fetched import Fetched
from aos.aam.onboarding.auth.outgoing import Means, Token
from aos.aam.onboarding.auth.spec import Spec
from aos.aam.onboarding.auth.tokens import exchanged


class RefreshTokenSpec(Spec, frozen=True, kw_only=True, tag_field="strategy", tag="refresh_token"):
    token_url: str
    client: Literal["basic", "body"] = "body"

    def needs(self) -> tuple[str, ...]:
        return ("client_id", "client_secret", "refresh_token")

    def token_urls(self) -> Iterator[str]:
        yield self.token_url

    def signer(self, means: Means) -> "RefreshToken":
        return RefreshToken(self, means)


class RefreshToken(Fetched):
    def __init__(self, spec: RefreshTokenSpec, means: Means) -> None:
        super().__init__(means)
        self._spec, self.warning = spec, spec.warning

    async def fetch(self) -> Token:
        means = self._means
        form = {"grant_type": "refresh_token", "refresh_token": means.secret.reveal("refresh_token")}
        headers = with_client(means, self._spec.client, form)
        return await exchanged(means.exchange, means.clock, means.fill(self._spec.token_url), form, headers)
