"""Path 2 over HTTP: job orders, and everything that keeps one from being given."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from aos.core.errors import InvalidInput, Unavailable
from aos.core.http import Access
from tests.integration.aam.conftest import Peers, candidate, exported, handed_over, handoff
from tests.integration.served import KEYS, Place
from tests.unit.nested import nested

DISPATCH = "/aam/dispatch"
REST = {"adapter": "rest_api", "endpoint_ref": {"url": "http://127.0.0.1:9/other"}}


async def jobs(place: Place, **query: Any) -> list[dict[str, Any]]:
    return list((await place.client.get("/aam/dispatches", params=query)).json()["jobs"])


async def test_each_pipe_is_ordered_from_farm(place: Place, peers: Peers) -> None:
    """With what evidence says; one run_id for all, and the keys that are traced through all paths."""
    transform = {"schema_map": {"id": {"target": "thing_id"}}}
    reads = candidate(0)["details"] | {"credentials_ref": "env:AOS_CRED_X", "query": "a=b", "transform": transform}
    pipe_ids = await exported(place, candidate(0, details=reads), candidate(1))
    told = (await place.client.post(DISPATCH, json={"pipe_ids": pipe_ids, "snapshot_name": None})).json()
    assert [job["pipe_id"] for job in told["jobs"]] == pipe_ids
    (tenant, first), (_, second) = peers.manifests
    assert tenant == "default"
    shown = msgspec.to_builtins(first)
    assert shown.pop("provenance")["triggered_by"] == "operator"
    assert shown == {
        "manifest_version": "1.0",
        "run_id": told["run_id"],
        "farm_verification": True,
        "source": {
            "pipe_id": pipe_ids[0],
            "system": "salesforce",
            "adapter": "rest_api",
            "endpoint_ref": {"url": "http://127.0.0.1:9/0"},
            "credentials_ref": "env:AOS_CRED_X",
            "query": "a=b",
        },
        "transform": {
            "schema_map": {"id": {"target": "thing_id", "unit": None, "scale": None, "dim": False}},
            "grain": None,
            "period_field": None,
            "period_format": None,
        },
        "target": {
            "dcl_url": f"{place.url}/dcl/ingest",
            "auth_token_ref": None,
            "tenant_id": "default",
            "snapshot_name": "monday",
        },
        "limits": {"max_rows": 100_000, "timeout_seconds": 300, "retry_count": 2},
    }
    assert first.provenance.run_timestamp.endswith("Z")
    assert second.run_id == told["run_id"]
    assert second.transform.schema_map == {}
    listed = await jobs(place)
    assert [job["pipe_id"] for job in listed] == pipe_ids[::-1]
    assert listed[0]["job_id"] == told["jobs"][1]["job_id"]
    assert (listed[0]["status"], listed[0]["adapter"], listed[0]["system"]) == ("queued", "rest_api", "salesforce")
    assert 'aos_aam_dispatches_total{outcome="accepted"} 2.0' in place.core.metrics.text().decode()
    events = [msgspec.json.decode(frame.split(b"data: ", 1)[1]) for frame in place.core.events._ring]
    assert [event["event"] for event in events] == ["handed_over", "exported", "dispatched"]
    assert events[-1]["data"] == {"run_id": told["run_id"], "jobs": 2}


async def test_an_order_wins_over_evidence(place: Place, peers: Peers) -> None:
    """Another way to read takes neither the query nor the credentials of the old one along."""
    reads = candidate(0)["details"] | {"credentials_ref": "env:AOS_CRED_X", "query": "a=b"}
    (pipe_id,) = await exported(place, candidate(0, details=reads))
    order = {"endpoint_ref": {"url": "http://127.0.0.1:9/other"}}
    body = {
        "pipe_ids": [pipe_id],
        "run_id": "run-1",
        "orders": {pipe_id: order},
        "snapshot_name": "tuesday",
        "triggered_by": "ann",
        "farm_verification": False,
        "limits": {"max_rows": 5, "timeout_seconds": 6, "retry_count": 0},
    }
    assert (await place.client.post(DISPATCH, json=body)).status_code == 200
    got = peers.manifests[0][1]
    assert got.source.endpoint_ref == order["endpoint_ref"]
    assert (got.source.adapter, got.source.credentials_ref, got.source.query) == ("rest_api", None, None)
    assert (got.run_id, got.farm_verification, got.target.snapshot_name) == ("run-1", False, "tuesday")
    assert (got.limits.max_rows, got.limits.retry_count, got.provenance.triggered_by) == (5, 0, "ann")
    body |= {"run_id": "run-2", "orders": {pipe_id: {"query": "c=d", "credentials_ref": "vault:kv/x"}}}
    assert (await place.client.post(DISPATCH, json=body)).status_code == 200
    source = peers.manifests[1][1].source
    assert (source.query, source.credentials_ref) == ("c=d", "vault:kv/x")
    assert source.endpoint_ref == {"url": "http://127.0.0.1:9/0"}


async def test_a_pipe_that_was_not_exported_is_a_409_for_all(place: Place, peers: Peers) -> None:
    """It is named, an unknown one like it, and no job is ordered for any."""
    (known,) = await exported(place, candidate(0))
    (fresh,) = await handed_over(place, candidate(1))
    told = await place.client.post(DISPATCH, json={"pipe_ids": [known, fresh, "nobody"]})
    assert (told.status_code, told.json()["code"]) == (409, "aam.not_exported")
    assert told.json()["pipe_ids"] == [fresh, "nobody"]
    assert fresh in told.json()["detail"]
    assert not peers.manifests
    assert await jobs(place) == []


async def test_an_older_version_that_was_exported_is_enough(place: Place, peers: Peers) -> None:
    """DCL knows the pipe; rows that differ from its blueprint are told there."""
    (pipe_id,) = await exported(place, candidate(0))
    await handed_over(place, candidate(0, fields=["id"]))
    assert (await place.client.get(f"/aam/pipes/{pipe_id}")).json()["version"] == 2
    assert (await place.client.post(DISPATCH, json={"pipe_ids": [pipe_id]})).status_code == 200
    assert len(peers.manifests) == 1


async def test_what_was_blocked_since_is_not_dispatched(place: Place, peers: Peers) -> None:
    """Though DCL has it still."""
    (pipe_id,) = await exported(place, candidate(0))
    await handed_over(place, candidate(0, governance_status="Blocked"))
    told = await place.client.post(DISPATCH, json={"pipe_ids": [pipe_id]})
    assert (told.status_code, told.json()["code"], told.json()["pipe_ids"]) == (409, "aam.blocked", [pipe_id])
    assert not peers.manifests


async def test_the_same_run_and_pipe_again_is_the_same_job(serve: Callable[..., Any], peers: Peers) -> None:
    """The very same order goes out, over a restart too; another one under that run is a 409, and nothing goes out."""
    async with serve(peers.mount, aod_targets="") as place:
        pipe_ids = await exported(place, candidate(0), candidate(1))
        # An address that stays the same over a restart of the test's server.
        body = {"pipe_ids": pipe_ids[:1], "run_id": "run-1"}
        first = await place.client.post(DISPATCH, json=body)
        again = await place.client.post(DISPATCH, json=body)
        assert first.json() == again.json()
        assert peers.manifests[0] == peers.manifests[1]
        other = await place.client.post(DISPATCH, json={**body, "pipe_ids": pipe_ids, "limits": {"max_rows": 1}})
        assert (other.status_code, other.json()["code"]) == (409, "aam.run_id_used")
        assert (other.json()["pipe_id"], other.json()["run_id"]) == (pipe_ids[0], "run-1")
        assert len(peers.manifests) == 2
        assert len(await jobs(place)) == 1
        more = await place.client.post(DISPATCH, json={**body, "pipe_ids": pipe_ids})
        assert [job["pipe_id"] for job in more.json()["jobs"]] == pipe_ids
    async with serve(peers.mount, dcl_url=place.url + "/dcl") as place:
        peers.fails = None
        assert len(await jobs(place)) == 2
        assert {job["job_id"] for job in await jobs(place, run_id="run-1")} == {
            job["job_id"] for job in more.json()["jobs"]
        }
        again = await place.client.post(DISPATCH, json=body)
        assert (again.status_code, again.json()) == (200, first.json())
        assert peers.manifests[-1] == peers.manifests[0]


async def test_the_same_order_at_the_same_time_is_kept_once(place: Place, peers: Peers) -> None:
    """Five calls under one run id: one order, the same job for all."""
    (pipe_id,) = await exported(place, candidate(0))
    body = {"pipe_ids": [pipe_id], "run_id": "run-1"}
    told = await asyncio.gather(*(place.client.post(DISPATCH, json=body) for _ in range(5)))
    assert {answer.status_code for answer in told} == {200}
    assert len({answer.content for answer in told}) == 1
    assert len({msgspec.json.encode(each) for _, each in peers.manifests}) == 1
    assert len(await jobs(place)) == 1


@pytest.mark.parametrize(
    ("fails", "status", "code", "outcome"),
    [
        (InvalidInput("bad", path="$.source.endpoint_ref"), 409, "aam.farm_refused", "refused"),
        (Unavailable("full"), 502, "aam.farm_down", "unreachable"),
    ],
)
async def test_a_call_that_broke_off_says_what_was_ordered_and_goes_on(
    place: Place, peers: Peers, fails: Exception, status: int, code: str, outcome: str
) -> None:
    """Farm's own words, the run id and the jobs so far; the same call with that run id orders the rest."""
    pipe_ids = await exported(place, candidate(0), candidate(1))
    peers.fails, peers.fails_from = fails, 1
    told = await place.client.post(DISPATCH, json={"pipe_ids": pipe_ids})
    assert (told.status_code, told.json()["code"], told.json()["pipe_id"]) == (status, code, pipe_ids[1])
    assert told.json()["farm"]["status"] == fails.status  # type: ignore[attr-defined]
    assert [job["pipe_id"] for job in told.json()["jobs"]] == pipe_ids[:1]
    assert f'aos_aam_dispatches_total{{outcome="{outcome}"}} 1.0' in place.core.metrics.text().decode()
    assert [(job["pipe_id"], job["status"], job["job_id"] is None) for job in await jobs(place)] == [
        (pipe_ids[1], "not accepted", True),
        (pipe_ids[0], "queued", False),
    ]
    report = next(report for report in place.core.health.reports() if report.name == "aam dispatch")
    assert report.state.value == "degraded"
    peers.fails = None
    again = await place.client.post(DISPATCH, json={"pipe_ids": pipe_ids, "run_id": told.json()["run_id"]})
    assert again.status_code == 200
    assert all(job["job_id"] for job in await jobs(place))


