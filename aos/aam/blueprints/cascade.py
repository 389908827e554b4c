"""The five levels of a pipe's fields (spec: path 1). The first that has any is taken, and each says why it has or not.

Fields are the names that rows arrive with. Where a transform renames them, its targets are the fields: they stand as
level 0, above the five, which then say what the source calls them.
"""

from collections.abc import Iterable
from typing import NamedTuple

from aos.aam.blueprints.details import Told, targets
from aos.aam.blueprints.standards import Standards
from aos.contracts.candidates import Candidate, CascadeLevel, ObservedSchema

NAMES = (
    "transform's targets",
    "observed schema of the connection's catalogue",
    "observed schema of the source system",
    "declared identity keys and scope",
    "the vendor's standard fields",
    "the category's standard fields",
)


class Offer(NamedTuple):
    """What a level has; none, and why, where it has nothing."""

    fields: Iterable[str]
    why: str


class Cascade(NamedTuple):
    """`fields` are those that rows arrive with, `at_source` the same by the source's own names, from `level`."""

    levels: list[CascadeLevel]
    fields: list[str]
    at_source: list[str]
    level: int


def cascade(candidate: Candidate, told: Told, observed: ObservedSchema | None, standards: Standards) -> Cascade:
    offers = [_observed(observed), _told(candidate), _declared(told), *_standard(candidate, told, standards)]
    found = [(list(dict.fromkeys(offer.fields)), offer.why) for offer in offers]
    level = next((number for number, (fields, _) in enumerate(found, 1) if fields), 0)
    at_source = found[level - 1][0] if level else []
    renamed = targets(told.transform)
    levels = [
        CascadeLevel(
            level=number,
            name=NAMES[number],
            fields=fields,
            taken=number == level and not renamed,
            why=why + ("; rows arrive under the transform's targets" if number == level and renamed else ""),
        )
        for number, (fields, why) in enumerate(found, 1)
    ]
    if renamed:
        why = "the schema_map gives rows these names, and only mapped fields go on"
        levels.insert(0, CascadeLevel(level=0, name=NAMES[0], fields=renamed, taken=True, why=why))
    return Cascade(levels, renamed or at_source, at_source, level)


def _observed(observed: ObservedSchema | None) -> Offer:
    if observed is None:
        return Offer((), "no catalogue of a connection has been seen yet")
    return Offer(observed.fields, f"{observed.by} saw {len(observed.fields)} fields at {observed.observed_at}")


def _told(candidate: Candidate) -> Offer:
    if not candidate.fields:
        return Offer((), "no evidence named the fields of the source")
    return Offer(candidate.fields, f"evidence of the source named {len(candidate.fields)} fields")


def _declared(told: Told) -> Offer:
    if not told.identity_keys and not told.scope_fields:
        return Offer((), "neither identity keys nor scope fields are declared")
    return Offer([*told.identity_keys, *told.scope_fields], "details declare identity_keys and scope_fields")


def _standard(candidate: Candidate, told: Told, standards: Standards) -> list[Offer]:
    vendor = standards.vendor(candidate.vendor)
    resource = standards.resource(candidate.vendor, told.object or "", candidate.resource)
    category = standards.category(candidate.category)
    if resource is not None:
        of_vendor = Offer(resource.fields, f"standard fields of a {candidate.vendor} {resource.resource}")
    elif vendor is not None and vendor.fields:
        of_vendor = Offer(vendor.fields, f"standard fields of whatever {candidate.vendor} has")
    else:
        of_vendor = Offer((), f"no standard fields of {candidate.vendor} are known for this resource")
    if category is None:
        return [of_vendor, Offer((), f"no standard fields of the category {candidate.category} are known")]
    return [
        of_vendor,
        Offer(category.fields, f"fields that systems of the category {category.category} have in common"),
    ]
