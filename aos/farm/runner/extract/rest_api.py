"""`rest_api`: pages of JSON, by a Link header, a cursor, page numbers or an offset."""

import re
from collections.abc import AsyncGenerator
from typing import Annotated, Any, Literal
from urllib.parse import urljoin

from msgspec import Meta

from aos.core.errors import InvalidInput
from aos.core.places import place_of
from aos.farm.runner.extract.http import STEP_S, Answer, HttpEndpoint, check_http, credentials, filters, get
from aos.farm.runner.extract.http import with_parameters as with_
from aos.farm.runner.extract.order import FIELD, Adapter, Order
from aos.farm.runner.faults import JobFault
from aos.farm.runner.retry import tried
from aos.farm.runner.rows import Row, decoded, objects

Pointer = Annotated[str, Meta(pattern="^(/[^/]{1,200}){0,16}$(?!\\n)")]
Parameter = Annotated[str, Meta(pattern="^[A-Za-z0-9_.\\[\\]-]{1,64}$(?!\\n)")]
MOST_PAGES = 1_000_000
MOST_BYTES = 4 * 1024**3
_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[a-zA-Z*]+\s*=\s*(?:"[^"]*"|[^",;\s]*))*)')
_NEXT = re.compile(r';\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)', re.I)
CHECK_PAGING = "check source.endpoint_ref.paging"


class RestEndpoint(HttpEndpoint, frozen=True, kw_only=True):
    """`rows_at` is a JSON pointer to the list of rows, empty where the answer itself is the list. `paging: auto` takes
    a Link header, else the cursor at `cursor_at`, until there is neither. With `page` and `offset` an empty page is the
    last one; a `page_size` is sent as `size_param`."""

    rows_at: Pointer = "/items"
    paging: Literal["auto", "none", "link", "cursor", "page", "offset"] = "auto"
    cursor_at: Pointer = "/next_cursor"
    cursor_param: Parameter = "cursor"
    page_param: Parameter = "page"
    first_page: Annotated[int, Meta(ge=0, le=1)] = 1
    offset_param: Parameter = "offset"
    size_param: Parameter = "page_size"
    page_size: Annotated[int, Meta(ge=1, le=100_000)] | None = None


async def check(order: Order) -> None:
    await check_http(order)
    if order.endpoint.paging == "none" and order.endpoint.page_size is not None:
        raise InvalidInput("There are no pages to have a size", path=f"$.{FIELD}.page_size")


async def rows(order: Order) -> AsyncGenerator[list[Row], None]:
    """A page at a time. A page that leads to one that was read already ends the job as a fault: it would never end."""
    endpoint: RestEndpoint = order.endpoint
    headers, clock = {"accept": "application/json", **credentials(order)}, order.core.clock
    added = filters(order.manifest.source.query)
    if endpoint.page_size is not None:
        added.append((endpoint.size_param, str(endpoint.page_size)))
    url: str | None = first_url(endpoint, with_(endpoint.url, added))
    seen: set[str] = set()
    read = size = 0
    async with order.core.egress.call_client(deadline_s=STEP_S, connections=1) as client:
        while url is not None:
            seen.add(url)
            at = url

            async def page(at: str = at) -> Answer:
                return await get(client, at, headers, clock)

            answer = await tried(order.core, order.manifest.limits.retry_count, "source", page)
            what = f"Page {len(seen)}"
            found = decoded(answer.body, what)
            on_page = objects(pointed(found, endpoint.rows_at, what), what)
            read, size = read + len(on_page), size + len(answer.body)
            yield on_page
            if read >= order.most_rows:
                return
            if size > MOST_BYTES or len(seen) == MOST_PAGES:
                raise JobFault(f"The source gives more than {MOST_BYTES} bytes or {MOST_PAGES} pages", CHECK_PAGING)
            url = following(endpoint, answer, found, len(on_page), read, len(seen))
            if url in seen:
                raise JobFault(f"{what} leads back to one that was read already", CHECK_PAGING)


def first_url(endpoint: RestEndpoint, url: str) -> str:
    if endpoint.paging == "page":
        return with_(url, [(endpoint.page_param, str(endpoint.first_page))])
    return with_(url, [(endpoint.offset_param, "0")]) if endpoint.paging == "offset" else url


def following(endpoint: RestEndpoint, answer: Answer, found: Any, on_page: int, read: int, pages: int) -> str | None:
    """The next page's URL, None after the last one."""
    match endpoint.paging:
        case "page":
            page = str(endpoint.first_page + pages)
            return with_(answer.url, [(endpoint.page_param, page)]) if on_page else None
        case "offset":
            return with_(answer.url, [(endpoint.offset_param, str(read))]) if on_page else None
        case "link":
            return linked(answer)
        case "cursor":
            return by_cursor(endpoint, answer, found)
        case "auto":
            return linked(answer) or by_cursor(endpoint, answer, found)
        case _:
            return None


def linked(answer: Answer) -> str | None:
    """Where `Link: <...>; rel="next"` leads. To another origin it is not followed: the credentials would go there."""
    for target, parameters in _LINK.findall(", ".join(answer.headers.get_list("link"))):
        if _NEXT.search(parameters):
            url: str = urljoin(answer.url, target)
            try:
                same = place_of(url) == place_of(answer.url)
            except ValueError:
                same = False
            if not same:
                raise JobFault("The link to the next page leads to another server", CHECK_PAGING)
            return url
    return None


def by_cursor(endpoint: RestEndpoint, answer: Answer, found: Any) -> str | None:
    cursor = pointed(found, endpoint.cursor_at, "The cursor", absent=None)
    if cursor is None or cursor == "" or cursor is False:
        return None
    if isinstance(cursor, bool) or not isinstance(cursor, str | int):
        raise JobFault("The cursor is neither a text nor a number", "check source.endpoint_ref.cursor_at")
    return with_(answer.url, [(endpoint.cursor_param, str(cursor))])


_MUST = object()


def pointed(value: Any, pointer: str, what: str, absent: Any = _MUST) -> Any:
    """What a JSON pointer (RFC 6901) leads to; `absent` where it leads nowhere, or else `JobFault`."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        elif absent is not _MUST:
            return absent
        else:
            raise JobFault(f"{what} has nothing at {pointer}", "check source.endpoint_ref.rows_at")
    return value


ADAPTER = Adapter(RestEndpoint, check, rows)
