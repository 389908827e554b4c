"""Heal: what was put right is promoted, what broke is told, nothing is taken away."""

from typing import Any

import pytest

from aos.aam.onboarding.credentials import Credentials
from aos.aam.onboarding.failure import Kind
from aos.aam.onboarding.registry import Registry
from tests.integration.aam.played import BATCH, CONNECTIONS, HEAL, ONBOARD, Played, fails, intent
from tests.integration.served import Place


async def onboard(place: Place, resource: str = "acme", **given: Any) -> dict[str, Any]:
    return dict((await place.client.post(ONBOARD, json=intent(resource, **given))).json()["connection"])


async def heal(place: Place, **given: Any) -> dict[str, Any]:
    sent = await place.client.post(HEAL, json=given)
    assert sent.status_code == 200, sent.text
    return dict(sent.json())


async def newest(place: Place, named: str) -> dict[str, Any]:
    listed = (await place.client.get(CONNECTIONS)).json()["connections"]
    return next(each for each in listed if each["connection_id"] == named)


@pytest.mark.parametrize("kind", [Kind.PERMISSION, Kind.NETWORK, Kind.CREDENTIALS, Kind.THROTTLED, Kind.SCHEMA])
async def test_what_was_put_right_becomes_active(onboarding: Place, played: Played, kind: Kind) -> None:
    """With the reason of the change in the report, and all steps gone through anew."""
    played.plan("acme", open=fails(kind))
    before = await onboard(onboarding)
    played.plans.clear()
    report = await heal(onboarding)
    assert (report["checked"], report["promoted"], report["demoted"], report["unchanged"]) == (1, 1, 0, 0)
    (told,) = report["changed"]
    assert told.startswith(f"{before['connection_id']}: {before['state']} → ACTIVE (")
    assert (await newest(onboarding, before["connection_id"]))["state"] == "ACTIVE"
    assert report["funnel"]["coverage"] == 1.0


async def test_what_broke_is_demoted_and_says_why(onboarding: Place, played: Played) -> None:
    """It stays eligible, is reachable no more, and keeps its catalogue and first sync."""
    before = await onboard(onboarding)
    played.plan("acme", open=fails(Kind.CREDENTIALS, "the token was revoked"))
    report = await heal(onboarding)
    assert (report["promoted"], report["demoted"]) == (0, 1)
    now = await newest(onboarding, before["connection_id"])
    assert (now["state"], now["reason"]) == ("AWAITING_CREDENTIALS", "the token was revoked")
    assert (now["eligible"], now["reachable"]) == (True, False)
    assert (now["catalog"], now["first_sync"]) == (before["catalog"], before["first_sync"])


async def test_a_changed_schema_is_healing_and_then_a_new_catalogue(onboarding: Place, played: Played) -> None:
    """Both stand in the history; the same schema in another order is none."""
    before = await onboard(onboarding)
    named = before["connection_id"]
    played.plan("acme", fields=("name", "id"))
    assert (await heal(onboarding))["unchanged"] == 1
    played.plan("acme", fields=("id", "name", "topic"))
    report = await heal(onboarding)
    assert report["changed"] == [f"{named}: ACTIVE → HEALING → ACTIVE (the schema is another than catalogue 1)"]
    versions = (await onboarding.client.get(f"{CONNECTIONS}/{named}/history")).json()["versions"]
    assert [each["state"] for each in versions] == ["ACTIVE", "ACTIVE", "HEALING", "ACTIVE"]
    catalogs = [each["connection"]["catalog"] for each in versions]
    assert [catalog and catalog["version"] for catalog in catalogs] == [1, None, None, 2]
    assert versions[-1]["connection"]["since"] >= versions[0]["connection"]["since"]


