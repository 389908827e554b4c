"""Path 4: a run is read back from DCL and compared with what it must be, value by value."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from urllib.parse import quote, urlencode, urljoin

import msgspec

from aos.contracts.content import RowPage, StoredRow
from aos.contracts.recon import Verdict
from aos.core.clock import wall_ms
from aos.core.errors import AosError, StoreFault
from aos.core.log import Log
from aos.core.module import Core
from aos.core.redact import one_line, redact
from aos.farm.recon.compare import SentBatch, verdict
from aos.farm.recon.hashes import exact
from aos.farm.runner.faults import JobFault
from aos.farm.runner.push import STEP_S, Target, call, key_headers, refusal
from aos.farm.runner.retry import tried
from aos.farm.runner.store import Job, Store
from aos.farm.runner.truth import truth_of

log = Log("farm")
_pages = msgspec.json.Decoder(RowPage, float_hook=exact)


async def check_run(core: Core, store: Store, job: Job) -> Verdict:
    """The verdict; one that could not be reached is a fail that says why. It takes at most `timeout_seconds`."""
    limit_s = job.manifest.limits.timeout_seconds
    batches: list[SentBatch] = []
    try:
        async with asyncio.timeout(limit_s):
            batches = await truth_of(core, store, job)
            return await _compared(core, job, batches)
    except TimeoutError:
        return _unreached(core, job, batches, f"it was not read back within {limit_s} s")
    except StoreFault:
        raise
    except AosError as error:
        return _unreached(core, job, batches, error.message)
    except Exception as error:  # noqa: BLE001 the job would be checked again and again, and meet it each time
        log.error("Recon failed unexpectedly", exc=error, job_id=job.job_id)
        return _unreached(core, job, batches, f"unexpected: {type(error).__name__}")


async def _compared(core: Core, job: Job, batches: Sequence[SentBatch]) -> Verdict:
    manifest = job.manifest
    async with core.egress.call_client(deadline_s=STEP_S, connections=1) as client:
        target = Target(core, manifest, key_headers(core, manifest, job.tenant), client)
        now = wall_ms(core.clock)
        return await verdict(manifest.run_id, manifest.source.pipe_id, batches, _read_back(target), now)


async def _read_back(target: Target) -> AsyncIterator[StoredRow]:
    """The run's rows in DCL, page by page. `/ingest` and `/pipes` stand side by side."""
    manifest = target.manifest
    place = urljoin(manifest.target.dcl_url.partition("?")[0], f"pipes/{quote(manifest.source.pipe_id, safe='')}/rows")
    cursor: str | None = None
    while True:
        asked = {"run_id": manifest.run_id, **({} if cursor is None else {"cursor": cursor})}
        page = await _page(target, f"{place}?{urlencode(asked)}")
        for row in page.rows:
            yield row
        if page.cursor is None:
            return
        if page.cursor == cursor or not page.rows:
            raise JobFault("DCL's pages do not get on", "look at DCL: this is its fault")
        cursor = page.cursor


async def _page(target: Target, url: str) -> RowPage:
    async def once() -> RowPage:
        answer = await call(target, "GET", url, target.headers, None)
        if answer.status_code != 200:
            raise refusal(answer, target)
        try:
            return _pages.decode(answer.content)
        except (msgspec.MsgspecError, ValueError) as error:
            raise JobFault(f"DCL's rows can't be read: {str(error)[:200]}", "look at DCL") from error

    return await tried(target.core, target.retries, "read_back", once)


def _unreached(core: Core, job: Job, batches: Sequence[SentBatch], why: str) -> Verdict:
    return Verdict(
        run_id=job.manifest.run_id,
        pipe_id=job.manifest.source.pipe_id,
        verdict="fail",
        truth="recomputed" if batches and all(batch.rows for batch in batches) else "hashes",
        rows_expected=sum(len(batch.hashes) for batch in batches),
        rows_found=0,
        missing=[],
        extra=[],
        doubled=[],
        wrong=[],
        checked_at=wall_ms(core.clock),
        why=one_line(redact(f"The check did not end: {why}"), 1000),
    )
