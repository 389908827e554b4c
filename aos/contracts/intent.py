"""A connection intent: what AOD asks AAM to onboard (source 004, section 6)."""

from typing import Annotated, Literal

import msgspec

from aos.contracts.base import Strict
from aos.contracts.names import Name, ShortText


class IntentEvidence(Strict, frozen=True, kw_only=True):
    """Who vouches for the source, and since when (ISO 8601)."""

    status: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    source: Literal["IdP", "CMDB", "Procurement", "CASB"]
    ts: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class IntentOwner(Strict, frozen=True, kw_only=True):
    """`confidence` from 0 to 1; `why` this person is taken for the owner."""

    user: Name
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)]
    why: Literal["oauth_consenter", "admin", "usage", "expense", "idp_owner"]


class ConnectionIntent(Strict, frozen=True, kw_only=True):
    """`source_type` may be any string here: what is not on the allowlist is counted, not lost. `credential_locator` is
    a reference (`vault:`, `env:`, `consent:`, `sp:`), never a secret; without one the connection waits for it."""

    source_type: Name
    resource_ids: Annotated[list[Name], msgspec.Meta(min_length=1, max_length=100)]
    scopes_mode: Name
    credential_locator: ShortText | None = None
    namespace: Name
    risk_level: Literal["low", "med", "high"]
    evidence: IntentEvidence
    owner: IntentOwner
