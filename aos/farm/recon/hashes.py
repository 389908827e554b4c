"""A row in one spelling, and its hash. Two rows are the same where their spelling is: `1` is not `1.0`, nor `true`."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any, overload

import msgspec

HASH_BYTES = 16
_canonical = msgspec.json.Encoder(order="sorted")


def spelled(value: Any) -> bytes:
    """JSON with keys in order and no blanks. `value` is decoded JSON."""
    return _canonical.encode(value)


def row_hash(value: Any) -> bytes:
    """16 bytes that stand for a row."""
    return blake2b(spelled(value), digest_size=HASH_BYTES, person=b"farm recon row").digest()


class Packed(Sequence[bytes]):
    """Hashes end to end in one piece of memory."""

    def __init__(self, whole: bytes) -> None:
        self._whole = whole

    def __len__(self) -> int:
        return len(self._whole) // HASH_BYTES

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> list[bytes]: ...
    def __getitem__(self, at: int | slice) -> bytes | list[bytes]:
        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(len(self)))]
        n = range(len(self))[at] * HASH_BYTES
        return self._whole[n : n + HASH_BYTES]


def checksum(hashes: Iterable[bytes]) -> str:
    """One checksum over the rows of a segment, in order."""
    whole = blake2b(digest_size=HASH_BYTES, person=b"farm recon seg")
    for each in hashes:
        whole.update(each)
    return whole.hexdigest()
