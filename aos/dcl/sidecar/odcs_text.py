"""What every part of reading a contract file needs: checks of one value, and refusals that name the path."""

import difflib
import re
from types import TracebackType
from typing import Any, NoReturn

from aos.core.errors import InvalidInput

MOST_PROBLEMS = 100  # of one file
_NO_NAME = re.compile(r'["\\\x00-\x1f\x7f]')
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # what no record that is let through can hold


class Problems:
    """As a context it keeps the refusal that ends its block, so that the reading goes on behind it and finds more."""

    def __init__(self) -> None:
        self.found: list[InvalidInput] = []

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: TracebackType | None) -> bool:
        if isinstance(error, InvalidInput) and len(self.found) < MOST_PROBLEMS - 1:
            self.found.append(error)
            return True
        return False  # and the last one that is told ends the reading


def strange(where: str, name: object, names: tuple[str, ...], metadata: frozenset[str], what: str = "here") -> NoReturn:
    """Refuse a key that is neither one of `names` nor one that only describes."""
    shown = str(name)[:80]
    near = difflib.get_close_matches(shown, [*names, *metadata], n=1)
    hint = f"; did you mean {near[0]}?" if near else f" ({', '.join(names) or 'none'})"
    refuse(f"{where}.{shown}".lstrip("."), f"is outside the supported subset {what}{hint}")


def mapping(where: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        refuse(where, "is missing" if value is None else "must be a mapping")
    return value


def text(name: str, node: dict[str, Any], where: str = "") -> str:
    value = node.get(name)
    here = f"{where}.{name}".lstrip(".")
    if not isinstance(value, str) or not value:
        refuse(here, "is missing" if value is None else f"must be a text, is {value!r:.200} (quote it?)")
    return usable(here, value)


def field_name(node: dict[str, Any], where: str) -> str:
    """The name of a property. The decoder that is made of a contract takes no other ones."""
    name = text("name", node, where)
    if _NO_NAME.search(name):
        refuse(f"{where}.name", "holds a quote, a backslash or a control character, which no name of a field here can")
    return name


def usable(where: str, value: str) -> str:
    """The text, if a record could hold it too."""
    if _NO_TEXT.search(value):
        refuse(where, "holds a NUL or half of a surrogate pair, which no record that is let through can")
    return value


def flag(name: str, node: dict[str, Any], where: str) -> bool:
    value = node.get(name)
    if value is not None and not isinstance(value, bool):
        refuse(f"{where}.{name}", "must be true or false")
    return bool(value)


def refuse(where: str, why: str) -> NoReturn:
    raise InvalidInput(f"{where}: {why}", code="contract.invalid", at=where, why=why)
