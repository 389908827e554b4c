"""Measures, conditions and rows that are named by a little more or less than their names; verbs that add nothing."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

SHOPS, REASONS = ("Leith", "Corran", "Oban"), (None, "Damaged", "Late")
NEEDED, SENT = 12, 7


def _orders() -> list[dict[str, Any]]:
    return [
        {
            "order_id": f"Q-{n:03d}",
            "shop": SHOPS[n % 3],
            "shop_owner": None if n % 7 == 0 else ("Ann Roe", "Bo Hale")[n % 2],
            "return_reason": REASONS[n % 3 if n % 2 else 0],
            "ordered_on": f"2025-{n % 12 + 1:02d}-11",
            "boxes_ordered": n * 3,
            "boxes_returned": n % 4,
            "total_amount": 200 + 13 * n,
            "tip_amount": n % 6,
            "happiness_score": n % 5 + 1,
            "deadline_missed": n % NEEDED == SENT,
        }
        for n in range(90)
    ]


ORDERS = _orders()
QUARTERS = [
    {
        "quarter": f"{2023 + n // 4}-Q{n % 4 + 1}",
        "sales": 900 + 31 * n,
        "sales_leith": 300 + 11 * n,
        "ferry_revenue": 70 + n,
        "ferry_cost": 40 + n,
        "parcel_revenue": 170 + 2 * n,
        "stamps_printed": 12 + n,
        "members": 5_000 + 10 * n,
    }
    for n in range(8)
]
STAFF = [
    {
        "employee_id": f"E-{n:02d}",
        "full_name": f"{('Ada', 'Ben', 'Cid', 'Dot')[n % 4]} {('Fell', 'Gray', 'Hill')[n % 3]}",
        "manager_name": ("Ann Roe", "Bo Hale")[n % 2],
        "base_salary": 20_000 + 900 * n,
        "yearly_bonus": 100 * n,
        "work_share": 1,
        "leave_balance_days": n % 25,
    }
    for n in range(40)
]


@pytest.fixture
async def shop(asker: Asker) -> Asker:
    """Orders, quarters and staff of one company."""
    add, at = ("additive", "EUR"), ("point_in_time", "members")
    boxes = ("additive", "boxes")
    asker.contract(
        "tills.orders", total_amount=add, tip_amount=add, boxes_ordered=boxes, boxes_returned=boxes,
        happiness_score=("ratio", "points"), ordered_on=("period", None),
    )  # fmt: skip
    asker.describe("tills.orders", happiness_score="1 to 5 from the customer")
    asker.contract(
        "books.quarters", quarter=("period", None), sales=add, sales_leith=add, ferry_revenue=add, ferry_cost=add,
        parcel_revenue=add, stamps_printed=("additive", "stamps"), members=at,
    )  # fmt: skip
    asker.contract(
        "people.staff", base_salary=add, yearly_bonus=add, work_share=("additive", None),
        leave_balance_days=("additive", "days"),
    )  # fmt: skip
    await asker.pipe("tills.orders", ORDERS, entity_scope="order", identity_keys=["order_id"])
    await asker.pipe("books.quarters", QUARTERS, entity_scope="quarterly_result", identity_keys=["quarter"])
    await asker.pipe("people.staff", STAFF, entity_scope="employee", identity_keys=["employee_id"])
    return asker


def _orders_that(where: Any) -> int:
    return sum(bool(where(row)) for row in ORDERS)


def _of_2024(field: str) -> int:
    return sum(row[field] for row in QUARTERS if str(row["quarter"]).startswith("2024"))


async def test_what_is_said_otherwise_is_read(shop: Asker) -> None:
    """Each equals plain Python."""
    truths: dict[str, Any] = {
        "our member base at the end of 2024": 5_070,
        "members level at the end of 2023": 5_030,
        "how much did ferries bring in in 2024": _of_2024("ferry_revenue"),
        "how much did parcels bring in during 2024": _of_2024("parcel_revenue"),
        "what did Leith contribute to sales in 2024": _of_2024("sales_leith"),
        "how many stamps did we print in 2024": _of_2024("stamps_printed"),
        "heaviest ferry cost": 47,
        "how many orders were placed in March 2025": _orders_that(lambda r: r["ordered_on"][5:7] == "03"),
        "nr of orders from Oban": len(ORDERS) // 3,
        "how many boxes were returned because they were damaged": sum(
            r["boxes_returned"] for r in ORDERS if r["return_reason"] == "Damaged"
        ),
        "how many orders rated 1 out of 5": _orders_that(lambda r: r["happiness_score"] == 1),
        "how many orders scored below 3 out of 5": _orders_that(lambda r: r["happiness_score"] < 3),
        "how many orders missed their deadline": _orders_that(lambda r: r["deadline_missed"]),
        "how many orders of 100 boxes or more": _orders_that(lambda r: r["boxes_ordered"] >= 100),
        "worth of all Corran orders": sum(r["total_amount"] for r in ORDERS if r["shop"] == "Corran"),
        "how many orders are unassigned": _orders_that(lambda r: r["shop_owner"] is None),
        "how many staff earn more than 30k": sum(r["base_salary"] > 30_000 for r in STAFF),
        "how many staff with over 10 leave days in their balance": sum(r["leave_balance_days"] > 10 for r in STAFF),
        "how many staff have over 10 leave days left": sum(r["leave_balance_days"] > 10 for r in STAFF),
        "names of staff who report to Ann Roe": len(STAFF) // 2,
    }
    found = {question: await shop.told(question) for question in truths}
    wrong = {
        q: told["answer"] for q, told in found.items() if (told["outcome"], told["value"]) != ("answered", truths[q])
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "question",
    [
        "our sales base in 2024",
        "how much did trams bring in in 2024",
        "how much did ferries make in refunds",
        "what contributed to sales in 2024",
        "what did Leith contribute to ferry revenue in 2024",
        "how many staff were placed in 2024",
        "how many orders came late because they were large",
        "how many orders were placed because they were cheap",
        "how many orders rated 1 out of 10",
        "how many members rated 5",
        "unassigned staff",
        "average staff size",
        "average order size",
        "what will the deadline be",
        "are the orders worth it",
        "heaviest order",
        "orders with more than 5 tips",
    ],
)
async def test_what_it_does_not_say_is_no_answer(shop: Asker, question: str) -> None:
    """A cause, another scale, things that nobody placed or assigned, an amount or a number of boxes."""
    told = await shop.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]
