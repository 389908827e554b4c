"""One job from its first row to its verdict. Every chunk is durable before it is pushed, and its answer before the next
one: a job that is started again builds the same chunks, passes over those with an answer, and goes on."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import msgspec

from aos.contracts.health import State
from aos.contracts.manifest import JobState
from aos.contracts.recon import Verdict
from aos.core.clock import wall_ms
from aos.core.errors import AosError, Conflict, InvalidInput, StoreFault
from aos.core.log import Log
from aos.core.module import Core
from aos.core.phrases import NO_MATCHING_PIPE, SCHEMA_DRIFT
from aos.core.redact import one_line, redact
from aos.farm.runner.chunks import SLICE, Chunk, Chunker, chunked
from aos.farm.runner.extract import ADAPTERS
from aos.farm.runner.faults import JobFault, NoBlueprint
from aos.farm.runner.intake import order_of
from aos.farm.runner.push import STEP_S, Accepted, Target, key_headers, push
from aos.farm.runner.recon import check_run
from aos.farm.runner.rows import Row
from aos.farm.runner.store import Job, Store
from aos.farm.runner.transform import transformer

log = Log("farm")
MOST_DRIFT_FIELDS = 200
MOST_WARNINGS = 50
VITAL = "jobs"
LOOK = "GET /api/farm/jobs says why and what to do"
OTHER_ROWS = "the source changed while the job was away; dispatch it under a new run_id"
AGAIN = "dispatch it under a new run_id once that is mended"


class Stopping(Exception):
    """The process is stopping; the job goes on at the next start."""


class JobRun:
    """A job while it is worked on. `run` returns when it is done, failed or rejected."""

    def __init__(self, core: Core, store: Store, job: Job) -> None:
        self._core, self._store, self._job = core, store, job
        self._begun = core.clock.monotonic()
        self._read = self._batches = 0
        self._truncated = False

    async def run(self) -> None:
        self._tell(state="running", started_at=self._job.report.started_at or wall_ms(self._core.clock))
        await self._store.tell(self._job)
        state, why, action = await self._moved()
        verdict = None
        if state == "done" and self._job.manifest.farm_verification:
            verdict = await check_run(self._core, self._store, self._job)
        await self._finish(state, why, action, verdict)

    async def _moved(self) -> tuple[JobState, str, str]:
        """(state, why, next action) once there is no more to move."""
        if self._job.sent:
            return "done", "", ""
        limit_s = self._job.manifest.limits.timeout_seconds
        try:
            async with asyncio.timeout(max(0.0, limit_s - self._job.spent_ms / 1000)):
                await self._move()
        except TimeoutError:
            return "failed", f"It was not done within {limit_s} s", "raise limits.timeout_seconds, or ask for less"
        except NoBlueprint as error:
            return "rejected", error.message, error.next_action
        except JobFault as error:
            return "failed", error.message, error.next_action
        except (StoreFault, Stopping):
            raise
        except Conflict as error:
            return "failed", error.message, OTHER_ROWS
        except AosError as error:
            return "failed", error.message, "give what the message names" if isinstance(error, InvalidInput) else AGAIN
        except Exception as error:  # noqa: BLE001 one job's oddity must not stop the worker, which would meet it again
            log.error("Job failed unexpectedly", exc=error, job_id=self._job.job_id)
            return "failed", f"Unexpected: {type(error).__name__}", "this is a fault of AOS; the log has the traceback"
        return "done", "", ""

    async def _move(self) -> None:
        manifest = self._job.manifest
        chunker = Chunker(manifest)
        headers = key_headers(self._core, manifest, self._job.tenant)
        async with self._core.egress.call_client(deadline_s=STEP_S, connections=1) as client:
            target = Target(self._core, manifest, headers, client)
            async with aclosing(chunked(chunker, self._rows())) as chunks:
                async for chunk in chunks:
                    await self._deliver(target, chunk)
        if len(await self._store.spans(self._job)) != self._batches:
            raise Conflict("The source gives fewer rows than before the restart")
        self._job = self._job._replace(sent=True)
        self._tell(truncated=self._truncated)
        await self._store.tell(self._job)

    async def _rows(self) -> AsyncGenerator[list[Row], None]:
        """Rows as they are pushed: `max_rows` of the source's, transformed."""
        manifest = self._job.manifest
        order = order_of(self._core, manifest, lambda: self._store.posts(self._job))
        made = transformer(manifest.transform)
        async with aclosing(ADAPTERS[manifest.source.adapter].rows(order)) as pages:
            async for page in pages:
                room = manifest.limits.max_rows - self._read
                if len(page) > room:
                    self._truncated = True
                    page = page[:room]
                self._read += len(page)
                for at in range(0, len(page), SLICE):
                    yield made.take(page[at : at + SLICE])
                    await asyncio.sleep(0)
                if self._truncated:
                    break
        for some in made.end():
            yield some
        self._warn(made.warnings)

    async def _deliver(self, target: Target, chunk: Chunk) -> None:
        if self._core.stopping.is_set():
            raise Stopping
        answered = await self._store.keep_chunk(self._job, chunk)
        self._batches += 1
        if answered:
            return
        accepted = await push(target, chunk)
        self._note(accepted, chunk)
        await self._store.answered(self._job, chunk.batch, msgspec.json.encode(accepted))
        self._core.metrics.farm_rows.inc(chunk.rows)

    def _note(self, accepted: Accepted, chunk: Chunk) -> None:
        report = self._job.report
        fields = list(dict.fromkeys([*report.drift_fields, *(accepted.drift_fields or ())]))[:MOST_DRIFT_FIELDS]
        if accepted.schema_drift:
            shown = ", ".join(accepted.drift_fields or ["(not named)"])
            log.warning(SCHEMA_DRIFT, pipe_id=report.pipe_id, run_id=report.run_id, drift_fields=shown)
        spent_ms = self._job.spent_ms + int(1000 * (self._core.clock.monotonic() - self._begun))
        self._begun = self._core.clock.monotonic()
        self._job = self._job._replace(spent_ms=spent_ms)
        self._warn(accepted.warnings)
        self._tell(
            rows_read=max(report.rows_read, self._read),
            rows_pushed=report.rows_pushed + chunk.rows,
            batches=report.batches + 1,
            dcl_run_id=accepted.dcl_run_id,
            matched_schema=accepted.matched_schema,
            schema_drift=report.schema_drift or accepted.schema_drift,
            drift_fields=fields,
        )

    def _warn(self, warnings: list[str]) -> None:
        known = self._job.report.warnings
        fresh = [one_line(redact(warning), 500) for warning in warnings]
        self._tell(warnings=list(dict.fromkeys([*known, *fresh]))[:MOST_WARNINGS])

    def _tell(self, **changes: object) -> None:
        self._job = self._job._replace(report=msgspec.structs.replace(self._job.report, **changes))

    def _show(self, state: JobState, verdict: Verdict | None) -> None:
        """How the last job ended, without ids: health is shown to everybody."""
        vital = self._core.health.register(VITAL, "runner")
        if state != "done":
            vital.set(State.DEGRADED, f"the last job ended as {state}", LOOK)
        elif verdict is not None and verdict.verdict == "fail":
            vital.set(State.DEGRADED, "recon of the last job found faults", LOOK)
        else:
            vital.set(State.IDLE, f"the last job moved {self._job.report.rows_pushed} rows")

    async def _finish(self, state: JobState, why: str, action: str, verdict: Verdict | None) -> None:
        self._tell(
            state=state,
            why=one_line(redact(why), 2000) if why else "",
            next_action=action,
            finished_at=wall_ms(self._core.clock),
            rows_read=max(self._job.report.rows_read, self._read),
        )
        await self._store.tell(self._job, verdict)
        report, metrics = self._job.report, self._core.metrics
        ids: dict[str, Any] = {"job_id": report.job_id, "run_id": report.run_id, "pipe_id": report.pipe_id}
        metrics.farm_jobs.labels(state).inc()
        told = {**ids, "state": state, "rows": report.rows_pushed, "why": report.why}
        if verdict is not None:
            metrics.farm_verdicts.labels(verdict.verdict).inc()
            told["verdict"] = verdict.verdict
        self._core.events.publish("farm", "job_ended", told, tenant=self._job.tenant)
        if state == "rejected":
            log.critical(NO_MATCHING_PIPE, **ids, why=report.why)
        elif state == "failed":
            log.error("Job failed", **ids, why=report.why, next_action=action)
        else:
            log.info("Job done", **ids, rows=report.rows_pushed, truncated=report.truncated)
        self._show(state, verdict)
        if verdict is not None and verdict.verdict == "fail":
            log.error("Recon failed", **ids, missing=len(verdict.missing), wrong=len(verdict.wrong), why=verdict.why)
