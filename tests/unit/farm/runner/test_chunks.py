"""Chunks: the same cuts and bytes whenever the same rows come, within their limits, and nothing lost between them."""

import hashlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.contracts.content import ContentPush
from aos.farm.recon.hashes import Packed, row_hash
from aos.farm.runner.chunks import Chunk, Chunker, hash_of
from aos.farm.runner.faults import JobFault
from aos.farm.runner.rows import decoded
from tests.manifests import manifest

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
ROWS = st.lists(st.dictionaries(st.text(max_size=8), VALUES, max_size=4), max_size=60)


def cut(rows: list[dict[str, Any]], pieces: int, most_rows: int, most_bytes: int = 4_000_000) -> list[Chunk]:
    chunker = Chunker(manifest(), most_rows=most_rows, most_bytes=most_bytes)
    found = [chunk for at in range(0, len(rows), pieces) for chunk in chunker.take(rows[at : at + pieces])]
    return found + chunker.end()


@given(rows=ROWS, pieces=st.integers(1, 60), others=st.integers(1, 60), most_rows=st.integers(1, 20))
def test_cuts_do_not_depend_on_the_pages_and_lose_nothing(
    rows: list[dict[str, Any]], pieces: int, others: int, most_rows: int
) -> None:
    """Byte for byte the same chunks for any pages, numbered from 0, with every row once and in order."""
    chunks = cut(rows, pieces, most_rows)
    assert chunks == cut(rows, others, most_rows)
    assert [chunk.batch for chunk in chunks] == list(range(len(chunks)))
    bodies = [msgspec.json.decode(chunk.body, type=ContentPush) for chunk in chunks]
    assert [msgspec.json.decode(row) for body in bodies for row in body.rows] == rows
    first = 0
    for chunk, body in zip(chunks, bodies, strict=True):
        assert chunk.first == first
        assert body.row_count == len(body.rows) == chunk.rows <= most_rows
        assert chunk.digest == hashlib.sha256(chunk.body).digest()
        assert chunk.hashes == b"".join(row_hash(row) for row in rows[first : first + chunk.rows])
        assert body.schema_version == chunk.schema_hash[:16]
        first += chunk.rows


def test_a_chunk_ends_before_it_is_too_large() -> None:
    """The limit in bytes counts before the one in rows, and a row that fits in no chunk is a fault."""
    rows = [{"text": "x" * 400} for _ in range(10)]
    chunks = cut(rows, 10, 100, most_bytes=1_000)
    assert [chunk.rows for chunk in chunks] == [2, 2, 2, 2, 2]
    with pytest.raises(JobFault, match="Row 1 has 10"):
        cut([{"a": 1}, {"text": "x" * 1_000}], 10, 100, most_bytes=1_000)


def test_schema_hash_is_that_of_the_sorted_names_and_types() -> None:
    """`name:type` lines with JSON's types; the order of fields and rows says nothing."""
    rows = [{"b": 1, "a": "x"}, {"a": None, "b": 1.5}, {"a": [], "c": {}, "d": True}]
    lines = "a:array\na:null\na:string\nb:number\nc:object\nd:boolean"
    assert cut(rows, 1, 10)[0].schema_hash == hashlib.sha256(lines.encode()).hexdigest()
    assert cut(rows[::-1], 1, 10)[0].schema_hash == hash_of(set(lines.split("\n")))


def test_numbers_that_no_float_holds_go_on_digit_by_digit() -> None:
    """As they came, and apart from their neighbours by their hash."""
    whole = b'[{"a":1e999},{"a":0.12345678901234567890},{"a":0.12345678901234567891},{"a":1.10},{"a":1.1}]'
    (chunk,) = cut(decoded(whole, "rows"), 9, 10)
    numbers = b'{"a":1E+999},{"a":0.12345678901234567890},{"a":0.12345678901234567891},{"a":1.10},{"a":1.1}'
    assert numbers in chunk.body
    hashes = list(Packed(chunk.hashes))
    assert len(set(hashes[:4])) == 4
    assert hashes[3] == hashes[4]
