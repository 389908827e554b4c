"""The handshake over HTTP, with a DCL that does what the test wants."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from aos.core.errors import Conflict, InvalidInput, Unavailable
from tests.integration.aod.conftest import Dcl, stream
from tests.integration.served import Place

PROVISION = "/aod/api/actions/provision-connector"


async def test_dcl_gets_the_package_and_its_answer_comes_back(place: Place, dcl: Dcl, farm: Any) -> None:
    """Everything that was asked for, `force` and the connector's name included."""
    told = (await place.client.post(PROVISION, json={"connector_id": "other", "force": True})).json()
    package = dcl.received[0]
    assert (package.connector_id, package.force) == ("other", True)
    assert package.target_url == f"{stream(farm)}?chaos=true"
    assert (package.policy.repair_enabled, package.policy.idle_timeout_s) == (True, 3.0)
    assert told["package"]["force"] is True
    assert told["dcl"]["config_gen"] == 1
    metrics = place.core.metrics.text().decode()
    assert 'aos_aod_handshakes_total{outcome="sent"} 1.0' in metrics
    assert 'aos_aod_probes_total{outcome="recognised"} 2.0' in metrics


@pytest.mark.parametrize("fails", [Conflict("gone", error="TARGET_UNREACHABLE"), InvalidInput("bad", path="$.policy")])
async def test_a_refusal_of_dcl_is_a_409_with_its_problem(place: Place, dcl: Dcl, fails: Exception) -> None:
    """Not a 200; and the key may be used again once DCL agrees."""
    dcl.fails = fails
    headers = {"idempotency-key": "k"}
    refused = await place.client.post(PROVISION, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "aod.dcl_refused")
    assert refused.json()["dcl"]["status"] == fails.status  # type: ignore[attr-defined]
    assert refused.json()["package"]["connector_id"] == "mule_auto_01"
    assert place.core.health.reports()[0].state.value == "degraded"
    dcl.fails = None
    told = await place.client.post(PROVISION, headers=headers)
    assert (told.status_code, told.json()["status"]) == (200, "sent")
    assert place.core.health.reports()[0].state.value == "idle"


async def test_a_dcl_that_can_not_for_now_is_a_502(place: Place, dcl: Dcl) -> None:
    """With DCL's own words, and worth another try."""
    dcl.fails = Unavailable("Redis is away", code="redis.unavailable")
    down = await place.client.post(PROVISION)
    assert (down.status_code, down.json()["code"], down.json()["retryable"]) == (502, "aod.dcl_down", True)
    assert down.json()["dcl"]["code"] == "redis.unavailable"


async def test_duplicates_at_the_same_time_are_one_handshake(place: Place, dcl: Dcl, eventually: Any) -> None:
    """Five calls under one key while DCL is slow: one package, five times the same bytes."""
    dcl.gate.clear()
    headers = {"idempotency-key": "same"}
    async with asyncio.TaskGroup() as group:
        calls = [group.create_task(place.client.post(PROVISION, headers=headers)) for _ in range(5)]
        await eventually(lambda: place.core.metrics.text().count(b'aos_aod_probes_total{outcome="recognised"} 2.0'))
        dcl.gate.set()
    answers = [call.result() for call in calls]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(dcl.received) == 1
    assert sorted("idempotency-replayed" in answer.headers for answer in answers) == [False, True, True, True, True]


async def test_a_key_stands_for_one_body(place: Place, dcl: Dcl) -> None:
    """However the body is written; another one is refused and nothing is sent."""
    headers = {"idempotency-key": "k"}
    first = await place.client.post(PROVISION, headers=headers, json={"force": False})
    same = await place.client.post(PROVISION, headers=headers, json={"connector_id": "mule_auto_01"})
    other = await place.client.post(PROVISION, headers=headers, json={"force": True})
    assert same.content == first.content
    assert (other.status_code, other.json()["code"]) == (409, "aod.idempotency_key_reused")
    assert len(dcl.received) == 1
    await place.client.post(PROVISION, headers={"idempotency-key": "k2"})
    await place.client.post(PROVISION)
    assert len(dcl.received) == 3


@pytest.mark.parametrize("key", [b"", b"x" * 129, b"\xc3\xbc", b"a\tb"])
async def test_a_key_that_is_none_is_a_422(place: Place, dcl: Dcl, key: bytes) -> None:
    """Named by its header; so are two of them."""
    for headers in ([(b"idempotency-key", key)], [(b"idempotency-key", b"a"), (b"idempotency-key", b"b")]):
        told = await place.client.post(PROVISION, headers=headers)
        assert (told.status_code, told.json()["path"]) == (422, "headers.idempotency-key")
    assert not dcl.received


