"""Path 1 over HTTP: what DCL is told, and what comes of its answers."""

from typing import Any

import msgspec
import pytest

from aos.contracts.export import DCLExportResponse
from aos.core.errors import InvalidInput, Unavailable
from aos.core.http import Access
from tests.integration.aam.conftest import Peers, candidate, handed_over, handoff
from tests.integration.served import KEYS, Place

MIXED = (
    candidate(0, aod_asset_id="asset-0"),
    candidate(1, vendor="snowflake", category="warehouse"),
    candidate(2),
    candidate(3, governance_status="Blocked"),
    candidate(4, fields=[], category="none", vendor="acme"),
)


async def test_dcl_gets_every_pipe_that_can_be_exported(place: Place, peers: Peers) -> None:
    """Grouped by plane and vendor, counted, with Z; the others are named with the reason."""
    pipe_ids = await handed_over(place, *MIXED)
    told = (await place.client.post("/aam/export")).json()
    tenant, export = peers.exports[0]
    assert (tenant, export.source, export.aod_run_id, export.total_connections) == ("default", "aam", "aod-1", 3)
    assert export.timestamp.endswith("Z")
    planes = [(plane.plane_type, plane.vendor, plane.connection_count, plane.health) for plane in export.fabric_planes]
    assert planes == [("API_GATEWAY", "salesforce", 2, "unknown"), ("DATA_WAREHOUSE", "snowflake", 1, "unknown")]
    assert all(plane.connection_count == len(plane.connections) for plane in export.fabric_planes)
    first = next(each for plane in export.fabric_planes for each in plane.connections if each.pipe_id == pipe_ids[0])
    assert msgspec.to_builtins(first) == {
        "pipe_id": pipe_ids[0],
        "candidate_id": "cand-0",
        "source_name": "sales cloud",
        "vendor": "salesforce",
        "category": "crm",
        "governance_status": "Sanctioned",
        "fields": ["id", "name"],
        "entity_scope": None,
        "identity_keys": ["id"],
        "transport_kind": "rest",
        "modality": "batch",
        "change_semantics": None,
        "health": "unknown",
        "last_sync": None,
        "asset_key": "salesforce-0",
        "aod_asset_id": "asset-0",
    }
    assert sorted(told["pipe_ids"]) == sorted(pipe_ids[:3])
    assert told["pipes_registered"] == 3
    assert told["dcl"]["status"] == "accepted"
    assert {each["pipe_id"]: each["why"] for each in told["skipped"]} == {
        pipe_ids[3]: "it is Blocked",
        pipe_ids[4]: "no level of the cascade has fields",
    }
    assert 'aos_aam_exports_total{outcome="sent"} 1.0' in place.core.metrics.text().decode()
    shown = (await place.client.get("/aam/pipes", params={"exported": "true"})).json()["pipes"]
    assert sorted(pipe["pipe_id"] for pipe in shown) == sorted(pipe_ids[:3])


async def test_the_preview_is_what_would_be_sent(place: Place, peers: Peers) -> None:
    """Without sending or noting anything."""
    empty = (await place.client.get("/aam/export-pipes")).json()
    assert (empty["export"]["total_connections"], empty["export"]["aod_run_id"], empty["skipped"]) == (0, None, [])
    await handed_over(place, *MIXED)
    told = (await place.client.get("/aam/export-pipes", headers={"x-api-key": KEYS[Access.VIEWER]})).json()
    assert len(told["skipped"]) == 2
    assert not peers.exports
    await place.client.post("/aam/export")
    shown = msgspec.convert(told["export"], DCLExportResponse)
    assert msgspec.structs.replace(peers.exports[0][1], timestamp=shown.timestamp) == shown
    assert (await place.client.get("/aam/pipes", params={"exported": "true"})).json()["pipes"]


async def test_named_pipes_alone_are_sent(place: Place, peers: Peers) -> None:
    """One that is not there is named beside them."""
    pipe_ids = await handed_over(place, *MIXED)
    body = {"pipe_ids": [pipe_ids[1], "nobody", pipe_ids[3]]}
    told = (await place.client.post("/aam/export", json=body)).json()
    assert told["pipe_ids"] == [pipe_ids[1]]
    assert [each["why"] for each in told["skipped"]] == ["it is Blocked", "there is no such pipe"]
    assert peers.exports[0][1].total_connections == 1


