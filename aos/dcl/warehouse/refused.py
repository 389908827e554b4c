"""The quarantine table: refused lines, how they leave, and what became of them. All its SQL is run from here.

A line is `held`; on its way out it is `replaying` or `discarding` under the number of a batch, then `replayed` or
`discarded`. It is never deleted.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec

from aos.contracts.ingest import QuarantineStatus, Refusal
from aos.core.db import Database, Row, Tx
from aos.dcl.warehouse.sources import SQL, Sources

PAGE_BYTES = 4 * 1024 * 1024  # of lines in one page
BATCH_LINES = 500
BATCH_BYTES = 1024 * 1024
NO_MATCHING_PIPE = "NO_MATCHING_PIPE"  # the reason of a record whose pipe has no blueprint
Leaving = Literal["replaying", "discarding"]
LEFT: dict[Leaving, QuarantineStatus] = {"replaying": "replayed", "discarding": "discarded"}

_encode = msgspec.json.Encoder().encode
_refusals = msgspec.json.Decoder(Refusal)


class Refused(NamedTuple):
    """A refused line: its description, its exact bytes, the id of the stream entry that brought it."""

    refusal: Refusal
    data: bytes
    entry: str = ""


class Selection(NamedTuple):
    """Which lines are meant; an empty field means any."""

    reason: str = ""
    connector: str = ""
    status: QuarantineStatus | Literal[""] = "held"
    pipe_id: str = ""

    def clause(self) -> tuple[str, list[str | int]]:
        """As SQL with its values. Only what is asked for stands there, so that an index can serve it."""
        asked = {"status": self.status, "reason": self.reason, "connector_id": self.connector}
        named = {column: value for column, value in asked.items() if value}
        if self.pipe_id:
            named["json_extract(refusal, '$.pipe_id')"] = self.pipe_id
        return " AND ".join(f"{column} = ?" for column in named) or "true", list(named.values())


class Kept(NamedTuple):
    """A line of the table."""

    id: int
    refusal: Refusal
    data: bytes
    status: QuarantineStatus
    why: str
    settled_by: str
    settled_ms: int


class Standing(NamedTuple):
    """What decides whether a line may leave."""

    id: int
    status: QuarantineStatus
    reason: str
    replays: int


class Claimed(NamedTuple):
    """How many of the lines asked for were dealt with, and which of those were not held any more."""

    reached: int
    gone: list[int]


class RefusedLines:
    """Refused lines in SQLite, keyed by source position."""

    def __init__(self, database: Database, sources: Sources) -> None:
        self._database, self._sources = database, sources

    async def upgrade(self) -> None:
        """Add what the table lacks: the columns and indexes that came after its first version."""

        async def work(tx: Tx) -> None:
            known = {name for (name,) in await tx.do(SQL["quarantine_columns"])}
            columns = _statements("quarantine_column_")
            for column in columns.keys() - known:
                await tx.run(columns[column])
            for sql in (*_statements("quarantine_index_").values(), *_statements("quarantine_drop_").values()):
                await tx.run(sql)
            if "first_seen" not in known:
                await tx.run(SQL["quarantine_fill_first_seen"])

        await self._database.write(work)

    async def keep(self, refused: Sequence[Refused]) -> int:
        """Commit refused lines in one transaction; how many were new or are held anew."""

        async def work(tx: Tx) -> int:
            rows = []
            for refusal, data, entry in refused:
                key = await self._sources.key(tx, refusal.connector_id, refusal.target, refusal.position)
                text = _encode(refusal).decode()
                rows.append((key, refusal.connector_id, refusal.reason, text, data, refusal.first_seen, entry))
            return await tx.many(SQL["keep_refused"], rows)

        try:
            return await self._database.write(work)
        except BaseException:
            self._sources.forget()
            raise

    async def count(self, selection: Selection, *, clause: str = "true") -> int:
        chosen, values = selection.clause()
        return int((await self._database.read(_chosen("count_refused", f"{chosen} AND {clause}"), values))[0][0])

    async def page(self, selection: Selection, before: int, limit: int) -> tuple[list[Kept], bool]:
        """Up to `limit` lines, newest first, behind the line with the id `before` (0: from the newest); fewer where
        they are large. The second value: whether there may be more."""
        clause, values = selection.clause()
        if before:
            clause += " AND (first_seen, id) < (SELECT first_seen, id FROM quarantine WHERE id = ?)"
            values.append(before)
        sizes = await self._database.read(_chosen("page_of_refused", clause), [*values, limit])
        ids = _fitting(sizes, PAGE_BYTES)
        return await self.these(ids), bool(ids) and (len(ids) < len(sizes) or len(sizes) == limit)

    async def these(self, ids: Sequence[int]) -> list[Kept]:
        """Those of these lines that there are, newest first."""
        return [_kept(row) for row in await self._database.read(SQL["show_refused"], [_json(ids)])]

    async def standing(self, ids: Sequence[int]) -> dict[int, Standing]:
        """How these lines stand; unknown ids are left out."""
        rows = await self._database.read(SQL["state_of_refused"], [_json(ids)])
        return {row[0]: Standing(*row) for row in rows}

    async def select(self, selection: Selection, limit: int, *, clause: str = "true") -> list[Standing]:
        """Held lines, those with the fewest failed replays first, then the oldest; `clause` narrows it further."""
        chosen, values = selection.clause()
        rows = await self._database.read(_chosen("select_refused", f"{chosen} AND {clause}"), [*values, limit])
        return [Standing(key, "held", reason, replays) for key, reason, replays in rows]

    async def pipes_waiting(self) -> list[str]:
        """The pipes that held lines wait for."""
        return [pipe_id for (pipe_id,) in await self._database.read(SQL["pipes_waiting"], (NO_MATCHING_PIPE,))]

    async def claim(self, ids: Sequence[int], status: Leaving, batch: int, *, why: str = "", by: str = "") -> Claimed:
        """Let lines begin to leave under a number, if they are still held; only as many as one step can carry."""

        async def work(tx: Tx) -> Claimed:
            asked = list(ids[:BATCH_LINES])
            sizes: dict[int, int] = dict(await tx.do(SQL["sizes_of_refused"], [_json(asked)]))
            held = [(key, sizes[key]) for key in asked if key in sizes]
            taken = _fitting(held, BATCH_BYTES if status == "replaying" else sum(sizes.values()))
            reached = asked.index(held[len(taken)][0]) if len(taken) < len(held) else len(asked)
            await tx.many(SQL["claim_refused"], [(status, batch, why, by, key) for key in taken])
            return Claimed(reached, [key for key in asked[:reached] if key not in sizes])

        return await self._database.write(work)

    async def owners(self, status: Leaving, batch: int) -> list[str]:
        """Whose lines are under a number: a connector's name for each line."""
        return [name for (name,) in await self._database.read(SQL["owners_of_batch"], [status, batch])]

    async def leaving(self, status: Leaving, batch: int) -> list[Kept]:
        """The lines under a number, in the order of their arrival."""
        return [_kept(row) for row in await self._database.read(SQL["lines_of_batch"], [status, batch])]

    async def begun(self) -> list[tuple[Leaving, int]]:
        """Batches that began and are not known to be over."""
        return [(status, batch) for status, batch in await self._database.read(SQL["begun_batches"])]

    async def renumber(self, status: Leaving, batch: int, new: int) -> None:
        await self._database.write(lambda tx: tx.run(SQL["renumber_batch"], [new, status, batch]))

    async def hold_again(self, refused: Sequence[tuple[int, Refusal]], released: Sequence[int]) -> None:
        """Lines that failed their replay, with their new refusal, and lines that can't be replayed at all."""

        async def work(tx: Tx) -> None:
            rows = [(refusal.reason, _encode(refusal).decode(), key) for key, refusal in refused]
            await tx.many(SQL["refuse_again"], rows)
            await tx.many(SQL["release_refused"], [(key,) for key in released])

        await self._database.write(work)

    async def settled(self, status: Leaving, batch: int, at_ms: int) -> int:
        """A batch has left; how many lines. One that was refused anew meanwhile stays held."""
        return await self._database.write(lambda tx: tx.run(SQL["settle_batch"], [LEFT[status], at_ms, status, batch]))


def _statements(prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): sql for name, sql in SQL.items() if name.startswith(prefix)}


def _chosen(statement: str, clause: str) -> str:
    return SQL[statement].replace("/*chosen*/", clause)


def _json(ids: Sequence[int]) -> str:
    return _encode(list(ids)).decode()


def _fitting(sizes: Sequence[Row], most: int) -> list[int]:
    """The first ids whose lines have no more than `most` bytes together, and one at least."""
    ids: list[int] = []
    total = 0
    for key, size in sizes:
        total += size
        if ids and total > most:
            break
        ids.append(key)
    return ids


def _kept(row: Row) -> Kept:
    key, text, data, reason, replays, status, why, settled_by, settled_ms = row
    refusal = msgspec.structs.replace(_refusals.decode(text), reason=reason, replays=replays)
    return Kept(key, refusal, data, status, why, settled_by, settled_ms)
