"""The choices of one row: bits of BLAKE2b(seed, generator, row, choice), the same in any process and on any Python."""

from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import blake2b
from struct import Struct
from typing import TypeVar

T = TypeVar("T")
_KEY = Struct("<QQQ").pack
_WORDS = Struct("<8Q").unpack
FIRST_DAY = date(2023, 1, 1)
DAYS = 1096  # 2023-01-01 to 2025-12-31, the twelve quarters of `finance_quarterly`


class Draw:
    """An endless row of numbers that belongs to (`seed`, `name`, `n`) alone."""

    def __init__(self, seed: int, name: str, n: int) -> None:
        self._seed, self._person, self._n = seed, name.encode()[:16], n
        self._block = 0
        self._words: list[int] = []

    def below(self, limit: int) -> int:
        """0 to `limit` - 1. A bias of 2^-40 for the limits used here does not matter."""
        if not self._words:
            key = _KEY(self._seed, self._n, self._block)
            self._words = list(_WORDS(blake2b(key, digest_size=64, person=self._person).digest()))
            self._block += 1
        return self._words.pop() % limit

    def between(self, low: int, high: int) -> int:
        """`low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def money(self, low_cents: int, high_cents: int) -> float:
        """An amount with two decimals: the float nearest to it, so its JSON text is exact."""
        return self.between(low_cents, high_cents) / 100

    def day(self) -> date:
        """A day of the three years."""
        return FIRST_DAY + timedelta(days=self.below(DAYS))
