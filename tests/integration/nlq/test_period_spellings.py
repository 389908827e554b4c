"""Dates as pipes spell them: quarters, months, years beside quarters, times, balances of many accounts."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

QUARTERS = [(year, n) for year in (2023, 2024) for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("spelled", ["{0}-Q{1}", "Q{1} {0}", "{0}Q{1}"])
async def test_quarters_however_they_are_spelled(asker: Asker, spelled: str) -> None:
    """Years of them are summed, the last one of a point in time is taken."""
    rows = [{"zeit": spelled.format(y, n), "gorvax": y % 100 * 10 + n, "mibel": n} for y, n in QUARTERS]
    asker.contract("q", gorvax=("additive", None), mibel=("point_in_time", None))
    await asker.pipe("q", rows)
    assert (await asker.told("gorvax in 2024"))["value"] == 241 + 242 + 243 + 244
    assert (await asker.told("gorvax last quarter"))["value"] == 244
    assert (await asker.told("mibel in 2023"))["value"] == 4
    assert (await asker.told("gorvax by year"))["rows"] == [["2023", 930], ["2024", 970]]
    told = await asker.told("which quarter had the highest gorvax")
    assert told["rows"] == [["2024-Q4", 244]]


async def test_a_year_and_a_quarter_in_two_fields(asker: Asker) -> None:
    """Sums go over both; a stock needs both, and is not summed over the quarters of a year."""
    rows = [{"year": y, "quarter": f"Q{n}", "gorvax": n, "mibel": 100 * n} for y, n in QUARTERS]
    asker.contract("two", gorvax=("additive", None), mibel=("point_in_time", None))
    await asker.pipe("two", rows)
    assert (await asker.told("gorvax in 2024"))["value"] == 10
    assert (await asker.told("gorvax in Q3 2024"))["value"] == 3
    assert (await asker.told("gorvax by quarter in 2024"))["rows"] == [[f"2024 Q{n}", n] for n in (1, 2, 3, 4)]
    assert (await asker.told("mibel in 2024"))["reason"] == "not_additive"
    assert (await asker.told("mibel in Q2 2024"))["value"] == 200


async def test_months(asker: Asker) -> None:
    """Quarters are made of them; an average of months is of their sums."""
    rows = [{"month": f"2024-{m:02d}", "gorvax": m, "mibel": m * 100} for m in range(1, 13)]
    asker.contract("m", gorvax=("additive", None), mibel=("point_in_time", None))
    await asker.pipe("m", rows)
    assert (await asker.told("gorvax in March 2024"))["value"] == 3
    assert (await asker.told("mibel in Q2 2024"))["value"] == 600
    assert [row[1] for row in (await asker.told("gorvax by quarter"))["rows"]] == [6, 15, 24, 33]
    assert (await asker.told("average monthly gorvax in 2024"))["value"] == 6.5
    assert (await asker.told("highest monthly gorvax in 2024"))["value"] == 12


async def test_balances_are_summed_over_accounts_and_never_over_time(asker: Asker) -> None:
    """The last day of a period; by something else as well. Without a date in the key nobody may sum them."""
    rows: list[dict[str, Any]] = [
        {"account": f"a{k}", "as_of": f"2024-{m:02d}-28", "balance": m * 10 + k, "branch": "NS"[k % 2]}
        for m in range(1, 13)
        for k in range(4)
    ]
    asker.contract("b", balance=("point_in_time", "EUR"), as_of=("period", None))
    await asker.pipe("b", rows, identity_keys=["account", "as_of"])
    told = await asker.told("total balance in 2024")
    assert (told["value"], told["period"]) == (486, "2024-12-28")
    assert (await asker.told("balance by branch in June 2024"))["rows"] == [["N", 122], ["S", 124]]
    assert [row[1] for row in (await asker.told("balance by month"))["rows"]] == [40 * m + 6 for m in range(1, 13)]
    asker.contract("c", balance=("point_in_time", "EUR"), as_of=("period", None))
    await asker.pipe("c", rows)
    assert (await asker.told("total balance in 2024", pipe_id="c"))["reason"] == "not_additive"
    assert (await asker.told("balance on 2024-03-28", pipe_id="c"))["value"] == 126


async def test_times_and_a_date_that_comes_later(asker: Asker) -> None:
    """The first date places a row in time; the other is asked for by its name, as a period or as being there."""
    rows = [
        {"nr": f"A{n}", "placed_at": f"2024-{n % 12 + 1:02d}-03T10:00:00Z", "gorvax": n,
         "shipped_at": f"2025-01-{n + 1:02d}T00:00:00Z" if n % 2 else None}
        for n in range(24)
    ]  # fmt: skip
    asker.contract("t", gorvax=("additive", "USD"))
    await asker.pipe("t", rows, entity_scope="parcel", identity_keys=["nr"])
    assert (await asker.told("how many parcels in May 2024"))["value"] == 2
    assert (await asker.told("how many parcels were shipped"))["value"] == 12
    assert (await asker.told("how many parcels were not shipped"))["value"] == 12
    assert (await asker.told("how many parcels were shipped before 2025-01-05"))["value"] == 2
    assert (await asker.told("parcel A17"))["value"] == 1
    assert (await asker.told("largest parcel"))["value"] == "A23"
