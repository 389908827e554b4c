"""What DCL says of pipes over HTTP: the join, a pipe's detail, lineage."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.gated import Client, Serve, connection, export, gated, push

ROWS = [
    {"id": 1, "region": "EMEA", "amount": 10.1},
    {"id": 2, "region": "APAC", "amount": 5},
    {"id": 3, "region": "EMEA", "amount": 2.2},
]
CONTRACT = """
apiVersion: v3.2.0
kind: DataContract
id: billing
name: billing
version: 1.0.0
schema:
  - name: billing
    properties:
      - name: amount
        logicalType: number
        description: Net.
        customProperties:
          - {property: unit, value: EUR}
          - {property: measure, value: true}
          - {property: aggregation, value: %s}
      - {name: region, logicalType: string}
customProperties:
  - {property: pipe_id, value: p-1}
"""


@pytest.fixture
async def dcl(serve: Serve, tmp_path: Path) -> AsyncIterator[Client]:
    seeds = tmp_path / "seeds"
    (seeds / "contracts").mkdir(parents=True)
    (seeds / "contracts" / "billing.yaml").write_text(CONTRACT % "additive")
    (seeds / "contracts" / "broken.yaml").write_text("- [")
    async with gated(serve, tmp_path / "dcl", seeds_dir=seeds) as client:
        await client.export(connection("p-1", fields=["id", "region", "amount", "owner"]))
        yield client


async def ask(dcl: Client, **query: Any) -> Any:
    return (await dcl.post("/query", {"pipe_id": "p-1", **query})).json()


async def test_a_query_joins_structure_and_content(dcl: Client) -> None:
    """Groups and sums over the rows, with what the blueprint and the contract say of the pipe and its fields."""
    await dcl.push("p-1", ROWS, x_batch_seq="1")
    told = await ask(
        dcl,
        group_by=["region"],
        aggregate=[{"function": "sum", "field": "amount"}],
        order_by=[{"by": "sum_amount", "descending": True}],
    )
    assert told["rows"] == [["EMEA", 12.3], ["APAC", 5.0]]
    assert told["columns"][1] == {"name": "sum_amount", "types": ["number"], "unit": "EUR", "aggregation": "additive"}
    pipe = told["pipes"][0]
    assert (pipe["pipe_id"], pipe["vendor"], pipe["category"], pipe["blueprint_version"], pipe["run_ids"]) == (
        "p-1", "netsuite", "erp", 1, ["run-1"],
    )  # fmt: skip


async def test_a_new_blueprint_changes_the_next_answer_and_as_of_does_not(dcl: Client) -> None:
    """Rows carry no structure; `as_of` takes the structure and the rows of its time."""
    await dcl.push("p-1", ROWS, x_batch_seq="1")
    at = (await dcl.get("/pipes/p-1")).json()["runs"][0]["last_ingest"]
    while int(dcl.place.core.clock.wall() * 1000) <= at:
        await dcl.get("/pipes")
    await dcl.export(connection("p-1", fields=["id", "amount"], vendor="sap"))
    await dcl.push("p-1", ROWS[:1], x_batch_seq="2")
    now = await dcl.post("/query", {"pipe_id": "p-1", "select": ["region"]})
    assert (now.status_code, now.json()["path"]) == (422, "$.select[0]")
    assert (await ask(dcl, select=["pipe.vendor"], limit=1))["rows"] == [["sap"]]
    assert (await ask(dcl, aggregate=[{"function": "count"}]))["rows"] == [[4]]
    then = await ask(dcl, select=["region", "pipe.vendor"], as_of=at)
    assert then["rows"] == [["EMEA", "netsuite"], ["APAC", "netsuite"], ["EMEA", "netsuite"]]
    assert then["pipes"][0]["blueprint_version"] == 1
    by_vendor = {"vendor": "sap", "aggregate": [{"function": "count"}]}
    assert (await dcl.post("/query", by_vendor)).json()["rows"] == [[4]]
    assert (await dcl.post("/query", {**by_vendor, "as_of": at})).status_code == 404
    assert (await dcl.post("/query", {"pipe_id": "p-1", "as_of": 5})).status_code == 404


async def test_bad_queries_name_the_path(dcl: Client) -> None:
    """A field that is not there, a field of the query that is not, a pipe of somebody else."""
    wrong = {
        "$.where[0].field": {"where": [{"field": "regoin", "op": "eq", "value": 1}]},
        "$.where[0].op": {"where": [{"field": "region", "op": "like", "value": 1}]},
        "$.limit": {"limit": 0},
        "$": {"vendor": "netsuite"},
        "$.group_by": {"group_by": "region"},
    }
    for path, query in wrong.items():
        answer = await dcl.post("/query", {"pipe_id": "p-1", **query})
        assert (answer.status_code, answer.json()["path"]) == (422, path), answer.text
    assert (await dcl.post("/query", {"pipe_id": "p-1"}, x_tenant_id="globex")).status_code == 404
    assert (await dcl.post("/query", {"pipe_id": "p-1"}, x_tenant_id="default")).status_code == 200


async def test_what_nothing_says_of_a_field_is_unknown(dcl: Client) -> None:
    """Unit, measure and aggregation come from the contract that names the pipe, types from the rows; a contract that
    is changed counts at once, one that can't be read says nothing."""
    detail = (await dcl.get("/pipes/p-1")).json()
    amount = next(field for field in detail["fields"] if field["name"] == "amount")
    assert amount == {
        "name": "amount", "types": [], "unit": "EUR", "measure": True, "aggregation": "additive", "period": None,
        "description": "Net.",
    }  # fmt: skip
    owner = next(field for field in detail["fields"] if field["name"] == "owner")
    assert owner == {
        "name": "owner", "types": [], "unit": None, "measure": None, "aggregation": None, "period": None,
        "description": "",
    }  # fmt: skip
    path = dcl.place.core.settings.seeds_dir / "contracts" / "billing.yaml"
    path.write_text(CONTRACT % "point_in_time")
    detail = (await dcl.get("/pipes/p-1")).json()
    assert detail["fields"][2]["aggregation"] == "point_in_time"
    path.write_text(CONTRACT % "whatever")
    assert (await dcl.get("/pipes/p-1")).json()["fields"][2]["aggregation"] is None
    await dcl.export(connection("p-2"))
    assert (await dcl.get("/pipes/p-2")).json()["fields"][2]["unit"] is None


