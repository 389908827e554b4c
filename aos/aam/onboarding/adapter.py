"""What every way to read a connection can do: three steps, all of them reading only metadata or a handful of items."""

from typing import NamedTuple, Protocol

from aos.contracts.onboarding import CatalogStream


class Opened(NamedTuple):
    """The source was reached and let us in. `granted` are the scopes that it says we have, empty where it does not
    say; `warnings` what a person should know (a credential that can't be limited, more scopes than asked for)."""

    granted: tuple[str, ...]
    warnings: tuple[str, ...]


class Discovered(NamedTuple):
    """What could be read. Never empty: a source that describes nothing has a static schema."""

    streams: tuple[CatalogStream, ...]
    warnings: tuple[str, ...]


class Sampled(NamedTuple):
    """The tiny first sync. `rows` from 0 to 20; `latency_ms` from the first byte asked for to the last one read."""

    rows: int
    latency_ms: float
    warnings: tuple[str, ...]


class Adapter(Protocol):
    """One connection's way. Each step raises `Failure` and nothing else that a source could cause. A run may begin with
    any of them: those before were passed by an earlier run, with another adapter."""

    name: str

    async def open(self) -> Opened: ...

    async def discover(self) -> Discovered: ...

    async def sample(self) -> Sampled: ...

    async def close(self) -> None: ...
