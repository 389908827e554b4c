"""Path 1, structure: what AAM tells DCL of its pipes (source 003, "Structure Export")."""

from typing import Annotated, Literal

import msgspec

from aos.contracts.base import Strict
from aos.contracts.names import AsSpelled, Name, PipeId, ShortText, UtcTimestamp

PlaneType = Literal["IPAAS", "API_GATEWAY", "EVENT_BUS", "DATA_WAREHOUSE"]
MOST_FIELDS = 2_000
MOST_CONNECTIONS = 10_000


class DCLConnectionSchema(Strict, frozen=True, kw_only=True):
    """One pipe's blueprint. `pipe_id` is the join key; `candidate_id` is provenance alone; `fields` are the names that
    rows arrive with."""

    pipe_id: PipeId
    candidate_id: ShortText
    source_name: Name
    vendor: Name
    category: Name
    governance_status: ShortText | None = None
    fields: Annotated[list[AsSpelled], msgspec.Meta(max_length=MOST_FIELDS)]
    entity_scope: ShortText | None = None
    identity_keys: Annotated[list[AsSpelled], msgspec.Meta(max_length=64)] | None = None
    transport_kind: ShortText | None = None
    modality: ShortText | None = None
    change_semantics: ShortText | None = None
    health: ShortText
    last_sync: ShortText | None = None
    asset_key: ShortText
    aod_asset_id: ShortText | None = None


class DCLFabricPlane(Strict, frozen=True, kw_only=True):
    """Pipes of one plane and vendor; `connection_count` is the length of `connections`."""

    plane_type: Name
    vendor: Name
    connection_count: Annotated[int, msgspec.Meta(ge=0)]
    health: ShortText
    connections: Annotated[list[DCLConnectionSchema], msgspec.Meta(max_length=MOST_CONNECTIONS)]


class DCLExportResponse(Strict, frozen=True, kw_only=True):
    """The whole export. `total_connections` is the sum over the planes; `source` is always aam."""

    aod_run_id: ShortText | None = None
    timestamp: UtcTimestamp
    source: Literal["aam"]
    total_connections: Annotated[int, msgspec.Meta(ge=0)]
    fabric_planes: Annotated[list[DCLFabricPlane], msgspec.Meta(max_length=1_000)]


class ExportAccepted(Strict, frozen=True, kw_only=True):
    """DCL's answer to an export."""

    status: str
    pipes_registered: int
    pipe_ids: list[str]
    timestamp: str


class Blueprint(Strict, frozen=True, kw_only=True):
    """A version of a pipe's structure as DCL keeps it; versions count from 1 and are never changed. `exported_at` in
    milliseconds since the epoch."""

    version: int
    exported_at: int
    aod_run_id: str | None
    plane_type: str
    connection: DCLConnectionSchema


class BlueprintList(Strict, frozen=True, kw_only=True):
    """The current version of every pipe of the tenant."""

    pipes: list[Blueprint]


class FieldFacts(Strict, frozen=True, kw_only=True):
    """What is known of one field: `types` were observed in rows (JSON types); unit, measure, aggregation and whether it
    is the period that places a row in time come from the contract of the pipe and are null when nothing says so."""

    name: str
    types: list[str]
    unit: str | None = None
    measure: bool | None = None
    aggregation: Literal["additive", "ratio", "point_in_time"] | None = None
    period: bool | None = None
    description: str = ""


class RunFacts(Strict, frozen=True, kw_only=True):
    """One run's content of a pipe. Times in milliseconds since the epoch."""

    run_id: str
    dcl_run_id: str
    source_system: str
    snapshot_name: str | None
    run_timestamp: str
    rows: int
    first_ingest: int
    last_ingest: int
    schema_drift: bool
    drift_fields: list[str]
    types: dict[str, list[str]]


class PipeDetail(Strict, frozen=True, kw_only=True):
    """`GET /pipes/{pipe_id}`: structure and content side by side, as the join sees them."""

    pipe_id: str
    blueprint: Blueprint
    versions: int
    fields: list[FieldFacts]
    runs: list[RunFacts]
    rows: int
