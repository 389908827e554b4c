"""Both equations of the ledger, per connector and in total. No term is computed from the others.

A connector's terms are the counters that the atomic steps raise, and what its open batches hold. In the total `pending`
is measured in the stream itself, so that an entry which vanished there, or was added by somebody else, shows.
"""

from typing import NamedTuple

import msgspec

from aos.contracts.health import State
from aos.contracts.ledger import Ledger, LedgerLine
from aos.core import streams
from aos.core.errors import RedisFault
from aos.core.health import Vital
from aos.core.http import Access, Call, Endpoint
from aos.core.log import Log
from aos.core.module import Core
from aos.core.redis import Redis
from aos.core.workers import pause
from aos.dcl.sidecar.batch import Batch
from aos.dcl.sidecar.connectors import Connectors

log = Log("dcl.ledger")
COUNTED = (
    "received",
    "clean",
    "repaired",
    "quarantined",
    "discarded",
    "keepalives",
    "published",
    "filed",
    "pending",
    "moved",
)
SUMMED = (*COUNTED, "in_flight")
WATCH_S = 2.0


class OpenLines(NamedTuple):
    """Lines of one connector that are not in Redis: taken from the source, put into batches, blank ones."""

    received: int = 0
    held: int = 0
    keepalives: int = 0


class Ledgers:
    """Reads the ledger, keeps its metrics, and raises the alarm when it does not balance."""

    def __init__(self, core: Core, redis: Redis, connectors: Connectors) -> None:
        self._core, self._redis, self._connectors = core, redis, connectors

    async def read(self) -> Ledger:
        """The ledger at one instant."""
        sidecars = self._connectors.sidecars
        names = sorted({*sidecars, *await self._known()})
        # The batches are listed before Redis is asked; one that gets in meanwhile is told by the cursor in the answer.
        open_batches = [(name, batch) for name, sidecar in sidecars.items() for batch in sidecar.in_flight()]
        cursors = [streams.cursor_key(name, batch.enveloper.target.id) for name, batch in open_batches]
        found = await streams.read_counters(self._redis, names, cursors)
        waiting: dict[str, OpenLines] = {}
        for (name, batch), position in zip(open_batches, found.positions, strict=True):
            if position is None or position < batch.upto:
                waiting[name] = _with(waiting.get(name, OpenLines()), batch)
        lines = {name: self._line(name, found.ledgers[name], waiting.get(name, OpenLines())) for name in names}
        return Ledger(connectors=lines, total=total(list(lines.values()), found.lag))

    async def _known(self) -> list[str]:
        """Every connector that ever had a line, deleted ones too."""
        return [name.decode() for name in await self._redis.call("SMEMBERS", streams.LEDGERS)]

    def _line(self, name: str, counted: dict[str, int], waiting: OpenLines) -> LedgerLine:
        terms = {term: counted.get(term, 0) for term in COUNTED}
        terms["received"] += waiting.received
        terms["keepalives"] += waiting.keepalives
        sidecar = self._connectors.sidecars.get(name)
        guarantee = sidecar.target.guarantee if sidecar else ""
        return balanced(LedgerLine(**terms, in_flight=waiting.held, guarantee=guarantee))

    async def watch(self, vital: Vital) -> None:
        """Keeps the metrics, and says loudly when a line is not where it was counted."""
        alarmed = 0
        while not self._core.stopping.is_set():
            try:
                ledger = await self.read()
            except RedisFault as fault:
                vital.set(State.DEGRADED, f"Redis: {fault.message}", "waiting for Redis")
            else:
                alarmed = self._tell(ledger, vital, alarmed)
            await pause(self._core.clock, self._core.stopping, WATCH_S)

    def _tell(self, ledger: Ledger, vital: Vital, alarmed: int) -> int:
        for term in (*SUMMED, "imbalance"):
            self._core.metrics.ledger.labels(term).set(getattr(ledger.total, term))
        imbalance = ledger.total.imbalance
        if imbalance:
            vital.set(
                State.DEGRADED, f"the ledger is off by {imbalance}", "compare `python -m aos ledger` with the source"
            )
            if imbalance != alarmed:
                log.error("The ledger does not balance", imbalance=imbalance)
                self._core.events.publish("dcl", "imbalance", {"imbalance": imbalance})
        else:
            vital.set(State.RUNNING, "every line is accounted for")
        return imbalance


def ledger_endpoint(ledgers: Ledgers) -> Endpoint:
    async def read(_: Call) -> Ledger:
        return await ledgers.read()

    return Endpoint(
        method="GET",
        path="/api/ingest/ledger",
        handler=read,
        access=Access.VIEWER,
        summary="Where every line is, per connector and in total; imbalance is 0.",
        answer=Ledger,
        errors=(503,),
    )


def _with(waiting: OpenLines, batch: Batch) -> OpenLines:
    return OpenLines(
        waiting.received + batch.received, waiting.held + batch.held, waiting.keepalives + batch.keepalives
    )


def balanced(line: LedgerLine) -> LedgerLine:
    """The line with its imbalance."""
    first = line.received - line.clean - line.repaired - line.quarantined - line.discarded - line.in_flight
    second = line.published - line.filed - line.pending - line.moved
    return msgspec.structs.replace(line, imbalance=abs(first) + abs(second))


def total(lines: list[LedgerLine], pending: int) -> LedgerLine:
    """The sum of the connectors, but `pending` as it was measured; a connector's imbalance is never summed away."""
    terms = {term: sum(getattr(line, term) for line in lines) for term in SUMMED}
    whole = balanced(LedgerLine(**{**terms, "pending": pending}))
    return msgspec.structs.replace(whole, imbalance=max(whole.imbalance, sum(line.imbalance for line in lines)))
