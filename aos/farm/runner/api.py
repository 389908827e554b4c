"""Farm's jobs over HTTP: manifests in, reports and verdicts out."""

from typing import Annotated

from msgspec import Meta

from aos.contracts.base import Strict
from aos.contracts.manifest import JobList, JobManifest, JobReport, ManifestAccepted
from aos.contracts.names import PipeId, RunId
from aos.contracts.recon import Verdict
from aos.core.errors import Conflict, NotFound
from aos.core.http import Access, Call, Endpoint
from aos.core.module import Core
from aos.core.tenant import tenant_of
from aos.farm.runner.intake import take
from aos.farm.runner.recon import check_run
from aos.farm.runner.runner import Runner
from aos.farm.runner.store import Job, Store


class JobsQuery(Strict, frozen=True, kw_only=True):
    """The newest `limit` jobs, of one run, of one pipe."""

    run_id: RunId | None = None
    pipe_id: PipeId | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


class JobsApi:
    """`/api/farm/manifest-intake` and `/api/farm/jobs`."""

    def __init__(self, core: Core, store: Store, runner: Runner) -> None:
        self._core, self._store, self._runner = core, store, runner

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="POST",
                path="/api/farm/manifest-intake",
                handler=self.intake,
                access=Access.SERVICE,
                summary="Queue a manifest durably; the same one again is the same job. (Path 2)",
                body=JobManifest,
                max_body=1024 * 1024,
                answer=ManifestAccepted,
                status=202,
                errors=(409, 503),
            ),
            Endpoint(
                method="GET",
                path="/api/farm/jobs",
                handler=self.jobs,
                access=Access.READER,
                summary="Jobs, newest first.",
                query=JobsQuery,
                answer=JobList,
            ),
            Endpoint(
                method="GET",
                path="/api/farm/jobs/{job_id}",
                handler=self.job,
                access=Access.VIEWER,
                summary="One job as it stands.",
                answer=JobReport,
                errors=(404,),
            ),
            Endpoint(
                method="POST",
                path="/api/farm/jobs/{job_id}/recon",
                handler=self.recon,
                access=Access.OPERATOR,
                summary="Read a run back from DCL now and compare it with the truth; the verdict is kept. (Path 4)",
                answer=Verdict,
                errors=(404, 409),
            ),
            Endpoint(
                method="GET",
                path="/api/farm/jobs/{job_id}/verdict",
                handler=self.verdict,
                access=Access.VIEWER,
                summary="The newest verdict on a job.",
                answer=Verdict,
                errors=(404,),
            ),
        ]

    async def intake(self, call: Call) -> ManifestAccepted:
        manifest: JobManifest = call.body
        tenant = tenant_of(call, manifest.target.tenant_id, "$.target.tenant_id")
        accepted = await take(self._core, self._store, tenant, manifest)
        self._runner.wake()
        return accepted

    async def jobs(self, call: Call) -> JobList:
        query: JobsQuery = call.query
        jobs = await self._store.reports(tenant_of(call), query.run_id, query.pipe_id, query.limit)
        return JobList(jobs=jobs)

    async def job(self, call: Call) -> JobReport:
        return await self._store.report(tenant_of(call), call.path["job_id"])

    async def recon(self, call: Call) -> Verdict:
        job = await self._store.one(tenant_of(call), call.path["job_id"])
        if job.report.state in ("queued", "running"):
            raise Conflict(f"The job is {job.report.state}; a run is checked when it has ended", code="farm.not_ended")
        verdict = await check_run(self._core, self._store, job)
        await self._store.tell(job, verdict)
        self._core.metrics.farm_verdicts.labels(verdict.verdict).inc()
        return verdict

    async def verdict(self, call: Call) -> Verdict:
        job: Job = await self._store.one(tenant_of(call), call.path["job_id"])
        verdict = await self._store.verdict(job)
        if verdict is None:
            raise NotFound("This run was not checked yet", code="farm.no_verdict")
        return verdict
