"""No way round the guard of a real process, neither for a push by hand nor for a job of Farm."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acceptance.conftest import ROOT, Running, until
from tests.acceptance.threaded import Relay
from tests.integration.gated import connection, export, push

ROWS = [{"id": n, "region": "EMEA", "amount": 1} for n in range(10)]
HEADERS = {"x-run-id": "run-1", "x-schema-hash": "0" * 64, "x-batch-seq": "0"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Relay]]:
    """An AOS that ships no pipe. Farm reaches its DCL through a relay that sees what is sent."""
    directory = tmp_path_factory.mktemp("aos")
    seeds = Path(shutil.copytree(ROOT / "seeds", directory / "seeds"))
    shutil.rmtree(seeds / "pipes")
    with Relay() as relay:
        running = Running(directory, AOS_SEEDS_DIR=str(seeds), AOS_DCL_URL=relay.url)
        relay.target = f"{running.url}/dcl"
        yield running.ready(), relay
        running.stop()


def post(running: Running, path: str, body: Any, **headers: str) -> httpx.Response:
    given = {"x-api-key": running.key("service"), **headers}
    return httpx.post(running.url + path, json=body, headers=given, trust_env=False, timeout=30)


def nothing_is_stored(running: Running) -> None:
    """No run of any pipe of either tenant."""
    for tenant in ("default", "globex"):
        headers = {"x-api-key": running.key("service"), "x-tenant-id": tenant}
        pipes = httpx.get(f"{running.url}/dcl/pipes", headers=headers, trust_env=False).json()["pipes"]
        for pipe in pipes:
            path = f"{running.url}/dcl/pipes/{pipe['connection']['pipe_id']}"
            assert httpx.get(path, headers=headers, trust_env=False).json()["runs"] == []


# In this order: the store is empty at first, then globex has a pipe, then the default tenant has another one.
CASES = [
    ("nothing-exported", "run-1", None, []),
    ("nothing-exported", "farm_run_1", None, []),
    ("invoices-emea", "run-2", "globex", []),
    ("invoice-emea", "run-3", "default", ["invoices-apac"]),
    ("invoices-emea", "farm_2", None, ["invoices-apac"]),
]


@pytest.mark.parametrize(("pipe_id", "run_id", "exported_by", "known"), CASES)
def test_content_without_a_blueprint_is_refused_and_never_sent_again(
    guarded: tuple[Running, Relay], pipe_id: str, run_id: str, exported_by: str | None, known: list[str]
) -> None:
    """An empty store, an unknown pipe, a run that calls itself farm_, another tenant's pipe: the document's 422 at top
    level, not a row kept, one push, a CRITICAL line, and the operator sees which pipe it was."""
    running, relay = guarded
    if exported_by is not None:
        ours = "invoices-apac" if exported_by == "default" else "invoices-emea"
        answer = post(running, "/dcl/export-pipes", export(connection(ours)), **{"x-tenant-id": exported_by})
        assert answer.status_code == 200
    by_hand = post(running, "/dcl/ingest", push(ROWS), **{**HEADERS, "x-pipe-id": pipe_id, "x-run-id": run_id})
    told = by_hand.json()
    assert (by_hand.status_code, told["error"], told["pipe_id"]) == (422, "NO_MATCHING_PIPE", pipe_id)
    assert told["available_pipes"] == (known or None)
    assert ("invoices-apac" in told["hint"]) == bool(known)
    assert {"message", "timestamp"} <= told.keys()
    assert told["retryable"] is False

    relay.seen.clear()
    manifest = {
        "run_id": run_id,
        "source": {
            "pipe_id": pipe_id,
            "system": "netsuite",
            "adapter": "rest_api",
            "endpoint_ref": {"url": f"{running.url}/farm/api/generators/erp_invoices/rows?count=50"},
        },
        "target": {"dcl_url": f"{relay.url}/ingest"},
        "provenance": {"run_timestamp": "2026-02-01T00:00:00Z", "triggered_by": "test"},
    }
    job_id = post(running, "/farm/api/farm/manifest-intake", manifest).json()["job_id"]

    def report() -> dict[str, Any]:
        found: dict[str, Any] = running.get(f"/farm/api/farm/jobs/{job_id}", running.key("viewer")).json()
        return found

    until(lambda: report()["state"] not in ("queued", "running"))
    assert (report()["state"], report()["rows_pushed"], report()["verdict"]) == ("rejected", 0, None)
    assert f"export pipe {pipe_id}" in report()["next_action"]
    line = running.said(f"CRITICAL NO_MATCHING_PIPE: DCL has no blueprint for the pipe {pipe_id} of run {run_id}")
    assert not known or "invoices-apac" in line
    assert len([call for call in relay.seen if call.is_push()]) == 1
    lineage = running.get(f"/dcl/lineage/{run_id}", running.key("viewer")).json()
    assert [(hop["path"], hop["rows"]) for hop in lineage["hops"]] == [(3, 0)]
    nothing_is_stored(running)
