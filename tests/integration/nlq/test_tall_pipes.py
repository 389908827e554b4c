"""A pipe with a row for each figure of a quarter: its name in one field, its value in another."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

QUARTERS = tuple(f"{year}-Q{quarter}" for year in (2023, 2024, 2025) for quarter in (1, 2, 3, 4))
FIGURES = {"Revenue": 1000, "Cost of Revenue": 400, "Net Income": 150, "Gross Margin": 60, "Operating Margin": 18}
ROWS = [
    {"quarter": quarter, "metric": name, "value": first + 3 * n}
    for n, quarter in enumerate(QUARTERS)
    for name, first in FIGURES.items()
]


def of(name: str, begins: str = "") -> list[int]:
    found = [row for row in ROWS if row["metric"] == name and str(row["quarter"]).startswith(begins)]
    return [int(str(row["value"])) for row in found]


@pytest.fixture
async def tall(asker: Asker) -> Asker:
    await asker.pipe("ledger.metrics", ROWS, entity_scope="finance_metric", identity_keys=["quarter", "metric"])
    return asker


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("revenue in Q3 2024", of("Revenue", "2024-Q3")[0]),
        ("show me cost of revenue for Q1 2025", of("Cost of Revenue", "2025-Q1")[0]),
        ("which quarter had the highest net income", "2025-Q4"),
        ("how much did net income grow from Q1 2024 to Q1 2025", 12),
        ("highest gross margin", max(of("Gross Margin"))),
        ("average operating margin in 2024", sum(of("Operating Margin", "2024")) / 4),
        ("quarters with revenue over 1010", sum(value > 1010 for value in of("Revenue"))),
    ],
)
async def test_a_figure_is_known_by_the_name_in_its_row(tall: Asker, question: str, value: Any) -> None:
    """As if it were a field of its own."""
    told = await tall.told(question)
    assert (told["outcome"], told["value"]) == ("answered", value), told["answer"]


@pytest.mark.parametrize("question", ["what was revenue in 2024", "show me revenue by quarter for 2024"])
async def test_nothing_is_summed_that_nobody_calls_additive(tall: Asker, question: str) -> None:
    """Of a year each quarter is given."""
    told = await tall.told(question)
    assert [row[1] for row in told["rows"]] == of("Revenue", "2024"), told["answer"]


async def test_two_figures_are_told_apart(tall: Asker) -> None:
    """What they have together means nothing."""
    told = await tall.told("revenue and net income in Q2 2024")
    assert dict(told["rows"]) == {name: of(name, "2024-Q2")[0] for name in ("Revenue", "Net Income")}


@pytest.mark.parametrize(
    "question",
    [
        "total revenue in 2024",
        "whats the margin",
        "ebitda in 2024",
        "revenue in 2022",
        "what percentage of revenue is net income",
        "revenue minus cost of revenue in Q1 2024",
        "which metric is highest in Q1 2024",
    ],
)
async def test_what_the_rows_do_not_say_is_refused(tall: Asker, question: str) -> None:
    """A sum of what may be ratios, half a name, a figure that is not there, and what two of them make."""
    assert (await tall.told(question))["outcome"] in ("refused", "ambiguous")


async def test_records_are_still_counted_as_records(tall: Asker) -> None:
    """Where what a row is called is named."""
    told = await tall.told("how many finance metrics are there")
    assert told["value"] == len(ROWS)
