"""Auto-onboarding: what AAM answers about connections, and the funnel (source 004, spec: "Auto-onboarding")."""

from typing import Annotated, Literal

import msgspec

from aos.contracts.base import Strict
from aos.contracts.intent import ConnectionIntent
from aos.contracts.names import Name

ConnectionState = Literal["ACTIVE", "AWAITING_CREDENTIALS", "NETWORK_BLOCKED", "HEALING", "ERROR", "UNSUPPORTED"]
Endpoints = Literal["vendor", "sandbox"]
TARGET_COVERAGE = 0.9
NAMESPACE = "autonomy"  # the only one that is onboarded into
# The families of day one (source 004, section 5). Anything else is kept as UNSUPPORTED.
FAMILIES = frozenset(
    (
        *("gworkspace_drive", "m365_sharepoint", "slack", "zoom", "salesforce", "servicenow", "jira", "confluence"),
        *("github", "gitlab", "aws_org", "azure_sub", "gcp_org", "s3", "snowflake", "bigquery", "redshift", "okta"),
        *("entra", "box", "dropbox", "zendesk", "datadog", "pagerduty", "workday", "netsuite", "openapi", "jdbc"),
        "s3_compat",
    )
)
MOST_FIRST_ITEMS = 20
MOST_IN_BATCH = 10_000


class CatalogField(Strict, frozen=True, kw_only=True):
    """`type` as the vendor names it; `path` leads there from an item where it is nested (`profile.email`)."""

    name: str
    type: str = ""
    path: str = ""


class CatalogStream(Strict, frozen=True, kw_only=True):
    """A kind of thing that the connection can read. `origin`: `discovered` from the vendor's own description,
    `observed` in items, or `static` where a vendor describes nothing."""

    name: str
    fields: list[CatalogField]
    origin: Literal["discovered", "observed", "static"]
    identity: list[str] = msgspec.field(default_factory=list)


class Catalog(Strict, frozen=True, kw_only=True):
    """What a connection can read; metadata alone. `version` counts from 1 and grows when `digest` changes."""

    version: int
    digest: str
    streams: list[CatalogStream]


class FirstSync(Strict, frozen=True, kw_only=True):
    """The tiny first sync: items were counted, measured and thrown away. `empty` may mean that a grant is missing."""

    rows: Annotated[int, msgspec.Meta(ge=0, le=MOST_FIRST_ITEMS)]
    latency_ms: float
    empty: bool


class Connection(Strict, frozen=True, kw_only=True):
    """The newest version of a connection. `state` holds since `since` (milliseconds since the epoch) because of
    `reason`; `next_action` is what a person can do. `via` says which adapter reads it, `endpoints` whether it was the
    vendor or Farm's sandbox. The locator is told by its scheme alone."""

    connection_id: str
    version: int
    namespace: str
    source_type: str
    resource_ids: list[str]
    state: ConnectionState
    reason: str
    since: int
    next_action: str
    created_at: int
    updated_at: int
    safe_mode: bool
    endpoints: Endpoints
    via: Literal["native", "airbyte", ""]
    credential: str
    risk_level: str
    owner: str
    mappable: bool
    eligible: bool
    reachable: bool
    catalog: Catalog | None = None
    first_sync: FirstSync | None = None
    granted_scopes: list[str] = msgspec.field(default_factory=list)
    warnings: list[str] = msgspec.field(default_factory=list)
    last_error: str = ""


class ConnectionList(Strict, frozen=True, kw_only=True):
    connections: list[Connection]
    cursor: str | None = None


class ConnectionHealth(Strict, frozen=True, kw_only=True):
    """Health and the counters of the last tiny sync. `checked_at` is when a vendor was last asked."""

    connection_id: str
    state: ConnectionState
    reason: str
    since: int
    next_action: str
    checked_at: int | None
    first_sync_rows: int | None
    latency_ms: float | None
    catalog_version: int | None
    last_error: str


