"""How deep values of others may be nested: what was read at one depth of the stack must be written at another."""

from typing import Any

DEEPEST = 64  # levels


def too_deep(value: Any, most: int = DEEPEST) -> bool:
    """Whether lists and objects in `value` stand in each other more than `most` times. Without recursion."""
    waiting: list[tuple[int, Any]] = [(0, value)]
    while waiting:
        depth, each = waiting.pop()
        below = list(each.values()) if isinstance(each, dict) else each if isinstance(each, list) else None
        if below is None:
            continue
        if depth == most:
            return True
        waiting += [(depth + 1, inner) for inner in below]
    return False
