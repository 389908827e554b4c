"""One job order (source 003, "JobManifest Schema"): what evidence says of how to read a pipe, else the operator."""

from typing import Any

import msgspec

from aos.aam.blueprints.details import fault_of
from aos.aam.blueprints.store import Pipe
from aos.contracts.candidates import DispatchOrder, DispatchRequest
from aos.contracts.manifest import JobManifest, ManifestProvenance, ManifestSource, ManifestTarget
from aos.contracts.names import Reference
from aos.core.errors import InvalidInput
from aos.core.nesting import DEEPEST, too_deep
from aos.core.redact import secret_in

# What a person must say where evidence does not.
NEEDED = ("adapter", "endpoint_ref")


def manifest(pipe: Pipe, wanted: DispatchRequest, *, run_id: str, tenant: str, dcl_url: str, now: str) -> JobManifest:
    """`InvalidInput` names the place in `orders` where something is missing or wrong."""
    told = pipe.declaration
    order = wanted.orders.get(told.pipe_id, DispatchOrder())
    where = f'$.orders["{told.pipe_id}"]'
    check(order, where)
    source: dict[str, Any] = {}
    for name in ("adapter", "endpoint_ref", "credentials_ref", "query"):
        given = getattr(order, name)
        source[name] = given if given is not None else _evidence(pipe, order, name)
    for name in NEEDED:
        if source[name] is None:
            told_why = f"{told.pipe_id}: no evidence says the {name}; give it in the order"
            raise InvalidInput(told_why, path=f"{where}.{name}", pipe_id=told.pipe_id)
    return JobManifest(
        run_id=run_id,
        farm_verification=wanted.farm_verification,
        source=ManifestSource(pipe_id=told.pipe_id, system=told.vendor, **source),
        transform=order.transform if order.transform is not None else told.reading.transform,
        target=ManifestTarget(
            dcl_url=dcl_url, tenant_id=tenant, snapshot_name=wanted.snapshot_name or pipe.snapshot_name
        ),
        provenance=ManifestProvenance(run_timestamp=now, triggered_by=wanted.triggered_by),
        limits=wanted.limits,
    )


def _evidence(pipe: Pipe, order: DispatchOrder, name: str) -> Any:
    """What evidence says; nothing where the order reads the pipe in another way, which other credentials and another
    query belong to."""
    elsewhere = order.adapter is not None or order.endpoint_ref is not None
    return None if elsewhere and name not in NEEDED else getattr(pipe.declaration.reading, name)


def check(order: DispatchOrder, where: str) -> None:
    """What the order's types do not say. A secret is not repeated."""
    if order.credentials_ref is not None:
        try:
            msgspec.convert(order.credentials_ref, Reference)
        except msgspec.ValidationError:
            told = "credentials_ref is a reference (env:, vault:), never the secret itself"
            raise InvalidInput(told, path=f"{where}.credentials_ref") from None
    if too_deep(order.endpoint_ref):
        raise InvalidInput(f"Nested deeper than {DEEPEST} levels", path=f"{where}.endpoint_ref")
    if found := secret_in(order.endpoint_ref, f"{where}.endpoint_ref"):
        raise InvalidInput("A secret has no place here; name it in credentials_ref", path=found)
    if order.query is not None and (secret_in(order.query) or secret_in(f"?{order.query}")):
        raise InvalidInput("A secret has no place here; name it in credentials_ref", path=f"{where}.query")
    if order.transform is not None and (fault := fault_of(order.transform)):
        raise InvalidInput(f"transform: {fault}", path=f"{where}.transform")


def same_order(one: JobManifest, other: JobManifest) -> bool:
    """Whether both order the same job; when it was ordered does not count."""
    at = one.provenance.run_timestamp
    return one == msgspec.structs.replace(other, provenance=msgspec.structs.replace(other.provenance, run_timestamp=at))
