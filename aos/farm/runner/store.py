"""Jobs, their chunks and verdicts: everything that must outlive a crash of the runner."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from aos.contracts.manifest import JobManifest, JobReport, JobState
from aos.contracts.recon import Verdict
from aos.core.db import Database, Row, Tx, sql_file, statements
from aos.core.errors import Conflict, NotFound, Unavailable
from aos.farm.runner.chunks import Chunk

SQL = statements(sql_file("aos.farm.runner", "queries.sql"))
MOST_OPEN = 1_000  # jobs that wait or run


class Job(NamedTuple):
    """A job as it is worked on. `report` is what is told of it, `spent_ms` the time it ran already; `sent`: every
    chunk has its answer."""

    number: int
    job_id: str
    tenant: str
    manifest: JobManifest
    report: JobReport
    spent_ms: int
    sent: bool


class Span(NamedTuple):
    """A chunk's place in the run."""

    batch: int
    first: int
    rows: int


class Inbox(NamedTuple):
    """What a webhook job has; `open_until` in ms."""

    open_until: int
    state: JobState
    rows: int
    size: int


def job_id_of(tenant: str, run_id: str, pipe_id: str) -> str:
    """The same on any machine."""
    return "job-" + hashlib.sha256("\n".join((tenant, run_id, pipe_id)).encode()).hexdigest()[:20]


