"""Typed columns of a pipe's fields, so that a query reads no JSON. An index: the rows stay the truth.

It lies in a database of its own, which has the warehouse attached read-only: filling it happens inside SQLite, holds no
lock of the warehouse's writer and makes no Python object of a row. A projection belongs to a pipe and a list of fields;
a blueprint with other fields gets another one. It may be deleted at any time and is built again.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from aos.core.clock import Clock, wall_ms
from aos.core.db import Database, Row, Tx, sql_file
from aos.core.errors import EnvironmentFault, StoreFault, Unavailable
from aos.core.log import Log
from aos.dcl.warehouse.sources import POSITIONS

log = Log("dcl.join")
SHAPE = 2  # of what a projection holds; an index of another one is built anew
_row = msgspec.json.Decoder(dict[str, object], float_hook=str)
ROWS_BITS = 20  # a row's key is its chunk's number times 2**20, plus its place
ROWS_AT_ONCE = 100_000  # projected in one transaction, some 0.25 s
PIECE_ROWS = 5_000  # of a piece, about; what a sort of them needs stays in the processor's cache
MOST_PIECES = 400  # SQLite takes 500 parts of a UNION
_AS_KEPT, _WARY = "{0}", "iif(json_valid({0}), {0}, NULL)"  # how a row's text is read
KEPT = 64  # projections; the one that was not used for longest goes


class Numbers(NamedTuple):
    """What the numbers of a field are like. `largest` is an amount, `reals` says that not all are integers."""

    four_decimals: bool
    largest: float
    reals: bool


class Projection(NamedTuple):
    """A filled projection: its table, and the column of each field. `numbers` by field, where it has any."""

    table: str
    columns: dict[str, str]
    numbers: dict[str, Numbers]


class Piece(NamedTuple):
    """Some of a projection's rows, `rows` of them about, and the condition that they meet."""

    condition: str
    rows: int


