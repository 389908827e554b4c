"""Background tasks: none dies in silence, all end when told to."""

import asyncio

import pytest

from aos.contracts.health import State
from aos.core import workers as module
from aos.core.clock import FakeClock, SystemClock
from aos.core.events import Events
from aos.core.health import Health, Vital
from aos.core.metrics import Metrics
from aos.core.workers import Worker, Workers, pause


class Pool(Workers):
    """Workers with what they report to at hand."""

    def __init__(self, clock: FakeClock) -> None:
        self.health, self.stopping, self.metrics = Health(clock), asyncio.Event(), Metrics()
        super().__init__(self.health, clock, self.stopping, self.metrics, Events(clock))

    def task(self, name: str) -> "asyncio.Task[None]":
        return self._tasks[name]

    def restarts(self) -> float:
        return self.metrics.registry.get_sample_value("aos_worker_restarts_total") or 0.0


@pytest.fixture
async def pool(clock: FakeClock) -> Pool:
    return Pool(clock)


@pytest.mark.parametrize("early", [False, True])
async def test_worker_that_fails_is_restarted_and_counted(pool: Pool, clock: FakeClock, early: bool) -> None:
    """Raising, and returning although nobody asked, are the same failure; each rest is longer, up to 10 s."""
    runs, third = 0, asyncio.Event()

    async def run(vital: Vital) -> None:
        nonlocal runs
        runs += 1
        if runs < 12:
            assert vital.state is (State.STARTING if runs == 1 else State.RECOVERING)
            if early:
                return
            raise RuntimeError("boom")
        vital.set(State.RUNNING, "at work")
        third.set()
        await pool.stopping.wait()

    pool.start(Worker(name="w", run=run))
    await third.wait()
    [vital] = pool.health
    assert (vital.restarts, pool.restarts(), vital.state) == (11, 11, State.RUNNING)
    assert clock.slept[0] >= 0.1
    assert clock.slept[-1] == max(clock.slept) == 10
    pool.stopping.set()
    await pool.stop()
    assert vital.state is State.STOPPED


async def test_failing_worker_says_why(pool: Pool, caplog: pytest.LogCaptureFixture) -> None:
    """The reason stands in its health and in the log, with the exception."""
    failed = asyncio.Event()

    async def run(vital: Vital) -> None:
        if vital.restarts:
            failed.set()
            await pool.stopping.wait()
        else:
            raise RuntimeError("the pump is dry")

    pool.start(Worker(name="w", run=run, required=True))
    await failed.wait()
    [vital] = pool.health
    assert vital.reason == "failed: RuntimeError: the pump is dry"
    assert pool.health.blocking() == ["w: failed: RuntimeError: the pump is dry"]
    [record] = caplog.records
    assert record.exc_info
    pool.stopping.set()
    await pool.stop()


async def test_stop_lets_a_worker_finish_by_itself(pool: Pool) -> None:
    """Who watches `stopping` ends in order; nobody is cancelled."""
    finished = False

    async def run(vital: Vital) -> None:
        nonlocal finished
        await pool.stopping.wait()
        for _ in range(100):
            await asyncio.sleep(0)
        finished = True

    pool.start(Worker(name="w", run=run))
    await asyncio.sleep(0)
    pool.stopping.set()
    await pool.stop()
    assert finished


async def test_stop_ends_a_task_that_swallows_a_cancel(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """One cancel can be lost (Python 3.11): it is asked again."""
    monkeypatch.setattr(module, "STOP_PATIENCE_S", 0.01)
    swallowed = 0

    async def run(vital: Vital) -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed == 3:
                    raise

    pool.start(Worker(name="w", run=run))
    await asyncio.sleep(0)
    pool.stopping.set()
    await pool.stop()
    assert pool.task("w").cancelled()
    assert swallowed == 3


async def test_stop_of_a_worker_that_fails_at_the_end_is_told(pool: Pool, caplog: pytest.LogCaptureFixture) -> None:
    """A failure while stopping is logged, not restarted, and does not keep the others."""

    async def run(vital: Vital) -> None:
        await pool.stopping.wait()
        raise RuntimeError("could not close")

    pool.start(Worker(name="w", run=run))
    await asyncio.sleep(0)
    pool.stopping.set()
    await pool.stop()
    assert [record.getMessage() for record in caplog.records] == ["Worker ended with an error"]
    assert pool.restarts() == 0


async def test_stop_during_a_rest_does_not_wait_for_it(caplog: pytest.LogCaptureFixture) -> None:
    """A worker that rests after a failure wakes up to end."""

    class Slow(FakeClock):
        async def sleep(self, seconds: float) -> None:
            self.slept.append(seconds)
            await asyncio.Event().wait()

    clock = Slow()
    pool = Pool(clock)

    async def run(vital: Vital) -> None:
        if not pool.stopping.is_set():
            raise RuntimeError("boom")

    pool.start(Worker(name="w", run=run))
    while not clock.slept:
        await asyncio.sleep(0)
    pool.stopping.set()
    await pool.stop()
    assert not pool.task("w").cancelled()


async def test_pause_ends_at_the_stop() -> None:
    """And says which of the two it was; neither of its tasks is left."""
    stopping, clock = asyncio.Event(), SystemClock()
    assert not await pause(clock, stopping, 0)
    waiting = asyncio.create_task(pause(clock, stopping, 3600))
    await asyncio.sleep(0)
    stopping.set()
    assert await waiting
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_pause_that_is_cancelled_leaves_no_task() -> None:
    """Cancellation passes through."""
    waiting = asyncio.create_task(pause(SystemClock(), asyncio.Event(), 3600))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert asyncio.all_tasks() == {asyncio.current_task()}
