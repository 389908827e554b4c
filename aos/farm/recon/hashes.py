"""A row in one spelling, and its hash. Two rows are the same where their spelling is: `1` is not `1.0`, nor `true`."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

import msgspec

HASH_BYTES = 16
_canonical = msgspec.json.Encoder(order="sorted")


def spelled(value: Any) -> bytes:
    """JSON with keys in order and no blanks. `value` is decoded JSON."""
    return _canonical.encode(value)


def row_hash(value: Any) -> bytes:
    """16 bytes that stand for a row."""
    return blake2b(spelled(value), digest_size=HASH_BYTES, person=b"farm recon row").digest()


def checksum(hashes: Iterable[bytes]) -> str:
    """One checksum over the rows of a segment, in order."""
    whole = blake2b(digest_size=HASH_BYTES, person=b"farm recon seg")
    for each in hashes:
        whole.update(each)
    return whole.hexdigest()
