"""Path 4, verification: what Farm finds when it reads its rows back and compares them by value."""

from typing import Any, Literal

import msgspec

from aos.contracts.base import Strict


class Wrong(Strict, frozen=True, kw_only=True):
    """A field of a row that is not what it should be. `row` is the row's number in the run, from 0; where truth is
    known by hashes alone, `expected` and `found` are the hashes and `field` is `*`."""

    row: int
    field: str
    expected: Any
    found: Any


class Segment(Strict, frozen=True, kw_only=True):
    """Counts and checksums over one batch, whose rows count from `first` on; equal segments need no look at rows."""

    batch: str
    first: int
    rows_expected: int
    rows_found: int
    checksum_expected: str
    checksum_found: str


class Verdict(Strict, frozen=True, kw_only=True):
    """`missing` and `wrong` name rows by their number in the run, from 0. `extra` (rows that nobody sent) and `doubled`
    (rows that stand elsewhere in the run as well) name them as they lie in DCL: `batch/row`. `truth` says where the
    expectation came from: recomputed, or hashes that were stored before the push. `segments` are those that differ.
    `checked_at` in milliseconds since the epoch; `why` says what kept the check from ending."""

    run_id: str
    pipe_id: str
    verdict: Literal["pass", "fail"]
    truth: Literal["recomputed", "hashes"]
    rows_expected: int
    rows_found: int
    missing: list[int]
    extra: list[str]
    doubled: list[str]
    wrong: list[Wrong]
    segments: list[Segment] = msgspec.field(default_factory=list)
    checked_at: int = 0
    why: str = ""
