"""What a worker or connector says of itself."""

import enum

import msgspec

from aos.contracts.base import Strict


class State(enum.Enum):
    """Health follows progress, not liveness."""

    STARTING = "starting"
    RUNNING = "running"
    IDLE = "idle"
    STALLED = "stalled"
    CIRCUIT_OPEN = "circuit_open"
    PAUSED = "paused"
    DEGRADED = "degraded"
    RECOVERING = "recovering"
    STOPPED = "stopped"


class HealthReport(Strict, frozen=True):
    """`since` in milliseconds since the epoch; ages in seconds, null when it never happened."""

    name: str
    kind: str
    state: State
    reason: str
    since: int
    next_action: str
    last_byte_age_s: float | None = None
    last_record_age_s: float | None = None
    last_ack_age_s: float | None = None
    restarts: int = 0
    detail: dict[str, str | int | float | bool | None] = msgspec.field(default_factory=dict)


class Readiness(Strict, frozen=True):
    """Answer of `/readyz`: a degraded pipe is listed, not a 503."""

    ready: bool
    instance: str
    data_source: str
    blocking: list[str]
    reports: list[HealthReport]
