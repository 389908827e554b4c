"""`webhook`: what was posted to the job's own URL. The job is worked on once it collects no more; until then it holds
no place of a runner."""

from collections.abc import AsyncGenerator
from typing import Annotated

from msgspec import Meta

from aos.contracts.base import Strict
from aos.core.errors import InvalidInput
from aos.farm.runner.extract.order import Adapter, Order
from aos.farm.runner.rows import Row, decoded, objects

MOST_BYTES = 512 * 1024 * 1024


class WebhookEndpoint(Strict, frozen=True, kw_only=True):
    """The job collects for `collect_seconds` (null: `limits.timeout_seconds`), up to `max_rows`, or until a sender says
    `done=true`."""

    collect_seconds: Annotated[int, Meta(ge=1, le=86_400)] | None = None


async def check(order: Order) -> None:
    source = order.manifest.source
    if source.query is not None:
        raise InvalidInput("A webhook takes what is posted; there is nothing to ask", path="$.source.query")
    if source.credentials_ref is not None:
        told = "A webhook job has a token of its own; it needs no credentials"
        raise InvalidInput(told, path="$.source.credentials_ref")


async def rows(order: Order) -> AsyncGenerator[list[Row], None]:
    async for body in order.posts():
        yield objects(decoded(body, "What was posted"), "What was posted")


ADAPTER = Adapter(WebhookEndpoint, check, rows)
