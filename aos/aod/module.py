"""What AOD adds to the process: its routes, its page, and the catalogue behind them."""

from aos.aod import signs
from aos.aod.api import DiscoveryApi
from aos.aod.catalogue import Catalogue
from aos.aod.discovery_api import RunApi
from aos.aod.handoff import Handoff
from aos.aod.scanner import MiddlewareScanner
from aos.aod.targets import canonical_all
from aos.aod.triage import TRIAGE, TriagePage
from aos.aod.vendors import Vendors
from aos.core.module import Core, Module


async def build(core: Core) -> Module:
    """Needs no Redis. Reads the signs, the vendors and the targets first: what can't be used stops the start."""
    found = signs.load(core.settings.seeds_dir / "middleware.yaml")
    vendors = Vendors.load(core.settings.seeds_dir / "inventory" / "vendors.yaml")
    canonical_all(core.settings.targets(), "AOS_AOD_TARGETS")
    directory = core.settings.data_dir / "aod"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    catalogue = await Catalogue.open(directory / "catalogue.db")
    core.closers.push_async_callback(catalogue.close)
    handoff = Handoff(core, found, MiddlewareScanner(core, found), catalogue)
    core.pages.add("aod", "aos.aod")
    endpoints = [
        *DiscoveryApi(core, handoff, catalogue).endpoints(),
        *RunApi(core, vendors, catalogue).endpoints(),
        *TriagePage(core, handoff, catalogue).endpoints(),
    ]
    return Module(name="aod", endpoints=endpoints, home=TRIAGE)
