"""The rules of one ODCS property, `logicalTypeOptions` and `enum`, as fields of `Property`. `odcs.py` lists them."""

import math
import re
from typing import Any, cast

from aos.dcl.sidecar.faults import INT64_MAX, INT64_MIN
from aos.dcl.sidecar.odcs_text import Problems, flag, mapping, refuse, text, usable
from aos.dcl.sidecar.patterns import Matcher, compile_pattern

OPTIONS: dict[str, tuple[str, ...]] = {
    "string": ("pattern", "minLength", "maxLength"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    "integer": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    "boolean": (),
    "date": ("format",),
    "timestamp": ("timezone", "defaultTimezone"),
    "object": (),
    "array": ("minItems", "maxItems"),
}
_LONGEST = 2**31 - 1


def rules(where: str, options: dict[str, Any], logical: str) -> dict[str, Any]:
    """`logicalTypeOptions`, all of them in `OPTIONS`, as fields of `Property`."""
    match logical:
        case "string":
            fields = _lengths(where, options, "minLength", "maxLength")
            if "pattern" in options:
                fields["pattern"] = text("pattern", options, where)
                fields["regex"] = _regex(f"{where}.pattern", fields["pattern"])
            return fields
        case "array":
            return _lengths(where, options, "minItems", "maxItems")
        case "number" | "integer":
            return _bounds(where, options, whole=logical == "integer")
        case "date" if options.get("format", "yyyy-MM-dd") != "yyyy-MM-dd":
            refuse(f"{where}.format", "only yyyy-MM-dd is supported")
        case "timestamp" if "timezone" in options:
            return {"timezone": flag("timezone", options, where)}
    return {}


def _lengths(where: str, options: dict[str, Any], least: str, most: str) -> dict[str, Any]:
    for name in (least, most):
        if name in options and (type(options[name]) is not int or not 0 <= options[name] <= _LONGEST):
            refuse(f"{where}.{name}", f"must be a whole number from 0 to {_LONGEST}")
    if options.get(least, 0) > options.get(most, math.inf):
        refuse(where, f"{least} is above {most}")
    return {"min_length": options.get(least), "max_length": options.get(most)}


def _bounds(where: str, options: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    bounds = {name: _bound(f"{where}.{name}", value, whole=whole) for name, value in options.items()}
    for name in ("Minimum", "Maximum"):
        if name.lower() in bounds and f"exclusive{name}" in bounds:
            refuse(f"{where}.exclusive{name}", f"give {name.lower()} or exclusive{name}, not both")
    low = bounds.get("minimum", bounds.get("exclusiveMinimum"))
    high = bounds.get("maximum", bounds.get("exclusiveMaximum"))
    if low is not None and high is not None and low > high:
        refuse(where, f"nothing lies from {low} to {high}")
    return {re.sub("M", "_m", name): bound for name, bound in bounds.items()}


def _bound(where: str, value: object, *, whole: bool) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        refuse(where, "must be a number")
    try:
        near = float(value)
    except OverflowError:
        near = math.inf
    if not math.isfinite(near):
        refuse(where, "must be finite")
    if not whole:
        return near
    if not near.is_integer() or not INT64_MIN <= value <= INT64_MAX:
        refuse(where, "must be a whole number of 64 bits")
    return int(value)


def enum(where: str, node: dict[str, Any], logical: str, said: Problems) -> tuple[str | int, ...]:
    """The values that `enum` allows; none where there is no `enum`."""
    if "enum" not in node:
        return ()
    where = f"{where}.enum"
    wanted = {"string": str, "integer": int}.get(logical)
    if wanted is None:
        refuse(where, f"is outside the supported subset for {logical} (string, integer)")
    if not isinstance(node["enum"], list) or not node["enum"]:
        refuse(where, "must be a list of objects with value")
    values: dict[str | int, None] = {}
    for index, entry in enumerate(node["enum"]):
        with said:
            here = f"{where}[{index}]"
            value = mapping(here, entry).get("value")
            if type(value) is not wanted or (wanted is int and not INT64_MIN <= cast("int", value) <= INT64_MAX):
                refuse(f"{here}.value", f"must be a {logical}, is {value!r:.200}")
            if value in values:
                refuse(f"{here}.value", f"{value!r} stands here twice")
            values[usable(here, value) if isinstance(value, str) else cast("int", value)] = None
    return tuple(values)


def _regex(where: str, pattern: str) -> Matcher:
    try:
        return compile_pattern(pattern)
    except ValueError as error:
        refuse(where, str(error))
