"""The funnel: how far the connections of a namespace came, asked of the registry each time (source 004, 3 and 7)."""

import math
from collections.abc import Callable, Sequence
from typing import cast

from aos.aam.onboarding.registry import Registry, Tally
from aos.contracts.onboarding import TARGET_COVERAGE, ConnectionState, Endpoints, Funnel

NO_LATENCY = "–"


class Funnels:
    """`mode` is where new connections are onboarded; `destructive` tells how many calls the safe client refused because
    they were no reads."""

    def __init__(self, registry: Registry, mode: Endpoints, destructive: Callable[[], int]) -> None:
        self._registry, self._mode, self._destructive = registry, mode, destructive

    async def funnel(self, tenant: str, namespace: str) -> Funnel:
        tally = await self._registry.tally(tenant, namespace)
        latencies = await self._registry.latencies(tenant, namespace)
        return derive(namespace, self._mode, tally, latencies, self._destructive())


def derive(
    namespace: str, mode: Endpoints, tally: Sequence[Tally], latencies: Sequence[float], destructive: int
) -> Funnel:
    """The funnel of what was counted. `latencies` in milliseconds, the shortest first."""

    def of(state: ConnectionState) -> int:
        return sum(each.total for each in tally if each.state == state)

    eligible = sum(each.eligible for each in tally)
    reachable = sum(each.reachable for each in tally)
    active, created = of("ACTIVE"), sum(each.created for each in tally)
    p95 = percentile(latencies, 95)
    funnel = Funnel(
        namespace=namespace,
        data_source="database",
        mode=mode,
        endpoints=cast(list[Endpoints], sorted({each.endpoints for each in tally})),
        eligible=eligible,
        reachable=reachable,
        active=active,
        awaiting_credentials=of("AWAITING_CREDENTIALS"),
        network_blocked=of("NETWORK_BLOCKED"),
        unsupported_type=of("UNSUPPORTED"),
        healing=of("HEALING"),
        error=of("ERROR"),
        total=sum(each.total for each in tally),
        created=created,
        coverage=active / eligible if eligible else None,
        target=TARGET_COVERAGE,
        slo_met=active / eligible >= TARGET_COVERAGE if eligible else None,
        first_sync_p95_ms=p95,
        destructive_ops=destructive,
        lines=[],
    )
    funnel.lines.extend(summary(funnel))
    return funnel


def summary(funnel: Funnel) -> list[str]:
    """The three lines of the executive summary, word for word."""
    shown = NO_LATENCY if funnel.first_sync_p95_ms is None else f"{round(funnel.first_sync_p95_ms)}"
    return [
        f"Eligible: {funnel.eligible} | Reachable: {funnel.reachable} | Active: {funnel.active} "
        f"→ Coverage {funnel.active}/{funnel.eligible} (target ≥ {funnel.target:.2f}).",
        f"Awaiting Creds: {funnel.awaiting_credentials} | Network Blocked: {funnel.network_blocked} | "
        f"Unsupported Type: {funnel.unsupported_type} | Healing: {funnel.healing} | Error: {funnel.error}",
        f"Auto-created {funnel.created} connections; Safe-Mode only; first-sync p95 latency {shown} ms; "
        "no destructive ops.",
    ]


def percentile(ordered: Sequence[float], percent: int) -> float | None:
    """The nearest rank: a value that was measured. None of nothing."""
    return ordered[math.ceil(len(ordered) * percent / 100) - 1] if ordered else None
