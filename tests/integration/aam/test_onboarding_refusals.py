"""Onboarding over HTTP, what is turned away: what is not on the list, bad intents, keys without the right."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from aos.contracts.onboarding import FAMILIES
from aos.core.errors import InvalidInput
from aos.core.http import Access
from tests.integration.aam.played import CONNECTIONS, FUNNEL, HEAL, ONBOARD, Played, funnel, intent, kept
from tests.integration.served import KEYS, Place


@pytest.mark.parametrize("source_type", ["mongo", "postgres", "supabase", "filesource", "GitHub", "anything else"])
async def test_what_is_not_on_the_list_is_a_409_and_counted_once(onboarding: Place, source_type: str) -> None:
    """Kept as UNSUPPORTED, however often it comes; its evidence does not matter."""
    body = intent(source_type=source_type, evidence={"status": "Shadow", "source": "CASB", "ts": "2026"})
    for _ in range(2):
        refused = await onboarding.client.post(ONBOARD, json=body)
        told = refused.json()
        assert (refused.status_code, told["error"], told["code"]) == (409, "UNSUPPORTED", "onboarding.unsupported")
        assert set(told["supported"]) == FAMILIES
    counted = await funnel(onboarding)
    assert (counted["unsupported_type"], counted["total"], counted["eligible"]) == (1, 1, 0)
    history = (await onboarding.client.get(f"{CONNECTIONS}/{told['connection_id']}/history")).json()
    assert [each["state"] for each in history["versions"]] == ["UNSUPPORTED"]


def without(name: str) -> dict[str, Any]:
    body = intent()
    del body[name]
    return body


BAD: list[tuple[Any, str]] = [
    *((without(name), f"$.{name}") for name in intent() if name != "credential_locator"),
    *((intent(**{name: 5}), f"$.{name}") for name in intent()),
    (intent(colour="red"), "$.colour"),
    ([], "$"),
    (None, "$"),
    (intent(namespace="demo"), "$.namespace"),
    (intent(namespace="default"), "$.namespace"),
    (intent(scopes_mode="full"), "$.scopes_mode"),
    (intent(risk_level="extreme"), "$.risk_level"),
    (intent(resource_ids=[]), "$.resource_ids"),
    (intent(resource_ids=[""]), "$.resource_ids[0]"),
    (intent(resource_ids=["a", "b\nc"]), "$.resource_ids[1]"),
    (intent(resource_ids=["x"] * 101), "$.resource_ids"),
    (intent(source_type="mon\x00go"), "$.source_type"),
    (intent(source_type="mongo", scopes_mode="a\u202eb"), "$.scopes_mode"),
    (intent(source_type="mongo", evidence={**intent()["evidence"], "ts": "\x1b[31m"}), "$.evidence.ts"),
    *(
        (intent(evidence={**intent()["evidence"], **change}), f"$.evidence.{next(iter(change))}")
        for change in ({"status": "Shadow"}, {"source": "HR"}, {"ts": "yesterday"}, {"ts": 5})
    ),
    (intent(evidence={"status": "Sanctioned", "source": "IdP"}), "$.evidence.ts"),
    *(
        (intent(owner={**intent()["owner"], **change}), f"$.owner.{next(iter(change))}")
        for change in ({"user": ""}, {"confidence": 1.5}, {"confidence": "high"}, {"why": "gossip"})
    ),
    *(
        (intent(credential_locator=text), "$.credential_locator")
        for text in (
            "hunter2",
            "password:hunter2",
            "ghp_0123456789abcdef0123456789abcdef0123",
            "env:ghp_0123456789abcdef0123456789abcdef0123",
            "vault:hvs.0123456789abcdef0123",
            "env:",
            "env:A B",
            "vault:",
            "vault:../x",
            "vault:a/../b",
            "vault:/a",
            "consent:a/b",
            "sp:../x",
            "ENV:X_TOKEN",
            " env:X_TOKEN",
            "vault:" + "a/" * 300 + "a",
        )
    ),
    (intent(resource_ids=["postgresql://ann:hunter2@db.example.com/x"]), "$.resource_ids[0]"),
    (intent(resource_ids=["ok", "host=db password=hunter2"]), "$.resource_ids[1]"),
    (intent(resource_ids=["https://api.example.com/?api_key=hunter2"]), "$.resource_ids[0]"),
    (intent(owner={**intent()["owner"], "user": "ghp_0123456789abcdef0123456789abcdef0123"}), "$.owner.user"),
]


async def test_a_bad_intent_is_a_422_with_its_path_and_leaves_nothing(onboarding: Place, tmp_path: Path) -> None:
    """Each field missing, wrong, or too much; a secret in it; another namespace. What was sent is not repeated."""
    headers = {"content-type": "application/json"}
    for body, path in BAD:
        refused = await onboarding.client.post(ONBOARD, content=json.dumps(body), headers=headers)
        told = refused.json()
        assert (refused.status_code, told.get("path")) == (422, path), (body, told)
        assert "hunter2" not in refused.text
        assert "0123456789abcdef0123" not in refused.text
    assert kept(tmp_path) == []
    assert (await funnel(onboarding))["total"] == 0


async def test_an_unsupported_one_with_a_secret_in_it_is_refused_too(onboarding: Place, tmp_path: Path) -> None:
    """It would be kept otherwise."""
    body = intent(source_type="mongo", resource_ids=["mongodb://ann:hunter2@db.example.com"])
    assert (await onboarding.client.post(ONBOARD, json=body)).status_code == 422
    assert kept(tmp_path) == []


async def test_what_is_no_json_or_too_large_is_refused(onboarding: Place, tmp_path: Path) -> None:
    """422, 413 from a megabyte on, 415."""
    headers = {"content-type": "application/json"}
    for content, status in ((b"{", 422), (b"\xff", 422), (b"[" * 100_000, 422), (b" " * 1_000_000, 413)):
        assert (await onboarding.client.post(ONBOARD, content=content, headers=headers)).status_code == status
    assert (
        await onboarding.client.post(ONBOARD, content=b"{}", headers={"content-type": "text/plain"})
    ).status_code == 415
    assert kept(tmp_path) == []


async def test_an_unusable_resource_id_is_a_422_and_leaves_nothing(
    onboarding: Place, played: Played, tmp_path: Path
) -> None:
    """The adapter says which; only it knows what a family's ids mean."""
    played.plan("acme", make=InvalidInput("resource_ids[0] is no organisation", path="$.resource_ids[0]"))
    refused = await onboarding.client.post(ONBOARD, json=intent())
    assert (refused.status_code, refused.json()["path"]) == (422, "$.resource_ids[0]")
    assert kept(tmp_path) == []