class Store:
    """All SQL of `farm/farm.db`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    async def open(cls, path: Path) -> "Store":
        return cls(await Database.open(path, sql_file("aos.farm.runner", "schema.sql")))

    async def close(self) -> None:
        await self._database.close()

    async def known(self, tenant: str, manifest: JobManifest) -> tuple[str, str] | None:
        """(job_id, state) of the job that this manifest is already; `Conflict` as of `take`."""
        run = (tenant, manifest.run_id, manifest.source.pipe_id)
        return _same(await self._database.read(SQL["known"], run), manifest)

    async def take(self, tenant: str, manifest: JobManifest, report: JobReport, ready_at: int) -> tuple[str, str]:
        """(job_id, state), queued durably. `Conflict` where another manifest has the same run and pipe."""
        job_id, run = report.job_id, (tenant, manifest.run_id, manifest.source.pipe_id)

        async def work(tx: Tx) -> tuple[str, str]:
            if known := _same(await tx.do(SQL["known"], run), manifest):
                return known
            if (await tx.do(SQL["count_open"]))[0][0] >= MOST_OPEN:
                raise Unavailable(f"{MOST_OPEN} jobs wait already; send it again later", code="farm.queue_full")
            await tx.run(SQL["add_job"], (job_id, *run, _text(manifest)))
            await tx.run(SQL["start_progress"], (ready_at, _told(report), job_id))
            return job_id, "queued"

        return await self._database.write(work)

    async def due(self, now: int, most: int) -> list[Job]:
        """Jobs that can be worked on, oldest first."""
        return [_job(row) for row in await self._database.read(SQL["due"], (now, most))]

    async def one(self, tenant: str, job_id: str) -> Job:
        """A tenant's job; `NotFound` where it has none of this id."""
        job = await self.by_id(job_id)
        if job.tenant != tenant:
            raise _unknown(job_id)
        return job

    async def by_id(self, job_id: str) -> Job:
        """Anybody's job: for who has the job's own token."""
        rows = await self._database.read(SQL["one"], (job_id,))
        if not rows:
            raise _unknown(job_id)
        return _job(rows[0])

    async def report(self, tenant: str, job_id: str) -> JobReport:
        job = await self.one(tenant, job_id)
        return msgspec.structs.replace(job.report, verdict=await self.verdict(job))

    async def reports(self, tenant: str, run_id: str | None, pipe_id: str | None, most: int) -> list[JobReport]:
        """Newest first, each with its newest verdict."""
        rows = await self._database.read(SQL["list"], (tenant, run_id, pipe_id, most))
        return [
            msgspec.structs.replace(
                msgspec.json.decode(told, type=JobReport),
                verdict=msgspec.json.decode(verdict, type=Verdict) if verdict else None,
            )
            for told, verdict in rows
        ]

    async def tell(self, job: Job, verdict: Verdict | None = None) -> None:
        """Keep where a job stands, and a verdict with it."""

        async def work(tx: Tx) -> None:
            await self._tell(tx, job)
            if verdict is not None:
                await tx.run(SQL["add_verdict"], (job.number, msgspec.json.encode(verdict).decode()))

        await self._database.write(work)

    async def _tell(self, tx: Tx, job: Job) -> None:
        values = (job.report.state, _told(job.report), job.spent_ms, int(job.sent), job.number)
        await tx.run(SQL["tell"], values)

    async def keep_chunk(self, job: Job, chunk: Chunk) -> bool:
        """Keep it before it is pushed; whether it was answered already. A chunk that was kept before must be this very
        one, else `Conflict`: the source gave other rows."""
        where = (job.number, chunk.batch)

        async def work(tx: Tx) -> bool:
            if known := await tx.do(SQL["chunk"], where):
                if known[0][0] != chunk.digest:
                    raise Conflict(f"Chunk {chunk.batch} is another one than before the restart")
                return bool(known[0][1])
            values = (chunk.first, len(chunk.hashes) // 16, chunk.schema_hash, chunk.digest, chunk.hashes, chunk.body)
            await tx.run(SQL["add_chunk"], (*where, *values))
            return False

        return await self._database.write(work)

    async def answered(self, job: Job, batch: int, answer: bytes) -> None:
        """DCL has this chunk, and the job stands where `job` says: one step."""

        async def work(tx: Tx) -> None:
            await tx.run(SQL["answered"], (answer.decode(), job.number, batch))
            await self._tell(tx, job)

        await self._database.write(work)

    async def spans(self, job: Job) -> list[Span]:
        return [Span(*row) for row in await self._database.read(SQL["spans"], (job.number,))]

    async def hashes(self, job: Job, batch: int) -> bytes:
        """16 bytes a row."""
        rows = await self._database.read(SQL["hashes"], (job.number, batch))
        return bytes(rows[0][0])

    async def verdict(self, job: Job) -> Verdict | None:
        rows = await self._database.read(SQL["verdict"], (job.number,))
        return msgspec.json.decode(rows[0][0], type=Verdict) if rows else None

    async def inbox(self, job: Job) -> Inbox:
        return Inbox(*(await self._database.read(SQL["collecting"], (job.number,)))[0])

    async def post(
        self, job: Job, now: int, rows: int, body: bytes, delivery: str | None, most: tuple[int, int]
    ) -> int:
        """Keep what was posted, once for a delivery; how many rows the job has now. `most` rows and bytes: with the
        first reached the job collects no more. `Conflict` where it is closed or the delivery had another body."""

        async def work(tx: Tx) -> int:
            inbox = Inbox(*(await tx.do(SQL["collecting"], (job.number,)))[0])
            if delivery is not None and (known := await tx.do(SQL["delivered"], (body, job.number, delivery))):
                if not known[0][0]:
                    told = "Another body came under this idempotency-key already; send this one under its own"
                    raise Conflict(told, code="farm.delivery_conflict", path="header.idempotency-key")
                return inbox.rows
            if inbox.open_until <= now or inbox.state not in ("queued", "running"):
                raise Conflict("This job collects no more", code="farm.closed")
            if inbox.size + len(body) > most[1]:
                raise Conflict(f"This job takes {most[1]} bytes in all", code="farm.inbox_full")
            if rows:
                await tx.run(SQL["add_post"], (job.number, rows, body, delivery))
            if inbox.rows + rows > most[0]:
                await tx.run(SQL["collected"], (now, job.number, now))
            return inbox.rows + rows

        return await self._database.write(work)

    async def collected(self, job: Job, now: int) -> None:
        """The job collects no more and can be worked on."""

        async def work(tx: Tx) -> None:
            await tx.run(SQL["collected"], (now, job.number, now))

        await self._database.write(work)

    async def posts(self, job: Job) -> AsyncIterator[bytes]:
        """What was posted, in order: JSON lists of rows."""
        last = 0
        while rows := await self._database.read(SQL["post"], (job.number, last)):
            last, body = rows[0]
            yield bytes(body)


def _unknown(job_id: str) -> NotFound:
    return NotFound(f"There is no job {job_id[:80]!r}", code="farm.no_job")


def _job(row: Row) -> Job:
    number, job_id, tenant, manifest, report, spent_ms, sent = row
    return Job(
        number,
        job_id,
        tenant,
        msgspec.json.decode(manifest, type=JobManifest),
        msgspec.json.decode(report, type=JobReport),
        spent_ms,
        bool(sent),
    )


def _text(manifest: JobManifest) -> str:
    return msgspec.json.encode(manifest, order="sorted").decode()


def _same(known: list[Row], manifest: JobManifest) -> tuple[str, str] | None:
    if not known:
        return None
    job_id, text, state = known[0]
    if text != _text(manifest):
        told = f"Run {manifest.run_id} has another manifest for pipe {manifest.source.pipe_id} already"
        raise Conflict(told, code="farm.run_taken", next_action="dispatch it under a new run_id")
    return job_id, state


def _told(report: JobReport) -> str:
    return msgspec.json.encode(msgspec.structs.replace(report, verdict=None)).decode()
