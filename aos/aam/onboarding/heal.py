"""Healing: known connections are checked anew, so that what was put right is promoted and what broke is told. Nothing
is ever taken away by it (source 004, section 4)."""

from collections.abc import Sequence

from aos.aam.onboarding.fault import fault
from aos.aam.onboarding.funnel import Funnels
from aos.aam.onboarding.onboard import Onboarding, Served
from aos.aam.onboarding.progress import Progress, bounded
from aos.aam.onboarding.registry import Registry
from aos.contracts.onboarding import NAMESPACE, ConnectionState, HealReport, HealRequest
from aos.core.errors import AosError, InvalidInput, NotFound
from aos.core.log import Log
from aos.core.module import Core

log = Log("aam.onboarding")
CHECKED: Sequence[ConnectionState] = ("HEALING", "NETWORK_BLOCKED", "AWAITING_CREDENTIALS", "ACTIVE")


class Healer:
    def __init__(self, core: Core, registry: Registry, onboarding: Onboarding, funnels: Funnels) -> None:
        self._core, self._registry, self._onboarding, self._funnels = core, registry, onboarding, funnels

    async def heal(self, tenant: str, wanted: HealRequest) -> HealReport:
        """`InvalidInput`: another namespace; `NotFound`: a connection that is not in it."""
        if wanted.namespace != NAMESPACE:
            told = f"namespace must be {NAMESPACE}: nothing else is healed"
            raise InvalidInput(told, code="onboarding.namespace", path="$.namespace")
        named = await self._named(tenant, wanted)
        progress = Progress(self._core, "healing", len(named))
        served: list[Served] = []
        faults: list[str] = []

        async def check(connection_id: str) -> None:
            try:
                done = await self._onboarding.check(tenant, connection_id)
            except AosError:
                raise  # the registry takes nothing: every further one would fail alike
            except Exception as error:  # noqa: BLE001 a fault of ours with one connection is no other's
                faults.append(f"{connection_id}: not checked: {fault(error, 'heal')}")
                progress.step("ERROR")
                return
            served.append(done)
            progress.step(done.now.connection.state)

        await bounded(named, check)
        funnel = await self._funnels.funnel(tenant, wanted.namespace)
        report = HealReport(
            checked=len(served),
            promoted=sum(_promoted(each) for each in served),
            demoted=sum(_demoted(each) for each in served),
            unchanged=sum(_state(each) == each.now.connection.state and not each.drift for each in served),
            changed=sorted([*filter(None, map(_told, served)), *faults]),
            funnel=funnel,
        )
        progress.end()
        for line in funnel.lines:
            log.info("Summary", line=line)
        return report

    async def _named(self, tenant: str, wanted: HealRequest) -> list[str]:
        ids = wanted.connection_ids
        found = await self._registry.page(
            tenant, wanted.namespace, states=None if ids else CHECKED, ids=list(dict.fromkeys(ids)) if ids else None
        )
        known = [record.connection.connection_id for record in found]
        for number, each in enumerate(ids):
            if each not in known:
                told = "No connection of this namespace has that id"
                raise NotFound(told, path=f"$.connection_ids[{number}]")
        return known


def _state(served: Served) -> ConnectionState:
    assert served.before is not None, "what is healed was there"
    return served.before.connection.state


def _promoted(served: Served) -> bool:
    return served.now.connection.state == "ACTIVE" and (_state(served) != "ACTIVE" or bool(served.drift))


def _demoted(served: Served) -> bool:
    return _state(served) == "ACTIVE" and served.now.connection.state != "ACTIVE"


def _told(served: Served) -> str:
    """What became of one that changed."""
    now = served.now.connection
    if _state(served) == now.state and not served.drift:
        return ""
    through = " → HEALING" if served.drift else ""
    why = served.drift or now.reason
    return f"{now.connection_id}: {_state(served)}{through} → {now.state} ({why})"
