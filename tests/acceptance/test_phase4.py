"""The checklist of the fourth document (the autonomous handshake), against a real process."""

import re
import socket
from collections.abc import Callable
from typing import Any

import httpx

from tests.acceptance.conftest import Running, free_port, until

Start = Callable[..., Running]
STREAM = "/farm/api/stream/synthetic/mulesoft"
PROVISION = "/api/actions/provision-connector"


def post(running: Running, path: str, body: object = None, *, role: str = "operator", **headers: str) -> httpx.Response:
    sent = {"x-api-key": running.key(role), **{name.replace("_", "-"): value for name, value in headers.items()}}
    return httpx.post(running.url + path, json=body, headers=sent, trust_env=False, timeout=60)


def connector(running: Running) -> dict[str, Any]:
    listed = running.get("/dcl/api/ingest/connectors", running.key("viewer")).json()["connectors"]
    return next(each for each in listed if each["connector_id"] == "mule_auto_01")


def ledger(running: Running) -> dict[str, Any]:
    told: dict[str, Any] = running.get("/dcl/api/ingest/ledger", running.key("viewer")).json()
    return told


def test_one_call_connects_dcl_to_the_chaos_stream_and_repairs_begin(start: Start) -> None:
    """The document's magic trick: DCL reads nothing, AOD is triggered, DCL receives the command, the sidecar picks the
    URL up, drift is detected and repaired."""
    running = start(AOS_AOD_HANDOFF_QUERY="chaos=true&rate=300&chaos_kinds=drift,malformed").ready()
    assert running.get("/dcl/api/ingest/connectors", running.key()).json()["connectors"] == []
    assert post(running, f"/aod{PROVISION}", role="viewer").status_code == 403
    told = post(running, f"/aod{PROVISION}")
    target = f"{running.url}{STREAM}?chaos=true&rate=300&chaos_kinds=drift,malformed"
    assert told.status_code == 200
    answer = told.json()
    assert (answer["status"], answer["message"]) == ("sent", "Provisioning Command Sent")
    assert answer["package"] == {
        "connector_id": "mule_auto_01",
        "source_type": "mulesoft_stream",
        "target_url": target,
        "policy": {"repair_enabled": True, "idle_timeout_s": 3},
    }
    assert answer["dcl"] == {
        "status": "provisioned",
        "connector_id": "mule_auto_01",
        "config_gen": 1,
        "previous_target": None,
    }
    found = answer["finding"]
    assert (found["platform"], found["related_asset"], found["confidence"]) == ("mulesoft", "salesforce_crm", 0.98)
    assert found["detected_url"] == running.url + STREAM
    running.said(f"Received Provisioning Command from AOD. Switching Target to {target}")
    assert re.search(r"Drift Detected for INV-\d+\. Fetching repair\.\.\.", running.said("Drift Detected for INV-"))
    running.said("Record Repaired.")
    assert connector(running)["target_url"] == target
    until(lambda: ledger(running)["total"]["repaired"] > 5 and ledger(running)["total"]["quarantined"] > 5)
    assert ledger(running)["total"]["imbalance"] == 0

    def repaired() -> list[dict[str, Any]]:
        look = running.get("/dcl/api/ingest/stream", running.key("viewer"), last=1000).json()["entries"]
        return [entry["envelope"] for entry in look if entry["envelope"]["meta"]["is_repaired"]]

    for envelope in until(repaired):
        payload = envelope["payload"]
        assert payload == running.get(f"/farm/api/source/salesforce/invoice/{payload['invoice_id']}").json()
    assert running.stop() == 0


def test_the_documents_own_command_and_package_word_for_word(start: Start) -> None:
    """With the settings as shipped the target ends in `?chaos=true`, and the package can be had as a file."""
    running = start().ready()
    assert running.get("/aod/api/scan", running.key("viewer")).status_code == 404
    nothing = running.get("/aod/api/targeting-package", running.key("viewer"))
    assert (nothing.status_code, nothing.json()["code"]) == (404, "aod.no_scan")
    assert post(running, "/aod/api/scan").status_code == 200
    package = running.get("/aod/api/targeting-package", running.key("viewer"))
    assert package.headers["content-disposition"] == 'attachment; filename="Targeting_Package.json"'
    assert package.text == (
        '{"connector_id":"mule_auto_01","source_type":"mulesoft_stream",'
        f'"target_url":"{running.url}{STREAM}?chaos=true",'
        '"policy":{"repair_enabled":true,"idle_timeout_s":3}}'
    )
    assert post(running, "/dcl/api/ingest/provision", package.json(), role="service").status_code == 200
    assert connector(running)["target_url"] == f"{running.url}{STREAM}?chaos=true"


