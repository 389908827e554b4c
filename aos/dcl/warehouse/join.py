"""The late-binding join: structure (blueprints) and content (rows) meet when somebody asks (spec: "Late-binding join").

Structure is that of now, or of `as_of`; the rows carry none of it. Numbers are grouped in the projection; what a plain
selection gives is read from the rows themselves, so values come back as they came in.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from aos.contracts.export import Blueprint, FieldFacts
from aos.contracts.query import Column, JoinedPipe, Query, QueryResult
from aos.core.clock import Clock
from aos.core.errors import InvalidInput, NotFound
from aos.dcl.warehouse.join_pieces import FEW
from aos.dcl.warehouse.join_sql import STRUCTURE, Compiled, Part, check, compiled, name_of, period_name
from aos.dcl.warehouse.projection import ROWS_BITS, Projections
from aos.dcl.warehouse.sources import POSITIONS

READ_S = 5.0
FILL_S = 20.0
MOST_PIPES = 50
# Where rows only ever add to each other every run counts; elsewhere a run is the whole again, and the last one counts.
ADDING = frozenset({"append", "append_only", "cdc", "event", "events", "stream", "incremental"})


def _as_it_came(text: str) -> Any:
    """A number that a float can't hold to the digit keeps its own text."""
    number = float(text)
    return number if repr(number) == text else msgspec.Raw(text.encode())


_row = msgspec.json.Decoder(dict[str, Any], float_hook=_as_it_came)


def _fields_of(text: bytes) -> Mapping[str, Any]:
    """A row's fields; none where somebody changed it into what is no row."""
    try:
        return _row.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}


class RunOfPipe(NamedTuple):
    """A run as the projection knows it: `key` is what its rows carry (a run's number, or the negative of a stream's
    source). Times in milliseconds since the epoch; `rows` until now."""

    key: int
    run_id: str
    first_ms: int
    last_ms: int
    streamed: bool
    rows: int = 0


class PipeOfQuery(NamedTuple):
    """A pipe with the blueprint that the query shall see, its content, and what is known of its fields."""

    number: int
    blueprint: Blueprint
    runs: Sequence[RunOfPipe]
    facts: Mapping[str, FieldFacts]


class Structure(Protocol):
    """Where blueprints and runs are looked up."""

    async def pipes_of_query(self, tenant: str, query: Query) -> list[PipeOfQuery]:
        """The pipes that `pipe_id`, `vendor` or `category` mean, as of `as_of`; none where there is none."""
        ...


