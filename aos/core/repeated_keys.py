"""A key that stands twice in an object of a body: each reader could take another one of its values."""

import functools
import json
from typing import Any, NamedTuple, get_args

import msgspec

from aos.core.json_path import may_be_shown, step

MOST_BYTES = 64 * 1024  # larger bodies are lists of what a program wrote; reading them twice would hold others up


class _Repeated(NamedTuple):
    """Stands in the place of an object whose key stands twice."""

    key: str


def repeated_key(kind: Any, raw: bytes) -> str | None:
    """The path of the first key that stands twice in `raw`, JSON that was read as `kind`; None where there is none.

    Not looked at are bodies past 64 KiB, and those whose rows are kept as they came: there a repeated key is read as
    docs/trifecta.md says.
    """
    if len(raw) > MOST_BYTES or _holds_raw(kind):
        return None
    repeated: list[_Repeated] = []

    def made(pairs: list[tuple[str, Any]]) -> Any:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        names = [key for key, _ in pairs]
        repeated.append(_Repeated(next(key for number, key in enumerate(names) if key in names[:number])))
        return repeated[-1]

    # Numbers stay texts: they are not looked at, and Python refuses to read the longest ones.
    read = json.loads(raw, object_pairs_hook=made, parse_int=str, parse_float=str)
    return _path(read, "$") if repeated else None


def _path(value: Any, path: str) -> str | None:
    if isinstance(value, _Repeated):
        return path + step(value.key) if may_be_shown(path, value.key) else path
    inner: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        inner = [(path + (step(key) if may_be_shown(path, key) else "[...]"), each) for key, each in value.items()]
    elif isinstance(value, list):
        inner = [(f"{path}[{number}]", each) for number, each in enumerate(value)]
    found = (_path(each, below) for below, each in inner)
    return next((path for path in found if path is not None), None)


@functools.cache
def _holds_raw(kind: Any) -> bool:
    """Whether a struct has a member that is kept as the bytes that were sent."""
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return False
    return any(_is_raw(field.type) for field in msgspec.structs.fields(kind))


def _is_raw(kind: Any) -> bool:
    return kind is msgspec.Raw or any(_is_raw(each) for each in get_args(kind))
