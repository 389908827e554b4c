"""Discovery over HTTP: evidence in, candidates and intents out. spec: source 003, "End-to-End Verification", step 1."""

import uuid

from aos.aod import discovery, inventory
from aos.aod.candidates import onboard, to_aam
from aos.aod.catalogue import Catalogue
from aos.aod.vendors import Vendors
from aos.contracts.candidates import Discovery, DiscoveryRequest, HandoffAccepted, HandoffRequest
from aos.contracts.health import State
from aos.contracts.onboarding import BatchReport
from aos.core.clock import wall_ms
from aos.core.errors import AosError, InvalidInput, NotFound
from aos.core.http import Access, Call, Endpoint
from aos.core.log import Log
from aos.core.module import Core
from aos.core.tenant import tenant_of

log = Log("aod.discovery")
NO_RUN = "POST /aod/api/discovery/run; without a body it takes the sample in seeds/"


class RunApi:
    """`/api/discovery/run`, `/api/discovery`, `/api/discovery/handoff`, `/api/discovery/onboard`."""

    def __init__(self, core: Core, vendors: Vendors, catalogue: Catalogue) -> None:
        self._core, self._vendors, self._catalogue = core, vendors, catalogue
        self._vital = core.health.register("aod discovery", "discovery")
        self._vital.set(State.IDLE, "no discovery was run since the start")

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="POST",
                path="/api/discovery/run",
                handler=self.run,
                access=Access.OPERATOR,
                summary="Candidates and connection intents from an inventory; none given: the sample in seeds/.",
                body=DiscoveryRequest,
                body_optional=True,
                answer=Discovery,
                max_body=self._core.settings.max_body,
                errors=(404, 503),
            ),
            Endpoint(
                method="GET",
                path="/api/discovery",
                handler=self.last,
                access=Access.VIEWER,
                summary="The last discovery.",
                answer=Discovery,
                errors=(404,),
            ),
            Endpoint(
                method="POST",
                path="/api/discovery/handoff",
                handler=self.hand_over,
                access=Access.OPERATOR,
                summary="Hand the candidates of a discovery to AAM; none named: the last one.",
                body=HandoffRequest,
                body_optional=True,
                answer=HandoffAccepted,
                errors=(404, 409, 502),
            ),
            Endpoint(
                method="POST",
                path="/api/discovery/onboard",
                handler=self.onboard,
                access=Access.OPERATOR,
                summary="Let AAM onboard the intents of the last discovery, in one batch.",
                answer=BatchReport,
                errors=(404, 409, 502),
            ),
        ]

    async def run(self, call: Call) -> Discovery:
        wanted: DiscoveryRequest = call.body or DiscoveryRequest()
        if not wanted.namespace.isprintable():
            raise InvalidInput("namespace holds characters that can't be shown", path="$.namespace")
        started = wall_ms(self._core.clock)
        if wanted.inventory is None:
            rows, unread = inventory.read_lines(inventory.sample_lines(self._core.settings.seeds_dir))
        else:
            rows, unread = list(enumerate(wanted.inventory)), []
        seen = await discovery.read(rows, self._vendors)
        things, unclear = discovery.things(wanted.namespace, seen.seen)
        assets = await self._catalogue.asset_ids([thing.asset_key for thing in things], started)
        found = await discovery.judge(things, assets, self._vendors, self._core.peers.base("farm"))
        told = Discovery(
            aod_run_id=f"aod-{uuid.uuid4()}",
            namespace=wanted.namespace,
            snapshot_name=wanted.snapshot_name,
            started_at=started,
            candidates=found.candidates,
            intents=found.intents,
            unusable=[*unread, *seen.unusable, *unclear, *found.unusable],
        )
        await self._catalogue.keep_discovery(told)
        self._tell(told, len(rows) + len(unread))
        return told

    def _tell(self, told: Discovery, rows: int) -> None:
        found = {"candidates": len(told.candidates), "intents": len(told.intents), "unusable": len(told.unusable)}
        self._vital.set(State.IDLE, f"the last discovery made {len(told.candidates)} candidates of {rows} rows")
        for candidate in told.candidates:
            self._core.metrics.candidates.labels(candidate.governance_status).inc()
        self._core.events.publish("aod", "discovered", {"aod_run_id": told.aod_run_id, **found})
        log.info("Discovered", aod_run_id=told.aod_run_id, rows=rows, **found)

    async def hand_over(self, call: Call) -> HandoffAccepted:
        wanted: HandoffRequest = call.body or HandoffRequest()
        told = await (self._last() if wanted.aod_run_id is None else self._one(wanted.aod_run_id))
        try:
            accepted = await to_aam(self._core.peers, told, tenant_of(call))
        except AosError as error:
            self._vital.set(State.DEGRADED, f"the last handoff to AAM failed: {error.message}", "try it again")
            log.warning("The candidates could not be handed over", aod_run_id=told.aod_run_id, why=error.message)
            raise
        self._vital.set(State.IDLE, f"the last handoff to AAM gave {len(accepted.pipe_ids)} pipes")
        log.info("Candidates handed to AAM", aod_run_id=told.aod_run_id, pipes=len(accepted.pipe_ids))
        return accepted

    async def onboard(self, call: Call) -> BatchReport:
        told = await self._last()
        try:
            report = await onboard(self._core.peers, told, tenant_of(call))
        except AosError as error:
            self._vital.set(State.DEGRADED, f"the last onboarding failed: {error.message}", "try it again")
            log.warning("The intents could not be onboarded", aod_run_id=told.aod_run_id, why=error.message)
            raise
        self._vital.set(State.IDLE, f"the last onboarding took {report.onboarded} of {report.received} intents")
        log.info("Intents onboarded", aod_run_id=told.aod_run_id, received=report.received, onboarded=report.onboarded)
        return report

    async def last(self, _: Call) -> Discovery:
        return await self._last()

    async def _one(self, aod_run_id: str) -> Discovery:
        told = await self._catalogue.discovery(aod_run_id)
        if told is None:
            raise NotFound(f"There is no discovery {aod_run_id[:64]!r}", code="aod.no_discovery")
        return told

    async def _last(self) -> Discovery:
        told = await self._catalogue.last_discovery()
        if told is None:
            raise NotFound("No discovery was run yet", code="aod.no_discovery", next_action=NO_RUN)
        return told
