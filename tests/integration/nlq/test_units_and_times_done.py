"""Limits in another unit than the figure's, units in names, and how often something was done."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker


def _cases() -> list[dict[str, Any]]:
    return [
        {
            "case_no": f"C-{n:03d}",
            "desk": ("North", "South")[n % 2],
            "repair_hours": 5 * n,
            "first_answer_minutes": 20 * n,
            "training_hours": n,
            "wait_days": n % 12 / 4,
            "reopen_count": n % 4,
            "fee": 10 * n,
        }
        for n in range(40)
    ]


def _loads() -> list[dict[str, Any]]:
    return [
        {
            "load_no": f"L-{n:03d}",
            "depot": ("Riga", "Ghent")[n % 2],
            "weight_kg": 30 * n,
            "volume_m3": n,
            "freight_cost": 100 + n,
            "transit_days": n % 9,
            "temp_min": n - 20,
            "paid": n % 3 > 0,
        }
        for n in range(40)
    ]


CASES, LOADS = _cases(), _loads()


@pytest.fixture
async def desk(asker: Asker) -> Asker:
    asker.contract(
        "desk.cases",
        repair_hours=("ratio", "hours"),
        first_answer_minutes=("ratio", "minutes"),
        fee=("additive", "EUR"),
    )
    await asker.pipe("desk.cases", CASES, entity_scope="case", identity_keys=["case_no"])
    await asker.pipe("yard.loads", LOADS, entity_scope="shipment", identity_keys=["load_no"])
    return asker


def _over(field: str, limit: float, rows: list[dict[str, Any]] = CASES) -> int:
    return sum(row[field] > limit for row in rows)


@pytest.mark.parametrize(
    ("question", "field", "limit", "said"),
    [
        ("how many cases took more than 2 days to repair", "repair_hours", 48, "2 days are 48 hours"),
        ("how many cases have a repair time over 2 days", "repair_hours", 48, "2 days are 48 hours"),
        ("how many cases with repair hours over 1.5 days", "repair_hours", 36, "1.5 days are 36 hours"),
        ("how many cases with a repair time over 1 week", "repair_hours", 168, "1 week is 168 hours"),
        ("how many cases with more than 2 days repair time", "repair_hours", 48, "2 days are 48 hours"),
        ("how many cases with repair days over 2", "repair_hours", 48, "2 days are 48 hours"),
        (
            "how many cases with a first answer time over 3 hours",
            "first_answer_minutes",
            180,
            "3 hours are 180 minutes",
        ),
        ("how many cases over 3 hours first answer", "first_answer_minutes", 180, "3 hours are 180 minutes"),
        ("how many cases with a first answer time over an hour", "first_answer_minutes", 60, "1 hour is 60 minutes"),
        ("how many cases with first answer over half an hour", "first_answer_minutes", 30, "0.5 hours are 30 minutes"),
        ("how many cases with a wait time over 48 hours", "wait_days", 2, "48 hours are 2 days"),
        ("how many cases with a repair time over 48 hours", "repair_hours", 48, ""),
        ("how many cases over 48 repair hours", "repair_hours", 48, ""),
        ("how many cases with over 10 training hours", "training_hours", 10, ""),
    ],
)
async def test_a_limit_in_another_unit_of_time_is_put_into_the_fields(
    desk: Asker, question: str, field: str, limit: float, said: str
) -> None:
    """By its name or its contract, wherever the unit stands; the answer says what it made of it."""
    told = await desk.told(question)
    assert told["value"] == _over(field, limit), told["answer"]
    assert said in told["answer"]
    assert bool(said) == ("are" in told["answer"].partition("Assumed")[2] or "is" in told["answer"].partition("Ass")[2])


@pytest.mark.parametrize(
    ("question", "low", "high"),
    [
        ("how many cases with a repair time between 1 and 2 days", 24, 48),
        ("how many cases took between 1 and 2 days to repair", 24, 48),
        ("how many cases with a repair time of 2 days or more", 48, 10**6),
        ("how many cases with a repair time of at most 2 days", 0, 48),
    ],
)
async def test_both_ends_are_put_into_the_unit_of_the_field(desk: Asker, question: str, low: int, high: int) -> None:
    """`between`, `or more` and `at most` as well."""
    told = await desk.told(question)
    assert told["value"] == sum(low <= row["repair_hours"] <= high for row in CASES), told["answer"]


async def test_a_group_is_held_to_a_limit_in_another_unit(desk: Asker) -> None:
    """The average of each group is compared in the unit of the field."""
    told = await desk.told("which desks have an average repair time over 4 days")
    assert [row[0] for row in told["rows"]] == ["South"], told["answer"]
    assert "4 days are 96 hours" in told["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "average days to repair",
        "average minutes to repair",
        "average repair time in days",
        "average first answer time in hours",
        "repair days by desk",
        "highest repair minutes",
        "which case has the most days of repair",
        "how many cases with a repair time over 20 minutes",  # no whole number of hours
        "how many cases with a repair time over 30 minutes",
        "how many cases with a wait time over 36 hours",
        "how many cases with a repair time over 2 months",
        "how many cases with a repair time over 1 year",
        "how many cases with a repair time over 2 business days",
        "how many cases with a training time over 2 days",  # a day of training is none of 24 hours
        "how many cases with a fee over 2 days",
        "how many cases over 2 weeks",
        "cases open for more than 2 days",
    ],
)
async def test_a_figure_is_not_told_in_a_unit_that_it_is_not_in(desk: Asker, question: str) -> None:
    """Nothing is rounded, guessed or passed over."""
    told = await desk.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]


async def test_an_average_in_its_own_unit_is_told(desk: Asker) -> None:
    """By the unit as by any other word for a time."""
    for question in ("average hours of repair", "average repair time", "average repair time in hours"):
        told = await desk.told(question)
        assert told["value"] == pytest.approx(sum(row["repair_hours"] for row in CASES) / 40), told["answer"]


@pytest.mark.parametrize(
    ("question", "keeps"),
    [
        ("how many cases were reopened more than once", lambda n: n > 1),
        ("how many cases were reopened at least twice", lambda n: n >= 2),
        ("how many cases were reopened twice", lambda n: n == 2),
        ("how many cases were reopened three times", lambda n: n == 3),
        ("how many cases were reopened more than 2 times", lambda n: n > 2),
        ("how many cases were reopened 2 times or more", lambda n: n >= 2),
    ],
)
async def test_times_are_of_the_number_that_counts_the_deed(desk: Asker, question: str, keeps: Any) -> None:
    """`once`, `twice` and `three times` limit how often it was done."""
    told = await desk.told(question)
    assert told["value"] == sum(keeps(row["reopen_count"]) for row in CASES), told["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "cases repaired more than once",
        "cases answered twice",
        "shipments paid more than once",
        "shipments paid at least twice",
        "shipments over 3 times",
        "cases with a fee of three times",
        "cases reopened twice as often",
        "depots with more than twice the freight cost",
    ],
)
async def test_times_limit_no_amount(desk: Asker, question: str) -> None:
    """Where nothing counts that deed it is refused."""
    told = await desk.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]


@pytest.mark.parametrize(
    ("question", "field", "limit"),
    [
        ("how many shipments over 500 kg", "weight_kg", 500),
        ("how many shipments of more than 500 kg", "weight_kg", 500),
        ("how many shipments with a weight over 500 kg", "weight_kg", 500),
        ("how many shipments above 20 m3", "volume_m3", 20),
        ("how many shipments with over 5 transit days", "transit_days", 5),
        ("how many shipments with a transit time over 48 hours", "transit_days", 2),
    ],
)
async def test_a_unit_in_a_name_picks_the_number(desk: Asker, question: str, field: str, limit: float) -> None:
    """Where no contract says it, the last word of a name does."""
    told = await desk.told(question)
    assert told["value"] == _over(field, limit, LOADS), told["answer"]


@pytest.mark.parametrize("question", ["shipments over 500 lb", "shipments over 5 min"])
async def test_a_unit_that_no_number_is_in_is_refused(desk: Asker, question: str) -> None:
    """`temp_min` is no number of minutes."""
    assert (await desk.told(question))["outcome"] in ("refused", "ambiguous")


@pytest.mark.parametrize(
    "question", ["did the fee exceed 5k", "is the freight cost over 100", "was the repair time under 2 days"]
)
async def test_whether_a_figure_keeps_a_limit_is_refused_for_that_reason(desk: Asker, question: str) -> None:
    """It says what is not told, and what to ask for."""
    told = await desk.told(question)
    assert told["outcome"] == "refused"
    assert told["answer"].startswith("Whether a figure keeps a limit is not told; ask for")
