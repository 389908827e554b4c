"""Path 3, content: rows that Farm pushes to DCL, and what DCL says of them (source 003, "DCL Push")."""

from typing import Annotated, Any

import msgspec

from aos.contracts.base import Strict, Wire
from aos.contracts.names import Name, ShortText, SnapshotName, Tenant, UtcTimestamp

MOST_IN_PUSH = 100_000
MOST_LEVELS = 32  # objects and lists of a row that stand in each other, the row being the first; DCL refuses more


class ContentPush(Strict, frozen=True, kw_only=True):
    """A chunk of a run's rows. `run_id`, `pipe_id`, schema hash and batch number stand in the headers `x-run-id`,
    `x-pipe-id`, `x-schema-hash` and `x-batch-seq`; `row_count` is the length of `rows`, each a JSON object."""

    source_system: Name
    tenant_id: Tenant | None = None
    snapshot_name: SnapshotName | None = None
    run_timestamp: UtcTimestamp
    schema_version: ShortText
    row_count: Annotated[int, msgspec.Meta(ge=0, le=MOST_IN_PUSH)]
    rows: Annotated[list[msgspec.Raw], msgspec.Meta(max_length=MOST_IN_PUSH)]


class ContentAccepted(Strict, frozen=True, kw_only=True):
    """Every row of the chunk is durable. `drift_fields` (`+added`, `-missing`) only where there is drift."""

    dcl_run_id: str
    pipe_id: str
    rows_accepted: int
    schema_drift: bool
    drift_fields: list[str] | None = None
    matched_schema: bool = True
    schema_fields: list[str]
    timestamp: str
    warnings: list[str] = msgspec.field(default_factory=list)


class NoMatchingPipe(Wire, frozen=True, kw_only=True):
    """The 422 of the guard, at top level of a problem body, whose own fields stand beside these. Nothing was stored."""

    error: str
    pipe_id: str
    message: str
    hint: str
    available_pipes: list[str] | None
    timestamp: str


class StoredRow(Strict, frozen=True, kw_only=True):
    """A row as it came. `batch` names the chunk (`x-batch-seq`, or the body's SHA-256), `row` counts from 0 in it.
    `value` is an object; where somebody changed the database so that it is no JSON object any more, the text of it."""

    run_id: str
    batch: str
    row: int
    value: Any


class RowPage(Strict, frozen=True, kw_only=True):
    """Rows in the order of run, batch and row; `cursor` asks for the next page, null at the end."""

    pipe_id: str
    rows: list[StoredRow]
    cursor: str | None


class Orphan(Strict, frozen=True):
    """Content that found no pipe, by sender: a source system (or a connector) and the key that was used. `pipe_id` is
    the last one that it named. Nothing of it was kept but what a stream sent, which waits in quarantine. Times in
    milliseconds since the epoch."""

    sender: str
    key_id: str
    refused: int
    rows: int
    pipe_id: str
    first: int
    last: int


class OrphanList(Strict, frozen=True):
    """The last one first."""

    orphans: list[Orphan]
