"""The repair of a batch: its drifted lines together, while the stream goes on behind them."""

import asyncio
from collections.abc import Sequence

from aos.dcl.sidecar.batch import Batch, Waiting
from aos.dcl.sidecar.budget import Budget
from aos.dcl.sidecar.faults import Fault
from aos.dcl.sidecar.line_log import LineLog
from aos.dcl.sidecar.reasons import unrepaired
from aos.dcl.sidecar.repair import Outcome, Repaired, Repairer, Unrepaired
from aos.dcl.sidecar.target import Target


class BatchRepair:
    """Gives each line that waits its entry: repaired, or quarantined with the reason why not."""

    def __init__(self, repairer: Repairer, target: Target, budget: Budget, lines: LineLog) -> None:
        self._repairer, self._budget, self._lines = repairer, budget, lines
        self._resume = target.resume

    def keep_place(self, batch: Batch, line: bytes, faults: Sequence[Fault]) -> None:
        """Keep a drifted line's place in the batch until `begin`."""
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
