"""What an adapter is given, and what it is."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple

import msgspec

from aos.contracts.base import Strict
from aos.contracts.manifest import JobManifest
from aos.core.errors import InvalidInput
from aos.core.json_path import path_of
from aos.core.module import Core
from aos.core.unsaid import without_sent
from aos.farm.runner.rows import Row

FIELD = "source.endpoint_ref"
REFUSED_SECRET = "a secret has no place here; name it in source.credentials_ref"  # noqa: S105 a sentence


Posts = Callable[[], AsyncIterator[bytes]]


async def no_posts() -> AsyncIterator[bytes]:
    """Of a job that nobody can have posted to yet."""
    nothing: tuple[bytes, ...] = ()
    for body in nothing:
        yield body


class Order(NamedTuple):
    """`endpoint` is the adapter's own struct. `posts` gives what was posted to the job."""

    core: Core
    manifest: JobManifest
    endpoint: Any
    posts: Posts

    @property
    def most_rows(self) -> int:
        """One more than the job takes, so that it is known whether there were more."""
        return self.manifest.limits.max_rows + 1


class Adapter(NamedTuple):
    """`check` raises `InvalidInput` with the path at fault; `rows` gives lists of rows, in an order that is the same
    each time. `JobFault` from either: a person must do something."""

    endpoint: type[Strict]
    check: Callable[[Order], Awaitable[None]]
    rows: Callable[[Order], AsyncGenerator[list[Row], None]]


def read_endpoint(kind: type[Strict], given: dict[str, Any]) -> Any:
    """`endpoint_ref` as the adapter's struct; `InvalidInput` names the path."""
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        path = path_of(error, f"$.{FIELD}", kind, msgspec.json.encode(given))
        raise InvalidInput(without_sent(str(error)).partition(" - at `$")[0][:500], path=path) from error