async def test_a_credential_that_came_is_taken(
    onboarding: Place, played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a grant and by a variable; before that a check writes nothing and calls nobody."""
    granted = await onboard(onboarding, "granted", credential_locator="consent:acme")
    variable = await onboard(onboarding, "variable", credential_locator="env:LATER_TOKEN")
    report = await heal(onboarding)
    assert (report["checked"], report["unchanged"], played.calls) == (2, 2, [])
    assert (await newest(onboarding, granted["connection_id"]))["version"] == 1
    kept = await onboarding.client.post("/aam/consents/acme/grant", json={"secret": {"token": "t-1"}})
    assert kept.json() == {"name": "acme", "fields": ["token"], "expires_at": None}
    monkeypatch.setenv("LATER_TOKEN", "t-2")
    assert (await heal(onboarding))["promoted"] == 2
    assert {secret.reveal("token") for secret in played.secrets} == {"t-1", "t-2"}
    assert (await newest(onboarding, variable["connection_id"]))["eligible"] is True
    assert (await onboarding.client.delete("/aam/consents/acme")).status_code == 204
    assert (await heal(onboarding))["demoted"] == 1


async def test_only_the_named_ones_are_checked(onboarding: Place, played: Played) -> None:
    """One in ERROR too; one that is not there is a 404 with its place, and nothing is checked."""
    played.plan("broken", open=fails(Kind.OTHER))
    broken, fine = await onboard(onboarding, "broken"), await onboard(onboarding, "fine")
    assert broken["state"] == "ERROR"
    played.plans.clear()
    played.calls.clear()
    assert (await heal(onboarding))["checked"] == 1
    asked = {resource for _, resource in played.calls}
    assert asked == {"fine"}
    report = await heal(onboarding, connection_ids=[broken["connection_id"]])
    assert (report["checked"], report["promoted"]) == (1, 1)
    played.calls.clear()
    missing = await onboarding.client.post(HEAL, json={"connection_ids": [fine["connection_id"], "conn-nobody"]})
    assert (missing.status_code, missing.json()["path"]) == (404, "$.connection_ids[1]")
    assert played.calls == []


async def test_without_a_body_everything_is_checked(onboarding: Place) -> None:
    """None is fine, a wrong one is a 422."""
    assert (await onboarding.client.post(HEAL)).json()["checked"] == 0
    assert (await onboarding.client.post(HEAL, json={"connection_ids": "all"})).status_code == 422


async def test_a_fault_of_one_is_no_other_ones(
    onboarding: Place, played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the credential or the connector fails in a way that nobody foresaw, that connection is in ERROR."""
    for name in ("bad", "good"):
        await onboard(onboarding, name)
    played.plan("bad", make=RuntimeError("a secret text"))
    report = await heal(onboarding)
    assert (report["checked"], report["demoted"], report["unchanged"]) == (2, 1, 1)
    assert "→ ERROR (an unforeseen fault in connector (RuntimeError))" in report["changed"][0]
    assert "a secret text" not in str(report)
    sent = await onboarding.client.post(BATCH, json={"intents": [intent("bad"), intent("other")]})
    assert (sent.status_code, sent.json()["funnel"]["active"], sent.json()["funnel"]["error"]) == (200, 2, 1)

    async def breaks(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(Credentials, "secret", breaks)
    broken = await onboard(onboarding, "third")
    assert (broken["state"], broken["reason"]) == ("ERROR", "an unforeseen fault in credential (RuntimeError)")


async def test_a_fault_outside_of_the_steps_is_told_for_that_one(
    onboarding: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others of a heal or a batch go on."""
    bad = (await onboard(onboarding, "bad"))["connection_id"]
    await onboard(onboarding, "good")
    newest_of = Registry.newest

    async def breaks(self: Registry, tenant: str, named: str) -> Any:
        if named == bad:
            raise RuntimeError
        return await newest_of(self, tenant, named)

    monkeypatch.setattr(Registry, "newest", breaks)
    report = await heal(onboarding)
    assert (report["checked"], report["unchanged"]) == (1, 1)
    assert report["changed"] == [f"{bad}: not checked: an unforeseen fault in heal (RuntimeError)"]
    sent = (await onboarding.client.post(BATCH, json={"intents": [intent("bad"), intent("other")]})).json()
    assert [(each["index"], each["code"]) for each in sent["refused"]] == [(0, "onboarding.fault")]
