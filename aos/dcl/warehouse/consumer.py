"""The consumers: live entries into rows, refused lines into the quarantine table. Commit first, acknowledge second.

Own pending entries come first (what a crash left), then new ones, then those of a consumer that died.
"""

import asyncio
import hashlib
import logging
import uuid
import zlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec

from aos.contracts.envelope import Envelope
from aos.contracts.health import State
from aos.contracts.ingest import Refusal
from aos.core import failpoints, streams
from aos.core.clock import wall_ms
from aos.core.errors import RedisFault, RowRefused, StoreFault
from aos.core.health import Vital
from aos.core.log import Log, RecordLines
from aos.core.module import Core
from aos.core.phrases import PROCESSED_RECORD
from aos.core.redis import Redis
from aos.core.streams import Entry
from aos.core.workers import pause
from aos.dcl.warehouse.refused import NO_MATCHING_PIPE
from aos.dcl.warehouse.rows import POSITIONS, Filing, Refused, Rows, canonical_json

log = Log("dcl.consumer")
NAME = "dcl-1"  # fixed: the data directory's lock allows one process, and new names would pile up
COUNT = 1_000
BLOCK_MS = 500
CLAIM_IDLE_MS = 60_000
CLAIM_EVERY_S = 15.0
UNKNOWN = "unknown"

PREPARE_S = 5.0
STALLED_S = 30.0
MAX_TRIES = 3
RECOVERING = "aos:consumer:recovering"
TRIES = "aos:consumer:tries"
Prepare = Callable[[Entry], Awaitable[Filing]]


class PipeGuard(Protocol):
    """Whether records may be filed under a pipe; `gate/stream_guard.py`."""

    def number(self, pipe_id: str) -> int | None: ...
    async def refused(self, connector_id: str, pipe_id: str, count: int) -> None: ...


_envelopes = msgspec.json.Decoder(Envelope)
_refusals = msgspec.json.Decoder(Refusal)


class GroupReader:
    """Reads one stream as `dcl-engine` and gives blocks of entries to `handle`, which must acknowledge them."""

    stream = ""

    def __init__(self, core: Core, redis: Redis, rows: Rows) -> None:
        self._core, self._rows = core, rows
        self._redis = redis
        self._clock = core.clock
        self._kept: deque[tuple[bytes, int]] = deque()
        self._kept_count = 0
        self._had_group = False

    async def run(self, vital: Vital) -> None:
        """Until stopping. Redis going away is waited out; the group is made anew where it was lost."""
        vital.expect("ack", STALLED_S)
        while not self._core.stopping.is_set():
            try:
                if await streams.ensure_group(self._redis, self.stream) and self._had_group:
                    log.error("The consumer group was lost and is made anew", stream=self.stream)
                self._had_group = True
                await self._consume(vital)
            except StoreFault as fault:
                log.warning("The database does not take records; they wait in Redis", why=fault.message)
                vital.set(State.DEGRADED, fault.message, "tried again; nothing is acknowledged")
                await pause(self._clock, self._core.stopping, 0.25)
            except RedisFault as fault:
                vital.set(State.DEGRADED, f"Redis: {fault.message}", "waiting for Redis; nothing is acknowledged")
                await pause(self._clock, self._core.stopping, 0.25)

    async def _consume(self, vital: Vital) -> None:
        after = "0"  # own pending first; ">" (new ones) once there is none left
        claimed_at = self._clock.monotonic()
        while not self._core.stopping.is_set():
            entries = await streams.read_group(self._redis, self.stream, NAME, after, COUNT, block_ms=BLOCK_MS)
            if not entries and after != ">":
                after = ">"
                continue
            if not entries:
                if vital.state is not State.IDLE:
                    vital.set(State.IDLE, "nothing to file")
                self.when_idle()
            else:
                if vital.state is not State.RUNNING:
                    vital.set(State.RUNNING, "filing")
                await (self.handle(entries) if after == ">" else self.recover(entries))
                vital.progress("ack")
            if self._clock.monotonic() - claimed_at >= CLAIM_EVERY_S:
                claimed_at = self._clock.monotonic()
                if claimed := await streams.claim(self._redis, self.stream, NAME, CLAIM_IDLE_MS, COUNT):
                    await self.handle(claimed)

    async def handle(self, entries: list[Entry]) -> None:
        raise NotImplementedError

    async def recover(self, entries: list[Entry]) -> None:
        """Own entries that were delivered before and not acknowledged."""
        await self.handle(entries)

    def when_idle(self) -> None:
        """Nothing came for a moment."""

    async def _trim(self, last: bytes, count: int, keep: int) -> None:
        """Let acknowledged entries go, but keep the last `keep` of them for a look."""
        self._kept.append((last, count))
        self._kept_count += count
        upto = b""
        while self._kept and self._kept_count - self._kept[0][1] >= keep:
            upto, gone = self._kept.popleft()
            self._kept_count -= gone
        await streams.trim(self._redis, self.stream, last, upto)
        self._core.metrics.stream_entries.labels(self.stream).set(self._kept_count)


