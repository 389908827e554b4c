"""Pipes with a blueprint and without rows: they have no data, and nothing else is taken for what they are."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

CASES = [
    {
        "case_id": f"C-{n:04}", "product_line": ("Cranes", "Winches", "Hoists")[n % 3],
        "site": ("Leeds", "Graz")[n % 2], "tonnes": n, "opened_on": f"2024-{n % 12 + 1:02}-11",
    }
    for n in range(60)
]  # fmt: skip
LIFTS: dict[str, Any] = {
    "fields": ["winch", "lift_tonnes", "depot", "lifted_on"], "entity_scope": "winch", "identity_keys": ["winch"],
}  # fmt: skip


@pytest.fixture
async def lifting(asker: Asker) -> Asker:
    asker.contract("cases", tonnes=("additive", "t"), opened_on=("period", None))
    asker.contract("register", lift_tonnes=("additive", "t"), lifted_on=("period", None))
    await asker.pipe("cases", CASES, entity_scope="case", identity_keys=["case_id"])
    await asker.pipe("register", [], **LIFTS)
    return asker


@pytest.mark.parametrize(
    "question",
    [
        "lift tonnes",
        "total lift tonnes in 2024",
        "how many winches",
        "average lift tonnes by depot",
        "list the winches",
        "lift tonnes in Leeds",
        "which depot has the most winches",
        "lift tonnes trend",
        "show lift tonnes per month",
    ],
)
async def test_an_empty_pipe_that_is_named_says_that_it_is_empty(lifting: Asker, question: str) -> None:
    """Whatever of its blueprint is asked for: the reason is that there are no rows, not that a word is unknown."""
    told = await lifting.told(question, pipe_id="register")
    assert (told["outcome"], told["value"], told["rows"]) == ("no_data", None, None), told["answer"]
    assert "register" in told["answer"]


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        ("frobnication", "refused"),
        ("why did lift tonnes fall", "refused"),
        ("delete all winches", "refused"),
        ("will lift tonnes grow", "refused"),
    ],
)
async def test_what_no_rows_could_answer_is_refused_for_that(lifting: Asker, question: str, outcome: str) -> None:
    """A word that nobody knows, a cause, a deed and what is to come are no question of missing rows."""
    assert (await lifting.told(question, pipe_id="register"))["outcome"] == outcome


@pytest.mark.parametrize(
    "question", ["lift tonnes", "average lift tonnes by depot", "lift tonnes in 2024", "lift tonnes in Leeds"]
)
async def test_what_only_an_empty_pipe_has_is_no_data(lifting: Asker, question: str) -> None:
    """Also where no pipe is named: its label is told."""
    told = await lifting.told(question)
    assert (told["outcome"], told["value"]) == ("no_data", None), told["answer"]
    assert "register" in told["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "how many winches",
        "number of winches in 2024",
        "how many winches are there in Leeds",
        "winches by site",
        "count of the winches",
        "are there any winches",
    ],
)
async def test_rows_of_an_empty_pipe_are_no_value_of_another(lifting: Asker, question: str) -> None:
    """A product line of that name is another thing: both are shown, nothing is counted."""
    told = await lifting.told(question)
    assert told["outcome"] in ("ambiguous", "no_data"), told["answer"]
    assert (told["value"], told["rows"]) == (None, None)
    assert "register" in told["answer"]


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("how many cases of winches", 20),
        ("how many winches cases are there", 20),
        ("total tonnes of winches", sum(row["tonnes"] for row in CASES[1::3])),
        ("how many cases are there", 60),
        ("how many cranes", 20),
        ("total tonnes in Leeds", sum(range(0, 60, 2))),
    ],
)
async def test_an_empty_pipe_takes_nothing_from_what_another_has(lifting: Asker, question: str, value: int) -> None:
    """Where the rows or the measure of the other pipe are named by their own name, it answers."""
    told = await lifting.told(question)
    assert (told["outcome"], told["value"]) == ("answered", value), told["answer"]


async def test_of_two_pipes_of_one_kind_the_filled_one_answers(lifting: Asker) -> None:
    """Rows that both are called by are those that are there; once the register has rows it is a choice or its own."""
    await lifting.pipe("old_cases", [], fields=["case_id", "tonnes"], entity_scope="case", identity_keys=["case_id"])
    assert (await lifting.told("how many cases are there"))["value"] == 60
    assert (await lifting.told("total tonnes"))["value"] == sum(range(60))
    await lifting.push("register", [{"winch": "W-1", "lift_tonnes": 4, "depot": "Linz", "lifted_on": "2024-02-03"}])
    assert (await lifting.told("lift tonnes"))["value"] == 4
    assert (await lifting.told("how many winches", pipe_id="register"))["value"] == 1


async def test_a_longer_name_and_another_word_for_rows_are_no_less(asker: Asker) -> None:
    """`INV-0004` is no `inv`, and invoices may be called bills where the bills are empty."""
    rows = [{"invoice_no": f"INV-{n:04}", "status": "open", "amount": n} for n in range(6)]
    await asker.pipe("sales", rows, entity_scope="invoice", identity_keys=["invoice_no"])
    await asker.pipe("inv", [], fields=["bill_no"], entity_scope="inv", identity_keys=["bill_no"])
    await asker.pipe("payables", [], fields=["bill_no"], entity_scope="bill", identity_keys=["bill_no"])
    assert (await asker.told("status of INV-0004"))["value"] == "open"
    assert (await asker.told("how many bills are open"))["value"] == 6


async def test_words_of_an_empty_pipe_are_no_slips(lifting: Asker) -> None:
    """`hoysts` is nobody's and may be `hoists`; `hoyst` of a blueprint is not."""
    await lifting.pipe("hoyst_log", [], fields=["hoyst", "load"], entity_scope="hoyst", identity_keys=["hoyst"])
    told = await lifting.told("how many hoysts")
    assert (told["outcome"], told["value"]) == ("no_data", None), told["answer"]


async def test_with_nothing_but_empty_pipes_there_is_no_data(asker: Asker) -> None:
    """What they are called by is told to have no data, other words are not understood."""
    await asker.pipe("register", [], **LIFTS)
    told = await asker.told("how many winches")
    assert (told["outcome"], "register" in told["answer"]) == ("no_data", True)
    assert (await asker.told("how many zorkles"))["outcome"] == "refused"
