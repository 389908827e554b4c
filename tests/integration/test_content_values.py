"""What goes in comes out: values of pushed rows, read back as rows and through the join."""

import json
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.gated import Client, connection, push


async def send(dcl: Client, pipe_id: str, rows: list[str], run: str = "run-1", **headers: str) -> None:
    """Push rows that are JSON texts already, spelled as they are."""
    marks = [f"@{n}@" for n in range(len(rows))]
    body = json.dumps(push(marks))
    for mark, row in zip(marks, rows, strict=True):
        body = body.replace(f'"{mark}"', row, 1)
    answer = await dcl.push(pipe_id, body.encode(), run=run, **headers)
    assert answer.status_code == 200, answer.text


def exact(text: str) -> Any:
    """JSON with numbers as they are spelled; of a key that stands twice the last value."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


NUMBERS = ["9007199254740993", "1.10", "1e400", "-1e-400", "-0", "-0.0", "0.1", "18446744073709551616", "9" * 400]
TEXTS = ['"größe"', '"\\u0000"', '"\\"\\\\/"', '"\u2028"', '"\\ud83d\\ude00"', '"a\\nb"', '""']


@pytest.mark.parametrize("value", NUMBERS)
async def test_numbers_come_back_as_they_are_spelled(dcl: Client, value: str) -> None:
    """To the digit, alone and nested; -0 is 0."""
    await dcl.export(connection("p-1", fields=["a"]))
    rows = [f'{{"a":{value}}}', f'{{"a":{{"b":[{value}]}}}}']
    await send(dcl, "p-1", rows)
    text = (await dcl.get("/pipes/p-1/rows")).text
    assert [row["value"] for row in exact(text)["rows"]] == [exact(row) for row in rows]
    selected = (await dcl.post("/query", {"pipe_id": "p-1", "select": ["a"]})).text
    assert exact(selected)["rows"] == [[exact(row)["a"]] for row in rows]


@pytest.mark.parametrize("value", TEXTS)
async def test_texts_come_back_as_they_are(dcl: Client, value: str) -> None:
    """Escapes, control characters, astral signs, and the same of keys."""
    await dcl.export(connection("p-1", fields=["a", json.loads(value) or "b"]))
    rows = [f'{{"a":{value}}}', f'{{{value}:1,"a":2}}', f'{{"\\u0061":{value}}}']
    await send(dcl, "p-1", rows)
    page = (await dcl.get("/pipes/p-1/rows")).json()
    assert [row["value"] for row in page["rows"]] == [json.loads(row) for row in rows]
    told = (await dcl.post("/query", {"pipe_id": "p-1", "where": [{"field": "a", "op": "eq", "value": 2}]})).json()
    assert told["rows"] == [[2, 1 if json.loads(value) else None]]


@pytest.mark.parametrize("row", ['{"a":1,"a":2}', '{"a": 1, "b": "x", "a" : 2}', '{"b":"a","a":"1","a":2,"\\u0061":2}'])
async def test_of_a_key_that_stands_twice_the_last_value_counts(dcl: Client, row: str) -> None:
    """Every reader sees the same one: as a row, in the join, as its type."""
    await dcl.export(connection("p-1", fields=["a"]))
    await send(dcl, "p-1", ['{"a":7}'] * 60 + [row])
    assert (await dcl.get("/pipes/p-1/rows")).json()["rows"][-1]["value"]["a"] == 2
    stored = await dcl.warehouse.database.read("SELECT value FROM rows ORDER BY id DESC LIMIT 1")
    assert json.loads(stored[0][0], object_pairs_hook=lambda pairs: len({name for name, _ in pairs}) == len(pairs))
    query = {"pipe_id": "p-1", "aggregate": [{"function": "sum", "field": "a"}]}
    assert (await dcl.post("/query", query)).json()["rows"] == [[60 * 7 + 2]]
    assert (await dcl.get("/pipes/p-1")).json()["fields"][0]["types"] == ["number"]


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
PLAIN = st.lists(st.fixed_dictionaries({"id": st.integers(), "region": st.text(max_size=5), "amount": st.floats(0, 9)}))
MIXED = st.lists(st.dictionaries(st.sampled_from(["id", "region", "amount", "x", "größe", 'q"']), VALUES, max_size=5))
KINDS = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(st.one_of(PLAIN, MIXED), min_size=1, max_size=4), repeats=st.integers(1, 70), spaced=st.booleans()
)
async def test_random_rows_are_neither_lost_nor_doubled_nor_changed(
    dcl: Client, batches: list[list[dict[str, Any]]], repeats: int, spaced: bool
) -> None:
    """Whatever the rows are: read back they are equal, in order, each once, though every batch is sent twice; types
    and drift are those of all rows."""
    dcl_runs = (await dcl.counts())["runs"]
    run = f"run-{dcl_runs}"
    await dcl.export(connection("p-1"))
    separators = (", ", ": ") if spaced else (",", ":")
    sent: list[dict[str, Any]] = []
    for number, batch in enumerate(batches):
        rows = batch * repeats
        sent += rows
        texts = [json.dumps(row, ensure_ascii=bool(number % 2), separators=separators) for row in rows]
        for _ in range(2):
            await send(dcl, "p-1", texts, run=run, x_batch_seq=str(number))
    found, cursor = [], ""
    while cursor is not None:
        page = json.loads((await dcl.get("/pipes/p-1/rows", run_id=run, limit=1_000, cursor=cursor)).text)
        found += [row["value"] for row in page["rows"]]
        cursor = page["cursor"]
    assert _spelled(found) == _spelled(sent)
    types: dict[str, set[str]] = {}
    for row in sent:
        for name, value in row.items():
            types.setdefault(name, set()).add(KINDS.get(type(value), "null"))
    detail = (await dcl.get("/pipes/p-1")).json()
    facts = next(each for each in detail["runs"] if each["run_id"] == run)
    assert facts["types"] == {name: sorted(kinds) for name, kinds in types.items()}
    missing = {f"-{n}" for n in ("id", "region", "amount") for batch in batches if any(n not in row for row in batch)}
    assert set(facts["drift_fields"]) == missing | {f"+{n}" for n in types.keys() - {"id", "region", "amount"}}


def _spelled(rows: list[dict[str, Any]]) -> list[str]:
    """Equal exactly when values and their types are; -0.0 is a float like any other."""
    return [json.dumps(row, sort_keys=True) for row in rows]


async def test_an_infinite_number_is_not_told_as_null(dcl: Client) -> None:
    """A plain selection gives 1e400 as it came, where a float would have become null."""
    await dcl.export(connection("p-1", fields=["a"]))
    await send(dcl, "p-1", ['{"a":1e400}'])
    assert "1e400" in (await dcl.post("/query", {"pipe_id": "p-1"})).text
    assert math.isinf(json.loads((await dcl.get("/pipes/p-1/rows")).text)["rows"][0]["value"]["a"])


async def grouped(dcl: Client, **told: Any) -> Any:
    answer = await dcl.post("/query", {"pipe_id": "p-1", **told})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_texts_with_a_nul_are_told_apart(dcl: Client) -> None:
    """In groups, counts and conditions."""
    await dcl.export(connection("p-1", fields=["a"]))
    await send(dcl, "p-1", ['{"a":"x\\u0000y"}', '{"a":"x\\u0000z"}', '{"a":"x"}'])
    groups = await grouped(dcl, group_by=["a"], aggregate=[{"function": "count"}])
    assert sorted(groups["rows"]) == [["x", 1], ["x\0y", 1], ["x\0z", 1]]
    distinct = {"function": "count_distinct", "field": "a"}
    assert (await grouped(dcl, aggregate=[distinct]))["rows"] == [[3]]
    for text in ("x", "x\0y"):
        found = await grouped(dcl, select=["a"], where=[{"field": "a", "op": "eq", "value": text}])
        assert found["rows"] == [[text]]


async def test_booleans_are_no_numbers(dcl: Client) -> None:
    """In groups, conditions and sums, whatever else the field holds."""
    await dcl.export(connection("p-1", fields=["a", 'q"']))
    await send(dcl, "p-1", [f'{{"a":{a},"q\\"":{a}}}' for a in ("true", "false", "1", "0", "true")])
    for field in ("a", 'q"'):
        groups = await grouped(dcl, group_by=[field], aggregate=[{"function": "count"}])
        assert sorted(map(json.dumps, groups["rows"])) == ["[0, 1]", "[1, 1]", "[false, 1]", "[true, 2]"]
        for value, count in ((1, 1), (True, 2), (False, 1)):
            where = [{"field": field, "op": "eq", "value": value}]
            assert (await grouped(dcl, where=where, aggregate=[{"function": "count"}]))["rows"] == [[count]]
        assert (await grouped(dcl, aggregate=[{"function": "sum", "field": field}]))["rows"] == [[1]]


SUMS = [
    (["9223372036854775807"] * 3, 2.7670116110564327e19),
    (["9223372036854775807", "-9223372036854775807", "5"], 5),
    (["4611686018427387904", "-1"], 4611686018427387903),
    (["9223372036854775807", "9223372036854775807", "0.5"], 1.8446744073709552e19),
]


@pytest.mark.parametrize(("numbers", "total"), SUMS)
async def test_a_sum_of_large_integers_is_right(dcl: Client, numbers: list[str], total: float) -> None:
    """To the digit while it fits 62 bits, else as a double; never an error."""
    await dcl.export(connection("p-1", fields=["a", "b"]))
    await send(dcl, "p-1", [f'{{"a":{a},"b":"x"}}' for a in numbers])
    aggregate = [{"function": "sum", "field": "a"}, {"function": "avg", "field": "a"}]
    for told in ({}, {"group_by": ["b"]}):
        (row,) = (await grouped(dcl, aggregate=aggregate, **told))["rows"]
        assert row[-2] == total
        assert row[-1] == pytest.approx(total / len(numbers))


async def test_numbers_past_64_bits_are_said_to_be_doubles(dcl: Client) -> None:
    """And a null that stands for what no double holds is told as such."""
    await dcl.export(connection("p-1", fields=["a", "b"]))
    await send(dcl, "p-1", ['{"a":18446744073709551616,"b":1}', '{"a":1e400,"b":2}'])
    told = await grouped(dcl, aggregate=[{"function": "sum", "field": "a"}])
    assert told["rows"] == [[None]]
    assert ["as doubles" in note for note in told["notes"]] == [True, False]
    assert (await grouped(dcl, aggregate=[{"function": "sum", "field": "b"}]))["notes"] == []
