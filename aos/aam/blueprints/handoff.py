"""Candidates in, pipes declared. A candidate that can't be meant is named with the reason; the others are taken."""

import asyncio

from aos.aam.blueprints.declare import Declaration, declare
from aos.aam.blueprints.standards import Standards
from aos.aam.blueprints.store import Catalogues, Pipe, Store
from aos.contracts.candidates import Candidate, Handoff, HandoffAccepted, ObservedSchema
from aos.contracts.health import State
from aos.core.clock import wall_ms
from aos.core.errors import InvalidInput, NotFound
from aos.core.log import Log
from aos.core.module import Core
from aos.core.redact import one_line

log = Log("aam.handoff")
TURN = 100  # candidates between two turns of the event loop


class Declarer:
    """One change at a time: what is declared rests on what was observed, and neither may move under the other."""

    def __init__(self, core: Core, store: Store, catalogues: Catalogues, standards: Standards) -> None:
        self._core, self._store, self._catalogues, self._standards = core, store, catalogues, standards
        self._turn = asyncio.Lock()
        self._vital = core.health.register("aam blueprints", "blueprints")
        self._vital.set(State.IDLE, "nothing was handed over since the start")

    async def handoff(self, tenant: str, handoff: Handoff) -> HandoffAccepted:
        if not handoff.namespace.isprintable():
            raise InvalidInput("namespace holds characters that can't be shown", path="$.namespace")
        async with self._turn:
            declared, refused = await self._declared(tenant, handoff)
            kept = await self._store.keep(tenant, handoff, declared, wall_ms(self._core.clock))
        for outcome, count in (*kept._asdict().items(), ("refused", len(refused))):
            self._core.metrics.handed_over.labels(outcome).inc(count)
        told = {"aod_run_id": handoff.aod_run_id, **kept._asdict(), "refused": len(refused)}
        self._vital.set(State.IDLE, f"the last handoff had {len(declared)} pipes, {len(refused)} refused")
        self._core.events.publish("aam", "handed_over", told, tenant=tenant)
        log.info("Candidates handed over", tenant=tenant, **told)
        return HandoffAccepted(
            aod_run_id=handoff.aod_run_id,
            received=len(handoff.candidates),
            refused=refused,
            pipe_ids=[declaration.pipe_id for declaration, _ in declared],
            **kept._asdict(),
        )

    async def _declared(self, tenant: str, handoff: Handoff) -> tuple[list[tuple[Declaration, Candidate]], list[str]]:
        found: dict[str, tuple[Declaration, Candidate]] = {}
        refused = []
        for number, candidate in enumerate(handoff.candidates):
            if number % TURN == 0:
                await asyncio.sleep(0)
            try:
                declaration = await self._declare(tenant, handoff.namespace, candidate)
                if known := found.get(declaration.pipe_id):
                    raise InvalidInput(f"it is the same pipe as {known[1].candidate_id}, {declaration.pipe_id}")
                found[declaration.pipe_id] = (declaration, candidate)
            except InvalidInput as error:
                refused.append(one_line(f"candidates[{number}] {candidate.candidate_id}: {error.message}", 500))
        return list(found.values()), refused

    async def _declare(self, tenant: str, namespace: str, candidate: Candidate) -> Declaration:
        observed = await self._catalogues.observed(tenant, namespace, candidate.vendor, candidate.resource)
        return declare(namespace, candidate, observed, self._standards)

    async def observe(self, tenant: str, pipe_id: str, observed: ObservedSchema) -> Pipe:
        """Take what a look into the source's catalogue saw, for every pipe that reads the same resource."""
        async with self._turn:
            pipe = await self.pipe(tenant, pipe_id)
            of = pipe.declaration
            declared = [
                (declare(of.namespace, candidate, observed, self._standards), candidate)
                for _, candidate in await self._store.candidates_of(tenant, of)
            ]
            await self._store.keep_observed(tenant, of, observed, declared, wall_ms(self._core.clock))
        told = {"pipe_id": pipe_id, "fields": len(observed.fields)}
        self._core.events.publish("aam", "observed", told, tenant=tenant)
        return await self.pipe(tenant, pipe_id)

    async def pipe(self, tenant: str, pipe_id: str) -> Pipe:
        """`NotFound` where this tenant has none of that id."""
        found = await self._store.pipe(tenant, pipe_id)
        if found is None:
            raise NotFound(f"There is no pipe {pipe_id[:64]!r}", code="aam.no_pipe")
        return found