@pytest.mark.parametrize(
    ("of_manifest", "in_call"),
    [
        ("$.source.credentials_ref", '$.orders["{}"].credentials_ref'),
        ("$.source.endpoint_ref.url", '$.orders["{}"].endpoint_ref.url'),
        ("$.transform.schema_map.a.target", None),
        ("$.limits.max_rows", "$.limits.max_rows"),
        ("$.source.system", None),
        ("$.target.dcl_url", None),
    ],
)
async def test_what_farm_refuses_is_shown_where_it_stands_in_the_call(
    place: Place, peers: Peers, of_manifest: str, in_call: str | None
) -> None:
    """A path of the call for what it says itself; Farm's own path stands in `farm` either way."""
    (pipe_id,) = await exported(place, candidate(0))
    peers.fails = InvalidInput("no", path=of_manifest)
    order = {**REST, "credentials_ref": "vault:x/y"}
    told = (await place.client.post(DISPATCH, json={"pipe_ids": [pipe_id], "orders": {pipe_id: order}})).json()
    assert (told["status"], told["code"], told["farm"]["path"]) == (409, "aam.farm_refused", of_manifest)
    assert told.get("path") == (None if in_call is None else in_call.format(pipe_id))


async def test_without_farm_or_dcl_it_is_a_502(serve: Callable[..., Any], peers: Peers) -> None:
    """With the setting that would name one; no order is kept where nobody could take the rows."""

    async def without(core: Any, module: str) -> Any:
        mounted = await peers.mount(core)
        return {name: endpoints for name, endpoints in mounted.items() if name != module}

    async with serve(peers.mount) as place:
        (pipe_id,) = await exported(place, candidate(0))
    for module, code in (("dcl", "aam.dcl_down"), ("farm", "aam.farm_down")):
        async with serve(lambda core, module=module: without(core, module)) as place:
            told = await place.client.post(DISPATCH, json={"pipe_ids": [pipe_id]})
            assert (told.status_code, told.json()["code"]) == (502, code)
            assert f"AOS_{module.upper()}_URL" in told.json()["detail"]
            assert len(await jobs(place)) == (module == "farm")


