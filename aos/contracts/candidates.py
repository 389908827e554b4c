"""What discovery hands on: candidates from AOD to AAM, and the pipes that AAM declares of them."""

from typing import Annotated, Any, Literal

import msgspec

from aos.contracts.base import Strict
from aos.contracts.export import DCLExportResponse, PlaneType
from aos.contracts.intent import ConnectionIntent
from aos.contracts.manifest import Adapter, ManifestLimits, ManifestTransform
from aos.contracts.names import AsSpelled, Name, PipeId, RunId, ShortText, SnapshotName, Tenant, UtcTimestamp

EvidenceSource = Literal["IdP", "CMDB", "Procurement", "CASB"]
Governance = Literal["Sanctioned", "Shadow", "Blocked", "Unknown"]
MOST_CANDIDATES = 10_000


class InventoryRow(Strict, frozen=True, kw_only=True):
    """One line of evidence that somebody uses a system: where it was seen and what it says. `vendor` and `resource`
    name the thing (a family such as `salesforce` and a tenant, site, bucket …). `resource_ids` say the account that it
    is in, as a connection intent has it (docs/families.md)."""

    source: EvidenceSource
    vendor: AsSpelled
    resource: AsSpelled
    ts: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    status: Governance = "Unknown"
    product: ShortText = ""
    category: ShortText = ""
    owner: ShortText = ""
    owner_why: Literal["oauth_consenter", "admin", "usage", "expense", "idp_owner"] | None = None
    credential_locator: ShortText | None = None
    resource_ids: Annotated[list[AsSpelled], msgspec.Meta(max_length=100)] = msgspec.field(default_factory=list)
    transport_kind: ShortText | None = None
    fields: Annotated[list[AsSpelled], msgspec.Meta(max_length=2_000)] = msgspec.field(default_factory=list)
    details: dict[str, Any] = msgspec.field(default_factory=dict)


class DiscoveryRequest(Strict, frozen=True, kw_only=True):
    """`inventory` rows given here, or (none given) those of the sample in `seeds/`."""

    inventory: Annotated[list[InventoryRow], msgspec.Meta(max_length=100_000)] | None = None
    snapshot_name: SnapshotName | None = None
    namespace: Name = "autonomy"


class CandidateEvidence(Strict, frozen=True, kw_only=True):
    """`row` is the line's number in the inventory, from 0."""

    source: EvidenceSource
    row: int
    what: str
    ts: str


class Candidate(Strict, frozen=True, kw_only=True):
    """A source that discovery takes for real. `fields` are names that evidence told; `endpoint_ref` and `adapter` say
    how Farm could read it, where evidence told that too."""

    candidate_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    vendor: AsSpelled
    source_name: AsSpelled
    resource: AsSpelled
    category: AsSpelled
    governance_status: Governance
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)]
    evidence: list[CandidateEvidence]
    asset_key: ShortText
    aod_asset_id: ShortText | None = None
    plane_type: PlaneType | None = None
    transport_kind: ShortText | None = None
    fields: Annotated[list[AsSpelled], msgspec.Meta(max_length=2_000)] = msgspec.field(default_factory=list)
    details: dict[str, Any] = msgspec.field(default_factory=dict)


class Discovery(Strict, frozen=True, kw_only=True):
    """One discovery run. `unusable` names rows that led nowhere, with the reason. Times in ms since the epoch."""

    aod_run_id: str
    namespace: Name = "autonomy"
    snapshot_name: str | None
    started_at: int
    candidates: list[Candidate]
    intents: list[ConnectionIntent]
    unusable: list[str]


class HandoffRequest(Strict, frozen=True, kw_only=True):
    """Which discovery run is handed over; null: the last one."""

    aod_run_id: RunId | None = None


class Handoff(Strict, frozen=True, kw_only=True):
    """AOD → AAM `POST /handoff`."""

    aod_run_id: RunId
    namespace: Name = "autonomy"
    snapshot_name: SnapshotName | None = None
    candidates: Annotated[list[Candidate], msgspec.Meta(max_length=MOST_CANDIDATES)]


class Choice(Strict, frozen=True, kw_only=True):
    """A value that AAM inferred, and why; null when nothing says so."""

    value: Any
    why: str


class CascadeLevel(Strict, frozen=True, kw_only=True):
    """One of the five levels of the field cascade: what it offers, and whether it was taken."""

    level: int
    name: str
    fields: list[str]
    taken: bool
    why: str


