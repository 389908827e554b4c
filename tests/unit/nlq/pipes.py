"""Pipes for tests of the grammar, made of names alone."""

from aos.contracts.catalogue import PipeFacts
from aos.contracts.export import FieldFacts
from aos.nlq.fields import Look, Pipe, pipe_of


def a_pipe(entity: str, *, numbers: tuple[str, ...] = (), texts: tuple[str, ...] = (), unit: str | None = None) -> Pipe:
    """A pipe of these fields; no field of texts has a value."""
    facts = [FieldFacts(name=name, types=["number"], unit=unit, aggregation="additive") for name in numbers]
    facts += [FieldFacts(name=name, types=["string"]) for name in texts]
    pipe = PipeFacts(
        pipe_id="p", vendor="v", category="c", source_name="s", entity_scope=entity, identity_keys=[], fields=facts,
        version=1, mark="1", rows=1, runs=1, change_semantics=None, last_ingest=None,
    )  # fmt: skip
    return pipe_of(pipe, {name: Look(()) for name in texts})