class Join:
    """Answers queries. Everything it does is read-only and ends in time."""

    def __init__(self, structure: Structure, projections: Projections, clock: Clock) -> None:
        self._structure, self._projections, self._clock = structure, projections, clock

    async def query(self, tenant: str, query: Query) -> QueryResult:
        """`InvalidInput` names the JSON path, `NotFound` a pipe that this tenant has not."""
        begun = self._clock.monotonic()
        pipes = await self._pipes(tenant, query)
        known = list(dict.fromkeys(name for pipe in pipes for name in pipe.blueprint.connection.fields))
        check(query, known)
        _check_run(pipes, query)
        counted = {pipe.number: _counted(pipe, query) for pipe in pipes}
        parts = [await self._part(pipe, counted[pipe.number], query) for pipe in pipes]
        statement = compiled(query, known, parts)
        found = await self._projections.read(await self._quickest(statement), statement.values, READ_S)
        rows = found[: query.limit]
        if statement.from_rows:
            shown = await self._from_rows(statement, parts, rows)
        else:
            shown = [_as_json(row) for row in rows]
        return QueryResult(
            columns=_described(query, statement.columns, pipes),
            rows=shown,
            pipes=[_joined(pipe, counted[pipe.number]) for pipe in pipes],
            truncated=len(found) > query.limit,
            notes=[*await self._notes(parts), *_of_numbers(query, parts, shown)],
            elapsed_ms=round((self._clock.monotonic() - begun) * 1000, 3),
        )

    async def _pipes(self, tenant: str, query: Query) -> list[PipeOfQuery]:
        named = [name for name in ("pipe_id", "vendor", "category") if getattr(query, name) is not None]
        if len(named) != 1:
            raise InvalidInput("Name exactly one of `pipe_id`, `vendor` and `category`", path="$")
        pipes = await self._structure.pipes_of_query(tenant, query)
        if not pipes:
            at = " at that time" if query.as_of is not None else ""
            raise NotFound(f"There is no pipe with {named[0]} {getattr(query, named[0])!r}{at}", code="query.no_pipe")
        if len(pipes) > MOST_PIPES:
            raise InvalidInput(f"{len(pipes)} pipes at once are too many; name a `pipe_id`", path=f"$.{named[0]}")
        return pipes

    async def _quickest(self, statement: Compiled) -> str:
        """A grouped query of many rows is taken apart where a look at one piece finds few groups."""
        pieces = statement.pieces
        if pieces is None:
            return statement.sql
        groups = (await self._projections.read(pieces.probe, statement.values[: pieces.values], READ_S))[0][0]
        return pieces.sql if groups * FEW <= pieces.rows else statement.sql

    async def _part(self, pipe: PipeOfQuery, runs: Sequence[RunOfPipe], query: Query) -> Part:
        connection = pipe.blueprint.connection
        structure = {
            "pipe.pipe_id": connection.pipe_id,
            "pipe.vendor": connection.vendor,
            "pipe.category": connection.category,
            "pipe.source_name": connection.source_name,
        }
        projection = await self._projections.filled(pipe.number, connection.fields, FILL_S)
        pieces = await self._projections.pieces([run.key for run in runs]) if query.group_by else ()
        return Part(projection, structure, {run.key: run.run_id for run in runs}, query.as_of, pieces)

    async def _notes(self, parts: Sequence[Part]) -> list[str]:
        notes = []
        for part in parts:
            if broken := await self._projections.broken(part.projection, list(part.runs)):
                told = f"{broken} rows of {part.structure['pipe.pipe_id']} are no JSON any more; their fields are null"
                notes.append(f"{told}. Somebody changed the database: recon names them")
        return notes

    async def _from_rows(self, statement: Compiled, parts: Sequence[Part], keys: Sequence[Any]) -> list[list[Any]]:
        """The selected rows as they came in, with their structure."""
        values: dict[int, tuple[Mapping[str, Any], int | None]] = {}
        for statement_of_rows, sign in _STORES:
            wanted = msgspec.json.encode([sign * key for _, key in keys if key * sign > 0]).decode()
            if wanted != "[]":
                for key, text, of_run in await self._projections.read(statement_of_rows, [wanted], READ_S):
                    values[sign * key] = (_fields_of(text), of_run)
        shown = []
        for number, key in keys:
            row, key_of_run = values.get(key, _GONE)
            part = parts[number]
            structure = {**part.structure, "run.run_id": part.runs.get(key_of_run or 0)}
            shown.append([structure[name] if name in STRUCTURE else row.get(name) for name in statement.columns])
        return shown


_GONE: tuple[Mapping[str, Any], int | None] = ({}, None)  # a row that is in the index alone: somebody took it away
# The rows of keys (a JSON list): key, JSON text and the key of the run; with the sign of these keys in a projection.
_OF_KEYS = "id IN (SELECT value FROM json_each(?))"
_STORES = (
    (
        "SELECT id, CAST(value AS BLOB), (SELECT run FROM warehouse.chunks WHERE chunks.id = rows.id >> "
        f"{ROWS_BITS}) FROM warehouse.rows WHERE {_OF_KEYS}",
        1,
    ),
    (f"SELECT id, CAST(payload AS BLOB), -(id / {POSITIONS}) FROM warehouse.records WHERE {_OF_KEYS}", -1),
)


