"""The repair of a batch: its drifted lines together, while the stream goes on behind them."""

import asyncio
import math
from collections.abc import Sequence

from aos.core.clock import Clock
from aos.dcl.sidecar.batch import Batch, Waiting
from aos.dcl.sidecar.budget import Budget
from aos.dcl.sidecar.faults import Fault
from aos.dcl.sidecar.line_log import LineLog
from aos.dcl.sidecar.reasons import unrepaired
from aos.dcl.sidecar.repair import Outcome, Repaired, Repairer, Unrepaired
from aos.dcl.sidecar.target import Target

OUTRUN = Unrepaired("repair_overload", "the stream is faster than the source of truth")
SHORTEST_REST_S, LONGEST_REST_S, CALM_S = 0.1, 2.0, 5.0


class Rest:
    """When a stream is faster than its source of truth, asking for what can't be waited for only costs.

    After a batch that had to be hurried nothing is asked for; twice as long as the last time, where that was just now.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock, self._length, self._until = clock, 0.0, -math.inf

    @property
    def on(self) -> bool:
        return self._clock.monotonic() < self._until

    def after(self, batch: Batch) -> None:
        if not batch.hurried or batch.opened_at < self._until:
            return  # it was in time, or is from before the last rest and says nothing of now
        now = self._clock.monotonic()
        again = now - self._until < CALM_S
        self._length = min(2 * self._length, LONGEST_REST_S) if again else SHORTEST_REST_S
        self._until = now + self._length


class BatchRepair:
    """Gives each line that waits its entry: repaired, or quarantined with the reason why not."""

    def __init__(self, clock: Clock, repairer: Repairer, target: Target, budget: Budget, lines: LineLog) -> None:
        self._repairer, self._budget, self._lines = repairer, budget, lines
        self._resume = target.resume
        self._rest = Rest(clock)

    def take(self, batch: Batch, line: bytes, faults: Sequence[Fault]) -> None:
        """Keep a drifted line's place in the batch until `begin`; or refuse it, where asking would be in vain."""
        if self._rest.on:
            self._repairer.count(OUTRUN.reason)
            self._budget.refuse(batch.upto)
            self._lines.drifted(batch.add_refused(line, *unrepaired(faults, *OUTRUN)))
            return
        batch.add_waiting(line, faults)
        resume = self._resume
        if resume and resume.by == "field" and all(fault.steps[0] != resume.field for fault in faults):
            batch.last_clean = line  # what a source is resumed by is good in it

    def begin(self, batch: Batch) -> None:
        """Repair what waits in a closed batch. The task is the batch's: whoever drops the batch cancels it."""
        if batch.waiting:
            batch.repair = asyncio.create_task(self._repair(batch), name="repair batch")

    async def _repair(self, batch: Batch) -> None:
        repairer = self._repairer
        drifts = [repairer.drift(waiting.line, waiting.faults) for waiting in batch.waiting]
        if not repairer.breaker.rest_s:
            self._lines.detected(drifts)
        outcomes = await repairer.repair(drifts, over=batch.over)
        entries = [self._entry(batch, *each) for each in zip(batch.waiting, outcomes, strict=True)]
        self._lines.repaired(batch.repaired, drifts, outcomes)
        self._rest.after(batch)
        batch.settle(entries)

    def _entry(self, batch: Batch, waiting: Waiting, outcome: Outcome) -> list[bytes]:
        if isinstance(outcome, Repaired):
            entry = batch.repaired_entry(waiting.position, outcome.line, outcome.fields)
            if entry is not None:
                return entry
            outcome = Unrepaired("repair_overload", "its batch would grow too large")
        refusal, entry = batch.refused_entry(
            waiting.position, waiting.line, *unrepaired(waiting.faults, outcome.reason, outcome.detail)
        )
        self._budget.refuse(waiting.position)
        self._lines.drifted(refusal)
        return entry
