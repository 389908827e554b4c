"""YAML without its traps."""

import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from aos.core.errors import BadSettings
from aos.core.redact import one_line

Kind = TypeVar("Kind")
DEEPEST = 64  # levels
_Quick: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, where PyYAML has it: ten times as fast


class TooDeep(yaml.YAMLError):
    """Nested deeper than is read."""


class _NoRepeats:
    """Refuses keys that stand twice, where PyYAML keeps the last, and reads 1e15 as a number, as YAML 1.2 does."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} stands twice", key.start_mark)
                seen.add(key.value)
        made: dict[Any, Any] = super().construct_mapping(node, deep)  # type: ignore[misc]
        return made


class StrictYaml(_NoRepeats, yaml.SafeLoader):
    """In Python alone: for the files that people write, since it says better than libyaml what is wrong where."""


class _QuickYaml(_NoRepeats, _Quick):  # type: ignore[misc]
    pass


for _loader in (StrictYaml, _QuickYaml):
    _loader.add_implicit_resolver(
        "tag:yaml.org,2002:float",
        re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]+\Z"),
        list("-+.0123456789"),
    )


def check_depth(source: bytes | str, deepest: int = DEEPEST) -> None:
    """`TooDeep` for what is nested more than `deepest` levels.

    The parser's events come one by one from a stack on the heap, so that looking at them is safe at any depth. To
    compose their nodes is not: libyaml's part of PyYAML ends the whole process some ten thousand levels down."""
    events, depth = _Quick(source), 0
    while (event := events.get_event()) is not None and not isinstance(event, yaml.StreamEndEvent):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > deepest:
                raise TooDeep(f"nested more than {deepest} levels deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def load_yaml(source: bytes | str) -> Any:
    """The one document in `source`, None where it holds none. `yaml.YAMLError`, and `ValueError` of odd numbers."""
    check_depth(source)
    return _QuickYaml(source).get_single_data()


def read_yaml(path: Path, kind: type[Kind]) -> Kind:
    """The file as `kind`. `BadSettings` names the file and the path in it."""
    try:
        return msgspec.convert(load_yaml(path.read_bytes()), kind)
    except OSError as error:
        raise BadSettings(f"{path}: can't be read: {error.strerror}") from error
    except (yaml.YAMLError, msgspec.ValidationError, ValueError) as error:
        raise BadSettings(f"{path}: {one_line(str(error))}") from error
