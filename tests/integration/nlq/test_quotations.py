"""A value in double quotes: it is looked for as it is spelled, in large or small letters, and is one thing."""

import pytest

from tests.integration.nlq.conftest import Asker

ROWS = [
    {
        "bill_id": f"B{n}", "supplier_name": ("Halden Castings", "Orr & Sons", "Over 10k Ltd", "EMEA")[n % 4],
        "bill_amount": n, "contact": f"Ann Lee {n}", "billed_on": f"2024-{n % 12 + 1:02}-11",
    }
    for n in range(40)
]  # fmt: skip


@pytest.fixture
async def bills(asker: Asker) -> Asker:
    asker.contract("bills", bill_amount=("additive", "EUR"), billed_on=("period", None))
    await asker.pipe("bills", ROWS, entity_scope="supplier_bill", identity_keys=["bill_id"])
    return asker


@pytest.mark.parametrize(
    "question",
    [
        'supplier bills from "Halden Castings"',
        "supplier bills from 'Halden Castings'",
        'supplier bills from "halden castings"',
        'how many supplier bills are from "HALDEN CASTINGS"',
        "supplier bills from \u201cHalden Castings\u201d",
        'how many bills where supplier name is "Orr & Sons"',
        'how many bills of "Over 10k Ltd" are there',
        'how many bills of "emea"',
    ],
)
async def test_a_quoted_value_is_found_in_any_letters(bills: Asker, question: str) -> None:
    """Known values as well as those that are looked up; of words that mean something else, too."""
    told = await bills.told(question)
    assert (told["outcome"], told["value"]) == ("answered", 10), told["answer"]


async def test_a_quoted_name_of_a_field_is_the_field(bills: Asker) -> None:
    """Where no value is spelled so."""
    assert (await bills.told('"bill amount" in 2024'))["value"] == sum(range(40))


@pytest.mark.parametrize("said", ["Castings Halden", "Haldan Castings", "Halden of Castings", "Halden Castings Ltd"])
async def test_a_quotation_is_not_bent(bills: Asker, said: str) -> None:
    """A slip, another order or more words are another value: nothing is answered for it."""
    told = await bills.told(f'supplier bills from "{said}"')
    assert (told["outcome"], told["value"]) == ("refused", None), told["answer"]