ROUTES = {
    ("POST", ONBOARD): (Access.OPERATOR, Access.SERVICE),
    ("POST", "/aam/connections/onboard/batch"): (Access.OPERATOR, Access.SERVICE),
    ("POST", HEAL): (Access.OPERATOR,),
    ("GET", CONNECTIONS): (Access.OPERATOR, Access.SERVICE, Access.VIEWER),
    ("GET", f"{CONNECTIONS}/conn-x/health"): (Access.OPERATOR, Access.SERVICE, Access.VIEWER),
    ("GET", f"{CONNECTIONS}/conn-x/history"): (Access.OPERATOR, Access.SERVICE, Access.VIEWER),
    ("GET", FUNNEL): (Access.OPERATOR, Access.SERVICE, Access.VIEWER),
    ("POST", "/aam/consents/x/grant"): (Access.OPERATOR,),
    ("GET", "/aam/consents"): (Access.OPERATOR,),
    ("DELETE", "/aam/consents/x"): (Access.OPERATOR,),
}


async def test_no_key_is_a_401_and_a_key_without_the_right_a_403(onboarding: Place) -> None:
    """For each route and role, malformed keys too."""
    async with httpx.AsyncClient(base_url=onboarding.url, trust_env=False) as stranger:
        for (method, path), allowed in ROUTES.items():
            for headers in ({}, {"x-api-key": "unknown"}, {"authorization": "Basic x"}, {"x-api-key": b"\xff"}):
                assert (await stranger.request(method, path, headers=headers)).status_code == 401  # type: ignore[arg-type]
            for role, key in KEYS.items():
                answered = await stranger.request(method, path, headers={"x-api-key": key})
                assert (answered.status_code == 403) == (role not in allowed), (method, path, role)
