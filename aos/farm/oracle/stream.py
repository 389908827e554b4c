"""`GET /api/stream/synthetic/mulesoft`: the toxic stream, open to anyone (spec: Phase 1).

It answers like a Mule listener. The same records stand under paths that give nothing away, behind the same face and
two others, for a scanner to tell apart (spec: Phase 4).
"""

import enum
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from msgspec import Meta, field

from aos.contracts.base import Strict
from aos.core.errors import Unavailable
from aos.core.http import Access, Call, Endpoint
from aos.core.module import Core
from aos.farm.oracle import faces
from aos.farm.oracle.chaos import DEFAULT_KINDS, DEFAULT_RATE, Chaos, Kind
from aos.farm.oracle.faces import Face
from aos.farm.oracle.feed import Feed
from aos.farm.oracle.invoices import LAST, MAX_SEED
from aos.farm.oracle.ndjson import MEDIA_TYPE, NdjsonStream

PATH = "/api/stream/synthetic/mulesoft"
FEEDS: dict[str, Face] = {
    PATH: faces.mule,
    "/api/feeds/7f3a": faces.workato,
    "/api/feeds/b21c": faces.plain,
    "/api/feeds/c90d": faces.mule,
}
MAX_RATE = 1_000_000
MOST_STREAMS = 64

Seed = Annotated[int, Meta(ge=0, le=MAX_SEED, description="The same seed gives the same records and chaos.")]
From = Annotated[int, Meta(ge=1, le=LAST + 1, description="The first record's number.")]
Until = Annotated[int, Meta(ge=0, le=LAST, description="The last record's number; less than `from`: none at all.")]
Rate = Annotated[float, Meta(ge=0.001, le=MAX_RATE, description="Lines a second; goes before `speed`.")]
ChaosRate = Annotated[float, Meta(ge=0, le=1, description="Share of the records that are hit.")]
ChaosKinds = Annotated[str, Meta(description="Comma list of " + ", ".join(Kind) + ".")]


class Speed(enum.Enum):
    SLOW = "slow"
    NORMAL = "normal"
    FAST = "fast"
    MAX = "max"


_RATES = {Speed.SLOW: 1.0, Speed.NORMAL: 10.0, Speed.FAST: 100.0, Speed.MAX: None}


class StreamQuery(Strict, frozen=True, kw_only=True):
    """`chaos_rate` and `chaos_kinds` count only with `chaos=true`. Without `until` it goes on to the last record."""

    speed: Speed = Speed.NORMAL
    rate: Rate | None = None
    chaos: bool = False
    chaos_rate: ChaosRate = DEFAULT_RATE
    chaos_kinds: ChaosKinds | None = None
    seed: Seed = 1
    first: From = field(name="from", default=1)
    until: Until | None = None

    def __post_init__(self) -> None:
        kinds_of(self.chaos_kinds)

    @property
    def lines_a_second(self) -> float | None:
        """None: unpaced."""
        return _RATES[self.speed] if self.rate is None else self.rate


def kinds_of(text: str | None) -> tuple[Kind, ...]:
    """The kinds that a comma list names, those that come by themselves for None; ValueError names the unknown one."""
    if text is None:
        return DEFAULT_KINDS
    kinds = []
    for name in text.split(","):
        try:
            kinds.append(Kind(name.strip()))
        except ValueError:
            known = ", ".join(Kind)
            raise ValueError(f"chaos_kinds: {name.strip()[:40]!r} is no kind of chaos; known: {known}") from None
    return tuple(kinds)


class Door:
    """Who gets in. At most `most` streams are open at once; and connections are refused by draw (http_503).

    The draw never refuses two connections of a seed in a row nor its first, so that whoever comes again gets in.
    Seeds are remembered for as long as 1,024 others have not come.
    """

    def __init__(self, most: int = MOST_STREAMS, remembered: int = 1024) -> None:
        self._most = most
        self._open = 0
        self._remembered = remembered
        self._seeds: OrderedDict[int, tuple[int, bool]] = OrderedDict()

    def knock(self, seed: int, chaos: Chaos | None) -> None:
        """Raise Unavailable for a connection that does not get in."""
        if self._open >= self._most:
            raise Unavailable(f"{self._most} streams are open, which is the most", code="farm.too_many_streams")
        if chaos is not None and chaos.refuses and self._refuses(seed, chaos):
            raise Unavailable("The stream is overloaded (chaos kind http_503). Connect again.", code="farm.http_503")

    @contextmanager
    def place(self) -> Iterator[None]:
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1

    def _refuses(self, seed: int, chaos: Chaos) -> bool:
        connection, refused_before = self._seeds.pop(seed, (0, True))
        refused = not refused_before and chaos.refusal(seed, connection)
        self._seeds[seed] = (connection + 1, refused)
        if len(self._seeds) > self._remembered:
            self._seeds.popitem(last=False)
        return refused


def stream_endpoints(core: Core) -> list[Endpoint]:
    """Every feed, behind one door."""
    door = Door()
    return [_endpoint(core, door, path, face) for path, face in FEEDS.items()]


def _endpoint(core: Core, door: Door, path: str, face: Face) -> Endpoint:
    async def stream(call: Call) -> NdjsonStream:
        query: StreamQuery = call.query
        chaos = Chaos(query.chaos_rate, kinds_of(query.chaos_kinds)) if query.chaos else None
        door.knock(query.seed, chaos)
        feed = Feed(query.seed, query.first, query.until, chaos)
        return NdjsonStream(feed, query.lines_a_second, core.clock, core.stopping, door.place(), face())

    return Endpoint(
        method="GET",
        path=path,
        handler=stream,
        access=Access.OPEN,
        summary="Endless NDJSON of invoices, one a line, with as much chaos as is asked for",
        query=StreamQuery,
        errors=(422, 503),
        media_type=MEDIA_TYPE,
    )
