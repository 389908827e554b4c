"""Open Data Contract Standard 3.x, YAML to property tree: the subset that AOS enforces on records.

| keyword | what AOS does with it |
| --- | --- |
| `apiVersion` v3.x, `kind: DataContract`, `version`, `id` | needed; the contract's name is `name`, else the object's |
| `schema` | exactly one object, with `properties` |
| `name`, `logicalType` | needed; one of string, number, integer, boolean, date, timestamp, object, array |
| `required` | true: the key is there and not null. Else it may be absent or null, as the standard says; `items` too |
| `primaryKey: true` | on one required top-level property: the id that a record is fetched and repaired by |
| `enum` | `[{value: …}]` on a string or an integer, then without further rules |
| `logicalTypeOptions` of string | `pattern`, `minLength`, `maxLength` (characters) |
| … of number, integer | `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`; integers have 64 bits at most |
| … of date, timestamp | texts, `YYYY-MM-DD` (`format: yyyy-MM-dd`) and RFC 3339; `timezone` asks for one or none |
| … of array | `minItems`, `maxItems`; `items` is needed |
| `properties` of an object | nested to any depth up to 32; without them, any content passes |

Numbers are JSON numbers (a number takes whole ones too, an integer is written without fraction and exponent), never
texts. Patterns are searched, as in ECMA-262: `$` is the very end, `\\d` and `\\w` are ASCII. Unknown fields of a
record are fine.

Any other keyword that carries a rule (`unique`, `quality` but for `type: text`, `relationships`, `map`, `multipleOf`,
`format`, `uniqueItems`, bounds on dates, …) is refused, and so is a name the standard does not have: a rule that is
silently not checked is worse than none. What only describes (descriptions, tags, physical types, classification,
servers, team, service levels, `customProperties`, …; the METADATA sets below) is passed over, with a note where one
might take it for a rule.
"""

from typing import Any, cast

import msgspec

from aos.core.errors import InvalidInput
from aos.dcl.sidecar.faults import LogicalType, Property
from aos.dcl.sidecar.odcs_rules import OPTIONS, enum, rules
from aos.dcl.sidecar.odcs_text import Problems, field_name, flag, mapping, refuse, strange, text
from aos.dcl.sidecar.odcs_yaml import Document, read_yaml

MAX_DEPTH = 32  # levels of nesting, the record itself being the first: what the airlock lets through

# fmt: off
_DESCRIBING = frozenset({
    "id", "physicalName", "physicalType", "description", "businessName", "authoritativeDefinitions", "tags",
    "customProperties", "context",
})
CONTRACT_METADATA = _DESCRIBING | {
    "status", "tenant", "servers", "dataProduct", "domain", "support", "price", "team", "roles", "slaDefaultElement",
    "slaProperties", "contractCreatedTs",
}
OBJECT_METADATA = _DESCRIBING | {"dataGranularityDescription"}
PROPERTY_METADATA = _DESCRIBING | {
    "primaryKeyPosition", "semanticType", "partitioned", "partitionKeyPosition", "classification", "encryptedName",
    "transformSourceObjects", "transformLogic", "transformDescription", "examples", "criticalDataElement",
}
# What nobody takes for a rule.
_PLAIN = frozenset({"id", "description", "businessName", "tags", "status"})
# fmt: on


class Note(msgspec.Struct, frozen=True):
    """Something in the file that is passed over: what it is, where, and on which line."""

    what: str
    path: str
    line: int | None = None


class Parsed(msgspec.Struct, frozen=True):
    """What a contract file says. `key` is the name of the identifying property."""

    name: str
    version: str
    key: str | None
    root: Property
    notes: tuple[Note, ...] = ()