@pytest.mark.parametrize(
    ("details", "order", "named"),
    [
        ({}, {}, '["{}"].adapter'),
        ({"adapter": "jdbc"}, {}, '["{}"].endpoint_ref'),
        ({}, {"adapter": "jdbc"}, '["{}"].endpoint_ref'),
        ({}, {"endpoint_ref": {"url": "x"}}, '["{}"].adapter'),
        (REST, {"credentials_ref": "hunter2"}, '["{}"].credentials_ref'),
        (REST, {"credentials_ref": "consent:x"}, '["{}"].credentials_ref'),
        (REST, {"endpoint_ref": {"a": {"password": "hunter2"}}}, '["{}"].endpoint_ref.a.password'),
        (REST, {"endpoint_ref": {"x": nested(64)}}, '["{}"].endpoint_ref'),
        (REST, {"query": "api_key=hunter2"}, '["{}"].query'),
        (REST, {"transform": {"grain": "day"}}, '["{}"].transform'),
    ],
)
async def test_what_an_order_lacks_is_a_422_that_names_the_place(
    place: Place, peers: Peers, details: dict[str, Any], order: dict[str, Any], named: str
) -> None:
    """Nothing is dispatched for any pipe, and no secret comes back."""
    pipe_ids = await exported(place, candidate(0), candidate(1, details=details))
    body = {"pipe_ids": pipe_ids, "orders": {pipe_ids[1]: order}}
    told = await place.client.post(DISPATCH, json=body)
    assert (told.status_code, told.json()["path"]) == (422, "$.orders" + named.format(pipe_ids[1]))
    assert "hunter2" not in told.text
    assert not peers.manifests
    assert await jobs(place) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"pipe_ids": []}, "$.pipe_ids"),
        ({"pipe_ids": ["a b"]}, "$.pipe_ids[0]"),
        ({"pipe_ids": ["a", "b", "a"]}, "$.pipe_ids[2]"),
        ({"run_id": "a b"}, "$.run_id"),
        ({"farm_verification": "yes"}, "$.farm_verification"),
        ({"snapshot_name": 1}, "$.snapshot_name"),
        ({"tenant_id": "a b"}, "$.tenant_id"),
        ({"triggered_by": ""}, "$.triggered_by"),
        ({"limits": {"max_rows": 0}}, "$.limits.max_rows"),
        ({"limits": {"timeout_seconds": 0}}, "$.limits.timeout_seconds"),
        ({"limits": {"retry_count": -1}}, "$.limits.retry_count"),
        ({"orders": {"other": {}}}, '$.orders["other"]'),
        ({"orders": {"a": {"adapter": "telnet"}}}, "$.orders.a.adapter"),
        ({"orders": {"a": {"endpoint_ref": "x"}}}, "$.orders.a.endpoint_ref"),
        ({"orders": {"a": {"transform": {"grain": "year"}}}}, "$.orders.a.transform.grain"),
        ({"orders": {"a": {"colour": "red"}}}, "$.orders.a.colour"),
        ({"run": "x"}, "$.run"),
    ],
)
async def test_a_bad_body_is_a_422_with_its_path(
    place: Place, peers: Peers, change: dict[str, Any], named: str
) -> None:
    """Before anything is looked up."""
    told = await place.client.post(DISPATCH, json={"pipe_ids": ["a"], **change})
    assert (told.status_code, told.json()["path"]) == (422, named)
    assert not peers.manifests


