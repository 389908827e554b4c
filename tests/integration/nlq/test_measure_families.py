"""A measure by something that the pipe has no field for, but a measure of each."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

MONEY = ("additive", "EUR")
QUARTERS = tuple(f"{year}-Q{quarter}" for year in (2024, 2025) for quarter in (1, 2, 3, 4))
BOOKS = [
    {
        "quarter": quarter,
        "sales": 100 * n + 60,
        "sales_north": 70 * n + 10,
        "sales_south_coast": 30 * n + 50,
        "sales_margin": 40 + n,
        "crew": 50 + n,
        "kitchen_crew": 20,
        "other_crew": 30 + n,
    }
    for n, quarter in enumerate(QUARTERS, 1)
]
SHOPS = [
    {"shop": f"X-{n}", "region": ("North", "South Coast", "Isles")[n % 3], "team": ("Kitchen", "Bar")[n % 2]}
    for n in range(30)
]


@pytest.fixture
async def books(asker: Asker) -> Asker:
    names = ("sales", "sales_north", "sales_south_coast")
    stocks: dict[str, Any] = dict.fromkeys(("crew", "kitchen_crew", "other_crew"), ("point_in_time", "people"))
    ways: dict[str, Any] = dict.fromkeys(names, MONEY) | stocks
    asker.contract("led.books", quarter=("period", None), sales_margin=("ratio", "percent"), **ways)
    await asker.pipe("led.books", BOOKS, entity_scope="quarter", identity_keys=["quarter"])
    await asker.pipe("map.shops", SHOPS, entity_scope="shop", identity_keys=["shop"])
    return asker


def of(name: str, begins: str) -> int:
    return sum(int(str(row[name])) for row in BOOKS if str(row["quarter"]).startswith(begins))


@pytest.mark.parametrize("question", ["sales by region in 2024", "break sales down by region for 2024"])
async def test_a_measure_is_told_by_those_that_are_its_parts(books: Asker, question: str) -> None:
    """Where all that are named like it are values of a field of that name, in whatever pipe."""
    told = await books.told(question)
    assert told["rows"] == [["North", of("sales_north", "2024")], ["South Coast", of("sales_south_coast", "2024")]]
    assert (told["columns"], told["period"]) == (["region", "sales"], "2024")


async def test_without_a_period_the_newest_is_meant(books: Asker) -> None:
    """As for any other figure, and it is said."""
    told = await books.told("sales by region")
    assert dict(told["rows"]) == {
        "North": of("sales_north", "2025-Q4"),
        "South Coast": of("sales_south_coast", "2025-Q4"),
    }
    assert "2025-Q4, the newest" in told["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "crew by team in 2024",
        "sales by region over time",
        "sales by region in 2024 and 2025",
        "average sales by region",
        "sales margin by region in 2024",
        "sales by city in 2024",
    ],
)
async def test_parts_that_are_not_all_of_it_are_not_told(books: Asker, question: str) -> None:
    """Nor a course of them, nor parts that nobody has."""
    assert (await books.told(question))["outcome"] == "refused"
