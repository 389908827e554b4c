"""Structure and content of pipes side by side, as the join and `GET /pipes/{pipe_id}` see them."""

from collections.abc import Mapping, Sequence

from aos.contracts.export import FieldFacts, PipeDetail, RunFacts
from aos.contracts.query import Query
from aos.dcl.gate.blueprints import Blueprints, PipeDefinition
from aos.dcl.gate.meanings import UNKNOWN, Meaning, Meanings
from aos.dcl.warehouse.content import Content, KeptRun
from aos.dcl.warehouse.join import PipeOfQuery, RunOfPipe


class Catalogue:
    """The join's `Structure`. Nothing here is stored: it is put together when somebody asks."""

    def __init__(self, blueprints: Blueprints, content: Content, meanings: Meanings) -> None:
        self._blueprints, self._content, self._meanings = blueprints, content, meanings

    async def pipes_of_query(self, tenant: str, query: Query) -> list[PipeOfQuery]:
        pipes = await self._blueprints.meant(tenant, query)
        runs = _by_pipe(await self._content.runs([pipe.number for pipe in pipes]))
        found = []
        for pipe in pipes:
            own = runs.get(pipe.number, [])
            facts = await self._facts(pipe, own)
            of_query = [RunOfPipe(run.key, run.run_id, run.first_ms, run.last_ms, run.streamed) for run in own]
            found.append(PipeOfQuery(pipe.number, pipe.blueprint, of_query, {fact.name: fact for fact in facts}))
        return found

    async def detail(self, pipe: PipeDefinition) -> PipeDetail:
        runs = await self._content.runs([pipe.number])
        return PipeDetail(
            pipe_id=pipe.blueprint.connection.pipe_id,
            blueprint=pipe.blueprint,
            versions=pipe.blueprint.version,
            fields=await self._facts(pipe, runs),
            runs=[_shown(run) for run in runs],
            rows=sum(run.rows for run in runs),
        )

    async def _facts(self, pipe: PipeDefinition, runs: Sequence[KeptRun]) -> list[FieldFacts]:
        connection = pipe.blueprint.connection
        meanings = await self._meanings.of_pipe(connection.pipe_id)
        return [_fact(name, runs, meanings) for name in connection.fields]


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
