"""The handshake: find the route, tell DCL. spec: Phase 4.

An idempotency key stands for one handshake: its answer is kept, and comes again without anything being sent. An attempt
that failed is not kept. DCL itself takes the same command twice without a change, so a lost answer does no harm.
"""

import asyncio

import msgspec

from aos.aod.catalogue import Catalogue, Handshake
from aos.aod.scanner import MiddlewareScanner
from aos.aod.signs import Signs
from aos.aod.targets import default_targets, with_query
from aos.contracts.discovery import Finding, ProvisionRequest, ProvisionSent, Scan, SentPackage, SentPolicy
from aos.contracts.health import State
from aos.contracts.targeting import Provisioned
from aos.core.clock import wall_ms
from aos.core.errors import AosError, Conflict, InvalidInput, NotFound, PeerDown, PeerRefused
from aos.core.log import Log
from aos.core.module import Core

log = Log("aod.handoff")
IDLE_TIMEOUT_S = 3  # so that a spike of five seconds in the demo's chaos is a timeout
LONGEST_KEY = 128
NEXT_ACTION = "POST /api/scan, or set AOS_AOD_TARGETS to the endpoints to look at"


class Handoff:
    """One handshake at a time: a duplicate waits for the first, and finds its answer."""

    def __init__(self, core: Core, signs: Signs, scanner: MiddlewareScanner, catalogue: Catalogue) -> None:
        self._core, self._signs, self._scanner, self._catalogue = core, signs, scanner, catalogue
        self._turn = asyncio.Lock()
        self._vital = core.health.register("aod", "scanner")
        self._vital.set(State.IDLE, "nothing was scanned since the start")

    async def scan(self, targets: list[str]) -> Scan:
        """Probe these, keep and tell what was found."""
        scan = await self._scanner.scan(targets)
        await self._catalogue.keep(scan)
        self._vital.set(State.IDLE, f"the last scan found {len(scan.found)} of {len(scan.probed)}")
        found = [{"platform": f.platform, "asset_key": f.asset_key, "confidence": f.confidence} for f in scan.found]
        self._core.events.publish("aod", "scanned", {"scan_id": scan.scan_id, "found": found})
        return scan

    async def provision(self, wanted: ProvisionRequest, key: str) -> tuple[bytes, bool]:
        """(the answer, a `ProvisionSent` as JSON; whether it was given before under this key).

        `NotFound`: no route; `Conflict`: DCL refuses, or the key stands for another body; `PeerDown`: no DCL."""
        body = msgspec.json.encode(wanted, order="sorted").decode()
        async with self._turn:
            if key and (before := await self._catalogue.handshake(key)):
                if before.body != body:
                    raise Conflict("This idempotency key was used with another body", code="aod.idempotency_key_reused")
                return before.answer, True
            answer = msgspec.json.encode(await self._counted(wanted))
            if key:
                await self._catalogue.keep_handshake(key, Handshake(body, answer), wall_ms(self._core.clock))
            return answer, False

    async def _counted(self, wanted: ProvisionRequest) -> ProvisionSent:
        outcomes = self._core.metrics.handshakes
        try:
            sent = await self._send(wanted)
        except AosError as error:
            self._vital.set(State.DEGRADED, f"the last handshake failed: {error.message}", "try it again")
            outcomes.labels(
                {404: "nothing_found", 409: "refused", 502: "unreachable"}.get(error.status, "failed")
            ).inc()
            raise
        outcomes.labels("sent").inc()
        self._vital.set(State.IDLE, f"the last handshake provisioned {sent.connector_id}")
        return sent

    async def _send(self, wanted: ProvisionRequest) -> ProvisionSent:
        finding = await self._find(wanted.asset_key)
        package = self.package(finding, wanted)
        try:
            told = await self._core.peers.call("dcl", "POST", "/api/ingest/provision", package, answer=Provisioned)
        except PeerRefused as refusal:
            log.warning("DCL refused the route", why=refusal.message, asset_key=finding.asset_key)
            raise Conflict(
                refusal.message, code="aod.dcl_refused", dcl=refusal.extra["problem"], package=package
            ) from refusal
        except PeerDown as down:
            log.error("The route could not be handed over", why=down.message, asset_key=finding.asset_key)
            raise PeerDown(down.message, code="aod.dcl_down", dcl=down.extra.get("problem"), package=package) from down
        log.info("Provisioning Command Sent", connector_id=package.connector_id, target_url=package.target_url)
        self._core.events.publish(
            "aod", "provisioned", {"connector_id": package.connector_id, "asset_key": finding.asset_key}
        )
        return ProvisionSent(
            status="sent",
            message="Provisioning Command Sent",
            connector_id=package.connector_id,
            dcl=told,
            package=package,
            finding=finding,
        )

    async def _find(self, asset_key: str) -> Finding:
        """The best route there is now, or the named asset as it is now."""
        if not asset_key:
            scan = await self.scan(default_targets(self._core.settings, self._core.peers))
            return self.best(scan)
        known = await self._catalogue.finding(asset_key)
        if known is None:
            raise NotFound(
                f"No asset {asset_key!r} in the catalogue", code="aod.unknown_asset", next_action=NEXT_ACTION
            )
        scan = await self.scan(await self._with_its_neighbours(known.detected_url))
        found = next((finding for finding in scan.found if finding.asset_key == asset_key), None)
        if found is None:
            raise _nothing(scan, f"{asset_key} is not there any more")
        return found

    async def _with_its_neighbours(self, url: str) -> list[str]:
        """The targets of the last scan where this one was among them, so that the next shows no less than it did."""
        last = await self._catalogue.last_scan()
        probed = [probe.url for probe in last.probed] if last else []
        return probed if url in probed else [url]

    def best(self, scan: Scan) -> Finding:
        """The best finding that DCL can read; `NotFound` when nothing was found, `Conflict` when nothing of it can be
        handed over."""
        if not scan.found:
            raise _nothing(scan, "No middleware was recognised")
        usable = [finding for finding in scan.found if self.can_send(finding)]
        return (usable or scan.found)[0]

    def can_send(self, finding: Finding) -> bool:
        """Whether DCL has a way to read such a platform."""
        return bool(self._signs.source_type(finding.platform))

    def package(self, finding: Finding, wanted: ProvisionRequest) -> SentPackage:
        """What DCL is told. `Conflict` for a platform that has no source_type."""
        source_type = self._signs.source_type(finding.platform)
        if not source_type:
            raise Conflict(
                f"{finding.platform} can't be handed over: it has no source_type in seeds/middleware.yaml",
                code="aod.no_source_type",
                platform=finding.platform,
                asset_key=finding.asset_key,
            )
        return SentPackage(
            connector_id=wanted.connector_id,
            source_type=source_type,
            target_url=with_query(finding.detected_url, self._core.settings.aod_handoff_query),
            policy=SentPolicy(repair_enabled=True, idle_timeout_s=IDLE_TIMEOUT_S),
            force=wanted.force or msgspec.UNSET,
        )


def idempotency_key(values: list[str]) -> str:
    """The key of a request's headers; empty when there is none."""
    if not values:
        return ""
    key = values[0]
    if len(values) > 1 or not 0 < len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise InvalidInput(
            f"idempotency-key: one header of 1 to {LONGEST_KEY} printable ASCII characters",
            path="headers.idempotency-key",
        )
    return key


def _nothing(scan: Scan, why: str) -> NotFound:
    if not scan.probed:
        why = "There are no targets to probe"
    return NotFound(why, code="aod.nothing_found", probed=scan.probed, scan_id=scan.scan_id, next_action=NEXT_ACTION)
