"""Why a step of an onboarding failed. The kind decides the state; no sentence does."""

from enum import Enum

from aos.contracts.onboarding import ConnectionState
from aos.core.errors import AosError


class Kind(Enum):
    """What an answer, or the lack of one, means."""

    CREDENTIALS = "credentials"  # 401 and its dialects, an expired token, a grant that was taken back
    PERMISSION = "permission"  # known, but not allowed: a scope or a role is missing
    SCHEMA = "schema"  # it answers, but not in the shape that was known
    THROTTLED = "throttled"  # still told to wait when the deadline came
    NETWORK = "network"  # no address, no connection, no TLS, no answer in time, not allowed by the gate
    OTHER = "other"


STATES: dict[Kind, ConnectionState] = {
    Kind.CREDENTIALS: "AWAITING_CREDENTIALS",
    Kind.PERMISSION: "HEALING",
    Kind.SCHEMA: "HEALING",
    Kind.THROTTLED: "HEALING",
    Kind.NETWORK: "NETWORK_BLOCKED",
    Kind.OTHER: "ERROR",
}


class Failure(AosError):
    """`message` says what happened, without a secret and without an answer's own words where they could hold one;
    `next_action` what a person can do; `answered` is the status of the answer that said so, 0 where none came."""

    status, title, code = 502, "The source could not be onboarded", "onboarding.failed"

    def __init__(self, kind: Kind, message: str, next_action: str, answered: int = 0) -> None:
        super().__init__(message, code=f"onboarding.{kind.value}", next_action=next_action)
        self.kind, self.next_action, self.answered = kind, next_action, answered

    @property
    def state(self) -> ConnectionState:
        return STATES[self.kind]