async def test_a_named_asset_is_probed_again_and_handed_over(place: Place, dcl: Dcl, farm: Any) -> None:
    """Also one that is not among the targets; one that is unknown, or gone, or that DCL can't read is told."""
    alias = f"http://127.0.0.1:{farm.port}/api/feeds/c90d"
    scan = (await place.client.post("/aod/api/scan", json={"targets": [alias]})).json()
    key = scan["found"][0]["asset_key"]
    assert (await place.client.post(PROVISION, json={"asset_key": key})).status_code == 200
    assert dcl.received[0].target_url == f"{alias}?chaos=true"
    unknown = await place.client.post(PROVISION, json={"asset_key": "nobody"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "aod.unknown_asset")
    await place.client.post("/aod/api/scan")
    assets = (await place.client.get("/aod/api/assets")).json()["assets"]
    workato = next(asset["asset_key"] for asset in assets if asset["platform"] == "workato")
    mute = await place.client.post(PROVISION, json={"asset_key": workato})
    assert (mute.status_code, mute.json()["code"]) == (409, "aod.no_source_type")
    shown = (await place.client.get("/aod/api/scan")).json()
    assert len(shown["probed"]) == 3  # with the others of the last scan: a page shows no less
    farm.stopping.set()
    await farm.serving
    gone = await place.client.post(PROVISION, json={"asset_key": key})
    assert (gone.status_code, gone.json()["code"]) == (404, "aod.nothing_found")
    assert [probe["outcome"] for probe in gone.json()["probed"]] == ["unreachable"]
    assert len(dcl.received) == 1


async def test_nothing_found_lists_what_was_probed(serve: Callable[..., Any], dcl: Dcl, farm: Any) -> None:
    """A decoy and a closed port: a 404 with each target's outcome, and no package."""
    targets = f"http://127.0.0.1:{farm.port}/api/feeds/b21c,http://127.0.0.1:1/"
    async with serve(dcl.mount, aod_targets=targets) as place:
        told = await place.client.post(PROVISION)
        assert (told.status_code, told.json()["code"]) == (404, "aod.nothing_found")
        assert [probe["outcome"] for probe in told.json()["probed"]] == ["unknown", "unreachable"]
        nothing = await place.client.get("/aod/api/targeting-package")
        assert (nothing.status_code, nothing.json()["code"]) == (404, "aod.nothing_found")
        assert (await place.client.get("/aod/api/scan")).json()["found"] == []
    assert not dcl.received


async def test_only_a_platform_that_dcl_can_read_is_handed_over(serve: Callable[..., Any], dcl: Dcl, farm: Any) -> None:
    """A finding without a source_type is shown and refused in clear words."""
    async with serve(dcl.mount, aod_targets=f"http://127.0.0.1:{farm.port}/api/feeds/7f3a") as place:
        told = await place.client.post(PROVISION)
        assert (told.status_code, told.json()["code"]) == (409, "aod.no_source_type")
        assert "workato can't be handed over" in told.json()["detail"]
    assert not dcl.received


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("/aod/api/scan", {"targets": []}, "$.targets"),
        ("/aod/api/scan", {"targets": ["http://h/", "http://u:hunter2@h/"]}, "$.targets[1]"),
        ("/aod/api/scan", {"targets": ["http://h/?api_key=hunter2"]}, "$.targets[0]"),
        ("/aod/api/scan", {"targets": ["http://h/"] * 65}, "$.targets"),
        ("/aod/api/scan", {"target": []}, "$.target"),
        (PROVISION, {"connector_id": "a/b"}, "$.connector_id"),
        (PROVISION, {"asset_key": "x" * 129}, "$.asset_key"),
        (PROVISION, {"url": "http://h/"}, "$.url"),
    ],
)
async def test_a_bad_body_is_a_422_that_names_the_place(
    place: Place, dcl: Dcl, path: str, body: dict[str, Any], named: str
) -> None:
    """Nothing is probed, kept or sent, and no secret comes back."""
    told = await place.client.post(path, json=body)
    assert (told.status_code, told.json()["path"]) == (422, named)
    assert "hunter2" not in told.text
    assert (await place.client.get("/aod/api/scan")).status_code == 404
    assert not dcl.received


async def test_what_happens_is_told_as_events(place: Place) -> None:
    """A page that listens hears of the scan and of the handshake."""
    await place.client.post(PROVISION)
    told = [msgspec.json.decode(frame.split(b"data: ", 1)[1]) for frame in place.core.events._ring]
    assert [(each["topic"], each["event"]) for each in told] == [("aod", "scanned"), ("aod", "provisioned")]
    assert told[1]["data"]["connector_id"] == "mule_auto_01"
