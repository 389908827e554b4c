"""What was once answered with something untrue: each is right now, or refused."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

PLACES, STATES = ("North", "South"), ("open", "paid", "late")


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "bill_id": f"B-{n:03d}",
            "place": PLACES[n % 2],
            "state": STATES[n % 3],
            "urgency": ("low", "high")[n % 2],
            "currency": ("EUR", "USD")[n // 2 % 2],
            "total_amount": 100 + 7 * n,
            "delight": n % 5,
            "opened_on": f"202{3 + n % 2}-{n % 12 + 1:02d}-{n % 27 + 1:02d}",
            "left_on": f"2025-{n % 12 + 1:02d}-01" if n % 4 == 0 else None,
            "remark": ("how many", "total", "fine")[n % 3],
        }
        for n in range(60)
    ]


ROWS = _rows()


@pytest.fixture
async def bills(asker: Asker) -> Asker:
    meanings = {"total_amount": ("additive", "currency"), "opened_on": ("period", None), "delight": ("ratio", None)}
    asker.contract("desk.bills", **meanings)
    await asker.pipe("desk.bills", ROWS, entity_scope="bill", identity_keys=["bill_id"])
    return asker


async def test_a_currency_beside_a_limit_is_a_condition(bills: Asker) -> None:
    """Amounts in several currencies are not compared with one of them."""
    told = await bills.told("how many bills over 200 EUR")
    assert told["value"] == sum(r["total_amount"] > 200 and r["currency"] == "EUR" for r in ROWS), told["answer"]
    told = await bills.told("how many bills over 200 GBP")
    assert told["outcome"] == "refused"


async def test_the_highest_of_each_group_is_no_ranking(bills: Asker) -> None:
    """`highest amount by place` is that of each place, not the place with most of it in all."""
    told = await bills.told("highest total amount by place")
    highest = [[name, max(r["total_amount"] for r in ROWS if r["place"] == name)] for name in PLACES]
    assert sorted(told["rows"]) == highest, told["answer"]


async def test_per_row_is_the_average(bills: Asker) -> None:
    """`amount per bill`, where a row is a bill."""
    told = await bills.told("total amount per bill")
    assert told["value"] == pytest.approx(sum(r["total_amount"] for r in ROWS) / len(ROWS)), told["answer"]


async def test_values_of_a_free_text_do_not_take_words_from_questions(bills: Asker) -> None:
    """A remark that reads `how many` or `total`."""
    told = await bills.told("how many bills are late")
    assert told["value"] == sum(row["state"] == "late" for row in ROWS), told["answer"]


async def test_what_was_done_is_no_state(bills: Asker) -> None:
    """`how many did we open`: by the date, not by the status of that name."""
    told = await bills.told("how many bills did we open in 2024")
    assert told["value"] == sum(row["opened_on"].startswith("2024") for row in ROWS), told["answer"]


async def test_who_has_as_much_is_told(bills: Asker) -> None:
    """Of several with the same figure the first is no winner by itself."""
    told = await bills.told("which place has the most bills")
    assert "South has as much" in told["answer"], told["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "how many bills are there currently",
        "places with only late bills",
        "are all bills paid",
        "is every bill in North paid",
        "do most bills come from North",
        "place of the largest bill",
        "state of the largest bill",
        "low delight bills",
        "how many bills are both open and paid",
        "how many full bills",
        "was B-001 paid on time",
        "was B-001 paid in full",
        "how much did we pay in 2024",
        "how much do we owe",
        "cumulative total amount by month",
        "bills over 999999999999999999999 EUR",
        "which places have no late bills",
    ],
)
async def test_what_is_not_told_is_refused(bills: Asker, question: str) -> None:
    """Quantifiers, fields of the one extreme record, adjectives that bind to another field, payments and debts."""
    told = await bills.told(question)
    assert told["outcome"] in ("refused", "ambiguous", "no_data"), told["answer"]


async def test_a_reference_date_has_years_around_it(bills: Asker) -> None:
    """There is no quarter before the year 1."""
    answer = await bills.ask("total amount last quarter", reference_date="0001-01-01")
    assert answer.status_code == 422, answer.text


async def test_a_file_of_words_that_is_no_list_is_left_out(bills: Asker) -> None:
    """Other questions are answered as before."""
    place = bills.place.core.settings.data_dir / "nlq"
    place.mkdir(exist_ok=True)
    for n, text in enumerate(("same: 5\n", "spans: 5\n", "neutral: [a]\n", "neutral: {a: 5}\n", "money: 3\n")):
        (place / f"{n}.yaml").write_text(text)
    told = await bills.told("how many bills are there")
    assert told["value"] == len(ROWS)
