"""The commands of onboarding against a running AOS: what they print and how they end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest

from aos.aam.onboarding.failure import Kind
from aos.contracts.intent import ConnectionIntent
from aos.contracts.onboarding import FAMILIES
from aos.contracts.sandbox import SandboxGrant, SandboxGrantRequest
from aos.core.http import Access, Call, Endpoint
from aos.core.module import Core
from aos.core.settings import REPOSITORY
from scripts import exec_summary, heal, smoke_90
from tests.integration.aam.played import FUNNEL, ONBOARD, Played, fails, intent
from tests.integration.served import KEYS, Place

SMOKE = ("github", "gworkspace_drive", "salesforce", "slack", "snowflake")
FIVE = [
    "Eligible: 5 | Reachable: 5 | Active: 5 → Coverage 5/5 (target ≥ 0.90).",
    "Awaiting Creds: 0 | Network Blocked: 0 | Unsupported Type: 0 | Healing: 0 | Error: 0",
    "Auto-created 5 connections; Safe-Mode only; first-sync p95 latency 12 ms; no destructive ops.",
]


async def grant(call: Call) -> SandboxGrant:
    family = call.path["source_type"]
    return SandboxGrant(
        source_type=family,
        secret={"token": f"of-{family}"},
        resource_ids=[f"{family}-demo"],
        expires_at=4_000_000_000_000,
    )


@pytest.fixture
async def place(serve: Callable[..., Any], played: Played, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    """AAM in sandbox mode with played adapters, and a Farm that grants."""

    async def mount(core: Core) -> dict[str, list[Endpoint]]:
        route = Endpoint(
            method="POST",
            path="/sandbox-control/{source_type}/grants",
            handler=grant,
            access=Access.SERVICE,
            summary="",
            body=SandboxGrantRequest,
            answer=SandboxGrant,
            status=201,
        )
        return {"farm": [route], **await played.mount(core)}

    async with serve(mount, aam_endpoints="sandbox") as served:
        monkeypatch.setenv("AOS_URL", served.url)
        monkeypatch.setenv("AOS_KEY", KEYS[Access.OPERATOR])
        yield served


async def run(main: Callable[[list[str]], int], *arguments: str) -> int:
    return await asyncio.to_thread(main, [*arguments])


async def test_smoke_onboards_five_and_prints_the_summary(
    place: Place, played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with a grant of the sandbox, for the account of the grant; exit 0; the summary is the funnel's."""
    assert await run(smoke_90.main) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in said[1:6]] == list(SMOKE)
    assert said[6:9] == FIVE == (await place.client.get(FUNNEL)).json()["lines"]
    assert said[9] == 'SLO met | endpoints: sandbox | data_source: "database"'
    assert {secret.reveal("token") for secret in played.secrets} == {f"of-{family}" for family in SMOKE}
    assert {resource for _, resource in played.calls} == {f"{family}-demo" for family in SMOKE}
    assert await run(smoke_90.main) == 0


async def test_smoke_fails_below_the_target_and_says_what_to_do(
    place: Place, played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Four of five are not enough; heal puts it right and says so."""
    played.plan("slack-demo", open=fails(Kind.PERMISSION, "a scope is missing"))
    assert await run(smoke_90.main) == 1
    said = capsys.readouterr().out
    assert "slack: HEALING (a scope is missing; do what the test says)" in said
    assert "Coverage 4/5 (target ≥ 0.90)." in said
    assert "SLO not met" in said
    played.plans.clear()
    assert await run(heal.main) == 0
    said = capsys.readouterr().out
    assert said.startswith("Checked 5: 1 promoted, 0 demoted, 4 unchanged.\n")
    assert "HEALING → ACTIVE" in said
    assert FIVE[0] in said


async def test_heal_of_an_unknown_connection_is_one_plain_line(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """On stderr; exit 1."""
    assert await run(heal.main, "conn-nobody") == 1
    assert capsys.readouterr().err == "Not found: No connection of this namespace has that id\n"


async def test_the_summary_of_any_namespace_is_the_funnels(
    place: Place, played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Line by line; with none eligible it says so."""
    assert await run(exec_summary.main) == 0
    assert "not measured: no eligible intent" in capsys.readouterr().out
    await place.client.post("/aam/consents/x/grant", json={"secret": {"token": "x"}})
    await place.client.post(ONBOARD, json=intent(credential_locator="consent:x"))
    for namespace in ("autonomy", "demo"):
        assert await run(exec_summary.main, "--namespace", namespace) == 0
        funnel = (await place.client.get(FUNNEL, params={"namespace": namespace})).json()
        assert capsys.readouterr().out.splitlines()[:3] == funnel["lines"]


def test_without_an_aos_there_is_one_plain_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback."""
    monkeypatch.setenv("AOS_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AOS_KEY", "some-key-of-an-operator")
    for main in (exec_summary.main, heal.main):
        assert main([]) == 1
        assert capsys.readouterr().err.startswith("No AOS answers at http://127.0.0.1:9.")


def test_the_five_intents_are_those_of_the_document() -> None:
    """Strict, of five families, each waiting for a consent of its own."""
    found = {
        path.stem: msgspec.json.decode(path.read_bytes(), type=ConnectionIntent)
        for path in (REPOSITORY / "seeds" / "intents").glob("*.json")
    }
    assert tuple(sorted(found)) == SMOKE
    for name, each in found.items():
        assert (each.source_type, each.namespace, each.credential_locator) == (name, "autonomy", f"consent:{name}")
        assert each.source_type in FAMILIES
