"""What is understood to the last word and not told all the same: it was answered by half, or with another thing."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

WHO = ("Ada Moss", "Bo Reed", "Cy Vale", "Di Wren")


def _staff() -> list[dict[str, Any]]:
    return [
        {
            "staff_id": f"S-{n:02d}",
            "full_name": f"{WHO[n % 4]} {n}",
            "guild": ("Forge", "Loom", "Mill")[n % 3],
            "craft": ("Welder", "Weaver")[n % 2],
            "joined_on": f"202{2 + n % 3}-{n % 12 + 1:02d}-11",
            "left_on": f"2025-{n % 12 + 1:02d}-02" if n % 4 == 0 else None,
            "leaving_reason": ("Resigned", "Dismissed")[n % 8 // 4] if n % 4 == 0 else None,
            "wage": 100 + n,
            "has_badge": n % 2 == 0,
        }
        for n in range(36)
    ]


def _bills() -> list[dict[str, Any]]:
    return [
        {
            "bill_id": f"B-{n:02d}",
            "buyer": ("Orvax", "Pellum", "Quarn")[n % 3],
            "state": ("open", "late", "settled")[n % 4 % 3],
            "issued_on": f"202{3 + n % 2}-{n % 12 + 1:02d}-10",
            "settled_on": f"2025-{n % 12 + 1:02d}-20",
            "amount": 100 + 10 * n,
            "rebate": float(n % 3),
            "wait_days": n % 9,
        }
        for n in range(40)
    ]


STAFF, BILLS = _staff(), _bills()


@pytest.fixture
async def works(asker: Asker) -> Asker:
    asker.contract("works.staff", wage=("additive", "USD"), joined_on=("period", None))
    meanings = {"amount": ("additive", "USD"), "rebate": ("additive", "USD"), "wait_days": ("ratio", "days")}
    asker.contract("works.bills", **meanings, issued_on=("period", None))
    await asker.pipe("works.staff", STAFF, entity_scope="worker", identity_keys=["staff_id"])
    await asker.pipe("works.bills", BILLS, entity_scope="bill", identity_keys=["bill_id"])
    quarters = [f"{year}-Q{q}" for year in (2023, 2024, 2025) for q in (1, 2, 3, 4)][:10]
    rows = [
        {"quarter": q, "net_sales": 40_000 + 900 * n, "core_margin": n / 2, "core": n} for n, q in enumerate(quarters)
    ]
    ways = {"net_sales": ("additive", "GBP thousand"), "core_margin": ("ratio", "percent"), "core": ("additive", "USD")}
    asker.contract("works.ledger", **ways)
    await asker.pipe("works.ledger", rows, entity_scope="quarter", identity_keys=["quarter"])
    return asker


@pytest.mark.parametrize(
    "question",
    [
        "is the average amount of late bills over 200",
        "is net sales in 2024 above 100",
        "is the total amount more than 5",
        "buyers without late bills",
        "how many buyers had no late bill",
        "which buyers have never had a late bill",
        "best and worst quarter for net sales",
        "largest bill of each buyer",
        "oldest bill by buyer",
        "most expensive bill per buyer",
        "rebate of the largest bill",
        "bills issued and settled in March 2025",
        "how many workers hired in 2022 are still here",
        "average wage of current workers",
        "how many workers do we have now",
        "net sales in Q1 of each year",
        "bills in January of every year",
        "how many rebates in 2024",
        "how many workers have been here for more than 10 years",
        "are there more than 10 welders",
        "headcount over 12",
        "how much did wages rise in 2024",
        "how much did we spend on welders in 2024",
        "core and growth by quarter in 2024",
        "did net sales grow in 2025",
        "quarterly change in net sales",
        "how many bills are more than 3 days overdue",
    ],
)
async def test_it_is_refused_or_shown_as_a_choice(works: Asker, question: str) -> None:
    """Yes or no of a figure, none of a group, the first of each, one time and two dates, who is still there, a part of
    every year, things that are amounts, years of service, a half year beside a whole one."""
    told = await works.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("how many workers resigned in 2025", sum(row["leaving_reason"] == "Resigned" for row in STAFF)),
        ("how many workers without a badge", sum(not row["has_badge"] for row in STAFF)),
        ("how many bills have a rebate", sum(row["rebate"] > 0 for row in BILLS)),
        ("average wait days of bills over 300", None),
        ("combined amount and rebate", sum(row["amount"] + row["rebate"] for row in BILLS)),
    ],
)
async def test_it_is_told_of_what_is_meant(works: Asker, question: str, value: Any) -> None:
    """Leaving is dated by its own day; a yes or no that is missing is a no; what is 0 is not had; a limit behind a row
    is on what the row is known by."""
    if value is None:
        there = [row["wait_days"] for row in BILLS if row["amount"] > 300]
        value = sum(there) / len(there)
    told = await works.told(question)
    assert told["value"] == pytest.approx(value), told["answer"]


async def test_the_most_per_row_is_an_average(works: Asker) -> None:
    """`the highest amount per bill` of buyers is no total."""
    told = await works.told("which buyer has the highest amount per bill")
    means = {who: [row["amount"] for row in BILLS if row["buyer"] == who] for who in ("Orvax", "Pellum", "Quarn")}
    best = max(means, key=lambda who: sum(means[who]) / len(means[who]))
    assert told["value"] == best, told["answer"]


async def test_leaving_is_by_its_year(works: Asker) -> None:
    """`in which year did most workers leave`: not the year that they came."""
    told = await works.told("in which year did most workers leave")
    assert told["value"] == "2025", told["answer"]


async def test_rows_that_nobody_named_beside_another_choice(asker: Asker) -> None:
    """A state of one pipe, and a value of two fields of another: a choice of all of them."""
    states = [{"bill_id": n, "state": ("dormant", "open")[n % 2]} for n in range(6)]
    await asker.pipe("gate.bills", states, entity_scope="bill", identity_keys=["bill_id"])
    mills = [{"mill_id": n, "gear": ("dormant", "live")[n % 2], "vane": ("dormant", "torn")[n % 2]} for n in range(6)]
    await asker.pipe("gate.mills", mills, entity_scope="mill", identity_keys=["mill_id"])
    told = await asker.told("how many dormant")
    assert told["outcome"] == "ambiguous", told["answer"]
    assert {"gear is dormant", "vane is dormant"} <= {*told["choices"]}
