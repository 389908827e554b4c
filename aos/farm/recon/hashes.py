"""A row in one spelling, and its hash. Two rows are the same where their spelling is: `1` is not `1.0`, nor `true`.

Numbers are told apart to their last digit: one that a float can't hold is a Decimal on both sides.
"""

from collections.abc import Iterable, Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, InvalidOperation
from hashlib import blake2b
from math import isfinite
from typing import Any, overload

import msgspec

HASH_BYTES = 16
SURE_CHARACTERS = 15  # a number this short is never another one as a float
_canonical = msgspec.json.Encoder(order="sorted", decimal_format="number")


def exact(text: str) -> float | Decimal:
    """A JSON number with a point or an exponent: a float where that is the very number, else a Decimal without trailing
    zeros. `ValueError` for an exponent that is past all reckoning."""
    value = float(text)
    if len(text) <= SURE_CHARACTERS and "e" not in text.lower():
        return value
    try:
        whole = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"the number {text[:40]} is past all reckoning") from None
    if isfinite(value) and Decimal(repr(value)) == whole:
        return value
    return Context(prec=len(text), Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[]).normalize(whole)


_reader = msgspec.json.Decoder(float_hook=exact)


def read(raw: bytes) -> Any:
    """JSON as recon compares it."""
    return _reader.decode(raw)


def spelled(value: Any) -> bytes:
    """JSON with keys in order and no blanks. `value` is what `read` gives."""
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
