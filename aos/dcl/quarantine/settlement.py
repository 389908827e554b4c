"""Lines leave quarantine over two stores, each once, whatever ends in between.

1. SQLite: held lines are claimed under the number of a batch (`replaying`, `discarding`).
2. SQLite: those that fail the contract again are held as before.
3. Redis: the others are published or discarded and the counters moved, in one step that happens once a number.
4. SQLite: the batch has left (`replayed`, `discarded`).

What is claimed and not known to have left is finished first by whoever comes next: its number is asked for, and where
its step never happened it is made void, so that it never will, and begins again under a new number.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from aos.contracts.health import State
from aos.contracts.ingest import Discarded, DiscardRequest, Refusal, Replayed, ReplayRequest, Skipped
from aos.core import settle, streams
from aos.core.clock import wall_ms
from aos.core.errors import AosError, Fenced, InvalidInput, Unavailable
from aos.core.health import Vital
from aos.core.log import Log
from aos.core.module import Core
from aos.core.redact import one_line
from aos.core.redis import Redis
from aos.core.settle import Leaving
from aos.core.workers import pause
from aos.dcl.quarantine.judge import TRIED, Fit, Judge, Judgement, Unfit, hindrance
from aos.dcl.sidecar.connectors import Connectors
from aos.dcl.warehouse import refused
from aos.dcl.warehouse.refused import BATCH_LINES, Claimed, Kept, RefusedLines, Selection, Standing

log = Log("dcl.quarantine")
MOST_NAMED = 1_000  # skipped lines that an answer names
RETRY_S = 1.0


@dataclass
class Tally:
    """What became of the lines of a call."""

    left: int = 0
    repaired: int = 0
    refused: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    skipped_count: int = 0

    def skip(self, key: int, why: str) -> None:
        self.skipped_count += 1
        if len(self.skipped) < MOST_NAMED:
            self.skipped.append(Skipped(id=key, why=why))

    def count_out(self, claimed: Claimed) -> int:
        """How many lines a batch dealt with; those that another call got to first are skipped."""
        for key in claimed.gone:
            self.skip(key, "another call got to it first")
        return claimed.reached


class Settlement:
    """Replays and discards. One batch at a time in this process; the data directory's lock makes it the only one."""

    def __init__(
        self,
        core: Core,
        redis: Redis,
        lines: RefusedLines,
        connectors: Connectors,
        has_blueprint: Callable[[str], bool] | None = None,
    ) -> None:
        self._core, self._redis, self._lines, self._connectors = core, redis, lines, connectors
        self._has_blueprint = has_blueprint
        self._turn = asyncio.Lock()
        self._unfinished = True  # what an earlier process left is not known yet

    async def replay(self, wanted: ReplayRequest, by: str, pipe_id: str = "") -> Replayed:
        """Held lines through the current contract. What is Clean is published at its old place, under its old name.
        With a `pipe_id` only those that were to be filed under it."""
        judge, tally = self._judge(), Tally()
        selection = Selection(wanted.reason, wanted.connector, pipe_id=pipe_id)
        if wanted.ids is not None:
            ids = await self._named(wanted.ids, tally, partial(hindrance, force=wanted.force))
            ids, beyond = ids[: wanted.limit], len(ids[wanted.limit :])
        else:
            ids = [line.id for line in await self._lines.select(selection, wanted.limit, clause=TRIED)]
            beyond = await self._lines.count(selection, clause=TRIED) - len(ids)
            for line in await self._lines.select(selection, MOST_NAMED, clause=f"NOT ({TRIED})"):
                tally.skip(line.id, hindrance(line, force=False))
            tally.skipped_count = await self._lines.count(selection, clause=f"NOT ({TRIED})")
        if ids and not await self._consumer_keeps_up():
            raise Unavailable("The consumer lags; replay when it has caught up", code="quarantine.lag")
        while ids and not self._core.stopping.is_set() and await self._consumer_keeps_up():
            ids = ids[await self._replay_batch(ids[:BATCH_LINES], by, judge, tally) :]
        if tally.left or tally.refused or not pipe_id:
            self._tell("replayed", by, count=tally.left, still_refused=tally.refused)
        return Replayed(
            replayed=tally.left,
            repaired=tally.repaired,
            still_refused=tally.refused,
            skipped=tally.skipped,
            skipped_count=tally.skipped_count,
            remaining=max(0, beyond) + len(ids),
        )

    async def discard(self, wanted: DiscardRequest, by: str) -> Discarded:
        """Held lines are given up. They stay in the table with the reason."""
        tally = Tally()
        selection = Selection(wanted.reason, wanted.connector)
        if wanted.ids is not None:
            ids = await self._named(wanted.ids, tally, _gone)
            ids, beyond = ids[: wanted.limit], len(ids[wanted.limit :])
        else:
            ids = [line.id for line in await self._lines.select(selection, wanted.limit)]
            beyond = await self._lines.count(selection) - len(ids)
        while ids and not self._core.stopping.is_set():
            ids = ids[await self._discard_batch(ids[:BATCH_LINES], by, wanted.why, tally) :]
        self._tell("discarded", by, count=tally.left, why=wanted.why)
        return Discarded(
            discarded=tally.left,
            skipped=tally.skipped,
            skipped_count=tally.skipped_count,
            remaining=max(0, beyond) + len(ids),
        )

    async def _named(self, ids: Sequence[int], tally: Tally, hindered: Callable[[Standing], str]) -> list[int]:
        """Those of the ids that may leave, each once; the others are named with the reason."""
        unique = list(dict.fromkeys(ids))
        known = await self._lines.standing(unique)
        fit = []
        for key in unique:
            why = hindered(known[key]) if key in known else "there is no such line"
            if why:
                tally.skip(key, why)
            else:
                fit.append(key)
        return fit

    async def _consumer_keeps_up(self) -> bool:
        """Replayed lines wait behind the same limit as those of the sources."""
        lag = (await streams.state(self._redis, streams.RAW)).lag
        return lag <= self._core.settings.stream_max_lag

    async def _replay_batch(self, ids: list[int], by: str, judge: Judge, tally: Tally) -> int:
        """Replay as many of the ids as one step carries; how many are dealt with."""
        async with self._turn:
            await self._finish_begun()
            self._unfinished = True
            batch = await settle.last_batch(self._redis) + 1
            claimed = await self._lines.claim(ids, "replaying", batch, by=by)
            await self._replay_claimed(batch, judge, tally)
            self._unfinished = False
        return tally.count_out(claimed)

    async def _replay_claimed(self, batch: int, judge: Judge, tally: Tally) -> None:
        leaving: list[Leaving] = []
        refused_again: list[tuple[int, Refusal]] = []
        released: list[int] = []
        lines = await self._lines.leaving("replaying", batch)
        for kept, judgement in zip(lines, await self._judged(judge, lines), strict=True):
            match judgement:
                case Fit(envelope=envelope, repaired=repaired):
                    way: settle.Way = "repaired" if repaired else "clean"
                    leaving.append(Leaving(kept.refusal.connector_id, way, envelope))
                case Refusal() as refusal:
                    refused_again.append((kept.id, refusal))
                case Unfit(why=why):
                    released.append(kept.id)
                    tally.skip(kept.id, why)
        if refused_again or released:
            await self._lines.hold_again(refused_again, released)
        if leaving:
            await self._leave("replaying", batch, leaving)
        tally.left += len(leaving)
        tally.repaired += sum(line.way == "repaired" for line in leaving)
        tally.refused += len(refused_again)

    async def _judged(self, judge: Judge, lines: Sequence[Kept]) -> list[Judgement]:
        """What becomes of these lines. A failure that nobody foresaw lets them lie where they are: no later replay or
        discard would get past them otherwise."""
        try:
            return await judge.judge_all(lines)
        except AosError:
            raise  # Redis or the database: tried again
        except Exception as error:  # noqa: BLE001 - whatever it is, the others must get past it
            log.error("Lines could not be judged", lines=len(lines), why=one_line(f"{type(error).__name__}: {error}"))
            return [Unfit(f"it could not be judged: {type(error).__name__}")] * len(lines)

    async def _discard_batch(self, ids: list[int], by: str, why: str, tally: Tally) -> int:
        async with self._turn:
            await self._finish_begun()
            self._unfinished = True
            batch = await settle.last_batch(self._redis) + 1
            claimed = await self._lines.claim(ids, "discarding", batch, why=why, by=by)
            await self._discard_claimed(batch, tally)
            self._unfinished = False
        return tally.count_out(claimed)

    async def _discard_claimed(self, batch: int, tally: Tally) -> None:
        owners = await self._lines.owners("discarding", batch)
        if owners:
            await self._leave("discarding", batch, [Leaving(connector, "discarded") for connector in owners])
        tally.left += len(owners)

    async def _leave(self, status: refused.Leaving, batch: int, leaving: Sequence[Leaving]) -> None:
        if not await settle.settle(self._redis, batch, leaving):
            raise Fenced(f"batch {batch} of the quarantine was made void")
        await self._lines.settled(status, batch, wall_ms(self._core.clock))
        self._core.metrics.quarantine_settled.labels(refused.LEFT[status]).inc(len(leaving))

    async def finish(self) -> None:
        """Finish what was begun and is not known to be over."""
        async with self._turn:
            await self._finish_begun()

    async def _finish_begun(self) -> None:
        if not self._unfinished:
            return
        for status, batch in await self._lines.begun():
            if await self._happened(batch):
                await self._lines.settled(status, batch, wall_ms(self._core.clock))
                continue
            new = await settle.last_batch(self._redis) + 1
            await self._lines.renumber(status, batch, new)
            log.info("Lines that had begun to leave quarantine go on", status=status, batch=new)
            if status == "replaying":
                await self._replay_claimed(new, self._judge(), Tally())
            else:
                await self._discard_claimed(new, Tally())
        self._unfinished = False

    async def _happened(self, batch: int) -> bool:
        """Whether Redis has settled the batch; if not, it never will."""
        try:
            return await settle.void(self._redis, batch)
        except Fenced as fence:
            # Neither this number nor the one before it is the last: one of the two stores is not what it was.
            log.error("Redis does not know this batch of the quarantine; it is done anew", batch=batch, **fence.extra)
            return False

    async def watch(self, vital: Vital) -> None:
        """Finish what an earlier process left, and what a call left that failed on its way."""
        while not self._core.stopping.is_set():
            if self._unfinished:
                try:
                    await self.finish()
                except AosError as error:
                    vital.set(State.DEGRADED, error.message, "tried again every second; no line is lost or doubled")
                else:
                    vital.set(State.IDLE, "nothing is on its way out of quarantine")
            await pause(self._core.clock, self._core.stopping, RETRY_S)

    def _judge(self) -> Judge:
        return Judge(self._connectors, self._core.clock, self._has_blueprint)

    def _tell(self, event: str, by: str, **data: str | int) -> None:
        log.info(f"Quarantined lines {event}", by=by, **data)
        self._core.events.publish("dcl", f"quarantine_{event}", {"by": by, **data})


def _gone(line: Standing) -> str:
    """Why a line can't be discarded; empty when it can."""
    return "" if line.status == "held" else hindrance(line, force=True)


def check(wanted: ReplayRequest | DiscardRequest) -> None:
    """Ids and filters are not mixed, and an empty list is a mistake, not everything."""
    if wanted.ids is not None and (wanted.reason or wanted.connector):
        raise InvalidInput("Give either ids or a filter", path="$.ids")
    if wanted.ids is not None and not wanted.ids:
        raise InvalidInput("ids: the list is empty", path="$.ids")
    if isinstance(wanted, ReplayRequest):
        if wanted.force and wanted.ids is None:
            raise InvalidInput("force is for lines that are named: give ids", path="$.force")
        return
    if not wanted.why.strip():
        raise InvalidInput("why: say why these lines are given up", path="$.why")
    selected = wanted.ids is not None or bool(wanted.reason or wanted.connector)
    if not selected and not wanted.all:
        raise InvalidInput("Give ids, a reason or a connector, or say all: true", path="$")
    if selected and wanted.all:
        raise InvalidInput("all: true and a selection contradict each other", path="$.all")
