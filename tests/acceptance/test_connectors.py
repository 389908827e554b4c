"""Connectors over HTTP against a real process."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.acceptance.conftest import Running, free_port, until

Start = Callable[..., Running]
STREAM = "/farm/api/stream/synthetic/mulesoft?rate=300"
PROVISION = "/dcl/api/ingest/provision"


def provision(running: Running, url: str, *, role: str = "service", **more: object) -> httpx.Response:
    body = {"connector_id": "mule_auto_01", "source_type": "mulesoft_stream", "target_url": url, **more}
    return httpx.post(
        running.url + PROVISION, json=body, headers={"x-api-key": running.key(role)}, trust_env=False, timeout=30
    )


def connectors(running: Running) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = running.get("/dcl/api/ingest/connectors", running.key("viewer")).json()["connectors"]
    return listed


def test_provisioning_switches_the_target_live_and_survives_a_restart(start: Start) -> None:
    """The documents' command: the log line word for word, the switch, a dead target refused with 409, the same command
    again without effect, and the new target still in charge after a restart."""
    port = free_port()
    source = f"http://127.0.0.1:{port}{STREAM}"
    running = start(port=str(port), SOURCE_URL=source, AOS_EGRESS_ALLOW="http://127.0.0.1:1").ready()
    running.said("Processed Record [")
    second = f"http://127.0.0.1:{port}{STREAM}&seed=2"
    assert provision(running, second, role="viewer").status_code == 403
    told = provision(running, second, policy={"repair_enabled": False}).json()
    assert told == {
        "status": "provisioned",
        "connector_id": "mule_auto_01",
        "config_gen": 2,
        "previous_target": f"http://127.0.0.1:{port}{STREAM}",
    }
    running.said(f"Received Provisioning Command from AOD. Switching Target to {second}")
    assert provision(running, second, policy={"repair_enabled": False}).json()["config_gen"] == 2
    refused = provision(running, "http://127.0.0.1:1/gone")
    assert (refused.status_code, refused.json()["error"]) == (409, "TARGET_UNREACHABLE")
    assert refused.headers["content-type"] == "application/problem+json"
    assert connectors(running)[0]["target_url"] == second
    until(lambda: (connectors(running)[0]["position"] or 0) > 50)
    running.stop(9)
    again = start(port=str(port)).ready()
    report = connectors(again)[0]
    assert (report["target_url"], report["config_gen"]) == (second, 2)
    reading = again.said("Reading url=")
    assert "position=start" not in reading
    assert again.get("/dcl/api/ingest/ledger", again.key()).json()["total"]["imbalance"] == 0


def test_connectors_come_and_go(start: Start) -> None:
    """A second connector runs beside the first; deleted it is gone, and its ledger stays."""
    port = free_port()
    running = start(port=str(port), SOURCE_URL=f"http://127.0.0.1:{port}{STREAM}").ready()
    assert provision(running, f"http://127.0.0.1:{port}{STREAM}&seed=9", connector_id="second").status_code == 200
    until(lambda: all((each["position"] or 0) > 20 for each in connectors(running)) and len(connectors(running)) == 2)
    path = f"{running.url}/dcl/api/ingest/connectors/second"
    gone = httpx.delete(path, headers={"x-api-key": running.key()}, trust_env=False)
    assert [each["connector_id"] for each in gone.json()["connectors"]] == ["mule_auto_01"]
    assert httpx.delete(path, headers={"x-api-key": running.key()}, trust_env=False).status_code == 404
    assert "second" in running.get("/dcl/api/ingest/ledger", running.key()).json()["connectors"]
    bad = provision(running, "http://127.0.0.1:1/", connector_id="a/b")
    assert (bad.status_code, bad.json()["path"]) == (422, "$.connector_id")
    assert running.stop() == 0
