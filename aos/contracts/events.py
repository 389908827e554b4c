"""What happened, as `/events` tells it."""

from typing import Annotated, Any

import msgspec

from aos.contracts.base import Strict

RING = 1_000  # events that are kept


class Event(Strict, frozen=True):
    """`id` grows by one with every event, also across restarts of the process; `at` in milliseconds since the epoch."""

    id: int
    at: int
    topic: str
    event: str
    data: dict[str, Any]


class EventsQuery(Strict, frozen=True):
    """`last=N`: begin with the last N events. A `Last-Event-ID` header (a browser that reconnects) goes first."""

    last: Annotated[int, msgspec.Meta(ge=0, le=RING)] = 0
