"""A window on a list that is longer than a page, in the four ways that vendors have."""

import base64
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Made = Callable[[int], dict[str, Any]]


class BadParameter(Exception):
    """`name` of the parameter and what it should be."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name, why)
        self.name, self.why = name, why


class Window(NamedTuple):
    """Things `first` to before `until` of `total`; `size` is what a full page holds."""

    first: int
    until: int
    total: int
    size: int

    @property
    def more(self) -> bool:
        return self.until < self.total

    def of(self, made: Made) -> list[dict[str, Any]]:
        return [made(number) for number in range(self.first, self.until)]

    @property
    def cursor(self) -> str:
        """Where the next window begins, as nobody can read it; empty at the end."""
        return cursor_at(self.until) if self.more else ""


class Sizes(NamedTuple):
    """`most` on a page. A wish for more is refused where `strict`, and cut down where not."""

    usual: int
    most: int
    strict: bool = False
    least: int = 1


def by_cursor(query: Mapping[str, Any], total: int, size: str, sizes: Sizes, cursor: str) -> Window:
    """Cursors are this sandbox's own: any other text is refused."""
    first, told = 0, query.get(cursor)
    if told:
        first = cursor_of(cursor, str(told))
    return _window(first, page_size(query, size, sizes), total)


def by_offset(query: Mapping[str, Any], total: int, size: str, sizes: Sizes, offset: str) -> Window:
    return _window(number(query, offset, 0, 0), page_size(query, size, sizes), total)


def by_page(query: Mapping[str, Any], total: int, size: str, sizes: Sizes, page: str, first: int = 1) -> Window:
    """Pages are counted from `first`."""
    wanted = page_size(query, size, sizes)
    return _window((number(query, page, first, first) - first) * wanted, wanted, total)


def page_size(query: Mapping[str, Any], name: str, sizes: Sizes) -> int:
    wanted = number(query, name, sizes.usual, sizes.least)
    if wanted > sizes.most and sizes.strict:
        raise BadParameter(name, f"at most {sizes.most}")
    return min(wanted, sizes.most)


def number(query: Mapping[str, Any], name: str, usual: int, least: int) -> int:
    told = query.get(name)
    if told is None or told == "":
        return usual
    try:
        value = int(told)
    except (TypeError, ValueError, OverflowError):
        raise BadParameter(name, "a whole number") from None
    if value < least or value > 1_000_000_000:
        raise BadParameter(name, f"at least {least}")
    return value


def cursor_at(first: int) -> str:
    return base64.urlsafe_b64encode(b"at:%d" % first).decode().rstrip("=")


def cursor_of(name: str, told: str) -> int:
    try:
        mark, _, digits = base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)).partition(b":")
        if mark == b"at" and digits.isdigit() and len(digits) < 10:
            return int(digits)
    except ValueError:
        pass
    raise BadParameter(name, "a cursor of an earlier page")


def _window(first: int, size: int, total: int) -> Window:
    first = min(first, total)
    return Window(first, min(first + size, total), total, size)
