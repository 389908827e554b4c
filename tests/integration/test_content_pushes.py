"""Path 3 over HTTP, pushes for a known pipe: the answer, drift, idempotence, and what a bad one is told."""

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from aos.core.http import Access
from tests.integration.gated import NOTHING, ROWS, Client, Serve, connection, gated, hash_of, push
from tests.integration.served import KEYS


async def test_rows_of_a_known_pipe_are_taken_and_answered_as_documented(dcl: Client) -> None:
    """Every key of the document's success answer; the rows can be read back in order, and carry no blueprint data."""
    await dcl.export(connection("p-1"))
    body = push(ROWS, schema_version=hash_of(ROWS)[:16])
    answer = await dcl.push("p-1", body, x_schema_hash=hash_of(ROWS), x_batch_seq="0")
    told = answer.json()
    assert answer.status_code == 200
    assert told.pop("timestamp").endswith("Z")
    assert told.pop("dcl_run_id")
    assert told == {
        "pipe_id": "p-1", "rows_accepted": 5, "schema_drift": False, "drift_fields": None, "matched_schema": True,
        "schema_fields": ["id", "region", "amount"], "warnings": [],
    }  # fmt: skip
    page = (await dcl.get("/pipes/p-1/rows", run_id="run-1")).json()
    assert page == {
        "pipe_id": "p-1",
        "rows": [{"run_id": "run-1", "batch": "0", "row": n, "value": row} for n, row in enumerate(ROWS)],
        "cursor": None,
    }
    stored = await dcl.warehouse.database.read("SELECT value FROM rows ORDER BY id")
    assert [json.loads(text) for (text,) in stored] == ROWS


async def test_drift_is_judged_over_every_row(dcl: Client) -> None:
    """One row in thousands that differs is told; drift does not stop the rows; the run keeps what was seen."""
    await dcl.export(connection("p-1"))
    rows = [{"id": n, "region": "EMEA", "amount": 1} for n in range(3_000)]
    rows[2_345] = {"id": 2_345, "region": None, "extra": [1]}  # type: ignore[dict-item]
    told = (await dcl.push("p-1", rows, x_batch_seq="1")).json()
    assert (told["schema_drift"], told["drift_fields"]) == (True, ["+extra", "-amount"])
    assert told["rows_accepted"] == 3_000
    clean = (await dcl.push("p-1", rows[:10], x_batch_seq="2")).json()
    assert (clean["schema_drift"], clean["drift_fields"]) == (False, None)
    assert clean["dcl_run_id"] == told["dcl_run_id"]
    detail = (await dcl.get("/pipes/p-1")).json()
    run = detail["runs"][0]
    assert (run["rows"], run["schema_drift"], run["drift_fields"]) == (3_010, True, ["+extra", "-amount"])
    assert run["types"] == {"amount": ["number"], "extra": ["array"], "id": ["number"], "region": ["null", "string"]}
    assert [field["types"] for field in detail["fields"]] == [["number"], ["null", "string"], ["number"]]


async def test_drift_is_judged_by_the_blueprint_of_the_moment(dcl: Client) -> None:
    """A new version counts for the next push; the rows that are there are untouched."""
    await dcl.export(connection("p-1"))
    await dcl.push("p-1", ROWS, x_batch_seq="1")
    await dcl.export(connection("p-1", fields=["id", "amount", "owner"]))
    told = (await dcl.push("p-1", ROWS, x_batch_seq="2")).json()
    assert told["drift_fields"] == ["+region", "-owner"]
    assert told["schema_fields"] == ["id", "amount", "owner"]


async def test_the_same_batch_again_gets_the_same_bytes(dcl: Client) -> None:
    """A lost reply is harmless: same answer to the byte, rows once; also when the blueprint changed meanwhile."""
    await dcl.export(connection("p-1"))
    first = await dcl.push("p-1", ROWS, x_batch_seq="7")
    await dcl.export(connection("p-1", fields=["id"]))
    again = await dcl.push("p-1", ROWS, x_batch_seq="07")
    assert (again.status_code, again.content) == (200, first.content)
    assert await dcl.counts() == {"runs": 1, "chunks": 1, "rows": 5}


