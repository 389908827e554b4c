"""Rows of a push: the quick ways give what a slow look at every row gives."""

import asyncio
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aos.core.errors import InvalidInput
from aos.dcl.gate import push_rows
from aos.dcl.gate.push_rows import LEARNT, Judged, judge

KINDS = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}
FIELDS = ["a", "b", "c"]


def judged(texts: list[str]) -> Judged:
    raws = msgspec.json.decode(f"[{','.join(texts)}]", type=list[msgspec.Raw])
    return asyncio.run(judge(raws))


def slowly(texts: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Types and drift, one row after the other."""
    types: dict[str, set[str]] = {}
    rows = [json.loads(text) for text in texts]
    for row in rows:
        for name, value in row.items():
            types.setdefault(name, set()).add(KINDS.get(type(value), "null"))
    added = sorted(f"+{name}" for name in types if name not in FIELDS)
    missing = sorted(f"-{name}" for name in FIELDS if any(name not in row for row in rows))
    return {name: sorted(kinds) for name, kinds in types.items()}, added + missing


PLAIN = ['{"a":1,"b":"x","c":null}', '{"a":2.5,"b":"","c":null}', '{"c":null,"b":"y","a":-1}']
ODD = [
    '{"a":1,"b":"x","c":true}', '{"a":1,"b":"x"}', '{"a":1,"b":"x","c":null,"d":1}', '{"a":"1","b":"x","c":null}',
    '{"a":1,"b":"x","c":null,"a":2}', '{"a":1,"b":"x","a":null}', '{"a": 1, "b": "x", "c": null}',
    '{"a":1,"b":"\\"c\\":1","c":null}', '{"\\u0061":1,"b":"x","c":null}', '{"a":{"b":1},"b":[],"c":null}', "{}",
    '{"a":1e999,"b":"x","c":null}', '{"a":1,"b":"a:b","c":null}', '{"a":1,"b":{},"c":{}}', '{"a":9007199254740993}',
]  # fmt: skip


@settings(max_examples=300)
@given(
    rows=st.lists(st.sampled_from(PLAIN + ODD), max_size=8),
    learnt=st.lists(st.sampled_from(PLAIN + ODD[:2]), max_size=3),
    plain=st.integers(0, 2 * LEARNT),
)
def test_what_is_learnt_from_the_first_rows_changes_no_verdict(rows: list[str], learnt: list[str], plain: int) -> None:
    """However many plain rows stand before an odd one: types, drift and values are those of all rows."""
    texts = learnt + PLAIN * (plain // 3) + rows + PLAIN[:1] * (plain % 3)
    found = judged(texts)
    types, drift = slowly(texts)
    assert (found.types, found.drift(FIELDS)) == (types, drift)
    assert [json.loads(text) for text in found.texts] == [json.loads(text) for text in texts]


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_row_keeps_its_own_text(text: str) -> None:
    """To the byte, also where its numbers are spelled in an unusual way."""
    spelled = text.replace('"a":', '"a":1.50e0,"z":').replace(":", ": ")
    assert judged([spelled] * (LEARNT + 5)).texts == [spelled] * (LEARNT + 5)


@pytest.mark.parametrize("text", ODD)
def test_no_kept_text_needs_an_opinion(text: str) -> None:
    """No key stands twice and none is escaped: every JSON reader sees the same row."""
    for kept in judged(PLAIN * LEARNT + [text]).texts:
        pairs: list[list[tuple[str, Any]]] = []
        json.loads(kept, object_pairs_hook=lambda found, pairs=pairs: pairs.append(found) or dict(found))  # type: ignore[misc]
        assert all(len({name for name, _ in each}) == len(each) for each in pairs)
        assert all(f'"{name}":' in kept.replace(" ", "") for each in pairs for name, _ in each)


@pytest.mark.parametrize("place", [0, LEARNT - 1, LEARNT, LEARNT + 3, LEARNT + 1_500])
@pytest.mark.parametrize("bad", ["[]", "1", "null", '"a"'])
def test_a_row_that_is_no_object_is_named_wherever_it_stands(bad: str, place: int) -> None:
    """`$.rows[n]`, counted over the whole push."""
    texts = PLAIN[:1] * place + [bad] + PLAIN[:1] * 5
    with pytest.raises(InvalidInput) as refused:
        judged(texts)
    assert refused.value.extra["path"] == f"$.rows[{place}]"


@pytest.mark.parametrize("space", [" ", "\t", "\n", "\r", " \n "])
def test_a_key_that_stands_twice_is_found_whatever_stands_before_its_colon(space: str) -> None:
    """Behind rows that were learnt from, it is written anew with the last value alone."""
    found = judged(['{"a":1}'] * LEARNT + [f'{{"a":1,"a"{space}:2}}'])
    assert found.texts[-1] == '{"a":2}'


def test_an_integer_minus_zero_is_kept_where_a_row_is_written_anew() -> None:
    """Nested and flat; texts and exponents that look like one stay as they are."""
    row = '{"a":[-0,"-0",{"b":-0,"c":1e-0,"d":-0.0}],"e":-0}'
    assert judged([row]).texts == [row]


def test_a_number_of_too_many_digits_is_told_as_such() -> None:
    """Not as a row that is no object."""
    with pytest.raises(InvalidInput, match=r"(?i)integer|number|digits") as raised:
        judged([f'{{"a":{"9" * 5000}}}'])
    assert raised.value.extra["path"] == "$.rows[0]"


def test_names_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A push with more different field names than anybody has is a 422, not an answer of its size."""
    monkeypatch.setattr(push_rows, "MOST_NAMES", 20)
    assert len(judged([f'{{"f{n}":1}}' for n in range(20)]).types) == 20
    with pytest.raises(InvalidInput, match="different field names"):
        judged([f'{{"f{n}":1}}' for n in range(21)])


def test_no_rows_have_no_drift() -> None:
    """An empty chunk lacks nothing."""
    assert judged([]).drift(FIELDS) == []
