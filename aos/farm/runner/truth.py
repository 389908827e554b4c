"""What a run's rows must be. Where the source is a generator of this Farm they are made again from (generator, seed,
manifest) and never taken from what was pushed; of other sources the hashes say it that were stored before the push."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from aos.contracts.manifest import JobManifest
from aos.core.errors import InvalidInput
from aos.core.http import read_query
from aos.core.module import Core
from aos.farm.generators.catalog import GENERATORS
from aos.farm.generators.pages import RowsQuery
from aos.farm.generators.shape import Generator
from aos.farm.recon.compare import SentBatch
from aos.farm.recon.hashes import Packed, read, row_hash
from aos.farm.runner.extract.http import filters, with_parameters
from aos.farm.runner.extract.order import read_endpoint
from aos.farm.runner.extract.rest_api import RestEndpoint, first_url
from aos.farm.runner.rows import Row, decoded, encoded
from aos.farm.runner.store import Job, Span, Store
from aos.farm.runner.transform import transformer

SLICE = 250
UNSENT_BATCH = 5_000  # rows that were never cut into a chunk are looked for in batches of so many


class Played(NamedTuple):
    """Rows `first` to `first + rows` of a generator."""

    generator: Generator
    seed: int
    first: int
    rows: int


def played(core: Core, manifest: JobManifest) -> Played | None:
    """The generator that a manifest reads; None where it reads something else, or in a way that is not certain."""
    base = core.peers.base("farm")
    if manifest.source.adapter != "rest_api" or not base:
        return None
    try:
        endpoint: RestEndpoint = read_endpoint(RestEndpoint, manifest.source.endpoint_ref)
        sized = [] if endpoint.page_size is None else [(endpoint.size_param, str(endpoint.page_size))]
        url = first_url(endpoint, with_parameters(endpoint.url, [*filters(manifest.source.query), *sized]))
        path, _, query = url.partition("?")
        asked: RowsQuery = read_query(RowsQuery, query.encode())
    except InvalidInput:
        return None
    name = path.removeprefix(f"{base}/api/generators/").removesuffix("/rows")
    usual = endpoint.rows_at == "/items" and (endpoint.cursor_at, endpoint.cursor_param) == ("/next_cursor", "cursor")
    if path != f"{base}/api/generators/{name}/rows" or name not in GENERATORS or not usual:
        return None
    first = asked.cursor if asked.cursor is not None else ((asked.page or 1) - 1) * asked.page_size
    left = max(0, GENERATORS[name].count(asked.count) - first)
    count = min(left, manifest.limits.max_rows, asked.page_size if endpoint.paging == "none" else left)
    return Played(GENERATORS[name], asked.seed, first, count)


async def truth_of(core: Core, store: Store, job: Job) -> list[SentBatch]:
    """The run as it must lie in DCL."""
    spans, source = await store.spans(job), played(core, job.manifest)
    if source is not None:
        return await _recomputed(source, job.manifest, spans)
    return [SentBatch(str(s.batch), s.first, Packed(await store.hashes(job, s.batch)), None) for s in spans]


async def _recomputed(source: Played, manifest: JobManifest, spans: Sequence[Span]) -> list[SentBatch]:
    """Cut where the run was cut; what was never cut stands behind it, and what was cut too much is not there."""
    total, rows = await _truth(source, manifest)
    batches: list[SentBatch] = []
    cuts = [(str(span.batch), span.rows) for span in spans]
    cut = sum(span.rows for span in spans)
    cuts += [(f"unsent {at}", UNSENT_BATCH) for at in range(cut, total, UNSENT_BATCH)]
    first = 0
    for name, size in cuts:
        count = max(0, min(size, total - first))
        hashes = bytearray()
        for at in range(first, first + count, SLICE):
            hashes += b"".join(row_hash(row) for row in rows(at, min(SLICE, first + count - at)))
            await asyncio.sleep(0)
        batches.append(SentBatch(name, first, Packed(bytes(hashes)), _lazily(rows, first, count)))
        first += size
    return batches


Rows = Callable[[int, int], list[Any]]


def _lazily(rows: Rows, first: int, count: int) -> Callable[[], list[Any]]:
    return lambda: rows(first, count)


async def _truth(source: Played, manifest: JobManifest) -> tuple[int, Rows]:
    """(how many rows, a call that gives some of them as a reader of JSON sees them)."""

    def mapped(first: int, count: int) -> list[Any]:
        return [_seen(row) for row in transformer(manifest.transform).take(_made(source, first, count))]

    if manifest.transform.grain is None:
        return source.rows, mapped
    grouping = transformer(manifest.transform)
    for at in range(0, source.rows, SLICE):
        grouping.take(_made(source, at, min(SLICE, source.rows - at)))
        await asyncio.sleep(0)
    groups = [_seen(row) for some in grouping.end() for row in some]
    return len(groups), lambda first, count: groups[first : first + count]


def _made(source: Played, first: int, count: int) -> list[Row]:
    """Rows as they come over HTTP, with exact numbers."""
    made = source.generator.rows(source.seed, source.first + first, count)
    rows: list[Row] = decoded(msgspec.json.encode(made), "A generator")
    return rows


def _seen(row: Row) -> Any:
    return read(encoded(row, 0)[0])
