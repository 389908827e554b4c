"""What the runner keeps: manifests, hashes and verdicts stay as they were written."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from aos.contracts.manifest import JobReport
from aos.core.db import Database, Tx
from aos.core.errors import AosError, Conflict, NotFound
from aos.farm.recon.hashes import Packed
from aos.farm.runner.chunks import Chunker
from aos.farm.runner.store import Job, Store, job_id_of
from tests.manifests import manifest


class Kept:
    def __init__(self, database: Database) -> None:
        self.database, self.store = database, Store(database)

    async def job(self, tenant: str = "default", run_id: str = "run-1") -> Job:
        made = manifest(run_id=run_id)
        job_id = job_id_of(tenant, run_id, "pipe-1")
        report = JobReport(
            job_id=job_id, run_id=run_id, pipe_id="pipe-1", state="queued", adapter="jdbc", system="s", created_at=1
        )
        await self.store.take(tenant, made, report, 0)
        return await self.store.one(tenant, job_id)


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    store = await Store.open(tmp_path / "farm.db")
    yield Kept(store._database)
    await store.close()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE jobs SET manifest = '{}'",
        "DELETE FROM jobs",
        "UPDATE chunks SET hashes = x'00'",
        "UPDATE chunks SET digest = x'00'",
        "DELETE FROM chunks",
        "REPLACE INTO chunks SELECT job, batch, first, rows, schema_hash, digest, x'00', body, answer FROM chunks",
        "UPDATE verdicts SET verdict = '{}'",
        "DELETE FROM verdicts",
    ],
)
async def test_what_recon_compares_with_can_not_be_moved(kept: Kept, sql: str) -> None:
    """Refused by the database itself, REPLACE included."""
    job = await kept.job()
    (chunk,) = Chunker(job.manifest).take([]) or Chunker(job.manifest).end()
    await kept.store.keep_chunk(job, chunk)

    async def prepare(tx: Tx) -> None:
        await tx.run("INSERT INTO verdicts (job, verdict) VALUES (?, '{}')", (job.number,))

    async def work(tx: Tx) -> None:
        await tx.run(sql)

    await kept.database.write(prepare)
    with pytest.raises(AosError, match=r"append-only|stays as it was"):
        await kept.database.write(work)


async def test_a_chunk_is_kept_once_and_its_body_until_the_answer(kept: Kept) -> None:
    """The same chunk again is known; another one under its number is a conflict."""
    job = await kept.job()
    one, other = (Chunker(job.manifest), Chunker(job.manifest))
    one.take([{"a": 1}])
    other.take([{"a": 2}])
    (chunk,), (changed,) = one.end(), other.end()
    assert await kept.store.keep_chunk(job, chunk) is False
    assert await kept.store.keep_chunk(job, chunk) is False
    with pytest.raises(Conflict):
        await kept.store.keep_chunk(job, changed)
    bodies = "SELECT body FROM chunks"
    assert await kept.database.read(bodies) == [(chunk.body,)]
    await kept.store.answered(job, 0, b"{}")
    assert await kept.database.read(bodies) == [(None,)]
    assert await kept.store.keep_chunk(job, chunk) is True
    assert list(Packed(await kept.store.hashes(job, 0))) == [chunk.hashes]


async def test_a_job_belongs_to_its_tenant(kept: Kept) -> None:
    """The same run and pipe of two tenants are two jobs, unknown to each other."""
    mine, theirs = await kept.job("default"), await kept.job("acme")
    assert mine.job_id != theirs.job_id
    with pytest.raises(NotFound):
        await kept.store.one("default", theirs.job_id)
    assert [job.job_id for job in await kept.store.due(1, 9)] == [mine.job_id, theirs.job_id]
    assert [report.job_id for report in await kept.store.reports("acme", None, None, 9)] == [theirs.job_id]
