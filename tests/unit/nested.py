"""A value that is nested as deep as a test wants."""

from typing import Any


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value
