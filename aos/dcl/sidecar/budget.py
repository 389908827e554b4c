"""How many of the last lines may be refused before a connector pauses."""

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
        while self._refused and self._refused[-1] >= position:
            self._refused.pop()
        self._refused.append(position)
        while self._refused[0] <= position - self._limit.window:
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
