"""GET from a source: its URL and credentials checked beforehand, its answer bounded, its faults told apart."""

import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from typing import Annotated, Literal, NamedTuple
from urllib.parse import parse_qsl, urlencode

import httpx
from msgspec import Meta

from aos.contracts.base import Strict
from aos.contracts.manifest import Url
from aos.core.clock import Clock
from aos.core.credentials import resolve
from aos.core.errors import InvalidInput
from aos.core.redact import one_line, redact
from aos.farm.runner.extract.order import FIELD, REFUSED_SECRET, Order
from aos.farm.runner.faults import JobFault, Transient

HeaderName = Annotated[str, Meta(pattern="^[A-Za-z][A-Za-z0-9-]{0,63}$(?!\\n)")]
MOST_ON_PAGE = 16 * 1024 * 1024  # bytes
STEP_S = 30.0
AGAIN = frozenset((408, 425, 429, 500, 502, 503, 504))


class HttpEndpoint(Strict, frozen=True, kw_only=True):
    """`auth` says how `credentials_ref` is sent: as a bearer token, or as it is in `auth_header`."""

    url: Url
    auth: Literal["bearer", "header"] = "bearer"
    auth_header: HeaderName = "x-api-key"


class Answer(NamedTuple):
    url: str
    headers: httpx.Headers
    body: bytes


async def check_http(order: Order) -> None:
    """Whether the URL could be dialled, and the credentials be had. `InvalidInput` names the path."""
    endpoint: HttpEndpoint = order.endpoint
    await order.core.egress.check(endpoint.url, field=f"{FIELD}.url")
    if redact(endpoint.url) != endpoint.url:
        raise InvalidInput(f"{FIELD}.url: {REFUSED_SECRET}", path=f"$.{FIELD}.url")
    filters(order.manifest.source.query)
    resolve(order.manifest.source.credentials_ref, field="source.credentials_ref")


def filters(query: str | None) -> list[tuple[str, str]]:
    """`query` of an HTTP source: `name=value` pairs that are added to the URL."""
    if any(unicodedata.category(each) == "Cc" for each in query or ""):
        told = "The query holds a control character; written as %0A, one can be sent"
        raise InvalidInput(told, path="$.source.query")
    try:
        pairs = parse_qsl(query or "", keep_blank_values=True, strict_parsing=bool(query), max_num_fields=64)
    except ValueError:
        told = "The query of an HTTP source is name=value pairs with & between them"
        raise InvalidInput(told, path="$.source.query") from None
    if redact(f"?{query}") != f"?{query}":
        raise InvalidInput(f"source.query: {REFUSED_SECRET}", path="$.source.query")
    return pairs


def with_parameters(url: str, parameters: list[tuple[str, str]]) -> str:
    """`url` with these in its query, in the place of those of the same name."""
    base, _, query = url.partition("?")
    named = {name for name, _ in parameters}
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name not in named]
    query = urlencode([*kept, *parameters])
    return f"{base}?{query}" if query else base


def credentials(order: Order) -> dict[str, str]:
    """The header that the source asks for."""
    secret = resolve(order.manifest.source.credentials_ref, field="source.credentials_ref")
    if not secret:
        return {}
    endpoint: HttpEndpoint = order.endpoint
    return {"authorization": f"Bearer {secret}"} if endpoint.auth == "bearer" else {endpoint.auth_header: secret}


@asynccontextmanager
async def answering(
    client: httpx.AsyncClient, url: str, headers: dict[str, str], clock: Clock
) -> AsyncIterator[httpx.Response]:
    """A good answer whose body is still to come. `Transient` where another try may go better."""
    try:
        async with client.stream("GET", url, headers=headers) as answer:
            refuse_bad(answer, clock)
            yield answer
    except httpx.HTTPError as error:
        raise Transient(f"The source fails: {told(error)}") from error


async def get(client: httpx.AsyncClient, url: str, headers: dict[str, str], clock: Clock) -> Answer:
    """One page, whole."""
    body = bytearray()
    async with answering(client, url, headers, clock) as answer:
        async for piece in answer.aiter_raw():
            body += piece
            if len(body) > MOST_ON_PAGE:
                raise JobFault(f"A page has more than {MOST_ON_PAGE} bytes", "ask for smaller pages")
    return Answer(url, answer.headers, bytes(body))


def refuse_bad(answer: httpx.Response, clock: Clock) -> None:
    """Raise what is wrong with the head of an answer."""
    status = answer.status_code
    if status in AGAIN:
        raise Transient(f"The source answers {status}", wait_s=asked_wait_s(answer, clock))
    if status in (401, 403):
        raise JobFault(f"The source answers {status}", "check source.credentials_ref and what it is allowed to read")
    if status != 200:
        raise JobFault(f"The source answers {status}", "check source.endpoint_ref and source.query")
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise JobFault("The source sends a content-encoding that nobody asked for", "let it send plain bytes")


def asked_wait_s(answer: httpx.Response, clock: Clock) -> float:
    """What `Retry-After` asks for, in seconds: a number or a date."""
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isdigit() and len(asked) < 7:
        return float(asked)
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - clock.wall())
    except (ValueError, TypeError, OverflowError):
        return 0.0


def told(error: Exception) -> str:
    """A client's error in a line without secrets."""
    return one_line(redact(str(error)) or type(error).__name__, 200)
