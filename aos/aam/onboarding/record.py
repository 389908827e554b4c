"""A connection as the registry keeps it, and what follows from an intent alone: its id, its first record."""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from aos.contracts.base import Strict
from aos.contracts.intent import ConnectionIntent, IntentEvidence, IntentOwner
from aos.contracts.onboarding import CatalogStream, Connection, Endpoints

INTENT = "intent"  # the steps, in their order; a connection stands at the one that failed, or at the last
CREDENTIAL = "credential"
CONNECTOR = "connector"
HEALTH = "health"
DISCOVER = "discover"
FIRST_SYNC = "first_sync"
STEPS = (INTENT, CREDENTIAL, CONNECTOR, HEALTH, DISCOVER, FIRST_SYNC)


class Record(Strict, frozen=True, kw_only=True):
    """`connection` without its catalogue, which `catalog_version` and `catalog_digest` name; `step` is where it stands;
    `checked_at` when the source was last asked (milliseconds since the epoch)."""

    connection: Connection
    intent: ConnectionIntent
    step: str
    checked_at: int | None = None
    catalog_version: int | None = None
    catalog_digest: str = ""


def connection_id(namespace: str, source_type: str, resource_ids: Sequence[str]) -> str:
    """The same in every process and for all time; tenants are told apart by the registry. `resource_ids` as
    `families.normal` gives them."""
    return f"conn-{digest_of([namespace, source_type, list(resource_ids)])[:24]}"


def digest_of(value: Any) -> str:
    """SHA-256 of the canonical JSON of a value."""
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()


def catalog_digest(streams: Sequence[CatalogStream]) -> str:
    """The same for the same streams and fields in any order: a vendor that lists them otherwise has not changed."""
    return digest_of(in_order(streams))


def in_order(streams: Sequence[CatalogStream]) -> list[CatalogStream]:
    """Streams and fields by name."""
    put = [
        msgspec.structs.replace(stream, fields=sorted(stream.fields, key=lambda field: (field.path, field.name)))
        for stream in streams
    ]
    return sorted(put, key=lambda stream: stream.name)


def first_record(intent: ConnectionIntent, *, named: str, at: int, endpoints: Endpoints, mappable: bool) -> Record:
    """An intent that just came, `named` its connection's id, in no state that may be kept: every field of it is
    overwritten before it is."""
    connection = Connection(
        connection_id=named,
        version=0,
        namespace=intent.namespace,
        source_type=intent.source_type,
        resource_ids=intent.resource_ids,
        state="ERROR",
        reason="",
        since=at,
        next_action="",
        created_at=at,
        updated_at=at,
        safe_mode=True,
        endpoints=endpoints,
        via="",
        credential="",
        risk_level=intent.risk_level,
        owner=intent.owner.user,
        mappable=mappable,
        eligible=False,
        reachable=False,
    )
    return Record(connection=connection, intent=intent, step=INTENT)


def changed_record(connection_id: str, namespace: str, version: int) -> Record:
    """Stands for a version that can't be read. It has no locator, so that no check goes by it; the intent, sent again,
    makes a new version."""
    intent = ConnectionIntent(
        source_type="unknown",
        resource_ids=["unknown"],
        scopes_mode="safe_readonly",
        credential_locator=None,
        namespace=namespace,
        risk_level="high",
        evidence=IntentEvidence(status="unknown", source="CMDB", ts="unknown"),
        owner=IntentOwner(user="unknown", confidence=0.0, why="admin"),
    )
    begun = first_record(intent, named=connection_id, at=0, endpoints="vendor", mappable=False)
    connection = msgspec.structs.replace(
        begun.connection,
        version=version,
        reason="its record was changed behind AOS's back",
        next_action="look at its history, then send the intent again",
    )
    return msgspec.structs.replace(begun, connection=connection)
