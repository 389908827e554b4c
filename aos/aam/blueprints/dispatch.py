"""Path 2: job orders to Farm. All pipes are looked at before any order is kept, and all are kept before any is sent."""

import re
import uuid
from collections.abc import Sequence

from aos.aam.blueprints.declare import BLOCKED
from aos.aam.blueprints.manifest import manifest
from aos.aam.blueprints.orders import Kept, Orders
from aos.aam.blueprints.store import Pipe, Store
from aos.contracts.candidates import Dispatched, DispatchRequest
from aos.contracts.health import State
from aos.contracts.manifest import ManifestAccepted
from aos.core.clock import utc_text, wall_ms
from aos.core.errors import AosError, Conflict, InvalidInput, PeerDown, PeerRefused
from aos.core.log import Log
from aos.core.module import Core

log = Log("aam.dispatch")
INTAKE = "/api/farm/manifest-intake"
_OF_MANIFEST = re.compile(
    r"\$\.(?:source\.(?P<of_source>adapter|endpoint_ref|credentials_ref|query)|(?P<transform>transform)|(?P<limits>limits))\b"
)


class Dispatcher:
    """Farm takes the same order twice as the same job, so a call that broke off may be made again with its run_id."""

    def __init__(self, core: Core, store: Store, orders: Orders) -> None:
        self._core, self._store, self._orders = core, store, orders
        self._vital = core.health.register("aam dispatch", "blueprints")
        self._vital.set(State.IDLE, "nothing was dispatched since the start")

    async def dispatch(self, tenant: str, wanted: DispatchRequest) -> Dispatched:
        """`Conflict`: a pipe that was not exported or is Blocked, a run_id that stands for another order, or Farm
        refuses; `InvalidInput`: an order lacks something; `PeerDown`: no Farm, or no DCL to deliver to."""
        _check(wanted)
        pipes = await self._exported(tenant, wanted.pipe_ids)
        dcl = self._core.peers.base("dcl")
        if not dcl:
            raise PeerDown("dcl does not run here; AOS_DCL_URL says where it does", code="aam.dcl_down", peer="dcl")
        run_id, now = wanted.run_id or f"run-{uuid.uuid4()}", utc_text(self._core.clock)
        manifests = [
            manifest(pipe, wanted, run_id=run_id, tenant=tenant, dcl_url=f"{dcl}/ingest", now=now) for pipe in pipes
        ]
        kept = await self._orders.keep(tenant, manifests, wall_ms(self._core.clock))
        return Dispatched(run_id=run_id, jobs=await self._send(tenant, wanted, run_id, kept))

    async def _exported(self, tenant: str, pipe_ids: Sequence[str]) -> list[Pipe]:
        """The pipes in the order that was given; `Conflict` names all that can't be dispatched."""
        found = {pipe.declaration.pipe_id: pipe for pipe in await self._store.pipes(tenant, ids=pipe_ids)}
        missing = [pipe_id for pipe_id in pipe_ids if pipe_id not in found or not found[pipe_id].exported]
        if missing:
            told = (
                f"Not exported: {', '.join(missing[:5])}{' and others' * (len(missing) > 5)}; POST /export comes first"
            )
            raise Conflict(told, code="aam.not_exported", pipe_ids=missing)
        blocked = [each for each in pipe_ids if found[each].declaration.governance_status == BLOCKED]
        if blocked:
            raise Conflict(f"Blocked: {', '.join(blocked[:5])}", code="aam.blocked", pipe_ids=blocked)
        return [found[pipe_id] for pipe_id in pipe_ids]

    async def _send(
        self, tenant: str, wanted: DispatchRequest, run_id: str, orders: Sequence[Kept]
    ) -> list[ManifestAccepted]:
        jobs: list[ManifestAccepted] = []
        for kept in orders:
            try:
                answer = await self._to_farm(tenant, kept)
            except AosError as error:
                self._vital.set(State.DEGRADED, f"the last dispatch failed: {error.message}", "try it again")
                self._core.metrics.dispatches.labels(
                    {409: "refused", 502: "unreachable"}.get(error.status, "failed")
                ).inc()
                pipe_id = kept.manifest.source.pipe_id
                error.extra |= {"run_id": run_id, "pipe_id": pipe_id, "jobs": jobs}
                if path := _path_here(wanted, pipe_id, str((error.extra.get("farm") or {}).get("path", ""))):
                    error.extra["path"] = path
                raise
            await self._orders.keep_answer(kept, answer, wall_ms(self._core.clock))
            self._core.metrics.dispatches.labels("accepted").inc()
            jobs.append(answer)
        self._vital.set(State.IDLE, f"the last dispatch ordered {len(jobs)} jobs")
        self._core.events.publish("aam", "dispatched", {"run_id": run_id, "jobs": len(jobs)}, tenant=tenant)
        log.info("Jobs dispatched", tenant=tenant, run_id=run_id, jobs=len(jobs))
        return jobs

    async def _to_farm(self, tenant: str, kept: Kept) -> ManifestAccepted:
        pipe_id = kept.manifest.source.pipe_id
        try:
            return await self._core.peers.call(
                "farm", "POST", INTAKE, kept.manifest, answer=ManifestAccepted, tenant=tenant
            )
        except PeerRefused as refusal:
            log.warning("Farm refused a job", pipe_id=pipe_id, why=refusal.message)
            raise Conflict(refusal.message, code="aam.farm_refused", farm=refusal.extra["problem"]) from refusal
        except PeerDown as down:
            log.error("A job could not be dispatched", pipe_id=pipe_id, why=down.message)
            raise PeerDown(down.message, code="aam.farm_down", farm=down.extra.get("problem")) from down


def _path_here(wanted: DispatchRequest, pipe_id: str, path: str) -> str:
    """Where in the request that stands which Farm refuses at `path` of the manifest; empty where the request does not
    say it, but evidence or AAM."""
    found = _OF_MANIFEST.match(path)
    if found is None:
        return ""
    if found["limits"]:
        return path
    name = found["of_source"] or found["transform"]
    order = wanted.orders.get(pipe_id)
    given = order is not None and getattr(order, name) is not None
    return f'$.orders["{pipe_id}"].{name}{path[found.end() :]}' if given else ""


def _check(wanted: DispatchRequest) -> None:
    """What belongs together in the request."""
    for number, pipe_id in enumerate(wanted.pipe_ids):
        if pipe_id in wanted.pipe_ids[:number]:
            raise InvalidInput(f"{pipe_id} stands twice", path=f"$.pipe_ids[{number}]")
    for pipe_id in wanted.orders:
        if pipe_id not in wanted.pipe_ids:
            raise InvalidInput("This pipe is not among pipe_ids", path=f'$.orders["{pipe_id[:64]}"]')
