"""What the sidecar is told, and what it says of its lines."""

from typing import Annotated, Any, Literal

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


class QuarantineBudget(Strict, frozen=True):
    """When more than `ratio` of the last `window` lines were refused, the connector pauses."""

    ratio: Annotated[float, msgspec.Meta(ge=0, le=1)]
    window: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class Policy(Strict, frozen=True, omit_defaults=True):
    """All are optional (spec: Phase 4). `contract`, `resume` and where records are repaired from default by source
    type: `repair_url` holds the name of the id in braces, `repair_batch_url` takes many ids in one call,
    `repair_pointer` (RFC 6901) leads to the record in the answer to one. `repair_enabled` null: on where the source
    type knows where its records are repaired from. Without a `quarantine_budget` a connector goes on however many
    lines are refused."""

    repair_enabled: bool | None = None
    repair_url: str = ""
    repair_batch_url: str = ""
    repair_pointer: str = ""
    contract: str = ""
    resume: Resume | None = None
    idle_timeout_s: float = 15.0
    breaker: BreakerSettings = msgspec.field(default_factory=BreakerSettings)
    max_line_bytes: int = 1024 * 1024
    quarantine_budget: QuarantineBudget | None = None


class ConnectorConfig(Strict, frozen=True, omit_defaults=True):
    """A connector as it is stored. `config_gen` grows with every change and stands in every envelope. `pipe_id` empty:
    that of the source type."""

    connector_id: str
    source_type: str
    target_url: str
    policy: Policy = msgspec.field(default_factory=Policy)
    config_gen: int = 1
    pipe_id: str = ""


class FaultNote(Strict, frozen=True, omit_defaults=True):
    """One faulty field of a refused line: where (JSON path), how, and what was expected."""

    path: str
    kind: str
    expected: str = ""
    found: str = ""


class Refusal(Strict, frozen=True, omit_defaults=True):
    """Why a line lies in quarantine and where it came from. `length` and `sha256` describe the whole line, also where
    only its head was kept (`too_long`); `pipe_id` is the pipe that it was to be filed under. Times in milliseconds
    since the epoch."""

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
    pipe_id: str = ""


class Pause(Strict, frozen=True):
    """Why a connector does not read, who stopped it, and since when (milliseconds since the epoch). A full quarantine
    lets go by itself; the others until they are resumed, over restarts."""

    by: Literal["operator", "budget", "quarantine_full"]
    why: str
    since: int


class PauseRequest(Strict, frozen=True):
    """`why` is shown wherever the connector is."""

    why: Annotated[str, msgspec.Meta(max_length=500)] = ""


class ConnectorReport(Strict, frozen=True, omit_defaults=True):
    """A connector as `GET /api/ingest/connectors` shows it; `target_url` without userinfo and secret parameters,
    `pipe_id` empty where its records have none.
    `guarantee` is empty where it can't run as it is stored; its health says why."""

    connector_id: str
    source_type: str
    target_url: str
    config_gen: int
    replayable: bool
    guarantee: str
    position: int | None
    health: HealthReport | None = None
    paused: Pause | None = None
    pipe_id: str = ""


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


QuarantineStatus = Literal["held", "replaying", "discarding", "replayed", "discarded"]


class QuarantineItem(Strict, frozen=True):
    """`data` is the line as text where it is UTF-8, else null; `data_base64` always gives the exact bytes. `why` says
    why it was discarded, `settled_by` which role replayed or discarded it, `settled_at` when (milliseconds since the
    epoch); null and empty while it is held."""

    id: int
    refusal: Refusal
    data: str | None
    data_base64: str
    status: QuarantineStatus = "held"
    why: str = ""
    settled_by: str = ""
    settled_at: int | None = None


class QuarantineList(Strict, frozen=True):
    """Newest first; `cursor` asks for the next page, null at the end."""

    items: list[QuarantineItem]
    cursor: int | None


MOST_SETTLED = 10_000  # lines in one call
Id = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Ids = Annotated[list[Id], msgspec.Meta(max_length=MOST_SETTLED)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=MOST_SETTLED)]


class ReplayRequest(Strict, frozen=True):
    """Which held lines go through the current contract again: these `ids`, or those of a `reason` and a `connector`, or
    (with nothing given) all. `force` tries named lines again that a replay passes over otherwise."""

    ids: Ids | None = None
    reason: str = ""
    connector: str = ""
    limit: Limit = MOST_SETTLED
    force: bool = False


class DiscardRequest(Strict, frozen=True):
    """Which held lines are given up: these `ids`, those of a `reason` and a `connector`, or with `all` everything."""

    why: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    ids: Ids | None = None
    reason: str = ""
    connector: str = ""
    all: bool = False
    limit: Limit = MOST_SETTLED


class Skipped(Strict, frozen=True):
    """A line that was left as it is."""

    id: int
    why: str


class Replayed(Strict, frozen=True):
    """`replayed` lines were published (`repaired` of them after a repair), `still_refused` failed again. `skipped`
    names up to 1,000 of `skipped_count` lines that were not tried; `remaining` is what this call did not get to."""

    replayed: int
    repaired: int
    still_refused: int
    skipped: list[Skipped]
    skipped_count: int
    remaining: int


class Discarded(Strict, frozen=True):
    """`skipped` names up to 1,000 of `skipped_count` lines that were not held; `remaining` is what this call did not
    get to."""

    discarded: int
    skipped: list[Skipped]
    skipped_count: int
    remaining: int
