"""From evidence to blueprints, against a real process."""

from collections.abc import Callable
from typing import Any

import httpx

from aos.farm.generators.catalog import GENERATORS
from tests.acceptance.conftest import Running, until

Start = Callable[..., Running]


def post(running: Running, path: str, body: Any, key: str) -> httpx.Response:
    """With a body where there is one."""
    return httpx.post(running.url + path, json=body, headers={"x-api-key": key}, trust_env=False, timeout=30)


def test_discovery_and_handoff_of_the_sample_work_out_of_the_box(start: Start) -> None:
    """Nothing is set; the pipes have fields, reasons and a structure to export, and a restart finds them again."""
    running = start().ready()
    key = running.key()
    found = post(running, "/aod/api/discovery/run", {}, key).json()
    handed = post(running, "/aod/api/discovery/handoff", None, key).json()
    assert handed["created"] == len(found["candidates"])
    preview = running.get("/aam/export-pipes", key).json()
    assert preview["export"]["total_connections"] + len(preview["skipped"]) == handed["created"]
    assert running.stop() == 0
    again = start().ready()
    assert post(again, "/aod/api/discovery/handoff", None, again.key()).json()["unchanged"] == handed["created"]


def test_every_system_of_the_sample_goes_through_all_four_paths(start: Start) -> None:
    """Discovered, declared, exported, ordered, moved without drift and found again value by value; and it can be asked
    for, also by vendor."""
    running = start().ready()
    key = running.key()
    for path, body in (("/aod/api/discovery/run", {"snapshot_name": "2026-Q1"}), ("/aod/api/discovery/handoff", None)):
        assert post(running, path, body, key).status_code == 200
    assert post(running, "/aam/export", None, key).status_code == 200
    pipes = running.get("/aam/pipes", key, exported=True).json()["pipes"]
    ours = {pipe["pipe_id"]: pipe["resource"] for pipe in pipes if pipe["resource"] in GENERATORS}
    assert set(ours.values()) == GENERATORS.keys()
    assert len(GENERATORS["finance_quarterly"].fields) >= 80
    ordered = post(running, "/aam/dispatch", {"pipe_ids": list(ours)}, key).json()

    def jobs() -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = running.get("/farm/api/farm/jobs", key, run_id=ordered["run_id"]).json()["jobs"]
        return told

    until(lambda: all(job["state"] not in ("queued", "running") for job in jobs()))
    for job in jobs():
        rows = GENERATORS[ours[job["pipe_id"]]].count(1_000)
        assert (job["state"], job["rows_pushed"], job["schema_drift"]) == ("done", rows, False), job
        assert (job["verdict"]["verdict"], job["verdict"]["truth"]) == ("pass", "recomputed")
        assert job["verdict"]["rows_found"] == rows
    count = {"group_by": ["pipe.pipe_id"], "aggregate": [{"function": "count"}]}
    found = post(running, "/dcl/query", {"vendor": "salesforce", **count}, key).json()["rows"]
    assert {ours[pipe]: rows for pipe, rows in found} == {"crm_accounts": 1_000, "crm_opportunities": 1_000}
    hops = running.get("/dcl/lineage/2026-Q1", key).json()["hops"]
    assert {(hop["path"], hop["pipe_id"]) for hop in hops} == {(n, pipe) for n in (1, 2, 3, 4) for pipe in ours}


def test_aam_is_served_alone_at_the_root(start: Start) -> None:
    """`python -m aos aam`: without DCL an export says so and names the setting."""
    running = start("aam").ready()
    lines = (running.directory / "data" / "aam" / "keys").read_text().splitlines()
    key = next(line.partition("=")[2] for line in lines if line.startswith("operator="))
    candidate = {
        "candidate_id": "c", "vendor": "okta", "source_name": "okta", "resource": "groups", "category": "identity",
        "governance_status": "Sanctioned", "confidence": 1, "evidence": [], "asset_key": "okta-1",
    }  # fmt: skip
    told = post(running, "/handoff", {"aod_run_id": "run-1", "candidates": [candidate]}, key).json()
    assert told["created"] == 1
    assert running.get("/pipes", key).json()["pipes"][0]["identity_keys"]["value"] == ["id"]
    refused = post(running, "/export", {}, key)
    assert (refused.status_code, refused.json()["code"]) == (502, "aam.dcl_down")
    assert "AOS_DCL_URL" in refused.json()["detail"]
    assert running.stop() == 0
