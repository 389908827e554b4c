"""The pages in a real browser: what is promised of scripts, policies and sizes."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.acceptance.conftest import Running, until
from tests.conftest import CHROMIUM

Start = Callable[..., Running]
BUTTON = "Auto-Connect via DCL"
PATIENCE_MS = 30_000
INTENT = {
    "source_type": "github",
    "scopes_mode": "safe_readonly",
    "namespace": "autonomy",
    "risk_level": "low",
    "evidence": {"status": "Sanctioned", "source": "IdP", "ts": "2026-02-02T08:00:00Z"},
    "owner": {"user": "ann@example.com", "confidence": 0.9, "why": "admin"},
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """AOS_TEST_CHROMIUM, else one on PATH; without one the tests are skipped, in CI they fail."""
    program = CHROMIUM or shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        missing = "no Chromium (set AOS_TEST_CHROMIUM)"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield launched
        launched.close()


class Watched:
    """A page, everything that it asked for, and every complaint of the browser."""

    def __init__(self, browser: Browser, **options: Any) -> None:
        self.page: Page = browser.new_context(**options).new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._said)

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def count(self, term: str) -> int:
        """A count of the connector that the page follows."""
        shown = self.page.locator(f"[data-count={term}]").inner_text()
        return int(shown.replace(",", "").replace("–", "0"))

    def grows(self, term: str, past: int) -> None:
        """Waits from here: a condition that the page itself looks at would be an `eval`, which its policy forbids."""
        until(lambda: self.count(term) > past)


@pytest.fixture
def running(start: Start) -> Running:
    return start(AOS_AOD_HANDOFF_QUERY="chaos=true&rate=300&chaos_kinds=drift").ready()


def test_from_the_start_link_to_growing_repairs_and_out_again(running: Running, browser: Browser) -> None:
    """One link, one button: the route is found, DCL is told, records are repaired before one's eyes. No request leaves
    the origin, the browser complains of nothing, and the token of the link stands in no address."""
    link = running.said("  page ").split()[1]
    token = link.partition("#start=")[2]
    watched = Watched(browser, viewport={"width": 1280, "height": 900})
    page = watched.page
    page.goto(link)
    expect(page.get_by_role("heading", name="Triage")).to_be_visible(timeout=PATIENCE_MS)
    assert page.url == f"{running.url}/aod/triage"
    expect(page.get_by_text("DCL reads nothing yet.")).to_be_visible()
    page.get_by_role("button", name="Scan now").click()
    expect(page.locator("#outcome")).to_contain_text("Scanned 3 targets, 2 recognised.")
    expect(page.locator("#found")).to_contain_text("mule_root_message")
    page.get_by_role("button", name=BUTTON, exact=True).click()
    expect(page.locator("#outcome")).to_contain_text("Provisioning Command Sent", timeout=PATIENCE_MS)
    expect(page.locator("#outcome-title")).to_be_focused()
    watched.grows("repaired", 0)
    watched.grows("repaired", watched.count("repaired"))
    expect(page.locator("[data-state]")).to_have_text("running")
    page.reload()
    expect(page.locator("#outcome")).to_contain_text("Provisioning Command Sent")
    assert running.output().count("Received Provisioning Command") == 1
    page.goto(f"{running.url}/signin")  # one who is signed in is led on
    assert page.url == f"{running.url}/aod/triage"
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Key")).to_be_visible()
    page.goto(f"{running.url}/aod/triage")
    assert page.url.startswith(f"{running.url}/signin?next=")
    page.evaluate("link => { location.href = link }", link)  # the link that was used, put into the open page
    expect(page.get_by_role("alert")).to_contain_text("This start link was used already")
    watched.complaints.remove("Failed to load resource: the server responded with a status of 401 (Unauthorized)")
    assert not [url for url in watched.asked if not url.startswith(f"{running.url}/")]
    assert not [url for url in watched.asked if token in url.partition("#")[0]]
    assert watched.complaints == []
    page.context.close()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_viewer_on_a_phone_reads_everything_and_presses_nothing(
    running: Running, browser: Browser, colours: Any
) -> None:
    """400 pixels are enough, in light and dark; a wrong key says so; only signing out is enabled. A link from
    elsewhere, which comes without the cookie, still leads who is signed in to the page."""
    watched = Watched(browser, viewport={"width": 400, "height": 800}, color_scheme=colours)
    page = watched.page
    page.goto(f"{running.url}/aod/triage")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    page.get_by_label("Key").fill("a wrong key")
    page.get_by_role("link", name="To the content").press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.get_by_label("Key").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This key is not known")
    assert [re.sub(r".*status of (\d+).*", r"\1", text) for text in watched.complaints] == ["401"]
    watched.complaints.clear()
    page.get_by_label("Key").fill(running.key("viewer"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your key can only look")).to_be_visible()
    enabled = [each.inner_text() for each in page.get_by_role("button").all() if each.is_enabled()]
    assert enabled == ["Sign out"]
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    page.goto("about:blank")
    page.set_content(f'<a href="{running.url}/aod/triage?outcome=x">from elsewhere</a>')
    page.get_by_role("link", name="from elsewhere").click()
    page.wait_for_url(f"{running.url}/aod/triage?outcome=x")
    asked = [url.removeprefix(running.url) for url in watched.asked]
    assert asked.count("/signin?next=%2Faod%2Ftriage%3Foutcome%3Dx") == 1
    assert watched.complaints == []
    page.context.close()


def test_without_javascript_the_button_still_connects(running: Running, browser: Browser) -> None:
    """A key, a form, a page: everything but the live counts."""
    watched = Watched(browser, java_script_enabled=False)
    page = watched.page
    page.goto(f"{running.url}/")
    page.get_by_label("Key").fill(running.key())
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=BUTTON, exact=True).click()
    expect(page.locator("#outcome")).to_contain_text("Provisioning Command Sent", timeout=PATIENCE_MS)
    assert "python -m aos ledger" in (page.locator("#live noscript").text_content() or "")
    page.context.close()


@pytest.mark.parametrize("width", [400, 1280])
def test_the_connections_are_seen_and_checked_again(running: Running, browser: Browser, width: int) -> None:
    """The funnel, each connection with its reason, a button; on a phone too, nothing is asked of anybody else."""
    for number, locator in enumerate(("consent:nobody", "env:ABSENT_TOKEN")):
        body = {**INTENT, "resource_ids": [f"org-{number}"], "credential_locator": locator}
        sent = httpx.post(
            f"{running.url}/aam/connections/onboard", json=body, headers={"x-api-key": running.key()}, trust_env=False
        )
        assert sent.json()["connection"]["state"] == "AWAITING_CREDENTIALS"
    watched = Watched(browser, viewport={"width": width, "height": 900})
    page = watched.page
    page.goto(f"{running.url}/aam")
    page.get_by_label("Key").fill(running.key())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Connections", exact=True)).to_be_visible()
    assert page.url == f"{running.url}/aam"
    assert watched.count("awaiting_credentials") == 2
    expect(page.locator("#summary")).to_contain_text("Coverage 0/0 (target ≥ 0.90).")
    expect(page.get_by_text('data_source: "database"')).to_be_visible()
    expect(page.locator("#connections")).to_contain_text("consent nobody was not granted")
    page.get_by_role("button", name="Check again").click()
    page.wait_for_url(f"{running.url}/aam/onboarding")
    assert watched.count("awaiting_credentials") == 2
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("link", name="Triage").click()
    page.wait_for_url(f"{running.url}/aod/triage")
    page.get_by_role("link", name="Connections").click()
    page.wait_for_url(f"{running.url}/aam")
    assert not [url for url in watched.asked if not url.startswith(f"{running.url}/")]
    assert watched.complaints == []
    page.context.close()
