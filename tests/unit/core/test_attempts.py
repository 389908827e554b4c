"""What bounds guessing."""

import pytest

from aos.core import attempts as module
from aos.core.attempts import LINK_S, MOST_FAILURES, WINDOW_S, Attempts, StartLink
from aos.core.clock import FakeClock
from aos.core.errors import TooMany


def test_an_address_waits_after_ten_failures_within_a_minute(clock: FakeClock) -> None:
    """It is told how long; the others are not held up; after it, there is one try for each that is a minute old."""
    attempts = Attempts(clock)
    for _ in range(MOST_FAILURES):
        attempts.check("a")
        attempts.failed("a")
        clock.advance(1)
    with pytest.raises(TooMany) as refused:
        attempts.check("a")
    assert refused.value.extra == {"retry_after_s": 50}
    assert (refused.value.status, refused.value.retryable) == (429, True)
    attempts.check("b")
    clock.advance(50)
    attempts.check("a")
    attempts.failed("a")
    with pytest.raises(TooMany):
        attempts.check("a")
    clock.advance(WINDOW_S)
    attempts.check("a")


def test_failures_of_many_addresses_take_bounded_memory(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one whose last failure is the oldest is forgotten first."""
    monkeypatch.setattr(module, "MOST_ADDRESSES", 3)
    attempts = Attempts(clock)
    for address in ("a", "b", "c", "a", "d", "e"):
        attempts.failed(address)
    assert list(attempts._failed) == ["a", "d", "e"]


def test_the_start_link_opens_once(clock: FakeClock) -> None:
    """Wrong tokens don't use it up."""
    link = StartLink(clock)
    assert [link.use(token) for token in ("", "x", link.token + "x", "ü")] == [False] * 4
    assert link.use(link.token)
    assert not link.use(link.token)


def test_the_start_link_opens_for_fifteen_minutes(clock: FakeClock) -> None:
    """And not a moment longer."""
    late, last = StartLink(clock), StartLink(clock)
    clock.advance(LINK_S - 0.001)
    assert last.use(last.token)
    clock.advance(0.001)
    assert not late.use(late.token)


def test_every_start_has_a_link_of_its_own(clock: FakeClock) -> None:
    """256 random bits."""
    tokens = {StartLink(clock).token for _ in range(50)}
    assert len(tokens) == 50
    assert all(len(token) == 43 for token in tokens)
