"""Orphans: content that came for a pipe which is not there, counted by who sent it. None of it is kept."""

from aos.contracts.content import Orphan, OrphanList
from aos.core.clock import Clock, wall_ms
from aos.core.db import Database, Tx
from aos.core.events import Events
from aos.core.metrics import Metrics
from aos.dcl.gate.blueprints import SQL

MOST_SENDERS = 500  # of a tenant; what comes from further ones is counted together
OTHERS = "(others)"


class Orphans:
    """Counts by sender: the source system that a push names, or a connector, with the key that was used."""

    def __init__(self, database: Database, clock: Clock, metrics: Metrics, events: Events) -> None:
        self._database, self._clock, self._metrics, self._events = database, clock, metrics, events

    async def note(self, tenant: str, sender: str, key_id: str, pipe_id: str, rows: int, *, way: str) -> None:
        """One refusal of `rows` rows; `way` is `push` or `stream`. `sender` and `pipe_id` are anybody's text."""
        self._metrics.orphans.labels(way).inc(rows)
        self._metrics.orphan_refusals.labels(way).inc()
        at_ms = wall_ms(self._clock)

        async def work(tx: Tx) -> None:
            here, all_of_them = (await tx.do(SQL["known_sender"], (tenant, sender, key_id)))[0]
            who = (sender, key_id) if here or all_of_them < MOST_SENDERS else (OTHERS, "")
            await tx.do(SQL["count_orphan"], (tenant, *who, 1, rows, pipe_id, at_ms, at_ms))

        await self._database.write(work)
        told = {"sender": sender, "key_id": key_id, "pipe_id": pipe_id, "rows": rows}
        self._events.publish("dcl", "no_matching_pipe", told, tenant=tenant)

    async def all_of(self, tenant: str) -> OrphanList:
        rows = await self._database.read(SQL["orphans_of_tenant"], (tenant,))
        orphans = [Orphan(*row) for row in rows]
        return OrphanList(orphans=orphans)
