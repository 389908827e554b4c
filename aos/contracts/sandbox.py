"""Farm's sandbox of the vendors: what an operator may tell it, and the credentials that it issues.

A vendor's own paths lie under `/farm/sandbox/{source_type}`; these are the controls beside them.
"""

from typing import Annotated

import msgspec

from aos.contracts.base import Strict


class SandboxGrant(Strict, frozen=True, kw_only=True):
    """A credential that the sandbox takes until `expires_at` (milliseconds since the epoch): `secret` has the fields
    that the vendor's own kind of credential has. `resource_ids` name an account that it is for; of what kind they are
    is the family's."""

    source_type: str
    secret: dict[str, str]
    resource_ids: list[str]
    expires_at: int


class SandboxGrantRequest(Strict, frozen=True, kw_only=True):
    """`account` names the account to be played, so that many can be had; the same name is the same account. `kind` is
    one of the family's kinds of credential; empty: its usual one."""

    account: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern="^[a-z0-9-]+$")] = "demo"
    kind: Annotated[str, msgspec.Meta(max_length=32)] = ""
    ttl_s: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 3_600


class SandboxKnobs(Strict, frozen=True, kw_only=True):
    """How one family misbehaves, for all of its accounts or for `account` alone. `refuse`: every credential is as if
    it were revoked. `throttle`: so many requests are refused for their rate before one goes through (-1: all).
    `retry_after_s` is told with them, in the vendor's own dialect. `drop_scope`: the credential is known and lacks a
    right. `drift`: what is described has other fields than before. `dark`: no answer at all. `empty`: nothing in it."""

    account: str | None = None
    refuse: bool = False
    throttle: Annotated[int, msgspec.Meta(ge=-1, le=1_000)] = 0
    retry_after_s: Annotated[float, msgspec.Meta(ge=0, le=3_600)] = 1
    drop_scope: bool = False
    drift: bool = False
    dark: bool = False
    empty: bool = False


class SandboxState(Strict, frozen=True, kw_only=True):
    """One family since its last reset. `requests` reached it, token exchanges (`exchanges`) among them; `writes_seen`
    would have changed something at the vendor; `throttled` were refused for their rate; `most_items` is the longest
    page that was given. `grants` are the credentials that hold now. `kinds` are the kinds of credential, the usual one
    first."""

    source_type: str
    kinds: list[str]
    knobs: list[SandboxKnobs]
    grants: int
    requests: int
    exchanges: int
    throttled: int
    writes_seen: int
    most_items: int
