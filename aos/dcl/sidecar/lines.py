"""Bytes to whole lines: split at `\\n` alone, whatever the chunks, in bounded memory.

`httpx.aiter_lines` also splits at U+2028, U+0085 and control separators that may stand inside a JSON text, replaces bad
bytes, gives out the half line at the end of a cut body, and keeps a line without end in memory. None of that here.
"""

import hashlib
from typing import cast

import msgspec

HEAD_BYTES = 4096  # what is kept of a line that is too long


class Oversize(msgspec.Struct, frozen=True, gc=False):
    """A line past the limit: its first 4 KiB, and length and SHA-256 (hex) of all its bytes up to the newline."""

    head: bytes
    length: int
    sha256: str


class LineSplitter:
    """One connection's splitter; a new connection needs a new one.

    `max_line_bytes` counts a line without its newline (`\\n` or `\\r\\n`): exactly that many pass.
    """

    def __init__(self, max_line_bytes: int) -> None:
        self._limit = max_line_bytes
        self._held = bytearray()
        self._head = b""
        self._digest: hashlib._Hash | None = None  # set while a line that is too long is being skipped
        self._pending = 0

    @property
    def pending(self) -> int:
        """How many bytes came after the last newline. They are never given out as a line."""
        return self._pending

    def feed(self, chunk: bytes) -> list[bytes | Oversize]:
        """The lines that `chunk` completes, each without its newline and one `\\r` before it; a blank line is `b""`."""
        parts = chunk.split(b"\n")
        if len(parts) == 1:
            self._hold(chunk)
            return []
        rest = parts.pop()
        first = parts[0]
        if b"\r" in chunk or len(chunk) > self._limit:
            lines = [self._measured(part) for part in parts]
        else:
            lines = cast("list[bytes | Oversize]", parts)
        if self._pending:
            self._hold(first)
            lines[0] = self._release()
        if rest:
            self._hold(rest)
        return lines

    def _hold(self, part: bytes) -> None:
        self._pending += len(part)
        if self._digest is not None:
            self._digest.update(part)
            if len(self._head) < HEAD_BYTES:
                self._head += part[: HEAD_BYTES - len(self._head)]
            return
        self._held += part
        if len(self._held) > self._limit + 1:  # one byte more may still turn out to be the `\r` of the newline
            self._digest = hashlib.sha256(self._held)
            self._head = bytes(self._held[:HEAD_BYTES])
            self._held = bytearray()

    def _release(self) -> bytes | Oversize:
        line: bytes | Oversize
        if self._digest is None:
            line = self._measured(bytes(self._held))
        else:
            line = Oversize(self._head, self._pending, self._digest.hexdigest())
        self._held, self._head, self._digest, self._pending = bytearray(), b"", None, 0
        return line

    def _measured(self, part: bytes) -> bytes | Oversize:
        line = part.removesuffix(b"\r")
        if len(line) <= self._limit:
            return line
        return Oversize(part[:HEAD_BYTES], len(part), hashlib.sha256(part).hexdigest())
