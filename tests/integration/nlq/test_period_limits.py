"""Periods that are listed or counted by a limit on their figure."""

import pytest

from tests.integration.nlq.conftest import Asker

QUARTERS = [f"{year}-Q{n}" for year in (2023, 2024) for n in (1, 2, 3, 4)]


@pytest.fixture
async def ledger(asker: Asker) -> Asker:
    asker.contract("ledger", gorvax=("additive", "zz"), mibex=("ratio", "percent"), tulox=("point_in_time", "zz"))
    rows = [{"period": q, "gorvax": 100 + n, "mibex": n / 8, "tulox": 10 * n} for n, q in enumerate(QUARTERS)]
    await asker.pipe("ledger", rows, identity_keys=["period"], entity_scope="quarter")
    return asker


@pytest.mark.parametrize(
    ("question", "periods"),
    [
        ("list the quarters with gorvax above 104", QUARTERS[5:]),
        ("which quarters saw a mibex under 0.25 percent", QUARTERS[:2]),
        ("quarters in which gorvax was over 105", QUARTERS[6:]),
        ("in how many quarters was tulox at least 30", QUARTERS[3:]),
        ("in how many quarters of 2024 was gorvax over 105", QUARTERS[6:]),
        ("which quarters had gorvax over 103 and mibex under 0.7", QUARTERS[4:6]),
        ("quarters with gorvax between 101 and 102", QUARTERS[1:3]),
        ("which years had gorvax above 410", ["2024"]),
        ("how many years had tulox of at least 30", ["2023", "2024"]),
    ],
)
async def test_periods_are_listed(ledger: Asker, question: str, periods: list[str]) -> None:
    """Rows of (period, figure), how many is the value; a longer period is held by what it comes to."""
    told = await ledger.told(question)
    assert told["outcome"] == "answered", told["answer"]
    assert ([row[0] for row in told["rows"]], told["value"]) == (periods, len(periods))
    assert told["columns"][0] == "period"


async def test_an_average_over_periods_that_are_named(ledger: Asker) -> None:
    """Of the rows, which are those periods; of longer ones each is put together first."""
    assert (await ledger.told("tulox, average across the 2024 quarters"))["value"] == 55
    assert (await ledger.told("average gorvax across the 2024 quarters"))["value"] == 105.5


async def test_no_period_keeps_the_limit(ledger: Asker) -> None:
    """A list of none has no data; their number is 0. A ratio has no figure of a year."""
    assert (await ledger.told("which quarters had gorvax under 5"))["outcome"] == "no_data"
    assert (await ledger.told("in how many quarters was gorvax under 5"))["value"] == 0
    assert (await ledger.told("which years had mibex over 0.1"))["reason"] == "not_additive"


async def test_rows_that_are_no_periods_are_a_choice(asker: Asker) -> None:
    """A row's figure, or that of the whole month? Of one site the quarter is the row."""
    asker.contract("orders", gorvax=("additive", None))
    rows = [{"id": n, "gorvax": n, "day": f"2024-0{n % 4 + 1}-15"} for n in range(20)]
    await asker.pipe("orders", rows, identity_keys=["id"], entity_scope="order")
    told = await asker.told("which months had gorvax over 10")
    assert (told["outcome"], len(told["choices"])) == ("ambiguous", 2)
    asker.contract("sites", mibex=("additive", None))
    sites = [{"site": s, "period": q, "mibex": n} for s in ("abx", "cdx") for n, q in enumerate(QUARTERS)]
    await asker.pipe("sites", sites, identity_keys=["site", "period"], entity_scope="visit")
    assert (await asker.told("which quarters had mibex over 5"))["outcome"] == "ambiguous"
    assert (await asker.told("which quarters had mibex over 5 in abx"))["value"] == 2
    assert (await asker.told("how many quarters are there", pipe_id="sites"))["value"] == 8


@pytest.mark.parametrize("question", ["best three quarters for gorvax", "top three quarters by gorvax"])
async def test_a_number_of_periods_is_a_word(ledger: Asker, question: str) -> None:
    """As many as the word says."""
    told = await ledger.told(question)
    assert [row[0] for row in told["rows"]] == QUARTERS[:4:-1]


async def test_the_period_that_changed_the_most(asker: Asker) -> None:
    """From the one before it, or from the year before; it is not the highest one. None that fell is none."""
    values = [100, 90, 95, 300, 320, 330, 331, 310]
    asker.contract("ledger", gorvax=("additive", "zz"), mibex=("ratio", "percent"))
    rows = [{"period": q, "gorvax": v, "mibex": v / 8} for q, v in zip(QUARTERS, values, strict=True)]
    await asker.pipe("ledger", rows, identity_keys=["period"], entity_scope="quarter")
    told = await asker.told("which quarter had the biggest increase in gorvax")
    assert (told["value"], told["rows"]) == ("2023-Q4", [["2023-Q4", 300, 205]])
    assert (await asker.told("which quarter saw the largest drop in gorvax"))["value"] == "2024-Q4"
    assert (await asker.told("which quarter had the biggest percentage drop in gorvax"))["value"] == "2023-Q2"
    assert (await asker.told("which quarter grew gorvax the most yoy"))["value"] == "2024-Q2"
    assert (await asker.told("which quarter of 2024 had the biggest increase in gorvax"))["value"] == "2024-Q1"
    assert (await asker.told("which year had the biggest drop in gorvax"))["outcome"] == "no_data"
    assert (await asker.told("which year had the highest mibex"))["reason"] == "not_additive"
    assert (await asker.told("which quarter changed gorvax the most"))["reason"] == "not_supported"
