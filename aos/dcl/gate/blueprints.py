"""Blueprints: what AAM said of each pipe, in every version that it had. All SQL of their tables is run from here."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from aos.contracts.export import Blueprint, DCLConnectionSchema, DCLExportResponse
from aos.contracts.query import Query
from aos.core.clock import Clock, wall_ms
from aos.core.db import Database, Row, Tx, sql_file, statements

SQL = statements(sql_file("aos.dcl.gate", "queries.sql"))
SCHEMA = sql_file("aos.dcl.gate", "schema.sql")

_encode = msgspec.json.Encoder().encode
_connections = msgspec.json.Decoder(DCLConnectionSchema)


class PipeDefinition(NamedTuple):
    """A pipe as the guard finds it: its number in the warehouse, its current blueprint, the names of its fields."""

    number: int
    blueprint: Blueprint
    fields: frozenset[str]


class Blueprints:
    """Versions lie in the database and are never changed; the current one of each pipe stands in memory as well, so
    that a lookup costs nothing and there is one place to look."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._current: dict[str, dict[str, PipeDefinition]] = {}

    @classmethod
    async def open(cls, database: Database, clock: Clock) -> "Blueprints":
        blueprints = cls(database, clock)
        for tenant, pipe_id, number, *rest in await database.read(SQL["current_blueprints"], limit_s=60.0):
            blueprints._show(tenant, pipe_id, number, _blueprint(rest))
        return blueprints

    def lookup_pipe_definition(self, tenant: str, pipe_id: str) -> PipeDefinition | None:
        """The guard's one question (source 003, "Ingest Guard Logic"). Another tenant's pipe is None as well."""
        return self._current.get(tenant, {}).get(pipe_id)

    def pipe_ids(self, tenant: str) -> list[str]:
        return sorted(self._current.get(tenant, {}))

    def all_of(self, tenant: str) -> list[PipeDefinition]:
        return [self._current[tenant][pipe_id] for pipe_id in self.pipe_ids(tenant)]

    async def register(self, tenant: str, export: DCLExportResponse) -> list[str]:
        """Take a checked export, whole or not at all; the ids of its pipes. A pipe gets a new version only where
        something about it changed."""
        wanted = [(plane.plane_type, connection) for plane in export.fabric_planes for connection in plane.connections]
        at_ms = wall_ms(self._clock)

        async def work(tx: Tx) -> None:
            made = await tx.do(SQL["make_export"], (tenant, export.aod_run_id, export.timestamp, at_ms))
            number = int(made[0][0])
            changed: list[tuple[str, int, Blueprint]] = []
            named: list[tuple[int, int, int]] = []
            versions: list[tuple[int, int, int, str, str]] = []
            for plane_type, connection in wanted:
                known = self.lookup_pipe_definition(tenant, connection.pipe_id)
                if known is not None and _same(known.blueprint, plane_type, connection):
                    named.append((number, known.number, known.blueprint.version))
                    continue
                pipe = known.number if known else (await tx.do(SQL["make_pipe"], (tenant, connection.pipe_id)))[0][0]
                blueprint = Blueprint(
                    version=known.blueprint.version + 1 if known else 1,
                    exported_at=at_ms,
                    aod_run_id=export.aod_run_id,
                    plane_type=plane_type,
                    connection=connection,
                )
                versions.append((pipe, blueprint.version, number, plane_type, _encode(connection).decode()))
                named.append((number, pipe, blueprint.version))
                changed.append((connection.pipe_id, pipe, blueprint))
            await tx.many(SQL["make_blueprint"], versions)
            await tx.many(SQL["note_exported"], named)
            # Transactions come one after the other, so the next export sees these.
            tx.on_commit(lambda: self._show_all(tenant, changed))

        await self._database.write(work)
        return [connection.pipe_id for _, connection in wanted]

    async def versions(self, number: int) -> list[Blueprint]:
        """Every version of a pipe, oldest first."""
        return [_blueprint(row) for row in await self._database.read(SQL["versions_of_pipe"], (number,))]

    async def meant(self, tenant: str, query: Query) -> list[PipeDefinition]:
        """The pipes that a query means, with their blueprints as of its time; one that was not there yet is left out.
        What a pipe is (its vendor, its category) is that of the same time."""
        pipes = self.all_of(tenant)
        if query.pipe_id is not None:
            known = self.lookup_pipe_definition(tenant, query.pipe_id)
            pipes = [known] if known else []
        if query.as_of is not None:
            pipes = await self._as_of(pipes, query.as_of)
        return [pipe for pipe in pipes if _is_meant(pipe.blueprint.connection, query)]

    async def _as_of(self, pipes: Iterable[PipeDefinition], at_ms: int) -> list[PipeDefinition]:
        numbers = _encode([pipe.number for pipe in pipes]).decode()
        found = await self._database.read(SQL["blueprints_as_of"], (numbers, at_ms))
        return [_definition(row[0], _blueprint(row[1:])) for row in found]

    def _show_all(self, tenant: str, changed: Iterable[tuple[str, int, Blueprint]]) -> None:
        for each in changed:
            self._show(tenant, *each)

    def _show(self, tenant: str, pipe_id: str, number: int, blueprint: Blueprint) -> None:
        self._current.setdefault(tenant, {})[pipe_id] = _definition(number, blueprint)


def _definition(number: int, blueprint: Blueprint) -> PipeDefinition:
    return PipeDefinition(number, blueprint, frozenset(blueprint.connection.fields))


def _same(known: Blueprint, plane_type: str, connection: DCLConnectionSchema) -> bool:
    return known.plane_type == plane_type and known.connection == connection


def _is_meant(connection: DCLConnectionSchema, query: Query) -> bool:
    return query.vendor in (None, connection.vendor) and query.category in (None, connection.category)


def _blueprint(row: Sequence[object] | Row) -> Blueprint:
    version, at_ms, aod_run_id, plane_type, connection = row
    return msgspec.convert(
        {
            "version": version,
            "exported_at": at_ms,
            "aod_run_id": aod_run_id,
            "plane_type": plane_type,
            "connection": _connections.decode(str(connection)),
        },
        Blueprint,
    )
