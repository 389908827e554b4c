"""What a record travels in (spec: Phase 1, Envelope)."""

from typing import Any

import msgspec

from aos.contracts.base import Strict


class RepairedField(Strict, frozen=True, omit_defaults=True):
    """Where a repaired value came from (`source`), what stood there before, and how long the repair took (ms)."""

    source: str = msgspec.field(name="from")
    was: Any = msgspec.UNSET
    ms: float = 0.0


class Meta(Strict, frozen=True, kw_only=True, omit_defaults=True):
    """`ingest_ts` in milliseconds since the epoch; `position` is the line number at the source, from 1;
    `target` names the canonical source that the position counts in; `trace_id` is derived from the three. `pipe_id` is
    the pipe that the record is filed under; empty where its connector has none."""

    ingest_ts: int
    source: str
    trace_id: str
    is_repaired: bool = msgspec.field()
    connector_id: str
    config_gen: int
    pipe_id: str = ""
    target: str
    position: int
    repaired_fields: dict[str, RepairedField] = msgspec.field(default_factory=dict)


class Envelope(Strict, frozen=True):
    """The payload is kept as the bytes that came in."""

    meta: Meta
    payload: msgspec.Raw
