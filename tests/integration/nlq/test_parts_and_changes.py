"""Shares with a base, changes in percent, and figures of two periods by something, over names that mean nothing."""

from collections import defaultdict
from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker
from tests.integration.nlq.test_random_names import Row, World, said


@pytest.fixture
async def w(asker: Asker) -> World:
    made = World(41)
    await made.into(asker)
    return made


async def test_a_share_has_a_base(asker: Asker, w: World) -> None:
    """What stands before the verb is the base, what stands behind it the part."""
    one, kin, load = w.shades[0], w.kins[1], said(w.load)
    ones = [row for row in w.rows if row[w.shade] == one]
    both = [row for row in ones if row[w.kin] == kin]
    total = lambda rows: sum(row[w.load] for row in rows)  # noqa: E731
    in_2024 = [row for row in w.rows if row[w.day].startswith("2024")]
    for question, part, whole in (
        (f"what % of {one} {w.thing}s are in {kin}", len(both), len(ones)),
        (f"of the {one} {w.thing}s, what percentage is {kin}", len(both), len(ones)),
        (f"what share of {w.thing}s that are {one} have been {kin}", len(both), len(ones)),
        (f"share of {one} {w.thing}s that are in {kin}", len(both), len(ones)),
        (f"{kin}'s share of {one} {w.thing}s", len(both), len(ones)),
        (f"what share of {w.thing}s are {one} and in {kin}", len(both), 400),
        (f"what percentage of {w.thing}s were {said(w.day)} in 2024", len(in_2024), 400),
        (
            f"what fraction of {one} {w.thing}s has {load} over 50k",
            sum(r[w.load] > 50_000 for r in ones),
            len(ones),
        ),
        (f"what share of total {load} is {one}", total(ones), total(w.rows)),
        (f"{one}'s share of {load}", total(ones), total(w.rows)),
        (f"{one}'s share of {load} in {kin}", total(both), total([r for r in w.rows if r[w.kin] == kin])),
    ):
        told = await asker.told(question)
        assert told["outcome"] == "answered", (question, told["answer"])
        assert told["value"] == pytest.approx(100 * part / whole), (question, told["answer"])
        assert told["unit"] == "percent"


async def test_a_share_of_what_nobody_can_tell_is_a_choice(asker: Asker, w: World) -> None:
    """Two conditions that no verb parts; the share of a ratio; of a measure by another; a share over time."""
    one, kin = w.shades[0], w.kins[1]
    for question, outcome in {
        f"share of {one} {w.thing}s in {kin}": "ambiguous",
        f"what share of {w.thing}s are {one} in {kin}": "ambiguous",
        f"share of {w.thing}s that are {one} in {kin}": "ambiguous",
        f"{one}'s share of {said(w.rate)}": "refused",
        f"what share of {said(w.rate)} is {one}": "refused",
        f"what share of {said(w.load)} is {said(w.odd)}": "refused",
        f"share of {one} {w.thing}s by month": "refused",
        f"what share of {w.thing}s in 2024 were {one} in Q1": "refused",
    }.items():
        told = await asker.told(question)
        assert (told["outcome"], told["value"]) == (outcome, None), (question, told["answer"])


async def test_a_change_in_percent(asker: Asker, w: World) -> None:
    """The value is the percentage where it is asked for, the difference where it is not."""
    load = said(w.load)
    years = [sum(r[w.load] for r in w.rows if r[w.day].startswith(y)) for y in ("2023", "2024")]
    percent = pytest.approx(100 * (years[1] - years[0]) / years[0])
    for question in (
        f"by what percentage did {load} grow from 2023 to 2024",
        f"% change in {load} from 2023 to 2024",
        f"what is the growth rate of {load} from 2023 to 2024",
        f"what percentage did {load} grow by from 2023 to 2024",
        f"{load} 2023 vs 2024 in percent",
    ):
        told = await asker.told(question)
        assert (told["outcome"], told["value"], told["unit"]) == ("answered", percent, "percent"), question
        assert [row[1] for row in told["rows"]] == years
    told = await asker.told(f"how much did {load} change by from 2023 to 2024")
    assert (told["value"], told["unit"]) == (years[1] - years[0], w.unit)
    told = await asker.told(f"by how much did the average {said(w.rate)} change from 2023 to 2024")
    of = lambda y: [r[w.rate] for r in w.rows if r[w.day].startswith(y)]  # noqa: E731
    means = [sum(of(y)) / len(of(y)) for y in ("2023", "2024")]
    assert told["value"] == pytest.approx(means[1] - means[0], abs=1e-6)


