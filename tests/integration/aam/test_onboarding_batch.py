"""Batches: the funnel is the truth over many intents, few at a time, told as they go."""

import json
import random
from collections import Counter
from typing import Any

import pytest

from aos.aam.onboarding.failure import STATES, Kind
from aos.aam.onboarding.funnel import percentile
from tests.integration.aam.played import BATCH, FUNNEL, ONBOARD, Played, fails, intent
from tests.integration.served import Place

STEPS = ("open", "discover", "sample")


def truth(seed: int, count: int, played: Played) -> tuple[list[dict[str, Any]], Counter[str], list[float]]:
    """Random intents, played so that their outcome is known: what the funnel must count, and the latencies."""
    draw = random.Random(seed)
    intents, expected, latencies = [], Counter[str](), []
    for number in range(count):
        resource, latency = f"org-{number}", float(draw.randint(1, 5_000))
        body = intent(resource)
        match draw.choice(("fine", "fine", "fine", "fails", "fails", "unsupported", "absent", "bad", "twice")):
            case "unsupported":
                body["source_type"] = draw.choice(("mongo", "postgres", "other"))
                expected.update(["unsupported_type", "total", "refused"])
            case "absent":
                body["credential_locator"] = draw.choice((None, "env:ABSENT_TOKEN", "consent:nobody"))
                expected.update(["awaiting_credentials", "total"])
            case "bad":
                body[draw.choice(("scopes_mode", "namespace", "credential_locator"))] = "wrong"
                expected.update(["refused"])
            case "fails":
                step, kind = draw.choice(STEPS), draw.choice(list(Kind))
                played.plan(resource, latency_ms=latency, **{step: fails(kind)})
                state = "HEALING" if (step, kind) == ("discover", Kind.OTHER) else STATES[kind]
                expected.update(["eligible", "created", "total", state.lower()])
                expected.update(["reachable"] * (step != "open"))
            case twice_or_fine:
                played.plan(resource, latency_ms=latency)
                expected.update(["eligible", "created", "total", "reachable", "active"])
                latencies.append(latency)
                intents += [json.loads(json.dumps(body))] * (twice_or_fine == "twice")
        intents.append(body)
    draw.shuffle(intents)
    return intents, expected, sorted(latencies)


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_funnel_is_the_truth_for_a_thousand_random_intents(
    onboarding: Place, played: Played, seed: int
) -> None:
    """Each bucket, coverage, p95, and the three lines; the same batch again changes nothing but what can still come."""
    intents, expected, latencies = truth(seed, 1_000, played)
    answered = await onboarding.client.post(BATCH, json={"intents": intents})
    report = answered.json()
    funnel = report["funnel"]
    names = ("eligible", "reachable", "active", "awaiting_credentials", "network_blocked", "unsupported_type")
    names += ("healing", "error", "created", "total")
    assert {name: funnel[name] for name in names} == {name: expected[name] for name in names}
    assert (report["received"], len(report["refused"])) == (len(intents), expected["refused"])
    assert funnel["coverage"] == expected["active"] / expected["eligible"]
    assert funnel["slo_met"] is (expected["active"] / expected["eligible"] >= 0.9)
    assert funnel["first_sync_p95_ms"] == percentile(latencies, 95)
    assert funnel["lines"] == [
        f"Eligible: {expected['eligible']} | Reachable: {expected['reachable']} | Active: {expected['active']} "
        f"→ Coverage {expected['active']}/{expected['eligible']} (target ≥ 0.90).",
        f"Awaiting Creds: {expected['awaiting_credentials']} | Network Blocked: {expected['network_blocked']} | "
        f"Unsupported Type: {expected['unsupported_type']} | Healing: {expected['healing']} | "
        f"Error: {expected['error']}",
        f"Auto-created {expected['created']} connections; Safe-Mode only; first-sync p95 latency "
        f"{round(percentile(latencies, 95) or 0)} ms; no destructive ops.",
    ]
    assert (await onboarding.client.get(FUNNEL)).json() == funnel
    assert played.most_at_once <= 16
    again = (await onboarding.client.post(BATCH, json={"intents": intents})).json()["funnel"]
    assert {name: again[name] for name in names} == {name: expected[name] for name in names}


async def test_what_is_refused_is_named_by_its_place(onboarding: Place) -> None:
    """And holds up no other."""
    bodies = [intent("a"), intent("b", source_type="mongo"), intent("c", namespace="x"), intent("d")]
    report = (await onboarding.client.post(BATCH, json={"intents": bodies})).json()
    assert [(each["index"], each["code"]) for each in report["refused"]] == [
        (1, "onboarding.unsupported"),
        (2, "onboarding.namespace"),
    ]
    assert (report["onboarded"], report["funnel"]["active"]) == (2, 2)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"intents": []}, "$.intents"),
        ({}, "$.intents"),
        ({"intents": [intent(), {"source_type": "x"}]}, "$.intents[1].resource_ids"),
        ({"intents": [intent(risk_level="x")]}, "$.intents[0].risk_level"),
    ],
)
async def test_a_batch_that_can_not_be_read_onboards_nothing(
    onboarding: Place, played: Played, body: dict[str, Any], path: str
) -> None:
    """All or none of it is read."""
    refused = await onboarding.client.post(BATCH, json=body)
    assert (refused.status_code, refused.json()["path"]) == (422, path)
    assert played.calls == []


async def test_ten_thousand_are_taken_and_one_more_is_not(onboarding: Place) -> None:
    """The most that a batch may be, refused for its number and not for its size."""
    waiting = intent(source_type="mongo")
    refused = await onboarding.client.post(BATCH, json={"intents": [waiting] * 10_001})
    assert (refused.status_code, refused.json()["path"]) == (422, "$.intents")
    taken = await onboarding.client.post(BATCH, json={"intents": [waiting] * 10_000})
    assert (taken.status_code, taken.json()["funnel"]["total"]) == (200, 1)


async def test_progress_is_told_through_the_events(onboarding: Place) -> None:
    """The first and the last at least; one that comes by itself is told by its id. No source is named in them."""
    with onboarding.core.events.subscribe() as subscription:
        single = (await onboarding.client.post(ONBOARD, json=intent("c"))).json()["connection"]
        await onboarding.client.post(BATCH, json={"intents": [intent("a"), intent("b", source_type="mongo")]})
        frames = b"".join(subscription.take()).decode()
    told = [json.loads(line[6:]) for line in frames.splitlines() if line.startswith("data: ")]
    steps = [each["data"] for each in told if each["event"] == "onboarding"]
    assert [(each["done"], each["ended"]) for each in (steps[0], steps[-1])] == [(0, False), (2, True)]
    assert steps[-1]["outcomes"] == {"ACTIVE": 1, "refused": 1}
    alone = [each["data"] for each in told if each["event"] == "connection"]
    assert alone == [{"connection_id": single["connection_id"], "state": "ACTIVE"}]
    assert "github" not in frames


async def test_only_dates_and_times_as_documented_are_taken(onboarding: Place) -> None:
    """A week, a date without dashes and a day that is none are not."""
    evidence = intent()["evidence"]
    taken = ("2026-02-10", "2026-02-10T06:30:00Z", "2026-02-10T06:30:00.123+01:00")
    for ts in (*taken, "2026-W07", "20260210", "2026-02-30", "2026-02-10 06:30"):
        sent = await onboarding.client.post(ONBOARD, json=intent(evidence={**evidence, "ts": ts}))
        assert (sent.status_code == 200) is (ts in taken), ts
        assert ts in taken or sent.json()["path"] == "$.evidence.ts"
