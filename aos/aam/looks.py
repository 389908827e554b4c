"""What onboarded connections saw in their sources, as level 1 of the field cascade.

A pipe that is handed over later finds the catalogue of an ACTIVE connection to its vendor; pipes that are known get a
look as soon as a connection has another catalogue. The newest look counts, whoever took it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from aos.aam.blueprints.handoff import Declarer
from aos.aam.blueprints.standards import Standards, singular
from aos.aam.blueprints.store import Store
from aos.aam.onboarding.registry import Registry
from aos.contracts.candidates import ObservedSchema
from aos.contracts.onboarding import CatalogStream, Connection
from aos.core.clock import utc_at
from aos.core.spelling import spelling

MOST_FIELDS = 2_000


class Seen(NamedTuple):
    """The catalogue of one connection; the newest of a vendor's stands first."""

    connection_id: str
    at: int
    streams: Sequence[CatalogStream]


class Looks:
    """`Catalogues` over both stores. What connections saw is read once and again after a change of the registry."""

    def __init__(self, store: Store, registry: Registry, standards: Standards) -> None:
        self._store, self._registry, self._standards = store, registry, standards
        self._known: dict[tuple[str, str], tuple[int, dict[str, list[Seen]]]] = {}

    async def observed(self, tenant: str, namespace: str, vendor: str, resource: str) -> ObservedSchema | None:
        """The newest look that was told for this resource, else what a connection to this vendor has in its catalogue
        under this name."""
        told = await self._store.observed(tenant, namespace, vendor, resource)
        if told is not None:
            return told
        for seen in (await self._of_namespace(tenant, namespace)).get(self._vendor(vendor), ()):
            if found := _look(seen, resource):
                return found
        return None

    async def tell(self, declarer: Declarer, tenant: str, connection: Connection) -> None:
        """Give a connection's catalogue to the pipes of its vendor that are known."""
        if connection.catalog is None:
            return
        seen = Seen(connection.connection_id, connection.updated_at, connection.catalog.streams)
        vendor = self._vendor(connection.source_type)
        pipes = await self._store.pipes(tenant, namespace=connection.namespace)
        resources = {
            (of.vendor, of.resource): of.pipe_id
            for of in (pipe.declaration for pipe in pipes)
            if self._vendor(of.vendor) == vendor
        }
        for (_, resource), pipe_id in resources.items():
            if found := _look(seen, resource):
                await declarer.observe(tenant, pipe_id, found)

    async def _of_namespace(self, tenant: str, namespace: str) -> dict[str, list[Seen]]:
        key, now = (tenant, namespace), self._registry.changes
        if key not in self._known or self._known[key][0] != now:
            found: dict[str, list[Seen]] = {}
            for record in await self._registry.page(tenant, namespace, states=["ACTIVE"]):
                connection = await self._registry.shown(tenant, record)
                if connection.catalog is not None:
                    seen = Seen(connection.connection_id, connection.updated_at, connection.catalog.streams)
                    found.setdefault(self._vendor(connection.source_type), []).append(seen)
            for each in found.values():
                each.sort(key=lambda seen: -seen.at)
            self._known[key] = (now, found)
        return self._known[key][1]

    def _vendor(self, name: str) -> str:
        """One name for a vendor and for the family that connects to it."""
        known = self._standards.vendor(name)
        return known.vendor if known is not None else spelling(name)


def _look(seen: Seen, resource: str) -> ObservedSchema | None:
    """None where the catalogue has no stream of this name, or knows no field of it."""
    wanted = singular(resource)
    stream = next((each for each in seen.streams if singular(each.name) == wanted and each.fields), None)
    if stream is None:
        return None
    fields = list(dict.fromkeys(field.name for field in stream.fields))[:MOST_FIELDS]
    return ObservedSchema(fields=fields, observed_at=utc_at(seen.at / 1000), by=f"catalogue of {seen.connection_id}")
