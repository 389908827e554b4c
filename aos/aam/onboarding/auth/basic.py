"""`Authorization: Basic` (RFC 7617, UTF-8)."""

from base64 import b64encode

from aos.aam.onboarding.auth.outgoing import Means, Outgoing, Ready
from aos.aam.onboarding.auth.spec import Spec
from aos.aam.onboarding.failure import Failure, Kind


class BasicSpec(Spec, frozen=True, kw_only=True, tag_field="strategy", tag="basic"):
    """Which fields of the credential are the two halves; `suffix` goes behind the user (Zendesk's `/token`)."""

    user: str = "username"
    password: str = "password"  # noqa: S105 a field's name
    suffix: str = ""

    def needs(self) -> tuple[str, ...]:
        return (self.user, self.password)

    def signer(self, means: Means) -> "Basic":
        user = means.secret.reveal(self.user)
        if ":" in user or not user:
            told = f"The credential's {self.user} is empty or holds a colon, which ends a name in Basic"
            raise Failure(Kind.CREDENTIALS, told, f"store {self.user} again, as it was issued")
        return Basic(self, basic(user + self.suffix, means.secret.reveal(self.password)))


class Basic(Ready):
    def __init__(self, spec: BasicSpec, header: str) -> None:
        self.warning, self._header = spec.warning, header

    def sign(self, out: Outgoing) -> None:
        out.headers["authorization"] = self._header


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()
