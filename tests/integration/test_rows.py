"""Rows: keyed by source position, so that a redelivery finds itself; values exactly as they came."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.contracts.envelope import Meta
from aos.contracts.ingest import Refusal
from aos.core.db import Database, Tx, sql_file
from aos.dcl.warehouse import refused as refused_module
from aos.dcl.warehouse.refused import Selection
from aos.dcl.warehouse.rows import POSITIONS, Filing, Refused, Rows, canonical_json


@pytest.fixture
async def rows(tmp_path: Path) -> AsyncIterator[Rows]:
    opened = await Rows.open(tmp_path / "warehouse.db")
    yield opened
    await opened.close()


def filing(position: int, payload: str = "{}", *, connector: str = "c", target: str = "t") -> Filing:
    meta = Meta(
        ingest_ts=1,
        source="s",
        trace_id=f"{connector}-{position}",
        is_repaired=False,
        connector_id=connector,
        config_gen=1,
        target=target,
        position=position,
    )
    return Filing(meta, payload)


def refused(position: int, data: bytes = b"\xff", *, reason: str = "malformed", connector: str = "c") -> Refused:
    refusal = Refusal(
        connector_id=connector,
        config_gen=1,
        source="s",
        target="t",
        position=position,
        trace_id="",
        reason=reason,
        first_seen=1,
        length=len(data),
    )
    return Refused(refusal, data)


async def test_file_again_adds_nothing(rows: Rows) -> None:
    """A redelivery, whole or in part, alone or together with new ones, is counted as nothing new."""
    assert await rows.file([filing(n) for n in range(1, 11)], 1) == 10
    assert await rows.file([filing(n, '{"other":1}') for n in range(6, 16)], 2) == 5
    assert await rows.file([filing(16), filing(16)], 3) == 1
    assert await rows.count() == 16
    assert await rows.records("c", "t", 4, 3) == [(5, "c-5", "{}"), (6, "c-6", "{}"), (7, "c-7", "{}")]


async def test_same_position_of_two_sources_is_two_records(rows: Rows) -> None:
    """Another connector, or another target of the same one."""
    await rows.file([filing(1), filing(1, connector="d"), filing(1, target="u")], 1)
    assert await rows.count() == 3
    assert await rows.records("d", "t") == [(1, "d-1", "{}")]
    assert await rows.records("nobody", "t") == []


async def test_largest_position_stays_in_its_source(rows: Rows) -> None:
    """Keys of two sources never meet."""
    await rows.file([filing(POSITIONS - 1), filing(1, connector="d")], 1)
    assert [position for position, _, _ in await rows.records("c", "t")] == [POSITIONS - 1]


async def test_file_that_fails_leaves_nothing_and_forgets_its_sources(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A source that was named in a transaction that was rolled back gets its number anew."""

    async def broken(self: Tx, sql: str, values: object) -> int:
        raise OSError("disk")

    with monkeypatch.context() as patch:
        patch.setattr(Tx, "many", broken)
        with pytest.raises(OSError, match="disk"):
            await rows.file([filing(1)], 1)
    assert await rows.count() == 0
    await rows.file([filing(1, connector="d")], 1)
    await rows.file([filing(2)], 1)
    assert await rows.records("c", "t") == [(2, "c-2", "{}")]


async def test_keep_again_adds_nothing_and_keeps_every_byte(rows: Rows) -> None:
    """Refused lines come back newest first, filtered, a page at a time, with their exact bytes."""
    every = bytes(range(256))
    lines = [refused(n, every, reason="malformed" if n % 2 else "encoding") for n in range(1, 7)]
    assert await rows.keep(lines) == 6
    assert await rows.keep(lines) == 0
    assert await rows.count_refused() == 6
    page, more = await rows.quarantine.page(Selection("malformed"), 0, 2)
    assert more
    assert [item.refusal.position for item in page] == [5, 3]
    assert (page[0].refusal, page[0].data) == (lines[4].refusal, every)
    page, more = await rows.quarantine.page(Selection("malformed", "c"), page[-1].id, 9)
    assert [item.refusal.position for item in page] == [1]
    assert not more
    assert await rows.quarantine.page(Selection(connector="nobody"), 0, 9) == ([], False)


