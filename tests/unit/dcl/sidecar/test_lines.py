"""The splitter: the same lines whatever the chunks, and no line without end in memory."""

import hashlib
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.dcl.sidecar.lines import HEAD_BYTES, LineSplitter, Oversize

LIMIT = 8


def split(chunks: Iterable[bytes], limit: int = LIMIT) -> tuple[list[bytes | Oversize], int]:
    splitter = LineSplitter(limit)
    lines = [line for chunk in chunks for line in splitter.feed(chunk)]
    return lines, splitter.pending


def by_the_book(text: bytes, limit: int = LIMIT) -> tuple[list[bytes | Oversize], int]:
    """The same in the plainest way."""
    *whole, rest = text.split(b"\n")
    lines: list[bytes | Oversize] = []
    for part in whole:
        line = part[:-1] if part.endswith(b"\r") else part
        long = Oversize(part[:HEAD_BYTES], len(part), hashlib.sha256(part).hexdigest())
        lines.append(line if len(line) <= limit else long)
    return lines, len(rest)


TEXTS = st.lists(
    st.one_of(st.binary(max_size=12), st.sampled_from([b"\n", b"\r\n", b"\r", b"12345678", b"\n\n"])), max_size=12
).map(b"".join)


@given(TEXTS, st.data())
def test_lines_are_the_same_whatever_the_chunks(text: bytes, data: st.DataObject) -> None:
    """Any chunking of any bytes gives the lines of the whole, and the same number of bytes waiting."""
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=8).map(sorted))
    chunks = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert split(chunks) == by_the_book(text)


@pytest.mark.parametrize(
    "separator",
    ["\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\r", "\x00"],
    ids=lambda separator: f"U+{ord(separator):04X}",
)
def test_only_newline_ends_a_line_when_cut_at_each_byte(separator: str) -> None:
    """What other readers take for the end of a line stays inside it, wherever the chunks end."""
    record = f'{{"a":"x{separator}y"}}'.encode()
    text = record + b"\r\n" + record + b"\n"
    for cut in range(len(text) + 1):
        assert split([text[:cut], text[cut:]], 100) == ([record, record], 0)
    assert split((text[i : i + 1] for i in range(len(text))), 100) == ([record, record], 0)


def test_blank_lines_are_given_out() -> None:
    """The caller counts keep-alives, so a blank line is a line."""
    assert split([b"\n\r\n", b"a\n\n"]) == ([b"", b"", b"a", b""], 0)


def test_one_carriage_return_is_taken_off() -> None:
    """Only the CR of the line's end goes; a line of blanks stays as it came."""
    assert split([b"a\r\r\n \n\ra\n"]) == ([b"a\r", b" ", b"\ra"], 0)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("step", [1, 3, 1000])
def test_limit_counts_the_line_without_its_newline(end: bytes, step: int) -> None:
    """Exactly the limit passes, one byte more does not; neither harms the line after it."""
    text = b"x" * 7 + end + b"x" * 8 + end + b"x" * 9 + end + b"after" + end
    lines, _ = split(text[i : i + step] for i in range(0, len(text), step))
    assert lines[0] == b"x" * 7
    assert lines[1] == b"x" * 8
    assert isinstance(lines[2], Oversize)
    assert lines[3] == b"after"


def test_long_line_keeps_head_length_and_hash() -> None:
    """Of a line that is too long the first 4 KiB, the length and the SHA-256 are kept."""
    body = bytes(range(11, 211)) * 100
    lines, _ = split([body[:5000], body[5000:], b"\ngood\n"], limit=3)
    assert lines[0] == Oversize(body[:4096], 20_000, hashlib.sha256(body).hexdigest())
    assert isinstance(lines[1], Oversize)


def test_bytes_after_the_last_newline_wait() -> None:
    """Half a record is never given out: it waits, and `pending` says how much waits."""
    splitter = LineSplitter(LIMIT)
    assert splitter.feed(b"a\nbc") == [b"a"]
    assert splitter.pending == 2
    assert splitter.feed(b"d" * 20) == []
    assert splitter.pending == 22
    assert isinstance(splitter.feed(b"\n")[0], Oversize)
    assert splitter.pending == 0


def test_cut_at_each_byte_gives_a_prefix_then_the_rest() -> None:
    """A body that breaks off gives whole records only; read again, the rest is complete."""
    body = b'{"n":1}\n{"n":2}\r\n{"n":3}\n'
    whole, _ = split([body], 100)
    for cut in range(len(body)):
        lines, waiting = split([body[:cut]], 100)
        assert lines == whole[: len(lines)]
        assert waiting == cut - (body.rfind(b"\n", 0, cut) + 1)


def resident_bytes() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096


def test_memory_stays_flat_over_a_line_of_200_mb() -> None:
    """A line of 200 MB between two good ones: both come out, and memory grows by less than 20 MB."""
    splitter = LineSplitter(1024 * 1024)
    chunk = b"x" * 65_536
    before = most = resident_bytes()
    assert splitter.feed(b"first\n") == [b"first"]
    for number in range(200 * 16):
        assert splitter.feed(chunk) == []
        if number % 100 == 0:
            most = max(most, resident_bytes())
    last = splitter.feed(b"\nlast\n")
    assert max(most, resident_bytes()) - before < 20_000_000
    assert isinstance(last[0], Oversize)
    assert last[0].length == 200 * 1024 * 1024
    assert len(last[0].head) == 4096
    assert last[1] == b"last"


def test_line_in_many_small_chunks_is_joined_once() -> None:
    """A megabyte in chunks of four bytes is one line, and not copied once a chunk (that would take minutes)."""
    splitter = LineSplitter(1024 * 1024)
    for _ in range(250_000):
        assert splitter.feed(b"abcd") == []
    assert splitter.feed(b"\n") == [b"abcd" * 250_000]
