"""OAuth 1.0a with HMAC-SHA256 and a realm: NetSuite's token-based authentication."""

import secrets
from collections.abc import Iterator

from aos.aam.onboarding.auth.outgoing import Means, Outgoing, Ready
from aos.aam.onboarding.auth.spec import Spec


class OAuth1Spec(Spec, frozen=True, kw_only=True, tag_field="strategy", tag="oauth1"):
    realm: str

    def needs(self) -> tuple[str, ...]:
        return ("consumer_key", "consumer_secret", "token_id", "token_secret")

    def templates(self) -> Iterator[str]:
        yield self.realm

    def signer(self, means: Means) -> "OAuth1":
        return OAuth1(self, means)


class OAuth1(Ready):
    def __init__(self, spec: OAuth1Spec, means: Means) -> None:
        self._means, self.warning, self._realm = means, spec.warning, means.fill(spec.realm)

    def sign(self, out: Outgoing) -> None:
        from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, Client

        client = Client(
            self._means.secret.reveal("consumer_key"),
            client_secret=self._means.secret.reveal("consumer_secret"),
            resource_owner_key=self._means.secret.reveal("token_id"),
            resource_owner_secret=self._means.secret.reveal("token_secret"),
            signature_method=SIGNATURE_HMAC_SHA256,
            realm=self._realm,
            nonce=secrets.token_hex(16),
            timestamp=str(int(self._means.clock.wall())),
        )
        _, headers, _ = client.sign(out.url, http_method=out.method)
        out.headers["authorization"] = str(headers["Authorization"])