class RecordConsumer(GroupReader):
    """`dcl.ingest.raw` → rows. DCL always gives it the guard; without one records are filed under no pipe."""

    stream = streams.RAW

    def __init__(
        self, core: Core, redis: Redis, rows: Rows, prepare: Prepare | None = None, guard: PipeGuard | None = None
    ) -> None:
        super().__init__(core, redis, rows)
        self._guard = guard
        self._prepare = prepare or read_filing_now
        self._me = uuid.uuid4().hex.encode()
        self._lines = RecordLines(log, PROCESSED_RECORD, logging.INFO, core.clock.monotonic)

    async def handle(self, entries: list[Entry]) -> None:
        good: list[tuple[Entry, Filing]] = []
        suspects: list[Entry] = []
        bad: list[streams.Refile] = []
        for number, entry in enumerate(entries):
            if number % 256 == 255:
                await asyncio.sleep(0)
            try:
                good.append((entry, await self._prepared(entry)))
            except (ValueError, RecursionError) as error:
                bad.append(self._refile(entry, "corrupt_entry", str(error)))
            except Exception as error:  # noqa: BLE001 whatever one entry does, the others go on
                log.warning("An entry failed and is tried again", entry=entry.id.decode(), why=repr(error))
                suspects.append(entry)
        bad += await self._file(await self._admitted(good))
        for entry in suspects:
            bad += await self._try_again(entry)
        if bad:
            self._core.metrics.corrupt.inc(len(bad))
            log.error("Entries can't be filed and go to quarantine", count=len(bad), why=bad[0].why)
            await streams.move_to_quarantine(self._redis, bad)
        await self._trim(entries[-1].id, len(entries), self._core.settings.stream_keep)
        self._core.metrics.wal_bytes.set(self._rows.wal_bytes())

    async def _admitted(self, good: list[tuple[Entry, Filing]]) -> list[tuple[Entry, Filing]]:
        """Those whose pipe has a blueprint, with its number; the others go to quarantine, whole."""
        if self._guard is None:
            return good
        admitted: list[tuple[Entry, Filing]] = []
        strangers: dict[tuple[str, str], list[streams.Refile]] = {}
        numbers = {pipe_id: self._guard.number(pipe_id) for pipe_id in {filing.meta.pipe_id for _, filing in good}}
        for entry, filing in good:
            pipe_id = filing.meta.pipe_id
            number = numbers[pipe_id]
            if number is not None:
                admitted.append((entry, Filing(filing.meta, filing.payload, number)))
                continue
            why = f"there is no blueprint for the pipe {pipe_id!r}" if pipe_id else "its connector names no pipe"
            refile = self._refile(entry, NO_MATCHING_PIPE, why)
            strangers.setdefault((filing.meta.connector_id, pipe_id), []).append(refile)
        for (connector_id, pipe_id), refiles in strangers.items():
            await streams.move_to_quarantine(self._redis, refiles)
            await self._guard.refused(connector_id, pipe_id, len(refiles))
        return admitted

    async def _prepared(self, entry: Entry) -> Filing:
        if self._prepare is read_filing_now:
            return read_filing(entry)  # no deadline needed: it does not wait
        async with asyncio.timeout(PREPARE_S):
            return await self._prepare(entry)

    async def _file(self, good: list[tuple[Entry, Filing]]) -> list[streams.Refile]:
        """Commit, then acknowledge; what the database refuses for its content comes back, found by halving."""
        if not good:
            return []
        self._core.failpoints.reach(failpoints.BEFORE_COMMIT)
        try:
            new = await self._rows.file([filing for _, filing in good], wall_ms(self._clock))
        except RowRefused as error:
            if len(good) == 1:
                return [self._refile(good[0][0], "poison", error.message)]
            half = len(good) // 2
            return [*await self._file(good[:half]), *await self._file(good[half:])]
        self._core.failpoints.reach(failpoints.AFTER_COMMIT)
        owners = [(entry.id, filing.meta.connector_id) for entry, filing in good]
        await streams.acknowledge(self._redis, self.stream, owners, counter="filed")
        self._core.metrics.filed.inc(new)
        self._core.metrics.redelivered.inc(len(good) - new)
        self._lines.write(len(good), ({"trace_id": filing.meta.trace_id} for _, filing in good))
        return []

    async def _try_again(self, entry: Entry) -> list[streams.Refile]:
        """One entry alone, up to its last try."""
        why = ""
        for _ in range(MAX_TRIES - 1):
            try:
                return await self._file(await self._admitted([(entry, await self._prepared(entry))]))
            except (RedisFault, StoreFault):
                raise
            except Exception as error:  # noqa: BLE001 whatever it does, after its last try it is set aside
                why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return [self._refile(entry, "poison", f"failed {MAX_TRIES} times: {why}")]

    async def recover(self, entries: list[Entry]) -> None:
        """What a crash left: all of it once more; if the process ended at that, too, one by one, each try noted before
        it begins, so that the entry which ends the process is found and set aside."""
        noted = await self._redis.call("GET", RECOVERING)
        if noted in (None, self._me):
            await self._note("SET", RECOVERING, self._me)
            await self.handle(entries)
        else:
            log.warning("The last recovery did not end; entries are tried one by one", count=len(entries))
            for entry in entries:
                await self._recover_one(entry)
        await self._redis.call("DEL", RECOVERING)

    async def _note(self, *command: str | bytes) -> None:
        """Write down a try. A full memory refuses it, and only what is filed now makes room, so that goes on."""
        try:
            await self._redis.call(*command)
        except RedisFault as fault:
            if fault.code != "redis.oom":
                raise

    async def _recover_one(self, entry: Entry) -> None:
        tries = await self._redis.call("HGET", TRIES, entry.id)
        count, _, by = (tries or b"0:").partition(b":")
        ended = int(count) + (by not in (b"", self._me))  # a try of a process that is no more
        if ended >= MAX_TRIES:
            log.error("An entry ends the process and goes to quarantine", entry=entry.id.decode())
            why = f"the process ended {ended} times while it was handled"
            await streams.move_to_quarantine(self._redis, [self._refile(entry, "poison", why)])
        else:
            await self._note("HSET", TRIES, entry.id, b"%d:%b" % (ended, self._me))
            await self.handle([entry])
        await self._redis.call("HDEL", TRIES, entry.id)

    def _refile(self, entry: Entry, reason: str, why: str) -> streams.Refile:
        """An entry that no one can file, described as far as it can still be read."""
        data = entry.fields.get(b"data", b"")
        crc = b"%08x" % zlib.crc32(data)
        repaired = False
        refusal = unknown_refusal(entry, reason, why, wall_ms(self._clock))
        try:
            meta = _envelopes.decode(data).meta
        except (ValueError, RecursionError):
            pass
        else:
            repaired = meta.is_repaired
            if crc != entry.fields.get(b"crc"):
                # Damaged somewhere: whose it is serves the counters, but its place is not to be trusted, since it
                # could be that of another line.
                detail = f"{why}; it says it is line {meta.position} of {meta.connector_id}"[:500]
                refusal = msgspec.structs.replace(refusal, connector_id=meta.connector_id, detail=detail)
                return streams.Refile(
                    entry.id, meta.connector_id, repaired, data, crc, msgspec.json.encode(refusal), why
                )
            known = ("connector_id", "config_gen", "source", "target", "position", "trace_id", "pipe_id")
            refusal = msgspec.structs.replace(refusal, **{name: getattr(meta, name) for name in known})
        return streams.Refile(entry.id, refusal.connector_id, repaired, data, crc, msgspec.json.encode(refusal), why)

    def when_idle(self) -> None:
        self._lines.flush()


