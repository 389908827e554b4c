"""What AOD finds: answers of the middleware scanner, the asset catalogue, the handshake with DCL (spec: Phase 4)."""

from typing import Annotated, Any

import msgspec

from aos.contracts.base import Strict
from aos.contracts.targeting import ConnectorId, TargetingPackage

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

    targets: Annotated[list[Annotated[str, msgspec.Meta(min_length=1, max_length=2048)]], msgspec.Meta(max_length=64)]


class Scan(Strict, frozen=True):
    """One scan. Times in milliseconds since the epoch; `found` best first, empty where nothing is recognised."""

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
    asset_key: str = ""
    force: bool = False


class ProvisionSent(Strict, frozen=True):
    """The handshake went through; `dcl` is DCL's own answer."""

    status: str
    message: str
    connector_id: str
    dcl: Any
    package: TargetingPackage
    finding: Finding
