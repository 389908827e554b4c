"""The lines of a connection: in order, whole, and the same wherever it begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.farm.oracle.chaos import Chaos, Kind
from aos.farm.oracle.damage import wire_line
from aos.farm.oracle.feed import BLOCK_BYTES, Feed
from aos.farm.oracle.invoices import LAST, invoice_line

RECORD_KINDS = [Kind.MALFORMED, Kind.DRIFT, Kind.BAD_TYPE, Kind.LATENCY, Kind.DUPLICATE, Kind.INVALID_UTF8]


def everything(feed: Feed, most_lines: int = 1 << 30) -> bytes:
    data = b""
    while not feed.finished:
        data += feed.block(most_lines).data
    return data


@given(first=st.integers(1, 300), most_lines=st.integers(1, 400), chaos=st.none() | st.just(Chaos(0.3, RECORD_KINDS)))
def test_resumed_stream_is_the_tail_of_the_whole(first: int, most_lines: int, chaos: Chaos | None) -> None:
    """From k on, the bytes are those of a stream that began at 1: chaos included, however it is cut into blocks."""
    whole = everything(Feed(1, 1, 300, chaos)).split(b"\n")
    assert everything(Feed(1, first, 300, chaos), most_lines).split(b"\n") == whole[first - 1 :]


def test_line_n_is_record_n() -> None:
    """What stands on line n is what befell record n, and nothing else stands between."""
    chaos = Chaos(0.5, RECORD_KINDS)
    lines = everything(Feed(7, 1, 2_000, chaos)).split(b"\n")
    assert lines.pop() == b""
    assert lines == [wire_line(7, n, chaos.hit(7, n)) for n in range(1, 2_001)]


def test_blocks_are_bounded() -> None:
    """A block holds no more lines than asked for, and ends with the line that fills 64 KiB."""
    feed = Feed(1, 1, None, None)
    assert feed.block(3).lines == 3
    block = feed.block(1 << 30)
    assert BLOCK_BYTES <= len(block.data) < BLOCK_BYTES + 4096
    assert block.data.count(b"\n") == block.lines


@pytest.mark.parametrize(("first", "last"), [(2, 1), (1, 0), (LAST + 1, None), (LAST + 1, LAST)])
def test_nothing_is_left_when_the_end_is_behind(first: int, last: int | None) -> None:
    """A reader that resumes behind the last record is finished at once."""
    assert Feed(1, first, last, None).finished


def test_last_record_of_all_is_the_end() -> None:
    """Without `until` the stream goes on to the last record that there is."""
    assert everything(Feed(1, LAST, None, None)) == invoice_line(1, LAST) + b"\n"


@pytest.mark.parametrize("kind", [Kind.LATENCY, Kind.RESET])
def test_block_ends_with_the_line_that_a_fault_follows(kind: Kind) -> None:
    """The line is out, whole, before the connection suffers."""
    chaos = Chaos(0.2, [kind])
    struck = next(n for n in range(2, 100) if chaos.hit(1, n))
    block = Feed(1, struck - 1, None, chaos).block(100)
    expected = range(struck - 1, struck + 1) if chaos.hit(1, struck - 1) is None else range(struck - 1, struck)
    assert block.data == b"".join(invoice_line(1, n) + b"\n" for n in expected)
    assert block.fault is kind


def test_slow_line_is_a_block_of_its_own() -> None:
    """What comes before it goes out at full speed."""
    chaos = Chaos(0.2, [Kind.SLOW_DRIP])
    slow = next(n for n in range(3, 100) if chaos.hit(1, n) and not chaos.hit(1, n - 1))
    feed = Feed(1, slow - 1, None, chaos)
    before, drip = feed.block(100), feed.block(100)
    assert (before.lines, before.fault) == (1, None)
    assert (drip.data, drip.fault) == (invoice_line(1, slow) + b"\n", Kind.SLOW_DRIP)


@pytest.mark.parametrize("kind", [Kind.LATENCY, Kind.RESET, Kind.SLOW_DRIP])
def test_reader_that_comes_back_always_advances(kind: Kind) -> None:
    """Even when every record is struck, each connection brings at least one whole line before it suffers."""
    for first in range(1, 50):
        block = Feed(1, first, None, Chaos(1.0, [kind])).block(100)
        assert block.lines == 1
        assert block.fault is (None if kind is Kind.SLOW_DRIP else kind)