def _check_run(pipes: Sequence[PipeOfQuery], query: Query) -> None:
    if query.run_id in (None, "all", "latest") or any(run.run_id == query.run_id for p in pipes for run in p.runs):
        return
    raise NotFound(f"There is no run {str(query.run_id)[:64]!r} of what was asked for", code="dcl.no_run")


def _counted(pipe: PipeOfQuery, query: Query) -> list[RunOfPipe]:
    """The runs that a query counts. A stream's records add up; of whole copies only the newest counts, unless the query
    names a run or says `all`."""
    runs = [run for run in pipe.runs if query.as_of is None or run.first_ms <= query.as_of]
    if query.run_id == "all" or not runs:
        return runs
    if query.run_id not in (None, "latest"):
        return [run for run in runs if run.run_id == query.run_id]
    latest = max(runs, key=lambda run: (run.first_ms, run.key))
    if query.run_id is None and (pipe.blueprint.connection.change_semantics or "").lower() in ADDING:
        return runs
    return [run for run in runs if run.run_id == latest.run_id]


def _of_numbers(query: Query, parts: Sequence[Part], rows: Sequence[Sequence[Any]]) -> list[str]:
    """What happened to numbers that SQLite does not hold to the digit."""
    named = {c.field for c in query.where} | {*query.group_by} | {a.field for a in query.aggregate}
    large = {name for part in parts for name, fact in part.projection.numbers.items() if fact.largest >= 2.0**63}
    told = "has integers past 64 bits or numbers past a double: they are compared, grouped and summed as doubles"
    notes = [f"{name} {told}" for name in sorted(large & named)]
    if any(isinstance(value, float) and not math.isfinite(value) for row in rows for value in row):
        notes.append("A null stands where a value is past what a double holds")
    return notes


def _as_json(row: Sequence[Any]) -> list[Any]:
    """A grouped row. Booleans are blobs in a projection."""
    return [value == b"\x01" if isinstance(value, bytes) else value for value in row]


def _types(name: str, pipes: Sequence[PipeOfQuery]) -> list[str]:
    types = {kind for pipe in pipes if name in pipe.facts for kind in pipe.facts[name].types}
    return sorted(types - {"null"})


def _described(query: Query, columns: Sequence[str], pipes: Sequence[PipeOfQuery]) -> list[Column]:
    aggregates = {name_of(aggregate): aggregate for aggregate in query.aggregate}
    periods = {period_name(period) for period in query.periods}
    described = []
    for name in columns:
        if name in periods:
            described.append(Column(name=name, types=["string"]))
            continue
        aggregate = aggregates.get(name)
        field = aggregate.field if aggregate else name
        units = {pipe.facts[field].unit for pipe in pipes if field in pipe.facts} if field else set()
        unit = units.pop() if len(units) == 1 else None
        if aggregate and aggregate.function in ("count", "count_distinct"):
            described.append(Column(name=name, types=["number"], unit=None))
            continue
        ways = {pipe.facts[field].aggregation for pipe in pipes if field in pipe.facts} if field else set()
        way = ways.pop() if len(ways) == 1 else None
        types = ["number"] if aggregate and aggregate.function in ("sum", "avg") else _types(field or "", pipes)
        described.append(Column(name=name, types=types, unit=unit, aggregation=way))
    return described


def _joined(pipe: PipeOfQuery, runs: Sequence[RunOfPipe]) -> JoinedPipe:
    connection = pipe.blueprint.connection
    return JoinedPipe(
        pipe_id=connection.pipe_id,
        vendor=connection.vendor,
        category=connection.category,
        source_name=connection.source_name,
        entity_scope=connection.entity_scope,
        modality=connection.modality,
        transport_kind=connection.transport_kind,
        blueprint_version=pipe.blueprint.version,
        run_ids=list(dict.fromkeys(run.run_id for run in runs)),
        freshness=max((run.last_ms for run in runs), default=None),
        rows=sum(run.rows for run in runs),
    )