async def test_another_body_under_the_same_number_is_a_conflict(dcl: Client) -> None:
    """409, nothing changed; under another number, run or pipe it is something else."""
    await dcl.export(connection("p-1"), connection("p-2"))
    await dcl.push("p-1", ROWS, x_batch_seq="1")
    answer = await dcl.push("p-1", ROWS[:4], x_batch_seq="1")
    assert (answer.status_code, answer.json()["error"]) == (409, "BATCH_CONFLICT")
    for told in (
        await dcl.push("p-1", ROWS[:4], x_batch_seq="2"),
        await dcl.push("p-1", ROWS[:4], x_batch_seq="1", run="run-2"),
        await dcl.push("p-2", ROWS[:4], x_batch_seq="1"),
    ):
        assert told.status_code == 200
    assert await dcl.counts() == {"runs": 3, "chunks": 4, "rows": 17}


async def test_without_a_number_the_body_names_the_batch(dcl: Client) -> None:
    """The same body twice is one batch, named by its SHA-256; another body is another batch."""
    await dcl.export(connection("p-1"))
    for _ in range(2):
        assert (await dcl.push("p-1", ROWS)).status_code == 200
    await dcl.push("p-1", ROWS[:2])
    page = (await dcl.get("/pipes/p-1/rows")).json()["rows"]
    digest = hashlib.sha256(json.dumps(push(ROWS), ensure_ascii=False).encode()).hexdigest()
    assert sum(row["batch"] == digest for row in page) == 5
    assert len(page) == 7


