"""What is drawn, put in order, asked of any one period, and held to a limit in thousands."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

QUARTERS = [f"{year}-Q{n}" for year in (2023, 2024) for n in (1, 2, 3, 4)]
COLORS = ("amber", "teal", "plum")
DAYS = [f"2024-{n % 12 + 1:02d}-{n % 27 + 1:02d}" for n in range(60)]


@pytest.fixture
async def own(asker: Asker) -> Asker:
    asker.contract(
        "ledger", gorvax=("additive", "thousand EUR"), mibex=("ratio", "percent"), tulox=("point_in_time", "zz"),
        dezo=("additive", "thousand EUR"),
    )  # fmt: skip
    asker.describe("ledger", mibex="Dezo of gorvax")
    rows = [
        {"period": q, "gorvax": 400 + 2 * n, "mibex": n / 8, "tulox": 10 * n, "dezo": 1500 + 700 * n}
        for n, q in enumerate(QUARTERS)
    ]
    await asker.pipe("ledger", rows, identity_keys=["period"], entity_scope="ledger_row")
    asker.contract("shop", total_lumen=("additive", "zz"), net_lumen=("additive", "zz"), sold_on=("period", None))
    sold = [
        {"parcel_id": f"P-{n}", "color": COLORS[n % 7 % 3], "sold_on": day, "paid_on": f"2025-{n % 12 + 1:02d}-05",
         "total_lumen": 10 * n + 1, "net_lumen": n}
        for n, day in enumerate(DAYS)
    ]  # fmt: skip
    await asker.pipe("shop", sold, identity_keys=["parcel_id"], entity_scope="parcel")
    return asker


async def answered(own: Asker, question: str) -> dict[str, Any]:
    told = await own.told(question)
    assert told["outcome"] == "answered", (question, told["answer"])
    return told


@pytest.mark.parametrize(
    ("question", "periods"),
    [
        ("plot tulox for 2023 and 2024", QUARTERS),
        ("chart mibex, Q2 2023 through Q1 2024", QUARTERS[1:5]),
        ("can you graph gorvax for 2024", QUARTERS[4:]),
        ("show me a line chart of gorvax in 2024", QUARTERS[4:]),
        ("gorvax for 2023 and 2024 as a bar chart", QUARTERS),
        ("plot the gorvax", QUARTERS),
        ("chart tulox vs gorvax for 2024", QUARTERS[4:]),
        ("draw a graph of parcels in 2024", [f"2024-{n:02d}" for n in range(1, 13)]),
        ("gorvax next to tulox, every quarter of 2024", QUARTERS[4:]),
        ("gorvax per year, all the years we have", ["2023", "2024"]),
        ("gorvax by year since the beginning", ["2023", "2024"]),
    ],
)
async def test_what_is_drawn_goes_over_time(own: Asker, question: str, periods: list[str]) -> None:
    """One row a period, whether the time is one range, two years, or all that there is."""
    told = await answered(own, question)
    assert [row[0] for row in told["rows"]] == periods, told["answer"]


async def test_a_chart_of_one_period_or_by_something_is_no_trend(own: Asker) -> None:
    """One quarter is a figure, a chart by color has colors; times that are apart are no course."""
    assert (await answered(own, "plot gorvax in Q3 2024"))["value"] == 412
    assert (await answered(own, "chart tulox at the end of 2024"))["value"] == 70
    assert {row[0] for row in (await answered(own, "pie chart of parcels by color"))["rows"]} == set(COLORS)
    assert (await answered(own, "chart: gorvax 2023 vs 2024"))["value"] == 32
    assert (await own.told("tulox, all the years"))["outcome"] == "refused"


@pytest.mark.parametrize(
    ("question", "up"),
    [
        ("total lumen by color, highest to lowest", False),
        ("total lumen by color from lowest to highest", True),
        ("colors by total lumen, biggest to smallest", False),
        ("parcels by color, most to fewest", False),
        ("colors by total lumen, top to bottom", False),
        ("number of parcels by color, best to worst", False),
    ],
)
async def test_one_end_to_the_other_is_an_order(own: Asker, question: str, up: bool) -> None:
    """All groups in that order, and no first one."""
    told = await answered(own, question)
    figures = [row[-1] for row in told["rows"]]
    assert (len(figures), figures) == (3, sorted(figures, reverse=not up)), told["answer"]


async def test_rows_from_one_end_to_the_other(own: Asker) -> None:
    """The one that is said first comes first; a number of them still counts."""
    assert (await answered(own, "parcels oldest to newest"))["rows"][0][0] == "P-0"
    assert len((await answered(own, "the 2 colors by total lumen, highest to lowest"))["rows"]) == 2


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("what is the lowest gorvax we have ever had in a quarter", 400),
        ("highest gorvax in a year", 1644),
        ("top tulox in 2024", 70),
        ("bottom tulox", 0),
        ("top total lumen for amber", max(10 * n + 1 for n in range(60) if n % 7 % 3 == 0)),
        ("the most parcels in a month", 5),
        ("how many parcels in March 2024 by sold date", 5),
        ("how many parcels in March 2025, by paid date", 5),
        ("gorvax of 2024 as one figure", 1644),
        ("how much better or worse was gorvax in 2024 than in 2023", 32),
        ("how much lower or higher was tulox in Q1 2023 than in Q2 2023", 10),
        ("dezo as a % of gorvax in Q3 2023", 0.25),
        ("what percentage of gorvax was dezo in Q3 2023", 0.25),
    ],
)
async def test_one_figure_is_told(own: Asker, question: str, value: float) -> None:
    """The figure itself, and not the period that has it, nor a row a day."""
    assert (await answered(own, question))["value"] == value


async def test_a_limit_goes_by_what_the_values_can_be(own: Asker) -> None:
    """`€405k` of thousands is 405 where no row has 405,000 of them; what may be both is a choice, as is a plain number
    that no row comes near to."""
    told = await answered(own, "in how many quarters was gorvax over €405k")
    assert (told["value"], "405,000 is 405 thousand EUR" in told["answer"]) == (5, True)
    assert (await answered(own, "in how many quarters was gorvax over €900k"))["value"] == 0
    assert (await answered(own, "in how many quarters was dezo over 5,000"))["value"] == 2
    for question in ("in how many quarters was dezo over €5,200", "quarters with gorvax over 900,000"):
        assert (await own.told(question))["outcome"] == "ambiguous", question


@pytest.mark.parametrize(
    "question",
    [
        "gorvax as a % of dezo in Q3 2023",
        "tulox as a % of gorvax in Q3 2023",
        "gorvax in a quarter",
        "largest parcel in a month",
        "make a chart of gorvax",
        "top 5 parcels by total lumen, smallest to largest",
        "top color parcels",
        "highest total lumen of a parcel in a month",
        "parcels sold in March 2024 by paid date",
        "top 3 colors",
        "tulox for all available years",
    ],
)
async def test_what_only_looks_like_it_is_refused(own: Asker, question: str) -> None:
    """A ratio that no measure is, a period that nobody names, a ranking by nothing or from its other end; nothing is
    made."""
    told = await own.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]
