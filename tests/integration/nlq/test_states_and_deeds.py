"""A state says how things stand: not since when, not who did it, and not how many there were at another time."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

KEEPERS = ("Ada Moss", "Bo Reed", "Cy Vale")


def _calls() -> list[dict[str, Any]]:
    """Of a call the day is known on which it was mended; not on which it was shelved or shut."""
    return [
        {
            "call_id": f"C-{n:02d}",
            "raised_on": f"202{3 + n % 2}-{n % 12 + 1:02d}-10",
            "mended_on": f"2025-{n % 12 + 1:02d}-20" if n % 3 else None,
            "call_status": ("Open", "Mended", "Shelved", "Closed")[n % 4],
            "model": ("Orvax", "Pellum", "Quarn")[n % 3],
            "fault": ("Leak", "Noise")[n % 5 % 2],
            "assigned_agent": KEEPERS[n % 3],
            "score": n % 5 + 1 if n % 2 else None,
            "mended_hours": n,
            "was_escalated": n % 6 == 0,
        }
        for n in range(48)
    ]


def _staff() -> list[dict[str, Any]]:
    return [
        {
            "staff_id": f"S-{n:02d}",
            "guild": ("Forge", "Loom", "Mill")[n % 3],
            "craft": ("Welder", "Weaver")[n % 2],
            "standing_status": ("Active", "On leave", "Gone")[n % 4 % 3],
            "hired_on": f"202{2 + n % 3}-{n % 12 + 1:02d}-11",
            "left_on": f"2025-{n % 12 + 1:02d}-02" if n % 4 == 2 else None,
            "bonus": 100 + n,
        }
        for n in range(36)
    ]


CALLS, STAFF = _calls(), _staff()


@pytest.fixture
async def desk(asker: Asker) -> Asker:
    asker.contract("desk.calls", score=("ratio", "points"), mended_hours=("ratio", "hours"), raised_on=("period", None))
    await asker.pipe("desk.calls", CALLS, entity_scope="call", identity_keys=["call_id"])
    asker.contract("desk.staff", bonus=("additive", "USD"), hired_on=("period", None))
    await asker.pipe("desk.staff", STAFF, entity_scope="worker", identity_keys=["staff_id"])
    quarters = [{"quarter": f"2024-Q{q}", "net_sales": 90 - 7 * q % 5, "fees": q} for q in (1, 2, 3, 4)]
    asker.contract("desk.ledger", net_sales=("additive", "USD"), fees=("additive", "USD"))
    await asker.pipe("desk.ledger", quarters, entity_scope="quarter", identity_keys=["quarter"])
    return asker


@pytest.mark.parametrize(
    "question",
    [
        # When it came to be so.
        "which calls went to shelved in May 2024",
        "calls that became closed in 2024",
        "calls that turned shelved",
        "how many calls were closed in May 2024",
        "calls closed last year",
        "how many calls did we close in 2024",
        "calls open since 2024",
        "how many calls were open in May 2024",
        "calls that remained open in 2024",
        # Who did it.
        "which agent closed the most calls",
        "who closed the most calls",
        "calls closed by Ada Moss",
        "calls closed by each agent",
        "how many calls has each agent closed",
        "how many calls did Ada Moss mend",
        "which model closed the most calls",
        "calls escalated by Bo Reed",
        # Who was there at a time.
        "how many welders did we have in 2023",
        "workers active in 2023",
        "how many welders were employed in 2023",
        "welders in 2023",
        "how many workers worked in Loom in 2022",
        "who was on leave in 2024",
        "workers by year",
        "bonus in 2023",
        "who retired in 2025",
        # What a word is within, and what it is a part of.
        "calls mended within terms",
        "what share of calls was mended within terms",
        "calls mended within 30 hours",
        "workers who left within a year",
        "calls mended on time",
        "models with a mended call for the first time in 2024",
        "models whose calls are all closed",
        "what percentage of scored calls got a score of 5",
        "what percentage of the calls with a score are 5",
        "calls mended in under 10 hours",
        "calls that are mended and shelved in 2024",
        "models where everyone is active",
        "guilds where all workers are active",
        "calls closed in May 2024 that were raised in April 2024",
        # Two levels of one ranking.
        "most common fault for each model",
        "most common fault by model",
        "which fault is most common in each model",
        "for each guild the newest worker",
        "top model by agent",
        "calls of the biggest model",
        "average score of the largest model",
        "sum of the highest bonus in each guild",
        "in which quarters did net sales fall",
    ],
)
async def test_it_is_refused_or_shown_as_a_choice(desk: Asker, question: str) -> None:
    """Never answered with what is so now, or with those that came then."""
    told = await desk.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]


def _calls_in(field: str, year: str, **others: Any) -> int:
    return sum((row[field] or "").startswith(year) and others.items() <= row.items() for row in CALLS)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("how many closed calls are from 2024", _calls_in("raised_on", "2024", call_status="Closed")),
        ("how many closed calls in 2024", _calls_in("raised_on", "2024", call_status="Closed")),
        ("how many calls raised in 2024 are closed", _calls_in("raised_on", "2024", call_status="Closed")),
        ("how many calls were escalated in 2024", _calls_in("raised_on", "2024", was_escalated=True)),
        ("how many calls were mended in 2025", _calls_in("mended_on", "2025")),
        ("how many closed calls by agent", None),
        ("how many welders were hired in 2023", sum(r["craft"] == "Welder" and "2023" in r["hired_on"] for r in STAFF)),
        ("how many workers are on leave", sum(r["standing_status"] == "On leave" for r in STAFF)),
        ("how many workers left in 2025", sum(r["left_on"] is not None for r in STAFF)),
        ("what percentage of calls is closed", 25),
    ],
)
async def test_it_is_told_where_the_data_say_it(desk: Asker, question: str, value: float | None) -> None:
    """A state in front of what rows are, a date of the deed, hired or left, and what is so now."""
    told = await desk.told(question)
    if value is None:
        assert sorted(row[0] for row in told["rows"]) == sorted(KEEPERS), told["answer"]
    else:
        assert told["value"] == pytest.approx(value), told["answer"]


async def test_two_deeds_have_two_times(desk: Asker) -> None:
    """`that were raised in 2023` is no time of the mending."""
    told = await desk.told("how many calls were mended in 2025 that were raised in 2023")
    both = [row for row in CALLS if row["raised_on"].startswith("2023") and row["mended_on"]]
    assert told["value"] == len(both), told["answer"]


async def test_a_share_of_the_first_is_of_all(desk: Asker) -> None:
    """The largest share is no 100 %."""
    told = await desk.told("which guild has the largest share of bonus")
    each = {guild: sum(r["bonus"] for r in STAFF if r["guild"] == guild) for guild in ("Forge", "Loom", "Mill")}
    assert told["value"] == "Mill", told["answer"]
    assert told["rows"][0][1] == pytest.approx(100 * each["Mill"] / sum(each.values())), told["answer"]