async def test_a_page_of_large_lines_is_short(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page holds so many bytes at most, but always a line; the next goes on behind it, and none is left out."""
    monkeypatch.setattr(refused_module, "PAGE_BYTES", 25)
    await rows.keep([refused(n, b"x" * size) for n, size in enumerate((10, 10, 10, 90, 1), 1)])
    pages, cursor, more = [], 0, True
    while more:
        page, more = await rows.quarantine.page(Selection(), cursor, 10)
        pages.append([item.refusal.position for item in page])
        cursor = page[-1].id
    assert pages == [[5], [4], [3, 2], [1]]


async def test_table_of_an_earlier_version_gets_its_columns(tmp_path: Path) -> None:
    """Lines that it held are held, in their order of time."""
    path = tmp_path / "warehouse.db"
    database = await Database.open(path, sql_file("aos.dcl", "schema.sql"))
    old = "INSERT INTO quarantine (id, connector_id, reason, refusal, data) VALUES (?, 'c', 'malformed', ?, x'ff')"
    for key, seen in ((1, 30), (2, 10), (3, 20)):
        text = msgspec.json.encode(msgspec.structs.replace(refused(key).refusal, first_seen=seen)).decode()
        await database.write(lambda tx, values=(key, text): tx.run(old, values))
    await database.close()
    for _ in range(2):
        rows = await Rows.open(path)
        page, _ = await rows.quarantine.page(Selection(), 0, 9)
        assert [(item.id, item.status, item.refusal.replays) for item in page] == [
            (1, "held", 0),
            (3, "held", 0),
            (2, "held", 0),
        ]
        await rows.close()


async def test_records_of_an_earlier_version_stay_and_have_no_pipe(tmp_path: Path) -> None:
    """The column is added once; what was filed before there were pipes belongs to none, what comes then does."""
    path = tmp_path / "warehouse.db"
    database = await Database.open(path, sql_file("aos.dcl", "schema.sql"))
    await database.write(lambda tx: tx.run("INSERT INTO records VALUES (7, 't', 1, 0, 0, 0, '{}')"))
    await database.close()
    for _ in range(2):
        rows = await Rows.open(path)
        await rows.file([filing(1)._replace(pipe=3)], 5)
        found = await rows.database.read("SELECT pipe, payload FROM records ORDER BY id")
        assert found == [(None, "{}"), (3, filing(1).payload)]
        assert await rows.database.read("SELECT pipe, rows FROM streamed") == [(3, 1)]
        await rows.close()


@pytest.mark.parametrize(
    ("payload", "canonical"),
    [
        (b'{"a":1,"a":2}', '{"a":2}'),
        (b'{"a":{"b":1,"b":[2]},"a":{"b":1,"b":[3]}}', '{"a":{"b":[3]}}'),
        (b' { "a" : [ 1 , 2 ] } ', '{"a":[1,2]}'),
        (b'{"n":9007199254740993}', '{"n":9007199254740993}'),
        (b'{"n":123456789012345678901234567890}', '{"n":123456789012345678901234567890}'),
        (b'{"n":0.1,"m":0.10000000000000000555,"k":1.10}', '{"n":0.1,"m":0.10000000000000000555,"k":1.10}'),
        (b'{"n":1e400}', '{"n":1e400}'),
        (b'{"n":1e-99999999999999999999}', '{"n":1e-99999999999999999999}'),
        (b'{"n":-0.0,"m":1E5}', '{"n":-0.0,"m":1E5}'),
        ('{"s":"ü\\u00fc\\u2028漢🙂"}'.encode(), '{"s":"üü\u2028漢🙂"}'),
        (b'{"s":"\\/\\n\\u001f"}', '{"s":"/\\n\\u001f"}'),
    ],
)
def test_canonical_json_keeps_values_and_says_each_key_once(payload: bytes, canonical: str) -> None:
    """Of a key that stood twice the last value; numbers to the last digit, of any size; text as text."""
    assert canonical_json(payload) == canonical


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), json_values, max_size=5))
def test_canonical_json_twice_is_canonical_json_once(value: dict[str, object]) -> None:
    """It means the same as what came in, and is settled after one turn."""
    payload = json.dumps(value).encode()
    once = canonical_json(payload)
    assert canonical_json(once.encode()) == once
    assert json.loads(once) == value


@pytest.mark.parametrize("payload", [b"", b"{", b'{"a":NaN}', b'{"a":"\xff"}', b'{"a":"\\ud800"}', b"[" * 100_000])
def test_canonical_json_of_no_json_is_an_error_that_the_consumer_takes(payload: bytes) -> None:
    """Never another kind of exception: the consumer would stop at it for ever."""
    with pytest.raises((ValueError, RecursionError)):
        canonical_json(payload)


def test_msgspec_errors_are_value_errors() -> None:
    """What the line above rests on."""
    assert issubclass(msgspec.DecodeError, ValueError)
