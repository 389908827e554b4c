"""Depth of values that others wrote."""

from typing import Any

import pytest

from aos.core.nesting import too_deep


@pytest.mark.parametrize("levels", [0, 1, 64, 65, 20_000])
@pytest.mark.parametrize("shape", [list, dict])
def test_only_what_is_deeper_than_the_limit_is_too_deep(levels: int, shape: type) -> None:
    """Lists and objects count alike; however deep, it ends."""
    value: Any = 1
    for _ in range(levels):
        value = [1, value] if shape is list else {"a": value, "b": 1}
    assert too_deep(value) == (levels > 64)


def test_width_is_no_depth() -> None:
    """Many things beside each other are fine."""
    assert not too_deep([[number] for number in range(10_000)])
