"""What goes back: bytes, a status and headers, in the vendor's own form."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from xml.sax.saxutils import escape

import msgspec


@dataclass(frozen=True, slots=True)
class Reply:
    """`items` says how many things of a list it holds."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    items: int = 0

    def having(self, **headers: str) -> "Reply":
        """The same with further headers; `_` stands for `-`."""
        added = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **added})


class Refusal(Exception):
    """Ends a request with the vendor's own words for no."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def as_json(value: Any, status: int = 200, *, items: int = 0, media: str = "application/json", **headers: str) -> Reply:
    return Reply(status, msgspec.json.encode(value), {"content-type": media}, items).having(**headers)


def as_text(text: str, status: int = 200, *, media: str = "text/plain; charset=utf-8", **headers: str) -> Reply:
    return Reply(status, text.encode(), {"content-type": media}).having(**headers)


def as_xml(text: str, status: int = 200, *, items: int = 0, media: str = "application/xml", **headers: str) -> Reply:
    whole = '<?xml version="1.0" encoding="UTF-8"?>\n' + text
    return Reply(status, whole.encode(), {"content-type": media}, items).having(**headers)


def xml(tag: str, value: Any, attributes: str = "") -> str:
    """A mapping as elements, a list as the same element again, everything else as text."""
    if isinstance(value, list):
        return "".join(xml(tag, each) for each in value)
    if isinstance(value, Mapping):
        inner = "".join(xml(name, each) for name, each in value.items())
    elif isinstance(value, bool):
        inner = str(value).lower()
    else:
        inner = escape(str(value))
    return f"<{tag}{' ' + attributes if attributes else ''}>{inner}</{tag}>"