class ConnectionVersion(Strict, frozen=True, kw_only=True):
    """One version as the registry keeps it. `digest` covers the version's content and `previous`, the digest before
    it, so that a change made behind AOS's back is found."""

    version: int
    at: int
    step: str
    state: ConnectionState
    reason: str
    digest: str
    previous: str
    connection: Connection


class ConnectionHistory(Strict, frozen=True, kw_only=True):
    """A catalogue stands in the version that brought it. `intact`: none was changed or put in, and none
    before the newest was taken out."""

    connection_id: str
    intact: bool
    versions: list[ConnectionVersion]


class Onboarded(Strict, frozen=True, kw_only=True):
    """`created` is false for an intent that was known; `called` says whether a vendor was asked now."""

    connection: Connection
    created: bool
    called: bool


class BatchRequest(Strict, frozen=True, kw_only=True):
    """Intents one after the other, a few at a time. `endpoints` of the setting are used for all."""

    intents: Annotated[list[ConnectionIntent], msgspec.Meta(min_length=1, max_length=MOST_IN_BATCH)]


class BatchRefusal(Strict, frozen=True, kw_only=True):
    """An intent that was not onboarded: its number in the batch, and the problem's code and detail."""

    index: int
    code: str
    detail: str


class Funnel(Strict, frozen=True, kw_only=True):
    """Counted from the registry when asked. `coverage` is active / eligible, null where none is eligible; `slo_met`
    likewise. `created` counts connections that got a connector. `first_sync_p95_ms` over connections that have a first
    sync. `destructive_ops` were refused by the safe client before anything was sent. `endpoints` are those that the
    connections were read at, `mode` is where a new one would be. `lines` are the summary word for word."""

    namespace: str
    data_source: Literal["database"]
    mode: Endpoints
    endpoints: list[Endpoints]
    eligible: int
    reachable: int
    active: int
    awaiting_credentials: int
    network_blocked: int
    unsupported_type: int
    healing: int
    error: int
    total: int
    created: int
    coverage: float | None
    target: float
    slo_met: bool | None
    first_sync_p95_ms: float | None
    destructive_ops: int
    lines: list[str]


class BatchReport(Strict, frozen=True, kw_only=True):
    batch_id: str
    received: int
    onboarded: int
    refused: list[BatchRefusal]
    funnel: Funnel


class HealRequest(Strict, frozen=True, kw_only=True):
    """Which connections to check again; none named: every one in HEALING, NETWORK_BLOCKED, AWAITING_CREDENTIALS or
    ACTIVE of the namespace. One in ERROR is checked where it is named."""

    namespace: Name = NAMESPACE
    connection_ids: Annotated[list[Name], msgspec.Meta(max_length=MOST_IN_BATCH)] = msgspec.field(default_factory=list)


class HealReport(Strict, frozen=True, kw_only=True):
    """`changed` tells each connection whose state or catalogue is another now, as `id: before → after (reason)`."""

    checked: int
    promoted: int
    demoted: int
    unchanged: int
    changed: list[str]
    funnel: Funnel


class ConsentGrant(Strict, frozen=True, kw_only=True):
    """A grant made by an operator: the secret's fields (`token`, or `client_id` and `client_secret`, ...; none where a
    source lets anybody in). Kept in the
    data directory with mode 0600, never in a database, never shown. `expires_at` in milliseconds since the epoch."""

    secret: Annotated[
        dict[
            Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,63}$(?!\\n)")],
            Annotated[str, msgspec.Meta(min_length=1, max_length=16_384)],
        ],
        msgspec.Meta(max_length=32),
    ]
    expires_at: int | None = None


class ConsentKept(Strict, frozen=True, kw_only=True):
    name: str
    fields: list[str]
    expires_at: int | None


class ConsentList(Strict, frozen=True, kw_only=True):
    """Names alone; a grant is never shown."""

    consents: list[ConsentKept]
