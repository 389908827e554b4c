"""The triage page of a real process, as any HTTP client has it."""

import re
from collections.abc import Callable

import httpx

from tests.acceptance.conftest import Running, until

Start = Callable[..., Running]
BUTTON = "Auto-Connect via DCL"


def browser(running: Running) -> httpx.Client:
    """Keeps cookies and says where its forms come from."""
    return httpx.Client(base_url=running.url, headers={"origin": running.url}, trust_env=False, timeout=60)


def start_link(running: Running) -> str:
    """The token of the link that the console showed."""
    return running.said("  page ").partition("#start=")[2].split()[0]


def test_one_button_connects_dcl_after_signing_in_with_the_start_link(start: Start) -> None:
    """The link opens once; the form does the handshake; the session reads DCL's counts; signing out ends it."""
    running = start(AOS_AOD_HANDOFF_QUERY="chaos=true&rate=300&chaos_kinds=drift").ready()
    token = start_link(running)
    with browser(running) as reader:
        sent = reader.get("/aod/triage")
        assert (sent.status_code, sent.headers["location"]) == (303, "/signin?next=%2Faod%2Ftriage")
        assert reader.get("/aod/api/scan").status_code == 401
        signed = reader.post("/signin", data={"start": token, "next": "/aod/triage"})
        assert (signed.status_code, signed.headers["location"]) == (303, "/aod/triage")
        assert BUTTON in reader.get("/aod/triage").text
        connected = reader.post("/aod/triage/connect", data={"asset_key": ""}, follow_redirects=True)
        assert "Provisioning Command Sent" in connected.text
        until(lambda: reader.get("/dcl/api/ingest/ledger").json()["total"]["repaired"] > 5)
        foreign = reader.post("/aod/api/scan", headers={"origin": "http://127.0.0.1:1"})
        assert (foreign.status_code, foreign.json()["code"]) == (403, "auth.cross_origin")
        assert reader.post("/aod/api/scan").status_code == 200
        assert reader.post("/signout").headers["location"] == "/signin"
        assert reader.get("/dcl/api/ingest/ledger").status_code == 401
        assert reader.post("/signin", data={"start": token}).status_code == 401
    assert running.output().count(token) == 1
    assert running.stop() == 0


def test_a_session_outlives_a_restart_and_not_its_key(start: Start) -> None:
    """Two sessions, two keys; the next start has another operator key, and the viewer goes on."""
    running = start().ready()
    port = str(running.port)
    with browser(running) as operator, browser(running) as viewer:
        operator.post("/signin", data={"start": start_link(running)})
        viewer.post("/signin", data={"key": running.key("viewer")})
        assert [each.get("/aod/triage").status_code for each in (operator, viewer)] == [200, 200]
        assert running.stop() == 0
        running = start(port=port, AOS_OPERATOR_KEY="another-operator-key").ready()
        assert [each.get("/aod/triage").status_code for each in (operator, viewer)] == [303, 200]
        assert running.stop() == 0


def test_aod_alone_has_its_page_and_farm_alone_has_none(start: Start) -> None:
    """At the root of AOD, sign-in too; where there is no page, nobody signs in."""
    farm = start("farm").ready()
    assert "  page " not in farm.output()
    assert farm.get("/signin").status_code == 404
    alone = {"AOS_FARM_URL": farm.url, "AOS_DATA_DIR": str(farm.directory / "apart")}
    lone = start("aod", AOS_DCL_URL="http://127.0.0.1:1/dcl", **alone).ready()
    with browser(lone) as reader:
        assert reader.get("/").headers["location"] == "/triage"
        assert reader.post("/signin", data={"start": start_link(lone)}).headers["location"] == "/triage"
        scanned = reader.post("/triage/scan", data={}, headers={"content-type": "application/x-www-form-urlencoded"})
        assert scanned.headers["location"].startswith("/triage?outcome=")
        page = reader.get(scanned.headers["location"]).text
        assert 'action="/triage/connect"' in page
        assert "Scanned 3 targets, 2 recognised." in page
        assert "http://127.0.0.1:1/dcl/api/ingest/connectors" in page
        failed = reader.post("/triage/connect", data={"asset_key": ""}, follow_redirects=True).text
        assert "aod.dcl_down" in failed
        assert "Provisioning Command Sent" not in failed


def test_the_start_link_is_not_printed_where_lines_are_collected(start: Start) -> None:
    """With AOS_LOG=json the address alone, so that no collector gets a way in."""
    running = start("aod", AOS_LOG="json").ready()
    assert running.said("  page ").split() == ["page", f"{running.url}/signin"]
    assert not re.search("start=", running.output())
