"""A connection intent: what AOD asks AAM to onboard (source 004, section 6)."""

from typing import Annotated, Literal

import msgspec

from aos.contracts.base import Strict
from aos.contracts.names import AsSpelled, ShortText


class IntentEvidence(Strict, frozen=True, kw_only=True):
    """Who vouches for the source, and since when (ISO 8601)."""

    status: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    source: Literal["IdP", "CMDB", "Procurement", "CASB"]
    ts: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class IntentOwner(Strict, frozen=True, kw_only=True):
    """`confidence` from 0 to 1; `why` this person is taken for the owner."""

    user: AsSpelled
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)]
    why: Literal["oauth_consenter", "admin", "usage", "expense", "idp_owner"]


class ConnectionIntent(Strict, frozen=True, kw_only=True):
    """`source_type` may be any string here: what is not on the allowlist is counted, not lost. `credential_locator` is
    a reference (`vault:`, `env:`, `consent:`, `sp:`), never a secret; without one the connection waits for it."""

    source_type: AsSpelled
    resource_ids: Annotated[list[AsSpelled], msgspec.Meta(min_length=1, max_length=100)]
    scopes_mode: AsSpelled
    credential_locator: ShortText | None = None
    namespace: AsSpelled
    risk_level: Literal["low", "med", "high"]
    evidence: IntentEvidence
    owner: IntentOwner
