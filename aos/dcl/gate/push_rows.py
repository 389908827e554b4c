"""The rows of a push: each looked at whole, kept as it came, its fields and their types noted.

Rows of one shape (the same names in the same order with the same types) are judged once. What the first ones are like
is made into a decoder that takes rows which add nothing to it, so most rows pass in bulk. The text that is kept is the
row's own. It is written anew (the same values, numbers as they were spelled) only where a reader of JSON text could
stumble: escaped keys, keys that stand twice, nested values.
"""

import asyncio
import functools
import operator
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from aos.contracts.content import MOST_LEVELS
from aos.contracts.export import MOST_FIELDS
from aos.core.errors import InvalidInput
from aos.core.not_json import why_not_json

AT_ONCE = 1_000  # rows between two turns of the event loop, some 2 ms
LEARNT = 50  # rows that the first decoder is made from
MOST_LEARNT = 200  # fields of a decoder; what has more is looked at row by row
MOST_NAMES = 10_000  # different field names in one push

_KINDS: dict[type, str] = {
    str: "string", bool: "boolean", int: "number", float: "number", type(None): "null", list: "array", dict: "object",
}  # fmt: skip
_JSON: dict[str, Any] = {"string": str, "boolean": bool, "number": int | float, "null": type(None)}


def _number(text: str) -> msgspec.Raw:
    return msgspec.Raw(b"-0" if text == _STAND_IN else text.encode())


def _kept_zero(found: "re.Match[bytes]") -> bytes:
    return found[0] if found[0].startswith(b'"') else _STAND_IN.encode()


_quick = msgspec.json.Decoder(dict)
_exact = msgspec.json.Decoder(dict, float_hook=_number)  # a number's own text: no float holds 1e400
_encode = msgspec.json.Encoder().encode
Shape = tuple[Any, ...]
_BLANKS = b" \t\n\r"
# JSON's integer -0: msgspec makes a 0 of it, and so it is read as a decimal with a spelling that nobody uses. Texts are
# matched first, so that none in a text is touched.
_MINUS_ZERO = re.compile(rb'"(?:[^"\\]|\\.)*"|(?<![eE])-0(?![0-9.eE])')
_STAND_IN = "-0.00e-000"


class _Unlike(Exception):
    """These rows are not all plain: look at each."""


class Judged(NamedTuple):
    """`texts` are the rows as JSON; `types` the JSON types that each field had; `everywhere` the fields that every row
    has, null or not."""

    texts: list[str]
    types: dict[str, list[str]]
    everywhere: frozenset[str]

    def drift(self, fields: Sequence[str]) -> list[str]:
        """Where the rows leave a blueprint: `+added` for a field that it does not have, `-missing` for one that some
        row lacks (source 003, "DCL Feedback Handling")."""
        known = set(fields)
        added = [f"+{name}" for name in self.types if name not in known]
        missing = [f"-{name}" for name in fields if self.texts and name not in self.everywhere]
        return sorted(added) + sorted(missing)


