"""The circuit breaker, against a clock that moves when told to and against a model."""

import asyncio
from contextlib import ExitStack

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from aos.core.breaker import Breaker, BreakerMemory, BreakerPolicy, BreakerState
from aos.core.clock import FakeClock

POLICY = BreakerPolicy()


def tripped(clock: FakeClock) -> Breaker:
    breaker = Breaker(POLICY, clock)
    assert [breaker.failed() for _ in range(5)] == [False] * 4 + [True]
    return breaker


def allowed(breaker: Breaker) -> bool:
    with breaker.permit() as allowed:
        return allowed


def test_five_failures_in_a_row_open_it(clock: FakeClock) -> None:
    """It says so once, and lets nobody through for sixty seconds."""
    breaker = tripped(clock)
    assert breaker.state is BreakerState.OPEN
    assert breaker.rest_s == 60
    assert not breaker.failed()
    clock.advance(59.9)
    assert not allowed(breaker)
    clock.advance(0.1)
    assert breaker.rest_s == 0
    assert allowed(breaker)


def test_success_in_between_starts_the_count_anew(clock: FakeClock) -> None:
    """Failures must be consecutive."""
    breaker = Breaker(POLICY, clock)
    for _ in range(10):
        assert [breaker.failed() for _ in range(4)] == [False] * 4
        assert not breaker.succeeded()
    assert breaker.state is BreakerState.CLOSED


def test_failed_probe_rests_the_whole_time_again(clock: FakeClock) -> None:
    """Sixty seconds each time, told each time."""
    breaker = tripped(clock)
    for _ in range(3):
        clock.advance(60)
        with breaker.permit() as go:
            assert go
            assert breaker.failed()
        assert breaker.rest_s == 60


def test_good_probe_closes_it(clock: FakeClock) -> None:
    """One good record is enough; the next failure is the first of a new row."""
    breaker = tripped(clock)
    clock.advance(60)
    with breaker.permit():
        assert breaker.succeeded()
    assert breaker.state is BreakerState.CLOSED
    assert not breaker.failed()
    assert breaker.failures == 1


async def test_hundred_calls_at_half_open_make_one_probe(clock: FakeClock) -> None:
    """Everybody else is turned away until the probe has ended."""
    breaker = tripped(clock)
    clock.advance(60)
    ended = asyncio.Event()

    async def call() -> bool:
        with breaker.permit() as go:
            if go:
                await ended.wait()
            return go

    calls = [asyncio.create_task(call()) for _ in range(100)]
    done, _ = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.sleep(0)
    assert not any(task.result() for task in done)
    ended.set()
    assert sum(await asyncio.gather(*calls)) == 1


async def test_cancelled_probe_gives_the_permit_back(clock: FakeClock) -> None:
    """Being cancelled is neither success nor failure: the next one may probe."""
    breaker = tripped(clock)
    clock.advance(60)
    begun = asyncio.Event()

    async def probe() -> None:
        with breaker.permit() as go:
            assert go
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(probe())
    await begun.wait()
    assert not allowed(breaker)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert breaker.state is BreakerState.HALF_OPEN
    assert allowed(breaker)


def test_rest_goes_on_after_a_restart(clock: FakeClock) -> None:
    """What is left of the minute is still rested; the time that the process was away counts."""
    memory = tripped(clock).memory()
    clock.advance(20)
    again = Breaker(POLICY, clock, memory)
    assert (again.state, again.rest_s, again.failures) == (BreakerState.OPEN, 40, 5)
    clock.advance(1000)
    assert Breaker(POLICY, clock, memory).state is BreakerState.HALF_OPEN


def test_failures_are_counted_over_a_restart(clock: FakeClock) -> None:
    """Four before and one after make five."""
    breaker = Breaker(POLICY, clock)
    for _ in range(4):
        breaker.failed()
    again = Breaker(POLICY, clock, breaker.memory())
    assert again.state is BreakerState.CLOSED
    assert again.failed()


