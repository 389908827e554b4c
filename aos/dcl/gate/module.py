"""Puts the gate together: what DCL does with structure and content, over the warehouse that the consumer writes too."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from aos.core.http import Endpoint
from aos.core.module import Core
from aos.dcl.gate.blueprints import Blueprints
from aos.dcl.gate.catalogue import Catalogue
from aos.dcl.gate.content_api import ContentApi
from aos.dcl.gate.guard import Guard
from aos.dcl.gate.ingest import Intake
from aos.dcl.gate.lineage import Lineages
from aos.dcl.gate.meanings import Meanings
from aos.dcl.gate.orphans import Orphans
from aos.dcl.gate.other_paths import OtherPaths
from aos.dcl.gate.seeds import export_seeds
from aos.dcl.gate.structure_api import StructureApi
from aos.dcl.warehouse.content import Content
from aos.dcl.warehouse.join import Join
from aos.dcl.warehouse.pages import Pages
from aos.dcl.warehouse.projection import Projections
from aos.dcl.warehouse.rows import Rows


class Gate(NamedTuple):
    """What the rest of DCL needs of it."""

    blueprints: Blueprints
    guard: Guard
    orphans: Orphans
    endpoints: Sequence[Endpoint]


async def build_gate(core: Core, rows: Rows, directory: Path) -> Gate:
    """Exports the shipped pipes that are not known yet. The index of the join lies in `directory`, beside the
    warehouse."""
    database = rows.database
    blueprints = await Blueprints.open(database, core.clock)
    await export_seeds(blueprints, core.settings)
    guard = Guard(blueprints, core.clock)
    orphans = Orphans(database, core.clock, core.metrics, core.events)
    content = Content(database, core.clock)
    projections = await Projections.open(directory / "projection.db", database.path, core.clock)
    core.closers.push_async_callback(projections.close)
    catalogue = Catalogue(blueprints, content, Meanings(core.settings))
    api = ContentApi(
        core.settings,
        blueprints,
        Intake(core, guard, orphans, content),
        content,
        Pages(database),
        catalogue,
        Join(catalogue, projections, core.clock),
        Lineages(database, blueprints, content, OtherPaths(core.peers)),
        orphans,
    )
    return Gate(blueprints, guard, orphans, [*StructureApi(core, blueprints).endpoints(), *api.endpoints()])
