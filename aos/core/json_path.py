"""Where in a body the fault is: msgspec names no key of a mapping, and no field that is missing or unknown."""

import re
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from aos.core.unsaid import reads_as_name

LONGEST_KEY = 64  # characters shown of a key that was sent

_PLACE = re.compile(r" - at (`key` in )?`([^`]*)`\Z")
_FIELD = re.compile(r"Object (contains unknown|missing required) field `(.*)`\Z", re.DOTALL)
_STEP = re.compile(r"\[\.\.\.\]|\[(\d+)\]|\.([^.\[]+)")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


def path_of(error: msgspec.ValidationError, root: str, kind: Any = None, raw: bytes = b"") -> str:
    """The path of what is at fault. `raw`, the JSON that was read as `kind`, is looked at once more where a key of a
    mapping must be found; a key that can't be found stays `[...]`."""
    text = str(error)
    found = _PLACE.search(text)
    place = found[2].removeprefix("$") if found else ""
    if found and (found[1] or "[...]" in place) and raw:
        try:
            known = _with_keys(kind, raw, root, place, of_key=bool(found[1]))
        except (msgspec.MsgspecError, RecursionError, LookupError, TypeError):  # what follows the fault is no better
            known = root + place
        return known + _field(text[: found.start()])
    return root + place + _field(text[: found.start()] if found else text)


def step(key: str) -> str:
    """A key as a step of a path: `.amount`, or quoted as JSON where it is no plain name."""
    shown = key if len(key) <= LONGEST_KEY else key[:LONGEST_KEY] + "…"
    return f".{shown}" if _PLAIN.match(shown) else f"[{msgspec.json.encode(shown).decode()}]"


def _field(told: str) -> str:
    """A field that is unknown is named where it reads as a name: a token may have been sent in its place."""
    found = _FIELD.match(told)
    shown = found is not None and (found[1] == "missing required" or reads_as_name(found[2]))
    return step(found[2]) if found and shown else ""


def _with_keys(kind: Any, raw: bytes, root: str, place: str, *, of_key: bool) -> str:
    path, value = root, msgspec.json.decode(raw)
    at = 0
    while (found := _STEP.match(place, at)) and kind is not None:
        at = found.end()
        if found[0] == "[...]":
            key, kind = _bad_key(value, kind, of_key=False)
            if key is None or not may_be_shown(path, key):
                return path + place[found.start() :]
            path, value = path + step(key), value[key]
        elif found[1]:
            path, value, kind = path + found[0], value[int(found[1])], _inner(kind, int(found[1]))
        else:
            path, value, kind = path + found[0], value[found[2]], _member(kind, found[2])
    if of_key and at == len(place) and (key := _bad_key(value, kind, of_key=True)[0]) is not None:
        return path + (step(key) if may_be_shown(path, key) else "[...]")
    return path + place[at:]


def may_be_shown(path: str, key: str) -> bool:
    """Not where secrets stand by their names, and somebody may have sent one in a name's place."""
    return "secret" not in path or reads_as_name(key)


def _bad_key(value: Any, kind: Any, *, of_key: bool) -> tuple[str | None, Any]:
    """The first key of a mapping at which the fault is (in the key itself, or below it), and what stands below it."""
    mapping = _one_of(kind, dict)
    for key, each in value.items() if mapping and isinstance(value, dict) else ():
        try:
            msgspec.convert(key if of_key else each, mapping[0 if of_key else 1])
        except msgspec.ValidationError:
            return key, mapping[1]
    return None, None


def _inner(kind: Any, number: int) -> Any:
    """What an element of a list or a tuple is declared as."""
    inner = _one_of(kind, list) or _one_of(kind, tuple)
    return None if not inner else inner[0] if len(inner) < 2 or inner[1] is ... else inner[number]


def _member(kind: Any, name: str) -> Any:
    structs = [each for each in _choices(kind) if isinstance(each, type) and issubclass(each, msgspec.Struct)]
    return next(
        (field.type for each in structs for field in msgspec.structs.fields(each) if field.encode_name == name), None
    )


def _one_of(kind: Any, origin: type) -> tuple[Any, ...]:
    return next((get_args(each) for each in _choices(kind) if get_origin(each) is origin), ())


def _choices(kind: Any) -> list[Any]:
    """The members of a union, without what is annotated to them."""
    if get_origin(kind) is Annotated:
        return _choices(get_args(kind)[0])
    if get_origin(kind) in (Union, type(int | str)):
        return [each for member in get_args(kind) for each in _choices(member)]
    return [kind]