async def judge(raws: Sequence[msgspec.Raw]) -> Judged:
    """Look at every row. `InvalidInput` names the first that is none, `$.rows[17]`."""
    texts: list[str] = []
    shapes: dict[Shape, int] = {}
    names: set[str] = set()
    alike: _Alike | None = None
    begin = 0
    while begin < len(raws):
        part = raws[begin : begin + (AT_ONCE if begin else LEARNT)]
        fit = alike.texts(part) if alike else None
        if fit is None:
            known = len(shapes)
            fit = _looked_at(part, begin, shapes)
            if len(shapes) > known:
                names.update(name for shape in list(shapes)[known:] for name in shape[: len(shape) // 2])
                _check_names(names, begin)
                alike = _learnt(shapes)
        texts += fit
        begin += len(part)
        await asyncio.sleep(0)
    types, everywhere = _seen(shapes)
    return Judged(texts, types, everywhere)


class _Alike(NamedTuple):
    """Takes rows of exactly these fields with types that were seen in them."""

    decoder: msgspec.json.Decoder[Any]
    fields: int

    def texts(self, raws: Sequence[msgspec.Raw]) -> list[str] | None:
        """The rows' texts; None where they must be looked at. A key is what a colon follows, with blanks between them
        or none: where there are more of them than fields, one stands twice (no text can hold a quote, since there is
        no escape)."""
        whole = b"[" + b",".join(raws) + b"]"
        if b"\\" in whole or whole.translate(None, _BLANKS).count(b'":') != len(raws) * self.fields:
            return None
        try:
            self.decoder.decode(whole)
        except (msgspec.MsgspecError, RecursionError):
            return None
        return [str(raw, "utf-8") for raw in raws]


def _learnt(shapes: Mapping[Shape, int]) -> _Alike | None:
    """A decoder for rows like these; None where they are too different."""
    kinds: dict[str, set[str]] = {}
    for shape in shapes:
        half = len(shape) // 2
        if half > MOST_LEARNT or (kinds and kinds.keys() != set(shape[:half])):
            return None
        for name, kind in zip(shape[:half], shape[half:], strict=True):
            kinds.setdefault(name, set()).add(_kind(kind))
    found = tuple((name, tuple(sorted(each))) for name, each in sorted(kinds.items()))
    plain = all(name.isprintable() and not set(name) & set('"\\') for name in kinds)
    return _alike(found) if found and plain and all(_JSON.keys() >= set(each) for _, each in found) else None


@functools.lru_cache(maxsize=64)
def _alike(fields: tuple[tuple[str, tuple[str, ...]], ...]) -> _Alike:
    """Made once for what several pushes look like: making a struct takes longer than reading a thousand rows."""
    members = [(f"f{n}", _union(kinds), msgspec.field(name=name)) for n, (name, kinds) in enumerate(fields)]
    row = msgspec.defstruct("Row", members, forbid_unknown_fields=True, gc=False)
    return _Alike(msgspec.json.Decoder(list[row]), len(fields))  # type: ignore[valid-type]


def _union(kinds: Sequence[str]) -> Any:
    return functools.reduce(operator.or_, (_JSON[kind] for kind in kinds))


def _looked_at(raws: Sequence[msgspec.Raw], begin: int, shapes: dict[Shape, int]) -> list[str]:
    try:
        return _plain(raws, shapes)
    except (_Unlike, msgspec.MsgspecError, RecursionError):
        return [_row(raw, begin + n, shapes) for n, raw in enumerate(raws)]


def _plain(raws: Sequence[msgspec.Raw], shapes: dict[Shape, int]) -> list[str]:
    """Flat rows without escapes. Quotes are counted: what decodes to fewer texts than there stand had a key twice."""
    decode = _quick.decode
    seen: dict[Shape, int] = {}
    for raw in raws:
        row = decode(raw)
        shape = (*row, *map(type, row.values()))
        seen[shape] = seen.get(shape, 0) + 1
    quotes = 0
    for shape, count in seen.items():
        kinds = shape[len(shape) // 2 :]
        if list in kinds or dict in kinds or len(shape) > 2 * MOST_FIELDS:
            raise _Unlike
        quotes += 2 * count * (len(kinds) + kinds.count(str))
    texts = [str(raw, "utf-8") for raw in raws]
    if quotes != sum([text.count('"') for text in texts]) or any("\\" in text for text in texts):
        raise _Unlike
    for shape, count in seen.items():
        shapes[shape] = shapes.get(shape, 0) + count
    return texts


def _row(raw: msgspec.Raw, number: int, shapes: dict[Shape, int]) -> str:
    """One row by itself, written anew."""
    here = f"$.rows[{number}]"
    try:
        row = _exact.decode(_MINUS_ZERO.sub(_kept_zero, raw) if b"-0" in bytes(raw) else raw)
        _check_depth(row, 1)
    except RecursionError as error:
        raise InvalidInput(f"The row is nested past {MOST_LEVELS} levels", path=here) from error
    except msgspec.ValidationError as error:
        told = "A row is a JSON object" if "object" in str(error) else f"The row can't be kept: {error}"[:300]
        raise InvalidInput(told, path=here) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"The row is not JSON: {why_not_json(error, bytes(raw))}"[:300], path=here) from error
    if len(row) > MOST_FIELDS:
        raise InvalidInput(f"At most {MOST_FIELDS} fields in a row", path=here)
    shape = (*row, *map(type, row.values()))
    shapes[shape] = shapes.get(shape, 0) + 1
    return _encode(row).decode()


def _check_depth(value: Any, level: int) -> None:
    if level > MOST_LEVELS:
        raise RecursionError
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        if isinstance(each, dict | list):
            _check_depth(each, level + 1)


def _check_names(names: set[str], begin: int) -> None:
    if len(names) > MOST_NAMES:
        raise InvalidInput(f"More than {MOST_NAMES} different field names in one push", path=f"$.rows[{begin}]")


def _seen(shapes: Mapping[Shape, int]) -> tuple[dict[str, list[str]], frozenset[str]]:
    types: dict[str, set[str]] = {}
    everywhere: set[str] | None = None
    for shape in shapes:
        half = len(shape) // 2
        names = shape[:half]
        for name, kind in zip(names, shape[half:], strict=True):
            types.setdefault(name, set()).add(_kind(kind))
        everywhere = set(names) if everywhere is None else everywhere & set(names)
    return {name: sorted(kinds) for name, kinds in sorted(types.items())}, frozenset(everywhere or ())


def _kind(kind: type) -> str:
    return _KINDS.get(kind, "number")  # what is left is the text of a number
