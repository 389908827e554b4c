"""Names of fields: spelled out, as a flag, as a description begins."""

from pathlib import Path
from typing import Any

import pytest

from aos.contracts.export import FieldFacts
from aos.core.settings import Settings
from aos.nlq.fieldnames import described_as, done_words, heads
from aos.nlq.fields import Field, Look, flag_of, kind_of, spelled_out
from aos.nlq.numbers import amount_at
from aos.nlq.synonyms import SynonymFiles
from aos.nlq.text import clean, tokens, words


def _field(kind: str, description: str, values: tuple[Any, ...] = (), way: str | None = "additive") -> Field:
    return Field("f", ("f",), kind, None, way, None, None, description, Look(values))


@pytest.mark.parametrize(
    ("kind", "description", "names"),
    [
        ("text", "Team that works on it", [("team",)]),
        ("text", "Agent; null while new", [("agent",)]),
        ("text", "Red, Blue or Green", []),
        ("text", "Customer or prospect", []),
        ("text", "Name of the deal", []),
        ("text", "Unit of measure", []),
        ("number", "Order value in the order's currency", [("order", "value")]),
        ("number", "Net take less what it cost", []),
        ("number", "Expense for research and development", [("expense", "research", "development")]),
        ("number", "Units", []),
    ],
)
def test_what_a_description_calls_a_field(kind: str, description: str, names: list[tuple[str, ...]]) -> None:
    """Not a list of values, one of several, half a formula, or a word for any field."""
    found = described_as(_field(kind, description, ("Red", "Blue")))
    assert found[-len(names) :] == names if names else found == []


def test_a_ratio_is_not_called_by_what_it_is_made_of() -> None:
    """Its description says how it is made."""
    assert described_as(_field("number", "Gross profit over net take", way="ratio")) == []


@pytest.mark.parametrize(
    ("types", "values", "nulls", "flag"),
    [
        (["string"], ("N", "Y"), False, ("Y", "N")),
        (["string"], ("yes", "no"), True, ("yes", "no")),
        (["string"], ("False", "True"), False, ("True", "False")),
        (["string"], ("X",), True, ("X", None)),
        (["string"], ("X",), False, None),
        (["string"], ("N",), True, None),
        (["string"], ("Y", "N", "U"), False, None),
        (["string"], ("Y", "y", "N"), False, None),
        (["string"], ("A", "B"), False, None),
        (["number"], (0, 1), False, (1, 0)),
        (["number"], (0, 1, 2), False, None),
    ],
)
def test_flags_by_their_values(types: list[str], values: tuple[Any, ...], nulls: bool, flag: Any) -> None:
    """What else there is makes it no flag."""
    fact = FieldFacts(name="f", types=types)
    assert flag_of(fact, Look(values, nulls)) == flag
    assert (kind_of(fact, Look(values, nulls)) == "bool") == (flag is not None)


def test_a_measure_of_zeros_and_ones_is_no_flag() -> None:
    """A contract that says how it adds up knows better."""
    fact = FieldFacts(name="f", types=["number"], aggregation="additive")
    assert kind_of(fact, Look((0, 1))) == "number"


def test_names_are_spelled_out(tmp_path: Path) -> None:
    """The likeliest first; a user's file adds."""
    (tmp_path / "nlq").mkdir()
    (tmp_path / "nlq" / "ours.yaml").write_text("abbreviations: {zv: [zorvax type]}\nopposites: [[sealed, leaky]]")
    synonyms = SynonymFiles(Settings(data_dir=tmp_path)).now()
    assert spelled_out(("vend", "nbr"), synonyms.abbreviations) == [("vendor", "number")]
    assert ("inventory", "date") in spelled_out(("inv", "dt"), synonyms.abbreviations)
    assert spelled_out(("zv",), synonyms.abbreviations) == [("zorvax", "type")]
    assert synonyms.opposites["sealed"] == {"leaky"}
    assert set(synonyms.sets(("po",))) & set(synonyms.sets(("purchase", "order")))


@pytest.mark.parametrize("text", ["abbreviations: [a]", "abbreviations: {a: 5}", "opposites: {a: [b]}"])
def test_a_file_of_another_shape_is_left_out(tmp_path: Path, text: str) -> None:
    """The shipped words stay."""
    (tmp_path / "nlq").mkdir()
    (tmp_path / "nlq" / "ours.yaml").write_text(text)
    assert "vend" in SynonymFiles(Settings(data_dir=tmp_path)).now().abbreviations


def test_a_part_of_a_name_that_ends_with_a_particle_is_none() -> None:
    """`by` is no part of `approved by`."""
    assert heads(("approved", "by")) == frozenset()
    assert heads(("unit", "price")) == {"price"}


@pytest.mark.parametrize(
    ("name", "done"),
    [
        ("target breached", ("breached",)),
        ("returned within 30d", ("returned",)),
        ("caused by frost", ()),
        ("won", ("won",)),
    ],
)
def test_which_verbs_stand_for_a_yes_or_no(name: str, done: tuple[str, ...]) -> None:
    """What did it is another thing than what was done."""
    assert done_words(words(name)) == done


def test_plurals_of_acronyms_and_initials() -> None:
    """`POs` are several; the dot of an initial ends no sentence; an owner of everything is `our`."""
    assert words("POs") == ("po",)
    assert words("SKUs") == ("sku",)
    assert clean("orders of M. Hale") == "orders of M Hale"
    assert clean("the group's revenue") == "our revenue"
    assert clean("the crew's revenue") == "the crew' revenue"


@pytest.mark.parametrize(("text", "value"), [("more than once", 1), ("at least twice", 2), ("once", None)])
def test_how_often_is_an_amount_behind_a_bound(text: str, value: int | None) -> None:
    """`once` alone may mean as soon as."""
    said = tokens(text)
    found = amount_at(said, len(said) - 1)
    assert (found[0].value if found else None) == value
