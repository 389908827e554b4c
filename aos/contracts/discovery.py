"""What AOD finds: answers of the middleware scanner, the asset catalogue, the handshake with DCL (spec: Phase 4)."""

from typing import Annotated, Any

import msgspec

from aos.contracts.base import Strict
from aos.contracts.targeting import ConnectorId

MOST_TARGETS = 64


class Evidence(Strict, frozen=True):
    """One sign of a platform: which (its name in seeds/middleware.yaml), what was seen, and what it adds to the
    confidence (0 to 1; 0 where the sign was looked for and not seen)."""

    sign: str
    seen: str
    weight: float


class Finding(Strict, frozen=True):
    """Middleware that was recognised by what it answers. `confidence` is the sum of its evidence, at most 1."""

    platform: str
    detected_url: str
    related_asset: str
    confidence: float
    evidence: list[Evidence]
    asset_key: str = ""


class Probed(Strict, frozen=True):
    """What came of one target: `recognised` (a finding), `unknown` (it answers, as nothing that is known),
    `unreachable` or `refused` (not allowed to be dialled). `evidence` shows the nearest platform's signs."""

    url: str
    outcome: str
    why: str = ""
    platform: str = ""
    confidence: float = 0.0
    evidence: list[Evidence] = msgspec.field(default_factory=list)


class ScanRequest(Strict, frozen=True):
    """Which endpoints to probe; none given: those of AOS_AOD_TARGETS, or Farm's."""

    targets: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=2048)]],
        msgspec.Meta(min_length=1, max_length=MOST_TARGETS),
    ]


class Scan(Strict, frozen=True):
    """One scan. Times in milliseconds since the epoch; `found` best first (of equals the one whose
    target was given first), empty where nothing is recognised."""

    scan_id: str
    started_at: int
    finished_at: int
    found: list[Finding]
    probed: list[Probed]


class Asset(Strict, frozen=True):
    """The newest version of an asset. `asset_key` is stable for a platform at an address, `aod_asset_id` names the
    first sighting; `version` grows when what was seen changes."""

    asset_key: str
    aod_asset_id: str
    version: int
    platform: str
    detected_url: str
    related_asset: str
    confidence: float
    evidence: list[Evidence]
    first_seen: int
    last_seen: int
    scan_id: str


class AssetList(Strict, frozen=True):
    assets: list[Asset]


class ProvisionRequest(Strict, frozen=True):
    """Which finding is handed over (none named: the best one), and to which connector. `force` is passed on to DCL."""

    connector_id: ConnectorId = "mule_auto_01"
    asset_key: Annotated[str, msgspec.Meta(max_length=128)] = ""
    force: bool = False


class SentPolicy(Strict, frozen=True):
    """What AOD asks of DCL beside the target: every field is written, whatever DCL's own defaults are."""

    repair_enabled: bool
    idle_timeout_s: int


class SentPackage(Strict, frozen=True):
    """The targeting package as AOD sends it, field for field that of the spec; DCL reads it as `TargetingPackage`.
    `force` stands in it only where it was asked for."""

    connector_id: str
    source_type: str
    target_url: str
    policy: SentPolicy
    force: bool | msgspec.UnsetType = msgspec.UNSET


class ProvisionSent(Strict, frozen=True):
    """The handshake went through; `dcl` is DCL's own answer."""

    status: str
    message: str
    connector_id: str
    dcl: Any
    package: SentPackage
    finding: Finding
