"""Limits on all rows of a group, first ones taken together, two parts of a question with one head."""

from collections import defaultdict
from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

KINDS, CITIES = ("solid", "rough", "plain"), ("Oslo", "Rome", "Lima", "Cairo")


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "crate_id": f"C-{n:03d}",
            "city": CITIES[(n * n + n // 7) % 4],
            "kind": KINDS[n % 3],
            "sent_on": f"202{4 + n % 2}-{n % 12 + 1:02d}-{n % 27 + 1:02d}",
            "hull_cost": 10 + 3 * n,
            "deck_cost": 5 + (n * 7) % 50,
            "wear": None if n % 5 == 0 else n % 9,
        }
        for n in range(90)
    ]


ROWS = _rows()


@pytest.fixture
async def crates(asker: Asker) -> Asker:
    meanings = {"hull_cost": ("additive", "USD"), "deck_cost": ("additive", "USD"), "wear": ("ratio", None)}
    asker.contract("yard.crates", **meanings, sent_on=("period", None))
    await asker.pipe("yard.crates", ROWS, entity_scope="crate", identity_keys=["crate_id"])
    return asker


def _by_city(of: str, kind: str = "") -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in ROWS:
        if not kind or row["kind"] == kind:
            found[row["city"]].append(row[of])
    return found


@pytest.mark.parametrize("question", ["cities with more than 20 crates", "which cities have over 20 crates"])
async def test_groups_with_many_rows_are_listed(crates: Asker, question: str) -> None:
    """How many rows a city has is what the limit is on; the value is how many cities there are."""
    told = await crates.told(question)
    there = {city: len(ids) for city, ids in _by_city("crate_id").items() if len(ids) > 20}
    assert 0 < len(there) < len(CITIES)
    assert dict(map(tuple, told["rows"])) == there, told["answer"]
    assert told["value"] == len(there)


async def test_a_condition_picks_the_rows_that_are_counted(crates: Asker) -> None:
    """`more than 8 rough crates`: of the rough ones alone."""
    told = await crates.told("how many cities have more than 8 rough crates")
    assert told["value"] == sum(len(ids) > 8 for ids in _by_city("crate_id", "rough").values()), told["answer"]


@pytest.mark.parametrize(
    "question",
    ["cities with an average deck cost over 29", "which cities have an average deck cost above $29",
     "list the cities whose average deck cost is not under 29.0"],
)  # fmt: skip
async def test_groups_are_held_to_an_average(crates: Asker, question: str) -> None:
    """Not the cities with a row over the limit: that would be all of them."""
    told = await crates.told(question)
    there = {city for city, costs in _by_city("deck_cost").items() if sum(costs) / len(costs) > 29}
    assert 0 < len(there) < len(CITIES)
    assert {row[0] for row in told["rows"]} == there, told["answer"]


async def test_groups_are_held_to_a_sum(crates: Asker) -> None:
    """`total` says how the rows are put together."""
    told = await crates.told("cities with total hull cost over 3200")
    assert {row[0] for row in told["rows"]} == {
        city for city, costs in _by_city("hull_cost").items() if sum(costs) > 3200
    }


@pytest.mark.parametrize(
    "question",
    ["which cities have hull cost over 200", "how many cities have more than 200 hull cost",
     "top 3 cities with more than 20 crates by hull cost", "average deck cost of cities with more than 20 crates"],
)  # fmt: skip
async def test_a_limit_of_rows_or_of_groups_is_asked_back(crates: Asker, question: str) -> None:
    """Where nobody says which it is, or where more is asked of these groups, nothing is guessed."""
    told = await crates.told(question)
    assert told["outcome"] in ("ambiguous", "refused"), told["answer"]


async def test_the_first_few_are_put_together(crates: Asker) -> None:
    """The sum of the five largest, not the five and not the sum of all."""
    costs = sorted((row["hull_cost"] for row in ROWS), reverse=True)
    told = await crates.told("what is the total of the 5 largest crates by hull cost")
    assert told["value"] == sum(costs[:5]), told["answer"]
    told = await crates.told("average hull cost of the 4 smallest crates by hull cost")
    assert told["value"] == sum(costs[-4:]) / 4, told["answer"]


