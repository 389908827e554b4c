"""What can be asked about: every pipe of a tenant with its fields, in one answer."""

from aos.contracts.base import Strict
from aos.contracts.export import FieldFacts


class PipeFacts(Strict, frozen=True, kw_only=True):
    """A pipe's current structure and how much content there is. `mark` is another one after every push and every new
    run: what was learnt of the values may be kept as long as `version` and `mark` stay. `last_ingest` in milliseconds
    since the epoch; null where nothing came yet."""

    pipe_id: str
    version: int
    vendor: str
    category: str
    source_name: str
    entity_scope: str | None
    identity_keys: list[str]
    change_semantics: str | None
    fields: list[FieldFacts]
    runs: int
    rows: int
    last_ingest: int | None
    mark: str


class PipeCatalogue(Strict, frozen=True, kw_only=True):
    """All pipes of the tenant, by id."""

    pipes: list[PipeFacts]
