"""The triage page as a browser without JavaScript has it: pages, forms, and 303 between them."""

import html
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aos.aod.triage import MOST_OUTCOMES
from aos.core.errors import Conflict, Unavailable
from aos.core.http import Access
from tests.integration.aod.conftest import Dcl, stream
from tests.integration.aod.test_scanner import MULE_HEAD, answering, saying
from tests.integration.served import KEYS, Place

TRIAGE = "/aod/triage"
VIEWER = {"x-api-key": KEYS[Access.VIEWER]}
BUTTON = "Auto-Connect via DCL"


async def page(place: Place, path: str = TRIAGE, **headers: str) -> str:
    """What is to be read there."""
    answer = await place.client.get(path, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return answer.text


async def press(place: Place, button: str, **fields: str) -> str:
    """Post a button's form as a browser does; the page that comes behind it."""
    answer = await place.client.post(f"{TRIAGE}/{button}", data=fields)
    assert answer.status_code == 303, answer.text
    assert re.fullmatch(r"/aod/triage\?outcome=[\w-]+", answer.headers["location"])
    return await page(place, answer.headers["location"])


async def scan(place: Place) -> str:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await place.client.post(f"{TRIAGE}/scan", headers=headers)
    assert answer.status_code == 303
    return await page(place, answer.headers["location"])


def words(text: str) -> str:
    """The text of a page without its markup."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", text)))


async def test_before_the_first_scan_the_button_is_there(place: Place, dcl: Dcl) -> None:
    """It scans and connects the best in one press; looking alone sends nothing."""
    before = await page(place)
    assert "Nothing was scanned yet" in before
    assert re.search(rf'<form method="post" action="/aod/triage/connect".*?>{BUTTON}</button>', before, re.S)
    assert dcl.received == []
    after = words(await press(place, "connect", connector_id="mule_auto_01", asset_key=""))
    assert "Provisioning Command Sent" in after
    assert len(dcl.received) == 1


async def test_a_scan_shows_findings_with_their_evidence(place: Place, farm: Any, dcl: Dcl) -> None:
    """Platform, address, confidence, the system behind, each sign; what can't be handed over has no button and says
    why; what was not recognised shows how far it is from anything known."""
    told = await scan(place)
    shown = words(told)
    assert "Scanned 3 targets, 2 recognised." in shown
    for expected in ("mulesoft", "0.98", "salesforce_crm", stream(farm), "mule_server", "Mule EE Core", "+0.35"):
        assert expected in shown
    assert "DCL has no way to read workato" in shown
    assert told.count(BUTTON) == 1
    assert re.search(r"/api/feeds/b21c\s+unknown\s+nearest is mulesoft at 0.15, 0.6 is needed", shown)
    assert "no x-mule_encoding no –" in shown
    assert dcl.received == []


async def test_targets_that_are_refused_or_silent_say_why(serve: Callable[..., Any], dcl: Dcl) -> None:
    """Each with its reason; nothing found is said as such, and the button stays."""
    targets = ["http://127.0.0.1:1/closed", "http://192.0.2.1/closed"]
    async with serve(dcl.mount, aod_targets=targets[0]) as place:
        assert (await place.client.post("/aod/api/scan", json={"targets": targets})).status_code == 200
        shown = words(await page(place))
        assert re.search(r"http://127\.0\.0\.1:1/closed unreachable Connect", shown)
        assert re.search(r"http://192\.0\.2\.1/closed refused .*not public", shown)
        assert "No middleware was recognised" in shown
        failed = words(await press(place, "connect", asset_key=""))
        assert "no route was found, and DCL was not called" in failed
        assert "What helps: POST /api/scan, or set AOS_AOD_TARGETS" in failed
        assert BUTTON in failed


async def test_the_handshake_shows_the_calls_and_a_reload_sends_nothing(place: Place, dcl: Dcl, farm: Any) -> None:
    """What was probed, the package as it was sent, DCL's answer with its config_gen and the target before."""
    await scan(place)
    [asset] = re.findall(r'name="asset_key" value="(mulesoft-[0-9a-f]{16})"', await page(place))
    told = words(await press(place, "connect", connector_id="other", asset_key=asset))
    assert "Provisioning Command Sent" in told
    assert f'"target_url": "{stream(farm)}?chaos=true"' in told
    assert "Status provisioned Connector other Configuration number 1 Target before none: the connector is new" in told
    assert [package.connector_id for package in dcl.received] == ["other"]
    assert "Provisioning Command Sent" in await page(place)
    assert len(dcl.received) == 1


async def test_a_refusal_of_dcl_is_shown_as_it_is(place: Place, dcl: Dcl) -> None:
    """Its own detail and code, what would help, and never a success."""
    dcl.fails = Conflict("The target did not answer its probe", error="TARGET_UNREACHABLE", next_action="Start it")
    told = words(await press(place, "connect", asset_key=""))
    assert "aod.dcl_refused" in told
    assert "The target did not answer its probe TARGET_UNREACHABLE" in told
    assert "What helps: Start it" in told
    dcl.fails = Conflict("not allowed", allow="AOS_EGRESS_ALLOW=http://10.0.0.1:9")
    assert "What helps: Start AOS with AOS_EGRESS_ALLOW=http://10.0.0.1:9" in words(
        await press(place, "connect", asset_key="")
    )
    dcl.fails = Unavailable("later")
    told = words(await press(place, "connect", asset_key=""))
    assert "aod.dcl_down" in told
    assert "What helps: Try again in a moment." in told
    gone = words(await press(place, "connect", asset_key="mulesoft-0000000000000000"))
    assert "aod.unknown_asset" in gone
    assert "Provisioning Command Sent" not in gone


async def test_a_viewer_sees_all_and_can_press_nothing(place: Place, dcl: Dcl) -> None:
    """Every button and field of what changes something is disabled, and posting by hand is a 403."""
    await scan(place)
    shown = await page(place, **VIEWER)
    assert "mule_server" in shown
    assert "Your key can only look" in shown
    buttons = re.findall(r"<button[^>]*>(?:Scan now|Auto-Connect via DCL)</button>", shown)
    assert len(buttons) == 2
    assert all(" disabled" in button for button in buttons)
    assert " disabled" in next(iter(re.findall(r'<input id="connector-[^>]*>', shown, re.S)))
    for button in ("scan", "connect"):
        answer = await place.client.post(f"{TRIAGE}/{button}", data={"connector_id": "x"}, headers=VIEWER)
        assert (answer.status_code, answer.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert dcl.received == []


@pytest.mark.parametrize("field", ["connector_id=a%20b", "connector_id=" + "a" * 65, "asset_key=" + "a" * 129, "x=1"])
async def test_a_form_with_a_fault_sends_nothing(place: Place, dcl: Dcl, field: str) -> None:
    """A page that names the field."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await place.client.post(f"{TRIAGE}/connect", content=field, headers=headers)
    assert answer.status_code == 422
    assert f"form.{field.partition('=')[0]}" in answer.text
    assert dcl.received == []


async def test_what_a_probed_server_answers_is_text_on_the_page(serve: Callable[..., Any], dcl: Dcl) -> None:
    """Markup in headers and records, of a finding and of an unknown, is escaped wherever it stands."""
    evil = b"<script>alert(1)</script><img src=x onerror=alert(2)>\"'"
    record = b'{"invoice_id":1,"<script>alert(3)</script>":1}\n' * 3
    length = b"content-length: %d\r\n\r\n" % len(record)
    unknown = b"HTTP/1.1 200 OK\r\nserver: %b\r\ncontent-type: <b>x</b>\r\n" % evil
    found = MULE_HEAD.replace(b"UTF-8", evil)
    async with (
        answering(saying(unknown + length + record)) as one,
        answering(saying(found + length + record)) as two,
        serve(dcl.mount, aod_targets=f"{one},{two}") as place,
    ):
        told = await scan(place)
    assert told.count("&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;&#34;&#39;") == 2
    assert "&lt;script&gt;alert(3)" in told
    assert "<script>alert" not in told
    assert not re.search(r"<(img src=x|b>)", told)
    assert re.findall(r"<script[^>]*>", told) == [f'<script src="{place.core.pages.static("triage.js")}" defer>']


async def test_where_dcl_is_here_its_state_is_followed(place: Place) -> None:
    """By a path of this origin, whatever name the reader knows the machine by."""
    assert 'data-dcl="/dcl"' in await page(place)


async def test_where_dcl_is_elsewhere_the_page_says_where(serve: Callable[..., Any]) -> None:
    """It asks no other origin: the live part is left out, and where to look stands there."""

    async def alone(core: Any) -> Any:
        return {"aod": (await Dcl().mount(core))["aod"]}

    async with serve(alone, dcl_url="http://127.0.0.1:1/dcl") as place:
        shown = await page(place)
        assert "data-dcl" not in shown
        assert "http://127.0.0.1:1/dcl/api/ingest/ledger" in shown
        down = words(await press(place, "connect", asset_key=""))
        assert "aod.nothing_found" in down
    async with serve(alone) as place:
        assert "AOS_DCL_URL" in await page(place)


async def test_outcomes_take_bounded_memory(place: Place) -> None:
    """One that was pushed out, or never was, shows the newest."""
    locations = []
    for _ in range(MOST_OUTCOMES + 1):
        answer: httpx.Response = await place.client.post(f"{TRIAGE}/connect", data={"asset_key": "none"})
        locations.append(answer.headers["location"])
    await scan(place)
    assert "aod.unknown_asset" in await page(place, locations[2])
    for gone in (locations[0], locations[1], f"{TRIAGE}?outcome=none"):
        assert "aod.unknown_asset" not in await page(place, gone)
