"""Patterns of contracts, so that no text can hold the process up for longer than it takes to read it.

Most patterns are so plain that Python's engine, which msgspec uses, never has to go back far: `^`, then single
characters or classes, with little freedom in how often each comes. All others run in RE2, whose time is linear.
"""

import math
import re
from typing import Any, Protocol

import re2

MOST_WAYS = 20_000  # in which the counts of a plain pattern can be split up
MOST_WAYS_ENDLESS = 16  # where one of them has no end: each way may then read the whole text

_CLASS = r"\[\^?(?:\\.|[^\[\]\\])+\]"
_PLAIN = r"[^\\^$*+?(){}\[\]|]"
_PIECE = re.compile(
    rf"(?:\\[^0-9bBAZ]|{_CLASS}|{_PLAIN})(?:([*+?])|\{{(\d{{1,6}})(,?)(\d{{0,6}})\}})?(?!\?|\+)", re.DOTALL
)
_options = re2.Options()
_options.log_errors = False


class Matcher(Protocol):
    """A compiled pattern: the first match anywhere in a text, or None."""

    def search(self, text: str, /) -> Any: ...


def compile_pattern(pattern: str) -> Matcher:
    """ECMA's meaning: an unescaped `$` outside brackets is the very end, not also before a last newline; `\\d`, `\\w`
    and `\\s` are ASCII. A `re.Pattern` where that is safe, else one of RE2. ValueError says why it can't be used."""
    pieces = re.findall(r"\\.|\[(?:\\.|[^\]\\])*\]|.", pattern, re.DOTALL)
    python = "".join(r"\Z" if piece == "$" else piece for piece in pieces)
    try:
        re.compile(python)
        plain = re.compile(f"(?a:{python})")  # ASCII as part of the text, since msgspec takes a text alone
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"not a regular expression that can be used: {error}") from error
    if is_plain(pattern):
        return plain
    try:
        return re2.compile("".join(r"\z" if piece == "$" else piece for piece in pieces), _options)  # type: ignore[no-any-return]
    except re2.error as error:
        why = error.args[0].decode(errors="replace") if error.args and isinstance(error.args[0], bytes) else str(error)
        raise ValueError(f"not a regular expression that can be matched in linear time: {why}") from error


def is_plain(pattern: str) -> bool:
    """Whether Python's engine takes no longer than a few times the length of a text, whatever stands in it."""
    if not pattern.startswith("^"):
        return False  # it would begin anew at each character
    ways, endless, at = 1, 0, 1
    body = pattern.removesuffix("$")
    while at < len(body):
        piece = _PIECE.match(body, at)
        if piece is None:
            return False
        least, most = _counts(*piece.groups())
        if math.isinf(most):
            endless += 1
        else:
            ways *= max(1, int(most) - least + 1)
        at = piece.end()
    return ways <= (MOST_WAYS_ENDLESS if endless else MOST_WAYS) and endless <= 1


def _counts(sign: str | None, least: str | None, comma: str | None, most: str | None) -> tuple[int, float]:
    """How often a piece may come, at least and at most."""
    if sign:
        return {"*": (0, math.inf), "+": (1, math.inf), "?": (0, 1.0)}[sign]
    if least is None:
        return 1, 1.0
    return int(least), float(most or (math.inf if comma else least))
