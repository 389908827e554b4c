"""A contract file's YAML: nothing in it unfolds without end, and a path's line can be told."""

import re
from typing import NamedTuple

import yaml

from aos.core.strict_yaml import StrictYaml
from aos.dcl.sidecar.odcs_text import refuse

MOST_BYTES = 256 * 1024  # a contract of a thousand properties has less
MOST_NODES = 50_000  # keys and values, each alias counted with all that it stands for
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


class Document(NamedTuple):
    """What a file says, and its nodes, which know their lines."""

    value: object
    root: yaml.Node | None

    def line_of(self, where: str) -> int | None:
        """The line of `schema[0].properties[1].enum`, or of the nearest thing above it that is there."""
        node, line = self.root, None
        for step in _STEP.finditer(where):
            found = _below(node, step)
            if found is None:
                break
            node, line = found
        return line


def read_yaml(source: bytes) -> Document:
    """The one document in `source`; InvalidInput names the line at fault."""
    if len(source) > MOST_BYTES:
        refuse("file", f"is larger than {MOST_BYTES // 1024} KiB")
    try:
        loader = StrictYaml(source)
        try:
            root = loader.get_single_node()
            if root is None:
                return Document(None, None)
            if _unfolded(root, {}) > MOST_NODES:
                refuse("file", f"holds more than {MOST_NODES} keys and values when its aliases are followed")
            return Document(loader.construct_document(root), root)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else "file"
        refuse(line, str(error.problem or "not YAML"))
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError) as error:  # tags that do not fit
        refuse("file", f"not YAML: {error!r:.200}")


def _unfolded(node: yaml.Node, known: dict[int, int]) -> int:
    """How many nodes there are once every alias is replaced by what it stands for. Nodes are shared, so this is quick
    where the unfolding itself would fill the memory."""
    if id(node) in known:
        if known[id(node)] == 0:
            raise yaml.constructor.ConstructorError(None, None, "an alias in it leads back to itself", node.start_mark)
        return known[id(node)]
    known[id(node)] = 0
    total = 1
    if isinstance(node, yaml.MappingNode):
        total += sum(_unfolded(each, known) for pair in node.value for each in pair)
    elif isinstance(node, yaml.SequenceNode):
        total += sum(_unfolded(each, known) for each in node.value)
    known[id(node)] = total
    return total


def _below(node: yaml.Node | None, step: re.Match[str]) -> tuple[yaml.Node, int] | None:
    index, name = step.groups()
    if index is not None and isinstance(node, yaml.SequenceNode) and int(index) < len(node.value):
        item = node.value[int(index)]
        return item, item.start_mark.line + 1
    if name is not None and isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == name:
                return value, key.start_mark.line + 1
    return None
