"""The one layer of retries: how often, how long between, and for what."""

import httpx
import pytest

from aos.core.clock import FakeClock
from aos.core.module import Core
from aos.farm.runner.extract.http import asked_wait_s
from aos.farm.runner.faults import JobFault, Transient
from aos.farm.runner.retry import LONGEST_ASKED_S, MOST_S, tried


class Fails:
    """A call that fails with these, then gives `ok`."""

    def __init__(self, *faults: Exception) -> None:
        self.faults, self.calls = list(faults), 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.faults:
            raise self.faults.pop(0)
        return "ok"


async def test_a_transient_fault_is_tried_again_after_growing_waits(core: Core) -> None:
    """Counted in a metric; the answer is that of the try that went well."""
    call = Fails(*[Transient("x")] * 3)
    assert await tried(core, 3, "push", call) == "ok"
    assert isinstance(core.clock, FakeClock)
    assert (call.calls, len(core.clock.slept)) == (4, 3)
    assert all(0 <= waited <= MOST_S for waited in core.clock.slept)
    assert b'aos_farm_retries_total{what="push"} 3.0' in core.metrics.text()


async def test_what_the_other_side_asked_for_is_waited(core: Core) -> None:
    """`Retry-After`, up to a minute."""
    await tried(core, 3, "push", Fails(Transient("x", wait_s=30.0), Transient("x", wait_s=9999.0)))
    assert isinstance(core.clock, FakeClock)
    assert core.clock.slept == [30.0, LONGEST_ASKED_S]


@pytest.mark.parametrize("retries", [0, 1, 10])
async def test_tries_end(core: Core, retries: int) -> None:
    """One and `retries` more; then the fault itself comes out."""
    call = Fails(*[Transient("x")] * 20)
    with pytest.raises(Transient):
        await tried(core, retries, "push", call)
    assert call.calls == retries + 1


async def test_a_final_fault_is_not_tried_again(core: Core) -> None:
    """Not once."""
    call = Fails(JobFault("x", "y"))
    with pytest.raises(JobFault):
        await tried(core, 5, "push", call)
    assert call.calls == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("Mon, 12 Jan 1970 13:47:10 GMT", 30.0),
        ("Mon, 12 Jan 1970 13:46:00 GMT", 0.0),
        ("soon", 0.0),
        ("", 0.0),
        ("99999999999", 0.0),
        ("-3", 0.0),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str, seconds: float, clock: FakeClock) -> None:
    """RFC 9110; anything else asks for nothing."""
    assert asked_wait_s(httpx.Response(503, headers={"retry-after": header}), clock) == seconds
