"""Structure and content of pipes side by side, as the join, `GET /pipes/{pipe_id}` and `GET /catalogue` see them."""

import hashlib
from collections.abc import Mapping, Sequence

from aos.contracts.catalogue import PipeCatalogue, PipeFacts
from aos.contracts.export import FieldFacts, PipeDetail, RunFacts
from aos.contracts.query import Query
from aos.dcl.gate.blueprints import Blueprints, PipeDefinition
from aos.dcl.gate.meanings import UNKNOWN, Meaning, Meanings, Said, of
from aos.dcl.warehouse.content import Content, KeptRun
from aos.dcl.warehouse.join import PipeOfQuery, RunOfPipe


class Catalogue:
    """The join's `Structure`. Nothing here is stored: it is put together when somebody asks."""

    def __init__(self, blueprints: Blueprints, content: Content, meanings: Meanings) -> None:
        self._blueprints, self._content, self._meanings = blueprints, content, meanings

    async def pipes_of_query(self, tenant: str, query: Query) -> list[PipeOfQuery]:
        pipes = await self._blueprints.meant(tenant, query)
        runs = _by_pipe(await self._content.runs([pipe.number for pipe in pipes]))
        said = await self._meanings.now()
        found = []
        for pipe in pipes:
            own = runs.get(pipe.number, [])
            facts = _facts(pipe, own, of(pipe.blueprint.connection, said))
            of_query = [
                RunOfPipe(run.key, run.run_id, run.first_ms, run.last_ms, run.streamed, run.rows) for run in own
            ]
            found.append(PipeOfQuery(pipe.number, pipe.blueprint, of_query, {fact.name: fact for fact in facts}))
        return found

    async def detail(self, pipe: PipeDefinition) -> PipeDetail:
        runs = await self._content.runs([pipe.number])
        return PipeDetail(
            pipe_id=pipe.blueprint.connection.pipe_id,
            blueprint=pipe.blueprint,
            versions=pipe.blueprint.version,
            fields=_facts(pipe, runs, await self._meanings.of_pipe(pipe.blueprint.connection)),
            runs=[_shown(run) for run in runs],
            rows=sum(run.rows for run in runs),
        )

    async def whole(self, tenant: str) -> PipeCatalogue:
        """Every pipe of the tenant: what can be asked about."""
        pipes = self._blueprints.all_of(tenant)
        runs = _by_pipe(await self._content.runs([pipe.number for pipe in pipes]))
        said = await self._meanings.now()
        return PipeCatalogue(pipes=[_told(pipe, runs.get(pipe.number, []), said) for pipe in pipes])


def _told(pipe: PipeDefinition, runs: Sequence[KeptRun], said: Sequence[Said]) -> PipeFacts:
    connection = pipe.blueprint.connection
    marks = [(run.key, run.rows, run.last_ms) for run in runs]
    return PipeFacts(
        pipe_id=connection.pipe_id,
        version=pipe.blueprint.version,
        vendor=connection.vendor,
        category=connection.category,
        source_name=connection.source_name,
        entity_scope=connection.entity_scope,
        identity_keys=connection.identity_keys or [],
        change_semantics=connection.change_semantics,
        fields=_facts(pipe, runs, of(connection, said)),
        runs=len(runs),
        rows=sum(run.rows for run in runs),
        last_ingest=max((run.last_ms for run in runs), default=None),
        mark=hashlib.sha256(repr(marks).encode()).hexdigest()[:16],
    )


def _facts(pipe: PipeDefinition, runs: Sequence[KeptRun], meanings: Mapping[str, Meaning]) -> list[FieldFacts]:
    return [_fact(name, runs, meanings) for name in pipe.blueprint.connection.fields]


def _fact(name: str, runs: Sequence[KeptRun], meanings: Mapping[str, Meaning]) -> FieldFacts:
    meaning = meanings.get(name, UNKNOWN)
    types = {kind for run in runs for kind in run.fields.types.get(name, ())}
    if not types and meaning.type and any(run.streamed for run in runs):
        types = {meaning.type}  # a stream's records went through the contract
    return FieldFacts(
        name=name,
        types=sorted(types),
        unit=meaning.unit,
        measure=meaning.measure,
        aggregation=meaning.aggregation,
        period=meaning.period,
        description=meaning.description,
    )


def _shown(run: KeptRun) -> RunFacts:
    return RunFacts(
        run_id=run.run_id,
        dcl_run_id=run.dcl_run_id,
        source_system=run.source_system,
        snapshot_name=run.snapshot_name,
        run_timestamp=run.run_timestamp,
        rows=run.rows,
        first_ingest=run.first_ms,
        last_ingest=run.last_ms,
        schema_drift=bool(run.fields.drift),
        drift_fields=run.fields.drift,
        types=run.fields.types,
    )


def _by_pipe(runs: Sequence[KeptRun]) -> dict[int, list[KeptRun]]:
    found: dict[int, list[KeptRun]] = {}
    for run in runs:
        found.setdefault(run.pipe, []).append(run)
    return found
