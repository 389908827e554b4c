"""Repair in transit (spec: Phase 3): drifted lines are asked for at the source of truth, filled in and checked again.

However that source behaves, asking it costs the stream little: calls are bounded and have a deadline, the same id is
asked for once at a time and then remembered, answers that help nobody use up the budget of calls, and after failures in
a row a breaker lets nothing through. A line that is not repaired in time goes to quarantine, to be repaired in bulk.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

import msgspec

from aos.contracts.envelope import RepairedField
from aos.core.breaker import Breaker, BreakerPolicy
from aos.core.clock import Clock
from aos.core.errors import SourceFault
from aos.core.log import Log
from aos.core.metrics import Metrics
from aos.dcl.sidecar.airlock import Airlock, Clean
from aos.dcl.sidecar.faults import Fault
from aos.dcl.sidecar.merge import merge
from aos.dcl.sidecar.repair_source import MOST_IDS, Answer, Found, Lacking, RepairSource

log = Log("dcl.repair")
DEADLINE_S = 2.0
ONES, MANIES = 8, 4  # calls at once, for one record and for many
MOST_WAITING = 4_000  # ids that are being asked for; past that a line is not repaired now
CALLS_PER_S = 1_000.0
USELESS_CALL = 10.0  # what a call for one record costs that brings none
CACHE_S, CACHE_ENTRIES, CACHE_RECORD_BYTES = 5.0, 1_000, 64 * 1024
YIELD_EVERY = 32  # lines merged before other tasks of the process get a turn

_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Drift(NamedTuple):
    """A line and its faults, all of them repairable; `record_id` is empty where the source can't be asked for it."""

    line: bytes
    faults: Sequence[Fault]
    record_id: str


class Repaired(NamedTuple):
    """The line as it goes on, and where each field came from."""

    line: bytes
    fields: dict[str, RepairedField]


class Unrepaired(NamedTuple):
    reason: str
    detail: str


Outcome = Repaired | Unrepaired
LATE = Lacking("repair_overload", f"no answer within {DEADLINE_S:g} s, or the stream could not wait")
FULL = Lacking("repair_overload", "too many records are being asked for")
SPENT = Lacking("repair_overload", "the budget of calls is used up")


