"""What the sidecar is told, and what it says of its lines."""

from typing import Any, Literal

import msgspec

from aos.contracts.base import Strict
from aos.contracts.health import HealthReport


class Resume(Strict, frozen=True, omit_defaults=True):
    """How to go on after a reconnect or restart: by line number, or by a field of the last record, sent as `param`."""

    by: Literal["line", "field"]
    param: str
    field: str = ""


class BreakerSettings(Strict, frozen=True):
    """`failures` in a row open it; `cooldown_s` seconds of rest each time."""

    failures: int = 5
    cooldown_s: float = 60.0


class Policy(Strict, frozen=True, omit_defaults=True):
    """All but the first are optional (spec: Phase 4). `contract` and `resume` default by source type."""

    repair_enabled: bool = False
    contract: str = ""
    resume: Resume | None = None
    idle_timeout_s: float = 15.0
    breaker: BreakerSettings = msgspec.field(default_factory=BreakerSettings)
    max_line_bytes: int = 1024 * 1024


class ConnectorConfig(Strict, frozen=True, omit_defaults=True):
    """A connector as it is stored. `config_gen` grows with every change and stands in every envelope."""

    connector_id: str
    source_type: str
    target_url: str
    policy: Policy = msgspec.field(default_factory=Policy)
    config_gen: int = 1


class FaultNote(Strict, frozen=True, omit_defaults=True):
    """One faulty field of a refused line: where (JSON path), how, and what was expected."""

    path: str
    kind: str
    expected: str = ""
    found: str = ""


class Refusal(Strict, frozen=True, omit_defaults=True):
    """Why a line lies in quarantine and where it came from. `length` and `sha256` describe the whole line, also where
    only its head was kept (`too_long`). Times in milliseconds since the epoch."""

    connector_id: str
    config_gen: int
    source: str
    target: str
    position: int
    trace_id: str
    reason: str
    first_seen: int
    length: int
    detail: str = ""
    sha256: str = ""
    contract: str = ""
    faults: list[FaultNote] = msgspec.field(default_factory=list)
    replays: int = 0


class ConnectorReport(Strict, frozen=True, omit_defaults=True):
    """A connector as `GET /api/ingest/connectors` shows it; `target_url` without userinfo and secret parameters."""

    connector_id: str
    source_type: str
    target_url: str
    config_gen: int
    replayable: bool
    guarantee: str
    position: int | None
    health: HealthReport | None = None


class ConnectorList(Strict, frozen=True):
    connectors: list[ConnectorReport]


class StreamEntry(Strict, frozen=True):
    """One entry of `dcl.ingest.raw` for a look; `envelope` is the parsed `data`."""

    id: str
    crc: str
    envelope: Any


class StreamLook(Strict, frozen=True):
    """`entries` oldest first; `length` is what lies in the stream, `lag` what is not acknowledged yet."""

    stream: str
    length: int
    lag: int
    entries: list[StreamEntry]


class QuarantineItem(Strict, frozen=True):
    """`data` is the line as text where it is UTF-8, else null; `data_base64` always gives the exact bytes."""

    id: int
    refusal: Refusal
    data: str | None
    data_base64: str


class QuarantineList(Strict, frozen=True):
    """Newest first; `cursor` asks for the next page, null at the end."""

    items: list[QuarantineItem]
    cursor: int | None
