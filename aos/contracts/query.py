"""The late-binding join: structure and content meet when somebody asks (spec: "Late-binding join")."""

from typing import Annotated, Any, Literal

import msgspec

from aos.contracts.base import Strict
from aos.contracts.names import AsSpelled, Name, PipeId

MOST_RESULT_ROWS = 10_000
LAST_MS = 253_402_300_799_999  # the end of the year 9999
Operator = Literal["eq", "ne", "lt", "le", "gt", "ge", "in", "contains", "is_null", "not_null"]
Function = Literal["count", "count_distinct", "sum", "avg", "min", "max"]
Grain = Literal["year", "quarter", "month", "day"]


class Condition(Strict, frozen=True, kw_only=True):
    """`value` is a scalar, a list for `in`, absent for `is_null` and `not_null`."""

    field: AsSpelled
    op: Operator
    value: Any = None


class Aggregate(Strict, frozen=True, kw_only=True):
    """`field` is null for a count of rows; `name` is the column in the answer (default `function_field`)."""

    function: Function
    field: AsSpelled | None = None
    name: Name | None = None


class Period(Strict, frozen=True, kw_only=True):
    """Rows are grouped by the year, quarter, month or day that a field's text begins with (`2024-05-17…`, `2024-05`,
    `2024-Q2`, `2024`; a whole number is a year), spelled `2024`, `2024-Q2`, `2024-05`, `2024-05-17`; null where the
    text is coarser or no date. `name` is the column in the answer (default `field_grain`)."""

    field: AsSpelled
    grain: Grain
    name: Name | None = None


class Order(Strict, frozen=True, kw_only=True):
    """By a selected, grouped or aggregated column."""

    by: AsSpelled
    descending: bool = False


class Query(Strict, frozen=True, kw_only=True):
    """Exactly one of `pipe_id`, `vendor` and `category`. `as_of` (milliseconds since the epoch) takes the blueprint of
    that time and the rows that had arrived by then. `run_id` is one run, `latest` the newest of each pipe, `all` every
    one; null: every run where the pipe's change_semantics says that runs add up, else the newest. Beside the pipe's
    fields there are `pipe.pipe_id`, `pipe.vendor`, `pipe.category`, `pipe.source_name` and `run.run_id`."""

    pipe_id: PipeId | None = None
    vendor: Name | None = None
    category: Name | None = None
    select: Annotated[list[AsSpelled], msgspec.Meta(max_length=200)] = msgspec.field(default_factory=list)
    where: Annotated[list[Condition], msgspec.Meta(max_length=32)] = msgspec.field(default_factory=list)
    group_by: Annotated[list[AsSpelled], msgspec.Meta(max_length=16)] = msgspec.field(default_factory=list)
    periods: Annotated[list[Period], msgspec.Meta(max_length=4)] = msgspec.field(default_factory=list)
    aggregate: Annotated[list[Aggregate], msgspec.Meta(max_length=32)] = msgspec.field(default_factory=list)
    order_by: Annotated[list[Order], msgspec.Meta(max_length=16)] = msgspec.field(default_factory=list)
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_RESULT_ROWS)] = 1_000
    as_of: Annotated[int, msgspec.Meta(ge=0, le=LAST_MS)] | None = None
    run_id: Name | None = None


class Column(Strict, frozen=True, kw_only=True):
    """A column of the answer with what is known of it; null where nothing says so."""

    name: str
    types: list[str]
    unit: str | None = None
    aggregation: str | None = None


class JoinedPipe(Strict, frozen=True, kw_only=True):
    """A pipe that the answer rests on. `freshness` is its last ingest, in milliseconds since the epoch, and
    `rows` what the counted runs hold until now: while a run goes on, both grow."""

    pipe_id: str
    vendor: str
    category: str
    source_name: str
    entity_scope: str | None
    modality: str | None
    transport_kind: str | None
    blueprint_version: int
    run_ids: list[str]
    freshness: int | None
    rows: int | None = None


class QueryResult(Strict, frozen=True, kw_only=True):
    """`rows` hold values in the order of `columns`; `truncated` says that `limit` cut them. `notes` say what a reader
    of these values must know."""

    columns: list[Column]
    rows: list[list[Any]]
    pipes: list[JoinedPipe]
    truncated: bool
    elapsed_ms: float
    notes: list[str] = msgspec.field(default_factory=list)


class LineageHop(Strict, frozen=True, kw_only=True):
    """One place where a key was seen: which path (1 to 4), what happened, when (milliseconds since the epoch)."""

    path: int
    what: str
    at: int
    pipe_id: str | None = None
    run_id: str | None = None
    aod_run_id: str | None = None
    snapshot_name: str | None = None
    dcl_run_id: str | None = None
    rows: int | None = None


class Lineage(Strict, frozen=True, kw_only=True):
    """Everything that a correlation key (pipe_id, run_id, aod_run_id, snapshot_name, dcl_run_id) leads to, in time.
    `unasked` names modules that could not be asked: what they know is missing here."""

    key: str
    found_as: list[str]
    hops: list[LineageHop]
    unasked: list[str] = msgspec.field(default_factory=list)