async def test_nothing_to_export_is_a_409_that_says_why(place: Place, peers: Peers) -> None:
    """Of each pipe; and DCL hears nothing."""
    told = await place.client.post("/aam/export")
    assert (told.status_code, told.json()["code"]) == (409, "aam.nothing_exportable")
    assert "POST /handoff" in told.json()["detail"]
    await handed_over(place, *MIXED[3:])
    told = await place.client.post("/aam/export")
    assert (told.status_code, told.json()["code"]) == (409, "aam.nothing_exportable")
    assert sorted(each["why"] for each in told.json()["skipped"]) == [
        "it is Blocked",
        "no level of the cascade has fields",
    ]
    assert not peers.exports


@pytest.mark.parametrize(
    ("fails", "status", "code", "outcome"),
    [
        (InvalidInput("bad", path="$.fabric_planes"), 409, "aam.dcl_refused", "refused"),
        (Unavailable("the database is away"), 502, "aam.dcl_down", "unreachable"),
    ],
)
async def test_what_dcl_does_not_take_is_not_exported(
    place: Place, peers: Peers, fails: Exception, status: int, code: str, outcome: str
) -> None:
    """Its own words come along, health says so, and the same call may be made again."""
    pipe_ids = await handed_over(place, candidate(0))
    peers.fails = fails
    told = await place.client.post("/aam/export")
    assert (told.status_code, told.json()["code"]) == (status, code)
    assert told.json()["dcl"]["status"] == fails.status  # type: ignore[attr-defined]
    assert told.json()["registered"] == []
    assert f'aos_aam_exports_total{{outcome="{outcome}"}} 1.0' in place.core.metrics.text().decode()
    report = next(report for report in place.core.health.reports() if report.name == "aam export")
    assert report.state.value == "degraded"
    assert not (await place.client.get(f"/aam/pipes/{pipe_ids[0]}")).json()["exported"]
    peers.fails = None
    assert (await place.client.post("/aam/export")).status_code == 200
    report = next(report for report in place.core.health.reports() if report.name == "aam export")
    assert report.state.value == "idle"


async def test_no_dcl_at_all_is_a_502(serve: Any) -> None:
    """With the setting that would name one."""

    async def alone(core: Any) -> Any:
        return {"aam": (await Peers().mount(core))["aam"]}

    async with serve(alone) as place:
        await handed_over(place, candidate(0))
        told = await place.client.post("/aam/export")
        assert (told.status_code, told.json()["code"], told.json()["retryable"]) == (502, "aam.dcl_down", True)
        assert "AOS_DCL_URL" in told.json()["detail"]


async def test_only_what_dcl_registered_counts_as_exported(place: Place, peers: Peers) -> None:
    """Whatever was sent."""
    await handed_over(place, candidate(0), candidate(1))
    peers.forgets = 1
    told = (await place.client.post("/aam/export")).json()
    assert told["pipes_registered"] == 1
    shown = (await place.client.get("/aam/pipes", params={"exported": "true"})).json()["pipes"]
    assert [pipe["pipe_id"] for pipe in shown] == told["pipe_ids"]


async def test_many_pipes_go_in_parts(place: Place, peers: Peers) -> None:
    """Each part counted by itself; together they are all, each once."""
    body = handoff(*(candidate(number) for number in range(1_001)))
    assert (await place.client.post("/aam/handoff", json=body)).json()["created"] == 1_001
    told = (await place.client.post("/aam/export")).json()
    assert [export.total_connections for _, export in peers.exports] == [1_000, 1]
    assert len(set(told["pipe_ids"])) == told["pipes_registered"] == 1_001
    assert [answer["pipes_registered"] for answer in told["dcl"]] == [1_000, 1]


