"""A refusal never repeats what was sent in the wrong place."""

from enum import Enum
from typing import Literal

import pytest

from aos.contracts.base import Strict
from aos.core.errors import InvalidInput
from aos.core.http import read_body

CANARY = "ghp_CANARY7f3a91c2"


class Colour(Enum):
    RED = "red"


class Inner(Strict, frozen=True):
    colour: Colour = Colour.RED


class Body(Strict, frozen=True):
    level: Literal["low", "high"] = "low"
    inner: Inner = Inner()


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        (f'{{"level": "{CANARY}"}}', "$.level"),
        (f'{{"level": "{CANARY} - at `$.x`\\n\'"}}', "$.level"),
        (f'{{"inner": {{"colour": "{CANARY}"}}}}', "$.inner.colour"),
        (f'{{"{CANARY}": 1}}', "$"),
        (f'{{"a`{CANARY}": 1}}', "$"),
        (f'{{"inner": {{"{CANARY}": 1}}}}', "$.inner"),
        (f'{{"level": "low", "x": {CANARY}}}', "$"),
    ],
)
def test_neither_a_value_nor_a_name_is_repeated(sent: str, path: str) -> None:
    """The place is named; what stands there is not."""
    with pytest.raises(InvalidInput) as raised:
        read_body(Body, sent.encode())
    assert "CANARY" not in f"{raised.value.message} {raised.value.extra}"
    assert raised.value.extra["path"].startswith(path)


@pytest.mark.parametrize("name", ["colour", "resource_ids", "resourceIds", "x-name", "field2"])
def test_a_name_that_reads_as_one_is_told(name: str) -> None:
    """A slip of the pen is found by it."""
    with pytest.raises(InvalidInput, match=f"unknown field `{name}`"):
        read_body(Body, f'{{"{name}": 1}}'.encode())