async def test_what_is_had_is_a_condition(crates: Asker) -> None:
    """`how many crates have a wear` counts those that have one."""
    told = await crates.told("how many crates have a wear")
    assert told["value"] == sum(row["wear"] is not None for row in ROWS), told["answer"]


async def test_two_names_may_share_their_last_word(crates: Asker) -> None:
    """`hull and deck cost` are two costs."""
    told = await crates.told("hull and deck cost in 2024")
    there = [row for row in ROWS if row["sent_on"].startswith("2024")]
    assert told["columns"] == ["hull_cost", "deck_cost"], told["answer"]
    assert told["rows"] == [[sum(row[name] for row in there) for name in ("hull_cost", "deck_cost")]]


async def test_a_share_is_told_of_two_periods(crates: Asker) -> None:
    """Each of its own rows; the difference is in points."""
    told = await crates.told("what percentage of crates is rough in 2025 vs 2024")
    shares = []
    for year in ("2024", "2025"):
        there = [row["kind"] == "rough" for row in ROWS if row["sent_on"].startswith(year)]
        shares.append(100 * sum(there) / len(there))
    assert [row[1] for row in told["rows"]] == pytest.approx(shares), told["answer"]
    assert told["value"] == pytest.approx(shares[1] - shares[0])


@pytest.mark.parametrize("question", ["crates with hull cost over 10.000", "crates with hull cost over 10²"])
async def test_a_number_that_may_be_two_is_no_limit(crates: Asker, question: str) -> None:
    """A dot before three digits may part thousands; a small digit is a power."""
    told = await crates.told(question)
    assert told["outcome"] in ("ambiguous", "refused"), told["answer"]


async def test_ends_the_wrong_way_round_are_turned(crates: Asker) -> None:
    """Between 200 and 100 is between 100 and 200."""
    told = await crates.told("how many crates have a hull cost between 200 and 100")
    assert told["value"] == sum(100 <= row["hull_cost"] <= 200 for row in ROWS), told["answer"]


async def test_only_behind_a_condition_says_nothing_new(crates: Asker) -> None:
    """`rough ones only`; but `cities with only rough ones` is another question."""
    told = await crates.told("hull cost by city, rough only")
    there = {city: sum(costs) for city, costs in _by_city("hull_cost", "rough").items()}
    assert dict(map(tuple, told["rows"])) == there, told["answer"]
    assert (await crates.told("cities with only rough crates"))["outcome"] == "refused"


@pytest.mark.parametrize(
    ("question", "of"),
    [("how much higher was hull cost in 2025 than in 2024", "hull_cost"),
     ("how much more did we spend on deck cost in 2025 than in 2024", "deck_cost")],
)  # fmt: skip
async def test_how_much_higher_is_a_change(crates: Asker, question: str, of: str) -> None:
    """Between two periods; between two measures it is refused."""
    sums = [sum(row[of] for row in ROWS if row["sent_on"].startswith(year)) for year in ("2024", "2025")]
    told = await crates.told(question)
    assert told["value"] == sums[1] - sums[0], told["answer"]
    assert (await crates.told("how much higher is hull cost than deck cost"))["outcome"] == "refused"


async def test_an_average_of_changes_is_refused(crates: Asker) -> None:
    """`average cost increase` is not the change of an average."""
    assert (await crates.told("average hull cost increase in 2025"))["outcome"] == "ambiguous"


async def test_costliest_first_is_an_order(crates: Asker) -> None:
    """All groups, the highest first."""
    told = await crates.told("hull cost by city, most expensive first")
    sums = sorted((sum(costs) for costs in _by_city("hull_cost").values()), reverse=True)
    assert [row[1] for row in told["rows"]] == sums, told["answer"]


