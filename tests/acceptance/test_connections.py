"""Source 004 over HTTP, against a real process: what holds without any vendor."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.acceptance.conftest import Running
from tests.acceptance.test_browser import INTENT
from tests.acceptance.test_triage_page import browser, start_link

Start = Callable[..., Running]


def post(running: Running, path: str, body: Any = None) -> httpx.Response:
    headers = {"x-api-key": running.key()}
    return httpx.post(running.url + path, json=body, headers=headers, timeout=20, trust_env=False)


def intent(resource: str, **given: Any) -> dict[str, Any]:
    return {**INTENT, "resource_ids": [resource], **given}


def test_what_came_in_stands_after_a_restart_and_the_demo_is_untouched(start: Start) -> None:
    """Funnel and history are those of before; the summary is said at the end of a run; `/` leads to triage still."""
    running = start().ready()
    port = str(running.port)
    demo = running.get("/aam/connections", running.key("viewer"), namespace="demo")
    assert len(demo.json()["connections"]) >= 5
    waits = post(running, "/aam/connections/onboard", intent("waits", credential_locator="consent:nobody"))
    assert waits.json()["connection"]["state"] == "AWAITING_CREDENTIALS"
    refused = post(running, "/aam/connections/onboard", intent("events", source_type="mongo"))
    assert (refused.status_code, refused.json()["error"]) == (409, "UNSUPPORTED")
    funnel = running.get("/aam/metrics/funnel", running.key("viewer")).json()
    assert (funnel["awaiting_credentials"], funnel["unsupported_type"], funnel["data_source"]) == (1, 1, "database")
    assert funnel["coverage"] is None
    assert running.stop() == 0
    assert [line.partition("line=")[2] for line in running.output().splitlines() if " Summary " in line] == funnel[
        "lines"
    ]
    running = start(port=port).ready()
    assert running.get("/aam/metrics/funnel", running.key()).json() == funnel
    assert running.get("/aam/connections", running.key(), namespace="demo").content == demo.content
    named = waits.json()["connection"]["connection_id"]
    assert running.get(f"/aam/connections/{named}/history", running.key()).json()["intact"] is True
    with browser(running) as reader:
        reader.post("/signin", data={"start": start_link(running)})
        assert reader.get("/").headers["location"] == "/aod/triage"
        assert "demo-crm" in reader.get("/aam?namespace=demo").text
    assert running.stop() == 0


def test_aam_alone_has_its_page_at_the_root(start: Start) -> None:
    """Signing in leads to it; there is no AOD to link to."""
    lone = start("aam").ready()
    with browser(lone) as reader:
        assert reader.post("/signin", data={"start": start_link(lone)}).headers["location"] == "/onboarding"
        page = reader.get("/onboarding").text
        assert 'action="/onboarding/heal"' in page
        assert "Triage" not in page
