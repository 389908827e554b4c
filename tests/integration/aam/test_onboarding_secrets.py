"""A canary in every place where a secret can be: it reaches the adapter, and nothing else ever shows it."""

import io
import logging
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aos.aam.onboarding.failure import Kind
from aos.core import log as logs
from tests.integration.aam.played import BATCH, CONNECTIONS, FUNNEL, HEAL, ONBOARD, Played, fails, intent
from tests.integration.served import Place

CANARY = "canary-7f3a91c2-secret"
SP = '{{"client_email": "sp@example.com", "private_key": "{0}", "token_uri": "https://x.example"}}'


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged, at every level."""
    stream = io.StringIO()
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    logs.configure("json", "debug", stream)
    root.setLevel(logging.DEBUG)
    yield stream
    root.handlers[:], root.level = before


async def test_the_canary_is_nowhere(
    serve: Callable[..., Any],
    played: Played,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    written: io.StringIO,
) -> None:
    """Log, database files, answers, errors, metrics, events, /openapi; files with it are private and are its own."""
    monkeypatch.setenv("CANARY_TOKEN", CANARY)
    monkeypatch.setenv("JSON_SECRET", f'{{"client_id": "x", "client_secret": "{CANARY}"}}')
    locators = ["env:CANARY_TOKEN", "env:JSON_SECRET", "consent:canary", "sp:canary.json"]
    refused = [f"env:{CANARY}", f"token={CANARY}", CANARY, f"env:{CANARY.replace('-', '_')}", f"x:{CANARY}"]
    async with serve(played.mount) as place:
        sent = [await place.client.post("/aam/consents/canary/grant", json={"secret": {"token": CANARY}})]
        sent.append(await place.client.post("/aam/consents/canary/grant", json={"secret": {"token": [CANARY]}}))
        principal = tmp_path / "data" / "aam" / "sp" / "canary.json"
        principal.touch(mode=0o600)
        principal.write_text(SP.format(CANARY))
        with place.core.events.subscribe() as subscription:
            for number, locator in enumerate(locators):
                sent.append(await place.client.post(ONBOARD, json=intent(f"ok-{number}", credential_locator=locator)))
                assert sent[-1].json()["connection"]["state"] == "ACTIVE", locator
                resource = f"bad-{number}"
                plan = ("open", "discover", "sample")[number % 3]
                played.plan(resource, **{plan: RuntimeError(f"Authorization: Bearer {CANARY}")})
                sent.append(await place.client.post(ONBOARD, json=intent(resource, credential_locator=locator)))
            played.plan("told", open=fails(Kind.CREDENTIALS))
            for number, locator in enumerate(refused):
                sent.append(await place.client.post(ONBOARD, json=intent(f"no-{number}", credential_locator=locator)))
                sent.append(await place.client.post(BATCH, json={"intents": [intent(credential_locator=locator)]}))
            sent.append(await place.client.post(ONBOARD, json=intent(f"postgres://ann:{CANARY}@db.example.com")))
            for path in (CONNECTIONS, FUNNEL, "/aam/consents", f"{CONNECTIONS}?limit=1000", "/aam", "/aam/onboarding"):
                sent.append(await place.client.get(path))
            for connection in (await place.client.get(f"{CONNECTIONS}?limit=1000")).json()["connections"]:
                for what in ("health", "history"):
                    sent.append(await place.client.get(f"{CONNECTIONS}/{connection['connection_id']}/{what}"))
            sent.append(await place.client.post(HEAL))
            events = b"".join(subscription.take())
        metrics = place.core.metrics.text()
    assert {secret.names for secret in played.secrets} == {
        frozenset({"token"}),
        frozenset({"client_id", "client_secret"}),
        frozenset({"client_email", "private_key", "token_uri"}),
    }
    for answer in sent:
        assert CANARY not in answer.text
        assert CANARY.replace("-", "_") not in answer.text
    found = written.getvalue()
    assert "Connection checked" in found
    for told in (found, events.decode(), metrics.decode(), repr(played.secrets), str(played.secrets)):
        assert CANARY not in told
        assert CANARY.replace("-", "_") not in told
    holding = [
        path for path in (tmp_path / "data").rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()
    ]
    assert {path.name for path in holding} == {"canary.json", "canary.grant"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in holding} == {0o600}
    underscored = CANARY.replace("-", "_").encode()
    assert not [p for p in (tmp_path / "data").rglob("*") if p.is_file() and underscored in p.read_bytes()]


async def test_grants_are_filed_shown_by_name_and_taken_out(onboarding: Any, tmp_path: Path) -> None:
    """Private on disk; a bad name, a bad body, a past end are refused with their place."""
    client = onboarding.client
    grant = {"secret": {"client_id": "a", "client_secret": "b"}, "expires_at": 4_000_000_000_000}
    assert (await client.post("/aam/consents/team.a-1/grant", json=grant)).status_code == 200
    kept = (await client.get("/aam/consents")).json()["consents"]
    assert kept == [{"name": "team.a-1", "fields": ["client_id", "client_secret"], "expires_at": 4_000_000_000_000}]
    directory = tmp_path / "data" / "aam" / "consents"
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    for body, path in (
        ({"secret": []}, "$.secret"),
        ({"secret": {"token": ""}}, "$.secret.token"),
        ({"secret": {"To ken": "x"}}, "`key` in `$.secret`"),
        ({}, "$"),
        ({"secret": {"token": "x"}, "expires_at": 5}, "$.expires_at"),
        ({"secret": {"token": "x"}, "name": "y"}, "$.name"),
    ):
        refused = await client.post("/aam/consents/x/grant", json=body)
        assert (refused.status_code, path in refused.text) == (422, True), refused.text
    assert (await client.post("/aam/consents/-x/grant", json=grant)).json()["path"] == "path.name"
    assert (await client.post("/aam/consents/..%2Fx/grant", json=grant)).status_code in (404, 422)
    assert (await client.delete("/aam/consents/team.a-1")).status_code == 204
    assert (await client.delete("/aam/consents/team.a-1")).status_code == 404
    assert (await client.get("/aam/consents")).json()["consents"] == []


async def test_a_secret_in_the_wrong_field_is_not_answered_back(onboarding: Place) -> None:
    """As the value of a choice, or as the name of a field, at every depth."""
    token = "ghp_CANARY7f3a91c2d4e5f6a7b8"
    evidence, owner = intent()["evidence"], intent()["owner"]
    bodies = [
        intent(risk_level=token),
        intent(evidence={**evidence, "source": token}),
        intent(evidence={**evidence, token: 1}),
        intent(owner={**owner, "why": token}),
        intent(owner={**owner, token: 1}),
        intent(**{token: 1}),
    ]
    sent = [await onboarding.client.post(ONBOARD, json=body) for body in bodies]
    sent += [await onboarding.client.post(BATCH, json={"intents": [body]}) for body in bodies]
    sent.append(await onboarding.client.post("/aam/consents/x/grant", json={"secret": {"a": "b"}, token: 1}))
    for odd in ({token: ["x"]}, {token: ""}, {token.upper() + " ": "x"}):
        sent.append(await onboarding.client.post("/aam/consents/x/grant", json={"secret": odd}))
    for answer in sent:
        assert "CANARY" not in answer.text
    assert {answer.status_code for answer in sent[:6]} == {422}


async def test_a_source_that_names_a_field_like_the_credential_gets_it_left_out(
    onboarding: Place, played: Played
) -> None:
    """A warning counts it and does not repeat it; with nothing left there is no catalogue."""
    played.plan("acme", fields=("id", "played-secret-value", "eulav-terces-deyalp", "x" * 300, "a\u202eb"))
    told = (await onboarding.client.post(ONBOARD, json=intent())).json()["connection"]
    assert [each["name"] for each in told["catalog"]["streams"][0]["fields"]] == ["id"]
    assert any(each.startswith("4 streams or fields are left out") for each in told["warnings"])
    assert "secret-value" not in str(told)
