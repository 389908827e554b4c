"""YAML without its traps."""

import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from aos.core.errors import BadSettings
from aos.core.redact import one_line

Kind = TypeVar("Kind")


class StrictYaml(yaml.SafeLoader):
    """Refuses keys that stand twice, where PyYAML keeps the last, and reads 1e15 as a number, as YAML 1.2 does."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} stands twice", key.start_mark)
                seen.add(key.value)
        return super().construct_mapping(node, deep)


StrictYaml.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]+\Z"),
    list("-+.0123456789"),
)


def read_yaml(path: Path, kind: type[Kind]) -> Kind:
    """The file as `kind`. `BadSettings` names the file and the path in it."""
    try:
        read = yaml.load(path.read_bytes(), Loader=StrictYaml)  # noqa: S506 - a SafeLoader
        return msgspec.convert(read, kind)
    except OSError as error:
        raise BadSettings(f"{path}: can't be read: {error.strerror}") from error
    except (yaml.YAMLError, msgspec.ValidationError, ValueError, RecursionError) as error:
        raise BadSettings(f"{path}: {one_line(str(error))}") from error
