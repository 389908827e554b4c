"""Faults come in an order and with parameters that the seed alone decides."""

import re
from random import Random

import pytest

from aos.core.errors import InvalidInput
from aos.core.settings import REPOSITORY
from aos.lab import power, run, table
from aos.lab.deck import KINDS, Deck
from aos.lab.table import Row


def deal(seed: int, count: int) -> list[str]:
    deck = Deck(Random(seed), list(KINDS))
    return [str(deck.next()) for _ in range(count)]


def test_same_seed_gives_the_same_faults() -> None:
    """A run that failed can be run again; another seed is another run."""
    assert deal(7, 50) == deal(7, 50)
    assert deal(7, 50) != deal(8, 50)


def test_every_kind_is_dealt_before_any_comes_again() -> None:
    """As many faults as there are kinds hold each of them once."""
    deck = Deck(Random(3), list(KINDS))
    for _ in range(5):
        assert {deck.next().kind for _ in KINDS} == set(KINDS)


def test_every_fault_explains_itself() -> None:
    """Each kind has a sentence about what it does and a text for the table that fits its column."""
    for seed in range(50):
        for kind in KINDS.values():
            assert kind.__doc__
            assert 0 < len(str(kind.draw(Random(seed)))) <= table.WIDTHS[1]


def test_unknown_kind_is_refused_by_name() -> None:
    """`--only` with a kind that there is not: one sentence with those that there are."""
    with pytest.raises(InvalidInput, match=r"no fault 'kill_all'; known: kill_aos"):
        run._kinds("kill_aos,kill_all")


def test_power_cut_is_left_out_aloud_without_a_compiler(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is no gcc the lab runs without power cuts, and says why; asked for nothing else, it refuses."""
    monkeypatch.setattr(power.shutil, "which", lambda _: None)
    monkeypatch.setattr(power.sys, "platform", "linux")
    assert run._kinds("") == [kind for kind in KINDS if kind != "power_cut"]
    assert capsys.readouterr().out == "power_cut is skipped: there is no gcc to build the preload library with.\n"
    with pytest.raises(InvalidInput, match="nothing is left"):
        run._kinds("power_cut")


def test_row_of_the_table_says_what_failed() -> None:
    """A fault that passed is one line; one that failed has each complaint below it."""
    good = Row(1, "kill -9 of AOS", checked=9_000, recovery_s=0.61)
    bad = Row(2, "power cut", checked=100, missing=3, complaints=["3 lines are in neither place: 1, 2, 3"])
    assert table.row(good).endswith("0.61  pass")
    assert "\n" not in table.row(good)
    assert "FAIL\n      3 lines are in neither place: 1, 2, 3" in table.row(bad)
    assert table.summary([good, bad]).startswith("1 of 2 faults passed: 9,100 lines checked, missing 3, duplicated 0")


def test_summary_says_when_too_few_lines_flowed() -> None:
    """A run on a machine that is too busy does not pass for one at 5,000 lines/s."""
    slow = Row(1, "kill -9 of AOS", lines_a_second=812.0)
    assert "fewer than 5,000 lines/s flowed" in table.summary([slow])
    assert "fewer" not in table.summary([Row(1, "kill -9 of AOS", lines_a_second=8_000.0)])


def test_every_kind_stands_in_the_document() -> None:
    """docs/lab.md has a row for each kind, in the same order, and no other."""
    text = (REPOSITORY / "docs" / "lab.md").read_text().partition("## Faults")[2].partition("## What")[0]
    assert re.findall(r"^\| `([a-z_]+)` \|", text, re.M) == list(KINDS)
