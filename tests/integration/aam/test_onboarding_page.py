"""The page of connections, as it is sent."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aos.aam.onboarding.failure import Kind
from aos.core.http import Access
from tests.integration.aam.played import ONBOARD, Played, fails, intent
from tests.integration.served import KEYS, Place


async def test_the_page_shows_the_funnel_and_every_connection(onboarding: Place, played: Played) -> None:
    """Counts, the three lines, state with reason and what to do; what others wrote is put in as text."""
    played.plan("<b>dark</b>", open=fails(Kind.NETWORK, "<script>alert(1)</script>"))
    for resource in ("acme", "<b>dark</b>"):
        await onboarding.client.post(ONBOARD, json=intent(resource))
    page = await onboarding.client.get("/aam")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "data_source: &#34;database&#34;" in page.text or 'data_source: "database"' in page.text
    assert '<dd data-count="eligible">2</dd>' in page.text
    assert '<dd data-count="active">1</dd>' in page.text
    assert "Eligible: 2 | Reachable: 1 | Active: 1 → Coverage 1/2 (target ≥ 0.90)." in page.text
    assert "below the target" in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>alert" not in page.text
    assert "<b>dark" not in page.text
    assert "do what the test says" in page.text
    assert (await onboarding.client.get("/aam/onboarding")).text == page.text


async def test_the_button_heals_and_leads_back(onboarding: Place, played: Played) -> None:
    """By an operator alone; a viewer's button is off and the form a 403."""
    played.plan("acme", open=fails(Kind.NETWORK))
    await onboarding.client.post(ONBOARD, json=intent())
    played.plans.clear()
    form = {"content-type": "application/x-www-form-urlencoded"}
    async with httpx.AsyncClient(base_url=onboarding.url, headers={"x-api-key": KEYS[Access.VIEWER]}) as viewer:
        assert "disabled" in (await viewer.get("/aam")).text
        assert (await viewer.post("/aam/onboarding/heal", headers=form)).status_code == 403
    healed = await onboarding.client.post("/aam/onboarding/heal", headers=form)
    assert (healed.status_code, healed.headers["location"]) == (303, "/aam/onboarding")
    assert "target met" in (await onboarding.client.get("/aam")).text


async def test_the_page_says_sandbox_where_it_was_one(
    serve: Callable[..., Any], played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the top and at each connection; the demo is another namespace."""
    monkeypatch.setenv("PLAYED_TOKEN", "x")
    async with serve(played.mount, aam_endpoints="sandbox") as place:
        assert "No intent came in yet" in (await place.client.get("/aam")).text
        await place.client.post(ONBOARD, json=intent())
        assert '<span class="pill">sandbox</span>' in (await place.client.get("/aam")).text
        demo = (await place.client.get("/aam", params={"namespace": "demo"})).text
        assert "demo-crm" in demo
        assert "acme" not in demo
        assert (await place.client.get("/aam", params={"colour": "red"})).status_code == 422


async def test_many_connections_are_on_several_pages(onboarding: Place) -> None:
    """Two hundred a page, and a link to the rest."""
    intents = [intent(f"org-{number}", credential_locator=None) for number in range(201)]
    await onboarding.client.post("/aam/connections/onboard/batch", json={"intents": intents})
    first = (await onboarding.client.get("/aam")).text
    cursor = first.partition("cursor=")[2].partition('"')[0]
    second = (await onboarding.client.get("/aam", params={"cursor": cursor})).text
    assert (first.count('<tr id="conn-'), second.count('<tr id="conn-')) == (200, 1)
    assert "cursor=" not in second
