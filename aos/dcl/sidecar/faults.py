"""The second pass: every fault of a record that the contract's decoder refused, by JSON path.

msgspec reports the first fault only. This walks the property tree beside the plainly decoded record, and agrees with
the decoder: it finds a fault exactly when the decoder refuses (but for keys that stand twice: a decoded object has only
the last of them).
"""

import datetime
import itertools
import json
import math
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Literal

import msgspec

from aos.dcl.sidecar.patterns import Matcher

MAX_FAULTS = 1000  # a 1 MiB line of empty objects would otherwise name millions
FOUND_CHARACTERS = 60
INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1  # what every reader after us can hold

Kind = Literal["missing", "type", "enum", "range", "pattern", "length"]
LogicalType = Literal["string", "number", "integer", "boolean", "date", "timestamp", "object", "array"]
Steps = tuple[str | int, ...]
_NUMBERS = (float, int, Decimal)


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """One node of a contract; `name` is empty for the items of an array.

    Lengths are characters of a string or items of an array. `pattern` is as the contract writes it, `regex` the same
    compiled. `timezone`: None takes a timestamp with or without one.
    """

    name: str
    type: LogicalType
    required: bool = False
    pattern: str | None = None
    regex: Matcher | None = None
    enum: tuple[str | int, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None
    exclusive_maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    timezone: bool | None = None
    properties: "tuple[Property, ...]" = ()
    items: "Property | None" = None


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one field. `path` is for people (`$.line_items[2].quantity`), `steps` leads there in code.

    `found` is short and plain ASCII, fit for a log line.
    """

    path: str
    kind: Kind
    expected: str
    found: str
    steps: Steps

    @property
    def repairable(self) -> bool:
        """Whether a source of truth may fill it in. A value of the right type is never overwritten (spec: Phase 3)."""
        return self.kind in ("missing", "type", "enum")


def find_faults(root: Property, record: object) -> tuple[Fault, ...]:
    """Every fault of a plainly decoded record (numbers as int, float or Decimal), in the contract's order.

    Past `MAX_FAULTS` the rest is left out.
    """
    kind = _own_fault(root, record)
    if kind is not None:
        return (_fault(root, kind, found_text(record), ()),)
    return tuple(itertools.islice(_inside(root, record, ()), MAX_FAULTS))


def _inside(node: Property, value: Any, steps: Steps) -> Iterator[Fault]:
    """The faults of what an object or an array holds."""
    for child in node.properties:
        if child.name in value:
            yield from _at(child, value[child.name], steps, child.name)
        elif child.required:
            yield _fault(child, "missing", "nothing", (*steps, child.name))
    if node.items is not None:
        for index, item in enumerate(value):
            yield from _at(node.items, item, steps, index)


def _at(node: Property, value: Any, steps: Steps, step: str | int) -> Iterable[Fault]:
    if value is None and not node.required:
        return ()
    kind = _own_fault(node, value)
    if kind is None and node.type not in ("object", "array"):
        return ()
    here = (*steps, step)
    own = () if kind is None else (_fault(node, kind, found_text(value), here),)
    return own if kind == "type" else itertools.chain(own, _inside(node, value, here))


def _fault(node: Property, kind: Kind, found: str, steps: Steps) -> Fault:
    return Fault(path_text(steps), kind, expected_text(node), found, steps)


def _own_fault(node: Property, value: Any) -> Kind | None:
    """The fault of a value itself, without what it holds."""
    match node.type:
        case "string":
            return _text_fault(node, value) if isinstance(value, str) else "type"
        case "number":
            # A bool is an int to Python.
            return _number_fault(node, value) if isinstance(value, _NUMBERS) and value.__class__ is not bool else "type"
        case "object":
            return None if isinstance(value, dict) else "type"
        case "array":
            return _length_fault(node, value) if isinstance(value, list) else "type"
        case "date" | "timestamp":
            return None if isinstance(value, str) and _is_moment(node, value) else "type"
        case "integer":
            return _whole_fault(node, value) if type(value) is int else "type"
        case "boolean":
            return None if isinstance(value, bool) else "type"


def _length_fault(node: Property, value: str | list[Any]) -> Kind | None:
    short = node.min_length is not None and len(value) < node.min_length
    long = node.max_length is not None and len(value) > node.max_length
    return "length" if short or long else None


def text_fits(node: Property, value: object) -> bool:
    """Whether a string keeps every rule of its node."""
    return isinstance(value, str) and _text_fault(node, value) is None


def _text_fault(node: Property, value: str) -> Kind | None:
    if node.enum:
        kind: Kind | None = None if value in node.enum else "enum"
    elif node.regex is not None and not node.regex.search(value):
        kind = "pattern"
    else:
        kind = _length_fault(node, value)
    # An empty text that breaks a rule is a value that did not come, so it may be repaired.
    return "missing" if kind is not None and not value else kind


def _is_moment(node: Property, value: str) -> bool:
    try:
        if node.type == "date":
            msgspec.convert(value, datetime.date)
            return True
        moment = msgspec.convert(value, datetime.datetime)
    except msgspec.ValidationError:
        return False
    return node.timezone is None or node.timezone == (moment.tzinfo is not None)


def _whole_fault(node: Property, value: int) -> Kind | None:
    if node.enum:
        return None if value in node.enum else "enum"
    return None if INT64_MIN <= value <= INT64_MAX and _in_bounds(node, value) else "range"


def _number_fault(node: Property, value: float | Decimal) -> Kind | None:
    try:
        near = float(value)  # the decoder compares doubles, so this does too
    except OverflowError:
        return "range"
    return None if math.isfinite(near) and _in_bounds(node, near) else "range"


def _in_bounds(node: Property, value: float) -> bool:
    return (
        (node.minimum is None or value >= node.minimum)
        and (node.maximum is None or value <= node.maximum)
        and (node.exclusive_minimum is None or value > node.exclusive_minimum)
        and (node.exclusive_maximum is None or value < node.exclusive_maximum)
    )


def path_text(steps: Steps) -> str:
    """`$.line_items[2].quantity`; names that are not plain words stand in brackets."""
    return "$" + "".join(_step_text(step) for step in steps)


def _step_text(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if re.fullmatch(r"\w+", step, re.ASCII) else f"[{json.dumps(step)}]"


def expected_text(node: Property) -> str:
    """What the contract asks of this value, in a few words."""
    words: dict[str, str] = {"date": "date (YYYY-MM-DD)", "timestamp": "timestamp (RFC 3339)"}
    parts = [words.get(node.type, node.type)]
    if node.timezone is not None:
        parts.append("with a time zone" if node.timezone else "without a time zone")
    if node.enum:
        parts.append("one of " + ", ".join(map(str, node.enum)))
    unit = "items" if node.type == "array" else "characters"
    rules: list[tuple[object, str]] = [
        (node.pattern, "like {}"),
        (node.min_length, "at least {} " + unit),
        (node.max_length, "at most {} " + unit),
        (node.minimum, ">= {}"),
        (node.maximum, "<= {}"),
        (node.exclusive_minimum, "> {}"),
        (node.exclusive_maximum, "< {}"),
    ]
    parts += [text.format(rule) for rule, text in rules if rule is not None]
    return ", ".join(parts)


def found_text(value: object) -> str:
    """A value as short ASCII: control characters and what is not ASCII stand as escapes."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            text = json.dumps(value[:FOUND_CHARACTERS])
            return text if len(value) <= FOUND_CHARACTERS else f"{text} and {len(value) - FOUND_CHARACTERS} more"
        case dict():
            return "an object"
        case list():
            return "an array"
        case int() if value.bit_length() > 1024:
            return "a number past the range of a double"
        case float() if not math.isfinite(value):
            return "a number past the range of a double"
        case _:
            return str(value)[:FOUND_CHARACTERS]
