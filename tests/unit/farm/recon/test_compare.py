"""Recon names every row that is missing, extra, doubled or wrong, and passes what is whole."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.contracts.content import StoredRow
from aos.contracts.recon import Verdict
from aos.farm.recon.compare import ABSENT, SentBatch, verdict
from aos.farm.recon.hashes import row_hash, spelled

Place = tuple[str, int]


def row(n: int) -> dict[str, Any]:
    return {"id": n, "name": f"row {n}", "amount": n / 4, "tags": [n, None], "open": n % 2 == 0}


def sent(sizes: Sequence[int], *, recomputed: bool = True) -> list[SentBatch]:
    batches, first = [], 0
    for number, size in enumerate(sizes):
        rows = [row(n) for n in range(first, first + size)]
        hashes = [row_hash(each) for each in rows]
        batches.append(SentBatch(str(number), first, hashes, (lambda rows=rows: rows) if recomputed else None))
        first += size
    return batches


def lying(batches: Sequence[SentBatch]) -> dict[Place, Any]:
    """What DCL holds after a clean run, by batch and row."""
    return {(b.batch, n): row(b.first + n) for b in batches for n in range(len(b.hashes))}


async def check(batches: Sequence[SentBatch], held: Sequence[tuple[Place, Any]]) -> Verdict:
    async def found() -> AsyncIterator[StoredRow]:
        for (batch, number), value in held:
            yield StoredRow(run_id="r", batch=batch, row=number, value=value)

    return await verdict("r", "p", batches, found(), 1)


@pytest.mark.parametrize("recomputed", [True, False])
async def test_a_clean_run_passes(recomputed: bool) -> None:
    """Nothing is named, and the verdict says where its truth came from."""
    batches = sent([3, 5, 1], recomputed=recomputed)
    told = await check(batches, list(lying(batches).items()))
    assert (told.verdict, told.rows_expected, told.rows_found) == ("pass", 9, 9)
    assert told.truth == ("recomputed" if recomputed else "hashes")
    assert [*told.missing, *told.extra, *told.doubled, *told.wrong, *told.segments] == []


@given(data=st.data())
async def test_every_tampered_row_is_named_and_no_other(data: st.DataObject) -> None:
    """Any set of missing, changed, extra and doubled rows comes out exactly."""
    batches = sent(data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=5)), recomputed=data.draw(st.booleans()))
    held = lying(batches)
    numbers = {place: batches[int(place[0])].first + place[1] for place in held}
    fates = {place: data.draw(st.sampled_from(["keep", "keep", "drop", "change", "double"])) for place in held}
    expected: dict[str, list[Any]] = {"missing": [], "wrong": [], "extra": [], "doubled": []}
    added: list[tuple[Place, Any]] = []
    for place, fate in fates.items():
        number = numbers[place]
        if fate == "drop":
            del held[place]
            expected["missing"].append(number)
        elif fate == "change":
            held[place] = {**held[place], "amount": -1.5}
            expected["wrong"].append(number)
        elif fate == "double":
            copy = data.draw(st.sampled_from([(place[0], 1_000 + place[1]), (f"copy{number}", 0), place]))
            added.append((copy, row(number)))
            expected["doubled"].append(f"{copy[0]}/{copy[1]}")
    for n in range(data.draw(st.integers(0, 3))):
        batch = data.draw(st.sampled_from([batches[0].batch, "strange"]))
        added.append(((batch, 5_000 + n), {"id": -n - 1}))
        expected["extra"].append(f"{batch}/{5_000 + n}")
    order = sorted([*held.items(), *added], key=lambda each: each[0])
    told = await check(batches, order)
    assert told.missing == sorted(expected["missing"])
    assert sorted({wrong.row for wrong in told.wrong}) == sorted(expected["wrong"])
    assert sorted(told.extra) == sorted(expected["extra"])
    assert sorted(told.doubled) == sorted(expected["doubled"])
    assert (told.verdict == "fail") == any(expected.values())
    assert told.rows_found == len(order)


async def test_a_wrong_row_names_its_fields() -> None:
    """Changed, absent and added fields stand with what was expected and what was found."""
    batches = sent([4])
    held = lying(batches)
    held["0", 2] = {"id": 2, "name": "row two", "amount": 0.5, "open": True, "new": 7}
    told = await check(batches, list(held.items()))
    named = {(wrong.field, str(wrong.expected), str(wrong.found)) for wrong in told.wrong}
    assert named == {("name", "row 2", "row two"), ("tags", "[2, None]", ABSENT), ("new", ABSENT, "7")}
    assert [wrong.row for wrong in told.wrong] == [2, 2, 2]


async def test_a_row_known_by_its_hash_is_named_whole() -> None:
    """For a foreign system the field is `*` and both hashes are told."""
    batches = sent([4], recomputed=False)
    held = lying(batches)
    held["0", 1] = {"id": 99}
    (wrong,) = (await check(batches, list(held.items()))).wrong
    assert (wrong.row, wrong.field) == (1, "*")
    assert (wrong.expected, wrong.found) == (row_hash(row(1)).hex(), row_hash({"id": 99}).hex())


async def test_rows_that_changed_places_are_wrong() -> None:
    """The same rows in another order are not the same run."""
    batches = sent([3])
    held = lying(batches)
    held["0", 0], held["0", 1] = held["0", 1], held["0", 0]
    told = await check(batches, list(held.items()))
    assert {wrong.row for wrong in told.wrong} == {0, 1}


async def test_an_empty_store_misses_every_row() -> None:
    """Nothing found is nothing verified."""
    told = await check(sent([2, 2]), [])
    assert (told.verdict, told.missing, told.rows_found) == ("fail", [0, 1, 2, 3], 0)


@pytest.mark.parametrize(("one", "other"), [(1, 1.0), (1, True), (0, False), ("1", 1), (None, ""), ([], {})])
def test_values_that_only_look_alike_are_told_apart(one: Any, other: Any) -> None:
    """Recon compares JSON values, not what a language takes for equal."""
    assert spelled({"a": one}) != spelled({"a": other})


def test_the_order_of_keys_does_not_matter() -> None:
    """JSON objects have none."""
    assert row_hash({"a": 1, "b": {"c": 2, "d": 3}}) == row_hash({"b": {"d": 3, "c": 2}, "a": 1})
