"""Native adapters that do what the test wants, the intents that lead to them, and what is kept of those."""

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aos.aam import module as aam
from aos.aam.onboarding.adapter import Adapter, Discovered, Opened, Sampled
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.secret import Secret
from aos.contracts.onboarding import CatalogField, CatalogStream
from aos.core.http import Endpoint
from aos.core.module import Core
from tests.integration.served import Place

ONBOARD, BATCH, HEAL = "/aam/connections/onboard", "/aam/connections/onboard/batch", "/aam/connections/heal"
CONNECTIONS, FUNNEL = "/aam/connections", "/aam/metrics/funnel"


def intent(resource: str = "acme", **given: Any) -> dict[str, Any]:
    return {
        "source_type": "github",
        "resource_ids": [resource],
        "scopes_mode": "safe_readonly",
        "credential_locator": "env:PLAYED_TOKEN",
        "namespace": "autonomy",
        "risk_level": "low",
        "evidence": {"status": "Sanctioned", "source": "IdP", "ts": "2026-02-02T08:00:00Z"},
        "owner": {"user": "ann@example.com", "confidence": 0.9, "why": "admin"},
        **given,
    }


async def onboard(place: Place, resource: str = "acme", **given: Any) -> dict[str, Any]:
    sent = await place.client.post(ONBOARD, json=intent(resource, **given))
    assert sent.status_code == 200, sent.text
    return dict(sent.json())


async def funnel(place: Place) -> dict[str, Any]:
    return dict((await place.client.get(FUNNEL)).json())


def kept(tmp_path: Path, namespace: str = "autonomy") -> list[tuple[Any, ...]]:
    """Every version of every connection, as the database has it."""
    with sqlite3.connect(tmp_path / "data" / "aam" / "onboarding.db") as other:
        rows = other.execute("SELECT * FROM versions WHERE namespace = ? ORDER BY id", (namespace,)).fetchall()
    other.close()
    return rows


def fails(kind: Kind, told: str = "played") -> Failure:
    return Failure(kind, told, "do what the test says")


@dataclass
class Plan:
    """What becomes of each step; an exception is raised in its place."""

    make: Exception | None = None
    open: Exception | None = None
    discover: Exception | None = None
    sample: Exception | None = None
    rows: int = 7
    latency_ms: float = 12.5
    fields: tuple[str, ...] = ("id", "name")
    hold: asyncio.Event | None = None


@dataclass
class Played:
    """`plans` by resource_ids[0]; what is not planned goes well. `calls` are (step, resource)."""

    plans: dict[str, Plan] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    secrets: list[Secret] = field(default_factory=list)
    destructive_ops: int = 0
    closed: int = 0
    at_once: int = 0
    most_at_once: int = 0

    def plan(self, resource: str, **given: Any) -> Plan:
        self.plans[resource] = Plan(**given)
        return self.plans[resource]

    def adapter(self, source_type: str, resource_ids: Sequence[str], secret: Secret) -> Adapter:
        plan = self.plans.get(resource_ids[0], Plan())
        self.secrets.append(secret)
        if plan.make is not None:
            raise plan.make
        return PlayedAdapter(self, plan, resource_ids[0])

    async def close(self) -> None:
        return None

    async def mount(self, core: Core) -> dict[str, list[Endpoint]]:
        return {"aam": list((await aam.build(core, self)).endpoints)}


@dataclass
class PlayedAdapter:
    played: Played
    plan: Plan
    resource: str
    name: str = "native"

    async def open(self) -> Opened:
        await self._step("open", self.plan.open)
        return Opened(("read:org",), ("a warning",))

    async def discover(self) -> Discovered:
        await self._step("discover", self.plan.discover)
        fields = [CatalogField(name=name, type="string") for name in self.plan.fields]
        return Discovered((CatalogStream(name="things", fields=fields, origin="discovered"),), ())

    async def sample(self) -> Sampled:
        await self._step("sample", self.plan.sample)
        return Sampled(self.plan.rows, self.plan.latency_ms, ())

    async def close(self) -> None:
        self.played.closed += 1

    async def _step(self, name: str, raised: Exception | None) -> None:
        self.played.calls.append((name, self.resource))
        self.played.at_once += 1
        self.played.most_at_once = max(self.played.most_at_once, self.played.at_once)
        try:
            if self.plan.hold is not None:
                await self.plan.hold.wait()
            await asyncio.sleep(0)
        finally:
            self.played.at_once -= 1
        if raised is not None:
            raise raised
