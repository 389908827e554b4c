"""The egress gate over HTTP against a real process."""

import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.acceptance.conftest import Running, free_port, until
from tests.acceptance.test_connectors import STREAM, connectors, provision

Start = Callable[..., Running]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One AOS that reads its own stream, with nothing listed."""
    port = free_port()
    running = Running(
        tmp_path_factory.mktemp("aos"), port=port, SOURCE_URL=f"http://127.0.0.1:{port}{STREAM}", AOS_LOG="json"
    )
    try:
        yield running.ready()
    finally:
        running.stop()


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1:6379/",
        "http://127.1:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f000001:{port}/",
        "http://0x7f.1:{port}/",
        "http://017700000001:{port}/",
        "http://0:{port}/",
        "http://0.0.0.0:{port}/",
        "http://[::1]:{port}/",
        "http://[::]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://224.0.0.1/",
        "http://192.0.0.8/",
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost:{port}/",
        "http://evil.com@127.0.0.1:{port}/",
        "http://ann:hunter2@127.0.0.1:{port}/",
        "http://127。0。0。1:{port}/",
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "http:///",
        "http://127.0.0.1:{port}\t/",
        "http://8.8.8.8:0/",
        "http://8.8.8.8:22/",
        "http://8.8.8.8:6379/",
        "http://127.0.0.1:{port}/#fragment",
    ],
)
def test_target_that_may_not_be_dialled_is_refused_with_the_reason(served: Running, place: str, force: bool) -> None:
    """422 that names the field and the reason, also when it is forced; the connector stays as it was; no secret is
    told to the caller or to the log."""
    before = connectors(served)[0]["target_url"]
    answer = provision(served, place.format(port=served.port), force=force)
    told = answer.json()
    assert (answer.status_code, told["code"], told["path"]) == (422, "egress.refused", "$.target_url")
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["reason"]
    assert told["reason"] in told["detail"]
    assert [each["target_url"] for each in connectors(served)] == [before]
    assert "hunter2" not in answer.text + served.output()


def test_url_of_70_kb_is_refused(served: Running) -> None:
    """Before it is looked at."""
    answer = provision(served, "http://8.8.8.8/" + "a" * 70_000)
    assert answer.status_code in (413, 422)
    assert len(connectors(served)) == 1


@pytest.mark.parametrize("field", ["repair_url", "repair_batch_url"])
def test_repair_url_that_may_not_be_dialled_is_refused(served: Running, field: str) -> None:
    """By its own name, with what would allow it."""
    url = f"http://127.0.0.1:{served.port}{STREAM}&seed=2"
    answer = provision(
        served, url, policy={"repair_enabled": True, field: "http://127.0.0.1:1/{invoice_id}?token=hunter2"}
    )
    told = answer.json()
    assert (answer.status_code, told["code"], told["path"]) == (422, "egress.refused", f"$.policy.{field}")
    assert told["allow"] == "AOS_EGRESS_ALLOW=http://127.0.0.1:1"
    assert "hunter2" not in answer.text + served.output()


def test_stored_target_that_is_refused_later_says_so_and_the_process_runs_on(start: Start) -> None:
    """The entry is taken away over a restart: that connector tells why and what to do, the other one reads on."""
    port, farm = free_port(), start("farm").ready()
    own = f"http://127.0.0.1:{port}{STREAM}"
    running = start(port=str(port), SOURCE_URL=own, AOS_EGRESS_ALLOW="127.0.0.0/8").ready()
    other = f"{farm.url}/api/stream/synthetic/mulesoft?rate=300"
    assert provision(running, other, connector_id="other").status_code == 200
    until(lambda: all((each["position"] or 0) > 5 for each in connectors(running)))
    assert running.stop() == 0
    again = start(port=str(port)).ready()

    def told() -> dict[str, Any]:
        health: dict[str, Any] = next(c["health"] for c in connectors(again) if c["connector_id"] == "other")
        return health if "source.egress" in health["reason"] else {}

    health = until(told)
    assert "127.0.0.1 is not public (loopback)" in health["reason"]
    assert "AOS_EGRESS_ALLOW" in health["next_action"]
    position = next(c["position"] for c in connectors(again) if c["connector_id"] == "mule_auto_01") or 0
    until(lambda: any((c["position"] or 0) > position + 20 for c in connectors(again) if c["connector_id"] != "other"))
    assert again.get("/readyz").status_code == 200
    assert again.stop() == 0


def test_source_url_is_dialled_without_further_settings(start: Start) -> None:
    """`SOURCE_URL=http://localhost:...` beside a Farm alone: its origin is listed by being named."""
    farm = start("farm").ready()
    running = start(SOURCE_URL=f"http://localhost:{farm.port}/api/stream/synthetic/mulesoft?speed=max&until=50").ready()
    running.said("Source finished")
    assert running.stop() == 0


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("AOS_EGRESS_ALLOW", "http://ann:hunter2@127.0.0.1", "AOS_EGRESS_ALLOW: 'http://***@127.0.0.1'"),
        ("SOURCE_URL", "http://127.1:8000/x?token=hunter2", "SOURCE_URL: the host is a number in an unusual spelling"),
    ],
)
def test_setting_that_leads_nowhere_ends_the_start(start: Start, name: str, value: str, says: str) -> None:
    """Exit code 2 and one line that names it, without what could be a password."""
    running = start(**{name: value})
    assert running.ended() == 2
    assert says in running.output()
    assert "hunter2" not in running.output()


def test_a_scan_does_not_dial_what_is_not_listed(start: Start) -> None:
    """The answer says that it was refused and why; nothing is connected to."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.setblocking(False)
        url = f"http://127.0.0.1:{other.getsockname()[1]}/"
        running = start().ready()
        headers = {"x-api-key": running.key()}
        told = httpx.post(f"{running.url}/aod/api/scan", json={"targets": [url]}, headers=headers, trust_env=False)
        assert told.json()["found"] == []
        [probed] = told.json()["probed"]
        assert (probed["outcome"], probed["url"]) == ("refused", url)
        assert f"AOS_EGRESS_ALLOW={url.rstrip('/')}" in probed["why"]
        with pytest.raises(BlockingIOError):
            other.accept()
