"""The lines of one connection, in order, gathered into blocks that end where the connection is to suffer."""

from dataclasses import dataclass

from aos.farm.oracle.chaos import CONNECTION_FAULTS, Chaos, Kind
from aos.farm.oracle.damage import wire_line
from aos.farm.oracle.invoices import LAST

BLOCK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines with their newlines. `fault` strikes after them; with slow_drip it is how this one line goes out."""

    data: bytes
    lines: int
    fault: Kind | None


class Feed:
    """Records `first` to `last` of a seed. `block` hands them out; `finished` once the last one is handed out."""

    def __init__(self, seed: int, first: int, last: int | None, chaos: Chaos | None) -> None:
        self._seed = seed
        self._first = first
        self._next = first
        self._last = LAST if last is None else last
        self._chaos = chaos

    @property
    def finished(self) -> bool:
        return self._next > self._last

    def block(self, most_lines: int) -> Block:
        """The next lines: at most `most_lines` (1 or more), and no further line once 64 KiB are full."""
        parts: list[bytes] = []
        size, fault = 0, None
        stop = min(self._last, self._next + most_lines - 1)
        while self._next <= stop and size < BLOCK_BYTES:
            n = self._next
            hit = self._chaos.hit(self._seed, n) if self._chaos else None
            if (
                hit is not None
                and hit.kind in CONNECTION_FAULTS
                and not (hit.kind is Kind.SLOW_DRIP and self._is_first)
            ):
                fault = hit.kind
            if fault is Kind.SLOW_DRIP and parts:
                fault = None  # what came before goes out at full speed, the slow line is a block of its own
                break
            line = wire_line(self._seed, n, hit) + b"\n"
            parts.append(line)
            size += len(line)
            self._next = n + 1
            if fault is not None:
                break
        return Block(b"".join(parts), len(parts), fault)

    @property
    def _is_first(self) -> bool:
        """A line that is the first on its connection never drips, so that a reader who comes back gets past it."""
        return self._next == self._first
