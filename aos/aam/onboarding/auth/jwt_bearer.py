"""JWT bearer (RFC 7523): a claim signed with the credential's key is exchanged for a token. Google and Salesforce take
it for the grant itself, Okta for what proves the client."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from msgspec import field

from aos.aam.onboarding.auth.fetched import Fetched
from aos.aam.onboarding.auth.outgoing import Means, Token
from aos.aam.onboarding.auth.spec import Spec
from aos.aam.onboarding.auth.tokens import exchanged
from aos.aam.onboarding.failure import Failure, Kind

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CLIENT_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFE_S = 180  # Salesforce takes no longer one


class JwtBearerSpec(Spec, frozen=True, kw_only=True, tag_field="strategy", tag="jwt_bearer"):
    """`issuer` is the field of the credential that names us; `subject` the field or the `{placeholder}` in whose name
    we ask, if any. `scope` is asked for in the claim. `audiences` has another audience for a token URL with
    that piece in it. A credential that names a `token_uri` must name this token URL: a key signs for nobody else.
    With `proves` = `client` the grant is client credentials (RFC 7523, 2.2)."""

    token_url: str
    issuer: str = "client_email"
    audience: str = ""
    audiences: dict[str, str] = field(default_factory=dict)
    subject: str = ""
    scope: str = ""
    proves: Literal["grant", "client"] = "grant"

    def needs(self) -> tuple[str, ...]:
        named = (self.subject,) if self.subject and not self.subject.startswith("{") else ()
        return tuple(dict.fromkeys((self.issuer, *named, "private_key")))

    def templates(self) -> Iterator[str]:
        yield self.token_url
        if self.subject.startswith("{"):
            yield self.subject

    def token_urls(self) -> Iterator[str]:
        yield self.token_url

    def signer(self, means: Means) -> "JwtBearer":
        url = means.fill(self.token_url)
        if "token_uri" in means.secret.names and means.secret.reveal("token_uri") != url:
            told = f"The credential's token_uri is not {url}"
            raise Failure(Kind.CREDENTIALS, told, "use the key file as it was issued")
        return JwtBearer(self, means)


class JwtBearer(Fetched):
    def __init__(self, spec: JwtBearerSpec, means: Means) -> None:
        super().__init__(means)
        self._spec, self.warning = spec, spec.warning

    async def fetch(self) -> Token:
        means, spec = self._means, self._spec
        url, now = means.fill(spec.token_url), int(means.clock.wall())
        claims: dict[str, Any] = {
            "iss": means.secret.reveal(spec.issuer),
            "aud": next((to for piece, to in spec.audiences.items() if piece in url), spec.audience or url),
            "iat": now,
            "exp": now + LIFE_S,
            "jti": uuid.uuid4().hex,
        }
        if spec.scope and spec.proves == "grant":
            claims["scope"] = spec.scope
        if spec.subject.startswith("{"):
            claims |= {"sub": subject} if (subject := means.fill(spec.subject)) else {}
        elif spec.subject:
            claims["sub"] = means.secret.reveal(spec.subject)
        assertion = signed(claims, means.secret.reveal("private_key"))
        form = {"grant_type": GRANT, "assertion": assertion}
        if spec.proves == "client":
            form = {"grant_type": "client_credentials", "scope": spec.scope}
            form |= {"client_assertion_type": CLIENT_ASSERTION, "client_assertion": assertion}
        return await exchanged(means.exchange, means.clock, url, form, {})


def signed(claims: Mapping[str, Any], private_key: str) -> str:
    """An RS256 JWT. `Failure` where the key can't be used; nothing of the key is told."""
    import jwt  # takes a tenth of a second to import, and most connections need none

    try:
        return jwt.encode(dict(claims), private_key, algorithm="RS256")
    except (ValueError, TypeError, jwt.PyJWTError):
        told = "The credential's private_key is no RSA key in PEM without a passphrase"
        raise Failure(Kind.CREDENTIALS, told, "store the private key again, as it was issued") from None
