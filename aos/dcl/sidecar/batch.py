"""The open batch: envelopes and refused lines, in order, with their position, counted as they come."""

import asyncio
import hashlib
import zlib
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from aos.contracts.envelope import Envelope, Meta, RepairedField
from aos.contracts.ingest import FaultNote, Refusal
from aos.dcl.sidecar.faults import Fault
from aos.dcl.sidecar.lines import Oversize
from aos.dcl.sidecar.target import Target

MAX_ENTRIES = 1_000
MAX_BYTES = 1024 * 1024
MOST_GROWN = 8 * MAX_BYTES  # a batch with what its repaired lines got from elsewhere


class Waiting(NamedTuple):
    """A line that is being repaired: its place among the entries, its position, what is wrong with it."""

    slot: int
    position: int
    line: bytes
    faults: Sequence[Fault]


class Enveloper:
    """Wraps a line's original bytes. The envelope's text is made once from the struct and filled in per line,
    which is several times faster than encoding each and gives the same bytes (a test holds the two together)."""

    def __init__(self, target: Target) -> None:
        config = target.config
        meta = Meta(
            ingest_ts=0,
            source=target.kind.source,
            trace_id="@trace@",
            is_repaired=False,
            connector_id=config.connector_id,
            config_gen=config.config_gen,
            pipe_id=target.pipe_id,
            target=target.id,
            position=0,
        )
        text = msgspec.json.encode(Envelope(meta=meta, payload=msgspec.Raw(b"@payload@")))
        before, _, rest = text.partition(b"0,")
        self._before = before
        head, _, rest = rest.partition(b"@trace@")
        self._head = b"," + head
        self._middle, _, tail = rest.rpartition(b'0},"payload":@payload@')
        self._tail = b'},"payload":'
        self._end = tail
        self.target = target

    def wrap_repaired(self, line: bytes, position: int, ingest_ms: bytes, fields: dict[str, RepairedField]) -> bytes:
        """The envelope around a line that was repaired, with where its fields came from."""
        config = self.target.config
        meta = Meta(
            ingest_ts=int(ingest_ms),
            source=self.target.kind.source,
            trace_id=self.target.trace_id(position).decode(),
            is_repaired=True,
            connector_id=config.connector_id,
            config_gen=config.config_gen,
            pipe_id=self.target.pipe_id,
            target=self.target.id,
            position=position,
            repaired_fields=fields,
        )
        return msgspec.json.encode(Envelope(meta=meta, payload=msgspec.Raw(line)))

    def wrap(self, line: bytes, position: int, ingest_ms: bytes) -> bytes:
        """The envelope around a valid JSON line; `ingest_ms` as decimal text."""
        return b"".join(
            (
                self._before,
                ingest_ms,
                self._head,
                self.target.trace,
                b"%012x" % position,
                self._middle,
                b"%d" % position,
                self._tail,
                line,
                self._end,
            )
        )


class Batch:
    """Lines behind `behind` up to `upto`, as `publish.lua` takes them. `received` is counted where lines are taken
    from the source, `held` where they are put in here: the ledger compares the two.

    A line that is being repaired is held, at its place, in `waiting`; `repair` is the task that sees to them, `over`
    tells it not to wait any more (`hurried`: because the stream can't), and `settle` gives them their entries.
    """

    __slots__ = (
        "behind",
        "clean",
        "entries",
        "enveloper",
        "held",
        "hurried",
        "keepalives",
        "last_clean",
        "ms",
        "opened_at",
        "over",
        "received",
        "repair",
        "repaired",
        "resume",
        "size",
        "upto",
        "waiting",
    )

    def __init__(
        self, enveloper: Enveloper, behind: int | None, upto: int, resume: str, opened_at: float, ms: int
    ) -> None:
        self.enveloper = enveloper
        self.behind = behind
        self.upto = upto
        self.resume = resume
        self.opened_at = opened_at
        self.ms = b"%d" % ms
        self.received = 0
        self.keepalives = 0
        self.held = 0
        self.clean = 0
        self.last_clean = b""
        self.size = 0
        self.entries: list[bytes] = []
        self.waiting: list[Waiting] = []
        self.repaired = 0
        self.repair: asyncio.Task[None] | None = None
        self.over = asyncio.Event()
        self.hurried = False

    def has_room(self, length: int) -> bool:
        """Whether a line of this length goes in; a single one larger than a batch goes alone."""
        return self.held == 0 or (self.held < MAX_ENTRIES and self.size + length <= MAX_BYTES)

    def add_clean(self, line: bytes) -> None:
        data = self.enveloper.wrap(line, self.upto, self.ms)
        self.entries.append(b"c%08x" % zlib.crc32(data))
        self.entries.append(data)
        self.last_clean = line
        self.clean += 1
        self.held += 1
        self.size += len(data)

    def add_waiting(self, line: bytes, faults: Sequence[Fault]) -> None:
        """Keep a place for a line that is to be repaired."""
        self.waiting.append(Waiting(len(self.entries), self.upto, line, faults))
        self.held += 1
        self.size += len(line)

    @property
    def repairing(self) -> bool:
        return self.repair is not None and not self.repair.done()

    def hurry(self) -> None:
        """Its repairs have no more time: the stream waits for them."""
        self.hurried = True
        self.over.set()

    def settle(self, entries: Sequence[list[bytes]]) -> None:
        """Put the entries of the lines that waited, one list for each, where they belong."""
        if not self.waiting:
            return
        whole: list[bytes] = []
        done = 0
        for waiting, entry in zip(self.waiting, entries, strict=True):
            whole += self.entries[done : waiting.slot]
            whole += entry
            done = waiting.slot
        self.entries = whole + self.entries[done:]
        self.waiting = []

    def repaired_entry(self, position: int, line: bytes, fields: dict[str, RepairedField]) -> list[bytes] | None:
        """The entry of a repaired line; None where the batch would grow too large with it."""
        data = self.enveloper.wrap_repaired(line, position, self.ms, fields)
        if self.size + len(data) > MOST_GROWN:
            return None
        self.repaired += 1
        self.size += len(data)
        return [b"r%08x" % zlib.crc32(data), data]

    def add_refused(self, line: bytes | Oversize, reason: str, detail: str, faults: list[FaultNote]) -> Refusal:
        """Put a line into quarantine with its exact bytes (or its head, where it was too long)."""
        refusal, entry = self.refused_entry(self.upto, line, reason, detail, faults)
        self.entries += entry
        self.held += 1
        return refusal

    def refused_entry(
        self, position: int, line: bytes | Oversize, reason: str, detail: str, faults: list[FaultNote]
    ) -> tuple[Refusal, list[bytes]]:
        data = line.head if isinstance(line, Oversize) else line
        target = self.enveloper.target
        refusal = Refusal(
            connector_id=target.config.connector_id,
            config_gen=target.config.config_gen,
            source=target.kind.source,
            target=target.id,
            position=position,
            trace_id=target.trace_id(position).decode(),
            reason=reason,
            detail=detail[:500],
            first_seen=int(self.ms),
            length=line.length if isinstance(line, Oversize) else len(line),
            sha256=line.sha256 if isinstance(line, Oversize) else hashlib.sha256(line).hexdigest(),
            contract=target.contract,
            faults=faults[:50],
            pipe_id=target.pipe_id,
        )
        meta = msgspec.json.encode(refusal)
        self.size += len(data) + len(meta)
        return refusal, [b"q%08x" % zlib.crc32(data), data, meta]
