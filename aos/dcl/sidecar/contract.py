"""A contract, compiled: what a record of a source must look like, from a YAML file (`odcs.py` says which subset).

Two decoders come from one property tree. `decoder` passes unknown fields over without looking at them, `known_only`
refuses them, so what it takes has been looked at to the last byte: text, numbers and depth.
"""

import datetime
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Union, cast

import msgspec

from aos.core.errors import InvalidInput
from aos.dcl.sidecar import odcs, odcs_yaml
from aos.dcl.sidecar.faults import INT64_MAX, INT64_MIN, Fault, Property, expected_text, find_faults, text_fits


class Contract:
    """`name` and `version` as the file says; `key` is the name of the identifying field, None where there is none;
    `notes` say what of the file is passed over."""

    def __init__(
        self, name: str, version: str, key: str | None, root: Property, notes: tuple[odcs.Note, ...] = ()
    ) -> None:
        self.name = name
        self.version = version
        self.key = key
        self.root = root
        self.notes = notes
        self.decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
            _struct(root, name, known_only=False), dec_hook=_check
        )
        self.known_only: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
            _struct(root, name, known_only=True), dec_hook=_check
        )
        self._fields = [
            (child, msgspec.json.Decoder(_type(child, child.name, known_only=False), dec_hook=_check))
            for child in root.properties
        ]

    def faults(self, record: object) -> tuple[Fault, ...]:
        """Every faulty field of a plainly decoded record; none exactly when `decoder` takes the record's JSON."""
        return find_faults(self.root, record)

    def faults_in(self, line: bytes, record: dict[str, Any]) -> tuple[Fault, ...]:
        """The same for a record whose JSON is at hand. Most fields of a faulty record are fine, and their decoders
        say so several times faster than the walk, which is left for the others."""
        raw = _RAW_FIELDS.decode(line)
        suspects = tuple(child for child, decoder in self._fields if not _fits(raw, child.name, decoder))
        return find_faults(msgspec.structs.replace(self.root, properties=suspects), record)

    def repairable(self, faults: Iterable[Fault]) -> bool:
        """Whether all of these can be filled in from a source of truth: none is out of bounds, and the id is good."""
        return self.key is not None and all(
            fault.repairable and bool(fault.steps) and fault.steps[0] != self.key for fault in faults
        )


def load(path: str | Path) -> Contract:
    """Read and compile a contract file. InvalidInput names the file and the path in it; its `problems` has all of them
    (`odcs.parse`). Its code is `contract.unreadable` where there was nothing to read."""
    try:
        with open(path, "rb") as file:
            parsed = odcs.parse(file.read(odcs_yaml.MOST_BYTES + 1))
        return _compiled(parsed)
    except OSError as error:
        raise InvalidInput(f"{path}: can't be read: {error.strerror}", code="contract.unreadable") from error
    except InvalidInput as error:
        more = len(error.extra["problems"]) - 1
        text = f"{error.message} (and {more} more)" if more else error.message
        raise InvalidInput(f"{path}: {text}", code=error.code, **error.extra) from error


class _Checked:
    """Stands for a text whose rules msgspec can't hold: `_check` does. What is decoded is not kept, so all good texts
    of a kind may be the same object."""

    node: Property
    good: object


def _checked(name: str, node: Property) -> type[_Checked]:
    kind = cast("type[_Checked]", type(name, (_Checked,), {"node": node}))
    kind.good = kind()
    return kind


def _check(kind: type[_Checked], value: object) -> object:
    if text_fits(kind.node, value):
        return kind.good
    raise ValueError("not such a text")


def _compiled(parsed: odcs.Parsed) -> Contract:
    try:
        return Contract(parsed.name, parsed.version, parsed.key, parsed.root, parsed.notes)
    except (ValueError, TypeError) as error:  # a rule of msgspec's that `odcs` does not know
        why = f"no decoder can be made of it: {error}"
        raise InvalidInput(why, code="contract.invalid", problems=[why]) from error


_RAW_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])


def _fits(raw: dict[str, msgspec.Raw], name: str, decoder: "msgspec.json.Decoder[Any]") -> bool:
    try:
        decoder.decode(raw[name])
    except (KeyError, msgspec.MsgspecError):
        return False
    return True


def _struct(node: Property, name: str, *, known_only: bool) -> type[msgspec.Struct]:
    """Fields are numbered, so that a JSON name need not be a Python one.

    Not tracked by the garbage collector: a decoded record lives for one line and can't hold itself.
    """
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    for index, child in enumerate(node.properties):
        kind = _type(child, f"{name}.{child.name}", known_only=known_only)
        fields.append((f"f{index}", kind) if child.required else (f"f{index}", kind, None))
    names = {f"f{index}": child.name for index, child in enumerate(node.properties)}
    return msgspec.defstruct(name, fields, rename=names, kw_only=True, gc=False, forbid_unknown_fields=known_only)


def _type(node: Property, name: str, *, known_only: bool) -> Any:
    kind: Any
    match node.type:
        case "object":
            kind = _struct(node, name, known_only=known_only)
        case "array":
            assert node.items is not None
            items = _type(node.items, f"{name}[]", known_only=known_only)
            kind = Annotated[list[items], _meta(node)]  # type: ignore[valid-type]  # built at run time
        case "string" | "integer" if node.enum:
            kind = Literal[node.enum]
        case "boolean":
            kind = bool
        case "date":
            kind = datetime.date
        case "timestamp":
            kind = Annotated[datetime.datetime, _meta(node)]
        case "integer":
            kind = Annotated[int, _meta(node, INT64_MIN, INT64_MAX)]
        case "string" if node.regex is not None and not isinstance(node.regex, re.Pattern):
            kind = _checked(name, node)
        case "string":
            kind = Annotated[str, _meta(node)]
        case "number":
            kind = Annotated[float, _meta(node)]
    return kind if node.required else Union[kind, None]  # noqa: UP007 - built at run time


def _meta(node: Property, least: int | None = None, most: int | None = None) -> msgspec.Meta:
    """The rules of a node for msgspec; `least` and `most` stand where it has no bound."""
    rules: dict[str, Any] = {
        "ge": least if node.minimum is None and node.exclusive_minimum is None else node.minimum,
        "le": most if node.maximum is None and node.exclusive_maximum is None else node.maximum,
        "gt": node.exclusive_minimum,
        "lt": node.exclusive_maximum,
        "min_length": node.min_length,
        "max_length": node.max_length,
        "pattern": node.regex.pattern if isinstance(node.regex, re.Pattern) else None,
        "tz": node.timezone,
    }
    return msgspec.Meta(**rules)


def summary(contract: Contract) -> str:
    """One paragraph for a person: what the contract is called and what it asks for."""
    nodes = list(_nodes(contract.root))
    required = sum(node.required for node in nodes)
    ruled = sum(bool(expected_text(node) != expected_text(Property(name="", type=node.type))) for node in nodes)
    known_by = f"a record is known by {contract.key}" if contract.key else "no primaryKey, so no record can be repaired"
    top = len(contract.root.properties)
    return (
        f"{contract.name} {contract.version}: {top} properties at the top, {len(nodes)} in all;"
        f" {required} must be there, {ruled} have a rule besides their type; {known_by}."
    )


def _nodes(node: Property) -> Iterator[Property]:
    for child in (*node.properties, *((node.items,) if node.items else ())):
        yield child
        yield from _nodes(child)