class Projections:
    """All SQL of projection.db."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._locks: dict[tuple[int, str], asyncio.Lock] = {}

    @classmethod
    async def open(cls, path: Path, warehouse: Path, clock: Clock) -> "Projections":
        """A file that can't be read is an index that is gone: it is taken away and begun anew."""
        schema = sql_file("aos.dcl.warehouse", "projection.sql")
        try:
            database = await Database.open(path, schema, {"warehouse": warehouse})
            try:
                if await _is_of_shape(database):
                    return cls(database, clock)
                await database.close()
            except StoreFault:
                await database.close()
                raise
            _take_away(path)
        except (EnvironmentFault, StoreFault) as error:
            log.warning("The index of content can't be read and is built anew", why=error.message)
            _take_away(path)
        database = await Database.open(path, schema, {"warehouse": warehouse})
        await _is_of_shape(database)
        return cls(database, clock)

    async def close(self) -> None:
        await self._database.close()

    async def read(self, sql: str, values: Sequence[object], limit_s: float) -> list[Row]:
        """Rows of a read-only statement over projections and warehouse."""
        with self._whole():
            return await self._database.read(sql, values, limit_s=limit_s)

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """An index that turns out damaged is taken away, so that the next start builds it anew."""
        try:
            yield
        except StoreFault as error:
            if error.code != "db.damaged":
                raise
            log.error("The index of content is damaged", why=error.message)
            _take_away(self._database.path)
            told = "The index of content is damaged; it is built anew when AOS is started again"
            raise Unavailable(told, code="query.index_damaged") from error

    async def filled(self, pipe: int, fields: Sequence[str], limit_s: float) -> Projection:
        """The projection of a pipe's fields, with everything that is committed. `Unavailable` when that takes longer
        than `limit_s`; what was filled until then stays, so that the next call goes on from there."""
        spelled = msgspec.json.encode(list(fields)).decode()
        async with self._locks.setdefault((pipe, spelled), asyncio.Lock()):
            with self._whole():
                number = await self._known(pipe, spelled, len(fields))
                until = self._clock.monotonic() + limit_s
                while await self._fill(number, pipe, fields):
                    if self._clock.monotonic() > until:
                        raise Unavailable(
                            "The index of this pipe is being built; ask again in a moment", code="query.index_building"
                        )
                return await self._shown(number, fields)

    async def _fill(self, number: int, pipe: int, fields: Sequence[str]) -> bool:
        """Project the next rows. Where one is no JSON (somebody changed it), they are projected with its fields as
        null; that takes longer, so it is not done before one is met."""
        try:
            return await self._database.write(lambda tx: _fill(tx, number, pipe, fields, _AS_KEPT))
        except StoreFault as error:
            if error.code != "db.malformed_json":
                raise
        log.warning("Rows that are no JSON are null in every query: somebody changed the warehouse", pipe=pipe)
        return await self._database.write(lambda tx: _fill(tx, number, pipe, fields, _WARY))

    async def pieces(self, runs: Sequence[int]) -> list[Piece]:
        """The rows of these runs (keys of projection rows) in pieces; all records of streams are one."""
        pushed = msgspec.json.encode([run for run in runs if run > 0]).decode()
        chunks = await self.read(
            "SELECT id, rows FROM warehouse.chunks WHERE run IN (SELECT value FROM json_each(?)) ORDER BY id",
            (pushed,),
            5.0,
        )
        wanted = max(PIECE_ROWS, -(-sum(rows for _, rows in chunks) // (MOST_PIECES - 1)))
        found = []
        first, held = None, 0
        for n, (chunk, rows) in enumerate(chunks):
            first, held = (chunk if first is None else first), held + rows
            if held >= wanted or n == len(chunks) - 1:
                # In the order of keys, so that one range holds them; other runs' rows in it are left out by their run.
                found.append(Piece(f"_id >= {first << ROWS_BITS} AND _id < {(chunk + 1) << ROWS_BITS}", held))
                first, held = None, 0
        return [*found, Piece("_id < 0", 0)] if any(run < 0 for run in runs) else found

    async def broken(self, projection: Projection, runs: Sequence[int]) -> int:
        """How many rows of these runs (keys of projection rows) are no JSON."""
        wanted = msgspec.json.encode(list(runs)).decode()
        found = await self._database.read(
            f"SELECT count(*) FROM projected_broken JOIN {projection.table} ON _id = id"
            " WHERE projection = ? AND _run IN (SELECT value FROM json_each(?))",
            (int(projection.table[1:]), wanted),
        )
        return int(found[0][0])

    async def _known(self, pipe: int, spelled: str, columns: int) -> int:
        async def work(tx: Tx) -> int:
            found = await tx.do("SELECT id, chunk_mark FROM projections WHERE pipe = ? AND fields = ?", (pipe, spelled))
            newest = (await tx.do("SELECT coalesce(max(id), 0) FROM warehouse.chunks"))[0][0]
            if found and found[0][1] > newest:  # the warehouse is an older one than this index was made of
                await _drop(tx, found[0][0])
                found = []
            if not found:
                found = await _create(tx, pipe, spelled, columns)
            await tx.run("UPDATE projections SET used_ms = ? WHERE id = ?", (wall_ms(self._clock), found[0][0]))
            return int(found[0][0])

        return await self._database.write(work)

    async def _shown(self, number: int, fields: Sequence[str]) -> Projection:
        found = await self._database.read(
            "SELECT field, four_decimals, largest, reals FROM projected_numbers WHERE projection = ?", (number,)
        )
        numbers = {fields[field]: Numbers(bool(four), largest, bool(reals)) for field, four, largest, reals in found}
        return Projection(f"p{number}", {name: f"c{n}" for n, name in enumerate(fields)}, numbers)


async def _is_of_shape(database: Database) -> bool:
    """Whether this index was made as it is made now; an empty one is marked so."""

    async def work(tx: Tx) -> bool:
        if not await tx.do("SELECT 1 FROM shape") and not await tx.do("SELECT 1 FROM projections LIMIT 1"):
            await tx.run("INSERT INTO shape (version) VALUES (?)", (SHAPE,))
        return await tx.do("SELECT version FROM shape") == [(SHAPE,)]

    return await database.write(work)


def _take_away(path: Path) -> None:
    """The index and what SQLite keeps beside it; whoever has it open goes on with what is left of it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


async def _create(tx: Tx, pipe: int, spelled: str, columns: int) -> list[Row]:
    for (oldest,) in await tx.do(
        "SELECT id FROM projections ORDER BY used_ms DESC, id DESC LIMIT -1 OFFSET ?", (KEPT - 1,)
    ):
        await _drop(tx, oldest)
    await tx.run("INSERT INTO projections (pipe, fields) VALUES (?, ?)", (pipe, spelled))
    made = await tx.do("SELECT id, 0 FROM projections WHERE pipe = ? AND fields = ?", (pipe, spelled))
    # `_id` is a row's key, or the negative of a record's; `_run` likewise a run's number or a source's.
    names = ", ".join(["_id INTEGER PRIMARY KEY", "_run INTEGER", "_at INTEGER", *(f"c{n}" for n in range(columns))])
    await tx.run(f"CREATE TABLE p{made[0][0]} ({names})")
    return made


async def _drop(tx: Tx, number: int) -> None:
    await tx.run(f"DROP TABLE IF EXISTS p{number}")
    for table in ("projected_sources", "projected_numbers", "projected_broken"):
        await tx.run(f"DELETE FROM {table} WHERE projection = ?", (number,))
    await tx.run("DELETE FROM projections WHERE id = ?", (number,))


async def _fill(tx: Tx, number: int, pipe: int, fields: Sequence[str], shown: str) -> bool:
    """Project the next rows, if there are any. Rows and marks are one transaction."""
    return (
        await _fill_chunks(tx, number, pipe, fields, shown)
        or await _fill_late(tx, number, pipe, fields, shown)
        or await _fill_records(tx, number, pipe, fields, shown)
    )


async def _fill_chunks(tx: Tx, number: int, pipe: int, fields: Sequence[str], shown: str) -> bool:
    mark = (await tx.do("SELECT chunk_mark FROM projections WHERE id = ?", (number,)))[0][0]
    found = await tx.do(
        "SELECT chunks.id, chunks.rows FROM warehouse.chunks JOIN warehouse.runs ON runs.id = chunks.run"
        " WHERE runs.pipe = ? AND chunks.id > ? ORDER BY chunks.id LIMIT 1000",
        (pipe, mark),
    )
    rows = last = 0
    for chunk, count in found:
        rows, last = rows + count, chunk
        if rows >= ROWS_AT_ONCE:
            break
    if not last:
        return False
    columns = _values(shown.format("rows.value"), fields)
    await tx.run(
        f"INSERT INTO p{number} SELECT rows.id, chunks.run, chunks.ingest_ms, {columns}"
        " FROM warehouse.chunks JOIN warehouse.runs ON runs.id = chunks.run JOIN warehouse.rows"
        f" ON rows.id >= chunks.id << {ROWS_BITS} AND rows.id < (chunks.id + 1) << {ROWS_BITS}"
        " WHERE runs.pipe = ? AND chunks.id > ? AND chunks.id <= ?",
        (*_paths(fields), pipe, mark, last),
    )
    added = f"_id >= ? << {ROWS_BITS} AND _id < (? + 1) << {ROWS_BITS}"
    if shown == _WARY:
        await tx.run(
            "INSERT OR IGNORE INTO projected_broken (projection, id)"
            f" SELECT ?3, _id FROM p{number} JOIN warehouse.rows ON rows.id = _id"
            f" WHERE _id >= ?1 << {ROWS_BITS} AND _id < (?2 + 1) << {ROWS_BITS} AND NOT json_valid(value)",
            (mark + 1, last, number),
        )
    texts = f"SELECT _id, value FROM p{number} JOIN warehouse.rows ON id = _id WHERE {added}"
    await _keep_nuls(tx, number, fields, texts, "value", (mark + 1, last))
    await _look_at_numbers(tx, number, fields, added, (mark + 1, last))
    await tx.run("UPDATE projections SET chunk_mark = ? WHERE id = ?", (last, number))
    return True


async def _fill_records(tx: Tx, number: int, pipe: int, fields: Sequence[str], shown: str) -> bool:
    """Records of streams, behind the last position of each source."""
    for (source,) in await tx.do("SELECT id FROM warehouse.sources ORDER BY id"):
        found = await tx.do(
            "SELECT position FROM projected_sources WHERE projection = ? AND source = ?", (number, source)
        )
        base, mark = source * POSITIONS, found[0][0] if found else 0
        ids = "SELECT id FROM warehouse.records WHERE id > ? AND id < ? ORDER BY id LIMIT ?"
        last = (await tx.do(f"SELECT max(id) FROM ({ids})", (base + mark, base + POSITIONS, ROWS_AT_ONCE)))[0][0]
        if last is None:
            continue
        await _insert_records(tx, number, pipe, fields, shown, "id > ? AND id <= ?", (base + mark, last))
        await tx.run(
            "INSERT INTO projected_sources (projection, source, position) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET position = excluded.position",
            (number, source, last - base),
        )
        return True
    return False


async def _fill_late(tx: Tx, number: int, pipe: int, fields: Sequence[str], shown: str) -> bool:
    """Records that were filed behind a later one of their source."""
    mark = (await tx.do("SELECT late_mark FROM projections WHERE id = ?", (number,)))[0][0]
    seqs = "SELECT seq FROM warehouse.late_records WHERE seq > ? ORDER BY seq LIMIT ?"
    last = (await tx.do(f"SELECT max(seq) FROM ({seqs})", (mark, ROWS_AT_ONCE)))[0][0]
    if last is None:
        return False
    late = "id IN (SELECT record FROM warehouse.late_records WHERE seq > ? AND seq <= ?)"
    await _insert_records(tx, number, pipe, fields, shown, late, (mark, last))
    await tx.run("UPDATE projections SET late_mark = ? WHERE id = ?", (last, number))
    return True


async def _insert_records(
    tx: Tx, number: int, pipe: int, fields: Sequence[str], shown: str, which: str, values: tuple[int, int]
) -> None:
    """A record can be named twice, by its position and as a late one: OR IGNORE."""
    columns = _values(shown.format("payload"), fields)
    await tx.run(
        f"INSERT OR IGNORE INTO p{number} SELECT -id, -(id / {POSITIONS}), filed_ms, {columns}"
        f" FROM warehouse.records WHERE pipe = ? AND {which}",
        (*_paths(fields), pipe, *values),
    )
    if shown == _WARY:
        await tx.run(
            f"INSERT OR IGNORE INTO projected_broken (projection, id) SELECT {number}, -id FROM warehouse.records"
            f" WHERE pipe = ? AND {which} AND NOT json_valid(payload)",
            (pipe, *values),
        )
    # The keys are named by the same condition, which speaks of `id`.
    added = f"_id IN (SELECT -id FROM warehouse.records WHERE {which})"
    texts = f"SELECT -id, payload FROM warehouse.records WHERE pipe = ? AND {which}"
    await _keep_nuls(tx, number, fields, texts, "payload", (pipe, *values))
    await _look_at_numbers(tx, number, fields, added, values)


async def _keep_nuls(
    tx: Tx, number: int, fields: Sequence[str], texts: str, column: str, values: Sequence[int]
) -> None:
    """SQLite's JSON ends a text at its first NUL: the few rows with one are read here."""
    for key, text in await tx.do(f"{texts} AND instr({column}, '\\u0000')", values):
        with suppress(msgspec.MsgspecError, UnicodeDecodeError):
            row = _row.decode(text)
            for n, name in enumerate(fields):
                if isinstance(value := row.get(name), str) and "\0" in value:
                    await tx.run(f"UPDATE p{number} SET c{n} = ? WHERE _id = ?", (value, key))


async def _look_at_numbers(tx: Tx, number: int, fields: Sequence[str], which: str, values: tuple[int, int]) -> None:
    """Note what the numbers of the rows just added are like; a sum is exact where all have at most four decimals."""
    facts = ", ".join(
        f"max(abs({is_number(c)})), min(CASE typeof({c}) WHEN 'real' THEN round({c}, 4) = {c} END),"
        f" max(typeof({c}) = 'real')"
        for c in (f"c{n}" for n in range(len(fields)))
    )
    (found,) = await tx.do(f"SELECT {facts} FROM p{number} WHERE {which}", values)
    rows = [
        (number, field, 1 if four is None else four, largest, reals)
        for field, (largest, four, reals) in enumerate(zip(*[iter(found)] * 3, strict=True))
        if largest is not None
    ]
    await tx.many(
        "INSERT INTO projected_numbers (projection, field, four_decimals, largest, reals) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET four_decimals = min(four_decimals, excluded.four_decimals),"
        " largest = max(largest, excluded.largest), reals = max(reals, excluded.reals)",
        rows,
    )


def is_number(column: str) -> str:
    """SQL: the column where it is a number, else null."""
    return f"CASE WHEN typeof({column}) IN ('integer', 'real') THEN {column} END"


def _values(column: str, fields: Sequence[str]) -> str:
    return ", ".join(_extracted(column) if _has_path(n) else _each(column) for n in fields)


def _extracted(column: str) -> str:
    """SQLite's JSON gives 1 and 0 for booleans: as blobs they stay apart from numbers."""
    kind = f"CASE json_type({column}, ?) WHEN 'true' THEN x'01' WHEN 'false' THEN x'00'"
    return f"{kind} ELSE json_extract({column}, ?) END"


def _paths(fields: Sequence[str]) -> list[str]:
    return [path for name in fields for path in ((f'$."{name}"',) * 2 if _has_path(name) else (name,))]


def _has_path(name: str) -> bool:
    """Whether a JSON path can name this key; SQLite has no way to spell a quote or a backslash in one."""
    return not any(character in '"\\' or character < " " for character in name)


def _each(column: str) -> str:
    value = "CASE type WHEN 'true' THEN x'01' WHEN 'false' THEN x'00' ELSE value END"
    return f"(SELECT {value} FROM json_each({column}) WHERE key = ? LIMIT 1)"
