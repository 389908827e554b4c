"""Every shape of question over pipes whose names mean nothing: what is understood comes from the catalogue alone."""

import random
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

Row = dict[str, Any]


class Names:
    """Words that are in no dictionary, each once."""

    def __init__(self, seed: int) -> None:
        self._draw, self._made = random.Random(seed), set[str]()

    def word(self) -> str:
        while True:
            made = "".join(self._draw.choice("bdfgklmnprtvz") + self._draw.choice("aeiou") for _ in range(4)) + "x"
            if made not in self._made:
                self._made.add(made)
                return made

    def name(self) -> str:
        return f"{self.word()}_{self.word()}"


class World:
    """An event pipe: a row a thing, with a day, two texts, a yes or no, an amount that adds up and two that do not."""

    def __init__(self, seed: int) -> None:
        names, draw = Names(seed), random.Random(seed)
        self.thing, self.pipe = names.word(), names.word()
        self.key, self.day, self.shade, self.kin = f"{self.thing}_id", f"{names.word()}_on", names.name(), names.word()
        self.yes, self.load, self.rate, self.odd = f"is_{names.word()}", names.name(), names.name(), names.name()
        self.unit = names.word()
        self.shades = [names.word() for _ in range(4)]
        self.kins = [f"{names.word()} {names.word()}" for _ in range(3)]
        first = date(2023, 1, 1)
        self.rows: list[Row] = [
            {
                self.key: f"K-{n:05d}",
                self.day: (first + timedelta(days=draw.randrange(730))).isoformat(),
                self.shade: draw.choice(self.shades),
                self.kin: draw.choice(self.kins),
                self.yes: draw.random() < 0.4,
                self.load: draw.randrange(1, 100_000),
                self.rate: draw.randrange(0, 1_000) / 10,
                self.odd: draw.randrange(100),
            }
            for n in range(400)
        ]
        self.rows[0][self.day], self.rows[1][self.day] = "2023-01-01", "2024-12-30"

    async def into(self, asker: Asker) -> None:
        given = {"entity_scope": self.thing, "identity_keys": [self.key], "vendor": self.pipe, "category": "zz"}
        asker.contract(
            self.pipe,
            **{self.load: ("additive", self.unit), self.rate: ("ratio", None), self.day: ("period", None)},
        )
        await asker.pipe(self.pipe, self.rows, **given)


def said(name: str) -> str:
    return name.removeprefix("is_").removesuffix("_on").replace("_", " ")


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_every_shape_is_answered_over_random_names(asker: Asker, seed: int) -> None:
    """Point, count, filter, aggregate, breakdown, ranking, trend, change, list, share: each equals plain Python."""
    w = World(seed)
    await w.into(asker)
    load, shade, one, two = said(w.load), said(w.shade), w.shades[0], w.shades[1]
    of = lambda test: [row for row in w.rows if test(row)]  # noqa: E731
    total = lambda rows: sum(row[w.load] for row in rows)  # noqa: E731

    async def value(question: str) -> Any:
        told = await asker.told(question)
        assert told["outcome"] == "answered", (question, told["answer"])
        return told["value"]

    in_2024 = lambda row: row[w.day].startswith("2024")  # noqa: E731
    assert await value(f"what was the total {load} in 2024") == total(of(in_2024))
    assert await value(f"{load} in Q3 2024?") == total(of(lambda r: "2024-07-01" <= r[w.day] <= "2024-09-30"))
    assert await value(f"how many {w.thing}s are there") == 400
    assert await value(f"how many {w.thing}s are {one}") == len(of(lambda r: r[w.shade] == one))
    assert await value(f"how many {w.thing}s are not {one}") == len(of(lambda r: r[w.shade] != one))
    assert await value(f"how many {w.thing}s are {one} or {two}") == len(of(lambda r: r[w.shade] in (one, two)))
    assert await value(f"number of {w.thing}s with {load} over 50k") == len(of(lambda r: r[w.load] > 50_000))
    assert await value(f"how many {w.thing}s are {said(w.yes)}") == len(of(lambda r: r[w.yes]))
    assert await value(f"how many {w.thing}s have {load} between 10k and 20k in {w.kins[1]}") == len(
        of(lambda r: 10_000 <= r[w.load] <= 20_000 and r[w.kin] == w.kins[1])
    )
    assert await value(f"how many {w.thing}s were {said(w.day)} before 2023-06-01") == len(
        of(lambda r: r[w.day] < "2023-06-01")
    )
    assert await value(f"average {said(w.rate)}") == pytest.approx(sum(r[w.rate] for r in w.rows) / 400)
    assert await value(f"highest {load} for {one}") == max(r[w.load] for r in of(lambda r: r[w.shade] == one))
    assert await value(f"lowest {said(w.odd)}") == min(r[w.odd] for r in w.rows)
    assert await value(f"what percentage of {w.thing}s is {one}") == pytest.approx(
        len(of(lambda r: r[w.shade] == one)) / 4
    )
    assert await value(f"how many different {said(w.kin)} are there") == 3

    groups: dict[str, int] = defaultdict(int)
    for row in w.rows:
        groups[row[w.shade]] += row[w.load]
    ranked = sorted(groups.items(), key=lambda pair: -pair[1])
    told = await asker.told(f"{load} by {shade}")
    assert {tuple(row) for row in told["rows"]} == set(groups.items())
    assert told["unit"] == w.unit
    told = await asker.told(f"top 2 {shade} by {load}")
    assert [tuple(row) for row in told["rows"]] == ranked[:2]
    assert await value(f"which {shade} has the lowest {load}") == ranked[-1][0]
    assert await value(f"which {w.thing} has the highest {load}") == max(w.rows, key=lambda r: r[w.load])[w.key]

    told = await asker.told(f"{load} by quarter in 2024")
    assert [row[0] for row in told["rows"]] == ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"]
    assert sum(row[1] for row in told["rows"]) == total(of(in_2024))
    told = await asker.told(f"did {load} increase from 2023 to 2024")
    years = [total(of(lambda r, y=y: r[w.day].startswith(y))) for y in ("2023", "2024")]
    assert [row[1] for row in told["rows"]] == years
    assert told["value"] == years[1] - years[0]
    told = await asker.told(f"show me the {one} {w.thing}s in {w.kins[0]}")
    wanted = {r[w.key] for r in of(lambda r: r[w.shade] == one and r[w.kin] == w.kins[0])}
    assert told["value"] == len(wanted)
    assert {row[told["columns"].index(w.key)] for row in told["rows"]} <= wanted
    misspelled = load[:3] + load[4:]
    assert await value(f"total {misspelled} in 2024") == total(of(in_2024))


