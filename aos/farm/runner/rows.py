"""Rows between adapters and DCL: objects whose numbers keep every digit, and their bytes and hash."""

import base64
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import msgspec

from aos.core.not_json import why_not_json
from aos.farm.recon.hashes import read, row_hash
from aos.farm.runner.faults import JobFault

Row = dict[str, Any]


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"the number {text[:40]} is past all reckoning") from None


# A number with a point becomes a Decimal, so that 0.1 is not turned into its nearest float and back.
_decoder = msgspec.json.Decoder(float_hook=_decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")
LOOK_AT_SOURCE = "look at the source's data, then dispatch it under a new run_id"


def decoded(raw: bytes, what: str) -> Any:
    """JSON with exact numbers; `JobFault` says what is wrong with it."""
    try:
        raw.decode("utf-8")
        return _decoder.decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:  # ValueError also for bad UTF-8
        raise JobFault(f"{what} is not JSON: {why_not_json(error, raw)[:200]}", LOOK_AT_SOURCE) from error


def objects(values: Any, what: str) -> list[Row]:
    """These values as rows; `JobFault` names the first that is no object."""
    if not isinstance(values, list):
        raise JobFault(f"{what} is not a list of rows", "check endpoint_ref.rows_at")
    for number, value in enumerate(values):
        if not isinstance(value, dict):
            raise JobFault(f"{what}: row {number} is not an object", "check endpoint_ref.rows_at")
    return values


def encoded(row: Row, number: int) -> tuple[bytes, bytes]:
    """(JSON, hash) of a row; the hash is that of the JSON as a reader decodes it. `number` is the row's, from 0."""
    try:
        raw = _encoder.encode(row)
        return raw, row_hash(read(raw))
    except (msgspec.MsgspecError, RecursionError, TypeError, ValueError) as error:
        raise JobFault(f"Row {number} can't be written as JSON: {str(error)[:200]}", LOOK_AT_SOURCE) from error


def of_sql(names: Sequence[str], values: Sequence[Any]) -> Row:
    """A database's row: times in ISO 8601, bytes in base64, intervals in seconds, numbers exact."""
    return {name: _plain(name, value) for name, value in zip(names, values, strict=True)}


def _plain(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise JobFault(f"Column {name[:80]!r} holds {value}, which JSON can't say", LOOK_AT_SOURCE)
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return Decimal(value // timedelta(microseconds=1)) / 1_000_000
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, list | tuple):
        return [_plain(name, each) for each in value]
    if isinstance(value, dict):
        return {str(key): _plain(name, each) for key, each in value.items()}
    if isinstance(value, UUID):
        return str(value)
    raise JobFault(f"Column {name[:80]!r} holds {type(value).__name__}", "cast it in the query")
