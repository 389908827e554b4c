"""The intents of a discovery go to AAM in one batch."""

from collections.abc import Callable
from typing import Any

from aos.aod import module as aod
from aos.contracts.onboarding import BatchReport, BatchRequest
from aos.core.errors import InvalidInput
from aos.core.http import Access, Call, Endpoint
from aos.core.module import Core
from tests.integration.aam.played import FUNNEL, Played

RUN, ONBOARD = "/aod/api/discovery/run", "/aod/api/discovery/onboard"
ROW = {
    "source": "CMDB",
    "vendor": "GitHub, Inc.",
    "resource": "acme",
    "resource_ids": ["acme"],
    "ts": "2026-02-02",
    "status": "Sanctioned",
    "owner": "ann@example.com",
    "credential_locator": "env:PLAYED_TOKEN",
}


async def mount(core: Core) -> dict[str, list[Endpoint]]:
    return {"aod": list((await aod.build(core)).endpoints)}


async def test_the_intents_of_the_last_discovery_become_connections(
    serve: Callable[..., Any], monkeypatch: Any
) -> None:
    """What AOD counts as onboarded stands in AAM's funnel; again, nobody is asked twice."""
    monkeypatch.setenv("PLAYED_TOKEN", "played")
    played = Played()

    async def both(core: Core) -> dict[str, list[Endpoint]]:
        return {**await mount(core), **await played.mount(core)}

    rows = [
        ROW,
        {**ROW, "resource": "waits", "resource_ids": ["waits"], "credential_locator": "consent:none"},
        {**ROW, "vendor": "mongo"},
    ]
    async with serve(both) as place:
        assert (await place.client.post(ONBOARD)).json()["code"] == "aod.no_discovery"
        assert len((await place.client.post(RUN, json={"inventory": rows})).json()["intents"]) == 3
        report = (await place.client.post(ONBOARD)).json()
        assert (report["received"], report["onboarded"]) == (3, 2)
        assert [each["code"] for each in report["refused"]] == ["onboarding.unsupported"]
        assert (await place.client.get(FUNNEL)).json() == report["funnel"]
        assert (report["funnel"]["active"], report["funnel"]["awaiting_credentials"]) == (1, 1)
        asked = len(played.calls)
        assert (await place.client.post(ONBOARD)).json()["funnel"] == report["funnel"]
        assert len(played.calls) == asked


async def test_nothing_to_onboard_is_a_conflict(serve: Callable[..., Any]) -> None:
    """Not an empty success; without AAM it is a 502."""
    async with serve(mount) as place:
        await place.client.post(RUN, json={"inventory": []})
        assert (await place.client.post(ONBOARD)).json()["code"] == "aod.intents"
        await place.client.post(RUN, json={"inventory": [ROW]})
        answered = await place.client.post(ONBOARD)
        assert (answered.status_code, answered.json()["code"]) == (502, "aod.aam_down")


async def test_what_aam_refuses_is_told(serve: Callable[..., Any]) -> None:
    """As a 409, with its own problem."""

    async def refuse(_: Call) -> BatchReport:
        raise InvalidInput("no", path="$.intents[0]")

    async def both(core: Core) -> dict[str, list[Endpoint]]:
        route = Endpoint(
            method="POST",
            path="/connections/onboard/batch",
            handler=refuse,
            access=Access.SERVICE,
            summary="",
            body=BatchRequest,
        )
        return {**await mount(core), "aam": [route]}

    async with serve(both) as place:
        await place.client.post(RUN, json={"inventory": [ROW]})
        told = (await place.client.post(ONBOARD)).json()
        assert (told["code"], told["aam"]["path"]) == ("aod.aam_refused", "$.intents[0]")
