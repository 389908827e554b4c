"""How many of the last lines may be refused before a connector pauses."""

from bisect import bisect_left
from collections import deque

from aos.contracts.ingest import QuarantineBudget


class Budget:
    """Counts refused lines by their position, so that lines which are read again are not counted twice."""

    def __init__(self, limit: QuarantineBudget | None) -> None:
        self._limit = limit
        self._refused: deque[int] = deque()
        self.spent = ""

    def refuse(self, position: int) -> None:
        """A line was refused. `spent` says the figures once that is one too many."""
        if self._limit is None or self.spent:
            return
        if self._refused and self._refused[-1] >= position:  # read again, or its repair took longer than those behind
            place = bisect_left(self._refused, position)
            if self._refused[place] == position:
                return
            self._refused.insert(place, position)
        else:
            self._refused.append(position)
        while self._refused[0] <= self._refused[-1] - self._limit.window:
            self._refused.popleft()
        if len(self._refused) > self._limit.ratio * self._limit.window:
            self.spent = (
                f"{len(self._refused)} of the last {self._limit.window} lines were refused,"
                f" more than the budget of {100 * self._limit.ratio:g} %"
            )

    def renew(self) -> None:
        """Begin anew."""
        self._refused.clear()
        self.spent = ""
