"""How long something takes, said by a verb; who did it, where it is everybody; several numbers with `or`."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

SHOPS, KINDS = ("Leith", "LinkedIn", "Corran"), ("Frame", "Wheel")


def _jobs() -> list[dict[str, Any]]:
    return [
        {
            "job_id": f"J-{n:04d}",
            "shop": SHOPS[n % 3],
            "kind": KINDS[n // 3 % 2],
            "happiness_score": n % 5 + 1,
            "assembly_hours": None if n % 6 == 0 else n % 37 + 1,
            "inspection_days": n % 9 + 1,
            "delivery_days": n % 7 + 2,
            "delivery_delay_days": n % 4,
            "fee": 20 + n % 50,
            "brought_on": f"2025-{n % 12 + 1:02d}-{n % 27 + 1:02d}",
            "assembled_on": None if n % 6 == 0 else f"2025-{n % 12 + 1:02d}-28",
        }
        for n in range(120)
    ]


JOBS = _jobs()
FIXES = [{"fix_id": f"F-{n}", "welding_minutes": n + 5, "hand_welding_minutes": n + 1} for n in range(20)]


@pytest.fixture
async def shop(asker: Asker) -> Asker:
    hours, days = ("ratio", "hours"), ("ratio", "days")
    asker.contract(
        "bikes.jobs", assembly_hours=hours, inspection_days=days, delivery_days=days, delivery_delay_days=days,
        happiness_score=("ratio", "points"), fee=("additive", "USD"), brought_on=("period", None),
    )  # fmt: skip
    asker.contract("bikes.fixes", welding_minutes=("ratio", "minutes"), hand_welding_minutes=("ratio", "minutes"))
    await asker.pipe("bikes.jobs", JOBS, entity_scope="job", identity_keys=["job_id"])
    await asker.pipe("bikes.fixes", FIXES, entity_scope="fix", identity_keys=["fix_id"])
    return asker


def _of(field: str, where: Any = lambda _: True) -> list[Any]:
    return [row[field] for row in JOBS if row[field] is not None and where(row)]


def _mean(field: str, where: Any = lambda _: True) -> Any:
    found = _of(field, where)
    return pytest.approx(sum(found) / len(found))


def _wheel(row: dict[str, Any]) -> bool:
    return row["kind"] == "Wheel"


def _slowest(field: str) -> str:
    return max(SHOPS, key=lambda shop: sum(_of(field, lambda r: r["shop"] == shop)) / len(JOBS) * 3)


TRUTHS: dict[str, Any] = {
    "how long do wheel jobs take to assemble on average": _mean("assembly_hours", _wheel),
    "how long does it take us to assemble a job on average": _mean("assembly_hours"),
    "how long do we need to deliver on average": _mean("delivery_days"),
    "how long does delivering a job take on average": _mean("delivery_days"),
    "how quickly are wheel jobs assembled on average": _mean("assembly_hours", _wheel),
    "how fast do we deliver wheel jobs on average": _mean("delivery_days", _wheel),
    "average time it takes to assemble a wheel job": _mean("assembly_hours", _wheel),
    "average number of hours it takes to assemble a job": _mean("assembly_hours"),
    "how many days does it take to inspect a job on average": _mean("inspection_days"),
    "how long do people wait for an inspection on average": _mean("inspection_days"),
    "what's the longest it ever took us to assemble a wheel job": max(_of("assembly_hours", _wheel)),
    "the quickest we ever assembled a wheel job": min(_of("assembly_hours", _wheel)),
    "how long did J-0004 take to assemble": JOBS[4]["assembly_hours"],
    "how long did it take to deliver J-0004": JOBS[4]["delivery_days"],
    "how many jobs took more than 5 days to inspect": sum(days > 5 for days in _of("inspection_days")),
    "how many jobs took longer than 20 hours to assemble": sum(hours > 20 for hours in _of("assembly_hours")),
    "how many jobs did the team assemble": len(_of("assembled_on")),
    "how many jobs have our people assembled": len(_of("assembled_on")),
    "how many jobs rated 1 or 2": sum(stars < 3 for stars in _of("happiness_score")),
    "how many wheel jobs with a score of 1, 3 or 5": len(
        _of("happiness_score", lambda r: _wheel(r) and r["happiness_score"] % 2)
    ),
    "what share of jobs have a score of 4 or 5": pytest.approx(
        100 * sum(stars > 3 for stars in _of("happiness_score")) / 120
    ),
    "how many dollars in fees did wheel jobs bring in": sum(_of("fee", _wheel)),
    "I'd like the total fee of wheel jobs": sum(_of("fee", _wheel)),
    "we'd love to know how many jobs came from LinkedIn": 40,
}


@pytest.mark.parametrize("question", TRUTHS)
async def test_it_is_what_plain_python_says(shop: Asker, question: str) -> None:
    """The duration whose name says what the verb says."""
    told = await shop.told(question)
    assert (told["outcome"], told["value"]) == ("answered", TRUTHS[question]), told["answer"]


async def test_the_slowest_of_them(shop: Asker) -> None:
    """A ranking by the duration that the verb stands for."""
    for question in (
        "which kind takes longest to assemble on average",
        "which kind is the slowest to be assembled on average",
    ):
        told = await shop.told(question)
        means = {
            kind: sum(found) / len(found)
            for kind in KINDS
            if (found := _of("assembly_hours", lambda r, k=kind: r["kind"] == k))
        }
        assert told["value"] == max(means, key=lambda kind: means[kind]), told["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "how long does it take to paint a job on average",
        "how long do jobs take to pay on average",
        "how long do jobs take on average",
        "how long do we take to weld on average by kind",
        "how many minutes does it take to assemble a job on average",
        "how long is a delivery late on average",
        "how long do people wait on average",
        "how long were jobs assembled",
        "average time to paint a wheel job",
        "average time to collect a job",
        "how long do jobs take to collect on average",
        "how long does it take to bring a wheel job on average",
        "shortest time to bring a job",
        "how many jobs took longer than 20 hours to paint",
        "how many jobs did the team leads assemble",
        "how many jobs did the team in Oban assemble",
        "how many jobs did the painters assemble",
        "how many euros in fees did wheel jobs bring in",
        "how many jobs did we report",
        "jobs rated 1, 2",
        "jobs rated not 1 or 2",
        "jobs with 1 or 2",
        "jobs with a score of 1 or fee",
    ],
)
async def test_what_no_figure_says_is_no_answer(shop: Asker, question: str) -> None:
    """No duration of this, or several; teams and units that the data have not; numbers that nothing joins."""
    told = await shop.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]
