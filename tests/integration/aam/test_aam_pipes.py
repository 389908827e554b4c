"""The handoff over HTTP: pipes are declared, versioned and found again."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from aos.core.http import Access
from tests.integration.aam.conftest import Peers, candidate, handed_over, handoff
from tests.integration.served import KEYS, Place

SERVICE = {"x-api-key": KEYS[Access.SERVICE]}
SEEN = {"fields": ["id", "seen"], "observed_at": "2026-02-02T08:00:00Z", "by": "catalogue of sf-1"}


async def pipes(place: Place, **query: Any) -> list[dict[str, Any]]:
    told = await place.client.get("/aam/pipes", params=query)
    assert told.status_code == 200, told.text
    return list(told.json()["pipes"])


async def test_candidates_become_pipes_with_every_reason(place: Place) -> None:
    """One pipe each, with provenance, cascade and inferences; none of how to read it is shown."""
    told = (await place.client.post("/aam/handoff", json=handoff(candidate(0), candidate(1)))).json()
    assert {name: told[name] for name in ("received", "created", "updated", "unchanged", "refused")} == {
        "received": 2, "created": 2, "updated": 0, "unchanged": 0, "refused": [],
    }  # fmt: skip
    shown = (await place.client.get(f"/aam/pipes/{told['pipe_ids'][0]}")).json()
    assert shown["candidate_id"] == "cand-0"
    assert (shown["aod_run_id"], shown["snapshot_name"], shown["namespace"]) == ("aod-1", "monday", "autonomy")
    assert (shown["version"], shown["exported"], shown["exportable"], shown["health"]) == (1, False, True, "unknown")
    assert shown["transport_kind"] == {"value": "rest", "why": "the adapter rest_api speaks it"}
    assert [level["level"] for level in shown["cascade"] if level["taken"]] == [2]
    assert "reading" not in shown
    assert sorted(told["pipe_ids"]) == [pipe["pipe_id"] for pipe in await pipes(place)]


async def test_the_same_handoff_again_changes_nothing(serve: Callable[..., Any], peers: Peers) -> None:
    """Over a restart too; a new run or candidate id is provenance alone; a changed field is a new version."""
    async with serve(peers.mount) as place:
        pipe_id, *_ = await handed_over(place, candidate(0), candidate(1))
    async with serve(peers.mount) as place:
        again = (await place.client.post("/aam/handoff", json=handoff(candidate(0), candidate(1)))).json()
        assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)
        other = handoff(candidate(0, candidate_id="cand-x", confidence=0.1), aod_run_id="aod-2", snapshot_name=None)
        again = (await place.client.post("/aam/handoff", json=other)).json()
        assert (again["updated"], again["unchanged"], again["pipe_ids"]) == (0, 1, [pipe_id])
        shown = (await place.client.get(f"/aam/pipes/{pipe_id}")).json()
        assert (shown["version"], shown["candidate_id"], shown["aod_run_id"]) == (1, "cand-x", "aod-2")
        assert shown["snapshot_name"] is None
        changed = (await place.client.post("/aam/handoff", json=handoff(candidate(0, fields=["id"])))).json()
        assert (changed["created"], changed["updated"], changed["unchanged"]) == (0, 1, 0)
        shown = (await place.client.get(f"/aam/pipes/{pipe_id}")).json()
        assert (shown["version"], shown["fields"], shown["candidate_id"]) == (2, ["id"], "cand-0")
        back = (await place.client.post("/aam/handoff", json=handoff(candidate(0)))).json()
        assert back["updated"] == 1
        assert (await place.client.get(f"/aam/pipes/{pipe_id}")).json()["version"] == 3


async def test_a_bad_candidate_is_named_and_the_others_are_taken(place: Place) -> None:
    """With its place, its id and the reason; no secret is repeated."""
    secret = candidate(2, details={"endpoint_ref": {"url": "http://u:hunter2@h/"}})
    body = handoff(candidate(0), candidate(1, vendor=" "), secret, candidate(3), candidate(9, resource="things_0"))
    told = await place.client.post("/aam/handoff", json=body)
    assert "hunter2" not in told.text
    refused = told.json()["refused"]
    assert [line.split(":")[0] for line in refused] == [
        "candidates[1] cand-1",
        "candidates[2] cand-2",
        "candidates[4] cand-9",
    ]
    assert "vendor is blank" in refused[0]
    assert "details.endpoint_ref.url looks like a secret" in refused[1]
    assert "the same pipe as cand-0" in refused[2]
    assert (told.json()["received"], told.json()["created"]) == (5, 2)
    metrics = place.core.metrics.text().decode()
    assert 'aos_aam_candidates_total{outcome="refused"} 3.0' in metrics
    assert 'aos_aam_candidates_total{outcome="created"} 2.0' in metrics


async def test_pipes_are_filtered_and_paged(place: Place) -> None:
    """By each filter, and page by page without a gap."""
    await handed_over(
        place,
        candidate(0),
        candidate(1, vendor="snowflake", category="warehouse"),
        candidate(2, vendor="kafka", governance_status="Blocked"),
    )
    await handed_over(place, candidate(3), namespace="demo")

    async def found(**query: Any) -> list[str]:
        return sorted(pipe["resource"] for pipe in await pipes(place, **query))

    assert await found(namespace="demo") == ["things_3"]
    assert await found(vendor="snowflake") == await found(category="warehouse") == ["things_1"]
    assert await found(plane_type="EVENT_BUS") == await found(governance_status="Blocked") == ["things_2"]
    assert await found(exportable="false") == ["things_2"]
    assert await found(exported="true") == []
    assert len(await found(exported="false", namespace="autonomy")) == 3
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await place.client.get("/aam/pipes", params={"limit": 1, **cursor})).json()
        seen += [pipe["pipe_id"] for pipe in page["pipes"]]
        if page["cursor"] is None:
            break
        cursor = {"cursor": page["cursor"]}
    assert len(seen) == len(set(seen)) == 4
    assert seen == sorted(seen)


async def test_what_a_catalogue_saw_is_level_one_from_then_on(place: Place) -> None:
    """A new version at once, for every pipe of that resource; the same look again changes nothing."""
    first, second, other = await handed_over(
        place, candidate(0), candidate(1, resource="things_0", source_name="service cloud"), candidate(2)
    )
    url = f"/aam/pipes/{first}/observed-schema"
    shown = (await place.client.put(url, json=SEEN, headers=SERVICE)).json()
    assert (shown["fields"], shown["version"], shown["health"]) == (["id", "seen"], 2, "healthy")
    assert shown["cascade"][0]["taken"]
    assert "catalogue of sf-1" in shown["cascade"][0]["why"]
    assert (await place.client.get(f"/aam/pipes/{second}")).json()["fields"] == ["id", "seen"]
    assert (await place.client.get(f"/aam/pipes/{other}")).json()["fields"] == ["id", "name"]
    assert (await place.client.put(url, json=SEEN, headers=SERVICE)).json()["version"] == 2
    again = (await place.client.post("/aam/handoff", json=handoff(candidate(0)))).json()
    assert again["unchanged"] == 1
    worse = (await place.client.put(url, json={**SEEN, "health": "failing"})).json()
    assert (worse["version"], worse["health"]) == (3, "failing")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"aod_run_id": ""}, "$.aod_run_id"),
        ({"aod_run_id": "a b"}, "$.aod_run_id"),
        ({"namespace": ""}, "$.namespace"),
        ({"namespace": "a\nb"}, "$.namespace"),
        ({"snapshot_name": 1}, "$.snapshot_name"),
        ({"candidates": {}}, "$.candidates"),
        ({"candidates": [candidate(0), candidate(1, confidence=2)]}, "$.candidates[1].confidence"),
        ({"candidates": [candidate(0, governance_status="fine")]}, "$.candidates[0].governance_status"),
        ({"candidates": [candidate(0, plane_type="SPREADSHEET")]}, "$.candidates[0].plane_type"),
        ({"candidates": [candidate(0, fields=[""])]}, "$.candidates[0].fields[0]"),
        ({"candidates": [candidate(0, evidence=[{"source": "HR"}])]}, "$.candidates[0].evidence[0].source"),
        ({"candidates": [candidate(0, candidate_id="")]}, "$.candidates[0].candidate_id"),
        ({"candidates": [{}]}, "$.candidates[0].candidate_id"),
        ({"pipes": []}, "$.pipes"),
    ],
)
async def test_a_handoff_of_another_shape_is_a_422_with_its_path(
    place: Place, change: dict[str, Any], named: str
) -> None:
    """And nothing of it is taken."""
    told = await place.client.post("/aam/handoff", json=handoff(candidate(0), **change))
    assert (told.status_code, told.json()["path"]) == (422, named)
    assert await pipes(place) == []


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({**SEEN, "fields": []}, "$.fields"),
        ({**SEEN, "observed_at": "yesterday"}, "$.observed_at"),
        ({**SEEN, "by": ""}, "$.by"),
        ({**SEEN, "health": "fine"}, "$.health"),
        ({}, "$.fields"),
    ],
)
async def test_a_look_of_another_shape_is_a_422_with_its_path(place: Place, body: dict[str, Any], named: str) -> None:
    """The pipe stays as it was."""
    (pipe_id,) = await handed_over(place, candidate(0))
    told = await place.client.put(f"/aam/pipes/{pipe_id}/observed-schema", json=body)
    assert (told.status_code, told.json()["path"]) == (422, named)
    assert (await pipes(place))[0]["version"] == 1


@pytest.mark.parametrize(
    "query",
    ["plane_type=x", "limit=0", "cursor=a%20b", "cursor=zz", "exported=maybe", "governance_status=x", "colour=red"],
)
async def test_a_bad_filter_is_a_422_with_its_name(place: Place, query: str) -> None:
    """Not an empty list."""
    told = await place.client.get(f"/aam/pipes?{query}")
    assert told.status_code == 422
    assert told.json()["path"] == f"query.{query.partition('=')[0]}"


async def test_tenants_do_not_see_each_other(place: Place) -> None:
    """The service key acts for the tenant that it names; an operator for his own alone."""
    acme = {**SERVICE, "x-tenant-id": "acme"}
    told = (await place.client.post("/aam/handoff", json=handoff(candidate(0)), headers=acme)).json()
    assert told["created"] == 1
    assert await pipes(place) == []
    missing = await place.client.get(f"/aam/pipes/{told['pipe_ids'][0]}")
    assert (missing.status_code, missing.json()["code"]) == (404, "aam.no_pipe")
    put = await place.client.put(f"/aam/pipes/{told['pipe_ids'][0]}/observed-schema", json=SEEN)
    assert put.status_code == 404
    mine = await place.client.get("/aam/pipes", headers={"x-tenant-id": "acme"})
    assert (mine.status_code, mine.json()["code"]) == (403, "auth.tenant")


async def test_a_handoff_is_told_as_an_event(place: Place) -> None:
    """With its run and its counts."""
    await handed_over(place, candidate(0))
    event = msgspec.json.decode(place.core.events._ring[-1].split(b"data: ", 1)[1])
    assert (event["topic"], event["event"]) == ("aam", "handed_over")
    assert event["data"] == {"aod_run_id": "aod-1", "created": 1, "updated": 0, "unchanged": 0, "refused": 0}
    report = next(report for report in place.core.health.reports() if report.name == "aam blueprints")
    assert "1 pipes" in report.reason
