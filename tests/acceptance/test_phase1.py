"""The checklist of the first document (the resilient ingest), against a real process."""

import base64
import json
import re
import subprocess
import sys
from collections.abc import Callable

import httpx

from tests.acceptance.conftest import ROOT, Running, free_port, until

Start = Callable[..., Running]
STREAM = "/farm/api/stream/synthetic/mulesoft"


def demo(start: Start, query: str = "chaos=true&rate=400&chaos_kinds=malformed,drift,bad_type", **more: str) -> Running:
    port = free_port()
    return start(port=str(port), SOURCE_URL=f"http://127.0.0.1:{port}{STREAM}?{query}", **more).ready()


def test_stays_alive_and_fills_redis_while_farm_sends_garbage(start: Start) -> None:
    """Envelopes fill the stream, garbage is quarantined with its bytes, and the process lives on."""
    running = demo(start)
    running.said("Toxic Record Dropped")
    running.said("Processed Record [")
    key = running.key("viewer")
    look = until(
        lambda: (told := running.get("/dcl/api/ingest/stream", key, last=100).json())["length"] >= 200 and told
    )
    for entry in look["entries"]:
        meta, payload = entry["envelope"]["meta"], entry["envelope"]["payload"]
        assert {"ingest_ts", "source", "trace_id", "is_repaired", "connector_id", "config_gen"} <= meta.keys()
        assert (meta["source"], meta["connector_id"]) == ("mulesoft_mock", "mule_auto_01")
        assert len(meta["trace_id"]) == 36
        truth = running.get(f"/farm/api/source/salesforce/invoice/{payload['invoice_id']}").json()
        assert payload == truth
    hits = running.get(f"{STREAM}/chaos-log", limit=500, chaos_kinds="malformed,drift,bad_type").json()["hits"]
    malformed = {hit["n"] for hit in hits if hit["kind"] == "malformed"}
    quarantine = running.get("/dcl/api/ingest/quarantine", key, reason="malformed", limit=1000).json()["items"]
    assert quarantine
    assert {item["refusal"]["position"] for item in quarantine} <= malformed
    assert running.child.poll() is None
    assert running.stop() == 0


def test_quarantine_keeps_the_exact_bytes_of_each_refused_line(start: Start) -> None:
    """What the stream sent for a refused line is what lies in quarantine, byte for byte."""
    query = "chaos=true&speed=max&until=600&chaos_kinds=malformed,bad_type,invalid_utf8"
    running = demo(start, query)
    running.said("Source finished")
    with httpx.stream("GET", f"{running.url}{STREAM}?{query}", trust_env=False) as answer:
        lines = b"".join(answer.iter_raw()).split(b"\n")
    key = running.key()
    items = until(
        lambda: (
            (told := running.get("/dcl/api/ingest/quarantine", key, limit=1000).json()["items"])
            and told[-1]["refusal"]["position"] < 60
            and told
        )
    )
    assert len(items) > 20
    for item in items:
        assert base64.b64decode(item["data_base64"]) == lines[item["refusal"]["position"] - 1]


def test_circuit_breaker_trips_when_farm_is_stopped(start: Start) -> None:
    """Farm alone as the source, then killed: five failures in a row, `Circuit Breaker Tripped`, a rest of 60 s."""
    farm = start("farm").ready()
    running = start(
        SOURCE_URL=f"{farm.url}/api/stream/synthetic/mulesoft?chaos=true&speed=fast",
        AOS_DATA_DIR=str(farm.directory / "other"),
    ).ready()
    running.said("Processed Record [")
    farm.stop(9)
    running.said("Circuit Breaker Tripped")
    tripped = next(line for line in running.output().splitlines() if "Circuit Breaker Tripped" in line)
    assert "failures=5" in tripped
    assert "rest_s=60" in tripped
    reports = running.get("/readyz").json()["reports"]
    connector = next(report for report in reports if report["kind"] == "connector")
    assert connector["state"] == "circuit_open"
    assert connector["reason"]
    assert "probe" in connector["next_action"]
    assert running.get("/readyz").status_code == 200


