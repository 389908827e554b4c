"""A drifted line and the true record become one line: what was missing or of the wrong type is filled in, nothing else.

Values are moved as the bytes that they were written in, so no number is rounded on its way and no text is respelled.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from aos.dcl.sidecar.faults import Fault, Steps, found_text, path_text

LONGEST_WAS = 1_000  # bytes of a replaced value that provenance keeps as they were; of a longer one it keeps a word

_Tree = dict[str | int, Any]  # a step → the tree below it, or None where the value itself is at fault
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_array = msgspec.json.Decoder(list[msgspec.Raw])


class Unlike(ValueError):
    """The true record has other items in a list than the line, so none of them can be told to be the same."""


class Merged(NamedTuple):
    """`was` has an entry for each field that was filled in; UNSET where there had been nothing."""

    line: bytes
    was: dict[str, Any]


def merge(line: bytes, truth: bytes, faults: Sequence[Fault]) -> Merged:
    """Fill in these faults, all of them repairable. What the truth lacks stays as it is: check the result.

    `Unlike` or a msgspec error where the truth has another shape than the line.
    """
    was: dict[str, Any] = {}
    return Merged(_filled(line, truth, _tree(faults), (), was), was)


def field_name(steps: Steps) -> str:
    """`vendor_id`, `vendor.tax_id`, `line_items[2].quantity`."""
    return path_text(steps).removeprefix("$").removeprefix(".")


def _tree(faults: Sequence[Fault]) -> _Tree:
    root: _Tree = {}
    for fault in faults:
        node = root
        for step in fault.steps[:-1]:
            node = node.setdefault(step, {})
        node[fault.steps[-1]] = None
    return root


def _filled(line: bytes, truth: bytes, tree: _Tree, steps: Steps, was: dict[str, Any]) -> bytes:
    """An object or an array of the line, with what the tree names taken from the truth."""
    if any(isinstance(step, int) for step in tree):
        return _filled_array(line, truth, tree, steps, was)
    held, true = _object.decode(line), _object.decode(truth)
    for step, below in tree.items():
        assert isinstance(step, str)
        if step not in true:
            continue
        if below is None:
            was[field_name((*steps, step))] = _shown(held[step]) if step in held else msgspec.UNSET
            held[step] = true[step]
        else:
            held[step] = msgspec.Raw(_filled(bytes(held[step]), bytes(true[step]), below, (*steps, step), was))
    return msgspec.json.encode(held)


def _filled_array(line: bytes, truth: bytes, tree: _Tree, steps: Steps, was: dict[str, Any]) -> bytes:
    """Items are told apart by their place alone, so the lists must be as long and an item's good values the same."""
    held, true = _array.decode(line), _array.decode(truth)
    if len(held) != len(true):
        raise Unlike(f"{path_text(steps)}: {len(true)} items at the source, {len(held)} in the line")
    for step, below in tree.items():
        assert isinstance(step, int)
        if below is None:
            was[field_name((*steps, step))] = _shown(held[step])
            held[step] = true[step]
        elif _agree(bytes(held[step]), bytes(true[step]), below):
            held[step] = msgspec.Raw(_filled(bytes(held[step]), bytes(true[step]), below, (*steps, step), was))
        else:
            raise Unlike(f"{path_text((*steps, step))}: another item at the source")
    return msgspec.json.encode(held)


def _agree(line: bytes, truth: bytes, tree: _Tree) -> bool:
    """Whether everything that is not at fault is the same in both, as far as both have it."""
    if any(isinstance(step, int) for step in tree):
        return True  # a list in the item: its own items are compared when it is filled in
    held, true = _object.decode(line), _object.decode(truth)
    for name in held.keys() & true.keys():
        if name not in tree:
            if msgspec.json.decode(held[name]) != msgspec.json.decode(true[name]):
                return False
        elif tree[name] is not None and not _agree(bytes(held[name]), bytes(true[name]), tree[name]):
            return False
    return True


def _shown(value: msgspec.Raw) -> Any:
    """A replaced value for provenance: as it was where every reader can hold it, else in a word."""
    try:
        found = msgspec.json.decode(value)
        msgspec.json.encode(found)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        return "a value that can't be shown"
    return value.copy() if len(bytes(value)) <= LONGEST_WAS else found_text(found)
