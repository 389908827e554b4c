"""What kind of pipe it is, each with its reason. Nothing is guessed: where nothing says so, the value is null."""

from typing import NamedTuple

from aos.aam.blueprints.cascade import Cascade
from aos.aam.blueprints.details import MOST_KEYS, Told, period_target
from aos.aam.blueprints.standards import ResourceStandard, Standards, Transport
from aos.contracts.candidates import Candidate, Choice
from aos.contracts.export import PlaneType
from aos.core.spelling import spelling

UNKNOWN = Choice(value=None, why="nothing says so")
BY_CATEGORY = 5  # the level of the cascade from which a category's facts may be taken along


class Inferred(NamedTuple):
    plane_type: PlaneType
    entity_scope: Choice
    identity_keys: Choice
    transport_kind: Choice
    modality: Choice
    change_semantics: Choice


def infer(candidate: Candidate, told: Told, found: Cascade, standards: Standards) -> Inferred:
    resource = standards.resource(candidate.vendor, told.object or "", candidate.resource)
    transport_kind, transport = _transport(candidate, told, standards)
    entity = _entity(candidate, told, found, standards, resource)
    return Inferred(
        plane_type=_plane(candidate, transport, standards),
        entity_scope=entity,
        identity_keys=_arriving(_keys(candidate, told, found, standards, resource, entity), told),
        transport_kind=transport_kind,
        modality=_modality(told, transport_kind, transport),
        change_semantics=_changes(told, found, transport_kind, transport, standards),
    )


def _plane(candidate: Candidate, transport: Transport | None, standards: Standards) -> PlaneType:
    """What the candidate says, else what its vendor is, else what its transport leads to. An API stands behind a
    gateway: the plane of whatever is left."""
    by_vendor = standards.inferences.planes.get(spelling(candidate.vendor))
    return candidate.plane_type or by_vendor or (transport.plane_type if transport else "API_GATEWAY")


def _transport(candidate: Candidate, told: Told, standards: Standards) -> tuple[Choice, Transport | None]:
    vendor = standards.vendor(candidate.vendor)
    if candidate.transport_kind:
        word, why = candidate.transport_kind, "evidence names it"
    elif told.adapter:
        word, why = (
            standards.inferences.adapters.get(told.adapter, told.adapter),
            f"the adapter {told.adapter} speaks it",
        )
    elif vendor and vendor.transport_kind:
        word, why = vendor.transport_kind, f"{candidate.vendor} is read that way"
    else:
        return UNKNOWN, None
    name, transport = standards.transport(word)
    return Choice(value=name, why=why), transport


def _entity(
    candidate: Candidate, told: Told, found: Cascade, standards: Standards, resource: ResourceStandard | None
) -> Choice:
    category = standards.category(candidate.category)
    if told.entity_scope:
        return Choice(value=told.entity_scope, why="details declare it")
    if resource:
        return Choice(value=resource.entity, why=f"a {candidate.vendor} {resource.resource} is one")
    if category and found.level == BY_CATEGORY:
        return Choice(value=category.entity, why=f"what the category {category.category} is about")
    return UNKNOWN


def _keys(
    candidate: Candidate,
    told: Told,
    found: Cascade,
    standards: Standards,
    resource: ResourceStandard | None,
    entity: Choice,
) -> Choice:
    """By the source's own names."""
    if told.identity_keys:
        return Choice(value=list(dict.fromkeys(told.identity_keys)), why="details declare them")
    if resource and set(resource.keys) <= set(found.at_source):
        return Choice(value=resource.keys, why=f"they tell a {candidate.vendor} {resource.resource} from another")
    category = standards.category(candidate.category)
    if category and found.level == BY_CATEGORY:
        return Choice(value=category.keys, why=f"keys of the category {category.category}")
    named = {field.casefold(): field for field in found.at_source}
    for name in ("id", f"{spelling(str(entity.value))}_id" if entity.value else "id"):
        if name in named:
            return Choice(value=[named[name]], why=f"the field {named[name]} is named like a key")
    return UNKNOWN


def _arriving(keys: Choice, told: Told) -> Choice:
    """The keys by the names that rows arrive with."""
    transform = told.transform
    if transform.grain:
        dims = [field.target for field in transform.schema_map.values() if field.dim]
        sums = list(dict.fromkeys([period_target(transform), *dims]))
        if len(sums) > MOST_KEYS:
            return Choice(value=None, why=f"the grain has more than {MOST_KEYS} dims")
        return Choice(value=sums, why="the grain sums rows: period and dims tell them apart")
    if not transform.schema_map or keys.value is None:
        return keys
    lost = [key for key in keys.value if key not in transform.schema_map]
    if lost:
        return Choice(value=None, why=f"the schema_map leaves out {', '.join(lost)[:200]}")
    return Choice(value=[transform.schema_map[key].target for key in keys.value], why=f"{keys.why}; renamed")


def _modality(told: Told, kind: Choice, transport: Transport | None) -> Choice:
    if told.modality:
        return Choice(value=told.modality, why="details declare it")
    if transport and transport.modality:
        return Choice(value=transport.modality, why=f"rows come so by {kind.value}")
    return UNKNOWN


def _changes(told: Told, found: Cascade, kind: Choice, transport: Transport | None, standards: Standards) -> Choice:
    if told.transform.grain:
        return Choice(value="snapshot", why="the grain sums rows: each run tells all sums again")
    if told.change_semantics:
        return Choice(value=told.change_semantics, why="details declare it")
    if transport and transport.change_semantics:
        return Choice(value=transport.change_semantics, why=f"rows change so by {kind.value}")
    seen = next((field for field in found.at_source if field in standards.inferences.changed_fields), None)
    if seen:
        return Choice(value="upsert", why=f"the field {seen} says when a row was changed")
    return UNKNOWN
