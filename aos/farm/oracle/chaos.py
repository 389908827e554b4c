"""What befalls record n: a pure function of (seed, n, rate, kinds), drawn apart from the truth. spec: Phase 1.

A record that is hit at one rate is hit at every higher one. Kinds that come by themselves have the spec's shares;
those on request weigh 10 each beside them, and are equal among themselves.
"""

import enum
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from struct import Struct
from typing import NamedTuple


class Kind(enum.StrEnum):
    MALFORMED = "malformed"
    DRIFT = "drift"
    BAD_TYPE = "bad_type"
    LATENCY = "latency"
    DUPLICATE = "duplicate"
    HUGE_LINE = "huge_line"
    INVALID_UTF8 = "invalid_utf8"
    RESET = "reset"
    HTTP_503 = "http_503"
    SLOW_DRIP = "slow_drip"


WEIGHTS = {Kind.MALFORMED: 35, Kind.DRIFT: 38, Kind.BAD_TYPE: 25, Kind.LATENCY: 2}
"""Shares of the hits in per cent."""

ON_REQUEST_WEIGHT = 10
DEFAULT_RATE = 0.1
DEFAULT_KINDS = tuple(WEIGHTS)
CONNECTION_FAULTS = frozenset({Kind.LATENCY, Kind.RESET, Kind.SLOW_DRIP})
"""Their line itself is the truth; what suffers is the connection, and only once a whole line went out on it."""

DRIFT_FIELDS = ("vendor_id", "total_amount", "status", "billing_address")
BAD_TYPE_FIELDS = ("amount", "total_amount", "vendor_id", "vendor", "billing_address")
MALFORMATIONS = ("half_object", "text", "unquoted_keys", "cut_utf8")

_KEY = Struct("<QQ").pack
_DRAW = Struct("<QIIQ").unpack
_WHOLE = 2**64


class Hit(NamedTuple):
    """`field` is what drift or bad_type struck; `detail` the way of it; `roll` 64 random bits for the damage itself."""

    n: int
    kind: Kind
    field: str | None
    detail: str | None
    roll: int


class Chaos:
    """One choice of rate (0 to 1, share of records) and kinds. Their order does not matter."""

    def __init__(self, rate: float = DEFAULT_RATE, kinds: Iterable[Kind] = DEFAULT_KINDS) -> None:
        asked = set(kinds)
        self.rate = rate
        self.refuses = Kind.HTTP_503 in asked
        self._kinds = tuple(
            kind for kind in Kind if kind in asked and kind is not Kind.HTTP_503 for _ in range(_weight(kind))
        )
        self._threshold = int(rate * _WHOLE) if self._kinds else 0

    def hit(self, seed: int, n: int) -> Hit | None:
        """What befalls record n, or None. `http_503` befalls connections, never a record."""
        digest = blake2b(_KEY(seed, n), digest_size=24, person=b"farm chaos").digest()
        chance, pick, way, roll = _DRAW(digest)
        if chance >= self._threshold:
            return None
        kind = self._kinds[pick % len(self._kinds)]
        if kind is Kind.DUPLICATE and n == 1:
            return None  # there is no record before the first
        return Hit(n, kind, *_way(kind, way), roll)

    def refusal(self, seed: int, connection: int) -> bool:
        """Whether the draw for this connection of a seed (counted from 0) is an http_503."""
        if not self.refuses:
            return False
        digest = blake2b(_KEY(seed, connection), digest_size=8, person=b"farm door").digest()
        return int.from_bytes(digest, "little") < int(self.rate * _WHOLE)


def hit(seed: int, n: int, rate: float = DEFAULT_RATE, kinds: Iterable[Kind] = DEFAULT_KINDS) -> Hit | None:
    """`Chaos(rate, kinds).hit(seed, n)`, for a single question."""
    return _chaos(rate, frozenset(kinds)).hit(seed, n)


@lru_cache(maxsize=64)
def _chaos(rate: float, kinds: frozenset[Kind]) -> Chaos:
    return Chaos(rate, kinds)


def _weight(kind: Kind) -> int:
    return WEIGHTS.get(kind, ON_REQUEST_WEIGHT)


def _way(kind: Kind, way: int) -> tuple[str | None, str | None]:
    """The field and the detail of a hit."""
    match kind:
        case Kind.MALFORMED:
            return None, MALFORMATIONS[way % len(MALFORMATIONS)]
        case Kind.DRIFT:
            return DRIFT_FIELDS[way % len(DRIFT_FIELDS)], "removed"
        case Kind.BAD_TYPE:
            field = BAD_TYPE_FIELDS[way % len(BAD_TYPE_FIELDS)]
            return field, "null" if field == "vendor_id" else "string"
    return None, None
