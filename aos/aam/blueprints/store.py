"""Pipes in all their versions, and where each came from: rows are added, and triggers refuse everything else."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import msgspec

from aos.aam.blueprints.declare import Declaration
from aos.contracts.candidates import Candidate, DeclaredPipe, Handoff, ObservedSchema
from aos.core.db import Database, Tx, sql_file, statements

SQL = statements(sql_file("aos.aam.blueprints", "queries.sql"))
NO_LIMIT = -1
TURN = 200  # pipes between two turns of the event loop
FILTERS = ("namespace", "vendor", "category", "plane_type", "governance_status", "exportable", "exported")


class Catalogues(Protocol):
    """Where observed schemas come from: level 1 of the field cascade."""

    async def observed(self, tenant: str, namespace: str, vendor: str, resource: str) -> ObservedSchema | None: ...


class Pipe(NamedTuple):
    """The current version of a pipe. `handoff` counts up: of two pipes the greater was handed over later."""

    declaration: Declaration
    version: int
    candidate_id: str
    aod_run_id: str
    snapshot_name: str | None
    handoff: int
    exported: bool

    def shown(self) -> DeclaredPipe:
        told = {name: getattr(self.declaration, name) for name in Declaration.__struct_fields__ if name != "reading"}
        return DeclaredPipe(
            candidate_id=self.candidate_id,
            aod_run_id=self.aod_run_id,
            snapshot_name=self.snapshot_name,
            version=self.version,
            exported=self.exported,
            **told,
        )


class Outcome(NamedTuple):
    """How many pipes are new, have a new version, are as they were."""

    created: int
    updated: int
    unchanged: int


class Store:
    """The SQL of pipes, handoffs and observed schemas in `aam/blueprints.db`; `orders.py` has that of dispatches."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @classmethod
    async def open(cls, path: Path) -> "Store":
        return cls(await Database.open(path, sql_file("aos.aam.blueprints", "schema.sql")))

    async def close(self) -> None:
        await self.database.close()

    async def keep(
        self, tenant: str, handoff: Handoff, declared: Sequence[tuple[Declaration, Candidate]], at: int
    ) -> Outcome:
        """A handoff in one transaction: a new version of what changed, provenance of what was seen."""

        async def work(tx: Tx) -> Outcome:
            number = await self._handoff(tx, tenant, handoff, at)
            ids = msgspec.json.encode([declaration.pipe_id for declaration, _ in declared]).decode()
            known = {row[0]: row[1:] for row in await tx.do(SQL["newest"], (tenant, ids))}
            versions, sightings, created = [], [], 0
            for count, (declaration, candidate) in enumerate(declared):
                if count % TURN == 0:
                    await asyncio.sleep(0)
                version, text, *seen = known.get(declaration.pipe_id, (0, ""))
                created += version == 0
                if text != (now := _text(declaration)):
                    versions.append(_version(tenant, declaration, candidate, version + 1, at, now))
                if seen != [number, candidate.candidate_id]:
                    sightings.append((tenant, declaration.pipe_id, number, candidate.candidate_id))
            await tx.many(SQL["add_version"], versions)
            await tx.many(SQL["add_sighting"], sightings)
            return Outcome(created, len(versions) - created, len(declared) - len(versions))

        return await self.database.write(work)

    async def _handoff(self, tx: Tx, tenant: str, handoff: Handoff, at: int) -> int:
        """Its number; the same handoff in parts, or again, is one."""
        named = (tenant, handoff.aod_run_id, handoff.namespace, handoff.snapshot_name)
        rows = await tx.do(SQL["handoff"], named) or await tx.do(SQL["add_handoff"], (*named, at))
        return int(rows[0][0])

    async def pipes(
        self, tenant: str, *, after: str = "", most: int = NO_LIMIT, ids: Sequence[str] | None = None, **filters: Any
    ) -> list[Pipe]:
        """Current versions by `pipe_id`, behind `after`. `filters` are some of `FILTERS`."""
        wanted = None if ids is None else msgspec.json.encode(ids).decode()
        values = (tenant, after, most, wanted, *(filters.get(name) for name in FILTERS))
        rows = await self.database.read(SQL["pipes"], values, limit_s=30.0)
        found = []
        for count, (version, text, candidate, run, snapshot, handoff, exported) in enumerate(rows):
            if count % TURN == 0:
                await asyncio.sleep(0)
            declaration = msgspec.json.decode(text, type=Declaration)
            found.append(Pipe(declaration, version, candidate, run, snapshot, handoff, bool(exported)))
        return found

    async def pipe(self, tenant: str, pipe_id: str) -> Pipe | None:
        return next(iter(await self.pipes(tenant, ids=[pipe_id])), None)

    async def observed(self, tenant: str, namespace: str, vendor: str, resource: str) -> ObservedSchema | None:
        """The newest look into the source's catalogue (`Catalogues`)."""
        rows = await self.database.read(SQL["observed"], (tenant, namespace, vendor, resource))
        return msgspec.json.decode(rows[0][1], type=ObservedSchema) if rows else None

    async def candidates_of(self, tenant: str, of: Declaration) -> list[tuple[str, Candidate]]:
        """(pipe_id, candidate) of every pipe that reads the same resource."""
        rows = await self.database.read(SQL["candidates_of"], (tenant, of.namespace, of.vendor, of.resource))
        return [(pipe_id, msgspec.json.decode(text, type=Candidate)) for pipe_id, _, _, text in rows]

    async def keep_observed(
        self,
        tenant: str,
        of: Declaration,
        observed: ObservedSchema,
        declared: Sequence[tuple[Declaration, Candidate]],
        at: int,
    ) -> None:
        """A look into a catalogue, and the new versions that come of it, in one transaction."""

        async def work(tx: Tx) -> None:
            key = (tenant, of.namespace, of.vendor, of.resource)
            known = await tx.do(SQL["observed"], key)
            version, before = known[0] if known else (0, "")
            if before != (text := _text(observed)):
                await tx.run(SQL["add_observed"], (*key, version + 1, text))
            candidates = {declaration.pipe_id: (declaration, candidate) for declaration, candidate in declared}
            for pipe_id, number, was, _ in await tx.do(SQL["candidates_of"], key):
                declaration, candidate = candidates.get(pipe_id, (None, None))
                if declaration is not None and candidate is not None and (now := _text(declaration)) != was:
                    await tx.run(SQL["add_version"], _version(tenant, declaration, candidate, number + 1, at, now))

        await self.database.write(work)

    async def keep_export(self, tenant: str, aod_run_id: str | None, sent: Sequence[Pipe], at: int) -> None:
        async def work(tx: Tx) -> None:
            number = (await tx.do(SQL["add_export"], (tenant, aod_run_id, at)))[0][0]
            rows = [(tenant, pipe.declaration.pipe_id, number, pipe.version) for pipe in sent]
            await tx.many(SQL["add_exported"], rows)

        await self.database.write(work)


def _text(value: Any) -> str:
    """The same text for the same value: dicts in it come in the order of their keys."""
    return msgspec.json.encode(value, order="deterministic").decode()


def _version(
    tenant: str, declaration: Declaration, candidate: Candidate, version: int, at: int, text: str
) -> tuple[Any, ...]:
    return (
        tenant,
        declaration.pipe_id,
        version,
        at,
        declaration.namespace,
        declaration.vendor,
        declaration.resource,
        declaration.category,
        declaration.plane_type,
        declaration.governance_status,
        declaration.exportable,
        text,
        _text(candidate),
    )
