"""JSON with half of a surrogate pair in it: decoders tell it in many ways ("truncated", "end of hex escape"), none of
which helps whoever sent it, and none says in which row."""

import re
from collections.abc import Iterable

import msgspec

LONE_SURROGATE = "a lone surrogate (half of a pair of \\u escapes), which is no Unicode text"

_MARK = b"\\ufDd0"  # a noncharacter in a spelling that nobody uses
_MOST_MARKED = 1_000
_HIGH, _LOW = rb"\\u[dD][89abAB][0-9a-fA-F]{2}", rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
# Behind an even number of backslashes, which are escaped ones: a half without the other one.
_LONE = re.compile(rb"((?<!\\)(?:\\\\)*+)(?:%s(?!%s)|(?<!%s)%s)" % (_HIGH, _LOW, _HIGH, _LOW))


def why_not_json(error: Exception, raw: bytes) -> str:
    """The words of `error`, which came of reading `raw`; those of ours where lone surrogates are all that is wrong."""
    marked = with_marks(raw)
    if marked is None:
        return str(error)
    try:
        msgspec.json.decode(marked)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return str(error)
    return LONE_SURROGATE


def with_marks(raw: bytes) -> bytes | None:
    """`raw` with a mark in place of each lone surrogate; None where there is none."""
    if _MARK in raw:
        return None
    marked, count = _LONE.subn(rb"\1\\ufDd0", raw, count=_MOST_MARKED)
    return marked if count else None


def first_marked(rows: Iterable[msgspec.Raw]) -> int | None:
    """The number of the first of these rows that has a mark."""
    return next((number for number, row in enumerate(rows) if _MARK in bytes(row)), None)
