"""What people type without a thought: spend, what they are owed, what there is; and what must not be passed over."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

VENDORS, STAGES = ("Acorn Ltd", "Birch plc"), ("Pitch", "Offer", "Signed")


def _bills() -> list[dict[str, Any]]:
    return [
        {
            "bill_id": f"B-{n:03d}",
            "supplier_name": VENDORS[n % 2],
            "state": ("open", "paid", "overdue")[n % 3],
            "currency": ("GBP", "EUR")[n // 2 % 2],
            "total_amount": 100 + 7 * n,
            "tax_amount": n,
            "billed_on": f"202{4 + n % 2}-{n % 12 + 1:02d}-{n % 27 + 1:02d}",
        }
        for n in range(60)
    ]


BILLS = _bills()
BARGAINS = [
    {"bargain_id": f"D-{n:02d}", "stage": STAGES[n % 3], "worth_usd": 1000 + 10 * n, "is_closed": n % 3 == 2}
    for n in range(30)
]
QUARTERS = [
    {
        "quarter": f"{2024 + n // 4}-Q{n % 4 + 1}",
        "takings": 900 + 31 * n,
        "loan_interest": 5 + n,
        "trade_payables": 300 + n,
        "workforce": 80 + n,
        "leavers": n % 3,
        "open_offers": 5_000 + n,
        "takings_latam": 100 + n,
        "staff_attrition": 1.5 + n,
        "wear_and_rent": 40 + n,
    }
    for n in range(8)
]


@pytest.fixture
async def firm(asker: Asker) -> Asker:
    add, at = ("additive", "USD"), ("point_in_time", "USD")
    asker.contract(
        "desk.bills", total_amount=("additive", "currency"), tax_amount=("additive", "currency"),
        billed_on=("period", None),
    )  # fmt: skip
    asker.contract("desk.bargains", worth_usd=add)
    asker.contract(
        "books.quarters", quarter=("period", None), takings=add, takings_latam=add, loan_interest=add,
        trade_payables=at, workforce=("point_in_time", "people"), leavers=("additive", "people"), open_offers=at,
        staff_attrition=("ratio", "percent"), wear_and_rent=add,
    )  # fmt: skip
    asker.describe("books.quarters", open_offers="Open bargains at the end of the quarter")
    await asker.pipe("desk.bills", BILLS, entity_scope="bill", identity_keys=["bill_id"])
    await asker.pipe("desk.bargains", BARGAINS, entity_scope="bargain", identity_keys=["bargain_id"])
    await asker.pipe("books.quarters", QUARTERS, entity_scope="quarterly_result", identity_keys=["quarter"])
    return asker


def _sum(rows: list[dict[str, Any]], field: str, **where: Any) -> float:
    return float(sum(row[field] for row in rows if all(row[key] == value for key, value in where.items())))


TRUTHS: dict[str, Any] = {
    "what do we owe our suppliers": 307,
    "how much did we owe our vendors at the end of 2024": 303,
    "creditors at the end of Q2 2025": 305,
    "what has interest on our debt cost us over all eight quarters": _sum(QUARTERS, "loan_interest"),
    "how much revenue did we make over all quarters": _sum(QUARTERS, "takings"),
    "LatAm sales in Q1 2025": 104,
    "Latin American revenue in Q1 2025": 104,
    "attrition rate in Q1 2025": 5.5,
    "staff attrition % in Q1 2025": 5.5,
    "what revenue did we report for Q1 2025": 1024,
    "by how many dollars did revenue rise from Q1 2025 to Q2 2025": 31,
    "spend with Acorn Ltd": _sum(BILLS, "total_amount", supplier_name="Acorn Ltd"),
    "VAT on bills from Birch plc": _sum(BILLS, "tax_amount", supplier_name="Birch plc"),
    "how many past due bills": 20,
    "which suppliers do we have": 2,
    "which currencies are there": 2,
    "how many bills in sterling": 30,
}
TABLES: dict[str, dict[str, float]] = {
    "spend by supplier": {name: _sum(BILLS, "total_amount", supplier_name=name) for name in VENDORS},
    "top suppliers by bill value": {name: _sum(BILLS, "total_amount", supplier_name=name) for name in VENDORS},
    "value of open bargains by stage": {name: _sum(BARGAINS, "worth_usd", stage=name) for name in STAGES[:2]},
}


@pytest.mark.parametrize("question", TRUTHS)
async def test_it_is_what_plain_python_says(firm: Asker, question: str) -> None:
    """Each by other words than the data have."""
    told = await firm.told(question)
    assert (told["outcome"], told["value"]) == ("answered", TRUTHS[question]), told["answer"]


@pytest.mark.parametrize("question", TABLES)
async def test_groups_are_of_the_figure_that_is_meant(firm: Asker, question: str) -> None:
    """And never of how many rows there are."""
    told = await firm.told(question)
    assert {row[0]: row[1] for row in told["rows"]} == TABLES[question], told["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "where do most of our sales come from",
        "where were sales highest",
        "how many people were let go in 2025",
        "how many people did we take on in 2025",
        "how many people are on leave",
        "how many suppliers came back in 2025",
        "what has interest on our debt cost us over all twelve quarters",
        "average spend per supplier",
        "spend by region",
        "spend on lunches",
        "by how many euros did revenue rise from Q1 2025 to Q2 2025",
        "revenue rate in Q1 2025",
        "how many bills did we report",
        "rent in Q1 2025",
        "wear in Q1 2025",
        "American sales in Q1 2025",
        "which suppliers do we like",
        "what do we owe suppliers in Leeds",
        "what do we owe Acorn Ltd",
    ],
)
async def test_what_the_data_do_not_say_is_no_answer(firm: Asker, question: str) -> None:
    """A place, a manner of leaving, half of a figure, another unit, another number of periods."""
    told = await firm.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]


async def test_each_of_them_is_no_sum(firm: Asker) -> None:
    """A figure that is described as open bargains is not one of them, and no list."""
    told = await firm.told("biggest open bargain")
    assert told["value"] == "D-28", told["answer"]
    told = await firm.told("list open bargains")
    assert told["value"] == 20, told["answer"]
