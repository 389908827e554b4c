"""The generators over HTTP: `{items, next_cursor, total}`, with a `Link: <...>; rel="next"` beside the cursor."""

import asyncio
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from msgspec import Meta
from starlette.responses import Response

from aos.contracts.base import Strict
from aos.core.errors import InvalidInput, NotFound
from aos.core.http import UNSTORED, Access, Call, Endpoint
from aos.farm.generators.catalog import GENERATORS
from aos.farm.generators.shape import MAX_SEED, MOST_ROWS, Generator

MOST_ON_PAGE = 5_000
SLICE = 250  # rows made before other tasks of the process get a turn


class FieldShown(Strict, frozen=True, kw_only=True):
    name: str
    type: str
    description: str
    unit: str | None
    aggregation: str | None


class GeneratorShown(Strict, frozen=True, kw_only=True):
    """`most` rows there are; null: as many as `count` asks for."""

    name: str
    vendor: str
    category: str
    entity: str
    key: str
    period: str | None
    dims: list[str]
    most: int | None
    fields: list[FieldShown]


class GeneratorList(Strict, frozen=True, kw_only=True):
    generators: list[GeneratorShown]


class RowsQuery(Strict, frozen=True, kw_only=True):
    """`count` rows in all, `page_size` on a page; `cursor` is the number of the page's first row, or `page` counts
    pages from 1."""

    seed: Annotated[int, Meta(ge=0, le=MAX_SEED)] = 1
    count: Annotated[int, Meta(ge=0, le=MOST_ROWS)] = 1_000
    page_size: Annotated[int, Meta(ge=1, le=MOST_ON_PAGE)] = 1_000
    cursor: Annotated[int, Meta(ge=0, le=MOST_ROWS)] | None = None
    page: Annotated[int, Meta(ge=1, le=MOST_ROWS)] | None = None


class RowsPage(Strict, frozen=True, kw_only=True):
    """`next_cursor` is null on the last page; `total` counts the rows of all pages."""

    items: list[dict[str, Any]]
    next_cursor: str | None
    total: int


async def list_generators(_: Call) -> GeneratorList:
    return GeneratorList(generators=[_shown(generator) for generator in GENERATORS.values()])


async def rows(call: Call) -> Response:
    """One page. A page of 5,000 rows takes some 50 ms, so the loop gets its turn between slices."""
    name, query = call.path["name"], call.query
    generator = GENERATORS.get(name)
    if generator is None:
        raise NotFound(f"There is no generator {name[:80]!r}; there are {', '.join(GENERATORS)}")
    if query.cursor is not None and query.page is not None:
        raise InvalidInput("Give `cursor` or `page`, not both", path="query.page")
    total = generator.count(query.count)
    first = query.cursor if query.cursor is not None else ((query.page or 1) - 1) * query.page_size
    until = min(first + query.page_size, total)
    items = await _made(generator, query.seed, first, until)
    following = str(until) if until < total else None
    headers = dict(UNSTORED)
    if following:
        again = {"seed": query.seed, "count": query.count, "page_size": query.page_size, "cursor": following}
        headers["link"] = f'<{call.request.url.path}?{urlencode(again)}>; rel="next"'
    body = msgspec.json.encode(RowsPage(items=items, next_cursor=following, total=total))
    return Response(body, headers=headers, media_type="application/json")


async def _made(generator: Generator, seed: int, first: int, until: int) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for at in range(first, until, SLICE):
        made += generator.rows(seed, at, min(SLICE, until - at))
        await asyncio.sleep(0)
    return made


def _shown(generator: Generator) -> GeneratorShown:
    fields = [
        FieldShown(name=f.name, type=f.kind, description=f.description, unit=f.unit, aggregation=f.aggregation)
        for f in generator.fields
    ]
    return GeneratorShown(
        name=generator.name,
        vendor=generator.vendor,
        category=generator.category,
        entity=generator.entity,
        key=generator.key,
        period=generator.period,
        dims=list(generator.dims),
        most=generator.most,
        fields=fields,
    )


def generator_endpoints() -> list[Endpoint]:
    return [
        Endpoint(
            method="GET",
            path="/api/generators",
            handler=list_generators,
            access=Access.OPEN,
            summary="The systems that Farm plays, with their fields",
            answer=GeneratorList,
        ),
        Endpoint(
            method="GET",
            path="/api/generators/{name}/rows",
            handler=rows,
            access=Access.OPEN,
            summary="Rows of a generator, paged by cursor, page or Link",
            query=RowsQuery,
            answer=RowsPage,
            errors=(404, 422),
        ),
    ]