def _sent(peers: Peers) -> list[tuple[str | None, list[str]]]:
    """(run, its pipes) of each export that DCL took."""
    return [
        (export.aod_run_id, [each.pipe_id for plane in export.fabric_planes for each in plane.connections])
        for _, export in peers.exports
    ]


async def test_each_pipe_is_exported_under_its_own_discovery(place: Place, peers: Peers) -> None:
    """Whichever was handed over last: an export for each, which the answer sums up; the preview names none for both."""
    older = await handed_over(place, candidate(0), candidate(1), aod_run_id="aod-z")
    newer = await handed_over(place, candidate(2), aod_run_id="aod-a")
    preview = (await place.client.get("/aam/export-pipes")).json()["export"]
    assert (preview["aod_run_id"], preview["total_connections"]) == (None, 3)
    told = (await place.client.post("/aam/export")).json()
    assert [(run, sorted(pipes)) for run, pipes in _sent(peers)] == [("aod-z", sorted(older)), ("aod-a", newer)]
    assert (told["pipes_registered"], sorted(told["pipe_ids"])) == (3, sorted(older + newer))
    assert [answer["pipes_registered"] for answer in told["dcl"]] == [2, 1]


async def test_a_later_export_that_fails_leaves_the_earlier_as_they_are(place: Place, peers: Peers) -> None:
    """What DCL took counts as exported, the rest does not, and the same call sends all of it."""
    older = await handed_over(place, candidate(0), aod_run_id="aod-1")
    newer = await handed_over(place, candidate(1), aod_run_id="aod-2")
    peers.fails, peers.export_fails_from = Unavailable("the database is away"), 1
    told = await place.client.post("/aam/export")
    assert (told.status_code, told.json()["registered"]) == (502, older)
    shown = (await place.client.get("/aam/pipes")).json()["pipes"]
    assert {pipe["pipe_id"]: pipe["exported"] for pipe in shown} == {older[0]: True, newer[0]: False}
    peers.fails = None
    assert (await place.client.post("/aam/export")).json()["pipes_registered"] == 2
    assert [run for run, _ in _sent(peers)] == ["aod-1", "aod-1", "aod-2"]


async def test_a_plane_is_as_well_as_the_worst_of_its_pipes(place: Place, peers: Peers) -> None:
    """Seen and well, seen and not well, not seen."""
    pipe_ids = await handed_over(place, candidate(0), candidate(1), candidate(2, vendor="zendesk"))
    seen = {"fields": ["id"], "observed_at": "2026-02-02T08:00:00Z", "by": "x"}
    for pipe_id, health in ((pipe_ids[0], "healthy"), (pipe_ids[1], "degraded"), (pipe_ids[2], "healthy")):
        await place.client.put(f"/aam/pipes/{pipe_id}/observed-schema", json={**seen, "health": health})
    await place.client.post("/aam/export")
    assert {plane.vendor: plane.health for plane in peers.exports[0][1].fabric_planes} == {
        "salesforce": "degraded",
        "zendesk": "healthy",
    }


async def test_the_tenant_that_is_named_is_acted_for(place: Place, peers: Peers) -> None:
    """DCL hears the same tenant; an operator names no other than his own."""
    await handed_over(place, candidate(0))
    assert (await place.client.post("/aam/export", json={"tenant_id": "default"})).status_code == 200
    assert peers.exports[0][0] == "default"
    told = await place.client.post("/aam/export", json={"tenant_id": "acme"})
    assert (told.status_code, told.json()["code"]) == (422, "auth.tenant")


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"pipe_ids": ["a b"]}, "$.pipe_ids[0]"),
        ({"pipe_ids": "a"}, "$.pipe_ids"),
        ({"pipe_ids": []}, "$.pipe_ids"),
        ({"tenant_id": "a b"}, "$.tenant_id"),
        ({"pipes": []}, "$.pipes"),
    ],
)
async def test_a_bad_body_is_a_422_with_its_path(place: Place, peers: Peers, body: Any, named: str) -> None:
    """And nothing is sent."""
    await handed_over(place, candidate(0))
    told = await place.client.post("/aam/export", json=body)
    assert (told.status_code, told.json()["path"]) == (422, named)
    assert not peers.exports
