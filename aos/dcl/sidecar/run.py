"""The sidecar: one connector's loop, from its source to Redis. Nothing that a source sends ends it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import msgspec

from aos.contracts.health import State
from aos.contracts.ingest import Pause
from aos.core import streams
from aos.core.clock import wall_ms
from aos.core.errors import Fenced, RedisFault, SourceFault
from aos.core.health import Vital
from aos.core.log import Log
from aos.core.module import Core
from aos.core.redact import redact
from aos.core.redis import Redis
from aos.core.workers import pause
from aos.dcl.sidecar.airlock import Airlock, Clean, Drifted, KeepAlive, Toxic
from aos.dcl.sidecar.batch import Batch, Enveloper
from aos.dcl.sidecar.batch_repair import BatchRepair
from aos.dcl.sidecar.brake import RETRY_S, Brake
from aos.dcl.sidecar.budget import Budget
from aos.dcl.sidecar.faults import Fault
from aos.dcl.sidecar.line_log import LineLog
from aos.dcl.sidecar.publish import Publisher
from aos.dcl.sidecar.reasons import Reason, reason_of
from aos.dcl.sidecar.repair import Repaired, Repairer, Unrepaired
from aos.dcl.sidecar.source import Line, Source
from aos.dcl.sidecar.source_breaker import SourceBreaker
from aos.dcl.sidecar.target import Target

log = Log("dcl.sidecar")
LINGER_S = 0.1
IDLE_AFTER_S = 5.0
LAG_POLL_S = 0.05
YIELD_EVERY = 256  # lines judged before other tasks of the process get a turn

_exact = msgspec.json.Encoder(decimal_format="number")


class IngestSidecar:
    """Reads one target through the airlock. Overload stops the reading; bad data is set aside, the stream goes on."""

    def __init__(
        self,
        core: Core,
        redis: Redis,
        target: Target,
        airlock: Airlock,
        vital: Vital,
        repairer: Repairer | None = None,
    ) -> None:
        self._core, self._redis, self._target, self._airlock, self.vital = core, redis, target, airlock, vital
        self.repairer = repairer
        self._clock, self._stopping = core.clock, core.stopping
        self._publisher = Publisher(core, redis, vital)
        self._enveloper = Enveloper(target)
        self.brake = Brake(redis, target.config.connector_id, core.clock, core.stopping)
        self._budget = Budget(target.config.policy.quarantine_budget)
        self._breaker = SourceBreaker(core, redis, target, vital)
        self._lines = LineLog(core.clock, target.config.connector_id)
        self._repair = BatchRepair(core.clock, repairer, target, self._budget, self._lines) if repairer else None
        self._position: int | None = None
        self._batch: Batch | None = None
        self._carried_keepalives = 0
        self._resume_value = ""
        self._verdicts = {name: core.metrics.lines.labels(name) for name in ("clean", "drifted", "toxic")}

    @property
    def target(self) -> Target:
        return self._target

    @property
    def position(self) -> int | None:
        """Position of the last line taken; None before the first."""
        return self._position

    async def close(self) -> None:
        if self.repairer is not None:
            await self.repairer.close()
        await self._redis.close()

    def in_flight(self) -> list[Batch]:
        """Batches not known to be in Redis, the open one last."""
        return [*self._publisher.open_batches, *([self._batch] if self._batch else [])]

    async def run(self, _: Vital) -> None:
        """Read until stopping: connect, read, and on failure wait as the breaker says."""
        self.vital.expect("record", max(30.0, 3 * self._target.config.policy.idle_timeout_s))
        await self._breaker.recall()
        await self.brake.recall()
        while not self._stopping.is_set():
            if self.brake.pause:
                await self._stand_still()
                continue
            with self._breaker.breaker.permit() as allowed:
                if allowed:
                    wait_s = await self._attempt()
                else:
                    wait_s = self._breaker.breaker.rest_s
            await self.brake.wait(wait_s)

    async def _stand_still(self) -> None:
        """Read nothing until it may go on. What was taken from the source is in Redis already."""
        resting, begun = self.vital.state is State.CIRCUIT_OPEN, None
        while (why := self.brake.pause) and not self._stopping.is_set():
            self.vital.set(State.PAUSED, why.why, self.brake.next_action)
            if why != begun:
                log.warning("Connector paused", why=why.why, by=why.by, **self._who())
                self._core.events.publish("dcl", "paused", {**self._who(), "why": why.why, "by": why.by})
                begun = why
            await self.brake.keep()
            await self.brake.wait(None if self.brake.stored else RETRY_S)
        if self._stopping.is_set():
            return
        self._budget.renew()
        log.info("Connector resumed", **self._who())
        self._core.events.publish("dcl", "resumed", self._who())
        if resting and (rest_s := self._breaker.breaker.rest_s):
            self.vital.set(State.CIRCUIT_OPEN, "tripped before the pause", f"one probe in {rest_s:.0f} s")
        else:
            self.vital.set(State.RECOVERING, "resumed", "connecting")

    async def _attempt(self) -> float | None:
        """One connection, from the cursor on. Seconds to wait before the next one; None when the source is finished."""
        try:
            await self._read()
        except SourceFault as fault:
            await self._flush()
            return 0.0 if self._stopping.is_set() else await self._breaker.failed(fault)
        except (Fenced, RedisFault) as fault:
            await self._forget_open()
            if self.vital.set(State.RECOVERING, fault.message, "going on from the stored cursor"):
                log.warning("Batch not accepted; going on from the stored cursor", why=fault.message, **self._who())
            return 0.5
        except BaseException:
            await self._forget_open()
            raise
        if self._stopping.is_set() or self.brake.pause:
            return 0.0
        if self._position is not None and self._position == self._target.last:
            self.vital.set(State.IDLE, f"the source ended at its last line, {self._position}")
            log.info("Source finished", position=self._position, **self._who())
            return None
        return await self._breaker.failed(SourceFault("the source ended", code="source.ended"))

    async def _read(self) -> None:
        """Lines into batches, batches to Redis, until the source ends or fails or the process stops."""
        cursor = await streams.read_cursor(self._redis, self._target.config.connector_id, self._target.id)
        self._position = cursor.position
        self._resume_value = cursor.resume
        if self._target.last is not None and (cursor.position or self._target.first) >= self._target.last:
            self._position = self._target.last
            return
        url = self._target.url(cursor.position, cursor.resume)
        policy = self._target.config.policy
        source = Source(
            self._clock,
            self._core.egress,
            idle_timeout_s=policy.idle_timeout_s,
            max_line_bytes=policy.max_line_bytes,
            on_bytes=self._count_bytes,
        )
        log.info("Reading", url=redact(url), position=cursor.position or "start", **self._who())
        self._core.events.publish("dcl", "reading", {**self._who(), "position": cursor.position})
        async with aclosing(source.lines(url, LINGER_S)) as blocks, aclosing(self._watched(blocks)) as watched:
            async for lines in watched:
                await self._take(lines)
                self._publisher.check()
                if self._budget.spent:
                    self.brake.hold_now(Pause(by="budget", why=self._budget.spent, since=wall_ms(self._clock)))
                if self._publisher.lag > self._core.settings.stream_max_lag:
                    await self._hold_back()
        await self._flush()

    async def _watched(self, blocks: AsyncGenerator[list[Line], None]) -> AsyncGenerator[list[Line], None]:
        """Blocks of lines until `stopping` or a pause; keeps the health state true to the flow."""
        async for lines in blocks:
            if self._stopping.is_set():
                return
            yield lines
            if self.brake.pause:
                return  # behind the lines in hand: a source that can't be replayed would lose them
            if lines:
                self.vital.progress("record")
                if self.vital.state is not State.RUNNING:
                    self.vital.set(State.RUNNING, "reading")
                continue
            self._lines.flush()
            if self.vital.state is State.RUNNING and (self.vital.age("record") or 0.0) > IDLE_AFTER_S:
                self.vital.set(State.IDLE, "connected, no record in the last seconds")

    async def _take(self, lines: list[Line]) -> None:
        for number, line in enumerate(lines):
            if number % YIELD_EVERY == YIELD_EVERY - 1:
                await asyncio.sleep(0)
            batch = self._room_for(len(line) if isinstance(line, bytes) else len(line.head))
            if batch is None:
                await self._send_open()
                batch = self._open()
            self._judge(batch, line)
        await self._breaker.keep()
        batch = self._batch
        if batch and (batch.held and self._clock.monotonic() - batch.opened_at >= LINGER_S):
            await self._send_open()

    def _judge(self, batch: Batch, line: Line) -> None:
        """One line through the airlock and into the batch. A line gets its number here and keeps it for ever."""
        verdict = self._airlock.read(line)
        if isinstance(verdict, KeepAlive):
            batch.keepalives += 1
            return
        batch.received += 1
        batch.upto = self._position = batch.upto + 1
        match verdict:
            case Clean():
                assert isinstance(line, bytes)
                self.wrap_and_push(batch, line)
            case Drifted(line=whole, faults=faults):
                self._verdicts["drifted"].inc()
                if self._repair is not None and self._airlock.contract.repairable(faults):
                    self._repair.take(batch, whole, faults)
                else:
                    self._budget.refuse(batch.upto)
                    refusal = batch.add_refused(whole, *self._reason(faults))
                    self._lines.drifted(refusal)
            case Toxic(reason=reason, detail=detail):
                self._verdicts["toxic"].inc()
                self._budget.refuse(batch.upto)
                refusal = batch.add_refused(line, reason, detail, [])
                self._lines.toxic(refusal)

    def _reason(self, faults: Sequence[Fault]) -> Reason:
        return reason_of(faults, self._airlock.contract, repairs=self._target.repairs)

    def detect_drift(self, record: dict[str, Any]) -> bool:
        """Whether an expected field of this record is missing or breaks the contract (spec: Phase 3)."""
        return bool(self._airlock.contract.faults(record))

    async def repair_record(self, record: dict[str, Any], faults: Sequence[Fault] = ()) -> Repaired | Unrepaired:
        """One record, repaired from the source of truth; the loop repairs those of a batch together."""
        faults = faults or self._airlock.contract.faults(record)
        if self.repairer is None or not faults or not self._airlock.contract.repairable(faults):
            return Unrepaired(self._reason(faults).word if faults else "", "nothing to repair here")
        line = _exact.encode(record)
        return (await self.repairer.repair([self.repairer.drift(line, faults)]))[0]

    def wrap_and_push(self, batch: Batch, line: bytes) -> None:
        """A clean line, in its envelope, into the open batch."""
        batch.add_clean(line)
        if self._breaker.breaker.failures:
            self._breaker.good_record()

    def _room_for(self, length: int) -> Batch | None:
        if self._batch is None:
            return self._open()
        return self._batch if self._batch.has_room(length) else None

    def _open(self) -> Batch:
        behind = self._position
        upto = self._target.first if behind is None else behind
        now = self._clock.monotonic()
        self._batch = Batch(self._enveloper, behind, upto, "", now, int(self._clock.wall() * 1000))
        self._batch.keepalives, self._carried_keepalives = self._carried_keepalives, 0
        return self._batch

    async def _send_open(self) -> None:
        batch, self._batch = self._batch, None
        if batch is None:
            return
        if not batch.received:
            self._carried_keepalives += batch.keepalives  # told with the next lines: a cursor that stands can't fence
            return
        self._verdicts["clean"].inc(batch.clean)
        resume = self._target.resume
        if resume and resume.by == "field" and batch.last_clean:
            self._resume_value = _field_of(batch.last_clean, resume.field) or self._resume_value
        batch.resume = self._resume_value
        if self._repair is not None:
            self._repair.begin(batch)
        await self._publisher.put(batch)

    async def _flush(self) -> None:
        """Send what is open and wait until it is in."""
        try:
            await self._send_open()
            await self._publisher.settle()
        except (Fenced, RedisFault):
            await self._forget_open()

    async def _forget_open(self) -> None:
        """Drop what is not in Redis; it is read again from the cursor (a source that can't resume loses it)."""
        self._batch = None
        await self._publisher.drop()

    async def _hold_back(self) -> None:
        """Do not read while the consumer lags; the source waits on its side of the socket."""
        begun = self._clock.monotonic()
        limit = self._core.settings.stream_max_lag
        await self._publisher.settle()
        self.vital.set(
            State.PAUSED, f"the consumer lags by more than {limit} entries", "reading goes on when it has caught up"
        )
        log.warning("Back-pressure: the consumer lags, reading waits", lag=self._publisher.lag, **self._who())
        while not self._stopping.is_set() and not self.brake.pause:
            try:
                self._publisher.lag = (await streams.state(self._redis, streams.RAW)).lag
            except RedisFault as fault:
                self.vital.set(State.DEGRADED, f"Redis: {fault.message}", "waiting for Redis; nothing is dropped")
            if self._publisher.lag <= limit // 2:
                break
            await pause(self._clock, self._stopping, LAG_POLL_S)
        self._core.metrics.backpressure_seconds.inc(self._clock.monotonic() - begun)
        self.vital.set(State.RUNNING, "reading")

    def _count_bytes(self, count: int) -> None:
        self._core.metrics.bytes.inc(count)
        self.vital.progress("byte")

    def _who(self) -> dict[str, Any]:
        return {"connector_id": self._target.config.connector_id}


def _field_of(line: bytes, field: str) -> str:
    """A field of a record as text, to send to a source that resumes by it; empty when it is not there."""
    record = msgspec.json.decode(line)
    value = record.get(field) if isinstance(record, dict) else None
    return "" if value is None else str(value)
