"""When a stream outruns its source of truth: nothing is asked for in vain, and asking begins again by itself."""

import pytest

from aos.core.clock import FakeClock
from aos.dcl.sidecar.batch import Batch
from aos.dcl.sidecar.batch_repair import CALM_S, LONGEST_REST_S, SHORTEST_REST_S, Rest
from tests.unit.dcl.sidecar.test_batch import enveloper


def batch(clock: FakeClock, *, hurried: bool) -> Batch:
    opened = Batch(enveloper(), None, 0, "", clock.monotonic(), 1234)
    if hurried:
        opened.hurry()
        assert opened.over.is_set()
    return opened


def test_repairs_in_time_never_rest() -> None:
    """However many there are."""
    clock = FakeClock(0.0)
    rest = Rest(clock)
    for _ in range(100):
        rest.after(batch(clock, hurried=False))
        assert not rest.on


def test_each_hurry_doubles_the_rest_up_to_its_longest() -> None:
    """0.1 s, 0.2 s ... 2 s while it goes on; after a calm time it begins at the shortest again."""
    clock = FakeClock(0.0)
    rest = Rest(clock)
    expected = SHORTEST_REST_S
    for _ in range(8):
        rest.after(batch(clock, hurried=True))
        assert rest.on
        clock.advance(expected - 0.001)
        assert rest.on
        clock.advance(0.002)
        assert not rest.on
        expected = min(2 * expected, LONGEST_REST_S)
    clock.advance(CALM_S)
    rest.after(batch(clock, hurried=True))
    clock.advance(SHORTEST_REST_S + 0.001)
    assert not rest.on


@pytest.mark.parametrize("after_rest", [False, True])
def test_batches_from_before_a_rest_count_once(after_rest: bool) -> None:
    """Several batches wait at once; that they are hurried one after the other is one event, not many."""
    clock = FakeClock(0.0)
    rest = Rest(clock)
    before = [batch(clock, hurried=True) for _ in range(16)]
    for each in before:
        rest.after(each)
    if after_rest:
        clock.advance(SHORTEST_REST_S)
        for each in before:
            rest.after(each)
    clock.advance(SHORTEST_REST_S + 0.001)
    assert not rest.on