class QuarantineMover(GroupReader):
    """`dcl.ingest.quarantine` → the quarantine table, where it can be looked through."""

    stream = streams.QUARANTINE

    async def handle(self, entries: list[Entry]) -> None:
        refused = [read_refused(entry, wall_ms(self._clock)) for entry in entries]
        await self._rows.keep(refused)
        owners = [(entry.id, item.refusal.connector_id) for entry, item in zip(entries, refused, strict=True)]
        await streams.acknowledge(self._redis, self.stream, owners)
        await self._trim(entries[-1].id, len(entries), 0)


def read_filing(entry: Entry) -> Filing:
    """What to file of an entry; `ValueError` when its checksum or its shape is wrong."""
    data, crc = entry.fields.get(b"data"), entry.fields.get(b"crc")
    if data is None or crc is None:
        raise ValueError("the entry has no data or no crc")
    if b"%08x" % zlib.crc32(data) != crc:
        raise ValueError("the checksum does not match")
    envelope = _envelopes.decode(data)
    return Filing(envelope.meta, canonical_json(bytes(envelope.payload)))


async def read_filing_now(entry: Entry) -> Filing:
    """`read_filing` as a step that may wait, the form that others of its kind have."""
    return read_filing(entry)


def read_refused(entry: Entry, now_ms: int) -> Refused:
    """The refused line of an entry; one without a readable description keeps its bytes all the same."""
    data = entry.fields.get(b"data", b"")
    try:
        return Refused(_refusals.decode(entry.fields.get(b"meta", b"")), data, entry.id.decode())
    except (ValueError, RecursionError) as error:
        log.error("A quarantine entry has no readable description", entry=entry.id.decode(), why=str(error))
        return Refused(unknown_refusal(entry, "undescribed", str(error), now_ms), data, entry.id.decode())


def unknown_refusal(entry: Entry, reason: str, detail: str, now_ms: int) -> Refusal:
    """For an entry that does not say whose it is; its place is made from the entry's own id."""
    place = hashlib.sha256(entry.id).digest()  # one batch's entries share a millisecond, but no two an id
    return Refusal(
        connector_id=UNKNOWN,
        config_gen=0,
        source=UNKNOWN,
        target=UNKNOWN,
        position=int.from_bytes(place[:8], "big") % POSITIONS,
        trace_id="",
        reason=reason,
        detail=detail[:500],
        first_seen=now_ms,
        length=len(entry.fields.get(b"data", b"")),
    )
