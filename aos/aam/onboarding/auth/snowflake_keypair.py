"""Snowflake key pair: each request carries a JWT of our own; its issuer names the fingerprint of the public key."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator

from aos.aam.onboarding.auth.jwt_bearer import signed
from aos.aam.onboarding.auth.outgoing import Means, Outgoing, Ready
from aos.aam.onboarding.auth.spec import Spec
from aos.aam.onboarding.failure import Failure, Kind

LIFE_S = 3_000  # the vendor takes an hour
EARLY_S = 120


class SnowflakeKeypairSpec(Spec, frozen=True, kw_only=True, tag_field="strategy", tag="snowflake_keypair"):
    """`account` is the template of ORG-ACCOUNT."""

    account: str

    def needs(self) -> tuple[str, ...]:
        return ("user", "private_key")

    def templates(self) -> Iterator[str]:
        yield self.account

    def signer(self, means: Means) -> "SnowflakeKeypair":
        return SnowflakeKeypair(self, means)


class SnowflakeKeypair(Ready):
    def __init__(self, spec: SnowflakeKeypairSpec, means: Means) -> None:
        self._means, self.warning = means, spec.warning
        # A dot parts the account from the user; one in the account is written as a hyphen.
        account = means.fill(spec.account).upper().replace(".", "-")
        self._subject = f"{account}.{means.secret.reveal('user').upper()}"
        self._print = fingerprint(means.secret.reveal("private_key"))
        self._token, self._until = "", 0.0

    def sign(self, out: Outgoing) -> None:
        now = self._means.clock.wall()
        if now >= self._until:
            claims = {
                "iss": f"{self._subject}.{self._print}",
                "sub": self._subject,
                "iat": int(now),
                "exp": int(now) + LIFE_S,
            }
            self._token = signed(claims, self._means.secret.reveal("private_key"))
            self._until = now + LIFE_S - EARLY_S
        out.headers["authorization"] = f"Bearer {self._token}"
        out.headers["x-snowflake-authorization-token-type"] = "KEYPAIR_JWT"


def fingerprint(private_key: str) -> str:
    """`SHA256:` and the digest of the public key, as `DESC USER` shows it."""
    from cryptography.hazmat.primitives import serialization

    try:
        public = serialization.load_pem_private_key(private_key.encode(), None).public_key()
    except (ValueError, TypeError):
        told = "The credential's private_key is no key in PEM without a passphrase"
        raise Failure(Kind.CREDENTIALS, told, "store the private key again, as it was issued") from None
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return "SHA256:" + b64encode(hashlib.sha256(der).digest()).decode()
