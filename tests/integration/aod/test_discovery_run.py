"""Discovery over HTTP."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from aos.aod import module as aod
from aos.contracts.candidates import Handoff, HandoffAccepted
from aos.core.errors import InvalidInput, Unavailable
from aos.core.http import Access, Call, Endpoint
from aos.core.module import Core
from tests.integration.served import KEYS, Place

RUN, LAST, HANDOFF = "/aod/api/discovery/run", "/aod/api/discovery", "/aod/api/discovery/handoff"
ROW = {"source": "CMDB", "vendor": "SFDC", "resource": "accounts", "ts": "2026-02-02", "status": "Sanctioned"}


async def mount(core: Core) -> dict[str, list[Endpoint]]:
    return {"aod": list((await aod.build(core)).endpoints)}


async def test_the_sample_is_taken_where_none_is_given(place: Place, farm: Any) -> None:
    """Candidates that Farm can be told to read, with its address of here; intents for what is Sanctioned alone."""
    told = (await place.client.post(RUN)).json()
    opportunities = next(each for each in told["candidates"] if each["resource"] == "crm_opportunities")
    assert opportunities["details"]["endpoint_ref"]["url"].startswith(
        f"http://127.0.0.1:{farm.port}/api/generators/crm_opportunities/rows?"
    )
    sanctioned = [each for each in told["candidates"] if each["governance_status"] == "Sanctioned"]
    assert 8 <= len(told["intents"]) <= len(sanctioned) < len(told["candidates"])
    rows = await place.client.get(f"/{opportunities['details']['endpoint_ref']['url'].partition('//')[2]}")
    assert rows.status_code == 404  # it is Farm's address, not AOD's
    assert 'aos_aod_candidates_total{governance="Blocked"} 1.0' in place.core.metrics.text().decode()


async def test_the_same_inventory_again_gives_the_same_candidates(serve: Callable[..., Any]) -> None:
    """Under a run id of its own, also in another process; the last one is shown, over a restart too."""
    async with serve(mount) as place:
        assert (await place.client.get(LAST)).json()["code"] == "aod.no_discovery"
        body = {"inventory": [ROW], "snapshot_name": "monday", "namespace": "demo"}
        first = (await place.client.post(RUN, json=body)).json()
        assert first["snapshot_name"] == "monday"
        assert (await place.client.get(LAST)).json() == first
    async with serve(mount) as place:
        assert (await place.client.get(LAST)).json() == first
        again = (await place.client.post(RUN, json=body)).json()
        assert again["candidates"] == first["candidates"]
        assert again["aod_run_id"] != first["aod_run_id"]
        other = (await place.client.post(RUN, json={"inventory": [ROW]})).json()["candidates"][0]
        assert other["candidate_id"] != first["candidates"][0]["candidate_id"]
        assert other["aod_asset_id"] != first["candidates"][0]["aod_asset_id"]


async def test_an_empty_inventory_is_an_honest_empty_answer(place: Place) -> None:
    """Not the sample."""
    told = (await place.client.post(RUN, json={"inventory": []})).json()
    assert (told["candidates"], told["intents"], told["unusable"]) == ([], [], [])


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"inventory": [ROW, {**ROW, "source": "HR"}]}, "$.inventory[1].source"),
        ({"inventory": [{**ROW, "status": "ok"}]}, "$.inventory[0].status"),
        ({"inventory": [{**ROW, "vendor": ""}]}, "$.inventory[0].vendor"),
        ({"inventory": [{**ROW, "fields": ["a", ""]}]}, "$.inventory[0].fields[1]"),
        ({"inventory": [{**ROW, "details": []}]}, "$.inventory[0].details"),
        ({"inventory": [{**ROW, "colour": "red"}]}, "$.inventory[0].colour"),
        ({"inventory": {}}, "$.inventory"),
        ({"namespace": ""}, "$.namespace"),
        ({"namespace": "a\nb"}, "$.namespace"),
        ({"snapshot_name": 1}, "$.snapshot_name"),
        ({"rows": []}, "$.rows"),
    ],
)
async def test_a_bad_body_is_a_422_that_names_the_place(place: Place, body: dict[str, Any], named: str) -> None:
    """Nothing is kept."""
    told = await place.client.post(RUN, json=body)
    assert (told.status_code, told.json()["path"]) == (422, named)
    assert (await place.client.get(LAST)).status_code == 404


async def test_a_viewer_looks_and_does_not_run(place: Place) -> None:
    """Running is an operator's."""
    viewer = {"x-api-key": KEYS[Access.VIEWER]}
    assert (await place.client.post(RUN, headers=viewer)).status_code == 403
    assert (await place.client.get(LAST, headers=viewer)).status_code == 404


async def test_a_run_is_told_as_an_event(place: Place) -> None:
    """With its id and what it found."""
    told = (await place.client.post(RUN, json={"inventory": [ROW]})).json()
    event = msgspec.json.decode(place.core.events._ring[-1].split(b"data: ", 1)[1])
    assert (event["topic"], event["event"]) == ("aod", "discovered")
    assert event["data"] == {"aod_run_id": told["aod_run_id"], "candidates": 1, "intents": 0, "unusable": 1}


