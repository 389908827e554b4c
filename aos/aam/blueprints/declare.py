"""A candidate as a pipe: everything that is versioned of it."""

from aos.aam.blueprints.cascade import cascade
from aos.aam.blueprints.details import Reading, read_details
from aos.aam.blueprints.identity import pipe_id
from aos.aam.blueprints.inference import infer
from aos.aam.blueprints.standards import Standards
from aos.contracts.base import Strict
from aos.contracts.candidates import Candidate, CascadeLevel, Choice, ObservedSchema
from aos.contracts.export import PlaneType

BLOCKED = "Blocked"


class Declaration(Strict, frozen=True, kw_only=True):
    """A pipe without its provenance (candidate, discovery run, snapshot): those may change without another version."""

    pipe_id: str
    namespace: str
    vendor: str
    source_name: str
    resource: str
    category: str
    plane_type: PlaneType
    governance_status: str
    health: str
    fields: list[str]
    cascade: list[CascadeLevel]
    entity_scope: Choice
    identity_keys: Choice
    transport_kind: Choice
    modality: Choice
    change_semantics: Choice
    asset_key: str
    aod_asset_id: str | None
    exportable: bool
    why_not: str
    reading: Reading


def declare(namespace: str, candidate: Candidate, observed: ObservedSchema | None, standards: Standards) -> Declaration:
    """`InvalidInput` says why no pipe can be made of it."""
    told = read_details(candidate)
    found = cascade(candidate, told, observed, standards)
    inferred = infer(candidate, told, found, standards)
    why_not = _why_not(candidate, found.fields)
    return Declaration(
        pipe_id=pipe_id(namespace, candidate.vendor, candidate.source_name, candidate.resource),
        namespace=namespace,
        vendor=candidate.vendor,
        source_name=candidate.source_name,
        resource=candidate.resource,
        category=candidate.category,
        governance_status=candidate.governance_status,
        health=_health(candidate, observed),
        fields=found.fields,
        cascade=found.levels,
        asset_key=candidate.asset_key,
        aod_asset_id=candidate.aod_asset_id,
        exportable=not why_not,
        why_not=why_not,
        reading=told.reading(),
        **inferred._asdict(),
    )


def _why_not(candidate: Candidate, fields: list[str]) -> str:
    if candidate.governance_status == BLOCKED:
        return "it is Blocked"
    return "" if fields else "no level of the cascade has fields"


def _health(candidate: Candidate, observed: ObservedSchema | None) -> str:
    """Nothing is healthy that nobody looked at."""
    if candidate.governance_status == BLOCKED:
        return "blocked"
    return observed.health if observed else "unknown"
