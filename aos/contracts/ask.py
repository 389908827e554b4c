"""A question in English and its one answer (spec: NLQ)."""

from typing import Annotated, Any, Literal

import msgspec

from aos.contracts.base import Strict
from aos.contracts.names import PipeId
from aos.contracts.query import Query

MOST_QUESTION_BYTES = 4 * 1024
Outcome = Literal["answered", "ambiguous", "refused", "no_data"]
MOST_ROWS = 1_000  # of a list that is asked for


class Question(Strict, frozen=True, kw_only=True):
    """`pipe_id` asks that pipe alone. `reference_date` (YYYY-MM-DD) is the day that `last quarter` and the like are
    counted from; without it `AOS_NLQ_REFERENCE_DATE`, else the end of the newest period in the data. `limit` is how
    many rows of a list are shown."""

    question: str
    pipe_id: PipeId | None = None
    reference_date: Annotated[str, msgspec.Meta(pattern="^\\d{4}-\\d{2}-\\d{2}$(?!\\n)")] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_ROWS)] = 20


class AskedPipe(Strict, frozen=True, kw_only=True):
    """A pipe that the answer rests on. `run_id` is the newest of the `run_ids`; `freshness` its last ingest, in
    milliseconds since the epoch."""

    pipe_id: str
    vendor: str
    source_name: str
    blueprint_version: int
    run_id: str | None
    run_ids: list[str]
    freshness: int | None


class Answer(Strict, frozen=True, kw_only=True):
    """`outcome` says which kind: `answered` with `value` or `rows` (in the order of `columns`), or both; `ambiguous`
    with `choices`; `refused` with `reason`, the words that were `not_understood`, and `suggestions`; `no_data` where
    the question is clear and there is nothing to answer with. `understood` is false for `ambiguous` and `refused`.

    `query` is what DCL was asked first, `queries` all of it. `confidence` is 1 for names as they are spelled and less
    for each synonym, part of a name, near name and assumption; 0 where nothing was answered. `notes` say what was
    assumed and what the figure is not. `period` is what the figure is of, `unit` what it is in."""

    outcome: Outcome
    understood: bool
    answer: str
    value: Any = None
    columns: list[str] = msgspec.field(default_factory=list)
    rows: list[list[Any]] | None = None
    unit: str | None = None
    period: str | None = None
    query: Query | None = None
    queries: list[Query] = msgspec.field(default_factory=list)
    pipes: list[AskedPipe] = msgspec.field(default_factory=list)
    confidence: float = 0.0
    notes: list[str] = msgspec.field(default_factory=list)
    reason: str | None = None
    not_understood: list[str] = msgspec.field(default_factory=list)
    choices: list[str] = msgspec.field(default_factory=list)
    suggestions: list[str] = msgspec.field(default_factory=list)
    reference_date: str | None = None
    elapsed_ms: float = 0.0