class Aam:
    """Takes handoffs; `fails` is raised instead while it is set."""

    def __init__(self) -> None:
        self.received: list[Handoff] = []
        self.fails: Exception | None = None

    async def handoff(self, call: Call) -> HandoffAccepted:
        if self.fails is not None:
            raise self.fails
        self.received.append(call.body)
        ids = [each.candidate_id for each in call.body.candidates]
        return HandoffAccepted(
            aod_run_id=call.body.aod_run_id,
            received=len(ids),
            created=len(ids),
            updated=0,
            unchanged=0,
            refused=[f"candidates[{len(self.received)}]"],
            pipe_ids=ids,
        )

    async def mount(self, core: Core) -> dict[str, list[Endpoint]]:
        route = Endpoint(
            method="POST",
            path="/handoff",
            handler=self.handoff,
            access=Access.SERVICE,
            summary="",
            body=Handoff,
            max_body=8 * 1024 * 1024,
        )
        return {"aam": [route], **await mount(core)}


async def test_the_candidates_of_the_last_run_go_to_aam(serve: Callable[..., Any]) -> None:
    """With its run, namespace and snapshot; many in parts, whose answers are one."""
    aam = Aam()
    async with serve(aam.mount) as place:
        nothing = await place.client.post(HANDOFF)
        assert (nothing.status_code, nothing.json()["code"]) == (404, "aod.no_discovery")
        rows = [{**ROW, "resource": f"thing-{number}"} for number in range(1_001)]
        body = {"inventory": rows, "namespace": "demo", "snapshot_name": "monday"}
        found = (await place.client.post(RUN, json=body)).json()
        told = (await place.client.post(HANDOFF)).json()
        assert [len(part.candidates) for part in aam.received] == [1_000, 1]
        assert {(part.aod_run_id, part.namespace, part.snapshot_name) for part in aam.received} == {
            (found["aod_run_id"], "demo", "monday")
        }
        assert (told["received"], told["created"], len(told["refused"])) == (1_001, 1_001, 2)
        assert told["pipe_ids"] == [each["candidate_id"] for each in found["candidates"]]


async def test_a_run_that_is_named_is_handed_over(serve: Callable[..., Any]) -> None:
    """Whatever was discovered since; one that is unknown is a 404, and a name that is none a 422."""
    aam = Aam()
    async with serve(aam.mount) as place:
        first = (await place.client.post(RUN, json={"inventory": [ROW]})).json()
        await place.client.post(RUN, json={"inventory": []})
        told = await place.client.post(HANDOFF, json={"aod_run_id": first["aod_run_id"]})
        assert (told.json()["aod_run_id"], told.json()["received"]) == (first["aod_run_id"], 1)
        assert (await place.client.post(HANDOFF, json={})).json()["received"] == 0
        unknown = await place.client.post(HANDOFF, json={"aod_run_id": "aod-none"})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "aod.no_discovery")
        wrong = await place.client.post(HANDOFF, json={"aod_run_id": "a b"})
        assert (wrong.status_code, wrong.json()["path"]) == (422, "$.aod_run_id")
    assert [len(part.candidates) for part in aam.received] == [1, 0]


@pytest.mark.parametrize(
    ("fails", "status", "code"),
    [
        (InvalidInput("bad", path="$.candidates"), 409, "aod.aam_refused"),
        (Unavailable("away"), 502, "aod.aam_down"),
    ],
)
async def test_an_aam_that_does_not_take_them_is_told(
    serve: Callable[..., Any], fails: Exception, status: int, code: str
) -> None:
    """With its own words, and health says so until it goes through."""
    aam = Aam()
    async with serve(aam.mount) as place:
        await place.client.post(RUN, json={"inventory": [ROW]})
        aam.fails = fails
        told = await place.client.post(HANDOFF)
        assert (told.status_code, told.json()["code"]) == (status, code)
        assert told.json()["aam"]["status"] == fails.status  # type: ignore[attr-defined]
        report = next(each for each in place.core.health.reports() if each.name == "aod discovery")
        assert report.state.value == "degraded"
        aam.fails = None
        assert (await place.client.post(HANDOFF)).status_code == 200
        report = next(each for each in place.core.health.reports() if each.name == "aod discovery")
        assert report.state.value == "idle"


async def test_without_aam_the_setting_is_named(place: Place) -> None:
    """A 502, worth another try."""
    await place.client.post(RUN, json={"inventory": [ROW]})
    told = await place.client.post(HANDOFF)
    assert (told.status_code, told.json()["code"], told.json()["retryable"]) == (502, "aod.aam_down", True)
    assert "AOS_AAM_URL" in told.json()["detail"]


async def test_aam_is_asked_where_the_setting_says(serve: Callable[..., Any]) -> None:
    """Over a socket, in a process of its own."""
    aam = Aam()
    async with serve(aam.mount) as there:
        async with serve(mount, aam_url=f"{there.url}/aam") as here:
            await here.client.post(RUN, json={"inventory": [ROW]})
            assert (await here.client.post(HANDOFF)).status_code == 200
    assert len(aam.received) == 1
