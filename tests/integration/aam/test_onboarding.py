"""Onboarding over HTTP with played adapters: the table of steps, idempotence, and who sees which connection."""

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aos.aam.onboarding import families
from aos.aam.onboarding.failure import Kind
from aos.aam.onboarding.record import connection_id
from aos.contracts.onboarding import FAMILIES
from aos.core.http import Access
from tests.integration.aam.played import (
    BATCH,
    CONNECTIONS,
    FUNNEL,
    HEAL,
    ONBOARD,
    Played,
    fails,
    funnel,
    intent,
    kept,
    onboard,
)
from tests.integration.served import KEYS, Place


async def test_an_intent_becomes_an_active_connection(onboarding: Place, played: Played) -> None:
    """Health, catalogue, tiny first sync, in this order; the answer has all of it, and health and list agree."""
    told = await onboard(onboarding)
    connection = told["connection"]
    assert (told["created"], told["called"], connection["state"]) == (True, True, "ACTIVE")
    assert [step for step, _ in played.calls] == ["open", "discover", "sample"]
    assert connection["safe_mode"] is True
    assert (connection["via"], connection["credential"], connection["endpoints"]) == ("native", "env", "vendor")
    assert connection["first_sync"] == {"rows": 7, "latency_ms": 12.5, "empty": False}
    assert [field["name"] for field in connection["catalog"]["streams"][0]["fields"]] == ["id", "name"]
    assert (connection["granted_scopes"], connection["warnings"]) == (["read:org"], ["a warning"])
    assert (await onboarding.client.get(CONNECTIONS)).json()["connections"] == [connection]
    health = (await onboarding.client.get(f"{CONNECTIONS}/{connection['connection_id']}/health")).json()
    assert (health["state"], health["first_sync_rows"], health["latency_ms"]) == ("ACTIVE", 7, 12.5)
    assert health["checked_at"] == connection["updated_at"]
    assert played.closed == 1


async def test_the_same_intent_fifty_times_at_once_is_one_connection(onboarding: Place, played: Played) -> None:
    """One run of the steps, one created, one version, one count."""
    played.plan("acme", hold=(gate := asyncio.Event()))
    sent = [asyncio.create_task(onboard(onboarding)) for _ in range(50)]
    await asyncio.sleep(0.05)
    gate.set()
    told = await asyncio.gather(*sent)
    assert [step for step, _ in played.calls] == ["open", "discover", "sample"]
    assert sum(each["created"] for each in told) == sum(each["called"] for each in told) == 1
    assert {each["connection"]["version"] for each in told} == {1}
    counted = await funnel(onboarding)
    assert (counted["total"], counted["eligible"], counted["active"], counted["created"]) == (1, 1, 1, 1)


async def test_a_failing_intent_fifty_times_at_once_asks_once(onboarding: Place, played: Played) -> None:
    """Who waited takes what came of it, also where that is no success."""
    played.plan("acme", open=fails(Kind.NETWORK), hold=(gate := asyncio.Event()))
    sent = [asyncio.create_task(onboard(onboarding)) for _ in range(50)]
    await asyncio.sleep(0.05)
    gate.set()
    assert {each["connection"]["state"] for each in await asyncio.gather(*sent)} == {"NETWORK_BLOCKED"}
    assert len(played.calls) == 1


async def test_a_repeat_of_an_active_one_calls_nobody(onboarding: Place, played: Played, tmp_path: Path) -> None:
    """Nor does it write."""
    await onboard(onboarding)
    before = kept(tmp_path)
    told = await onboard(onboarding)
    assert (told["created"], told["called"]) == (False, False)
    assert len(played.calls) == 3
    assert kept(tmp_path) == before


async def test_spellings_of_one_resource_are_one_connection(onboarding: Place, played: Played) -> None:
    """Case that does not count, and blanks: one connection, asked once, with the id of the plain spelling."""
    spelled = ["acme-dup", "Acme-Dup", "ACME-DUP", " acme-dup "]
    told = [await onboard(onboarding, resource_ids=[each]) for each in spelled]
    assert len({each["connection"]["connection_id"] for each in told}) == 1
    assert [each["created"] for each in told] == [True, False, False, False]
    assert told[0]["connection"]["connection_id"] == connection_id("autonomy", "github", ["acme-dup"])
    assert (await funnel(onboarding))["total"] == 1


async def test_a_repeat_with_another_credential_begins_with_health(onboarding: Place, played: Played) -> None:
    """What one credential passed proves nothing of the next: it may be of another account."""
    played.plan("acme", discover=fails(Kind.PERMISSION))
    await onboard(onboarding)
    played.plans.clear()
    played.calls.clear()
    await onboarding.client.post("/aam/consents/second/grant", json={"secret": {"token": "another"}})
    await onboard(onboarding, credential_locator="consent:second")
    assert [step for step, _ in played.calls] == ["open", "discover", "sample"]


