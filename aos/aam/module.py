"""What AAM adds to the process: the routes of its pipes and of its connections, and the stores behind them."""

from functools import partial
from typing import cast

from aos.aam.blueprints import standards
from aos.aam.blueprints.api import BlueprintsApi
from aos.aam.blueprints.dispatch import Dispatcher
from aos.aam.blueprints.export import Exporter
from aos.aam.blueprints.handoff import Declarer
from aos.aam.blueprints.orders import Orders
from aos.aam.blueprints.store import Store
from aos.aam.looks import Looks
from aos.aam.onboarding import build as onboarding
from aos.aam.onboarding import families
from aos.aam.onboarding.native import Natives
from aos.aam.onboarding.page import ONBOARDING
from aos.aam.onboarding.registry import Registry
from aos.aam.onboarding.ways import Natives as Adapters
from aos.contracts.onboarding import Endpoints
from aos.core.module import Core, Module


async def build(core: Core, natives: Adapters | None = None) -> Module:
    """Needs no Redis. Reads the standards first: what can't be used stops the start. `natives` make the adapters of
    connections."""
    known = standards.load(core.settings.seeds_dir / "aam")
    directory = core.settings.data_dir / "aam"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = await Store.open(directory / "blueprints.db")
    core.closers.push_async_callback(store.close)
    orders = Orders(store.database)
    registry = await Registry.open(directory / "onboarding.db")
    core.closers.push_async_callback(registry.close)
    looks = Looks(store, registry, known)
    declarer = Declarer(core, store, looks, known)
    api = BlueprintsApi(core, store, orders, declarer, Exporter(core, store), Dispatcher(core, store, orders))
    catalogue = families.load()
    endpoints_of = cast("Endpoints", core.settings.aam_endpoints)
    parts = await onboarding.build(
        core,
        registry,
        natives or Natives(core, endpoints_of, catalogue),
        catalogue,
        directory,
        partial(looks.tell, declarer),
    )
    endpoints = [*api.endpoints(), *parts.endpoints]
    return Module(name="aam", endpoints=endpoints, workers=parts.workers, home=ONBOARDING)
