"""One line in, one verdict out. Nothing that a line holds raises out of here.

A line that the contract's `known_only` decoder takes is Clean after one decode: it holds only known fields, so every
text has been read as UTF-8, every number as a double, and nothing nests deeper than the contract. Any other line is
looked at again: decoded plainly, so that unknown fields are held to the same (the typed decoder skips them unread),
then judged.

Depth counts the record itself: 32 levels pass. Only a line that is empty (after the splitter took `\\n` or `\\r\\n`) is
a keep-alive; one of blanks is `malformed`, since it holds bytes that may have been a record. Of keys that stand twice
the last counts, as with every reader of ours; where an earlier one breaks the contract the line is `duplicate_key`.
"""

import json
import math
import re
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, NoReturn

import msgspec

from aos.dcl.sidecar.contract import Contract
from aos.dcl.sidecar.faults import Fault
from aos.dcl.sidecar.lines import Oversize
from aos.dcl.sidecar.odcs import MAX_DEPTH

DETAIL_CHARACTERS = 200

Reason = Literal[
    "malformed",  # not one JSON text
    "not_object",  # JSON, but a list, a text, a number, ...
    "encoding",  # not UTF-8, or half of a surrogate pair
    "control",  # a NUL in a text
    "number",  # a number past the range of a double, where the contract has no number
    "too_deep",
    "too_long",
    "duplicate_key",
]


class Clean(msgspec.Struct, frozen=True):
    """Valid against the contract: the line's own bytes go on."""


class KeepAlive(msgspec.Struct, frozen=True):
    """An empty line: counted apart, without a number."""


class Drifted(msgspec.Struct, frozen=True):
    """A JSON object that breaks the contract. `line` is what came in."""

    line: bytes
    faults: tuple[Fault, ...]

    @property
    def record(self) -> dict[str, Any]:
        """The object. Numbers with a fraction or an exponent are Decimal, so nothing is rounded: encode it with
        `decimal_format="number"`. Decoded at each call, since most drifted lines never need it."""
        value, _ = _decode_plainly(self.line, _EXACT)
        assert isinstance(value, dict)
        return value


class Toxic(msgspec.Struct, frozen=True):
    """Not a record at all. `detail` is short and says where."""

    reason: Reason
    detail: str


Verdict = Clean | Drifted | Toxic | KeepAlive

_CLEAN = Clean()
_KEEP_ALIVE = KeepAlive()
_NUL = b"\\u0000"
# Not the text of one: an even number of backslashes stands before it.
_NUL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Airlock:
    """The verdicts of one contract."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._known_only = contract.known_only.decode

    def read(self, line: bytes | Oversize) -> Verdict:
        """The verdict on a line without its newline, as `LineSplitter` gives it."""
        if isinstance(line, Oversize):
            return Toxic("too_long", f"{line.length} bytes, sha256 {line.sha256}")
        try:
            self._known_only(line)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return self._look_again(line)
        if _NUL in line:
            return self._look_again(line)
        return _CLEAN

    def _look_again(self, line: bytes) -> Verdict:
        if not line:
            return _KEEP_ALIVE
        try:
            record, overflow = _decode_plainly(line)
        except RecursionError:
            return Toxic("too_deep", "nesting without end")
        except UnicodeDecodeError as error:
            return Toxic("encoding", _short(error))
        except (msgspec.MsgspecError, ValueError) as error:
            return Toxic("encoding" if _lacks_only_surrogates(line) else "malformed", _short(error))
        if type(record) is not dict:
            return Toxic("not_object", f"a JSON {_JSON_NAMES.get(type(record), 'number')}")
        if _NUL in line and _NUL_ESCAPE.search(line):
            return Toxic("control", "a NUL in a text")
        if line.count(b"{") + line.count(b"[") > MAX_DEPTH and _nests_deeper(record, MAX_DEPTH):
            return Toxic("too_deep", f"nests past {MAX_DEPTH} levels")
        return self._judge(line, record, overflow=overflow)

    def _judge(self, line: bytes, record: dict[str, Any], *, overflow: bool) -> Verdict:
        if overflow:
            faults = self.contract.faults(record)
            if any(fault.kind == "range" for fault in faults):
                return Drifted(line, faults)
            return Toxic("number", "a number past the range of a double")
        try:
            self.contract.decoder.decode(line)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            faults = self.contract.faults_in(line, record)
            return Drifted(line, faults) if faults else Toxic("duplicate_key", _short(error))
        return _CLEAN


def _decode_plainly(line: bytes, decoder: "msgspec.json.Decoder[Any] | None" = None) -> tuple[object, bool]:
    """The line's value, and whether it holds a number that no double can: those come back as infinities."""
    try:
        return (decoder or _PLAIN).decode(line), False
    except msgspec.ValidationError:  # without a type there is nothing else that msgspec could refuse as invalid
        text = line.decode()
        return json.loads(text, parse_float=_exact, parse_int=_whole, parse_constant=_no_constant), True


def _exact(text: str) -> Decimal | float:
    near = float(text)
    if math.isinf(near):
        return near
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent that Decimal can't hold: too near to zero to tell
        return near


def _whole(text: str) -> int | float:
    return int(text) if len(text) <= 400 else float(text)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_EXACT: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=_exact)
_PLAIN: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
_JSON_NAMES: dict[type, str] = {list: "array", str: "string", bool: "boolean", type(None): "null"}


def _lacks_only_surrogates(line: bytes) -> bool:
    """Whether the line would be JSON if half a surrogate pair were a character, as Python's own reader takes it."""
    if b"\\u" not in line:
        return False
    try:
        json.loads(line.decode(), parse_int=str, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return False
    return True


def _nests_deeper(record: dict[str, Any], limit: int) -> bool:
    level: list[Any] = [record]
    for _ in range(limit):
        level = [
            held
            for holder in level
            for held in (holder.values() if type(holder) is dict else holder)
            if type(held) is dict or type(held) is list
        ]
        if not level:
            return False
    return True


def _short(error: Exception) -> str:
    return str(error)[:DETAIL_CHARACTERS]
