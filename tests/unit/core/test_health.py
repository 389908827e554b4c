"""Health follows progress, not liveness."""

import pytest

from aos.contracts.health import State
from aos.core.clock import FakeClock
from aos.core.health import Health


def test_since_moves_only_with_the_state(clock: FakeClock) -> None:
    """A new reason for the same state does not start the time anew; `set` says whether the state changed."""
    vital = Health(clock).register("w", "worker")
    clock.advance(5)
    assert vital.set(State.RUNNING, "one")
    since = vital.report().since
    clock.advance(5)
    assert not vital.set(State.RUNNING, "two")
    assert (vital.report().since, vital.report().reason) == (since, "two")
    assert vital.set(State.DEGRADED, "three", "waiting")
    assert (vital.report().since, vital.report().next_action) == (since + 5000, "waiting")


def test_ages_are_told_from_the_first_progress_on(clock: FakeClock) -> None:
    """None for what never happened, else seconds."""
    vital = Health(clock).register("w", "connector")
    vital.progress("byte")
    clock.advance(2.5)
    vital.progress("record")
    report = vital.report()
    assert (report.last_byte_age_s, report.last_record_age_s, report.last_ack_age_s) == (2.5, 0.0, None)


def test_register_again_gives_the_same_vital(clock: FakeClock) -> None:
    """A worker that is restarted goes on with its account."""
    health = Health(clock)
    assert health.register("w", "worker") is health.register("w", "other")
    health.forget("w")
    health.forget("w")
    assert health.reports() == []


@pytest.mark.parametrize(
    ("state", "blocks"),
    [
        (State.STARTING, True),
        (State.RECOVERING, True),
        (State.STOPPED, True),
        (State.RUNNING, False),
        (State.IDLE, False),
        (State.STALLED, False),
        (State.CIRCUIT_OPEN, False),
        (State.PAUSED, False),
        (State.DEGRADED, False),
    ],
)
def test_only_what_is_required_and_down_blocks(clock: FakeClock, state: State, blocks: bool) -> None:
    """A degraded pipe is listed, not a 503; what is not required never blocks."""
    health = Health(clock)
    health.register("redis", "worker", required=True).set(state, "because")
    health.register("pipe", "connector").set(state, "because")
    assert health.blocking() == (["redis: because"] if blocks else [])
    assert [report.name for report in health.reports()] == ["redis", "pipe"]


def test_detail_in_a_report_is_a_copy(clock: FakeClock) -> None:
    """A report that was given out does not change afterwards."""
    vital = Health(clock).register("w", "worker")
    vital.detail["pid"] = 1
    report = vital.report()
    vital.detail["pid"] = 2
    assert report.detail == {"pid": 1}


def test_worker_that_says_it_runs_but_makes_no_progress_is_reported_stalled(clock: FakeClock) -> None:
    """Health follows progress: silence past what was promised is `stalled`, with since when and what to do."""
    vital = Health(clock).register("consumer", "worker")
    vital.expect("ack", 30.0)
    vital.set(State.RUNNING, "filing")
    clock.advance(29)
    assert vital.report().state is State.RUNNING
    vital.progress("ack")
    clock.advance(31)
    report = vital.report()
    assert report.state is State.STALLED
    assert "no progress for 31 s" in report.reason
    assert report.next_action
    assert report.since == int((clock.wall() - 31) * 1000)
    vital.progress("ack")
    assert vital.report().state is State.RUNNING


def test_idle_worker_is_not_stalled(clock: FakeClock) -> None:
    """Nothing to do is no stall, however long."""
    vital = Health(clock).register("consumer", "worker")
    vital.expect("ack", 30.0)
    vital.set(State.IDLE, "nothing to file")
    clock.advance(10_000)
    assert vital.report().state is State.IDLE
