"""Google's partial response: `fields=nextPageToken,files(id,owners/name)` picks what is answered."""

from typing import Any

from aos.farm.sandbox.paging import BadParameter

DEEPEST = 16
Mask = dict[str, Any]


def masked(value: Any, fields: str) -> Any:
    """The picked part of a value. `BadParameter` for a text that is no selection."""
    mask, rest = _read(fields, 0, DEEPEST)
    if rest != len(fields):
        raise BadParameter("fields", "a selection of fields")
    return _picked(value, mask)


def _read(text: str, at: int, deeper: int) -> tuple[Mask, int]:
    """Names separated by commas up to a closing bracket or the end; where it stopped."""
    mask: Mask = {}
    if not deeper:
        raise BadParameter("fields", f"nested {DEEPEST} times at most")
    while True:
        begun = at
        while at < len(text) and text[at] not in ",()/":
            at += 1
        name = text[begun:at].strip()
        if not name:
            raise BadParameter("fields", "a selection of fields")
        inner: Mask = {}
        if text[at : at + 1] == "(":
            inner, at = _read(text, at + 1, deeper - 1)
            if text[at : at + 1] != ")":
                raise BadParameter("fields", "a selection of fields")
            at += 1
        elif text[at : at + 1] == "/":
            begun = at = at + 1
            while at < len(text) and text[at] not in ",()":
                at += 1
            inner, _ = _read(text[begun:at], 0, deeper - 1)
        mask.setdefault(name, {}).update(inner)
        if text[at : at + 1] != ",":
            return mask, at
        at += 1


def _picked(value: Any, mask: Mask) -> Any:
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [_picked(each, mask) for each in value]
    if isinstance(value, dict):
        return {name: _picked(each, mask[name]) for name, each in value.items() if name in mask}
    return value
