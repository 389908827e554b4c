"""A job's way: taken in, moved in chunks, answered, checked; and everything that DCL can say on the way."""

import copy
import logging
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aos.core.http import Access
from aos.farm.generators.catalog import GENERATORS
from aos.farm.runner import chunks, job, retry
from tests.integration.farm.conftest import Yard
from tests.integration.farm.served_app import served_app
from tests.integration.served import KEYS


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small chunks, and hardly a wait between two tries."""
    monkeypatch.setattr(chunks, "MOST_ROWS", 300)
    monkeypatch.setattr(retry, "FIRST_S", 0.001)


async def test_rows_of_a_generator_arrive_once_with_headers_and_pass_recon(yard: Yard) -> None:
    """1,000 rows in four chunks, numbered, with the documented headers and body; recon passes by recomputed truth."""
    report = await yard.run(farm_verification=True)
    assert yard.dcl.values() == GENERATORS["erp_invoices"].rows(3, 0, 1000)
    assert (report["state"], report["rows_read"], report["rows_pushed"], report["batches"]) == ("done", 1000, 1000, 4)
    assert (report["dcl_run_id"], report["matched_schema"], report["truncated"]) == ("dcl-run-1", True, False)
    assert [batch for batch, _, _ in yard.dcl.pushes] == ["0", "1", "2", "3"]
    headers, body = yard.dcl.pushes[0][2], yard.dcl.last
    assert (headers["x-run-id"], headers["x-pipe-id"], headers["x-tenant-id"]) == ("run-1", "pipe-1", "default")
    assert body is not None
    assert (body.source_system, body.snapshot_name, body.run_timestamp) == ("netsuite", "Q1", "2026-02-01T00:00:00Z")
    assert body.schema_version == headers["x-schema-hash"][:16]
    verdict = report["verdict"]
    assert (verdict["verdict"], verdict["truth"], verdict["rows_expected"], verdict["rows_found"]) == (
        "pass",
        "recomputed",
        1000,
        1000,
    )


async def test_same_manifest_is_the_same_job_and_another_is_refused(yard: Yard) -> None:
    """Idempotent by run and pipe: 202 with the same id, 409 for another manifest; nothing is pushed twice."""
    made = yard.order()
    first, again = await yard.intake(made), await yard.intake(copy.deepcopy(made))
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["job_id"] == again.json()["job_id"]
    other = await yard.intake({**made, "farm_verification": True})
    assert (other.status_code, other.json()["code"]) == (409, "farm.run_taken")
    assert "run_id" in other.json()["next_action"]
    await yard.ended(first.json()["job_id"])
    assert (await yard.intake(made)).json()["status"] == "done"
    assert len(yard.dcl.pushes) == 4


async def test_no_matching_pipe_is_critical_and_never_tried_again(yard: Yard, caplog: pytest.LogCaptureFixture) -> None:
    """One push, state rejected, a CRITICAL line and the pipes that DCL knows, for the operator."""
    yard.dcl.pipes = {"pipe-9"}
    with caplog.at_level(logging.CRITICAL, "aos"):
        report = await yard.run(limits={"retry_count": 5})
    assert (report["state"], len(yard.dcl.pushes), yard.dcl.values()) == ("rejected", 1, [])
    assert "pipe-9" in report["why"]
    assert "pipe-1" in report["next_action"]
    (line,) = [record for record in caplog.records if record.levelno == logging.CRITICAL]
    assert line.aos_data["pipe_id"] == "pipe-1"
    assert str(line.msg) == "NO_MATCHING_PIPE"


async def test_health_says_how_the_last_job_ended(yard: Yard) -> None:
    """Degraded after one that was rejected, or whose recon failed; idle again after one that is well."""

    def state() -> str:
        return next(each.state.value for each in yard.place.core.health.reports() if each.name == "jobs")

    assert state() == "idle"
    await yard.run(source={"pipe_id": "misspelt"})
    assert state() == "degraded"
    assert (await yard.run(run_id="run-2"))["state"] == "done"
    assert state() == "idle"
    yard.dcl.tampered = []
    await yard.run(run_id="run-3", farm_verification=True)
    assert state() == "degraded"


async def test_drift_is_a_warning_with_its_fields_and_the_run_goes_on(
    yard: Yard, caplog: pytest.LogCaptureFixture
) -> None:
    """All rows arrive; the report flags the drift for review."""
    yard.dcl.plan = ["ok", "drift"]
    with caplog.at_level(logging.WARNING, "aos"):
        report = await yard.run()
    assert (report["state"], report["schema_drift"], report["rows_pushed"]) == ("done", True, 1000)
    assert report["drift_fields"] == ["+surprise", "-vendor_id"]
    (line,) = [record for record in caplog.records if str(record.msg) == "schema_drift"]
    assert (line.levelno, line.aos_data["drift_fields"]) == (logging.WARNING, "+surprise, -vendor_id")


@pytest.mark.parametrize("plan", [["503", "ok"], ["lose"], ["ok", "lose", "500", "429"], ["502", "504"]])
async def test_faults_are_tried_again_with_the_same_bytes_and_double_nothing(yard: Yard, plan: list[str]) -> None:
    """A refusal for now and a reply that is lost after the rows were stored: every row is there once."""
    tries = 4 + len([does for does in plan if does != "ok"])
    yard.dcl.plan = plan
    report = await yard.run(limits={"retry_count": 3}, farm_verification=True)
    assert (report["state"], report["verdict"]["verdict"]) == ("done", "pass")
    assert yard.dcl.values() == GENERATORS["erp_invoices"].rows(3, 0, 1000)
    assert len(yard.dcl.pushes) == tries
    assert len({(batch, digest) for batch, digest, _ in yard.dcl.pushes}) == 4


@pytest.mark.parametrize("retries", [0, 2])
async def test_tries_end_after_retry_count(yard: Yard, retries: int) -> None:
    """One try and `retry_count` more, then the job has failed and says why."""
    yard.dcl.plan = ["503"] * 10
    report = await yard.run(limits={"retry_count": retries})
    assert (report["state"], len(yard.dcl.pushes)) == ("failed", retries + 1)
    assert "503" in report["why"]
    assert report["next_action"]


@pytest.mark.parametrize(
    ("status", "action"),
    [(401, "auth_token_ref"), (403, "key"), (409, "run_id"), (413, "AOS_MAX_BODY"), (422, "rows")],
)
async def test_refusals_are_final_and_say_what_to_do(yard: Yard, status: int, action: str) -> None:
    """Nothing is gained by trying again."""
    yard.dcl.plan = [str(status)]
    report = await yard.run(limits={"retry_count": 5})
    assert (report["state"], len(yard.dcl.pushes)) == ("failed", 1)
    assert f"says {status}" in report["why"]
    assert action in report["next_action"]


async def test_the_report_says_which_row_dcl_refuses(yard: Yard) -> None:
    """Its place in the chunk, as DCL says it, and in the run."""
    yard.dcl.plan, yard.dcl.says = ["422"], {"path": "$.rows[3].amount"}
    why = (await yard.run())["why"]
    assert "$.rows[3].amount of chunk 0, which is row 3 of the run" in why


async def test_max_rows_ends_a_run_as_truncated_and_recon_honours_it(yard: Yard) -> None:
    """At the limit the job ends well and says that there was more; exactly at the end there was not."""
    report = await yard.run(limits={"max_rows": 650}, farm_verification=True)
    assert (report["state"], report["truncated"], report["rows_pushed"]) == ("done", True, 650)
    assert (report["verdict"]["verdict"], report["verdict"]["rows_expected"]) == ("pass", 650)
    exact = await yard.run(run_id="run-2", limits={"max_rows": 1000}, farm_verification=True)
    assert (exact["truncated"], exact["rows_pushed"], exact["verdict"]["verdict"]) == (False, 1000, "pass")


async def test_a_run_without_rows_is_still_seen_by_the_guard(yard: Yard) -> None:
    """One empty chunk goes out."""
    report = await yard.run(yard.rows_url(count=0), farm_verification=True)
    assert (report["state"], report["rows_pushed"], report["batches"]) == ("done", 0, 1)
    assert (report["verdict"]["verdict"], report["matched_schema"]) == ("pass", True)


def dropped(rows: list[Any]) -> list[Any]:
    return [*rows[:10], *rows[11:]]


def changed(rows: list[Any]) -> list[Any]:
    return [*rows[:10], type(rows[10])(run_id="run-1", batch="0", row=10, value={**rows[10].value, "net_amount": 1})]


@pytest.mark.parametrize("grain", [None, "month"])
async def test_recon_names_tampered_rows_over_http_whatever_was_pushed(yard: Yard, grain: str | None) -> None:
    """A missing row by its number, a changed field with both values; also when the run was summed by month."""
    transform: dict[str, Any] = {
        "schema_map": {
            "issued_on": {"target": "issued_on"},
            "status": {"target": "status", "dim": True},
            "net_amount": {"target": "net_amount", "scale": 100},
        },
    }
    if grain:
        transform |= {"grain": grain, "period_field": "issued_on"}
    report = await yard.run(transform=transform, farm_verification=True)
    assert report["verdict"]["verdict"] == "pass", report["verdict"]
    assert report["verdict"]["truth"] == "recomputed"
    whole = yard.dcl.rows()
    yard.dcl.tampered = dropped(whole)
    verdict = (await yard.client.post(f"/farm/api/farm/jobs/{report['job_id']}/recon")).json()
    assert (verdict["verdict"], verdict["missing"]) == ("fail", [10])
    yard.dcl.tampered = changed(whole) + whole[11:]
    verdict = (await yard.client.post(f"/farm/api/farm/jobs/{report['job_id']}/recon")).json()
    (wrong,) = verdict["wrong"]
    assert (wrong["row"], wrong["field"], wrong["found"]) == (10, "net_amount", 1)
    assert wrong["expected"] == whole[10].value["net_amount"]
    assert (await yard.client.get(f"/farm/api/farm/jobs/{report['job_id']}/verdict")).json() == verdict
    assert (await yard.report(report["job_id"]))["verdict"] == verdict


async def test_truth_is_not_taken_from_what_was_pushed(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A runner that corrupts a row before it is hashed and pushed does not get past the recomputed truth."""
    whole = job.chunked

    async def corrupting(chunker: Any, rows: Any) -> Any:
        async def bad() -> Any:
            async for some in rows:
                yield [{**row, "status": "PAID!"} if row["invoice_id"].endswith("77") else row for row in some]

        async for chunk in whole(chunker, bad()):
            yield chunk

    monkeypatch.setattr(job, "chunked", corrupting)
    report = await yard.run(farm_verification=True)
    assert report["verdict"]["verdict"] == "fail"
    assert [each["row"] for each in report["verdict"]["wrong"]] == list(range(76, 1000, 100))
    assert {each["field"] for each in report["verdict"]["wrong"]} == {"status"}


