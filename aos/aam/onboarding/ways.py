"""Which adapter reads a connection: Airbyte's where it is present and enabled, else the native one."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from aos.aam.onboarding.adapter import Adapter
from aos.aam.onboarding.airbyte import Airbyte
from aos.aam.onboarding.secret import Secret


class Natives(Protocol):
    """Makes native adapters. `destructive_ops` counts calls that were refused because they were no reads."""

    @property
    def destructive_ops(self) -> int: ...

    def adapter(self, source_type: str, resource_ids: Sequence[str], secret: Secret) -> Adapter:
        """`Failure` names fields that the secret lacks; `InvalidInput` the path of an unusable resource id."""
        ...

    async def close(self) -> None: ...


class Way(NamedTuple):
    via: Literal["native", "airbyte"]
    adapter: Adapter


class Ways:
    """`airbyte` is None where it is not enabled."""

    def __init__(self, natives: Natives, airbyte: Airbyte | None) -> None:
        self._natives, self._airbyte = natives, airbyte

    @property
    def destructive_ops(self) -> int:
        return self._natives.destructive_ops

    async def way(self, source_type: str, resource_ids: Sequence[str], secret: Secret) -> Way:
        if self._airbyte is not None:
            adapter = await self._airbyte.adapter(source_type, resource_ids, secret)
            if adapter is not None:
                return Way("airbyte", adapter)
        return Way("native", self._natives.adapter(source_type, resource_ids, secret))

    async def close(self) -> None:
        await self._natives.close()