def parse(source: bytes) -> Parsed:
    """The contract in `source`. InvalidInput tells the first problem; its `problems` has all of them, each with `path`
    in the file, `line` where it is known, and `message`."""
    reading, document = _Reading(), Document(None, None)
    parsed = None
    try:
        document = read_yaml(source)
        parsed = reading.contract(document.value)
        found = reading.said.found
    except InvalidInput as error:
        found = [*reading.said.found, error]
    if found or parsed is None:
        raise _refusal(found, document)
    notes = tuple(msgspec.structs.replace(note, line=document.line_of(note.path)) for note in reading.notes)
    return msgspec.structs.replace(parsed, notes=notes)


def _refusal(found: list[InvalidInput], document: Document) -> InvalidInput:
    problems = []
    for each in found:
        at, why = each.extra["at"], each.extra["why"]
        line = int(at.removeprefix("line ")) if at.startswith("line ") else document.line_of(at)
        problems.append({"path": at, "line": line, "message": why})
    first = found[0]
    return InvalidInput(first.message, code=first.code, at=first.extra["at"], problems=problems)


class _Reading:
    """One file. A problem is kept and the reading goes on, so that all are told at once."""

    def __init__(self) -> None:
        self.said = Problems()
        self.notes: list[Note] = []

    def contract(self, value: object) -> Parsed | None:
        """None where there were problems."""
        said, top = self.said, mapping("file", value)
        name = version = ""
        self._known("", top, CONTRACT_METADATA, ("apiVersion", "kind", "version", "name", "schema"))
        with said:
            if not text("apiVersion", top).startswith("v3."):
                refuse(
                    "apiVersion",
                    f"{top['apiVersion']!r:.80} is not supported; this is v3.2.0 and the versions 3 before it",
                )
        with said:
            if text("kind", top) != "DataContract":
                refuse("kind", "must be DataContract")
        with said:
            version = text("version", top)
        with said:
            text("id", top)
        with said:
            name = text("name", top) if "name" in top else ""
        objects = top.get("schema")
        if not isinstance(objects, list) or len(objects) != 1:
            refuse("schema", "must be a list of exactly one object")
        root = self._object("schema[0]", mapping("schema[0]", objects[0]))
        key = None
        if not said.found:
            key = _key(objects[0]["properties"])
        return None if root is None else Parsed(name or root.name, version, key, root)

    def _object(self, where: str, table: dict[str, Any]) -> Property | None:
        name = ""
        self._known(where, table, OBJECT_METADATA, ("name", "logicalType", "properties", "quality", "relationships"))
        with self.said:
            name = text("name", table, where)
        with self.said:
            if table.get("logicalType", "object") != "object":
                refuse(f"{where}.logicalType", "must be object")
        self._no_rules_across_records(where, table)
        properties = self._properties(where, table, 1)
        return None if self.said.found else Property(name=name, type="object", required=True, properties=properties)

    def _properties(self, where: str, parent: dict[str, Any], depth: int) -> tuple[Property, ...]:
        where = f"{where}.properties"
        nodes = parent.get("properties")
        properties: dict[str, Property | None] = {}
        with self.said:
            if not isinstance(nodes, list) or not nodes:
                refuse(where, "must be a list of properties")
            for index, node in enumerate(nodes):
                with self.said:
                    here = f"{where}[{index}]"
                    name = field_name(mapping(here, node), here)
                    if name in properties:
                        refuse(f"{here}.name", f"{name!r:.80} stands here twice")
                    properties[name] = None
                    properties[name] = self._property(here, node, name, depth)
        return tuple(each for each in properties.values() if each is not None)

    def _property(self, where: str, node: dict[str, Any], name: str, depth: int) -> Property | None:
        """None where there were problems with it, or below it."""
        said, before = self.said, len(self.said.found)
        logical, required = "", False
        with said:
            logical = _logical(where, node)
        held = {"object": ("properties",), "array": ("items",), "": ("properties", "items")}.get(logical, ())
        ours = ("name", "logicalType", "logicalTypeOptions", "required", "primaryKey", "enum", *held)
        self._known(where, node, PROPERTY_METADATA, (*ours, "unique", "quality", "relationships"))
        self._no_rules_across_records(where, node)
        if held and depth >= MAX_DEPTH:
            refuse(where, f"nests past {MAX_DEPTH} levels; no record that deep is let through")
        with said:
            if flag("primaryKey", node, where) and depth > 1:
                refuse(f"{where}.primaryKey", "must stand on a top-level property")
        with said:
            required = flag("required", node, where)
        fields = self._rules(where, node, logical) if logical else {}
        if "properties" in held and "properties" in node:
            fields["properties"] = self._properties(where, node, depth + 1)
        elif logical == "object":
            self.notes.append(Note("what an object without properties holds", where))
        if logical == "array" or ("items" in held and "items" in node):
            with said:
                inner = mapping(f"{where}.items", node.get("items"))
                fields["items"] = self._property(f"{where}.items", inner, "", depth + 1)
        if len(said.found) > before:
            return None
        return Property(name=name, type=cast("LogicalType", logical), required=required, **fields)

    def _rules(self, where: str, node: dict[str, Any], logical: str) -> dict[str, Any]:
        """`enum` and `logicalTypeOptions` as fields of `Property`."""
        said, before = self.said, len(self.said.found)
        fields: dict[str, Any] = {}
        given = {}
        with said:
            fields["enum"] = enum(where, node, logical, said)
        where = f"{where}.logicalTypeOptions"
        with said:
            given = mapping(where, node.get("logicalTypeOptions") or {})
            self._known(where, given, frozenset(), OPTIONS[logical], f"for {logical}")
            if fields.get("enum") and given:
                refuse(where, "enum already says every value; give the one or the other")
        options = {name: given[name] for name in OPTIONS[logical] if name in given}
        for name, value in options.items():
            with said:
                rules(where, {name: value}, logical)
        if "defaultTimezone" in options:
            self.notes.append(Note("defaultTimezone", f"{where}.defaultTimezone"))
        if len(said.found) == before:
            with said:
                fields |= rules(where, options, logical)
        return fields

    def _known(
        self, where: str, node: dict[str, Any], metadata: frozenset[str], ours: tuple[str, ...], what: str = "here"
    ) -> None:
        """Refuse keys that nobody knows; note those that only describe."""
        for name in node:
            if name in ours:
                continue
            if name not in metadata:
                with self.said:
                    strange(where, name, ours, metadata, what)
            elif name not in _PLAIN:
                self.notes.append(Note(name, f"{where}.{name}".lstrip(".")))

    def _no_rules_across_records(self, where: str, node: dict[str, Any]) -> None:
        with self.said:
            if flag("unique", node, where):
                refuse(f"{where}.unique", "can't be checked on one record; outside the supported subset")
        with self.said:
            if node.get("relationships"):
                refuse(f"{where}.relationships", "can't be checked on one record; outside the supported subset")
        with self.said:
            quality = node.get("quality") or []
            if not isinstance(quality, list) or not all(
                isinstance(r, dict) and r.get("type") == "text" for r in quality
            ):
                refuse(f"{where}.quality", "rules are not run here; only type: text is passed over")
            if quality:
                self.notes.append(Note("quality", f"{where}.quality"))


def _logical(where: str, node: dict[str, Any]) -> str:
    logical = text("logicalType", node, where)
    if logical not in OPTIONS:
        refuse(f"{where}.logicalType", f"{logical!r:.80} is outside the supported subset ({', '.join(OPTIONS)})")
    return logical


def _key(properties: list[dict[str, Any]]) -> str | None:
    keys = [(index, node) for index, node in enumerate(properties) if node.get("primaryKey")]
    if not keys:
        return None
    index, node = keys[-1]
    where = f"schema[0].properties[{index}].primaryKey"
    if len(keys) > 1:
        refuse(where, "a key of more than one property is outside the supported subset")
    if node.get("required") is not True or node["logicalType"] not in ("string", "integer"):
        refuse(where, "must stand on a string or an integer with required: true")
    return str(node["name"])
