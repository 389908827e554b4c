"""The quarantine over HTTP and on the command line, against a real process."""

import base64
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.acceptance.conftest import ROOT, Running, free_port, until

Start = Callable[..., Running]
STREAM = "/farm/api/stream/synthetic/mulesoft"
PATH = "/dcl/api/ingest/quarantine"
DRIFT = "chaos=true&speed=max&until=300&chaos_kinds=malformed,drift&chaos_rate=0.4"


def demo(start: Start, query: str = DRIFT, **more: str) -> Running:
    """AOS on a stream of its own that is not repaired; where it was told so before, this changes nothing."""
    port = int(more.pop("port", 0)) or free_port()
    running = start(port=str(port), **more).ready()
    told = post(
        running,
        "/dcl/api/ingest/provision",
        {
            "connector_id": "mule_auto_01",
            "source_type": "mulesoft_stream",
            "target_url": f"http://127.0.0.1:{port}{STREAM}?{query}",
            "policy": {"repair_enabled": False},
        },
    )
    assert told.status_code == 200, told.text
    return running


def post(running: Running, path: str, body: object = None, role: str = "operator") -> httpx.Response:
    headers = {"x-api-key": running.key(role)}
    given: dict[str, Any] = {} if body is None else {"json": body}
    return httpx.post(running.url + path, headers=headers, timeout=30, trust_env=False, **given)


def held(running: Running, **query: object) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = running.get(PATH, running.key("viewer"), limit=1000, **query).json()["items"]
    return items


def ledger(running: Running) -> dict[str, int]:
    total: dict[str, int] = running.get("/dcl/api/ingest/ledger", running.key("viewer")).json()["total"]
    return total


def all_held(running: Running, count: int) -> list[dict[str, Any]]:
    """The refused lines, once all of the source's are there."""
    until(lambda: ledger(running)["received"] == count and len(held(running)) == ledger(running)["quarantined"])
    return held(running)


def connector(running: Running) -> dict[str, Any]:
    found: dict[str, Any] = running.get("/dcl/api/ingest/connectors", running.key("viewer")).json()["connectors"][0]
    return found


