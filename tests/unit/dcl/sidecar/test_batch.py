"""The open batch: the fast envelope is the struct's own encoding, sizes hold, nothing is left out."""

import hashlib
import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.contracts.envelope import Envelope, Meta
from aos.contracts.ingest import ConnectorConfig, FaultNote, Refusal
from aos.dcl.sidecar.batch import MAX_BYTES, MAX_ENTRIES, Batch, Enveloper
from aos.dcl.sidecar.lines import Oversize
from aos.dcl.sidecar.target import MAX_POSITION, resolve

STREAM = "http://127.0.0.1:5000/x"


def enveloper(connector: str = "c", generation: int = 1) -> Enveloper:
    return Enveloper(
        resolve(
            ConnectorConfig(
                connector_id=connector, source_type="mulesoft_stream", target_url=STREAM, config_gen=generation
            )
        )
    )


@given(
    st.one_of(st.text(), st.sampled_from(["@trace@", "@payload@", '0},"payload":@payload@', "0,", "%d %s {}", "\\"])),
    st.integers(1, 2**31),
    st.integers(0, MAX_POSITION),
    st.integers(0, 2**43),
    st.one_of(
        st.dictionaries(st.text(), st.integers() | st.text() | st.none()).map(lambda v: msgspec.json.encode(v)),
        st.sampled_from([b"{}", b'{"a":"@payload@"}', b'{"payload":0},"payload":1}', b'{ "a" : 1.10 }']),
    ),
)
def test_envelope_equals_the_encoded_struct(
    connector: str, generation: int, position: int, ingest_ms: int, line: bytes
) -> None:
    """Whatever stands in it: byte for byte what msgspec makes of `Envelope`, with the line as it came."""
    fast = enveloper(connector, generation)
    meta = Meta(
        ingest_ts=ingest_ms,
        source="mulesoft_mock",
        trace_id=fast.target.trace_id(position).decode(),
        is_repaired=False,
        connector_id=connector,
        config_gen=generation,
        pipe_id="mulesoft_invoices",
        target=fast.target.id,
        position=position,
    )
    expected = msgspec.json.encode(Envelope(meta=meta, payload=msgspec.Raw(line)))
    assert fast.wrap(line, position, b"%d" % ingest_ms) == expected


def open_batch(behind: int | None = None) -> Batch:
    return Batch(enveloper(), behind, behind or 0, "", 0.0, 1234)


def test_clean_line_stands_with_its_checksum() -> None:
    """Tag and data, as publish.lua takes them."""
    batch = open_batch()
    batch.upto = 7
    batch.add_clean(b'{"a":1}')
    tag, data = batch.entries
    assert tag == b"c%08x" % zlib.crc32(data)
    decoded = msgspec.json.decode(data, type=Envelope)
    assert (bytes(decoded.payload), decoded.meta.position, decoded.meta.ingest_ts) == (b'{"a":1}', 7, 1234)
    assert (batch.clean, batch.held, batch.size, batch.last_clean) == (1, 1, len(data), b'{"a":1}')


@pytest.mark.parametrize("line", [b"", b"\xff\xfe\x00", b"{" * 1000, b"\r", "ü".encode()])
def test_refused_line_keeps_every_byte(line: bytes) -> None:
    """With length, SHA-256, place and reason."""
    batch = open_batch()
    batch.upto = 9
    notes = [FaultNote(path=f"$.f{n}", kind="missing") for n in range(99)]
    refusal = batch.add_refused(line, "malformed", "d" * 9999, notes)
    tag, data, meta = batch.entries
    assert (tag, data) == (b"q%08x" % zlib.crc32(line), line)
    assert msgspec.json.decode(meta, type=Refusal) == refusal
    assert (refusal.length, refusal.sha256) == (len(line), hashlib.sha256(line).hexdigest())
    assert (refusal.position, refusal.trace_id) == (9, batch.enveloper.target.trace_id(9).decode())
    assert (len(refusal.detail), len(refusal.faults), refusal.first_seen) == (500, 50, 1234)


def test_oversize_line_is_described_whole() -> None:
    """Its head is kept; length and SHA-256 are those of all its bytes."""
    batch = open_batch()
    refusal = batch.add_refused(Oversize(b"head", 10**9, "ab" * 32), "too_long", "", [])
    assert batch.entries[1] == b"head"
    assert (refusal.length, refusal.sha256) == (10**9, "ab" * 32)


def test_batch_ends_at_a_thousand_entries() -> None:
    """Refused lines count as much as clean ones."""
    batch = open_batch()
    for number in range(MAX_ENTRIES):
        assert batch.has_room(10)
        batch.add_refused(b"x", "malformed", "", []) if number % 2 else batch.add_clean(b"{}")
    assert batch.held == 1000
    assert not batch.has_room(0)


def test_batch_ends_at_one_mebibyte() -> None:
    """What is in and what comes together."""
    batch = open_batch()
    batch.add_clean(b"x" * (MAX_BYTES // 2))
    assert batch.has_room(MAX_BYTES - batch.size)
    assert not batch.has_room(MAX_BYTES - batch.size + 1)


def test_line_larger_than_a_batch_goes_alone() -> None:
    """An empty batch takes anything, and is full with it."""
    batch = open_batch()
    assert batch.has_room(10 * MAX_BYTES)
    batch.add_clean(b"x" * (2 * MAX_BYTES))
    assert not batch.has_room(1)
