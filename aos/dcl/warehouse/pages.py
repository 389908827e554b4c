"""Rows of a pipe, page by page, as they came: pushed ones in the order of run, batch and row, then a stream's records
in the order of their positions."""

import base64
import binascii
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from aos.contracts.content import RowPage, StoredRow
from aos.core.db import Database
from aos.core.errors import InvalidInput
from aos.dcl.warehouse.content import ROWS_BITS, SQL, KeptRun
from aos.dcl.warehouse.sources import POSITIONS

MOST_BYTES = 4 * 1024 * 1024  # of the rows of one page
CHUNKS_AT_ONCE = 64
PLACES = 1 << ROWS_BITS  # of a chunk: whatever lies there is its, however many rows the chunk says it has
RECORDS_AT_ONCE = 64  # a record can have a MiB


class Place(NamedTuple):
    """Where a page begins: `run` is a key as in `KeptRun`; the row of a batch, or the position in a source."""

    run: int
    batch: str
    row: int


Found = tuple[Place, str, bytes]  # where it stands, the name of its run, its JSON text
_object = msgspec.json.Decoder(dict, float_hook=msgspec.Raw)  # a float can't hold every number that is kept


class Pages:
    """Reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, pipe: int, pipe_id: str, runs: Sequence[KeptRun], cursor: str, limit: int) -> RowPage:
        """Up to `limit` rows of these runs from a cursor on ("": from the beginning); fewer where they are large."""
        begin = _read_cursor(cursor, pipe)
        found = [] if begin.run < 0 else await self._pushed([run for run in runs if not run.streamed], begin, limit + 1)
        if len(found) <= limit:
            streamed = sorted((run for run in runs if run.streamed), key=lambda run: -run.key)
            found += await self._streamed(pipe, streamed, begin, limit + 1 - len(found))
        rows: list[StoredRow] = []
        size = 0
        for place, run_id, value in found:
            size += len(value)
            if len(rows) == limit or (rows and size > MOST_BYTES):
                return RowPage(pipe_id=pipe_id, rows=rows, cursor=_cursor(pipe, place))
            rows.append(StoredRow(run_id=run_id, batch=place.batch, row=place.row, value=as_kept(value)))
        return RowPage(pipe_id=pipe_id, rows=rows, cursor=None)

    async def _pushed(self, runs: Sequence[KeptRun], begin: Place, wanted: int) -> list[Found]:
        names = {run.key: run.run_id for run in runs}
        keys = msgspec.json.encode(list(names)).decode()
        found: list[Found] = []
        size = 0
        while not _enough(found, size, wanted):
            behind = (keys, begin.run, begin.batch, CHUNKS_AT_ONCE)
            chunks = await self._database.read(SQL["chunks_behind"], behind)
            for chunk, run, batch, _ in chunks:
                first = begin.row if (run, batch) == (begin.run, begin.batch) else 0
                if first >= PLACES:
                    continue
                base = chunk << ROWS_BITS
                between = (base + first, base + PLACES - 1, wanted - len(found))
                rows = await self._database.read(SQL["rows_between"], between)
                found += [(Place(run, batch, key - base), names[run], value) for key, value in rows]
                size += sum(len(value) for _, value in rows)
                if _enough(found, size, wanted):
                    return found
            if len(chunks) < CHUNKS_AT_ONCE:
                break
            _, run, batch, _ = chunks[-1]
            begin = Place(run, batch, PLACES)
        return found

    async def _streamed(self, pipe: int, runs: Sequence[KeptRun], begin: Place, wanted: int) -> list[Found]:
        found: list[Found] = []
        size = 0
        for run in runs:
            source = -run.key
            if len(found) >= wanted or (begin.run < 0 and source < -begin.run):
                continue
            base = source * POSITIONS
            after = base + (begin.row - 1 if begin.run == run.key else -1)
            while not _enough(found, size, wanted):
                values = (after, base + POSITIONS, pipe, min(RECORDS_AT_ONCE, wanted - len(found)))
                rows = await self._database.read(SQL["records_of_pipe"], values)
                found += [(Place(run.key, run.dcl_run_id, key - base), run.run_id, value) for key, value in rows]
                size += sum(len(value) for _, value in rows)
                if _enough(found, size, wanted):
                    return found
                if not rows:
                    break
                after = rows[-1][0]
        return found


def _enough(found: Sequence[Found], size: int, wanted: int) -> bool:
    """Whether a page is full. One row goes into it however large it is, and the one behind it says where to go on."""
    return len(found) >= wanted or (size > MOST_BYTES and len(found) > 1)


def as_kept(value: bytes) -> msgspec.Raw:
    """A row's own text. What is no JSON object any more was changed behind DCL's back: it is shown as a JSON text,
    which no row can be, so that the page stays JSON and the row is found to be wrong."""
    try:
        _object.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return msgspec.Raw(msgspec.json.encode(value.decode(errors="replace")))
    return msgspec.Raw(value)


def _cursor(pipe: int, place: Place) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((pipe, place))).decode().rstrip("=")


def _read_cursor(cursor: str, pipe: int) -> Place:
    if not cursor:
        return Place(0, "", 0)
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        of_pipe, place = msgspec.json.decode(text, type=tuple[int, Place])
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise InvalidInput("This is not a cursor of an earlier page", path="query.cursor") from error
    if of_pipe != pipe:
        raise InvalidInput("This is a cursor of another pipe", path="query.cursor")
    if not (-(2**19) < place.run < 2**43 and 0 <= place.row < POSITIONS):
        raise InvalidInput("This is not a cursor of an earlier page", path="query.cursor")
    return place
