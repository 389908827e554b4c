"""The budget of refused lines: a ratio of the last lines, by position."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.contracts.ingest import QuarantineBudget
from aos.dcl.sidecar.budget import Budget


def spent_at(limit: QuarantineBudget | None, positions: list[int]) -> int | None:
    """The position that spends the budget, if one does."""
    budget = Budget(limit)
    for position in positions:
        budget.refuse(position)
        if budget.spent:
            return position
    return None


@pytest.mark.parametrize(
    ("ratio", "window", "positions", "spent"),
    [
        (0.0, 1, [7], 7),
        (0.5, 4, [1, 2], None),
        (0.5, 4, [1, 2, 3], 3),
        (0.5, 4, [1, 2, 5, 6, 9, 10], None),
        (0.5, 4, [1, 2, 5, 6, 7], 7),
        (1.0, 3, [1, 2, 3, 4, 5], None),
        (0.1, 30, [1, 2, 3], None),
    ],
)
def test_more_than_the_ratio_of_the_window_spends_it(
    ratio: float, window: int, positions: list[int], spent: int | None
) -> None:
    """Exactly the ratio does not; what lies before the window does not count."""
    assert spent_at(QuarantineBudget(ratio=ratio, window=window), positions) == spent


@given(st.lists(st.booleans(), max_size=200), st.integers(1, 30), st.floats(0, 1))
def test_it_agrees_with_counting_by_hand(refused: list[bool], window: int, ratio: float) -> None:
    """At the first refused line behind which the last `window` lines hold too many."""
    positions = [place for place, each in enumerate(refused, 1) if each]
    expected = next(
        (place for place in positions if sum(refused[max(0, place - window) : place]) > ratio * window), None
    )
    assert spent_at(QuarantineBudget(ratio=ratio, window=window), positions) == expected


def test_lines_that_are_read_again_count_once() -> None:
    """A reconnect begins at the cursor, behind which lines may have been judged already."""
    assert spent_at(QuarantineBudget(ratio=0.5, window=6), [1, 2, 3, 1, 2, 3]) is None
    assert spent_at(QuarantineBudget(ratio=0.5, window=6), [1, 2, 3, 2, 3, 4]) == 4


def test_without_a_limit_it_is_never_spent() -> None:
    """And after `renew` it begins anew."""
    assert spent_at(None, list(range(1, 100))) is None
    budget = Budget(QuarantineBudget(ratio=0, window=10))
    budget.refuse(1)
    assert budget.spent
    budget.renew()
    assert not budget.spent
    budget.refuse(2)
    assert budget.spent.startswith("1 of the last 10 lines")