def test_a_drifted_line_waits_in_quarantine_with_its_field(start: Start) -> None:
    """Without repair, a drifted line is quarantined as repair_disabled and names the field by its path."""
    running = start().ready()
    query = "chaos=true&speed=max&until=400&chaos_kinds=drift&chaos_rate=0.5"
    command = {
        "connector_id": "mule_auto_01",
        "source_type": "mulesoft_stream",
        "target_url": f"{running.url}{STREAM}?{query}",
        "policy": {"repair_enabled": False},
    }
    key = running.key()
    told = httpx.post(
        running.url + "/dcl/api/ingest/provision", json=command, headers={"x-api-key": key}, trust_env=False
    )
    assert told.status_code == 200
    running.said("Source finished")
    log = running.get(f"{STREAM}/chaos-log", limit=1000, until=400, chaos_kinds="drift", chaos_rate=0.5).json()
    hits = {hit["n"]: hit["field"] for hit in log["hits"]}
    items = until(
        lambda: (
            len(told := running.get("/dcl/api/ingest/quarantine", key, limit=1000).json()["items"]) == len(hits)
            and told
        )
    )
    for item in items:
        refusal = item["refusal"]
        assert refusal["reason"] == "repair_disabled"
        assert [fault["path"] for fault in refusal["faults"]] == [f"$.{hits[refusal['position']]}"]


def test_stream_verb_shows_the_last_entries_and_follows(start: Start) -> None:
    """`python -m aos stream` prints envelopes of a running AOS, one JSON object a line."""
    running = demo(start)
    running.said("Processed Record [")
    environment = {"AOS_DATA_DIR": str(running.directory / "data"), "AOS_PORT": str(running.port)}
    shown = subprocess.run(
        [sys.executable, "-m", "aos", "stream", "--last", "3"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    entries = [json.loads(line) for line in shown.stdout.splitlines()]
    assert len(entries) == 3
    assert all(entry["envelope"]["payload"]["invoice_id"].startswith("INV-") for entry in entries)
    follow = subprocess.Popen(
        [sys.executable, "-m", "aos", "stream", "--last", "0", "--follow"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert follow.stdout is not None
        first, second = (json.loads(follow.stdout.readline())["envelope"]["meta"]["position"] for _ in range(2))
        assert second > first
    finally:
        follow.terminate()
        follow.wait(10)
        follow.stdout.close()


def test_json_logs_have_constant_events_and_no_secret(start: Start) -> None:
    """With AOS_LOG=json each line is an object; events are constant, data stands beside, secrets are hidden."""
    port = free_port()
    running = start(
        port=str(port),
        AOS_LOG="json",
        SOURCE_URL=f"http://127.0.0.1:{port}{STREAM}?chaos=true&rate=400&chaos_kinds=malformed",
    ).ready()
    running.said('"event":"Processed Record"')
    running.said('"event":"Toxic Record Dropped"')
    running.stop()
    lines = [json.loads(line) for line in running.output().splitlines() if line.startswith("{")]
    processed = next(line for line in lines if line["event"] == "Processed Record")
    assert len(processed["trace_id"]) == 36
    assert "hunter2" not in running.output()


def test_keys_and_roles_hold_on_every_route(start: Start) -> None:
    """Routes that are not open answer 401 without a key, 403 with one that lacks the right, as problem+json."""
    running = start().ready()
    described = running.get("/openapi.json").json()
    keyed = 0
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if not operation.get("security"):
                continue
            keyed += 1
            for headers, status in (({}, 401), ({"x-api-key": "no\u00ffsuch".encode("latin-1")}, 401)):
                answer = httpx.request(method, running.url + path, headers=headers, trust_env=False)
                assert answer.status_code == status, (method, path)
                assert answer.headers["content-type"] == "application/problem+json"
    assert keyed >= 4
    assert running.get("/dcl/api/ingest/stream", running.key("service")).status_code == 403
    assert running.get("/dcl/api/ingest/stream", running.key("viewer")).status_code == 200
    assert running.get("/dcl/api/ingest/stream", running.key("viewer"), lsat=3).json()["status"] == 422


def test_routes_of_the_document_are_those_served(start: Start) -> None:
    """docs/http.md names every route of /openapi.json with its method and key, and no other."""
    described = start().ready().get("/openapi.json").json()
    served = {
        (method.upper(), path, bool(operation.get("security")))
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }
    text = (ROOT / "docs" / "http.md").read_text()
    rows = re.findall(r"^\| `([A-Z]+) (/[^`]*)` \| (\w+) \|", text, re.M)
    assert {(method, path, key != "none") for method, path, key in rows} == served