@pytest.mark.parametrize("step", ["discover", "sample"])
async def test_a_repeat_goes_on_at_the_step_that_failed(onboarding: Place, played: Played, step: str) -> None:
    """What was passed is not asked again, and what it saw still counts."""
    played.plan("acme", **{step: fails(Kind.PERMISSION)})
    first = await onboard(onboarding)
    assert (first["connection"]["state"], first["connection"]["reachable"]) == ("HEALING", True)
    played.plans.clear()
    played.calls.clear()
    told = await onboard(onboarding)
    assert [name for name, _ in played.calls] == ["open", "discover", "sample"][
        ["open", "discover", "sample"].index(step) :
    ]
    connection = told["connection"]
    assert (told["created"], connection["state"], connection["version"]) == (False, "ACTIVE", 2)
    assert (connection["reachable"], connection["granted_scopes"]) == (True, ["read:org"])
    assert connection["catalog"]["version"] == 1


@pytest.mark.parametrize(
    ("step", "kind", "state", "reachable"),
    [
        ("make", Kind.CREDENTIALS, "AWAITING_CREDENTIALS", False),
        ("open", Kind.NETWORK, "NETWORK_BLOCKED", False),
        ("open", Kind.CREDENTIALS, "AWAITING_CREDENTIALS", False),
        ("open", Kind.PERMISSION, "HEALING", False),
        ("open", Kind.THROTTLED, "HEALING", False),
        ("open", Kind.OTHER, "ERROR", False),
        ("discover", Kind.SCHEMA, "HEALING", True),
        ("discover", Kind.OTHER, "HEALING", True),
        ("sample", Kind.OTHER, "ERROR", True),
        ("sample", Kind.PERMISSION, "HEALING", True),
    ],
)
async def test_a_step_that_fails_gives_the_state_of_the_table(
    onboarding: Place, played: Played, step: str, kind: Kind, state: str, reachable: bool
) -> None:
    """With reason, since and next action; eligible from the moment its locator resolved."""
    played.plan("acme", **{step: fails(kind, "it is so")})
    connection = (await onboard(onboarding))["connection"]
    assert (connection["state"], connection["eligible"], connection["reachable"]) == (state, True, reachable)
    assert (connection["reason"], connection["next_action"]) == ("it is so", "do what the test says")
    assert connection["since"] == connection["updated_at"] > 0
    assert connection["last_error"] == "it is so"
    assert played.closed == (step != "make")


async def test_a_fault_of_an_adapter_is_that_connections_error_alone(onboarding: Place, played: Played) -> None:
    """Its text, which could be anything's, is not repeated."""
    played.plan("acme", discover=ZeroDivisionError("with a secret in it"))
    connection = (await onboard(onboarding))["connection"]
    assert connection["state"] == "HEALING"
    assert "ZeroDivisionError" in connection["reason"]
    assert "secret" not in connection["reason"]
    assert (await onboard(onboarding, "other"))["connection"]["state"] == "ACTIVE"


async def test_more_than_twenty_items_are_an_error(onboarding: Place, played: Played) -> None:
    """Twenty is a promise, whatever an adapter does."""
    played.plan("acme", rows=21)
    assert (await onboard(onboarding))["connection"]["state"] == "ERROR"
    played.plan("other", rows=20)
    assert (await onboard(onboarding, "other"))["connection"]["first_sync"]["rows"] == 20


async def test_an_empty_source_is_active_and_says_so(onboarding: Place, played: Played) -> None:
    """A person sees that a grant may be missing."""
    played.plan("acme", rows=0)
    connection = (await onboard(onboarding))["connection"]
    assert (connection["state"], connection["first_sync"]["empty"]) == ("ACTIVE", True)
    assert "grant" in connection["reason"]


@pytest.mark.parametrize(
    "locator", [None, "", "  ", "env:PATH", "env:ABSENT_TOKEN", "consent:nobody", "sp:none.json", "vault:a/b"]
)
async def test_without_a_credential_a_connection_waits_and_nobody_is_called(
    onboarding: Place, played: Played, locator: str | None
) -> None:
    """Absent, null, empty, not allowed, not found: kept, not eligible, with what to do."""
    connection = (await onboard(onboarding, credential_locator=locator))["connection"]
    assert (connection["state"], connection["eligible"]) == ("AWAITING_CREDENTIALS", False)
    assert connection["next_action"]
    assert not played.secrets
    counted = await funnel(onboarding)
    assert (counted["eligible"], counted["awaiting_credentials"], counted["created"]) == (0, 1, 0)
    assert (counted["coverage"], counted["slo_met"]) == (None, None)
    assert "Coverage 0/0 (target ≥ 0.90)." in counted["lines"][0]


async def test_an_intent_without_a_locator_waits_too(onboarding: Place) -> None:
    """Every other field is needed."""
    body = intent()
    del body["credential_locator"]
    told = (await onboarding.client.post(ONBOARD, json=body)).json()
    assert told["connection"]["state"] == "AWAITING_CREDENTIALS"
    named = await onboard(onboarding)
    assert (named["created"], named["connection"]["state"]) == (False, "ACTIVE")


