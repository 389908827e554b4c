"""A push of path 3 as it is read: the body once, the headers, and as much of both as the guard needs first."""

import asyncio
import hashlib
import re
from collections.abc import Mapping
from typing import NamedTuple

import msgspec
from starlette.datastructures import Headers as GivenHeaders

from aos.contracts.base import Wire
from aos.contracts.content import ContentPush
from aos.contracts.names import RunId
from aos.core.errors import InvalidInput
from aos.core.http import read_body
from aos.core.not_json import LONE_SURROGATE, first_marked, with_marks

MOST_HASH = 256  # characters of x-schema-hash; the document does not say what it is a hash of
RESERVED = ("latest", "all")  # what stands for runs in a query
_BATCH = re.compile(r"[0-9]{1,18}")
_run_ids: type = RunId


class _Sender(Wire, frozen=True):
    """What a refused body says of its sender, as far as it can be read."""

    source_system: object = ""
    tenant_id: object = None
    row_count: object = 0


class _Rows(Wire, frozen=True):
    rows: list[msgspec.Raw]


class Headers(NamedTuple):
    """`batch` is the number of the chunk, or empty."""

    run_id: str
    schema_hash: str
    batch: str


class Incoming(NamedTuple):
    """A body: the push, or what is wrong with it; the sender and the tenant that it names either way."""

    push: ContentPush | InvalidInput
    sender: str
    tenant: str | None
    rows: int


def read_incoming(raw: bytes) -> Incoming:
    """The body, checked in full. What is wrong with it is kept for after the guard."""
    try:
        push: ContentPush = read_body(ContentPush, raw)
    except InvalidInput as error:
        marked = with_marks(raw) if LONE_SURROGATE in error.message else None
        return _unreadable(raw, error) if marked is None else _unreadable(marked, _in_row(marked, error))
    rows = len(push.rows)
    if push.row_count == rows:
        return Incoming(push, push.source_system, push.tenant_id, rows)
    fault = InvalidInput(f"row_count says {push.row_count}, and there are {rows} rows", path="$.row_count")
    return Incoming(fault, push.source_system, push.tenant_id, rows)


def _in_row(marked: bytes, fault: InvalidInput) -> InvalidInput:
    """The fault with the path of the row that has the lone surrogate, where it is in a row."""
    try:
        row = first_marked(msgspec.json.decode(marked, type=_Rows).rows)
    except (msgspec.MsgspecError, RecursionError):
        return fault
    return fault if row is None else InvalidInput(fault.message, code=fault.code, path=f"$.rows[{row}]")


def _unreadable(raw: bytes, fault: InvalidInput) -> Incoming:
    try:
        sender = msgspec.json.decode(raw, type=_Sender)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        sender = _Sender()
    name = sender.source_system if isinstance(sender.source_system, str) else ""
    tenant = sender.tenant_id if isinstance(sender.tenant_id, str) else None
    rows = sender.row_count if isinstance(sender.row_count, int) and 0 <= sender.row_count < 2**31 else 0
    return Incoming(fault, name, tenant, rows)


async def digest_of(raw: bytes) -> bytes:
    """SHA-256 of the body; a large one beside the event loop, since hashing lets go of Python's lock."""
    if len(raw) < 64 * 1024:
        return hashlib.sha256(raw).digest()
    return await asyncio.to_thread(lambda: hashlib.sha256(raw).digest())


def read_headers(headers: GivenHeaders) -> Headers:
    """`InvalidInput` names the header. x-pipe-id is the guard's affair. `batch` is empty where the body's digest is to
    name the chunk."""
    check_single(headers, "x-run-id", "x-schema-hash", "x-batch-seq")
    run_id = headers.get("x-run-id", "")
    try:
        msgspec.convert(run_id, _run_ids)
    except msgspec.ValidationError as error:
        told = "is missing" if not run_id else "is not the id of a run: letters, digits and ._:-, 128 at most"
        raise InvalidInput(f"x-run-id {told}", path="header.x-run-id") from error
    if run_id in RESERVED:
        raise InvalidInput(f"{run_id!r} is a word of queries, not the id of a run", path="header.x-run-id")
    schema_hash = headers.get("x-schema-hash", "")
    if not 0 < len(schema_hash) <= MOST_HASH or not schema_hash.isprintable():
        told = "is missing" if not schema_hash else f"has 1 to {MOST_HASH} printable characters"
        raise InvalidInput(f"x-schema-hash {told}", path="header.x-schema-hash")
    batch = headers.get("x-batch-seq")
    if batch is None:
        return Headers(run_id, schema_hash, "")
    if not _BATCH.fullmatch(batch):
        raise InvalidInput("x-batch-seq is the chunk's number, in decimal", path="header.x-batch-seq")
    return Headers(run_id, schema_hash, str(int(batch)))


def check_single(headers: GivenHeaders, *names: str) -> None:
    """`InvalidInput` for a header that stands twice: each reader could take another one of them."""
    for name in names:
        if len(headers.getlist(name)) > 1:
            raise InvalidInput(f"{name} stands more than once", path=f"header.{name}")


def schema_hash_of(types: Mapping[str, list[str]]) -> str:
    """SHA-256 of the sorted unique `name:type` lines of rows, in hex (spec: path 3)."""
    lines = sorted({f"{name}:{kind}" for name, kinds in types.items() for kind in kinds})
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