@pytest.mark.parametrize("seed", [4, 5])
async def test_nothing_is_invented_over_random_names(asker: Asker, seed: int) -> None:
    """Names, values and periods that are not there; sums of what adds up nowhere; what is no question."""
    w, others = World(seed), Names(seed + 100)
    await w.into(asker)
    load = said(w.load)
    for question, reason in {
        f"total {others.word()} in 2024": "not_understood",
        f"{load} by {others.word()}": "not_understood",
        f"how many {others.word()}s are there": "not_understood",
        f"how many {w.thing}s in {others.word()}": "not_understood",
        f"how many {w.thing}s have {said(w.shade)} {others.word()}": "unknown_value",
        f"{load} in 2019": "outside_data",
        f"total {said(w.rate)}": "not_additive",
        f"total {said(w.odd)}": "not_additive",
        f"{said(w.odd)} in 2024": "not_additive",
        f"will {load} grow": "future",
        f"why did {load} fall in 2024": "cause",
        f"delete all {w.thing}s": "action",
        f"select {w.load} from {w.pipe}": "not_understood",
        f"how much {w.thing}": "not_understood",
    }.items():
        told = await asker.told(question)
        assert (told["outcome"], told["reason"]) == ("refused", reason), (question, told["answer"])
        assert (told["value"], told["rows"], told["understood"], told["confidence"]) == (None, None, False, 0.0)


async def test_a_ledger_with_random_names(asker: Asker) -> None:
    """A row a quarter: sums, points in time and ratios each by their own rule."""
    names = Names(9)
    flow, stock, part, when = names.name(), names.name(), names.name(), names.word()
    quarters = [f"{year}-Q{n}" for year in (2023, 2024) for n in (1, 2, 3, 4)]
    rows = [{when: q, flow: 100 + n, stock: 1_000 * n, part: n / 8} for n, q in enumerate(quarters)]
    asker.contract("ledger", **{flow: ("additive", "zz"), stock: ("point_in_time", "zz"), part: ("ratio", "percent")})
    await asker.pipe("ledger", rows, identity_keys=[when], entity_scope="quarter")
    flow, stock, part = said(flow), said(stock), said(part)
    assert (await asker.told(f"{flow} in 2024"))["value"] == 104 + 105 + 106 + 107
    assert (await asker.told(f"what was {flow} last quarter"))["value"] == 107
    told = await asker.told(f"{stock} in 2023")
    assert (told["value"], told["period"]) == (3_000, "2023-Q4")
    assert "point in time" in told["answer"]
    told = await asker.told(f"what is the {part} in 2024")
    assert told["value"] is None
    assert told["rows"] == [[q, n / 8] for n, q in enumerate(quarters)][4:]
    assert "not summed" in told["answer"]
    assert (await asker.told(f"{part}?"))["value"] == 7 / 8
    told = await asker.told(f"{stock} by year")
    assert told["rows"] == [["2023", 3_000], ["2024", 7_000]]
    told = await asker.told(f"did {part} improve from 2023 to 2024")
    assert told["rows"] == [["Q1", 0.0, 0.5], ["Q2", 0.125, 0.625], ["Q3", 0.25, 0.75], ["Q4", 0.375, 0.875]]
    assert (await asker.told(f"{flow} by month"))["reason"] == "not_supported"


async def test_two_pipes_that_have_it_are_a_choice(asker: Asker) -> None:
    """Never a guess; the pipe's id, its source's name or what a row is called decides."""
    rows = [{"id": n, "gorvax": n} for n in range(5)]
    for name in ("mibexa", "tulopa"):
        asker.contract(name, gorvax=("additive", None))
        await asker.pipe(name, rows, entity_scope=f"{name}ling", identity_keys=["id"])
    told = await asker.told("total gorvax")
    assert told["outcome"] == "ambiguous"
    assert len(told["choices"]) == 2
    assert (await asker.told("total gorvax of mibexa"))["value"] == 10
    assert (await asker.told("total gorvax", pipe_id="tulopa"))["pipes"][0]["pipe_id"] == "tulopa"
