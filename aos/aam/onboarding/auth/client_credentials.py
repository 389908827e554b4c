"""OAuth 2 client credentials (RFC 6749, 4.4) and Zoom's and Box's own grants of the same kind."""

from collections.abc import Iterator
from typing import Literal
from urllib.parse import quote_plus

from msgspec import field

from aos.aam.onboarding.auth.basic import basic
from aos.aam.onboarding.auth.fetched import Fetched
from aos.aam.onboarding.auth.outgoing import Means, Token
from aos.aam.onboarding.auth.spec import Spec
from aos.aam.onboarding.auth.tokens import exchanged


class ClientCredentialsSpec(Spec, frozen=True, kw_only=True, tag_field="strategy", tag="client_credentials"):
    """`client` says where the client's name and secret stand; `form` is sent besides them."""

    token_url: str
    client: Literal["basic", "body"] = "body"
    grant: str = "client_credentials"
    form: dict[str, str] = field(default_factory=dict)

    def needs(self) -> tuple[str, ...]:
        return ("client_id", "client_secret")

    def templates(self) -> Iterator[str]:
        yield from (self.token_url, *self.form.values())

    def token_urls(self) -> Iterator[str]:
        yield self.token_url

    def signer(self, means: Means) -> "ClientCredentials":
        return ClientCredentials(self, means)


class ClientCredentials(Fetched):
    def __init__(self, spec: ClientCredentialsSpec, means: Means) -> None:
        super().__init__(means)
        self._spec, self.warning = spec, spec.warning

    async def fetch(self) -> Token:
        means, spec = self._means, self._spec
        form = {"grant_type": spec.grant} | {name: means.fill(text) for name, text in spec.form.items()}
        headers = with_client(means, spec.client, form)
        return await exchanged(means.exchange, means.clock, means.fill(spec.token_url), form, headers)


def with_client(means: Means, place: Literal["basic", "body"], form: dict[str, str]) -> dict[str, str]:
    """Put the client's name and secret into the form, or give the header that has them (RFC 6749, 2.3.1)."""
    name, secret = means.secret.reveal("client_id"), means.secret.reveal("client_secret")
    if place == "basic":
        return {"authorization": basic(quote_plus(name), quote_plus(secret))}
    form |= {"client_id": name, "client_secret": secret}
    return {}
