"""Everything of onboarding put together: stores, ways, routes, the page."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from aos.aam.onboarding import demo
from aos.aam.onboarding.airbyte import Airbyte
from aos.aam.onboarding.api import OnboardingApi
from aos.aam.onboarding.batch import Batches
from aos.aam.onboarding.consents import Consents
from aos.aam.onboarding.consents_api import ConsentsApi
from aos.aam.onboarding.credentials import Credentials
from aos.aam.onboarding.families import Family
from aos.aam.onboarding.funnel import Funnels
from aos.aam.onboarding.heal import Healer
from aos.aam.onboarding.onboard import CatalogSeen, Onboarding
from aos.aam.onboarding.page import OnboardingPage
from aos.aam.onboarding.registry import Registry
from aos.aam.onboarding.vault import Vault
from aos.aam.onboarding.ways import Natives, Ways
from aos.contracts.onboarding import NAMESPACE
from aos.core.auth import DEFAULT_TENANT
from aos.core.health import Vital
from aos.core.http import Endpoint
from aos.core.log import Log
from aos.core.module import Core
from aos.core.workers import Worker, pause

log = Log("aam.onboarding")


class Parts(NamedTuple):
    endpoints: Sequence[Endpoint]
    workers: Sequence[Worker]


async def build(
    core: Core,
    registry: Registry,
    natives: Natives,
    catalogue: Mapping[str, Family],
    directory: Path,
    seen: CatalogSeen,
) -> Parts:
    """`directory` is AAM's own, mode 0700; `seen` is told of new catalogues. `BadSettings` names what can't be used."""
    settings = core.settings
    for name in ("consents", "sp"):
        (directory / name).mkdir(mode=0o700, exist_ok=True)
    sandboxed = settings.aam_endpoints == "sandbox"  # a connector of Airbyte's would call the vendor itself
    bin_directory = "" if sandboxed else settings.airbyte_bin
    airbyte = Airbyte.open(bin_directory, directory / "airbyte", core.clock, _programs(catalogue))
    await demo.fill(registry, settings.seeds_dir / "demo")
    vault, consents = Vault(settings, core.egress, core.clock), Consents(directory / "consents", core.clock)
    core.closers.push_async_callback(vault.close)
    ways = Ways(natives, airbyte)
    core.closers.push_async_callback(ways.close)
    onboarding = Onboarding(core, registry, Credentials(settings, vault, consents), ways, catalogue, seen)
    funnels = Funnels(registry, onboarding.mode, lambda: ways.destructive_ops)
    core.closers.push_async_callback(_tell, funnels)
    healer = Healer(core, registry, onboarding, funnels)
    batches = Batches(core, onboarding, funnels)
    core.pages.add("aam", "aos.aam.onboarding")
    endpoints = [
        *OnboardingApi(core, registry, onboarding, batches, healer, funnels).endpoints(),
        *ConsentsApi(core, consents).endpoints(),
        *OnboardingPage(core, registry, healer, funnels).endpoints(),
    ]
    workers = [Worker(name="aam vault", run=_renewing(core, vault))] if settings.vault_addr else []
    return Parts(endpoints, workers)


def _programs(catalogue: Mapping[str, Family]) -> dict[str, str]:
    """What Airbyte calls its connector for a family."""
    return {name: family.airbyte for name, family in catalogue.items() if family.airbyte}


async def _tell(funnels: Funnels) -> None:
    """The summary at the end of a run in which, or before which, anything came in."""
    funnel = await funnels.funnel(DEFAULT_TENANT, NAMESPACE)
    for line in funnel.lines if funnel.total else ():
        log.info("Summary", line=line)


def _renewing(core: Core, vault: Vault) -> Callable[[Vital], Awaitable[None]]:
    """Looks after Vault's token until the process stops."""

    async def keep(vital: Vital) -> None:
        while not core.stopping.is_set():
            await pause(core.clock, core.stopping, await vault.renew(vital))

    return keep
