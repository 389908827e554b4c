"""The namespace `demo`: connections to look at, filled once from `seeds/demo/`; nothing else ever writes to it."""

from pathlib import Path

import msgspec

from aos.aam.onboarding.record import FIRST_SYNC, HEALTH, connection_id, first_record
from aos.aam.onboarding.registry import Registry
from aos.contracts.base import Strict
from aos.contracts.intent import ConnectionIntent
from aos.contracts.onboarding import CatalogStream, ConnectionState, FirstSync
from aos.core.auth import DEFAULT_TENANT
from aos.core.errors import BadSettings

DEMO = "demo"


class DemoConnection(Strict, frozen=True, kw_only=True):
    """A connection as if it had been onboarded at `at` (milliseconds since the epoch)."""

    intent: ConnectionIntent
    at: int
    state: ConnectionState
    reason: str
    next_action: str
    streams: list[CatalogStream] | None = None
    first_sync: FirstSync | None = None


def load(directory: Path) -> list[DemoConnection]:
    """`BadSettings` names the file and the place."""
    found: list[DemoConnection] = []
    for path in sorted(directory.glob("*.json")):
        try:
            found += msgspec.json.decode(path.read_bytes(), type=list[DemoConnection])
        except (OSError, msgspec.DecodeError) as error:
            raise BadSettings(f"{path}: {error}") from None
    for each in found:
        if each.intent.namespace != DEMO:
            raise BadSettings(f"{directory}: {each.intent.source_type}: namespace must be {DEMO}")
    return found


async def fill(registry: Registry, directory: Path) -> None:
    """Once: a namespace that holds anything is left as it is."""
    connections = load(directory)
    if await registry.has_any(DEFAULT_TENANT, DEMO):
        return
    for each in connections:
        named = connection_id(each.intent.namespace, each.intent.source_type, each.intent.resource_ids)
        begun = first_record(
            each.intent, named=named, at=each.at, endpoints="sandbox", mappable=each.state != "UNSUPPORTED"
        )
        reached = each.first_sync is not None
        connection = msgspec.structs.replace(
            begun.connection,
            state=each.state,
            reason=each.reason,
            next_action=each.next_action,
            via="native" if reached else "",
            credential=(each.intent.credential_locator or "").partition(":")[0],
            eligible=each.state not in ("AWAITING_CREDENTIALS", "UNSUPPORTED"),
            reachable=reached,
            first_sync=each.first_sync,
        )
        step = FIRST_SYNC if reached else HEALTH
        record = msgspec.structs.replace(begun, connection=connection, step=step, checked_at=each.at)
        await registry.append(DEFAULT_TENANT, record, streams=each.streams)
