"""The login of a database: user and password, or neither for a file."""

from aos.aam.onboarding.auth.outgoing import Means, Signer
from aos.aam.onboarding.auth.spec import Spec


class SqlSpec(Spec, frozen=True, kw_only=True, tag_field="strategy", tag="sql"):
    def needs(self) -> tuple[str, ...]:
        return ("user", "password")

    def signer(self, means: Means) -> Signer:
        raise TypeError("a database is not asked over HTTP")