class Repairer:
    """One connector's way to its source of truth, for its stream and for replays alike."""

    def __init__(
        self,
        clock: Clock,
        metrics: Metrics,
        airlock: Airlock,
        source: RepairSource,
        policy: BreakerPolicy,
        *,
        max_line_bytes: int,
        connector_id: str,
    ) -> None:
        self._clock, self._metrics, self._airlock, self._source = clock, metrics, airlock, source
        self._max_line_bytes, self._connector_id = max_line_bytes, connector_id
        self.breaker = Breaker(policy, clock)
        self._cache: dict[str, tuple[float, Found]] = {}  # oldest first
        self._asked: dict[str, asyncio.Future[Answer]] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._ones, self._manies = asyncio.Semaphore(ONES), asyncio.Semaphore(MANIES)
        self._budget, self._budget_at = CALLS_PER_S, clock.monotonic()

    async def close(self) -> None:
        calls = list(self._calls)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await self._source.close()

    @property
    def key(self) -> str | None:
        return self._airlock.contract.key

    def drift(self, line: bytes, faults: Sequence[Fault]) -> Drift:
        """A line of this connector's, with the id that it will be asked for by."""
        key = self._airlock.contract.key
        assert key is not None
        record_id = str(msgspec.json.decode(_object.decode(line)[key]))
        return Drift(line, faults, "" if not record_id.strip(".") else record_id)  # "." and ".." are no part of a path

    async def repair(
        self,
        drifts: Sequence[Drift],
        *,
        over: asyncio.Event | None = None,
        deadline_s: float = DEADLINE_S,
        airlock: Airlock | None = None,
    ) -> list[Outcome]:
        """What became of each line, in order, at the latest after `deadline_s` or when somebody sets `over`. The result
        is checked by `airlock`, where its contract is newer than that of the stream."""
        begun = self._clock.monotonic()
        answers = await self._answers({drift.record_id for drift in drifts} - {""}, over or asyncio.Event(), deadline_s)
        ms = round(1000 * (self._clock.monotonic() - begun), 3)
        outcomes: list[Outcome] = []
        for number, drift in enumerate(drifts):
            if number % YIELD_EVERY == YIELD_EVERY - 1:
                await asyncio.sleep(0)
            outcome = self._outcome(drift, answers, ms, airlock or self._airlock)
            self.count("repaired" if isinstance(outcome, Repaired) else outcome.reason)
            outcomes.append(outcome)
        return outcomes

    def count(self, outcome: str) -> None:
        self._metrics.repairs.labels(outcome).inc()

    def _outcome(self, drift: Drift, answers: dict[str, Answer], ms: float, airlock: Airlock) -> Outcome:
        if not drift.record_id:
            return Unrepaired("no_id", "its id can't be asked for")
        answer = answers[drift.record_id]
        if isinstance(answer, Lacking):
            return Unrepaired(answer.reason, answer.detail)
        try:
            line, was = merge(drift.line, answer.record, drift.faults)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            return Unrepaired("repair_still_wrong", f"the true record does not fit: {str(error)[:200]}")
        if len(line) > self._max_line_bytes:
            return Unrepaired("repair_still_wrong", f"{len(line)} bytes with what was missing")
        verdict = airlock.read(line)
        if not isinstance(verdict, Clean):
            faults = getattr(verdict, "faults", ())
            where = f"{faults[0].path}: {faults[0].kind}" if faults else "not a valid record"
            return Unrepaired("repair_still_wrong", f"with the source's values, {where}")
        fields = {name: RepairedField(source=answer.where, was=before, ms=ms) for name, before in was.items()}
        return Repaired(line, fields)

    async def _answers(self, ids: set[str], over: asyncio.Event, deadline_s: float) -> dict[str, Answer]:
        known: dict[str, Answer] = {}
        awaited: dict[str, asyncio.Future[Answer]] = {}
        new: list[str] = []
        for record_id in sorted(ids):
            if (kept := self._remembered(record_id)) is not None:
                known[record_id] = kept
            elif record_id in self._asked:
                awaited[record_id] = self._asked[record_id]
            else:
                new.append(record_id)
        if self.breaker.rest_s:
            known |= dict.fromkeys(new, self._resting())
        elif len(self._asked) + len(new) > MOST_WAITING:
            known |= dict.fromkeys(new, FULL)
        else:
            awaited |= self._begin(new)
        await _until_all(awaited.values(), over, deadline_s)
        return known | {key: asked.result() if asked.done() else LATE for key, asked in awaited.items()}

    def _begin(self, ids: list[str]) -> dict[str, asyncio.Future[Answer]]:
        """Begin to ask for these, in as few calls as the source knows."""
        loop = asyncio.get_running_loop()
        futures: dict[str, asyncio.Future[Answer]] = {record_id: loop.create_future() for record_id in ids}
        self._asked |= futures
        size = MOST_IDS if self._source.batched and len(ids) > 1 else 1
        for start in range(0, len(ids), size):
            call = asyncio.create_task(self._call(ids[start : start + size]), name="repair call")
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
        return futures

    async def _call(self, ids: list[str]) -> None:
        """Ask, and answer everybody who waits for these ids, whatever happens."""
        answers: dict[str, Answer] = {}
        try:
            answers = await (self._one(ids[0]) if len(ids) == 1 else self._many(ids))
        finally:
            for record_id in ids:
                asked, answer = self._asked.pop(record_id), answers.get(record_id, LATE)
                if isinstance(answer, Found):
                    self._remember(record_id, answer)
                asked.set_result(answer)

    async def _many(self, ids: list[str]) -> dict[str, Answer]:
        begun = self._clock.monotonic()
        async with self._manies:
            if self._clock.monotonic() - begun > DEADLINE_S:
                return dict.fromkeys(ids, LATE)  # nobody waits for it any more
            if self._source.batched:
                answers = await self._guarded(ids)
                if answers is not None:
                    return answers
        # Not a call that this source knows: one by one, from now on.
        parts = await asyncio.gather(*(self._one(record_id) for record_id in ids))
        return {key: answer for part in parts for key, answer in part.items()}

    async def _one(self, record_id: str) -> dict[str, Answer]:
        begun = self._clock.monotonic()
        async with self._ones:
            if self._clock.monotonic() - begun > DEADLINE_S:
                return {record_id: LATE}
            if not self._spend(1.0):
                return {record_id: SPENT}
            answers = await self._guarded([record_id])
            assert answers is not None
            if not isinstance(answers[record_id], Found):
                self._spend(USELESS_CALL - 1.0, whatever=True)
            return answers

    async def _guarded(self, ids: list[str]) -> dict[str, Answer] | None:
        """One call under the breaker and the deadline; None where the source takes no call for many."""
        with self.breaker.permit() as allowed:
            if not allowed:
                return dict.fromkeys(ids, self._resting())
            begun = self._clock.monotonic()
            try:
                async with asyncio.timeout(DEADLINE_S):
                    answers: dict[str, Answer] | None
                    if len(ids) == 1:
                        answers = {ids[0]: await self._source.one(ids[0])}
                    else:
                        answers = await self._source.many(ids)
            except TimeoutError:
                self._failed(f"no answer within {DEADLINE_S:g} s")
                return dict.fromkeys(ids, LATE)
            except SourceFault as fault:
                self._failed(f"{fault.code}: {fault.message}")
                return dict.fromkeys(ids, Lacking("repair_failed", f"{fault.code}: {fault.message}"))
            finally:
                self._metrics.repair_seconds.observe(self._clock.monotonic() - begun)
            if self.breaker.succeeded():
                log.info("Repair source answers again", connector_id=self._connector_id)
            return answers

    def _failed(self, why: str) -> None:
        if self.breaker.failed():
            self._metrics.breaker_trips.inc()
            log.warning(
                "Repair source rests; drifted records wait in quarantine",
                why=why, rest_s=round(self.breaker.rest_s), connector_id=self._connector_id,
            )  # fmt: skip

    def _resting(self) -> Lacking:
        return Lacking("repair_overload", f"the source of truth failed and rests for {self.breaker.rest_s:.0f} s")

    def _spend(self, cost: float, *, whatever: bool = False) -> bool:
        """Take calls from the budget, if they are there."""
        now = self._clock.monotonic()
        self._budget = min(CALLS_PER_S, self._budget + (now - self._budget_at) * CALLS_PER_S)
        self._budget_at = now
        if self._budget < cost and not whatever:
            return False
        self._budget -= cost
        return True

    def _remembered(self, record_id: str) -> Found | None:
        kept = self._cache.get(record_id)
        return kept[1] if kept is not None and self._clock.monotonic() - kept[0] <= CACHE_S else None

    def _remember(self, record_id: str, answer: Found) -> None:
        if len(answer.record) > CACHE_RECORD_BYTES:
            return
        self._cache.pop(record_id, None)
        self._cache[record_id] = (self._clock.monotonic(), answer)
        while len(self._cache) > CACHE_ENTRIES:
            del self._cache[next(iter(self._cache))]


async def _until_all(awaited: Iterable["asyncio.Future[Answer]"], over: asyncio.Event, deadline_s: float) -> None:
    """Until all are there, `over` is set, or the time is up."""
    left = 0

    def one_less(_: "asyncio.Future[Answer]") -> None:
        nonlocal left
        left -= 1
        if not left:
            over.set()

    for asked in awaited:
        left += 1
        asked.add_done_callback(one_less)
    if left:
        with suppress(TimeoutError):
            async with asyncio.timeout(deadline_s):
                await over.wait()