async def test_twenty_at_once_are_one(dcl: Client) -> None:
    """The same batch from twenty senders at the same moment: one chunk, one answer."""
    await dcl.export(connection("p-1"))
    answers = await asyncio.gather(*(dcl.push("p-1", ROWS, x_batch_seq="1") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert await dcl.counts() == {"runs": 1, "chunks": 1, "rows": 5}


BODY = push(ROWS)
WRONG = [
    *(({name: ...}, f"$.{name}") for name in ("source_system", "run_timestamp", "schema_version", "row_count", "rows")),
    *(({name: 7.5}, f"$.{name}") for name in BODY if name != "rows"),
    ({"tenant_id": "no tenant"}, "$.tenant_id"),
    ({"source_system": ""}, "$.source_system"),
    ({"source_system": "a\0b"}, "$.source_system"),
    ({"snapshot_name": "Q1\n"}, "$.snapshot_name"),
    ({"run_timestamp": "nonsense"}, "$.run_timestamp"),
    ({"run_timestamp": "2026-02-01T25:00:00Z"}, "$.run_timestamp"),
    ({"row_count": 4}, "$.row_count"),
    ({"row_count": -1}, "$.row_count"),
    ({"rows": {}}, "$.rows"),
    ({"surprise": 1}, "$.surprise"),
    ({"rows": [*ROWS[:4], [1]]}, "$.rows[4]"),
    ({"rows": [*ROWS[:4], None]}, "$.rows[4]"),
    ({"rows": [*ROWS[:4], "x"]}, "$.rows[4]"),
]


@pytest.mark.parametrize(("change", "path"), WRONG)
async def test_a_bad_push_names_the_path_and_leaves_nothing(dcl: Client, change: dict[str, Any], path: str) -> None:
    """Each field missing or of a wrong type, counts that disagree, rows that are no objects."""
    await dcl.export(connection("p-1"))
    body = {name: value for name, value in {**BODY, **change}.items() if value is not ...}
    answer = await dcl.push("p-1", body)
    assert (answer.status_code, answer.json().get("path")) == (422, path), answer.text
    assert await dcl.counts() == NOTHING


HEADERS = [
    ({"x_run_id": "-"}, "header.x-run-id"),
    ({"x_run_id": ""}, "header.x-run-id"),
    ({"x_run_id": "r" * 129}, "header.x-run-id"),
    ({"x_run_id": "a b"}, "header.x-run-id"),
    ({"x_run_id": "latest"}, "header.x-run-id"),
    ({"x_schema_hash": "-"}, "header.x-schema-hash"),
    ({"x_schema_hash": "h" * 257}, "header.x-schema-hash"),
    ({"x_batch_seq": "-1"}, "header.x-batch-seq"),
    ({"x_batch_seq": "1.0"}, "header.x-batch-seq"),
    ({"x_batch_seq": "9" * 19}, "header.x-batch-seq"),
    ({"x_tenant_id": "a b"}, "header.x-tenant-id"),
]


@pytest.mark.parametrize(("headers", "path"), HEADERS)
async def test_a_bad_header_is_named(dcl: Client, headers: dict[str, str], path: str) -> None:
    """Nothing is kept of a push whose run or batch is not known."""
    await dcl.export(connection("p-1"))
    answer = await dcl.push("p-1", ROWS, **headers)
    assert (answer.status_code, answer.json().get("path")) == (422, path), answer.text
    assert await dcl.counts() == NOTHING


RAW = [
    (b'{"id": 01}', "$"),
    (b'{"id": 1', "$"),
    (b'{"a": "\\ud800"}', "$.rows[1]"),
    (b'{"a": "\\ud83d and more text behind it"}', "$.rows[1]"),
    (b'{"\\udc00": 1}', "$.rows[1]"),
    (b'{"a":' * 33 + b"1" + b"}" * 33, "$.rows[1]"),
    (b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}", None),
    (b'{"a": "\x01"}', None),
    (b'{"a": "\xff"}', "$"),
    (b"{" + b",".join(b'"f%d":1' % n for n in range(2_001)) + b"}", "$.rows[1]"),
]


@pytest.mark.parametrize(("row", "path"), RAW)
async def test_a_row_that_is_no_json_for_everybody_is_refused(dcl: Client, row: bytes, path: str | None) -> None:
    """Half surrogates, control characters, nesting past 32 levels, rows of thousands of fields: a 422, never a 500."""
    await dcl.export(connection("p-1"))
    body = json.dumps({**BODY, "row_count": 2, "rows": [{"id": 0}, "@row@"]}).encode().replace(b'"@row@"', row)
    answer = await dcl.push("p-1", body)
    assert answer.status_code == 422, answer.text
    if path is not None:
        assert answer.json()["path"] == path
    assert ("lone surrogate" in answer.json()["detail"]) is (b"\\ud" in row)
    assert await dcl.counts() == NOTHING


async def test_a_push_past_the_size_limit_is_a_413(serve: Serve, tmp_path: Path) -> None:
    """AOS_MAX_BODY bounds a push; nothing of it is kept."""
    async with gated(serve, tmp_path / "dcl", max_body=2_000) as dcl:
        await dcl.export(connection("p-1"))
        assert (await dcl.push("p-1", [{"id": "x" * 3_000}])).status_code == 413
        assert (await dcl.push("p-1", ROWS)).status_code == 200
        assert (await dcl.counts())["rows"] == 5


async def test_what_the_document_leaves_open_is_a_warning(dcl: Client) -> None:
    """A schema hash that is not that of the rows, a version that is not its beginning, a run that changes its name."""
    await dcl.export(connection("p-1"))
    told = (await dcl.push("p-1", push(ROWS, schema_version="v1"), x_batch_seq="1")).json()
    assert len(told["warnings"]) == 2
    right = push(ROWS[:1], schema_version=hash_of(ROWS)[:16], snapshot_name="other")
    told = (await dcl.push("p-1", right, x_batch_seq="2", x_schema_hash=hash_of(ROWS))).json()
    assert told["warnings"] == ["snapshot_name is not that of the run's first chunk"]


@pytest.mark.parametrize("name", ["x-pipe-id", "x-run-id", "x-batch-seq", "x-schema-hash"])
async def test_a_header_that_stands_twice_is_refused(dcl: Client, name: str) -> None:
    """Each reader could take another one of them."""
    await dcl.export(connection("p-1"))
    given = {"x-pipe-id": "p-1", "x-run-id": "run-1", "x-schema-hash": "0" * 64, "x-batch-seq": "1"}
    headers = [*given.items(), (name, "2"), ("x-api-key", KEYS[Access.SERVICE])]
    refused = await dcl.place.client.post("/dcl/ingest", json=push(ROWS), headers=headers)
    assert refused.status_code == 422
    assert refused.json()["path"] == f"header.{name}"
    assert (await dcl.counts())["rows"] == 0
