"""Expected rows against those that DCL holds: counts and checksums a batch, then rows, then fields.

Found rows come in DCL's order, a batch's rows together. A batch that nobody sent, one that turns up again and a row
behind its batch's end are extra. An extra row that equals a row of the run is doubled. Every one of them is named.
"""

from collections.abc import AsyncIterable, Callable, Sequence
from typing import Any, NamedTuple

from aos.contracts.content import StoredRow
from aos.contracts.recon import Segment, Verdict, Wrong
from aos.farm.recon.hashes import checksum, row_hash

ABSENT = "(absent)"  # how a field that is not there is shown


class SentBatch(NamedTuple):
    """A batch as it was pushed: its rows count from `first` in the run. `hashes` are its rows', in order; `rows` gives
    their values where they can be recomputed."""

    batch: str
    first: int
    hashes: Sequence[bytes]
    rows: Callable[[], Sequence[Any]] | None


class _Found(NamedTuple):
    row: int
    value: Any
    hash: bytes


class Comparison:
    """Takes found rows and says at the end what was wrong with them. Memory: one batch, and what is at fault."""

    def __init__(self, batches: Sequence[SentBatch]) -> None:
        self._sent = {batch.batch: batch for batch in batches}
        self._open: tuple[str, list[_Found]] | None = None
        self._seen: set[str] = set()
        self._extra: list[tuple[str, bytes]] = []
        self.found = 0
        self.missing: list[int] = []
        self.wrong: list[Wrong] = []
        self.segments: list[Segment] = []

    def take(self, stored: StoredRow) -> None:
        self.found += 1
        if self._open is None or self._open[0] != stored.batch:
            self._close()
            self._open = (stored.batch, [])
        self._open[1].append(_Found(stored.row, stored.value, row_hash(stored.value)))

    def end(self) -> None:
        """After the last row: what never came is missing, and what is extra is looked for among the sent."""
        self._close()
        for batch in self._sent.values():
            if batch.batch not in self._seen:
                self._settle(batch, [])
        self.missing.sort()
        self.wrong.sort(key=lambda wrong: (wrong.row, wrong.field))

    def extra_and_doubled(self) -> tuple[list[str], list[str]]:
        wanted = {hashed for _, hashed in self._extra}
        known = {h for batch in self._sent.values() for h in batch.hashes if h in wanted} if wanted else set()
        extra = [where for where, hashed in self._extra if hashed not in known]
        return extra, [where for where, hashed in self._extra if hashed in known]

    def _close(self) -> None:
        if self._open is None:
            return
        name, found = self._open
        self._open = None
        batch = self._sent.get(name)
        if batch is None or name in self._seen:
            self._extra += ((f"{name}/{each.row}", each.hash) for each in found)
            return
        self._settle(batch, found)

    def _settle(self, batch: SentBatch, found: list[_Found]) -> None:
        self._seen.add(batch.batch)
        found_hashes = [each.hash for each in found]
        in_order = all(each.row == number for number, each in enumerate(found))
        if in_order and found_hashes == list(batch.hashes):
            return
        self.segments.append(
            Segment(
                batch=batch.batch,
                first=batch.first,
                rows_expected=len(batch.hashes),
                rows_found=len(found),
                checksum_expected=checksum(batch.hashes),
                checksum_found=checksum(found_hashes),
            )
        )
        self._by_row(batch, found)

    def _by_row(self, batch: SentBatch, found: list[_Found]) -> None:
        at: dict[int, _Found] = {}
        for each in found:
            if 0 <= each.row < len(batch.hashes) and each.row not in at:
                at[each.row] = each
            else:
                self._extra.append((f"{batch.batch}/{each.row}", each.hash))
        truth: Sequence[Any] | None = None
        for number, expected in enumerate(batch.hashes):
            here = at.get(number)
            if here is None:
                self.missing.append(batch.first + number)
            elif here.hash != expected:
                if truth is None and batch.rows is not None:
                    truth = batch.rows()
                self.wrong += _fields(batch.first + number, expected, here, None if truth is None else truth[number])


def _fields(row: int, expected: bytes, found: _Found, truth: Any) -> list[Wrong]:
    """The fields that differ; the whole row where the truth is known by its hash alone."""
    if not (isinstance(truth, dict) and isinstance(found.value, dict)):
        shown = truth if truth is not None else expected.hex()
        return [Wrong(row=row, field="*", expected=shown, found=found.value if truth is not None else found.hash.hex())]
    names = [*truth, *(name for name in found.value if name not in truth)]
    return [
        Wrong(row=row, field=name, expected=truth.get(name, ABSENT), found=found.value.get(name, ABSENT))
        for name in names
        if row_hash(truth.get(name, ABSENT)) != row_hash(found.value.get(name, ABSENT))
        or (name in truth) != (name in found.value)
    ]


async def verdict(
    run_id: str, pipe_id: str, batches: Sequence[SentBatch], found: AsyncIterable[StoredRow], checked_at: int
) -> Verdict:
    """Compare a run as it lies in DCL with what was sent."""
    comparison = Comparison(batches)
    async for stored in found:
        comparison.take(stored)
    comparison.end()
    extra, doubled = comparison.extra_and_doubled()
    failed = bool(comparison.missing or comparison.wrong or extra or doubled or comparison.segments)
    return Verdict(
        run_id=run_id,
        pipe_id=pipe_id,
        verdict="fail" if failed else "pass",
        truth="recomputed" if batches and all(batch.rows for batch in batches) else "hashes",
        rows_expected=sum(len(batch.hashes) for batch in batches),
        rows_found=comparison.found,
        missing=comparison.missing,
        extra=extra,
        doubled=doubled,
        wrong=comparison.wrong,
        segments=comparison.segments,
        checked_at=checked_at,
    )