async def test_two_periods_by_something(asker: Asker, w: World) -> None:
    """A column a period; what grew the most is not what is most."""
    groups: dict[str, dict[str, list[Row]]] = defaultdict(lambda: {"2023": [], "2024": []})
    for row in w.rows:
        groups[row[w.shade]][row[w.day][:4]].append(row)
    total = lambda rows: sum(row[w.load] for row in rows)  # noqa: E731
    told = await asker.told(f"{said(w.load)} by {said(w.shade)} 2023 vs 2024")
    assert told["columns"] == [w.shade, "2023", "2024"]
    assert told["rows"] == [[name, total(of["2023"]), total(of["2024"])] for name, of in sorted(groups.items())]
    told = await asker.told(f"number of {w.thing}s by {said(w.shade)} 2023 vs 2024")
    assert told["rows"] == [[name, len(of["2023"]), len(of["2024"])] for name, of in sorted(groups.items())]
    changes = {name: total(of["2024"]) - total(of["2023"]) for name, of in groups.items()}
    for verb, best in (
        ("grew", max(changes, key=lambda n: changes[n])),
        ("fell", min(changes, key=lambda n: changes[n])),
    ):
        told = await asker.told(f"which {said(w.shade)}'s {said(w.load)} {verb} the most from 2023 to 2024")
        if (changes[best] > 0) == (verb == "grew"):
            assert (told["value"], told["rows"][0][-1]) == (best, changes[best])
        else:
            assert told["outcome"] == "no_data"
    told = await asker.told(f"which {said(w.shade)}'s {said(w.load)} changed the most from 2023 to 2024")
    assert told["outcome"] == "refused"


async def test_rows_per_group_on_average(asker: Asker, w: World) -> None:
    """Rows by the groups that have some, and by the periods that have some."""
    per = 400 / len({row[w.kin] for row in w.rows})
    days = 400 / len({row[w.day] for row in w.rows})
    truths: dict[str, Any] = {
        f"average number of {w.thing}s per {said(w.kin)}": per,
        f"average {w.thing}s per {said(w.kin)}": per,
        f"how many {w.thing}s per {said(w.kin)} on average": per,
        f"how many {w.thing}s do we get per day on average": days,
        f"average number of {w.thing}s per month": 400 / 24,
        f"average monthly {w.thing}s": 400 / 24,
    }
    for question, truth in truths.items():
        told = await asker.told(question)
        assert (told["outcome"], told["value"]) == ("answered", pytest.approx(truth)), (question, told["answer"])


async def test_a_ratio_of_one_row_a_group(asker: Asker) -> None:
    """Where every group has one row in the period its figure is told; where one has two it is refused."""
    rows = [
        {"site": s, "quarter": f"2024-Q{q}", "part": q * 10 + n, "land": "nl" if n < 2 else "be"}
        for n, s in enumerate(("abx", "cdx", "efx"))
        for q in (1, 2, 3, 4)
    ]
    asker.contract("sites", part=("ratio", "percent"))
    await asker.pipe("sites", rows, identity_keys=["site", "quarter"], entity_scope="site quarter")
    told = await asker.told("which site has the highest part in Q2 2024")
    assert (told["outcome"], told["value"]) == ("answered", "efx"), told["answer"]
    assert (await asker.told("part by site in Q1 2024"))["rows"] == [["abx", 10], ["cdx", 11], ["efx", 12]]
    for question in ("part by land in Q1 2024", "part by site in 2024", "total part by site in Q1 2024"):
        told = await asker.told(question)
        assert (told["outcome"], told["reason"]) == ("refused", "not_additive"), (question, told["answer"])
