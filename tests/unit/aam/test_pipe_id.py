"""The join key: stable, readable, and of four names alone."""

import subprocess
import sys
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.aam.blueprints.identity import pipe_id
from aos.contracts.names import PipeId
from tests.unit.aam.declared import declared

NAMES = st.tuples(*[st.text(min_size=1, max_size=256)] * 4)
# A name whose separator moved, one whose case differs, one in another script: neighbours that a weaker key would mix.
NEAR = [
    ("a", "b", "c", "d"),
    ("a.b", "", "c", "d"),
    ("a", "b", "cd", ""),
    ("a", "b", "c", "D"),
    ("a", "b", "c", "d "),
    ("a", "b", "c", "d\x00"),
    ("ａ", "b", "c", "d"),
    ("b", "a", "c", "d"),
]


@given(NAMES)
def test_every_id_is_one_that_all_contracts_take(names: tuple[str, str, str, str]) -> None:
    """Whatever the names are, and the same each time."""
    found = pipe_id(*names)
    assert msgspec.convert(found, PipeId) == found
    assert found == pipe_id(*names)


@given(NAMES, NAMES)
def test_other_names_give_another_id(one: tuple[str, str, str, str], other: tuple[str, str, str, str]) -> None:
    """Equal only where all four are."""
    assert (pipe_id(*one) == pipe_id(*other)) == (one == other)


def test_neighbours_have_ids_of_their_own() -> None:
    """No two of them, wherever the border between two names lies."""
    assert len({pipe_id(*names) for names in NEAR}) == len(NEAR)


def test_the_id_is_readable() -> None:
    """Vendor and resource can be seen in it."""
    found = pipe_id("autonomy", "salesforce", "sales cloud", "crm_opportunities")
    assert found == "salesforce.crm-opportunities.a16852ba368ddfaf"
    assert pipe_id("n", "v" * 300, "s", "Ä/Ö" * 99).startswith("vvvvvvvvvvvvvvvv.x.")


def test_another_process_gives_the_same_id() -> None:
    """Nothing of it hangs on this process: no seed of hashes, no counter."""
    program = "from aos.aam.blueprints.identity import pipe_id; print(pipe_id('autonomy', 'a', 'b', 'ü'))"
    told = [
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1"},
        ).stdout.strip()
        for seed in ("1", "2")
    ]  # fmt: skip
    assert told == [pipe_id("autonomy", "a", "b", "ü")] * 2


@pytest.mark.parametrize(
    "change",
    [{"candidate_id": "cand-2"}, {"category": "crm"}, {"fields": ["a"]}, {"asset_key": "other"}, {"confidence": 0.1}],
)
def test_what_is_no_part_of_the_identity_does_not_move_it(change: dict[str, Any]) -> None:
    """`candidate_id` is provenance alone: nothing at all of the declaration changes with it."""
    assert declared(**change).pipe_id == declared().pipe_id
    if "candidate_id" in change or "confidence" in change:
        assert declared(**change) == declared()
