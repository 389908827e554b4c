"""Structure and content against a real process: the shipped pipe, crashes between commit and answer, the guard."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acceptance.conftest import Running, until
from tests.integration.gated import connection, export, push

Start = Callable[..., Running]
ROWS = [{"id": n, "region": "EMEA", "amount": 1} for n in range(1_000)]


def post(running: Running, path: str, body: Any, key: str = "service", **headers: str) -> httpx.Response:
    given = {"x-api-key": running.key(key), **{name.replace("_", "-"): value for name, value in headers.items()}}
    return httpx.post(running.url + path, json=body, headers=given, trust_env=False, timeout=30)


def pushed(running: Running, batch: int, pipe_id: str = "p-1") -> httpx.Response:
    headers = {"x_run_id": "run-1", "x_pipe_id": pipe_id, "x_schema_hash": "0" * 64, "x_batch_seq": str(batch)}
    return post(running, "/dcl/ingest", push(ROWS), **headers)


def read_back(running: Running, pipe_id: str) -> list[dict[str, Any]]:
    rows, cursor = [], ""
    while cursor is not None:
        page = running.get(f"/dcl/pipes/{pipe_id}/rows", running.key("viewer"), cursor=cursor, limit=700).json()
        rows += page["rows"]
        cursor = page["cursor"]
    return rows


def test_a_kill_between_commit_and_answer_loses_and_doubles_nothing(start: Start, tmp_path: Path) -> None:
    """The sender got no answer; after the restart it sends the same batch again and every row is there once."""
    running = start(AOS_LAB="faults").ready()
    assert post(running, "/dcl/export-pipes", export(connection("p-1"))).status_code == 200
    first = pushed(running, 1)
    assert first.status_code == 200
    (tmp_path / "data" / "failpoint").write_text("ingest.content_kept")
    with pytest.raises(httpx.TransportError):
        pushed(running, 2)
    assert running.ended() == -9
    again = start().ready()
    assert pushed(again, 1).content == first.content
    told = pushed(again, 2)
    assert (told.status_code, told.json()["rows_accepted"]) == (200, 1_000)
    assert told.json()["dcl_run_id"] == first.json()["dcl_run_id"]
    assert pushed(again, 3).status_code == 200
    rows = read_back(again, "p-1")
    assert [(row["batch"], row["row"]) for row in rows] == [(str(b), n) for b in (1, 2, 3) for n in range(1_000)]
    assert [row["value"] for row in rows] == ROWS * 3


def test_the_demo_stream_is_filed_under_its_shipped_pipe(start: Start) -> None:
    """`mulesoft_invoices` is exported at the first start and not again; records of the stream are rows of that pipe and
    can be asked about."""
    running = start().ready()
    known = running.get("/dcl/pipes", running.key("viewer")).json()["pipes"]
    assert {"mulesoft_invoices"} <= {pipe["connection"]["pipe_id"] for pipe in known}
    target = f"http://127.0.0.1:{running.port}/farm/api/stream/synthetic/mulesoft?speed=max&until=300"
    package = {"connector_id": "mule_auto_01", "source_type": "mulesoft_stream", "target_url": target}
    assert post(running, "/dcl/api/ingest/provision", package).status_code == 200
    count = {"pipe_id": "mulesoft_invoices", "aggregate": [{"function": "count"}]}
    until(lambda: post(running, "/dcl/query", count, key="viewer").json()["rows"] == [[300]])
    rows = read_back(running, "mulesoft_invoices")
    assert [(row["run_id"], row["row"]) for row in rows] == [("mule_auto_01", n) for n in range(1, 301)]
    total = sum(round(row["value"]["total_amount"] * 100) for row in rows)
    sums = {"pipe_id": "mulesoft_invoices", "aggregate": [{"function": "sum", "field": "total_amount"}]}
    told = post(running, "/dcl/query", sums, key="viewer").json()
    assert round(told["rows"][0][0] * 100) == total
    assert told["columns"][0]["aggregation"] == "additive"
    lineage = running.get("/dcl/lineage/mule_auto_01", running.key("viewer")).json()
    assert [hop["path"] for hop in lineage["hops"]] == [1, 3]
    assert running.stop() == 0
    later = start().ready()
    versions = later.get("/dcl/pipes/mulesoft_invoices/versions", later.key("viewer")).json()["pipes"]
    assert [each["version"] for each in versions] == [1]


def test_a_stream_waits_in_quarantine_until_its_pipe_is_exported(start: Start) -> None:
    """Nothing is filed without a blueprint, the ledger balances; after the export everything is filed at its place."""
    running = start().ready()
    target = f"http://127.0.0.1:{running.port}/farm/api/stream/synthetic/mulesoft?speed=max&until=200"
    package = {
        "connector_id": "mule_auto_01", "source_type": "mulesoft_stream", "target_url": target, "pipe_id": "later",
    }  # fmt: skip
    assert post(running, "/dcl/api/ingest/provision", package).status_code == 200

    def ledger() -> dict[str, Any]:
        told: dict[str, Any] = running.get("/dcl/api/ingest/ledger", running.key("viewer")).json()["total"]
        return told

    until(lambda: ledger()["quarantined"] == 200)
    assert (ledger()["filed"], ledger()["imbalance"]) == (0, 0)

    def held() -> list[dict[str, Any]]:
        query = {"reason": "NO_MATCHING_PIPE", "limit": 2}
        items: list[dict[str, Any]] = running.get("/dcl/api/ingest/quarantine", running.key("viewer"), **query).json()[
            "items"
        ]
        return items

    def orphaned() -> int:
        told = running.get("/dcl/orphans", running.key("viewer")).json()["orphans"]
        return sum(each["rows"] for each in told if each["sender"] == "mule_auto_01")

    until(lambda: bool(held()) and orphaned() == 200)  # the ledger knows of a line a moment before it can be listed
    assert json.loads(held()[0]["data"])["meta"]["pipe_id"] == "later"
    fields = ["invoice_id", "total_amount", "status"]
    told = export(connection("later", fields=fields, change_semantics="append"))
    assert post(running, "/dcl/export-pipes", told).status_code == 200
    until(lambda: ledger()["filed"] == 200)
    assert (ledger()["quarantined"], ledger()["clean"], ledger()["imbalance"]) == (0, 200, 0)
    rows = read_back(running, "later")
    assert [row["row"] for row in rows] == list(range(1, 201))


def test_a_push_without_a_blueprint_is_refused_by_a_fresh_process(start: Start) -> None:
    """The document's 422 from a process that does not know the pipe; nothing is kept, and the sender shows."""
    running = start().ready()
    answer = pushed(running, 1, "unknown")
    told = answer.json()
    assert (answer.status_code, told["error"], told["pipe_id"]) == (422, "NO_MATCHING_PIPE", "unknown")
    assert {"message", "hint", "available_pipes", "timestamp"} <= told.keys()
    running.said("NO_MATCHING_PIPE")
    assert running.get("/dcl/orphans", running.key("service")).json()["orphans"][0]["sender"] == "netsuite"
    assert post(running, "/dcl/export-pipes", export(connection("unknown"))).status_code == 200
    assert pushed(running, 1, "unknown").status_code == 200
    assert len(read_back(running, "unknown")) == 1_000