async def test_all_periods_in_total_are_one_figure(crates: Asker) -> None:
    """`in total over all quarters` is no breakdown; the highest of all of them is one figure too."""
    told = await crates.told("hull cost in total over all quarters")
    assert told["value"] == sum(row["hull_cost"] for row in ROWS), told["answer"]
    told = await crates.told("highest hull cost of any quarter")
    quarters: dict[str, int] = defaultdict(int)
    for row in ROWS:
        quarters[f"{row['sent_on'][:4]}-{(int(row['sent_on'][5:7]) - 1) // 3}"] += row["hull_cost"]
    assert told["value"] == max(quarters.values()), told["answer"]


async def test_so_many_years_are_no_limit(crates: Asker) -> None:
    """`over the two years 2024 to 2025`; three years would be a contradiction."""
    told = await crates.told("total hull cost over the two years 2024 to 2025")
    assert told["value"] == sum(row["hull_cost"] for row in ROWS), told["answer"]
    assert (await crates.told("total hull cost over the three years 2024 to 2025"))["outcome"] == "refused"


async def test_a_year_to_date_ends_where_it_is_said(crates: Asker) -> None:
    """The day stands apart from it."""
    told = await crates.told("year to date hull cost as of Q2 2025")
    there = [row["hull_cost"] for row in ROWS if "2025-01" <= row["sent_on"] < "2025-07"]
    assert told["value"] == sum(there), told["answer"]


async def test_through_a_year_may_be_two_times(crates: Asker) -> None:
    """In it, or until its end."""
    assert (await crates.told("hull cost through 2025"))["outcome"] == "ambiguous"


@pytest.mark.parametrize(
    ("question", "columns"),
    [("average and highest hull cost by city", ["city", "avg_hull_cost", "max_hull_cost"]),
     ("number of crates and total hull cost by city", ["city", "count", "sum_hull_cost"]),
     ("total hull cost and number of crates by city", ["city", "sum_hull_cost", "count"]),
     ("hull cost and deck cost by city", ["city", "sum_hull_cost", "sum_deck_cost"])],
)  # fmt: skip
async def test_several_figures_are_a_column_each(crates: Asker, question: str, columns: list[str]) -> None:
    """None of them is left out, and none is a ranking."""
    ways = {"avg": lambda found: sum(found) / len(found), "max": max, "sum": sum}
    told = await crates.told(question)
    assert told["columns"] == columns, told["answer"]
    for city, *figures in told["rows"]:
        for name, value in zip(columns[1:], figures, strict=True):
            way, _, of = name.partition("_")
            there = _by_city(of or "crate_id")[city]
            assert value == pytest.approx(ways[way](there) if of else len(there)), (city, name)


async def test_a_function_goes_on_to_the_next_measure(crates: Asker) -> None:
    """`average hull cost and deck cost` is the average of both."""
    told = await crates.told("average hull cost and deck cost")
    assert told["rows"] == [[pytest.approx(sum(row[of] for row in ROWS) / 90) for of in ("hull_cost", "deck_cost")]]


@pytest.mark.parametrize(
    "question",
    ["which city has the highest and lowest hull cost", "how many crates and how many cities",
     "number of crates and cities", "average and total of crates by city and kind and sent on",
     "sum of wear and hull cost by city"],
)  # fmt: skip
async def test_half_of_a_question_is_not_told(crates: Asker, question: str) -> None:
    """What can't be told whole is refused."""
    told = await crates.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]


async def test_the_last_few_rows_are_the_newest(crates: Asker) -> None:
    """By the date that the question names, else by that of the pipe; the first are the oldest."""
    ordered = sorted(ROWS, key=lambda row: row["sent_on"])
    told = await crates.told("show me the last 3 crates")
    assert [row[-1] for row in told["rows"]] == [row["sent_on"] for row in reversed(ordered[-3:])], told["answer"]
    told = await crates.told("first 4 crates sent in 2025")
    there = [row["sent_on"] for row in ordered if row["sent_on"] >= "2025"]
    assert [row[-1] for row in told["rows"]] == there[:4], told["answer"]


