"""Two things that bound guessing: how often an address may fail, and a link that opens once."""

import secrets

from aos.core.auth import digest
from aos.core.clock import Clock
from aos.core.errors import TooMany

MOST_FAILURES = 10
WINDOW_S = 60.0
MOST_ADDRESSES = 10_000
LINK_S = 15 * 60.0


class Attempts:
    """Failures by address: after ten within a minute it waits until the first of them is a minute old."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failed: dict[str, list[float]] = {}

    def check(self, address: str) -> None:
        """`TooMany` while the address has to wait."""
        now = self._clock.monotonic()
        recent = [at for at in self._failed.get(address, ()) if now - at < WINDOW_S]
        if len(recent) >= MOST_FAILURES:
            wait = max(1, round(recent[-MOST_FAILURES] + WINDOW_S - now))
            raise TooMany(f"Too many failed tries from here; wait {wait} s", retry_after_s=wait)

    def failed(self, address: str) -> None:
        now = self._clock.monotonic()
        recent = [at for at in self._failed.pop(address, ()) if now - at < WINDOW_S]
        if len(self._failed) >= MOST_ADDRESSES:
            del self._failed[next(iter(self._failed))]  # the one whose last failure is the oldest
        self._failed[address] = [*recent, now][-MOST_FAILURES:]


class StartLink:
    """The token of the link that the console shows at the start: opens once, within fifteen minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.token = secrets.token_urlsafe(32)
        self._digest = digest(self.token)
        self._until = clock.monotonic() + LINK_S

    def use(self, token: str) -> bool:
        """Whether it opens. The first right one is the last."""
        right = secrets.compare_digest(digest(token), self._digest)
        if not right or self._clock.monotonic() >= self._until:
            return False
        self._until = float("-inf")
        return True
