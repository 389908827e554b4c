"""`GET /api/stream/synthetic/mulesoft/chaos-log`: what was done to record n. spec: Phase 1.

It is worked out anew from (seed, n), by the rule that the stream follows, so it holds for lines not yet sent, too.
`http_503` is drawn per connection and stands in no record's log; a slow_drip that is the first line on its connection
goes out normally all the same.
"""

import asyncio
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType, field

from aos.contracts.base import Strict
from aos.core.http import Access, Call, Endpoint
from aos.farm.oracle.chaos import DEFAULT_RATE, Chaos, Hit, Kind
from aos.farm.oracle.invoices import LAST
from aos.farm.oracle.stream import PATH, ChaosKinds, ChaosRate, From, Seed, Until, kinds_of

MAX_SCANNED = 100_000
"""Records looked at in one call."""

_SLICE = 2_000
"""Records between two chances for other requests; about 2 ms."""


class ChaosLogQuery(Strict, frozen=True, kw_only=True):
    """`limit` is of hits; ask again with `from=next_from` for more."""

    seed: Seed = 1
    first: From = field(name="from", default=1)
    until: Until | None = None
    limit: Annotated[int, Meta(ge=1, le=10_000, description="Hits in one answer.")] = 100
    chaos_rate: ChaosRate = DEFAULT_RATE
    chaos_kinds: ChaosKinds | None = None

    def __post_init__(self) -> None:
        kinds_of(self.chaos_kinds)


class LoggedHit(Strict, frozen=True, kw_only=True, omit_defaults=True):
    """`field` and `detail` where the kind has them: what was removed or spoiled, and how."""

    n: int
    invoice_id: str
    kind: Kind
    field: str | UnsetType = UNSET
    detail: str | UnsetType = UNSET


class ChaosLog(Strict, frozen=True, kw_only=True):
    """Records `from` to `scanned_to` were looked at, all their hits are here; `next_from` is null at the end."""

    seed: int
    first: int = field(name="from")
    scanned_to: int
    next_from: int | None
    hits: list[LoggedHit]


async def chaos_log(call: Call) -> ChaosLog:
    query: ChaosLogQuery = call.query
    chaos = Chaos(query.chaos_rate, kinds_of(query.chaos_kinds))
    end = LAST if query.until is None else query.until
    stop = min(end, query.first + MAX_SCANNED - 1)
    hits: list[LoggedHit] = []
    n = query.first
    while n <= stop and len(hits) < query.limit:
        hit = chaos.hit(query.seed, n)
        if hit is not None:
            hits.append(_logged(hit))
        n += 1
        if n % _SLICE == 0:
            await asyncio.sleep(0)
    return ChaosLog(seed=query.seed, first=query.first, scanned_to=n - 1, next_from=n if n <= end else None, hits=hits)


def _logged(hit: Hit) -> LoggedHit:
    return LoggedHit(
        n=hit.n,
        invoice_id=f"INV-{hit.n}",
        kind=hit.kind,
        field=UNSET if hit.field is None else hit.field,
        detail=UNSET if hit.detail is None else hit.detail,
    )


def chaos_log_endpoints() -> list[Endpoint]:
    return [
        Endpoint(
            method="GET",
            path=f"{PATH}/chaos-log",
            handler=chaos_log,
            access=Access.OPEN,
            summary="Which records of a seed are hit by chaos, and how",
            query=ChaosLogQuery,
            answer=ChaosLog,
            errors=(422,),
        )
    ]
