"""`including tax`, `before discount`: what says which of a row's amounts is meant is no measure itself."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

DEALERS = ("Norbury", "Tansel", "Quill")


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "repair_id": f"R-{n:03d}",
            "dealer": DEALERS[n % 3],
            "net_charge": 100 + 7 * n,
            "tax": (100 + 7 * n) // 10 if n % 4 else 0,
            "gross_charge": 100 + 7 * n + ((100 + 7 * n) // 10 if n % 4 else 0),
        }
        for n in range(60)
    ]


ROWS = _rows()
SALES = [
    {
        "sale_id": f"S-{n:03d}",
        "dealer": DEALERS[n % 3],
        "full_price": 50 + n,
        "discount": n % 9,
        "paid_price": 50 + n - n % 9,
        "delivery_fee": n % 5,
    }
    for n in range(60)
]


@pytest.fixture
async def repairs(asker: Asker) -> Asker:
    money = ("additive", "EUR")
    asker.contract("autos.repairs", net_charge=money, tax=money, gross_charge=money)
    await asker.pipe("autos.repairs", ROWS, entity_scope="repair", identity_keys=["repair_id"])
    return asker


@pytest.fixture
async def sales(asker: Asker) -> Asker:
    money = ("additive", "EUR")
    asker.contract("autos.sales", full_price=money, discount=money, paid_price=money, delivery_fee=money)
    asker.describe("autos.sales", paid_price="Full price less discount")
    await asker.pipe("autos.sales", SALES, entity_scope="sale", identity_keys=["sale_id"])
    return asker


def _sum(field: str, where: Callable[[dict[str, Any]], bool] = lambda _: True) -> int:
    return sum(row[field] for row in ROWS if where(row))


async def test_the_amount_with_or_without_tax_is_told(repairs: Asker) -> None:
    """Each equals plain Python; a tax that is asked for by itself is one still."""
    count = len(ROWS)
    truths: dict[str, Any] = {
        "total with tax of the repairs at Norbury": _sum("gross_charge", lambda r: r["dealer"] == "Norbury"),
        "average repair charge incl. VAT": pytest.approx(_sum("gross_charge") / count),
        "how many repairs over 300 including VAT": sum(r["gross_charge"] > 300 for r in ROWS),
        "how many repairs over 300 excl. tax": sum(r["net_charge"] > 300 for r in ROWS),
        "average charge before tax": pytest.approx(_sum("net_charge") / count),
        "total charge net of tax for Quill": _sum("net_charge", lambda r: r["dealer"] == "Quill"),
        "total charge of repairs, tax not included": _sum("net_charge"),
        "largest charge, all taxes included": max(r["gross_charge"] for r in ROWS),
        "gross charge including tax": _sum("gross_charge"),
        "total tax": _sum("tax"),
        "average tax": pytest.approx(_sum("tax") / count),
        "how many repairs without tax": sum(r["tax"] == 0 for r in ROWS),
        "how many repairs with tax over 20": sum(r["tax"] > 20 for r in ROWS),
    }
    for question, truth in truths.items():
        told = await repairs.told(question)
        assert (told["outcome"], told["value"]) == ("answered", truth), (question, told["answer"])


@pytest.mark.parametrize(
    "question",
    [
        "net charge including tax",
        "gross charge excluding tax",
        "total charge after tax",
        "total charge plus tax",
        "total charge including shipping",
        "average charge before discount",
        "repairs excluding tax",
        "average charge incl. insurance",
    ],
)
async def test_what_nobody_can_tell_is_no_answer(repairs: Asker, question: str) -> None:
    """An amount that is the other one by its name, and what the rows know nothing of."""
    told = await repairs.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]


async def test_a_description_says_of_what_an_amount_is_less(sales: Asker) -> None:
    """Names that say neither gross nor net."""
    truths = {
        "average price before discount": sum(r["full_price"] for r in SALES) / len(SALES),
        "average price after discount": sum(r["paid_price"] for r in SALES) / len(SALES),
        "average discount": sum(r["discount"] for r in SALES) / len(SALES),
    }
    for question, truth in truths.items():
        told = await sales.told(question)
        assert (told["outcome"], told["value"]) == ("answered", pytest.approx(truth)), (question, told["answer"])
    for question in ("average price including delivery", "total price with delivery", "paid price before discount"):
        told = await sales.told(question)
        assert told["outcome"] in ("refused", "ambiguous"), told["answer"]
