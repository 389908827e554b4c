"""A contract of the user's own, over HTTP against a real process."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from aos.core.settings import REPOSITORY
from scripts.serve_ndjson import stand
from tests.acceptance.conftest import Running, until

Start = Callable[..., Running]
TICKETS = REPOSITORY / "seeds/contracts/support_ticket.yaml"
EXAMPLES = REPOSITORY / "seeds/examples"


@contextmanager
def served() -> Iterator[int]:
    serving = stand(EXAMPLES / "support_tickets.ndjson", EXAMPLES / "support_tickets_true.ndjson", "ticket_id", 0)
    serving.keep_alive_s = 0.2
    thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield serving.server_port
    finally:
        serving.stop()
        thread.join()


def post(running: Running, path: str, body: object = None) -> httpx.Response:
    headers = {"x-api-key": running.key("operator")}
    return httpx.post(running.url + path, json=body, headers=headers, trust_env=False, timeout=30)


def provision(running: Running, port: int, **policy: object) -> httpx.Response:
    body = {
        "connector_id": "tickets",
        "source_type": "ndjson_stream",
        "pipe_id": "support_tickets",
        "target_url": f"http://127.0.0.1:{port}/stream",
        "policy": {"resume": {"by": "line", "param": "from"}, **policy},
    }
    return post(running, "/dcl/api/ingest/provision", body)


def connector(running: Running) -> dict[str, Any]:
    listed = running.get("/dcl/api/ingest/connectors", running.key()).json()["connectors"]
    found: dict[str, Any] = next((each for each in listed if each["connector_id"] == "tickets"), {})
    return found


def test_own_contract_and_stream_need_no_code(start: Start, tmp_path: Path) -> None:
    """The document's way: a bad contract is a 422 with its lines, put right it reads and repairs; gone at the next
    start the connector says why while AOS serves, and goes on when it is back."""
    own = tmp_path / "data" / "contracts" / "my_tickets.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(TICKETS.read_text().replace("minLength: 1, maxLength: 200", "minLenght: 1"))
    with served() as port:
        allowed = f"http://127.0.0.1:{port}"
        running = start(AOS_EGRESS_ALLOW=allowed).ready()
        refused = provision(running, port, contract="my_tickets")
        assert (refused.status_code, refused.json()["path"]) == (422, "$.policy.contract")
        assert refused.json()["problems"] == [
            {
                "path": "schema[0].properties[1].logicalTypeOptions.minLenght",
                "line": 26,
                "message": "is outside the supported subset for string; did you mean minLength?",
            }
        ]
        assert connector(running) == {}
        own.write_text(TICKETS.read_text())
        repair = {"repair_enabled": True, "repair_url": f"{allowed}/records/{{ticket_id}}"}
        assert provision(running, port, contract="my_tickets", **repair).status_code == 200
        until(lambda: ledger(running)["filed"] == 51)
        terms = ("received", "clean", "repaired", "quarantined")
        assert [ledger(running)[term] for term in terms] == [59, 45, 6, 8]
        assert running.stop() == 0
        own.unlink()
        again = start(AOS_EGRESS_ALLOW=allowed).ready()
        report = connector(again)
        assert report["health"]["state"] == "stopped"
        assert "there is no contract 'my_tickets'" in report["health"]["reason"]
        again.said("Connector can't run")
        resume = "/dcl/api/ingest/connectors/tickets/resume"
        assert post(again, resume).status_code == 422
        assert post(again, resume.replace("resume", "pause")).status_code == 409
        own.write_text(TICKETS.read_text())
        assert post(again, resume).status_code == 200
        until(lambda: connector(again)["health"]["state"] in ("running", "idle"))
        assert ledger(again)["received"] == 59
        assert ledger(again)["imbalance"] == 0
        assert again.stop() == 0


def ledger(running: Running) -> dict[str, Any]:
    told: dict[str, Any] = running.get("/dcl/api/ingest/ledger", running.key()).json()["connectors"]["tickets"]
    return told
