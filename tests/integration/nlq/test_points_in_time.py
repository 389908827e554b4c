"""Periods and points in time as they are asked for, over a ledger and over things that happened, with random names."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker
from tests.integration.nlq.test_random_names import Names, said

QUARTERS = [f"{year}-Q{n}" for year in (2023, 2024, 2025) for n in (1, 2, 3, 4)]


class Ledger:
    """A row a quarter: a flow, a stock, a ratio. The flow of the nth quarter is 100 + n, the stock 1,000 n."""

    def __init__(self) -> None:
        names = Names(31)
        self.flow, self.stock, self.part, self.when = names.name(), names.name(), names.name(), names.word()

    async def into(self, asker: Asker) -> None:
        rows = [{self.when: q, self.flow: 100 + n, self.stock: 1_000 * n, self.part: n} for n, q in enumerate(QUARTERS)]
        ways = {self.flow: ("additive", "zz"), self.stock: ("point_in_time", "zz"), self.part: ("ratio", None)}
        asker.contract("ledger", **ways)
        await asker.pipe("ledger", rows, identity_keys=[self.when], entity_scope="quarter")


@pytest.fixture
async def ledger(asker: Asker) -> Ledger:
    made = Ledger()
    await made.into(asker)
    return made


def flows(first: str, last: str) -> int:
    return sum(100 + n for n, quarter in enumerate(QUARTERS) if first <= quarter <= last)


async def test_a_stock_is_that_of_the_period_which_ends_then(asker: Asker, ledger: Ledger) -> None:
    """However the end is said; a day on which no quarter ends has none, and the start may be two values."""
    stock = said(ledger.stock)
    for time, quarter in {
        "at the end of june 2025": "2025-Q2",
        "at the end of June": "2025-Q2",
        "as of 2024-12-31": "2024-Q4",
        "at 31 December 2024": "2024-Q4",
        "as at 30.06.2024": "2024-Q2",
        "as of June 30": "2025-Q2",
        "as of year-end 2024": "2024-Q4",
        "when 2023 closed": "2023-Q4",
        "at the close of 2023": "2023-Q4",
        "by the end of 2024": "2024-Q4",
        "by year-end": "2025-Q4",
        "at the end of last year": "2025-Q4",
        "a year ago": "2024-Q4",
        "two quarters ago": "2025-Q2",
        "since 2024": "2025-Q4",
        "right now": "2025-Q4",
        "as of today": "2025-Q4",
        "at quarter-end Q2 2025": "2025-Q2",
    }.items():
        told = await asker.told(f"{stock} {time}")
        assert (told["value"], told["period"]) == (1_000 * QUARTERS.index(quarter), quarter), (time, told["answer"])
    for time, outcome in {
        "at the end of May 2025": "refused",
        "as of 2024-11-15": "refused",
        "at the end of 2026": "refused",
        "in December 2024": "refused",
        "at the start of 2024": "ambiguous",
    }.items():
        assert (await asker.told(f"{stock} {time}"))["outcome"] == outcome, time
    told = await asker.told(f"did {stock} grow from the end of 2023 to the end of June 2025")
    assert told["value"] == 1_000 * (QUARTERS.index("2025-Q2") - QUARTERS.index("2023-Q4"))
    told = await asker.told(f"{stock} a year ago", reference_date="2025-08-14")
    assert (told["outcome"], told["choices"]) == ("ambiguous", ["2024-Q2", "2024-Q3"])
    told = await asker.told(f"{stock} a quarter ago", reference_date="2025-08-14")
    assert told["period"] == "2025-Q2"
    told = await asker.told(f"is {stock} higher than a year ago")
    assert told["value"] == 4_000


async def test_a_flow_is_of_a_period(asker: Asker, ledger: Ledger) -> None:
    """`by` is until then; it has no value of one moment, so that is a choice."""
    flow = said(ledger.flow)
    for time, (first, last) in {
        "since the start of 2024": ("2024-Q1", "2025-Q4"),
        "from the start of Q2": ("2025-Q2", "2025-Q4"),
        "up to the end of March 2024": ("2023-Q1", "2024-Q1"),
        "by the end of 2024": ("2023-Q1", "2024-Q4"),
        "over 2025": ("2025-Q1", "2025-Q4"),
        "over the course of 2025": ("2025-Q1", "2025-Q4"),
        "in all of 2024": ("2024-Q1", "2024-Q4"),
        "for full year 2024": ("2024-Q1", "2024-Q4"),
        "in '24": ("2024-Q1", "2024-Q4"),
        "over the past six months": ("2025-Q3", "2025-Q4"),
        "in the first three quarters of 2024": ("2024-Q1", "2024-Q3"),
        "for the six months ended 30 June 2024": ("2024-Q1", "2024-Q2"),
        "in 2H24": ("2024-Q3", "2024-Q4"),
        "Jan-Mar 2024": ("2024-Q1", "2024-Q1"),
        "from Q3 2023 through Q2 2024": ("2023-Q3", "2024-Q2"),
        "in 2023 and 2024 combined": ("2023-Q1", "2024-Q4"),
        "post-2023": ("2024-Q1", "2025-Q4"),
        "to date": ("2023-Q1", "2025-Q4"),
        "at the end of Q2 2025": ("2025-Q2", "2025-Q2"),
    }.items():
        told = await asker.told(f"{flow} {time}")
        assert told["value"] == flows(first, last), (time, told["answer"])
    for time in ("at the end of 2024", "as of 2024-12-31", "at the start of 2024", "now vs 2024"):
        told = await asker.told(f"{flow} {time}")
        assert (told["outcome"], told["value"]) == ("ambiguous", None), (time, told["answer"])
    told = await asker.told(f"{flow} since the start of 2024")
    assert "since 2024-01-01 was" in told["answer"]
    told = await asker.told(f"{flow} from the start of Q2")
    assert "the year meant is 2025" in told["answer"]


async def test_the_quarters_of_a_year(asker: Asker, ledger: Ledger) -> None:
    """They are given one by one; an average is taken of them."""
    flow, stock = said(ledger.flow), said(ledger.stock)
    each = [[quarter, 100 + n] for n, quarter in enumerate(QUARTERS) if quarter.startswith("2025")]
    for question in (f"{flow} in the 2025 quarters", f"{flow} for each quarter of last year",
                     f"{flow} in each of the last 4 quarters", f"{flow} for the quarters of 2025"):  # fmt: skip
        assert (await asker.told(question))["rows"] == each, question
    assert (await asker.told(f"average {flow} across the 2025 quarters"))["value"] == flows("2025-Q1", "2025-Q4") / 4
    assert (await asker.told(f"{stock}, average across the 2025 quarters"))["value"] == 9_500


async def test_the_quarters_of_a_year_where_a_field_is_called_so(asker: Asker) -> None:
    """They are not taken for the date that is meant; several rows of a quarter are summed before the average."""
    rows = [{"site": site, "quarter": q, "gorvax": n} for n, q in enumerate(QUARTERS) for site in ("nord", "sud")]
    asker.contract("sites", gorvax=("additive", None))
    await asker.pipe("sites", rows, identity_keys=["site", "quarter"])
    told = await asker.told("gorvax in the 2025 quarters")
    assert told["rows"] == [[q, 2 * n] for n, q in enumerate(QUARTERS) if q.startswith("2025")]
    assert (await asker.told("average gorvax across the 2025 quarters"))["value"] == 2 * (8 + 9 + 10 + 11) / 4
    assert (await asker.told("gorvax in 2025"))["value"] == 2 * (8 + 9 + 10 + 11)


async def test_seen_against_a_year_before(asker: Asker, ledger: Ledger) -> None:
    """`a year earlier` and `the same quarter last year` take their meaning from the other time, or the newest."""
    flow = said(ledger.flow)
    for question in (f"{flow} in Q3 2025 vs the same quarter last year", f"{flow} in Q3 2025 vs a year earlier"):
        told = await asker.told(question)
        assert [row[0] for row in told["rows"]] == ["2024-Q3", "2025-Q3"], question
    for question, periods in {
        f"{flow} last year vs this year": ["2024", "2025"],
        f"{flow} in 2025 versus the year before": ["2024", "2025"],
        f"{flow} in Q3 2025 vs the quarter before": ["2025-Q2", "2025-Q3"],
    }.items():
        assert [row[0] for row in (await asker.told(question))["rows"]] == periods, question
    told = await asker.told(f"{flow} vs the same quarter last year")
    assert [row[0] for row in told["rows"]] == ["2024-Q4", "2025-Q4"]
    for question in (f"{flow} in the same quarter last year", f"is {flow} higher than two years ago",
                     f"{flow} in Q1 of 2024 and 2025", f"{flow} the year before",
                     f"{flow} this year vs 2025", f"{flow} in Q3 vs 2024",
                     f"{flow} in Q3 2024 and in 2024"):  # fmt: skip
        assert (await asker.told(question))["outcome"] == "ambiguous", question


async def test_times_of_things_that_happened(asker: Asker) -> None:
    """Days from one to another, until a day, and words that are no time."""
    first = date(2024, 1, 1)
    rows: list[dict[str, Any]] = [
        {
            "nr": f"A{n}",
            "placed_on": (first + timedelta(days=n)).isoformat(),
            "gorvax": n,
            "state": ("kelpo", "tarnix")[n % 2],
        }
        for n in range(731)
    ]
    await asker.pipe("t", rows, entity_scope="parcel", identity_keys=["nr"])
    for question, count in {
        "how many parcels were placed between 1 and 7 January 2024": 7,
        "how many parcels from 3 to 9 March": 7,
        "how many parcels were placed 1-15 March 2024": 15,
        "how many parcels were placed on 15.03.2024": 1,
        "how many parcels were placed on March 15": 1,
        "how many parcels in 03/2024": 31,
        "how many parcels in Mar 24": 31,
        "how many parcels were placed by the end of March 2024": 91,
        "how many parcels were placed over 2025": 365,
        "how many parcels were placed before 2024-03-01 and have since been kelpo": 30,
        "how many parcels are kelpo right now": 366,
        "how many parcels in the last 2 weeks": 14,
        "how many March parcels": 31,
        "how many February parcels in 2024": 29,
        "2024 February parcels": 29,
        "how many May parcels": 31,
        "may i see how many parcels there were in may": 31,
    }.items():
        told = await asker.told(question)
        assert told["value"] == count, (question, told["answer"])
    for question, choices in {
        "how many parcels were placed on 03/05/2024": ["2024-05-03", "2024-03-05"],
        "how many parcels since Mar 24": ["2025-03-24", "2024-03"],
        "how many parcels were kelpo at the end of June 2024": ["in 2024-06", "until 2024-06-30"],
        "how many parcels as of 2024-12-31": ["in 2024-12-31", "until 2024-12-31"],
    }.items():
        told = await asker.told(question)
        assert (told["outcome"], told["choices"]) == ("ambiguous", choices), (question, told["answer"])
    for question in (
        "may parcels", "how many may parcels", "how many parcels since then", "how many parcels on Monday",
        "how many parcels at Christmas", "how many parcels in summer 2024",
        "how many parcels in the first week of March 2024", "how many parcels in early 2024",
        "how many parcels in the last few months", "how many parcels in 2019",
    ):  # fmt: skip
        told = await asker.told(question)
        assert (told["outcome"], told["value"]) == ("refused", None), (question, told["answer"])
