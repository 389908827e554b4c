"""The way to one account: its pace, its rests, and that nobody else's are touched."""

import asyncio

import pytest

from aos.aam.onboarding.failure import Kind
from aos.aam.onboarding.lane import BURST, MOST_LANES, Lane, Lanes, Resting
from aos.core.clock import FakeClock


async def call(lane: Lane, clock: FakeClock, within_s: float = 30.0) -> None:
    async with lane.place(clock.monotonic() + within_s):
        return


async def test_a_burst_goes_at_once_and_then_the_rate_holds(clock: FakeClock) -> None:
    """Twenty without a wait, the next one a gap later."""
    lane = Lane(clock, rate_per_s=2, places=8)
    for _ in range(BURST):
        await call(lane, clock)
    assert clock.slept == []
    await call(lane, clock)
    assert clock.slept == [pytest.approx(0.5)]


async def test_a_turn_that_comes_too_late_is_not_waited_for(clock: FakeClock) -> None:
    """The caller's deadline is kept, and no turn is used up."""
    lane = Lane(clock, rate_per_s=0.1, places=8)
    for _ in range(BURST):
        await call(lane, clock)
    with pytest.raises(Resting) as caught:
        await call(lane, clock, within_s=5)
    assert (caught.value.kind, caught.value.rest_s) == (Kind.THROTTLED, pytest.approx(10))
    clock.advance(10)
    await call(lane, clock, within_s=0)


async def test_a_rest_gives_its_unused_turns_back_up_to_the_burst(clock: FakeClock) -> None:
    """An hour of silence is worth twenty calls, not thousands."""
    lane = Lane(clock, rate_per_s=1, places=8)
    clock.advance(3600)
    for _ in range(BURST):
        await call(lane, clock)
    assert clock.slept == []
    await call(lane, clock)
    assert clock.slept == [pytest.approx(1)]


async def test_everybody_waits_when_the_source_asks(clock: FakeClock) -> None:
    """What one call was told holds for the next one."""
    lane = Lane(clock, rate_per_s=5, places=8)
    lane.told_to_wait(7)
    await call(lane, clock)
    assert clock.slept == [pytest.approx(7)]


async def test_the_breaker_rests_and_lets_one_through(clock: FakeClock) -> None:
    """Five failures, a minute of nothing, one probe at a time."""
    lane = Lane(clock, rate_per_s=5, places=8)
    for _ in range(5):
        lane.failed()
    with pytest.raises(Resting) as caught:
        await call(lane, clock)
    assert caught.value.kind is Kind.NETWORK
    clock.advance(61)
    async with lane.place(clock.monotonic() + 1):
        with pytest.raises(Resting):
            await call(lane, clock)
    lane.succeeded()
    await call(lane, clock)


async def test_a_place_is_given_back_however_its_call_ends(clock: FakeClock) -> None:
    """An error and a cancellation leave no place taken."""
    lane = Lane(clock, rate_per_s=50, places=1)
    with pytest.raises(ValueError, match="x"):
        async with lane.place(clock.monotonic() + 1):
            raise ValueError("x")

    async def forever() -> None:
        async with lane.place(clock.monotonic() + 1):
            await asyncio.Event().wait()

    task = asyncio.create_task(forever())
    await asyncio.sleep(0)
    assert not lane.idle
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await call(lane, clock)
    assert lane.idle


async def test_lanes_are_each_accounts_own_and_idle_ones_give_way(clock: FakeClock) -> None:
    """The same account is the same lane; one that rests or works is never forgotten."""
    lanes = Lanes(clock)
    resting = lanes.lane("slack", "acme", 1, 8)
    assert lanes.lane("slack", "acme", 1, 8) is resting
    assert lanes.lane("slack", "globex", 1, 8) is not resting
    resting.told_to_wait(100)
    for number in range(MOST_LANES + 10):
        lanes.lane("slack", f"account-{number}", 1, 8)
    assert lanes.lane("slack", "acme", 1, 8) is resting
    assert len(lanes._lanes) <= MOST_LANES
