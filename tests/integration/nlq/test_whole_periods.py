"""Times that the periods of the data cover only in part, and times that stand beside each other."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

QUARTERS = [f"{year}-Q{n}" for year in (2023, 2024, 2025) for n in (1, 2, 3, 4)]
LEDGER: list[dict[str, Any]] = [
    {"quarter": quarter, "earnings": 100 + 10 * n, "margin": 40.0 + n, "reserves": 500 + n}
    for n, quarter in enumerate(QUARTERS)
]
CASES = [
    {"case_id": f"C-{n:03d}", "came_on": f"202{4 + n % 2}-{n % 12 + 1:02d}-{n % 27 + 1:02d}", "desk": "AB"[n % 2]}
    for n in range(72)
]


@pytest.fixture
async def books(asker: Asker) -> Asker:
    asker.contract(
        "desk.books", quarter=("period", None), earnings=("additive", "USD"), margin=("ratio", "percent"),
        reserves=("point_in_time", "USD"),
    )  # fmt: skip
    await asker.pipe("desk.books", LEDGER, entity_scope="quarter_result", identity_keys=["quarter"])
    asker.contract("desk.cases", came_on=("period", None))
    await asker.pipe("desk.cases", CASES, entity_scope="case", identity_keys=["case_id"])
    return asker


def _sum(first: str, last: str) -> int:
    return sum(row["earnings"] for row in LEDGER if first <= row["quarter"] <= last)


def _cases(year: str, quarter: int) -> int:
    return sum(row["came_on"][:4] == year and (int(row["came_on"][5:7]) + 2) // 3 == quarter for row in CASES)


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        ("earnings between March and September 2024", ["2024-Q2 to 2024-Q3", "2024-Q1 to 2024-Q3"]),
        ("earnings from 15 February 2024 to 30 June 2024", ["2024-Q2", "2024-Q1 to 2024-Q2"]),
        ("earnings in the last 4 months", ["2025-Q4", "2025-Q3 to 2025-Q4"]),
        ("earnings last 100 days", ["2025-Q4", "2025-Q3 to 2025-Q4"]),
        ("earnings in the first 4 months of 2024", ["2024-Q1", "2024-Q1 to 2024-Q2"]),
        ("average earnings between March and September 2024", ["2024-Q2 to 2024-Q3", "2024-Q1 to 2024-Q3"]),
        ("earnings by quarter between March and September 2024", ["2024-Q2 to 2024-Q3", "2024-Q1 to 2024-Q3"]),
        ("margin between March and September 2024", ["2024-Q2 to 2024-Q3", "2024-Q1 to 2024-Q3"]),
        ("earnings in May 2024", ["2024-Q2"]),
        ("reserves between January and May 2024", ["2024-Q1", "2024-Q1 to 2024-Q2"]),
    ],
)
async def test_a_time_with_a_period_in_part_is_refused(books: Asker, question: str, nearest: list[str]) -> None:
    """No row says what a part of a quarter had; the nearest whole ones are named."""
    told = await books.told(question)
    assert told["outcome"] == "refused", told["answer"]
    assert told["suggestions"] == nearest


@pytest.mark.parametrize(
    ("question", "first", "last", "given"),
    [
        ("earnings since 15 February 2025", "2025-Q2", "2025-Q4", {}),
        ("earnings after February 2025", "2025-Q2", "2025-Q4", {}),
        ("earnings before 15 August 2023", "2023-Q1", "2023-Q2", {}),
        ("earnings until May 2023", "2023-Q1", "2023-Q1", {}),
        ("earnings after 15 Feb 2024 and before 10 Nov 2024", "2024-Q2", "2024-Q3", {}),
        ("earnings ytd", "2025-Q1", "2025-Q2", {"reference_date": "2025-08-15"}),
        ("total earnings year to date", "2025-Q1", "2025-Q2", {"reference_date": "2025-08-15"}),
    ],
)
async def test_of_a_time_with_one_end_the_whole_periods_are_told(
    books: Asker, question: str, first: str, last: str, given: dict[str, Any]
) -> None:
    """The answer names them."""
    told = await books.told(question, **given)
    assert told["value"] == _sum(first, last), told["answer"]
    names = first if first == last else f"{first} to {last}"
    assert f"These are the whole quarters in it: {names}." in told["answer"]


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("earnings from April to September 2024", _sum("2024-Q2", "2024-Q3")),
        ("earnings in the last 6 months", _sum("2025-Q3", "2025-Q4")),
        ("earnings in the second half of 2024", _sum("2024-Q3", "2024-Q4")),
        ("earnings since 2025", _sum("2025-Q1", "2025-Q4")),
        ("earnings ytd", _sum("2025-Q1", "2025-Q4")),
        ("reserves between March and September 2024", 506),
        ("earnings in 2024 and 2025", _sum("2024-Q1", "2025-Q4")),
        ("earnings in Q1, Q2 and Q3 2024", _sum("2024-Q1", "2024-Q3")),
        ("earnings Q3 2024, i.e. the third quarter of 2024", _sum("2024-Q3", "2024-Q3")),
    ],
)
async def test_whole_periods_are_told_as_they_are(books: Asker, question: str, value: int) -> None:
    """Nothing is said of them; of a value at a point in time only the end counts, of a list all of it."""
    told = await books.told(question)
    assert told["value"] == value, told["answer"]
    assert "whole quarters" not in told["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "cases in the second half of May 2025", "cases in the 2nd half of the month", "cases in H2 of May 2025",
        "cases in the second quarter of May 2025", "cases in the second half of last month",
        "earnings in the second half of Q2 2025", "earnings May 2025 H2", "earnings for Q1 2024 Q2 2024",
        "cases in May 2025 in the last week", "how many cases in 2024 2025",
    ],
)  # fmt: skip
async def test_times_that_nothing_joins_are_not_added_up(books: Asker, question: str) -> None:
    """Two times side by side are no list, and half of a month is no half of a year."""
    told = await books.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("quarterly earnings 2023 vs 2024", [[f"Q{n}", 90 + 10 * n, 130 + 10 * n] for n in (1, 2, 3, 4)]),
        ("earnings per quarter 2024 versus 2023", [[f"Q{n}", 90 + 10 * n, 130 + 10 * n] for n in (1, 2, 3, 4)]),
        ("reserves by quarter 2023 vs 2024", [[f"Q{n}", 499 + n, 503 + n] for n in (1, 2, 3, 4)]),
        ("quarterly earnings in 2023 and 2024", [[q, 100 + 10 * n] for n, q in enumerate(QUARTERS[:8])]),
        ("cases by quarter 2024 vs 2025", [[f"Q{n}", _cases("2024", n), _cases("2025", n)] for n in (1, 2, 3, 4)]),
    ],
)  # fmt: skip
async def test_times_are_compared_by_what_is_asked(books: Asker, question: str, rows: list[list[Any]]) -> None:
    """`by quarter` is told by quarter, of both times."""
    told = await books.told(question)
    assert told["rows"] == rows, told["answer"]
    assert told["value"] is None


async def test_figures_of_whole_times_stay_what_they_are(books: Asker) -> None:
    """A grain that the times are of, and the average of rows that are such periods."""
    told = await books.told("did quarterly earnings grow from Q1 2024 to Q2 2024")
    assert told["value"] == 10, told["answer"]
    told = await books.told("average quarterly earnings 2023 vs 2024")
    assert told["value"] == 40, told["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "earnings growth by quarter", "earnings growth rate by quarter", "annual earnings growth",
        "earnings yoy by quarter", "earnings change by year", "by what percentage did quarterly earnings grow from 2023"
        " to 2024", "average monthly cases 2024 vs 2025", "earnings by year Q1 2024 vs Q1 2025",
        "average yearly margin", "earnings each Q1", "cases every January", "cases in each March",
    ],
)  # fmt: skip
async def test_a_grain_that_can_not_be_kept_is_refused(books: Asker, question: str) -> None:
    """It is never dropped: no totals, no change of the newest periods, no average of other periods."""
    told = await books.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]