async def test_lineage_follows_every_key(dcl: Client) -> None:
    """From each correlation key to the exports and runs that it leads to, in time; one hop names all keys."""
    await dcl.export(connection("p-2"))
    first = (await dcl.push("p-1", ROWS, x_batch_seq="1")).json()
    await dcl.push("p-1", push(ROWS, snapshot_name="Q2/close"), run="run-2", x_batch_seq="1")
    await dcl.push("p-2", ROWS, run="run-2", x_batch_seq="1")
    told = await dcl.post("/export-pipes", export(connection("p-1"), aod_run_id="aod-2"))
    assert told.status_code == 200

    async def hops(key: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        found = (await dcl.get("/lineage", key=key)).json()
        assert [hop["at"] for hop in found["hops"]] == sorted(hop["at"] for hop in found["hops"])
        shown = [(hop["path"], hop["pipe_id"], hop["run_id"] or hop["aod_run_id"]) for hop in found["hops"]]
        return found["found_as"], sorted(shown)

    exports = [(1, "p-1", "aod-1"), (1, "p-1", "aod-2")]
    assert await hops("p-1") == (["pipe_id"], [*exports, (3, "p-1", "run-1"), (3, "p-1", "run-2")])
    assert await hops("run-1") == (["run_id"], [*exports, (3, "p-1", "run-1")])
    assert await hops(first["dcl_run_id"]) == (["dcl_run_id"], [*exports, (3, "p-1", "run-1")])
    assert await hops("Q2/close") == (["snapshot_name"], [*exports, (3, "p-1", "run-2")])
    assert await hops("aod-2") == (["aod_run_id"], [(1, "p-1", "aod-2"), (3, "p-1", "run-1"), (3, "p-1", "run-2")])
    assert (await hops("run-2"))[1] == [*exports, (1, "p-2", "aod-1"), (3, "p-1", "run-2"), (3, "p-2", "run-2")]
    assert (await dcl.get("/lineage/run-1")).json() == (await dcl.get("/lineage", key="run-1")).json()
    run = (await dcl.get("/lineage/run-1")).json()["hops"][1]
    assert (run["rows"], run["snapshot_name"], run["dcl_run_id"]) == (3, "Q1 close", first["dcl_run_id"])
    for missing in (await dcl.get("/lineage/nothing"), await dcl.get("/lineage", key="run-1", tenant="globex")):
        assert missing.status_code == 404
    assert (await dcl.get("/lineage")).status_code == 422


async def test_a_deleted_index_is_built_again(serve: Serve, tmp_path: Path) -> None:
    """projection.db is an index: the rows stay the truth."""
    async with gated(serve, tmp_path / "dcl") as first:
        await first.export(connection("p-1"))
        await first.push("p-1", ROWS)
        assert (await ask(first, aggregate=[{"function": "count"}]))["rows"] == [[3]]
    for path in (tmp_path / "dcl").glob("projection.db*"):
        path.unlink()
    async with gated(serve, tmp_path / "dcl") as second:
        assert (await ask(second, aggregate=[{"function": "count"}]))["rows"] == [[3]]


@pytest.mark.parametrize("how", ["no database", "torn at the start", "torn"])
async def test_a_damaged_index_is_built_again(serve: Serve, tmp_path: Path, how: str) -> None:
    """It stops neither the start nor what needs no index: a query says to come back after a restart, and then is
    answered."""
    async with gated(serve, tmp_path / "dcl") as dcl:
        await dcl.export(connection("p-1"))
        await dcl.push("p-1", [{"id": n, "region": "x" * 100, "amount": n} for n in range(2_000)])
        assert (await ask(dcl, aggregate=[{"function": "count"}]))["rows"] == [[2_000]]
    index = tmp_path / "dcl" / "projection.db"
    held = bytearray(index.read_bytes())
    page = int.from_bytes(held[16:18], "big")
    begin = {"no database": 0, "torn at the start": page, "torn": 12 * page}[how]  # behind what the start looks at
    held[begin:] = b"Z" * (len(held) - begin)
    index.write_bytes(held)
    if how == "torn":
        async with gated(serve, tmp_path / "dcl") as dcl:
            told = await dcl.post("/query", {"pipe_id": "p-1", "aggregate": [{"function": "count"}]})
            assert (told.status_code, told.json()["code"]) == (503, "query.index_damaged")
            assert (await dcl.push("p-1", [{"id": 0}], run="run-2")).status_code == 200
    async with gated(serve, tmp_path / "dcl") as dcl:
        assert (await ask(dcl, aggregate=[{"function": "count"}], run_id="run-1"))["rows"] == [[2_000]]


async def test_the_catalogue_has_every_pipe_with_what_can_be_asked(dcl: Client) -> None:
    """Fields with their meanings, identity keys, rows; the mark changes with every push and with nothing else."""
    await dcl.export(connection("p-2", vendor="sap", identity_keys=["id"]), connection("p-3"))

    async def told() -> dict[str, Any]:
        return {pipe["pipe_id"]: pipe for pipe in (await dcl.get("/catalogue")).json()["pipes"]}

    before = await told()
    assert before.keys() == {"p-1", "p-2", "p-3"}
    assert (before["p-2"]["vendor"], before["p-2"]["identity_keys"], before["p-2"]["rows"]) == ("sap", ["id"], 0)
    assert before["p-1"]["fields"] == (await dcl.get("/pipes/p-1")).json()["fields"]
    await dcl.push("p-1", ROWS, x_batch_seq="1")
    after = await told()
    assert (after["p-1"]["rows"], after["p-1"]["runs"]) == (len(ROWS), 1)
    assert after["p-1"]["mark"] != before["p-1"]["mark"]
    assert after["p-2"] == before["p-2"]
    assert after == await told()
    assert (await dcl.get("/catalogue", tenant="globex")).json() == {"pipes": []}


async def test_a_contract_may_speak_of_several_pipes(dcl: Client) -> None:
    """A list of ids, or vendor and entity; a pipe that is named by its id hears that contract alone."""
    path = dcl.place.core.settings.seeds_dir / "contracts" / "a_kind.yaml"
    both = "- {property: vendor, value: sap}\n  - {property: entity_scope, value: bill}"
    path.write_text((CONTRACT % "ratio").replace("- {property: pipe_id, value: p-1}", both))
    named = dcl.place.core.settings.seeds_dir / "contracts" / "billing.yaml"
    named.write_text((CONTRACT % "additive").replace("value: p-1", "value: [p-1, p-2]"))
    bills = [connection(f"p-{n}", vendor="sap", entity_scope="bill") for n in (2, 3)]
    await dcl.export(*bills, connection("p-4", vendor="sap", entity_scope="order"))
    pipes = (await dcl.get("/catalogue")).json()["pipes"]
    ways = {pipe["pipe_id"]: [field["aggregation"] for field in pipe["fields"]][2] for pipe in pipes}
    assert ways == {"p-1": "additive", "p-2": "additive", "p-3": "ratio", "p-4": None}


async def test_rows_are_grouped_by_the_periods_of_a_date(dcl: Client) -> None:
    """Year, quarter, month and day of a text, or the year of a number; null for what is coarser or no date."""
    days = ["2024-03-31", "2024-04-01T23:59:59Z", "2024-04", "2024-Q2", "2024", "soon", None, 2024]
    await dcl.push("p-1", [{"id": n, "owner": day, "amount": 1} for n, day in enumerate(days)])

    async def counted(grain: str) -> dict[str, int]:
        grouped = {
            "periods": [{"field": "owner", "grain": grain, "name": "when"}],
            "aggregate": [{"function": "count"}],
        }
        told = await ask(dcl, **grouped, order_by=[{"by": "when"}])
        assert [column["name"] for column in told["columns"]] == ["when", "count"]
        return dict(told["rows"])

    assert await counted("year") == {"2024": 6, None: 2}
    assert await counted("quarter") == {"2024-Q1": 1, "2024-Q2": 3, None: 4}
    assert await counted("month") == {"2024-03": 1, "2024-04": 2, None: 5}
    assert await counted("day") == {"2024-03-31": 1, "2024-04-01": 1, None: 6}
    told = await ask(dcl, periods=[{"field": "regoin", "grain": "day"}])
    assert told["path"] == "$.periods[0].field"