@pytest.mark.parametrize(("status", "tries"), [(503, 3), (404, 1)])
async def test_a_check_that_can_not_end_is_a_fail_that_says_why(yard: Yard, status: int, tries: int) -> None:
    """DCL's rows can't be had: the verdict is a fail, never a pass; the job itself is done."""
    yard.dcl.read_status = status
    report = await yard.run(farm_verification=True, limits={"retry_count": 2})
    assert (report["state"], report["verdict"]["verdict"], len(yard.dcl.reads)) == ("done", "fail", tries)
    assert str(status) in report["verdict"]["why"]


async def test_verdict_before_a_check_and_check_before_the_end_are_refused(yard: Yard) -> None:
    """404 and 409, and an unknown job is a 404."""
    report = await yard.run()
    assert (await yard.client.get(f"/farm/api/farm/jobs/{report['job_id']}/verdict")).status_code == 404
    assert (await yard.client.get("/farm/api/farm/jobs/job-none")).status_code == 404
    waiting = yard.order(source={"adapter": "webhook", "endpoint_ref": {}, "pipe_id": "pipe-1"}, run_id="run-2")
    waiting_id = (await yard.intake(waiting)).json()["job_id"]
    assert (await yard.client.post(f"/farm/api/farm/jobs/{waiting_id}/recon")).status_code == 409


