"""Who is told of what happens here (PLAN.md, "Tenants")."""

from typing import Any

from aos.core.auth import DEFAULT_TENANT
from aos.core.events import Events


def publish(events: Events, tenant: str, event: str, told: dict[str, Any]) -> None:
    """Tell it on `/events`, which knows no tenants: what happens to another than the default one is told to nobody."""
    if tenant == DEFAULT_TENANT:
        events.publish("dcl", event, told)