async def test_without_a_figure_is_none_or_zero(asker: Asker) -> None:
    """A field that is never empty but may be 0: without it means 0."""
    rows = [{"vat_id": n, "toll": n % 3, "skew": None if n % 4 else n} for n in range(24)]
    asker.contract("gate.vats", toll=("additive", "USD"), skew=("ratio", None))
    await asker.pipe("gate.vats", rows, entity_scope="vat", identity_keys=["vat_id"])
    assert (await asker.told("how many vats without toll"))["value"] == 8
    assert (await asker.told("how many vats without a skew"))["value"] == 18


async def test_what_is_due_may_lie_ahead(asker: Asker) -> None:
    """`next month` is counted from the newest day of the pipe's own date; where the other date ends it is refused."""
    rows = [
        {"bond_id": f"B-{n}", "made_on": f"2024-{n + 1:02d}-15", "due_on": f"2025-{n % 4 + 1:02d}-10"}
        for n in range(12)
    ]
    asker.contract("desk.bonds", made_on=("period", None))
    await asker.pipe("desk.bonds", rows, entity_scope="bond", identity_keys=["bond_id"])
    told = await asker.told("how many bonds are due next month", reference_date="2024-12-31")
    assert told["value"] == 3, told["answer"]
    told = await asker.told("bonds due in the next 60 days", reference_date="2024-12-31")
    assert told["value"] == 6, told["answer"]
    assert (await asker.told("how many bonds were made next month"))["reason"] == "future"


@pytest.fixture
async def staff(asker: Asker) -> Asker:
    rows = [
        {
            "badge_id": f"P-{n:03d}",
            "full_name": f"{('Ada', 'Bo', 'Cy')[n % 3]} {('Moss', 'Reed', 'Vale', 'Wren')[n % 4]}",
            "manager_name": None if n == 0 else ("Ada Moss", "Bo Reed")[n % 2],
            "guild": ("Forge", "Loom")[n % 2],
            "wage": 100 + 10 * n,
            "is_remote": n % 3 == 1,
        }
        for n in range(12)
    ]
    asker.contract("guild.staff", wage=("additive", "USD"))
    await asker.pipe("guild.staff", rows, entity_scope="employee", identity_keys=["badge_id"])
    return asker


@pytest.mark.parametrize(
    ("question", "value"),
    [("salary of Ada Moss", 100), ("what does Bo Reed earn", 110), ("how many employees report to Ada Moss", 5),
     ("how many employees work remotely", 4), ("which guild is the best paid", "Loom"),
     ("average wage of the 2 best paid employees", 205)],
)  # fmt: skip
async def test_people_are_asked_about_by_name(staff: Asker, question: str, value: Any) -> None:
    """A name is that of the row, unless the question says whose manager; what one is paid is an average of groups."""
    told = await staff.told(question)
    assert told["value"] == value, told["answer"]


async def test_how_much_of_a_state_is_money(asker: Asker) -> None:
    """`how much is late`, `how much did we bill`: the amount that a row is known by."""
    rows = [
        {
            "bill_id": f"B-{n}",
            "state": ("late", "paid", "open")[n % 3],
            "buyer": ("Orvax", "Pellum")[n % 2],
            "amount": n,
        }
        for n in range(30)
    ]
    asker.contract("desk.bills", amount=("additive", "USD"))
    await asker.pipe("desk.bills", rows, entity_scope="bill", identity_keys=["bill_id"])
    assert (await asker.told("how much is late"))["value"] == sum(range(0, 30, 3))
    assert (await asker.told("how much did we bill Pellum"))["value"] == sum(range(1, 30, 2))
    assert (await asker.told("what is the largest single bill amount"))["value"] == 29
    assert (await asker.told("close bill B-3"))["reason"] == "action"
    assert (await asker.told("is B-3 late, paid or open"))["value"] == "late"
