"""Okta's two schemes: `SSWS` for an API token, `Bearer` for an OAuth access token, which is a JWT."""

from collections.abc import Mapping
from typing import Any

from aos.aam.onboarding.auth.outgoing import Means, Outgoing, Ready
from aos.aam.onboarding.auth.spec import Spec


class SswsSpec(Spec, frozen=True, kw_only=True, tag_field="strategy", tag="ssws"):
    """`warning` holds for an API token alone."""

    def needs(self) -> tuple[str, ...]:
        return ("token",)

    def signer(self, means: Means) -> "Ssws":
        return Ssws(self, means.header("token"))


class Ssws(Ready):
    def __init__(self, spec: SswsSpec, token: str) -> None:
        jwt = token.startswith("eyJ") and token.count(".") == 2
        self.warning = "" if jwt else spec.warning
        self._header = f"{'Bearer' if jwt else 'SSWS'} {token}"
        self._token = token if jwt else ""

    def sign(self, out: Outgoing) -> None:
        out.headers["authorization"] = self._header

    def told(self) -> Mapping[str, Any]:
        return {"access_token": self._token} if self._token else {}