def test_the_handshake_switches_a_live_connector_and_its_key_stands_for_one(start: Start) -> None:
    """A clean stream is left for the one that was found while lines flow. The same idempotency key again changes
    nothing, also after a restart; another body under it is refused."""
    port = free_port()
    clean = f"http://127.0.0.1:{port}{STREAM}?rate=200"
    settings = {"port": str(port), "SOURCE_URL": clean, "AOS_AOD_HANDOFF_QUERY": "chaos=true&rate=200"}
    running = start(**settings).ready()
    until(lambda: ledger(running)["total"]["received"] > 20)
    told = post(running, f"/aod{PROVISION}", idempotency_key="once")
    assert told.json()["dcl"] == {
        "status": "provisioned",
        "connector_id": "mule_auto_01",
        "config_gen": 2,
        "previous_target": clean,
    }
    until(lambda: ledger(running)["total"]["repaired"] > 0)
    scanned = running.get("/aod/api/scan", running.key()).json()
    again = post(running, f"/aod{PROVISION}", {}, idempotency_key="once")
    assert (again.status_code, again.content) == (200, told.content)
    assert again.headers["idempotency-replayed"] == "true"
    other = post(running, f"/aod{PROVISION}", {"connector_id": "other"}, idempotency_key="once")
    assert (other.status_code, other.json()["code"]) == (409, "aod.idempotency_key_reused")
    assert running.stop() == 0
    later = start(**settings).ready()
    assert post(later, f"/aod{PROVISION}", idempotency_key="once").content == told.content
    assert later.get("/aod/api/scan", later.key("viewer")).json() == scanned
    assert connector(later)["config_gen"] == 2
    assert later.output().count("Received Provisioning Command") == 0
    assert ledger(later)["total"]["imbalance"] == 0


def test_aod_alone_says_that_dcl_is_down_and_connects_it_when_it_is_up(start: Start) -> None:
    """`python -m aos aod` against a closed port: a 502 problem, not a 200; a failed attempt does not use its key up.
    Once DCL is there the same call goes through over HTTP, with the service key."""
    port, service = free_port(), "a-service-key-for-both"
    apart = {
        "AOS_SERVICE_KEY": service,
        "AOS_DCL_URL": f"http://127.0.0.1:{port}/dcl",
        "AOS_FARM_URL": f"http://127.0.0.1:{port}/farm",
    }
    lone = start("farm").ready()
    apart["AOS_DATA_DIR"] = str(lone.directory / "apart")
    down = start("aod", **{**apart, "AOS_FARM_URL": lone.url}).ready()
    key = (lone.directory / "apart" / "aod" / "keys").read_text().splitlines()[0].partition("=")[2]
    headers = {"x-api-key": key, "idempotency-key": "k"}
    refused = httpx.post(down.url + PROVISION, headers=headers, trust_env=False, timeout=60)
    assert (refused.status_code, refused.json()["code"]) == (502, "aod.dcl_down")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["retryable"] is True
    assert refused.json()["package"]["target_url"] == f"{lone.url}/api/stream/synthetic/mulesoft?chaos=true"
    assert down.stop() == 0
    whole = start(port=str(port), AOS_SERVICE_KEY=service).ready()
    up = start("aod", **apart).ready()
    told = httpx.post(up.url + PROVISION, headers=headers, trust_env=False, timeout=60)
    assert (told.status_code, told.json()["status"]) == (200, "sent")
    whole.said("Received Provisioning Command from AOD. Switching Target to ")
    assert connector(whole)["target_url"] == f"{whole.url}{STREAM}?chaos=true"
    assert service not in up.output() + whole.output()


def test_aod_alone_without_targets_says_so(start: Start) -> None:
    """Neither a Farm nor targets: an honest empty scan, and a 404 that says what to set."""
    lone = start("aod").ready()
    key = (lone.directory / "data" / "aod" / "keys").read_text().splitlines()[0].partition("=")[2]
    scan = httpx.post(f"{lone.url}/api/scan", headers={"x-api-key": key}, trust_env=False).json()
    assert (scan["found"], scan["probed"]) == ([], [])
    told = httpx.post(lone.url + PROVISION, headers={"x-api-key": key}, trust_env=False)
    assert (told.status_code, told.json()["code"]) == (404, "aod.nothing_found")
    assert "AOS_AOD_TARGETS" in told.json()["next_action"]
    assert "stream " not in lone.output()


def test_a_stop_ends_a_scan_that_waits(start: Start) -> None:
    """A target that never answers does not hold the process up: SIGTERM ends it in order."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        lone = start("aod", AOS_AOD_TARGETS=",".join(f"http://127.0.0.1:{port}/{n}" for n in range(64))).ready()
        key = (lone.directory / "data" / "aod" / "keys").read_text().splitlines()[0].partition("=")[2]
        with socket.create_connection(("127.0.0.1", lone.port)) as asker:
            head = f"POST {PROVISION} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: {key}\r\ncontent-length: 0\r\n\r\n"
            asker.sendall(head.encode())
            silent.accept()[0].close()
            assert lone.stop() == 0
        assert "Traceback" not in lone.output()


def test_a_broken_signs_file_stops_the_start(start: Start, tmp_path: Any) -> None:
    """Exit code 2 and one line with the file and the place."""
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "middleware.yaml").write_text("threshold: 2\nplatforms: []\n")
    broken = start("aod", AOS_SEEDS_DIR=str(seeds))
    assert broken.ended() == 2
    assert "middleware.yaml" in broken.output()
    assert "$.threshold" in broken.output()
