"""Of several that are first all are told of: groups, periods and records; and a question for a meaning."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

ROWS: list[dict[str, Any]] = [
    {
        "ticket_id": f"T-{n:03d}",
        "desk": ("East", "West", "North", "South", "Centre")[n % 5],
        "channel": ("mail", "phone")[n % 3 == 0],
        "opened_on": f"2025-{n % 6 + 1:02d}-{n % 10 + 1:02d}",
        "delight": (5, 1, 4)[n % 3],
        "effort": n if n < 57 else 90,
        "weight": n if n != 7 else 400,
    }
    for n in range(60)
]
DESKS = ["Centre", "East", "North", "South", "West"]


@pytest.fixture
async def desk(asker: Asker) -> Asker:
    asker.contract(
        "desk.tickets", opened_on=("period", None), delight=("ratio", None), effort=("additive", None),
        weight=("additive", None),
    )  # fmt: skip
    asker.describe("desk.tickets", delight="How pleased they were, 1 to 5")
    await asker.pipe("desk.tickets", ROWS, entity_scope="ticket", identity_keys=["ticket_id"])
    return asker


async def test_groups_that_have_as_much_are_told(desk: Asker) -> None:
    """The first stays the value; the others are named, and are rows."""
    told = await desk.told("which desk has the most tickets")
    assert told["value"] in DESKS
    others = sorted(set(DESKS) - {told["value"]})
    assert f"4 others have as much: {', '.join(others[:-1])} and {others[-1]}." in told["answer"], told["answer"]
    assert sorted(told["rows"]) == [[name, 12] for name in DESKS]


async def test_behind_the_last_one_told_are_others(desk: Asker) -> None:
    """Of the first three no more are told, but how many there are."""
    told = await desk.told("top 3 desks by number of tickets")
    assert len(told["rows"]) == 3
    assert "2 others have as much as the last one told" in told["answer"], told["answer"]


async def test_periods_that_have_as_much_are_told(desk: Asker) -> None:
    """Six months with ten tickets each; `the most in a month` is a number, and that of all of them."""
    told = await desk.told("which month had the most tickets")
    assert "5 others have as much: " in told["answer"], told["answer"]
    assert len(told["rows"]) == 6
    told = await desk.told("most tickets in a month")
    assert told["value"] == 10
    assert "5 others have as much: " in told["answer"], told["answer"]


@pytest.mark.parametrize(
    ("question", "value", "rows", "note"),
    [
        ("which ticket has the highest effort", "T-057", 3, "2 others have as much: T-058 and T-059."),
        ("which ticket has the lowest delight", "T-001", 1, "19 others have as much."),
        ("which ticket has the worst delight", "T-001", 1, "19 others have as much."),
        ("which ticket has the highest weight", "T-007", 1, ""),
        ("top 2 tickets by effort", None, 2, "T-059 has as much as the last one told."),
        ("top 3 tickets by effort", None, 3, ""),
        ("latest ticket", "T-029", 2, "T-059 has the same date."),
    ],
)
async def test_records_that_have_as_much_are_told(
    desk: Asker, question: str, value: str | None, rows: int, note: str
) -> None:
    """By their keys where they are few, else how many; nothing is said of one that is first alone."""
    told = await desk.told(question)
    assert told["value"] == value, told["answer"]
    assert len(told["rows"]) == rows
    assert note in told["answer"]
    assert bool(note) == (
        "others have" in told["answer"] or " has as" in told["answer"] or "same date" in told["answer"]
    )


async def test_a_sum_of_the_first_ones_is_of_so_many(desk: Asker) -> None:
    """Those that have as much as the last of them are no part of it."""
    told = await desk.told("total effort of the 2 tickets with the highest effort")
    assert told["outcome"] != "answered" or told["value"] == 180, told["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "what does delight mean", "what does delight mean?", "what does delight mean in tickets",
        "what did delight mean in 2025", "what is the meaning of delight", "define delight", "definition of delight",
        "what does delight stand for", "what is meant by delight", "how is delight calculated",
        "how do you calculate delight", "how is delight defined",
    ],
)  # fmt: skip
async def test_a_meaning_is_no_figure(desk: Asker, question: str) -> None:
    """The refusal names what the catalogue says of the field."""
    told = await desk.told(question)
    assert told["outcome"] == "refused", told["answer"]
    assert "How pleased they were, 1 to 5" in told["answer"]


@pytest.mark.parametrize("question", ["mean delight", "what is the mean delight", "delight, mean", "average delight"])
async def test_a_mean_is_an_average(desk: Asker, question: str) -> None:
    """As long as it is no verb."""
    told = await desk.told(question)
    assert told["value"] == pytest.approx(10 / 3), told["answer"]