def command(running: Running, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    settings = {"AOS_DATA_DIR": str(running.directory / "data"), "AOS_PORT": str(running.port), **environment}
    return subprocess.run(
        [sys.executable, "-m", "aos", "quarantine", *arguments], cwd=ROOT, env=settings, capture_output=True, timeout=60
    )


def test_lines_are_replayed_once_the_contract_is_put_right(start: Start, tmp_path: Path) -> None:
    """What a contract refused goes out when it no longer does, is filed at its place, and stays out over a kill."""
    seeds = tmp_path / "seeds"
    shutil.copytree(ROOT / "seeds", seeds)
    running = demo(start, AOS_SEEDS_DIR=str(seeds))
    items = all_held(running, 300)
    drifted = [item for item in items if item["refusal"]["reason"] == "repair_disabled"]
    assert 0 < len(drifted) < len(items)
    told = post(running, PATH + "/replay", {}).json()
    assert (told["replayed"], told["still_refused"], told["remaining"]) == (0, len(items), 0)
    assert {item["refusal"]["replays"] for item in held(running)} == {1}

    contract = seeds / "contracts" / "invoice.yaml"
    head, key, rest = contract.read_text().partition("required: true")  # the first is the id's, which must stay
    contract.write_text(head + key + rest.replace("required: true", "required: false"))
    told = post(running, PATH + "/replay", {"reason": "repair_disabled"}).json()
    assert told == {
        "replayed": len(drifted),
        "repaired": 0,
        "still_refused": 0,
        "skipped": [],
        "skipped_count": 0,
        "remaining": 0,
    }
    until(lambda: ledger(running)["filed"] == 300 - len(items) + len(drifted))
    assert {item["id"] for item in held(running, status="replayed")} == {item["id"] for item in drifted}
    assert post(running, PATH + "/replay", {"ids": [drifted[0]["id"]]}).json()["skipped"] == [
        {"id": drifted[0]["id"], "why": "it is replayed"}
    ]
    running.stop(signal.SIGKILL)

    running = demo(start, AOS_SEEDS_DIR=str(seeds), port=str(running.port))
    total = ledger(running)
    assert (total["quarantined"], total["imbalance"]) == (len(items) - len(drifted), 0)
    assert len(held(running)) == len(items) - len(drifted)
    entries = running.get("/dcl/api/ingest/stream", running.key(), last=1000).json()["entries"]
    traces = [entry["envelope"]["meta"]["trace_id"] for entry in entries]
    assert len(traces) == len(set(traces)) == total["published"]
    assert {item["refusal"]["trace_id"] for item in drifted} <= set(traces)


def test_discarding_needs_a_selection_a_reason_and_an_operator(start: Start) -> None:
    """Nothing is given up by accident; what is stays on record with why, when and by whom."""
    running = demo(start)
    items = all_held(running, 300)
    first = items[0]["id"]
    for body in ({}, {"why": "x"}, {"ids": [first]}, {"ids": [], "why": "x"}, {"ids": [first], "why": " "}):
        refused = post(running, PATH + "/discard", body)
        assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    for verb, body in (("discard", {"ids": [first], "why": "x"}), ("replay", {})):
        assert post(running, f"{PATH}/{verb}", body, "viewer").status_code == 403
    assert ledger(running)["quarantined"] == len(items)

    told = post(running, PATH + "/discard", {"ids": [first, 7], "why": "a test"}).json()
    assert (told["discarded"], told["skipped"]) == (1, [{"id": 7, "why": "there is no such line"}])
    shown = running.get(f"{PATH}/{first}", running.key("viewer")).json()
    assert (shown["status"], shown["why"], shown["settled_by"]) == ("discarded", "a test", "operator")
    assert shown["settled_at"] >= shown["refusal"]["first_seen"]
    assert base64.b64decode(shown["data_base64"]) == base64.b64decode(items[0]["data_base64"])
    assert post(running, PATH + "/discard", {"reason": "malformed", "why": "noise"}).json()["remaining"] == 0
    assert {item["refusal"]["reason"] for item in held(running)} == {"repair_disabled"}
    assert post(running, PATH + "/discard", {"all": True, "why": "the rest"}).status_code == 200
    total = ledger(running)
    assert (total["quarantined"], total["discarded"], total["imbalance"]) == (0, len(items), 0)
    for path in (f"{PATH}/7", f"{PATH}/{2**63}", f"{PATH}/{'9' * 400}", f"{PATH}/x", f"{PATH}/-1"):
        answer = running.get(path, running.key("viewer"))
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    for query in ({"status": "lost"}, {"limit": 0}, {"limit": 1001}, {"cursor": -1}, {"cursor": 2**64}):
        assert running.get(PATH, running.key("viewer"), **query).status_code == 422


def test_the_command_line_lists_shows_replays_and_discards(start: Start) -> None:
    """Readable and as JSON; exact bytes on request; exit codes as documented, a refusal is one line."""
    running = demo(start)
    items = all_held(running, 300)
    listed = command(running, "list", "--limit", "5", "--reason", "malformed")
    assert listed.returncode == 0
    malformed = [item for item in items if item["refusal"]["reason"] == "malformed"]
    rows = listed.stdout.decode().splitlines()
    assert rows[0].split()[:3] == ["id", "seen", "connector"]
    assert [int(row.split()[0]) for row in rows[1:]] == [item["id"] for item in malformed[:5]]
    assert listed.stderr.decode().startswith("more: --cursor ")
    as_json = command(running, "list", "--json", "--limit", "1000").stdout.decode().splitlines()
    assert [json.loads(line) for line in as_json] == items

    one = malformed[0]
    shown = command(running, "show", str(one["id"])).stdout.decode()
    assert f"position     {one['refusal']['position']}" in shown
    assert one["refusal"]["trace_id"] in shown
    raw = command(running, "show", "--raw", str(one["id"]))
    assert raw.stdout == base64.b64decode(one["data_base64"])

    again = command(running, "replay", str(one["id"]))
    assert (again.returncode, again.stdout) == (0, b"replayed 0, refused again 1\n")
    gone = command(running, "discard", str(one["id"]), "5", "--why", "noise")
    assert (gone.returncode, gone.stdout) == (0, b"discarded 1\n  skipped 5: there is no such line\n")
    told = json.loads(command(running, "discard", "--json", "--reason", "malformed", "--why", "noise").stdout)
    assert told["discarded"] == len(malformed) - 1
    assert command(running, "list", "--reason", "malformed").stdout == b"Nothing there.\n"

    refused = command(running, "list", "--limit", "0")
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert b"--limit" in refused.stderr.splitlines()[-1]
    for arguments, code in ((("show", "7"), 1), (("discard", "--why", "x"), 2)):
        refused = command(running, *arguments)
        assert (refused.returncode, refused.stdout) == (code, b"")
        assert len(refused.stderr.splitlines()) == 1
        assert refused.stderr.startswith(b"aos: ")
    away = command(running, "list", AOS_PORT=str(free_port()))
    assert away.returncode == 3
    assert len(away.stderr.splitlines()) == 1


def test_a_paused_connector_stays_so_over_a_kill_until_it_is_resumed(start: Start) -> None:
    """Pause and resume over HTTP; health says why and what to do; unknown connectors are 404."""
    running = demo(start, "rate=400")
    path = "/dcl/api/ingest/connectors/mule_auto_01"
    until(lambda: (connector(running)["position"] or 0) > 50)
    assert post(running, path + "/pause", role="viewer").status_code == 403
    assert post(running, path + "/pause", {"reason": "x"}).status_code == 422
    told = post(running, path + "/pause", {"why": "migration"}).json()
    assert (told["paused"]["by"], told["paused"]["why"]) == ("operator", "migration")
    assert post(running, path + "/pause").json()["paused"] == told["paused"]
    until(lambda: connector(running)["health"]["state"] == "paused")
    running.said("Connector paused")
    running.stop(signal.SIGKILL)

    running = demo(start, "rate=400", port=str(running.port))
    until(lambda: connector(running)["health"]["state"] == "paused")
    report = next(each for each in running.get("/readyz").json()["reports"] if each["kind"] == "connector")
    assert (report["state"], report["reason"]) == ("paused", "migration")
    assert report["next_action"] == f"POST {path}/resume"
    received = ledger(running)["received"]
    assert post(running, path + "/resume").status_code == 200
    assert post(running, path + "/resume").status_code == 200
    until(lambda: ledger(running)["received"] > received)
    for verb in ("pause", "resume"):
        answer = post(running, f"/dcl/api/ingest/connectors/nobody/{verb}")
        assert (answer.status_code, answer.json()["code"]) == (404, "resource.not_found")


def test_a_full_quarantine_pauses_until_there_is_room(start: Start) -> None:
    """At AOS_QUARANTINE_MAX reading stops and says so; when lines have left it goes on by itself, nothing is lost."""
    query = "chaos=true&rate=1000&until=3000&chaos_kinds=malformed&chaos_rate=0.2"
    running = demo(start, query, AOS_QUARANTINE_MAX="60")
    until(lambda: connector(running)["health"]["state"] == "paused")
    assert "AOS_QUARANTINE_MAX" in connector(running)["health"]["reason"]
    assert connector(running)["paused"]["by"] == "quarantine_full"
    position = connector(running)["position"]
    assert position < 3000

    def discarded() -> bool:
        post(running, PATH + "/discard", {"all": True, "why": "room"})
        return bool(connector(running)["position"] == 3000)

    until(discarded)
    total = ledger(running)
    assert (total["received"], total["imbalance"]) == (3000, 0)
