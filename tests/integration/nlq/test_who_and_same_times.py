"""Who was hired, how many left, one time that is said twice, and a row's word inside of a name."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker
from tests.integration.nlq.test_charts_and_orders import QUARTERS, answered

CREWS = ("Dyeing", "Weaving")


@pytest.fixture
async def own(asker: Asker) -> Asker:
    asker.contract("ledger", gorvax=("additive", "zz"), tulox=("point_in_time", "zz"))
    rows = [{"period": q, "gorvax": 100 + n, "tulox": 10 * n} for n, q in enumerate(QUARTERS)]
    await asker.pipe("ledger", rows, identity_keys=["period"], entity_scope="ledger_row")
    asker.contract("crew.staff", hire_date=("period", None))
    staff = [
        {"staff_no": f"E{n}", "crew": CREWS[n % 2], "crew_status": ("Active", "On leave")[n // 4 % 2],
         "hire_date": f"202{3 + n % 2}-{n % 12 + 1:02d}-10",
         "leave_date": f"2024-{n % 12 + 1:02d}-28" if n % 3 else None}
        for n in range(36)
    ]  # fmt: skip
    await asker.pipe("crew.staff", staff, identity_keys=["staff_no"], entity_scope="employee")
    asker.contract("desk.bills", total_sum=("additive", "zz"), net_sum=("additive", "zz"), tax_sum=("additive", "zz"))
    bills = [
        {"bill_no": f"B-{n}", "supplier": f"S{n % 3}", "target_missed": n % 4 == 0, "total_sum": 12 * n,
         "net_sum": 10 * n, "tax_sum": 2 * n}
        for n in range(40)
    ]  # fmt: skip
    await asker.pipe("desk.bills", bills, identity_keys=["bill_no"], entity_scope="bill")
    return asker


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("who did we hire in March 2023", 3),
        ("whom did we hire in 2024", 18),
        ("let me see who's on leave right now", 16),
        ("can you tell me who is in Weaving", 18),
        ("list who joined in 2024", 18),
        ("how many hires in 2024", 18),
        ("total suppliers", 3),
        ("how many bills missed their target", 10),
        ("of the bills above 100 total, how many missed the target", 7),
        ("bills above 240 total, which ones?", 19),
        ("average total bill sum", 234),
        ("highest net bill sum", 390),
        ("gorvax for the quarter that has just ended", 107),
        ("gorvax in the quarter just gone by, i.e. last quarter", 107),
        ("gorvax in Q2 2023 (second quarter of 2023)", 101),
        ("gorvax in 2024, i.e. Q1 to Q4 2024", 422),
        ("how much has tulox grown between the end of 2023 and the end of 2024", 40),
        ("how much higher was gorvax in 2024 than 2023", 16),
        ("our best gorvax in any quarter", 107),
    ],
)
async def test_one_value_is_told(own: Asker, question: str, value: float) -> None:
    """How many there are in a list, or the figure."""
    assert (await answered(own, question))["value"] == value


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("hires in 2024 broken out by crew", [["Weaving", 18]]),
        ("leavers by crew in 2024", [["Dyeing", 12], ["Weaving", 12]]),
        ("joiners per year", [["2023", 18], ["2024", 18]]),
        ("top 2 suppliers by total bill sum", [["S0", 3276], ["S2", 3120]]),
    ],
)
async def test_rows_are_told(own: Asker, question: str, rows: list[list[Any]]) -> None:
    """As many persons as joined or left, by something."""
    assert (await answered(own, question))["rows"] == rows


@pytest.mark.parametrize(
    "question",
    [
        "who did we pay in 2024",
        "who did Weaving hire in 2024",
        "hires in 2024",
        "did gorvax grow more in 2024 than 2023",
        "how much more did gorvax grow in 2024 than in 2023",
        "was gorvax higher in Q2 2023 than in the second quarter of 2023",
        "average supplier",
        "total supplier sum",
    ],
)
async def test_what_only_looks_like_it_is_refused(own: Asker, question: str) -> None:
    """Rows that are no persons, somebody else's deed, a list or a number of them, a change between one time."""
    told = await own.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]
