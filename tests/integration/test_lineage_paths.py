"""Lineage goes on where DCL's own knowledge ends: orders of AAM, jobs and verdicts of Farm."""

from pathlib import Path
from typing import Any

import msgspec

from aos.contracts.base import Strict
from aos.contracts.candidates import DispatchedJob, DispatchList
from aos.contracts.manifest import JobList, JobReport
from aos.contracts.recon import Verdict
from aos.core.errors import Unavailable
from aos.core.http import Access, Call, Endpoint
from tests.integration.gated import Client, Serve, connection, export, gated

ROWS = [{"id": n, "region": "EMEA", "amount": 1} for n in range(3)]


class Asked(Strict, frozen=True):
    run_id: str = ""
    pipe_id: str = ""
    limit: int = 0


class Elsewhere:
    """An AAM with orders and a Farm with jobs; `away` names modules that can't answer now."""

    def __init__(self) -> None:
        self.away: set[str] = set()
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.orders: list[DispatchedJob] = []
        self.jobs: list[JobReport] = []

    def order(self, run_id: str, state: str, pipe_id: str = "p-1", verdict: str = "") -> None:
        """An order of AAM and Farm's job for it."""
        job_id = f"job-{len(self.jobs)}"
        self.orders.append(
            DispatchedJob(
                run_id=run_id,
                pipe_id=pipe_id,
                job_id=job_id,
                status="queued",
                system="netsuite",
                adapter="rest_api",
                snapshot_name="Q1",
                triggered_by="test",
                dispatched_at=1,
                accepted_at=2,
            )
        )
        report: dict[str, Any] = {"job_id": job_id, "run_id": run_id, "pipe_id": pipe_id, "state": state}
        report |= {"adapter": "rest_api", "system": "netsuite", "created_at": 3}
        if verdict:
            told = Verdict(
                run_id=run_id,
                pipe_id=pipe_id,
                verdict="pass" if verdict == "pass" else "fail",
                truth="hashes",
                rows_expected=3,
                rows_found=3,
                missing=[],
                extra=[],
                doubled=[],
                wrong=[],
                checked_at=2**53,
            )
            report["verdict"] = told
        self.jobs.append(msgspec.convert(report, JobReport, from_attributes=True))

    async def dispatches(self, call: Call) -> DispatchList:
        return DispatchList(jobs=self._those("aam", call, self.orders), cursor=None)

    async def listed(self, call: Call) -> JobList:
        return JobList(jobs=self._those("farm", call, self.jobs))

    def _those(self, module: str, call: Call, all_of_them: list[Any]) -> list[Any]:
        asked = dict(call.request.query_params)
        self.asked.append((module, call.request.headers.get("x-tenant-id", ""), asked))
        if module in self.away:
            raise Unavailable("away")
        names = [name for name in ("run_id", "pipe_id") if name in asked]
        return [each for each in all_of_them if all(getattr(each, name) == asked[name] for name in names)]

    def modules(self) -> dict[str, list[Endpoint]]:
        common: dict[str, Any] = {"method": "GET", "access": Access.READER, "summary": "", "query": Asked}
        return {
            "aam": [Endpoint(path="/dispatches", handler=self.dispatches, **common)],
            "farm": [Endpoint(path="/api/farm/jobs", handler=self.listed, **common)],
        }


async def paths(dcl: Client, key: str) -> tuple[list[str], list[int], list[str]]:
    told = (await dcl.get("/lineage", key=key)).json()
    return told["found_as"], sorted(hop["path"] for hop in told["hops"]), told["unasked"]


async def test_every_key_leads_through_all_four_paths(serve: Serve, tmp_path: Path) -> None:
    """Export, order, content and verdict of one run, whichever key is followed; others are asked for its tenant."""
    there = Elsewhere()
    async with gated(serve, tmp_path / "dcl", there.modules()) as dcl:
        await dcl.export(connection("p-1"))
        answer = (await dcl.push("p-1", ROWS)).json()
        there.order("run-1", "done", verdict="pass")
        there.order("run-2", "done", pipe_id="p-2", verdict="pass")
        for name, key in (
            ("pipe_id", "p-1"),
            ("run_id", "run-1"),
            ("aod_run_id", "aod-1"),
            ("snapshot_name", "Q1 close"),
            ("dcl_run_id", answer["dcl_run_id"]),
        ):
            assert await paths(dcl, key) == ([name], [1, 2, 3, 4], []), key
        assert {(module, tenant) for module, tenant, _ in there.asked} == {("aam", "default"), ("farm", "default")}
        hops = (await dcl.get("/lineage/run-1")).json()["hops"]
        assert [hop["what"] for hop in hops if hop["path"] in (2, 4)] == [
            "ordered from Farm as job-0",
            "recon of job-0: pass",
        ]


async def test_a_run_that_never_reached_dcl_is_found_by_who_sent_it(serve: Serve, tmp_path: Path) -> None:
    """The misaligned pipe of a rejected job shows under its run and under its id; a key of nobody stays a 404."""
    there = Elsewhere()
    async with gated(serve, tmp_path / "dcl", there.modules()) as dcl:
        there.order("run-9", "rejected", pipe_id="misspelt")
        assert await paths(dcl, "run-9") == (["run_id"], [2, 3], [])
        assert await paths(dcl, "misspelt") == (["pipe_id"], [2, 3], [])
        hop = (await dcl.get("/lineage/run-9")).json()["hops"][-1]
        assert (hop["what"], hop["rows"]) == ("job-0 is rejected", 0)
        for unknown in ("nobody", "no id of anything"):
            assert (await dcl.get("/lineage", key=unknown)).status_code == 404


async def test_who_can_not_be_asked_is_named(serve: Serve, tmp_path: Path) -> None:
    """What DCL knows is told all the same."""
    there = Elsewhere()
    async with gated(serve, tmp_path / "dcl", there.modules()) as dcl:
        await dcl.export(connection("p-1"))
        await dcl.push("p-1", ROWS)
        there.away = {"farm"}
        assert await paths(dcl, "run-1") == (["run_id"], [1, 3], ["farm"])
    async with gated(serve, tmp_path / "dcl") as dcl:
        assert await paths(dcl, "run-1") == (["run_id"], [1, 3], ["aam", "farm"])


async def test_a_run_is_told_with_the_discovery_that_it_rests_on(serve: Serve, tmp_path: Path) -> None:
    """An export that changes nothing makes no version, and still is the one that later runs came under."""
    async with gated(serve, tmp_path / "dcl") as dcl:
        await dcl.export(connection("p-1"))
        await dcl.push("p-1", ROWS)
        again = export(connection("p-1"), aod_run_id="aod-2")
        assert (await dcl.post("/export-pipes", again)).status_code == 200
        await dcl.push("p-1", ROWS, run="run-2")
        for key in ("p-1", "aod-2"):
            hops = (await dcl.get("/lineage", key=key)).json()["hops"]
            runs = {hop["run_id"]: hop["aod_run_id"] for hop in hops if hop["path"] == 3}
            assert runs == {"run-1": "aod-1", "run-2": "aod-2"}