@pytest.mark.parametrize("hours", [-1, -24 * 365, 24 * 365])
def test_rest_is_never_longer_than_a_cooldown_when_the_clock_was_set(clock: FakeClock, hours: int) -> None:
    """A wall clock that was set back while we were away must not lock the source out."""
    memory = tripped(clock).memory()
    clock.advance(hours * 3600)
    assert 0 <= Breaker(POLICY, clock, memory).rest_s <= 60


def test_clock_set_back_during_a_rest_changes_nothing() -> None:
    """A running rest is measured on the monotonic clock alone."""

    class Jumping(FakeClock):
        jump = 0.0

        def wall(self) -> float:
            return self.now + self.jump

    clock = Jumping()
    breaker = tripped(clock)
    clock.jump = -7200
    clock.advance(30)
    assert breaker.rest_s == 30
    assert Breaker(POLICY, clock, breaker.memory()).rest_s == 30


def test_reset_for_a_new_target_closes_at_once(clock: FakeClock) -> None:
    """Another source's failures are not held against this one."""
    breaker = tripped(clock)
    breaker.reset()
    assert allowed(breaker)
    assert (breaker.failures, breaker.memory()) == (0, BreakerMemory())


def test_backoff_doubles_up_to_five_seconds(clock: FakeClock) -> None:
    """0.2 s doubling, jitter included never past 5 s, and the four waits before the trip are under 15 s together."""
    breaker = Breaker(BreakerPolicy(failures=100), clock)
    waits = []
    for _ in range(100):
        breaker.failed()
        waits.append(breaker.backoff_s())
    assert all(0.2 * 2**n <= wait <= 0.2 * 2**n + 0.2 for n, wait in enumerate(waits[:4]))
    assert max(waits) <= 5
    assert waits[-1] == 5
    assert sum(waits[:4]) < 15


class BreakerModel(RuleBasedStateMachine):
    """The promises in their plainest form: a list of failures, an end of the rest, at most one probe."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.breaker = Breaker(POLICY, self.clock)
        self.failures = 0
        self.until: float | None = None
        self.probe: ExitStack | None = None

    @property
    def state(self) -> BreakerState:
        if self.until is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self.clock.now < self.until else BreakerState.HALF_OPEN

    @rule(seconds=st.integers(0, 130))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @rule()
    def fail(self) -> None:
        opens = self.failures + 1 >= 5 if self.state is BreakerState.CLOSED else self.state is BreakerState.HALF_OPEN
        self.failures += 1
        assert self.breaker.failed() is opens
        if opens:
            self.until = self.clock.now + 60

    @rule()
    def succeed(self) -> None:
        assert self.breaker.succeeded() is (self.until is not None)
        self.failures, self.until = 0, None

    @precondition(lambda self: self.probe is None)
    @rule()
    def ask_and_hold(self) -> None:
        stack = ExitStack()
        state = self.state
        assert stack.enter_context(self.breaker.permit()) is (state is not BreakerState.OPEN)
        if state is BreakerState.HALF_OPEN:
            self.probe = stack
        else:
            stack.close()

    @precondition(lambda self: self.probe is not None)
    @rule()
    def let_go(self) -> None:
        assert self.probe is not None
        self.probe.close()
        self.probe = None

    @precondition(lambda self: self.probe is None)
    @rule()
    def restart(self) -> None:
        self.breaker = Breaker(POLICY, self.clock, self.breaker.memory())
        if self.state is BreakerState.HALF_OPEN:
            self.until = self.clock.now

    @invariant()
    def agrees(self) -> None:
        assert self.breaker.state is self.state
        assert self.breaker.failures == self.failures
        assert 0 <= self.breaker.rest_s <= 60
        others = self.state is BreakerState.CLOSED or (self.state is BreakerState.HALF_OPEN and self.probe is None)
        assert allowed(self.breaker) is others


BreakerModel.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestBreakerModel = BreakerModel.TestCase
