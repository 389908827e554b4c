"""Money that goes out by a noun, persons beside a number of persons, values that are joined."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

SUPPLIERS, CENTERS, STATES = ("Nimbus", "Halden", "Alto", "Oakrent"), ("Ops", "Brand"), ("paid", "open", "overdue")
BILLS = [
    {
        "bill_no": f"B-{n}",
        "supplier": SUPPLIERS[n % 4],
        "cost_center": CENTERS[n % 3 == 0],
        "status": STATES[n % 3],
        "gross_amount": 100 * n,
        "billed_on": f"2024-{n % 12 + 1:02d}-10",
    }
    for n in range(1, 49)
]
CREW = [{"staff_no": f"S-{n}", "region": ("North", "South", "West")[n % 3]} for n in range(31)]
SHOPS = [{"shop_id": f"X-{n}", "region": ("North", "South")[n % 2], "employees": 7 + n} for n in range(12)]


@pytest.fixture
async def desk(asker: Asker) -> Asker:
    asker.contract("desk.bills", gross_amount=("additive", "EUR"), billed_on=("period", None))
    await asker.pipe("desk.bills", BILLS, entity_scope="supplier_bill", identity_keys=["bill_no"])
    await asker.pipe("crew.staff", CREW, entity_scope="employee", identity_keys=["staff_no"])
    asker.contract("map.shops", employees=("point_in_time", "people"))
    await asker.pipe("map.shops", SHOPS, entity_scope="shop", identity_keys=["shop_id"])
    return asker


def total(**wanted: Any) -> int:
    return sum(row["gross_amount"] for row in BILLS if all(row[name] == value for name, value in wanted.items()))  # type: ignore[misc]


async def test_spend_is_the_money_that_rows_are_known_by(desk: Asker) -> None:
    """As a noun and as a verb; a cost center is no cost."""
    by = {name: total(supplier=name) for name in SUPPLIERS}
    assert dict((await desk.told("spend by supplier"))["rows"]) == by
    first = [list(pair) for pair in sorted(by.items(), key=lambda pair: -pair[1])[:2]]
    assert (await desk.told("top 2 suppliers by spend"))["rows"] == first
    most = max(CENTERS, key=lambda name: total(cost_center=name))
    assert (await desk.told("which cost center spends the most"))["value"] == most
    assert (await desk.told("total spend with Halden"))["value"] == by["Halden"]
    assert (await desk.told("what's the total of all bills"))["value"] == total()


@pytest.mark.parametrize("question", ["average spend per supplier", "time spent per bill", "total bills"])
async def test_what_may_be_two_things_is_not_told(desk: Asker, question: str) -> None:
    """An average of rows or of suppliers; time is no money; how many or how much."""
    assert (await desk.told(question))["outcome"] in ("refused", "ambiguous")


async def test_rows_that_are_persons_go_before_a_number_of_persons(desk: Asker) -> None:
    """Where that number stands in rows of something else, and can't be summed."""
    assert (await desk.told("how many employees are in the North"))["value"] == 11
    assert (await desk.told("average employees per shop"))["value"] == sum(7 + n for n in range(12)) / 12


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("how many bills are overdue and over 2,000", lambda b: b["status"] == "overdue" and b["gross_amount"] > 2000),
        ("how many bills of 4k and over", lambda b: b["gross_amount"] >= 4000),
        ("how many bills are open and under 500", lambda b: b["status"] == "open" and b["gross_amount"] < 500),
    ],
)
async def test_and_over_begins_a_limit_or_ends_one(desk: Asker, question: str, wanted: Any) -> None:
    """By what stands behind it."""
    assert (await desk.told(question))["value"] == sum(map(wanted, BILLS))


@pytest.mark.parametrize(
    ("question", "part", "base"),
    [
        ("what share of bills is open or overdue", ("open", "overdue"), SUPPLIERS),
        ("what percentage of bills of Alto or Nimbus is paid", ("paid",), ("Alto", "Nimbus")),
    ],
)
async def test_a_share_of_several_values(desk: Asker, question: str, part: Any, base: Any) -> None:
    """Joined by `or`, in the part as in the base."""
    rows = [row for row in BILLS if row["supplier"] in base]
    told = await desk.told(question)
    share = 100 * sum(row["status"] in part for row in rows) / len(rows)
    assert told["value"] == pytest.approx(share), told["answer"]