class DeclaredPipe(Strict, frozen=True, kw_only=True):
    """A pipe as AAM declares it: `pipe_id` is stable for (namespace, vendor, source, resource)."""

    pipe_id: PipeId
    candidate_id: str
    namespace: str
    vendor: str
    source_name: str
    resource: str
    category: str
    plane_type: PlaneType
    governance_status: str
    health: str
    fields: list[str]
    cascade: list[CascadeLevel]
    entity_scope: Choice
    identity_keys: Choice
    transport_kind: Choice
    modality: Choice
    change_semantics: Choice
    asset_key: str
    aod_asset_id: str | None
    aod_run_id: str
    snapshot_name: str | None
    version: int
    exported: bool
    exportable: bool
    why_not: str = ""


class DeclaredPipes(Strict, frozen=True, kw_only=True):
    """By `pipe_id`. `cursor` asks for what follows; null: that was all."""

    pipes: list[DeclaredPipe]
    cursor: str | None = None


class ObservedSchema(Strict, frozen=True, kw_only=True):
    """The fields that a look into a source's own catalogue saw, whose look it was (`by`), and how the source was."""

    fields: Annotated[list[AsSpelled], msgspec.Meta(min_length=1, max_length=2_000)]
    observed_at: UtcTimestamp
    by: Name
    health: Literal["healthy", "degraded", "failing"] = "healthy"


class HandoffAccepted(Strict, frozen=True, kw_only=True):
    """`created`, `updated` and `unchanged` count pipes; `refused` names candidates with the reason."""

    aod_run_id: str
    received: int
    created: int
    updated: int
    unchanged: int
    refused: list[str]
    pipe_ids: list[str]


class SkippedConnection(Strict, frozen=True, kw_only=True):
    pipe_id: str
    source_name: str
    why: str


class ExportPreview(Strict, frozen=True, kw_only=True):
    """AAM `GET /export-pipes`: what would be sent, and what would not, with the reason. Its `aod_run_id` is null where
    the pipes are of several discovery runs, each of which is sent by itself."""

    export: DCLExportResponse
    skipped: list[SkippedConnection]


class ExportRequest(Strict, frozen=True, kw_only=True):
    """Which pipes are sent to DCL; null: all that can be. An empty list is refused, or a caller whose own list came
    out empty would send everything."""

    pipe_ids: Annotated[list[PipeId], msgspec.Meta(min_length=1, max_length=10_000)] | None = None
    tenant_id: Tenant | None = None


class ExportSent(Strict, frozen=True, kw_only=True):
    """`dcl` is DCL's own answer; where the pipes went in several exports (one for each discovery run and each 1,000
    pipes), the list of its answers."""

    pipes_registered: int
    pipe_ids: list[str]
    skipped: list[SkippedConnection]
    dcl: Any


class DispatchOrder(Strict, frozen=True, kw_only=True):
    """How one pipe is to be read, where the pipe's own evidence does not say (given here, it wins)."""

    adapter: Adapter | None = None
    endpoint_ref: dict[str, Any] | None = None
    credentials_ref: ShortText | None = None
    query: ShortText | None = None
    transform: ManifestTransform | None = None


class DispatchRequest(Strict, frozen=True, kw_only=True):
    """AAM `POST /dispatch`. One `run_id` for all (made where none is given); `orders` by pipe_id."""

    pipe_ids: Annotated[list[PipeId], msgspec.Meta(min_length=1, max_length=1_000)]
    run_id: RunId | None = None
    farm_verification: bool = True
    snapshot_name: SnapshotName | None = None
    tenant_id: Tenant | None = None
    triggered_by: Name = "operator"
    limits: ManifestLimits = msgspec.field(default_factory=ManifestLimits)
    orders: dict[str, DispatchOrder] = msgspec.field(default_factory=dict)


class Dispatched(Strict, frozen=True, kw_only=True):
    """One job a pipe, as Farm accepted it."""

    run_id: str
    jobs: list[Any]


class DispatchedJob(Strict, frozen=True, kw_only=True):
    """One order that AAM gave. `job_id` is null while Farm has not accepted it; `status` is what Farm said then. Times
    in ms since the epoch."""

    run_id: str
    pipe_id: str
    job_id: str | None
    status: str
    system: str
    adapter: str
    snapshot_name: str | None
    triggered_by: str
    dispatched_at: int
    accepted_at: int | None


class DispatchList(Strict, frozen=True, kw_only=True):
    """The newest first. `cursor` asks for what is older; null: that was all."""

    jobs: list[DispatchedJob]
    cursor: str | None
