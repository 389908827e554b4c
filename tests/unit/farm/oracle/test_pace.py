"""Lines are due at start + k / rate, and meant silences move the schedule on."""

import pytest

from aos.core.clock import FakeClock
from aos.farm.oracle.pace import UNBOUNDED, Pace


@pytest.mark.parametrize("rate", [0.001, 1.0, 3.0, 10.0, 100.0, 333.3, 1_000_000.0])
async def test_line_k_goes_out_at_its_time(rate: float) -> None:
    """The first at once, every further one 1 / rate later, without drift over thousands of lines."""
    clock = FakeClock()
    start, pace = clock.monotonic(), Pace(clock, rate)
    for k in range(3_000):
        assert await pace.due() == 1
        assert clock.monotonic() - start == pytest.approx(k / rate, abs=1e-6)
        pace.sent(1)


async def test_lateness_is_made_up_at_once() -> None:
    """After two busy seconds at 10/s, 21 lines are due together and the next one on time."""
    clock = FakeClock()
    pace = Pace(clock, 10.0)
    clock.advance(2.0)
    assert await pace.due() == 21
    pace.sent(21)
    start = clock.monotonic()
    assert await pace.due() == 1
    assert clock.monotonic() - start == pytest.approx(0.1)


async def test_meant_silence_is_not_made_up() -> None:
    """After five seconds of latency the lines come at their old pace, with no burst."""
    clock = FakeClock()
    pace = Pace(clock, 100.0)
    assert await pace.due() == 1
    pace.sent(1)
    clock.advance(5.0)
    pace.shift(5.0)
    start = clock.monotonic()
    assert await pace.due() == 1
    assert clock.monotonic() - start == pytest.approx(0.01)


async def test_unpaced_never_waits() -> None:
    """`max` has everything due at once."""
    clock = FakeClock()
    pace = Pace(clock, None)
    assert await pace.due() == UNBOUNDED
    assert clock.slept == []
