"""The path of a fault in a body leads to the very field, also through mappings."""

from typing import Annotated, Any

import msgspec
import pytest

from aos.contracts.base import Strict
from aos.core.errors import InvalidInput
from aos.core.http import read_body


class Leaf(Strict, frozen=True):
    target: str


class Tree(Strict, frozen=True):
    named: dict[Annotated[str, msgspec.Meta(max_length=80)], Leaf] = msgspec.field(default_factory=dict)
    maybe: Annotated[dict[str, list[dict[str, Leaf]]], msgspec.Meta(max_length=9)] | None = None
    pairs: tuple[dict[str, int], ...] = ()


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"named": {"good": {"target": "x"}, "id": {"target": 5}}}, "$.named.id.target"),
        ({"named": {"id": 5}}, "$.named.id"),
        ({"named": {"a.b": {"target": 5}}}, '$.named["a.b"].target'),
        ({"named": {'a"]`\n\0': {"target": 5}}}, '$.named["a\\"]`\\n\\u0000"].target'),
        ({"named": {"[...]": {"target": 5}}}, '$.named["[...]"].target'),
        ({"named": {"": {"target": 5}}}, '$.named[""].target'),
        ({"named": {"k" * 70: {"target": 5}}}, f'$.named["{"k" * 64}…"].target'),
        ({"named": {"k" * 81: {"target": "x"}}}, f'$.named["{"k" * 64}…"]'),
        ({"maybe": {"a": [], "b": [{}, {"c": {"target": 1}}]}}, "$.maybe.b[1].c.target"),
        ({"maybe": {"b": [{"c": {"target": "x", "surplus": 1}}]}}, "$.maybe.b[0].c.surplus"),
        ({"maybe": {"b": [{"c": {}}]}}, "$.maybe.b[0].c.target"),
        ({"pairs": [{"a": 1}, {"b": "x"}]}, "$.pairs[1].b"),
        ({"surplus": 1}, "$.surplus"),
        ({"odd ` name": 1}, "$"),  # it reads as no name, and may be a token in the wrong place
    ],
)
def test_the_path_has_the_key_that_was_sent(body: Any, path: str) -> None:
    """Whatever it is: quoted where it is no plain name, and cut where it is long."""
    with pytest.raises(InvalidInput) as caught:
        read_body(Tree, msgspec.json.encode(body))
    assert caught.value.extra["path"] == path


@pytest.mark.parametrize(
    "raw",
    [
        b'{"named": {"id": {"target": 5}}, "pairs": [}',
        b'{"named": {"id": {"target": 5}}, "x": ' + b"[" * 100_000,
        b'{"named": {"id": {"target": 5}}, "named": {}}',
        b'{"named": {"id": {"target": 5}}, "named": 7}',
    ],
)
def test_a_body_that_can_not_be_read_twice_keeps_the_place_that_was_found(raw: bytes) -> None:
    """Broken or another one behind the fault: the path is a vaguer one, and still a 422."""
    with pytest.raises(InvalidInput) as caught:
        read_body(Tree, raw)
    assert caught.value.extra["path"] == "$.named[...].target"
