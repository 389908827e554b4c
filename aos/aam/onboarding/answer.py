"""What came back: status, headers, a body of bounded size; read as JSON or XML when somebody asks."""

import math
from typing import Any
from xml.parsers import expat

import httpx
import msgspec

from aos.core.nesting import too_deep

UNREADABLE = object()
# What an answer of Google's still has when it leaves out the list because it is empty.
_BESIDE_NOTHING = frozenset(("kind", "etag", "nextPageToken", "totalItems", "incompleteSearch"))


class Answer:
    """`took_s` from the first byte asked for to the last one read, without any waiting before it."""

    def __init__(self, status: int, headers: httpx.Headers, body: bytes, took_s: float) -> None:
        self.status, self.headers, self.body, self.took_s = status, headers, body, took_s
        self._value: Any = None
        self._read = False

    @property
    def value(self) -> Any:
        """The body as objects and lists; `UNREADABLE` where it is neither JSON nor XML. No body is None."""
        if not self._read:
            self._value, self._read = _read(self.body), True
        return self._value


def _read(body: bytes) -> Any:
    text = body.strip()
    if not text:
        return None
    try:
        value = xml(text) if text.startswith(b"<") else msgspec.json.decode(text)
    except (msgspec.DecodeError, expat.ExpatError, ValueError, RecursionError):
        return UNREADABLE
    return UNREADABLE if too_deep(value) else value


def xml(body: bytes) -> Any:
    """An element is its text, or an object of its children by name, those of one name in a list. No document type:
    entities are how XML grows on being read. `ValueError` or `ExpatError` where it can't be had."""
    stack: list[tuple[str, dict[str, Any], list[str]]] = [("", {}, [])]

    def start(name: str, _: dict[str, str]) -> None:
        if len(stack) > 64:
            raise ValueError("nested too deep")
        stack.append((name.rpartition("}")[2], {}, []))

    def end(_: str) -> None:
        name, children, text = stack.pop()
        value: Any = children or "".join(text).strip()
        above = stack[-1][1]
        if name not in above:
            above[name] = value
        elif isinstance(above[name], list):
            above[name].append(value)
        else:
            above[name] = [above[name], value]

    def refuse(*_: Any) -> None:
        raise ValueError("a document type")

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = lambda text: stack[-1][2].append(text)
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(body, True)
    return stack[0][1]


def at(value: Any, pointer: str) -> Any:
    """What a JSON pointer leads to; None where nothing is. A list is walked by number."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit() and len(name) < 6 and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def items(value: Any, pointer: str, *, absent: bool = False, objects: bool = True) -> list[Any] | None:
    """The items of a reply; None where there is no place for them, or they are not `objects`. One object counts for a
    list of it, as XML has it; an empty element of XML is an empty list."""
    found = at(value, pointer)
    if isinstance(found, list):
        return None if objects and not all(isinstance(each, dict) for each in found) else found
    if isinstance(found, dict) and found and pointer:
        return [found]
    if isinstance(value, dict) and found is None:
        above = at(value, pointer.rpartition("/")[0])
        deep = pointer.count("/") > 1
        in_xml = deep and isinstance(above, dict) and next(iter(value), None) == pointer.split("/")[1]
        if in_xml or (absent and (deep or value.keys() <= _BESIDE_NOTHING)):
            return []
    return None


def text_at(value: Any, pointer: str) -> str:
    """A name or type as text; empty where it is none. ServiceNow wraps some in `{"value": ...}`."""
    found = at(value, pointer) if pointer else value
    if isinstance(found, dict):
        found = found.get("value")
    if isinstance(found, bool) or (isinstance(found, float) and not math.isfinite(found)):
        return ""
    return str(found)[:200] if isinstance(found, str | int | float) else ""
