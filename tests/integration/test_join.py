"""The join over a real warehouse: what a query gives equals what Python computes from the same rows."""

import json
import math
from collections.abc import AsyncIterator, Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aos.contracts.export import Blueprint, DCLConnectionSchema, FieldFacts
from aos.contracts.query import Query, QueryResult
from aos.core.clock import SystemClock
from aos.core.db import Database, Tx, sql_file
from aos.core.errors import InvalidInput, NotFound
from aos.dcl.warehouse.join import Join, PipeOfQuery, RunOfPipe
from aos.dcl.warehouse.join_pieces import in_pieces
from aos.dcl.warehouse.projection import Projections

FIELDS = ["id", "region", "amount", "open", "note", "address", 'od"d', "größe"]
SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, pipe INTEGER, run_id TEXT) STRICT;
CREATE TABLE IF NOT EXISTS chunks (id INTEGER PRIMARY KEY, run INTEGER, rows INTEGER, ingest_ms INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, value TEXT) STRICT;
CREATE TABLE IF NOT EXISTS late_records (seq INTEGER PRIMARY KEY, record INTEGER) STRICT;
"""


class Content:
    """A warehouse with rows, and the structure beside it as the join asks for it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.pipes: dict[str, PipeOfQuery] = {}
        self.chunk = 0

    def pipe(self, pipe_id: str, fields: list[str] | None = None, **known: Any) -> None:
        connection = DCLConnectionSchema(
            pipe_id=pipe_id, candidate_id="c", source_name="s", vendor=known.pop("vendor", "acme"), category="erp",
            fields=FIELDS if fields is None else fields, health="ok", asset_key="a", **known,
        )  # fmt: skip
        number = self.pipes[pipe_id].number if pipe_id in self.pipes else len(self.pipes) + 1
        blueprint = Blueprint(version=1, exported_at=0, aod_run_id=None, plane_type="IPAAS", connection=connection)
        facts = {
            "open": FieldFacts(name="open", types=["boolean"]),
            "amount": FieldFacts(name="amount", types=["number"], unit="EUR"),
        }
        runs = self.pipes[pipe_id].runs if pipe_id in self.pipes else []
        self.pipes[pipe_id] = PipeOfQuery(number, blueprint, runs, facts)

    async def rows(self, pipe_id: str, run: int, rows: list[dict[str, Any]], at_ms: int = 10) -> None:
        pipe = self.pipes[pipe_id]
        key = pipe.number * 100 + run
        self.chunk += 1
        chunk = self.chunk

        async def work(tx: Tx) -> None:
            await tx.run(
                "INSERT OR IGNORE INTO runs (id, pipe, run_id) VALUES (?, ?, ?)", (key, pipe.number, f"r{run}")
            )
            await tx.run(
                "INSERT INTO chunks (id, run, rows, ingest_ms) VALUES (?, ?, ?, ?)", (chunk, key, len(rows), at_ms)
            )
            kept = [((chunk << 20) + n, json.dumps(row, ensure_ascii=False)) for n, row in enumerate(rows)]
            await tx.many("INSERT INTO rows (id, value) VALUES (?, ?)", kept)

        await self.database.write(work)
        others = [known for known in pipe.runs if known.key != key]
        self.pipes[pipe_id] = pipe._replace(runs=[*others, RunOfPipe(key, f"r{run}", at_ms, at_ms, streamed=False)])

    async def pipes_of_query(self, tenant: str, query: Query) -> list[PipeOfQuery]:
        return [
            pipe
            for pipe_id, pipe in self.pipes.items()
            if tenant == "default" and query.pipe_id in (None, pipe_id)
            and query.vendor in (None, pipe.blueprint.connection.vendor)
        ]  # fmt: skip


@pytest.fixture
async def content(tmp_path: Path) -> AsyncIterator[Content]:
    database = await Database.open(tmp_path / "warehouse.db", sql_file("aos.dcl", "schema.sql") + SCHEMA)
    await database.write(lambda tx: tx.run("ALTER TABLE records ADD COLUMN pipe INTEGER"))
    yield Content(database)
    await database.close()


