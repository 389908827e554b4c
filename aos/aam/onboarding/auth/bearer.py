"""`Authorization: Bearer`, with a token that somebody else issued."""

from collections.abc import Mapping
from typing import Any

from msgspec import field

from aos.aam.onboarding.auth.outgoing import Means, Outgoing, Ready
from aos.aam.onboarding.auth.spec import Spec


class BearerSpec(Spec, frozen=True, kw_only=True, tag_field="strategy", tag="bearer"):
    """`extra` are headers that go with the token."""

    extra: dict[str, str] = field(default_factory=dict)

    def needs(self) -> tuple[str, ...]:
        return ("token",)

    def signer(self, means: Means) -> "Bearer":
        return Bearer(self, means.header("token"))


class Bearer(Ready):
    def __init__(self, spec: BearerSpec, token: str) -> None:
        self.warning, self._extra, self._token = spec.warning, spec.extra, token

    def sign(self, out: Outgoing) -> None:
        out.headers.update(self._extra)
        out.headers["authorization"] = f"Bearer {self._token}"

    def told(self) -> Mapping[str, Any]:
        return {"access_token": self._token}
