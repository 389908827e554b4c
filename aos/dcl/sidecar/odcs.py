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
servers, team, service levels, `customProperties`, …; the METADATA sets below) is passed over.
"""

from typing import Any, cast

import msgspec

from aos.dcl.sidecar.faults import LogicalType, Property
from aos.dcl.sidecar.odcs_rules import OPTIONS, enum, rules
from aos.dcl.sidecar.odcs_text import flag, known, mapping, read_yaml, refuse, text

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
# fmt: on


class Parsed(msgspec.Struct, frozen=True):
    """What a contract file says. `key` is the name of the identifying property."""

    name: str
    version: str
    key: str | None
    root: Property


def parse(source: bytes) -> Parsed:
    """The contract in `source`; InvalidInput names the path at fault."""
    top = mapping("file", read_yaml(source))
    known("", top, CONTRACT_METADATA, ("apiVersion", "kind", "version", "name", "schema"))
    if not text("apiVersion", top).startswith("v3."):
        refuse("apiVersion", f"{top['apiVersion']!r} is not supported; this is v3.2.0 and the versions 3 before it")
    if text("kind", top) != "DataContract":
        refuse("kind", "must be DataContract")
    version, _id = text("version", top), text("id", top)
    objects = top.get("schema")
    if not isinstance(objects, list) or len(objects) != 1:
        refuse("schema", "must be a list of exactly one object")
    where = "schema[0]"
    table = mapping(where, objects[0])
    known(where, table, OBJECT_METADATA, ("name", "logicalType", "properties", "quality", "relationships"))
    name = text("name", table, where)
    if table.get("logicalType", "object") != "object":
        refuse(f"{where}.logicalType", "must be object")
    _no_rules_across_records(where, table)
    properties = _properties(where, table, 1)
    root = Property(name=name, type="object", required=True, properties=properties)
    return Parsed(text("name", top) if "name" in top else name, version, _key(table["properties"]), root)


def _properties(where: str, parent: dict[str, Any], depth: int) -> tuple[Property, ...]:
    where = f"{where}.properties"
    nodes = parent.get("properties")
    if not isinstance(nodes, list) or not nodes:
        refuse(where, "must be a list of properties")
    properties: list[Property] = []
    for index, node in enumerate(nodes):
        here = f"{where}[{index}]"
        name = text("name", mapping(here, node), here)
        if any(name == other.name for other in properties):
            refuse(f"{here}.name", f"{name!r} stands here twice")
        properties.append(_property(here, node, name, depth))
    return tuple(properties)


def _property(where: str, node: dict[str, Any], name: str, depth: int) -> Property:
    logical = text("logicalType", node, where)
    if logical not in OPTIONS:
        refuse(f"{where}.logicalType", f"{logical!r} is outside the supported subset ({', '.join(OPTIONS)})")
    held = {"object": ("properties",), "array": ("items",)}.get(logical, ())
    ours = ("name", "logicalType", "logicalTypeOptions", "required", "primaryKey", "enum", *held)
    known(where, node, PROPERTY_METADATA, (*ours, "unique", "quality", "relationships"))
    _no_rules_across_records(where, node)
    if held and depth >= MAX_DEPTH:
        refuse(where, f"nests past {MAX_DEPTH} levels; no record that deep is let through")
    if flag("primaryKey", node, where) and depth > 1:
        refuse(f"{where}.primaryKey", "must stand on a top-level property")
    values = enum(where, node, logical)
    options = mapping(f"{where}.logicalTypeOptions", node.get("logicalTypeOptions") or {})
    fields = rules(f"{where}.logicalTypeOptions", options, logical)
    if values and options:
        refuse(f"{where}.logicalTypeOptions", "enum already says every value; give the one or the other")
    if "properties" in node:
        fields["properties"] = _properties(where, node, depth + 1)
    if logical == "array":
        inner = mapping(f"{where}.items", node.get("items"))
        fields["items"] = _property(f"{where}.items", inner, "", depth + 1)
    required = flag("required", node, where)
    return Property(name=name, type=cast("LogicalType", logical), required=required, enum=values, **fields)


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


def _no_rules_across_records(where: str, node: dict[str, Any]) -> None:
    if flag("unique", node, where):
        refuse(f"{where}.unique", "can't be checked on one record; outside the supported subset")
    if node.get("relationships"):
        refuse(f"{where}.relationships", "can't be checked on one record; outside the supported subset")
    quality = node.get("quality") or []
    prose = isinstance(quality, list) and all(isinstance(rule, dict) and rule.get("type") == "text" for rule in quality)
    if not prose:
        refuse(f"{where}.quality", "rules are not run here; only type: text is passed over")