@pytest.fixture
async def ask(content: Content, tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    projections = await Projections.open(tmp_path / "projection.db", tmp_path / "warehouse.db", SystemClock())
    join = Join(content, projections, SystemClock())

    async def query(tenant: str = "default", **told: Any) -> QueryResult:
        return await join.query(tenant, msgspec.convert(told, Query))

    yield query
    await projections.close()


ROWS = [
    {"id": 1, "region": "EMEA", "amount": 0.1, "open": True, "address": {"city": "Leeds"}, 'od"d': 7, "größe": 1},
    {"id": 2, "region": "APAC", "amount": 0.2, "open": False, "note": "x"},
    {"id": 3, "region": "EMEA", "amount": 0.7, "open": True, "note": None, "größe": 2},
    {"id": 4, "region": "LATAM", "amount": "THREE", "open": False, 'od"d': 8},
]


async def test_selected_rows_come_back_as_they_came_in(content: Content, ask: Callable[..., Any]) -> None:
    """Types, nested objects and absent fields are those of the row, in the order asked for."""
    content.pipe("p")
    await content.rows("p", 1, ROWS)
    told = await ask(pipe_id="p", select=["open", "address", "note", 'od"d'], order_by=[{"by": "id"}])
    assert told.rows == [
        [True, {"city": "Leeds"}, None, 7], [False, None, "x", None], [True, None, None, None], [False, None, None, 8]
    ]  # fmt: skip
    assert [column.name for column in told.columns] == ["open", "address", "note", 'od"d']
    assert (await ask(pipe_id="p", where=[{"field": 'od"d', "op": "gt", "value": 7}], select=["id"])).rows == [[4]]
    assert (await ask(pipe_id="p", where=[{"field": "größe", "op": "eq", "value": 2}], select=["id"])).rows == [[3]]


async def test_a_sum_of_decimals_is_exact_and_texts_are_not_summed(content: Content, ask: Callable[..., Any]) -> None:
    """0.1 + 0.2 + 0.7 is 1.0; THREE is counted as a value and not as a number."""
    content.pipe("p")
    await content.rows("p", 1, ROWS)
    wanted = [{"function": f, "field": "amount"} for f in ("sum", "avg", "count")]
    told = await ask(pipe_id="p", aggregate=wanted)
    assert told.rows == [[1.0, 1.0 / 3, 4]]
    assert told.columns[0].unit == "EUR"


async def test_groups_are_by_value_with_booleans_as_booleans(content: Content, ask: Callable[..., Any]) -> None:
    """A group key is what the field held."""
    content.pipe("p")
    await content.rows("p", 1, ROWS)
    told = await ask(pipe_id="p", group_by=["open"], aggregate=[{"function": "count"}], order_by=[{"by": "open"}])
    assert told.rows == [[False, 2], [True, 2]]


async def test_of_whole_copies_the_newest_run_counts(content: Content, ask: Callable[..., Any]) -> None:
    """Two loads of the same rows are not counted twice; a run can be named, and `all` says all."""
    content.pipe("p")
    await content.rows("p", 1, ROWS, at_ms=10)
    await content.rows("p", 2, ROWS[:3], at_ms=20)
    count: dict[str, Any] = {"pipe_id": "p", "aggregate": [{"function": "count"}]}
    assert (await ask(**count)).rows == [[3]]
    assert (await ask(**count, run_id="r1")).rows == [[4]]
    assert (await ask(**count, run_id="all")).rows == [[7]]
    assert (await ask(**count, as_of=15)).rows == [[4]]
    assert (await ask(**count, as_of=5)).rows == [[0]]
    content.pipe("p", change_semantics="append")
    told = await ask(**count)
    assert (told.rows, told.pipes[0].run_ids) == ([[7]], ["r1", "r2"])


async def test_a_new_blueprint_changes_the_next_answer(content: Content, ask: Callable[..., Any]) -> None:
    """Rows carry no structure: a field that the blueprint drops is no field any more, a new one is there at once."""
    content.pipe("p", fields=["id", "amount"])
    await content.rows("p", 1, ROWS)
    with pytest.raises(InvalidInput) as refused:
        await ask(pipe_id="p", select=["regio"])
    assert refused.value.extra["path"] == "$.select[0]"
    content.pipe("p", fields=["id", "region"], vendor="other")
    told = await ask(pipe_id="p", select=["region", "pipe.vendor", "run.run_id"], limit=1)
    assert (told.rows, told.truncated) == ([["EMEA", "other", "r1"]], True)


async def test_several_pipes_of_a_vendor_are_one_table(content: Content, ask: Callable[..., Any]) -> None:
    """A pipe without the field gives null; the answer names every pipe it rests on."""
    content.pipe("p")
    content.pipe("q", fields=["id", "amount"])
    await content.rows("p", 1, ROWS[:2])
    await content.rows("q", 1, [{"id": 9, "amount": 5, "region": "not in the blueprint"}])
    told = await ask(
        vendor="acme", group_by=["pipe.pipe_id", "region"], aggregate=[{"function": "sum", "field": "amount"}]
    )
    assert sorted(told.rows, key=str) == [["p", "APAC", 0.2], ["p", "EMEA", 0.1], ["q", None, 5.0]]
    assert {pipe.pipe_id for pipe in told.pipes} == {"p", "q"}


async def test_records_of_a_stream_count_with_late_ones(content: Content, ask: Callable[..., Any]) -> None:
    """A record that is filed behind later ones of its source is found too."""
    content.pipe("s", fields=["id", "amount"])
    pipe = content.pipes["s"]
    content.pipes["s"] = pipe._replace(runs=[RunOfPipe(-1, "mule_auto_01", 0, 99, streamed=True)])

    async def file(*positions: int, late: bool = False) -> None:
        async def work(tx: Tx) -> None:
            await tx.run("INSERT OR IGNORE INTO sources (id, connector_id, target) VALUES (1, 'mule_auto_01', 't')")
            for position in positions:
                key = 2**44 + position
                await tx.run(
                    "INSERT INTO records VALUES (?, 't', 1, 0, 0, 5, ?, ?)",
                    (key, json.dumps({"id": position}), pipe.number),
                )
                if late:
                    await tx.run("INSERT INTO late_records (record) VALUES (?)", (key,))

        await content.database.write(work)

    count: dict[str, Any] = {"pipe_id": "s", "aggregate": [{"function": "count"}, {"function": "max", "field": "id"}]}
    await file(1, 2, 5)
    assert (await ask(**count)).rows == [[3, 5]]
    await file(3, late=True)
    await file(6)
    assert (await ask(**count)).rows == [[5, 6]]
    told = await ask(pipe_id="s", select=["id", "run.run_id"], order_by=[{"by": "id", "descending": True}], limit=2)
    assert told.rows == [[6, "mule_auto_01"], [5, "mule_auto_01"]]


async def test_another_tenant_s_pipe_is_not_there(content: Content, ask: Callable[..., Any]) -> None:
    """The same as a pipe that does not exist."""
    content.pipe("p")
    with pytest.raises(NotFound):
        await ask("somebody", pipe_id="p")
    with pytest.raises(NotFound):
        await ask(pipe_id="nothing")


BAD: list[tuple[dict[str, Any], str]] = [
    ({}, "$"),
    ({"pipe_id": "p", "vendor": "acme"}, "$"),
    ({"pipe_id": "p", "select": ["idd"]}, "$.select[0]"),
    ({"pipe_id": "p", "where": [{"field": "x; DROP TABLE rows", "op": "eq", "value": 1}]}, "$.where[0].field"),
    ({"pipe_id": "p", "where": [{"field": "id", "op": "lt", "value": None}]}, "$.where[0].value"),
    ({"pipe_id": "p", "where": [{"field": "id", "op": "lt", "value": True}]}, "$.where[0].value"),
    ({"pipe_id": "p", "where": [{"field": "id", "op": "eq", "value": 2**63}]}, "$.where[0].value"),
    ({"pipe_id": "p", "where": [{"field": "id", "op": "eq", "value": {"a": 1}}]}, "$.where[0].value"),
    ({"pipe_id": "p", "where": [{"field": "id", "op": "in", "value": []}]}, "$.where[0].value"),
    ({"pipe_id": "p", "where": [{"field": "id", "op": "in", "value": [1, None]}]}, "$.where[0].value[1]"),
    ({"pipe_id": "p", "where": [{"field": "id", "op": "is_null", "value": 1}]}, "$.where[0].value"),
    ({"pipe_id": "p", "where": [{"field": "id", "op": "contains", "value": 1}]}, "$.where[0].value"),
    ({"pipe_id": "p", "aggregate": [{"function": "sum"}]}, "$.aggregate[0].field"),
    ({"pipe_id": "p", "aggregate": [{"function": "sum", "field": "nope"}]}, "$.aggregate[0].field"),
    ({"pipe_id": "p", "aggregate": [{"function": "count"}, {"function": "count"}]}, "$.aggregate"),
    ({"pipe_id": "p", "select": ["id"], "group_by": ["id"]}, "$.select"),
    ({"pipe_id": "p", "group_by": ["id"], "order_by": [{"by": "region"}]}, "$.order_by[0].by"),
]


@pytest.mark.parametrize(("told", "place"), BAD, ids=[f"{place}-{n}" for n, (_, place) in enumerate(BAD)])
async def test_what_a_query_can_t_mean_is_named(
    content: Content, ask: Callable[..., Any], told: dict[str, Any], place: str
) -> None:
    """The JSON path of the fault stands in the refusal; no text of the caller is SQL."""
    content.pipe("p")
    with pytest.raises(InvalidInput) as refused:
        await ask(**told)
    assert refused.value.extra["path"] == place


VALUE = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=4),
    st.integers(-(10**9), 10**9).map(lambda cents: cents / 100),
)  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.fixed_dictionaries({"region": st.sampled_from("abc"), "amount": VALUE}), max_size=30),
    limit=st.sampled_from([None, 5, "x"]),
)
async def test_grouping_gives_what_python_gives(
    content: Content, ask: Callable[..., Any], rows: list[dict[str, Any]], limit: Any
) -> None:
    """Counts, exact sums, minimum and a comparison, for any mixture of types."""
    content.pipe("p")
    await content.rows("p", content.chunk + 1, rows, at_ms=content.chunk + 1)
    where = [] if limit is None else [{"field": "amount", "op": "ge", "value": limit}]
    functions = [
        {"function": "count"},
        {"function": "sum", "field": "amount"},
        {"function": "count", "field": "amount"},
    ]
    told = await ask(pipe_id="p", group_by=["region"], aggregate=functions, where=where, order_by=[{"by": "region"}])

    def kept(value: Any) -> bool:
        if limit is None:
            return True
        alike = str if isinstance(limit, str) else (int, float)
        return isinstance(value, alike) and not isinstance(value, bool) and bool(value >= limit)

    chosen = [row for row in rows if kept(row["amount"])]
    for region, count, total, there in told.rows:
        group = [row["amount"] for row in chosen if row["region"] == region]
        numbers = [value for value in group if isinstance(value, int | float) and not isinstance(value, bool)]
        assert count == len(group)
        assert there == len([value for value in group if value is not None])
        if not numbers:
            assert total is None
        else:
            exact = sum(Fraction(str(value)) if isinstance(value, float) else Fraction(value) for value in numbers)
            assert math.isclose(total, float(exact), rel_tol=1e-12, abs_tol=1e-9)
    assert [row[0] for row in told.rows] == sorted({row["region"] for row in chosen})


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(
        st.lists(
            st.fixed_dictionaries({"region": st.sampled_from(["a", 7, None]), "amount": VALUE, "open": VALUE}),
            max_size=8,
        ),
        min_size=1,
        max_size=6,
    ),
    descending=st.booleans(),
    limit=st.sampled_from([1, 2, 100]),
)
async def test_a_query_in_pieces_gives_what_the_whole_gives(
    content: Content, ask: Callable[..., Any], batches: list[list[dict[str, Any]]], descending: bool, limit: int
) -> None:
    """Whatever the rows, the order and the limit; over several runs and pipes, with values in the statement. Sums of
    floats may differ in their last digit."""
    for pipe_id in ("p", "q"):
        content.pipe(pipe_id)
        content.pipes[pipe_id] = content.pipes[pipe_id]._replace(runs=[])
        for rows in batches:
            run = content.chunk + 1
            await content.rows(pipe_id, run, rows, at_ms=run)
    aggregate = [
        {"function": "count"},
        *({"function": each, "field": "amount"} for each in ("sum", "avg", "min", "max", "count")),
    ]
    asked: dict[str, Any] = {
        "vendor": "acme", "run_id": "all", "group_by": ["region", "pipe.pipe_id"], "aggregate": aggregate,
        "where": [{"field": "open", "op": "ne", "value": "x"}, {"field": "pipe.vendor", "op": "in", "value": ["acme"]}],
        "order_by": [{"by": "count", "descending": descending}], "limit": limit,
    }  # fmt: skip
    taken: list[Any] = []

    def noted(*given: Any) -> Any:
        taken.append(in_pieces(*given))
        return taken[-1]

    whole = await ask(**asked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("aos.dcl.warehouse.join_pieces.WORTH", 1)
        patch.setattr("aos.dcl.warehouse.projection.PIECE_ROWS", 3)
        patch.setattr("aos.dcl.warehouse.join.FEW", 0)
        patch.setattr("aos.dcl.warehouse.join_sql.in_pieces", noted)
        pieced = await ask(**asked)
    assert bool(taken) == any(batches)
    assert pieced.truncated == whole.truncated
    assert len(pieced.rows) == len(whole.rows)
    for one, other in zip(pieced.rows, whole.rows, strict=True):
        for value, expected in zip(one, other, strict=True):
            alike = isinstance(expected, float) and math.isclose(value, expected, rel_tol=1e-12, abs_tol=1e-9)
            assert alike or value == expected


async def test_many_groups_are_not_taken_apart(
    content: Content, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look at the first piece decides: the same rows twice would only be sorted twice."""
    read: list[str] = []
    before = Projections.read

    async def noted(self: Projections, sql: str, *given: Any) -> Any:
        read.append(sql)
        return await before(self, sql, *given)

    monkeypatch.setattr("aos.dcl.warehouse.join_pieces.WORTH", 1)
    monkeypatch.setattr("aos.dcl.warehouse.projection.PIECE_ROWS", 20)
    monkeypatch.setattr(Projections, "read", noted)
    content.pipe("p")
    for _ in range(3):
        await content.rows("p", 1, [{"id": n, "region": n % 2} for n in range(20)])
    for field, parted in (("id", False), ("region", True)):
        told = await ask(pipe_id="p", group_by=[field], aggregate=[{"function": "count"}])
        assert sum(row[1] for row in told.rows) == 60
        assert ("UNION ALL" in read[-1]) is parted


async def test_periods_are_counted_whole_beside_a_group(
    content: Content, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of so many rows that a query without periods is taken apart."""
    monkeypatch.setattr("aos.dcl.warehouse.join_pieces.WORTH", 1)
    monkeypatch.setattr("aos.dcl.warehouse.projection.PIECE_ROWS", 20)
    content.pipe("p")
    for month in (1, 2, 4):
        await content.rows("p", 1, [{"id": f"2024-{month:02}-05", "region": n % 2} for n in range(40)])
    told = await ask(
        pipe_id="p",
        group_by=["region"],
        periods=[{"field": "id", "grain": "quarter", "name": "when"}],
        aggregate=[{"function": "count"}],
    )
    assert sorted(told.rows) == [[0, "2024-Q1", 40], [0, "2024-Q2", 20], [1, "2024-Q1", 40], [1, "2024-Q2", 20]]
