"""The same question as different people put it, over names that mean nothing."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

LANDS = ("Germany", "France", "Japan")


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "crew_id": f"M-{n:03d}",
            "full_name": f"{('Ada', 'Bo', 'Cy', 'Di')[n % 4]} {('Moss', 'Reed', 'Vale', 'Wren', 'Pike')[n % 5]}",
            "country": LANDS[n % 3],
            "start_date": f"202{3 + n % 2}-{n % 12 + 1:02d}-{n % 27 + 1:02d}",
            "end_date": f"2025-{n % 12 + 1:02d}-01" if n % 5 == 0 else None,
            "quorvel": 10 + n,
            "limit_breached": n % 4 == 1,
            "vessel_captain": ("Ada Moss", "Bo Reed")[n % 2],
        }
        for n in range(40)
    ]


ROWS = _rows()
IN_2024 = [row for row in ROWS if row["start_date"].startswith("2024")]


@pytest.fixture
async def crew(asker: Asker) -> Asker:
    asker.contract("fleet.crew", quorvel=("additive", "kEUR"), start_date=("period", None))
    await asker.pipe("fleet.crew", ROWS, entity_scope="worker", identity_keys=["crew_id"])
    return asker


@pytest.fixture
async def voyages(asker: Asker) -> Asker:
    """The same rows as things that happened: what persons have is no sum of the day that they came."""
    asker.contract("fleet.voyages", quorvel=("additive", "kEUR"), start_date=("period", None))
    await asker.pipe("fleet.voyages", ROWS, entity_scope="voyage", identity_keys=["crew_id"])
    return asker


@pytest.mark.parametrize(
    "question",
    [
        "Good morning, could you give me quorvel in 2024",
        "Hi team, quorvel 2024 please",
        "The board wants quorvel for 2024",
        "our auditors asked for the quorvel of 2024",
        "Kindly state the quorvel of the year 2024.",
        "please indicate quorvel in 2024, for a chart",
        "can you check the quorvel in 2024 if possible",
        "what did quorvel amount to in 2024",
        "what did quorvel come to in 2024",
        "Over 2024, what was the quorvel?",
        "how much did quorvel cost us in 2024",
        "the quorvel that 2024 gave us",
        "remind me of quorvel in 2024, just the number",
        "for me, quorvel as a whole in 2024",
    ],
)
async def test_how_it_is_asked_changes_nothing(voyages: Asker, question: str) -> None:
    """Greetings, who wants to know, what it is for, and verbs that say nothing."""
    told = await voyages.told(question)
    assert told["value"] == sum(row["quorvel"] for row in IN_2024), told["answer"]


async def test_who_came_and_left(crew: Asker) -> None:
    """Persons join at their start date and leave at their end date."""
    assert (await crew.told("how many people joined in 2024"))["value"] == len(IN_2024)
    assert (await crew.told("who started in 2024"))["value"] == len(IN_2024)
    assert (await crew.told("how many workers left in 2025"))["value"] == sum(bool(r["end_date"]) for r in ROWS)


async def test_a_nationality_is_a_country(crew: Asker) -> None:
    """`German workers` are those of Germany."""
    assert (await crew.told("how many German workers are there"))["value"] == sum(
        r["country"] == "Germany" for r in ROWS
    )


async def test_what_was_done_may_be_a_noun(crew: Asker) -> None:
    """`limit breaches` are the rows whose limit was breached."""
    told = await crew.told("limit breaches by country")
    there = {land: sum(r["limit_breached"] for r in ROWS if r["country"] == land) for land in LANDS}
    assert dict(map(tuple, told["rows"])) == there, told["answer"]


async def test_what_is_owned_is_asked_for(crew: Asker) -> None:
    """`Cy Vale's captain` is no captain of that name."""
    (row,) = [row for row in ROWS if row["full_name"] == "Cy Wren" and row["quorvel"] == 48]
    told = await crew.told("who is Cy Wren's vessel captain")
    assert told["outcome"] == "answered", told["answer"]
    assert row["vessel_captain"] in {cell for each in told["rows"] for cell in each}, told["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "what makes workers leave",
        "show me the phone numbers of the workers",
        "quorvel through 2024",
        "who is responsible for quorvel",
        "is the quorvel of Germany good",
    ],
)
async def test_near_to_it_is_not_it(crew: Asker, question: str) -> None:
    """Causes, numbers of another kind, a time that may be two, opinions."""
    told = await crew.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]


async def test_all_of_the_time_is_no_condition(crew: Asker) -> None:
    """`over the whole period`."""
    told = await crew.told("total quorvel over the whole period")
    assert told["value"] == sum(row["quorvel"] for row in ROWS), told["answer"]
