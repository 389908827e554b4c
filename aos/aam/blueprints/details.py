"""What a candidate says besides: how it could be read, and what its rows are like. Written by others, so checked."""

from typing import Annotated, Any

import msgspec

from aos.contracts.base import Strict, Wire
from aos.contracts.candidates import Candidate
from aos.contracts.manifest import Adapter, ManifestTransform
from aos.contracts.names import AsSpelled, Name, Reference, ShortText
from aos.core.errors import InvalidInput
from aos.core.nesting import DEEPEST, too_deep
from aos.core.redact import one_line, secret_in

MOST_KEYS = 64


class Reading(Strict, frozen=True, kw_only=True):
    """How Farm could read a pipe, as far as evidence told it."""

    adapter: Adapter | None = None
    endpoint_ref: dict[str, Any] | None = None
    credentials_ref: Reference | None = None
    query: Annotated[str, msgspec.Meta(max_length=10_000)] | None = None
    transform: ManifestTransform = msgspec.field(default_factory=ManifestTransform)


class Told(Wire, frozen=True, kw_only=True):
    """The details that AAM reads; it passes over others. `object` is the kind of thing that rows are in the vendor's
    words, `scope_fields` those that say to whom a row belongs."""

    adapter: Adapter | None = None
    endpoint_ref: dict[str, Any] | None = None
    credentials_ref: Reference | None = None
    query: Annotated[str, msgspec.Meta(max_length=10_000)] | None = None
    transform: ManifestTransform = msgspec.field(default_factory=ManifestTransform)
    object: Name | None = None
    entity_scope: Name | None = None
    identity_keys: Annotated[list[AsSpelled], msgspec.Meta(max_length=MOST_KEYS)] = msgspec.field(default_factory=list)
    scope_fields: Annotated[list[AsSpelled], msgspec.Meta(max_length=MOST_KEYS)] = msgspec.field(default_factory=list)
    modality: ShortText | None = None
    change_semantics: ShortText | None = None

    def reading(self) -> Reading:
        return Reading(
            adapter=self.adapter,
            endpoint_ref=self.endpoint_ref,
            credentials_ref=self.credentials_ref,
            query=self.query,
            transform=self.transform,
        )


def read_details(candidate: Candidate) -> Told:
    """`InvalidInput` says what can't be meant; it never repeats a secret."""
    for name in ("vendor", "source_name", "resource", "category"):
        text: str = getattr(candidate, name)
        if not text.strip() or not text.isprintable():
            raise InvalidInput(f"{name} is blank or holds characters that can't be shown")
    if too_deep(candidate.details):
        raise InvalidInput(f"details are nested deeper than {DEEPEST} levels")
    if where := secret_in(candidate.details, "details"):
        raise InvalidInput(f"{where} looks like a secret; a reference (env:, vault:) goes there")
    try:
        told = msgspec.convert(candidate.details, Told)
    except msgspec.ValidationError as error:
        raise InvalidInput(one_line(f"details: {error}", 300)) from error
    if fault := fault_of(told.transform):
        raise InvalidInput(f"details.transform: {fault}")
    return told


def fault_of(transform: ManifestTransform) -> str:
    """Why rows could not arrive by this; empty where they can."""
    targets = [field.target for field in transform.schema_map.values()]
    twice = next((target for n, target in enumerate(targets) if target in targets[:n]), None)
    if twice is not None:
        return one_line(f"two fields have the target {twice!r}", 200)
    if transform.grain and not transform.schema_map:
        return "a grain needs a schema_map that says which fields are dims and which are summed"
    if transform.grain and not transform.period_field:
        return "a grain needs a period_field"
    return ""


def period_target(transform: ManifestTransform) -> str:
    """What the period is called in rows that a grain sums; `period_field` may be the old name or the new one."""
    named = transform.period_field or ""
    mapped = transform.schema_map.get(named)
    return mapped.target if mapped else named


def targets(transform: ManifestTransform) -> list[str]:
    """The names that rows arrive with; empty where they keep their own."""
    mapped = [field.target for field in transform.schema_map.values()]
    period = [period_target(transform)] if transform.grain else []
    return list(dict.fromkeys([*period, *mapped]))
