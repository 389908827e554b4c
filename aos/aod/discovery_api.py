"""Discovery over HTTP: evidence in, candidates and intents out. spec: source 003, "End-to-End Verification", step 1."""

import uuid

from aos.aod import discovery, inventory
from aos.aod.catalogue import Catalogue
from aos.aod.vendors import Vendors
from aos.contracts.candidates import Discovery, DiscoveryRequest
from aos.contracts.health import State
from aos.core.clock import wall_ms
from aos.core.errors import NotFound
from aos.core.http import Access, Call, Endpoint
from aos.core.log import Log
from aos.core.module import Core

log = Log("aod.discovery")
NO_RUN = "POST /aod/api/discovery/run; without a body it takes the sample in seeds/"


class RunApi:
    """`/api/discovery/run`, `/api/discovery`."""

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
        ]

    async def run(self, call: Call) -> Discovery:
        wanted: DiscoveryRequest = call.body or DiscoveryRequest()
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

    async def last(self, _: Call) -> Discovery:
        told = await self._catalogue.last_discovery()
        if told is None:
            raise NotFound("No discovery was run yet", code="aod.no_discovery", next_action=NO_RUN)
        return told