async def test_a_tenants_connections_are_its_own(onboarding: Place) -> None:
    """The same intent in two tenants is two connections; each sees one."""
    service = {"x-api-key": KEYS[Access.SERVICE]}
    for tenant in ("default", "other"):
        headers = {**service, "x-tenant-id": tenant}
        sent = await onboarding.client.post(ONBOARD, json=intent(), headers=headers)
        assert sent.json()["created"] is True
    named = sent.json()["connection"]["connection_id"]
    for tenant, status in (("default", 200), ("other", 200), ("third", 404)):
        headers = {**service, "x-tenant-id": tenant}
        assert (await onboarding.client.get(f"{CONNECTIONS}/{named}/health", headers=headers)).status_code == status
        counted = (await onboarding.client.get(FUNNEL, headers=headers)).json()
        assert counted["total"] == (status == 200)


async def test_pages_of_connections_hold_all_of_them_once(onboarding: Place) -> None:
    """By cursor; a filter by state; an unknown parameter is named, and a cursor that no page gave."""
    for number in range(5):
        await onboard(onboarding, f"org-{number}")
    await onboard(onboarding, "waits", credential_locator=None)
    seen: list[str] = []
    cursor = ""
    for _ in itertools.count():
        page = (await onboarding.client.get(CONNECTIONS, params={"limit": 2, "cursor": cursor})).json()
        seen += [each["resource_ids"][0] for each in page["connections"]]
        if (cursor := page["cursor"]) is None:
            break
    assert sorted(seen) == ["org-0", "org-1", "org-2", "org-3", "org-4", "waits"]
    waiting = (await onboarding.client.get(CONNECTIONS, params={"state": "AWAITING_CREDENTIALS"})).json()
    assert [each["resource_ids"] for each in waiting["connections"]] == [["waits"]]
    for name in ("namespaces", "cursor"):
        refused = await onboarding.client.get(CONNECTIONS, params={name: "zz"})
        assert (refused.status_code, refused.json()["path"]) == (422, f"query.{name}")


async def test_other_endpoints_make_an_active_one_prove_itself_again(
    serve: Callable[..., Any], played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that was read at the sandbox is none at the vendor."""
    monkeypatch.setenv("PLAYED_TOKEN", "played-secret-value")
    async with serve(played.mount, aam_endpoints="sandbox") as place:
        assert (await onboard(place))["connection"]["endpoints"] == "sandbox"
        assert (await funnel(place))["endpoints"] == ["sandbox"]
    async with serve(played.mount) as place:
        told = await onboard(place)
        assert (told["called"], told["connection"]["endpoints"]) == (True, "vendor")
        assert (await funnel(place))["endpoints"] == ["vendor"]


async def test_the_demo_namespace_stays_as_it_is_byte_for_byte(
    onboarding: Place, played: Played, tmp_path: Path
) -> None:
    """Whatever is done in autonomy: its rows, its answers. It has something to look at from the first start on."""
    rows = kept(tmp_path, "demo")
    asked = [f"{CONNECTIONS}?namespace=demo", f"{FUNNEL}?namespace=demo"]
    before = [(await onboarding.client.get(path)).content for path in asked]
    assert len(rows) >= 5
    await onboard(onboarding)
    played.plan("dark", open=fails(Kind.NETWORK))
    await onboard(onboarding, "dark")
    assert (await onboarding.client.post(ONBOARD, json=intent(source_type="mongo"))).status_code == 409
    assert (await onboarding.client.post(HEAL)).status_code == 200
    assert (await onboarding.client.post(HEAL, json={"namespace": "demo"})).json()["path"] == "$.namespace"
    assert (await onboarding.client.post(ONBOARD, json=intent(namespace="demo"))).status_code == 422
    assert kept(tmp_path, "demo") == rows
    assert [(await onboarding.client.get(path)).content for path in asked] == before


async def test_demo_is_filled_once(serve: Callable[..., Any], played: Played, tmp_path: Path) -> None:
    """The next start adds nothing."""
    async with serve(played.mount):
        before = kept(tmp_path, "demo")
    async with serve(played.mount):
        assert kept(tmp_path, "demo") == before


@pytest.mark.parametrize("path", [ONBOARD, BATCH, HEAL])
async def test_what_a_vendor_holds_up_ends_when_the_process_does(
    onboarding: Place, played: Played, eventually: Any, path: str
) -> None:
    """At once, with a 503 that says what to do; its adapter is closed, and nothing half known is kept."""
    if path == HEAL:
        await onboard(onboarding)
        played.calls.clear()
    played.plan("acme", hold=asyncio.Event())
    closed = played.closed
    body = {ONBOARD: intent(), BATCH: {"intents": [intent()]}, HEAL: {}}[path]
    sent = asyncio.create_task(onboarding.client.post(path, json=body))
    await eventually(lambda: played.calls)
    onboarding.core.stopping.set()
    answered = await sent
    assert (answered.status_code, answered.json()["code"]) == (503, "service.stopping")
    assert played.closed == closed + 1


def test_the_families_of_the_contract_are_those_of_the_catalogue() -> None:
    """29, and each can be read."""
    assert set(families.load()) == FAMILIES
    assert len(FAMILIES) == 29
