"""Path 2, instruction: the job order that AAM gives Farm (source 003, "JobManifest Schema")."""

from typing import Annotated, Any, Literal

import msgspec

from aos.contracts.base import Strict
from aos.contracts.names import AsSpelled, Name, PipeId, Reference, RunId, ShortText, SnapshotName, Tenant, UtcTimestamp
from aos.contracts.recon import Verdict

Adapter = Literal["rest_api", "jdbc", "kafka", "ipaas", "webhook"]
MOST_ROWS = 10_000_000
Url = Annotated[str, msgspec.Meta(pattern="^https?://[^\\s]{1,2040}$(?!\\n)")]


class ManifestSource(Strict, frozen=True, kw_only=True):
    """Where rows come from. `endpoint_ref` is read by the adapter alone; credentials are references."""

    pipe_id: PipeId
    system: Name
    adapter: Adapter
    endpoint_ref: dict[str, Any]
    credentials_ref: Reference | None = None
    query: Annotated[str, msgspec.Meta(max_length=10_000)] | None = None


class FieldMap(Strict, frozen=True, kw_only=True):
    """A source field's new name; `scale` multiplies numbers; `unit` is kept; a `dim` groups when there is a grain."""

    target: Name
    unit: ShortText | None = None
    scale: float | None = None
    dim: bool = False


class ManifestTransform(Strict, frozen=True, kw_only=True):
    """Without a `schema_map` rows go on as they came; with one, only mapped fields do."""

    schema_map: Annotated[dict[str, FieldMap], msgspec.Meta(max_length=2_000)] = msgspec.field(default_factory=dict)
    grain: Literal["quarter", "month", "day"] | None = None
    period_field: AsSpelled | None = None
    period_format: Literal["YYYY-Qq", "YYYY-MM", "YYYY-MM-DD"] | None = None


class ManifestTarget(Strict, frozen=True, kw_only=True):
    """Where Farm delivers: DCL's `/ingest`."""

    dcl_url: Url
    auth_token_ref: Reference | None = None
    tenant_id: Tenant | None = None
    snapshot_name: SnapshotName | None = None


class ManifestProvenance(Strict, frozen=True, kw_only=True):
    run_timestamp: UtcTimestamp
    triggered_by: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]


class ManifestLimits(Strict, frozen=True, kw_only=True):
    """`max_rows` ends a job as truncated; `timeout_seconds` is the whole job's; `retry_count` is for each push."""

    max_rows: Annotated[int, msgspec.Meta(ge=1, le=MOST_ROWS)] = 100_000
    timeout_seconds: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 300
    retry_count: Annotated[int, msgspec.Meta(ge=0, le=10)] = 2


class JobManifest(Strict, frozen=True, kw_only=True):
    """`run_id` correlates; the same (run_id, pipe_id) again is the same job."""

    manifest_version: Literal["1.0"] = "1.0"
    run_id: RunId
    farm_verification: bool = False
    source: ManifestSource
    transform: ManifestTransform = msgspec.field(default_factory=ManifestTransform)
    target: ManifestTarget
    provenance: ManifestProvenance
    limits: ManifestLimits = msgspec.field(default_factory=ManifestLimits)


class ManifestAccepted(Strict, frozen=True, kw_only=True):
    """Farm's 202: queued durably, or known already."""

    run_id: str
    pipe_id: str
    job_id: str
    status: str


JobState = Literal["queued", "running", "done", "failed", "rejected"]


class JobReport(Strict, frozen=True, kw_only=True):
    """A job as it stands. `rejected` is DCL's 422 (never retried); `rows_read` came from the source, `rows_pushed` were
    accepted by DCL, in `batches`. `why` says what failed, `next_action` what to do. Times in ms since the epoch."""

    job_id: str
    run_id: str
    pipe_id: str
    state: JobState
    adapter: str
    system: str
    created_at: int
    started_at: int | None = None
    finished_at: int | None = None
    rows_read: int = 0
    rows_pushed: int = 0
    batches: int = 0
    truncated: bool = False
    dcl_run_id: str | None = None
    matched_schema: bool | None = None
    schema_drift: bool = False
    drift_fields: list[str] = msgspec.field(default_factory=list)
    warnings: list[str] = msgspec.field(default_factory=list)
    why: str = ""
    next_action: str = ""
    verdict: Verdict | None = None


class JobList(Strict, frozen=True, kw_only=True):
    jobs: list[JobReport]
