"""What a stored secret says: a JSON object is its fields, any other text is `token`."""

from typing import Any

import msgspec


class Unusable(Exception):
    """The text names no content."""


def read_fields(text: str) -> dict[str, str]:
    """`Unusable` where nothing is in it, or where a field is neither text nor number."""
    if not (text := text.strip()):
        raise Unusable("it is empty")
    if not text.startswith("{"):
        return {"token": text}
    try:
        found = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        raise Unusable("it begins as JSON and is none") from None
    return plain_fields(found)


def plain_fields(found: dict[str, Any]) -> dict[str, str]:
    """The fields of a JSON object as text; null ones are left out. `{}` is a credential too, of a source that lets
    anybody in; one whose fields are all empty is none."""
    fields: dict[str, str] = {}
    for name, value in found.items():
        match value:
            case None | "":
                continue
            case str():
                fields[name] = value
            case bool() | int() | float():
                fields[name] = msgspec.json.encode(value).decode()
            case _:
                raise Unusable("a field of it is neither text nor a number")
    if found and not fields:
        raise Unusable("its fields are empty")
    return fields