async def test_jobs_are_listed_newest_first_and_by_run(yard: Yard) -> None:
    """With filters by run and pipe."""
    for number in (1, 2, 3):
        await yard.run(run_id=f"run-{number}")
    listed = (await yard.client.get("/farm/api/farm/jobs")).json()["jobs"]
    assert [each["run_id"] for each in listed] == ["run-3", "run-2", "run-1"]
    one = (await yard.client.get("/farm/api/farm/jobs?run_id=run-2")).json()["jobs"]
    assert [each["run_id"] for each in one] == ["run-2"]
    assert (await yard.client.get("/farm/api/farm/jobs?pipe_id=pipe-2")).json()["jobs"] == []


async def test_a_job_past_its_time_has_failed(yard: Yard) -> None:
    """`timeout_seconds` is the whole job's; a DCL that hangs does not hold it for ever."""
    yard.dcl.plan = ["hang"]
    report = await yard.run(limits={"timeout_seconds": 1, "retry_count": 10})
    assert (report["state"], report["rows_pushed"], len(yard.dcl.pushes)) == ("failed", 0, 1)
    assert "within 1 s" in report["why"]


async def test_an_oddity_of_one_job_stops_no_other(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of AOS itself fails the job that met it, and the runners go on."""

    def broken(*_: Any) -> Any:
        raise KeyError("oops")

    with monkeypatch.context() as patch:
        patch.setattr(job, "Chunker", broken)
        report = await yard.run()
    assert (report["state"], report["why"]) == ("failed", "Unexpected: KeyError")
    assert (await yard.run(run_id="run-2"))["state"] == "done"


async def test_tenants_are_apart(yard: Yard) -> None:
    """The service key acts for the tenant that it names; another tenant's job is unknown to the operator's key."""
    service = {"x-api-key": KEYS[Access.SERVICE]}
    answer = await yard.intake(yard.order(), **service, **{"x-tenant-id": "acme"})
    job_id = answer.json()["job_id"]
    assert (answer.status_code, (await yard.client.get(f"/farm/api/farm/jobs/{job_id}")).status_code) == (202, 404)
    await yard.until(lambda: b'aos_farm_jobs_total{state="done"} 1.0' in yard.place.core.metrics.text())
    assert (len(yard.dcl.values(tenant="acme")), yard.dcl.values()) == (1000, [])
    assert not yard.place.core.events._ring  # /events is read by the default tenant
    foreign = yard.order(target={"tenant_id": "acme"})
    for refused in (await yard.intake(foreign), await yard.intake(foreign, **service, **{"x-tenant-id": "other"})):
        assert (refused.status_code, refused.json()["path"]) == (422, "$.target.tenant_id")
    odd = await yard.intake(yard.order(), **service, **{"x-tenant-id": "no tenant"})
    assert (odd.status_code, odd.json()["path"]) == (422, "header.x-tenant-id")


@pytest.mark.parametrize(
    ("later", "why"),
    [(400, ""), (399, "another one than before"), (250, "another one than before"), (300, "fewer rows")],
)
async def test_a_source_that_changed_while_the_job_was_away_fails_it(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, later: int, why: str
) -> None:
    """Chunks that were stored must come again as they were; DCL gets nothing of the rest, and the job says why."""
    rows, away = [{"id": n} for n in range(400)], list[int]()

    async def source(_: Request) -> Response:
        return Response(msgspec.json.encode({"items": rows}))

    whole = job.JobRun._deliver

    async def deliver(self: job.JobRun, target: Any, chunk: chunks.Chunk) -> None:
        if chunk.batch == 1 and not away:
            away.append(1)
            await self._store.keep_chunk(self._job, chunk)
            del rows[later:]
            raise job.Stopping
        await whole(self, target, chunk)

    monkeypatch.setattr(job.JobRun, "_deliver", deliver)
    async with served_app(Starlette(routes=[Route("/rows", source)])) as url:
        report = await yard.run(f"{url}/rows")
    assert away == [1]
    assert (report["state"], why in report["why"]) == ("failed" if why else "done", True), report["why"]
    if why:
        assert "run_id" in report["next_action"]
        assert len(yard.dcl.values()) == 300
    else:
        assert len(yard.dcl.values()) == 400


@pytest.mark.parametrize(
    ("changes", "retried"),
    [
        ({"matched_schema": False}, False),
        ({"rows_accepted": 299}, False),
        ({"pipe_id": "pipe-9"}, False),
        ({"rows_accepted": "many"}, True),
    ],
)
async def test_a_yes_that_is_none_fails_the_job(yard: Yard, changes: dict[str, Any], retried: bool) -> None:
    """Silent acceptance is the worst failure: an answer without the join, of other rows or for another pipe counts as
    none; one that can't be read is asked for again."""
    yard.dcl.says = changes
    report = await yard.run(limits={"retry_count": 1})
    assert (report["state"], report["rows_pushed"], len(yard.dcl.pushes)) == ("failed", 0, 2 if retried else 1)


async def test_a_mapped_field_that_the_source_does_not_have_is_a_warning_of_the_job(yard: Yard) -> None:
    """The rows are moved without it, and the report names it."""
    fields = {"invoice_id": {"target": "id"}, "invoice_idd": {"target": "other"}}
    report = await yard.run(yard.rows_url(seed=3, count=20), transform={"schema_map": fields})
    assert (report["state"], report["rows_pushed"]) == ("done", 20)
    assert report["warnings"] == ["None of 20 rows has the source field 'invoice_idd'"]


async def test_a_target_at_another_route_of_this_aos_is_refused_at_intake(yard: Yard) -> None:
    """And the right one is named."""
    for path in ("/dcl/query", "/dcl/ingest?x=1", "/farm/ingest"):
        answer = await yard.intake(yard.order(target={"dcl_url": yard.place.url + path}))
        assert (answer.status_code, answer.json()["path"]) == (422, "$.target.dcl_url")
        assert f"{yard.place.url}/dcl/ingest" in answer.json()["detail"]
