"""The targeting package: what AOD, or an operator, tells DCL to read (spec: Phase 4)."""

from typing import Annotated

import msgspec

from aos.contracts.base import Strict
from aos.contracts.ingest import Policy
from aos.contracts.names import PipeId

ConnectorId = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9._-]{1,64}$(?!\\n)")]


class TargetingPackage(Strict, frozen=True):
    """`force` switches even to a target that does not answer its probe. `pipe_id` is the pipe that its records are
    filed under; left out, that of the source type."""

    connector_id: ConnectorId
    source_type: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    target_url: Annotated[str, msgspec.Meta(min_length=1, max_length=2048)]
    policy: Policy = msgspec.field(default_factory=Policy)
    force: bool = False
    pipe_id: PipeId | msgspec.UnsetType = msgspec.UNSET


class Provisioned(Strict, frozen=True):
    """`previous_target` is null for a new connector; without userinfo and secret parameters, as all targets shown."""

    status: str
    connector_id: str
    config_gen: int
    previous_target: str | None
