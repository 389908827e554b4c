"""From evidence to blueprints, against a real process."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.acceptance.conftest import Running

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