async def test_orders_are_listed_page_by_page(place: Place) -> None:
    """The newest first, by run and by pipe."""
    pipe_ids = await exported(place, candidate(0), candidate(1))
    for run in ("run-1", "run-2"):
        await place.client.post(DISPATCH, json={"pipe_ids": pipe_ids, "run_id": run})
    assert [job["run_id"] for job in await jobs(place, pipe_id=pipe_ids[0])] == ["run-2", "run-1"]
    assert len(await jobs(place, run_id="run-1")) == 2
    seen, cursor = [], None
    while True:
        page = {"limit": 3} if cursor is None else {"limit": 3, "cursor": cursor}
        told = (await place.client.get("/aam/dispatches", params=page)).json()
        seen += [(job["run_id"], job["pipe_id"]) for job in told["jobs"]]
        cursor = told["cursor"]
        if cursor is None:
            break
    assert seen == [(run, pipe) for run in ("run-2", "run-1") for pipe in pipe_ids[::-1]]


async def test_tenants_and_roles_are_kept_apart(place: Place, peers: Peers) -> None:
    """Another tenant's pipe is as unknown as one that does not exist; looking does not dispatch."""
    (pipe_id,) = await exported(place, candidate(0))
    acme = {"x-api-key": KEYS[Access.SERVICE], "x-tenant-id": "acme"}
    told_before = list(place.core.events._ring)
    assert (await place.client.post("/aam/handoff", json=handoff(candidate(0)), headers=acme)).json()["created"] == 1
    assert list(place.core.events._ring) == told_before  # /events is read by the default tenant
    told = await place.client.post(DISPATCH, json={"pipe_ids": [pipe_id], "tenant_id": "acme"})
    assert (told.status_code, told.json()["path"]) == (422, "$.tenant_id")
    for role in (Access.VIEWER, Access.SERVICE):
        told = await place.client.post(DISPATCH, json={"pipe_ids": [pipe_id]}, headers={"x-api-key": KEYS[role]})
        assert told.status_code == 403
    assert not peers.manifests
