"""Path 3 over HTTP: the guard, idempotence, what is kept, and reading it back."""

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aos.contracts.content import NoMatchingPipe
from aos.core.http import Access
from tests.integration.gated import Client, Serve, connection, gated, hash_of, push
from tests.integration.served import KEYS

ROWS = [{"id": n, "region": "EMEA", "amount": n / 4} for n in range(5)]
NOTHING = {"runs": 0, "chunks": 0, "rows": 0}


@pytest.fixture
async def dcl(serve: Serve, tmp_path: Path) -> AsyncIterator[Client]:
    async with gated(serve, tmp_path / "dcl") as client:
        yield client


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


GUARDED = [
    ("unknown", {}),
    ("p-2", {}),
    ("P-1", {}),
    ("p-1 ", {"x_pipe_id": "p-1x"}),
    ("p" * 65, {}),
    ("", {}),
    ("-", {}),
    ("p-1", {"x_tenant_id": "globex"}),
    ("unknown", {"x_run_id": "farm_1"}),
    ("unknown", {"x_run_id": "farm_verification"}),
    ("unknown", {"x_run_id": "-"}),
    ("unknown", {"x_schema_hash": "-"}),
    ("unknown", {"x_batch_seq": "x"}),
]


@pytest.mark.parametrize("empty", [True, False], ids=["empty store", "other pipes"])
@pytest.mark.parametrize(("pipe_id", "headers"), GUARDED)
async def test_there_is_no_way_round_the_guard(dcl: Client, pipe_id: str, headers: dict[str, str], empty: bool) -> None:
    """No blueprint for this tenant: the document's 422, nothing stored; whatever the ids and the store look like."""
    if not empty:
        await dcl.export(connection("p-1"))
    answer = await dcl.push(pipe_id, ROWS, **headers)
    told = answer.json()
    assert (answer.status_code, told["error"]) == (422, "NO_MATCHING_PIPE"), answer.text
    refusal = msgspec.json.decode(answer.content, type=NoMatchingPipe)
    assert (refusal.message, refusal.timestamp[-1]) == (told["detail"], "Z")
    assert (answer.headers["content-type"], told["retryable"]) == ("application/problem+json", False)
    seen = ["p-1"] if not empty and headers.get("x_tenant_id") != "globex" else None
    assert told["available_pipes"] == seen
    assert await dcl.counts() == NOTHING


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[]", b'{"rows": 1}', b'{"source_system": ["x"], "row_count": -1}']
)
async def test_the_guard_comes_before_whatever_is_wrong_with_the_body(dcl: Client, body: bytes) -> None:
    """An unreadable body for an unknown pipe is a NO_MATCHING_PIPE as well."""
    answer = await dcl.push("unknown", body)
    assert (answer.status_code, answer.json()["error"]) == (422, "NO_MATCHING_PIPE")


async def test_the_refusal_names_what_was_sent_and_the_nearest_ids(dcl: Client) -> None:
    """Only ids of the tenant itself are named."""
    await dcl.export(connection("invoices-emea"), connection("tickets"))
    await dcl.export(connection("invoices-apac"), tenant="globex")
    told = (await dcl.push("invoice-emea", ROWS)).json()
    assert told["pipe_id"] == "invoice-emea"
    assert "invoices-emea" in told["hint"]
    assert told["available_pipes"] == ["invoices-emea", "tickets"]
    assert "globex" not in str(told)
    assert "apac" not in str(told)


async def test_orphans_are_counted_by_sender(dcl: Client) -> None:
    """Who sent how much, with which key; in the metrics and as an event, too."""
    await dcl.push("nothing", ROWS)
    await dcl.push("nothing-2", ROWS[:2])
    await dcl.push("nothing", push(ROWS[:1], source_system="sap"), role=Access.OPERATOR)
    found = (await dcl.get("/orphans")).json()["orphans"]
    told = sorted((each["sender"], each["key_id"], each["refused"], each["rows"], each["pipe_id"]) for each in found)
    assert told == [("netsuite", "service", 2, 7, "nothing-2"), ("sap", "operator", 1, 1, "nothing")]
    assert (await dcl.get("/orphans", tenant="globex")).json() == {"orphans": []}
    text = dcl.place.core.metrics.text().decode()
    assert 'aos_content_orphans_total{way="push"} 8.0' in text
    with dcl.place.core.events.subscribe(last=100) as subscriber:
        assert b"no_matching_pipe" in b"".join(subscriber.take())


async def test_health_says_how_the_last_push_went(dcl: Client) -> None:
    """Degraded while the last one named no pipe, with what to do, and no id: anybody may read health."""

    def told() -> tuple[str, str]:
        report = next(each for each in dcl.place.core.health.reports() if each.name == "content")
        assert "p-1" not in report.reason + report.next_action
        return report.state.value, report.reason + report.next_action

    assert told()[0] == "idle"
    await dcl.push("p-1", ROWS)
    assert (told()[0], "/dcl/orphans" in told()[1]) == ("degraded", True)
    await dcl.export(connection("p-1"))
    await dcl.push("p-1", ROWS)
    assert (told()[0], f"{len(ROWS)} rows" in told()[1]) == ("idle", True)


async def test_senders_past_the_most_are_counted_together(dcl: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender that invents names can't fill the table."""
    monkeypatch.setattr("aos.dcl.gate.orphans.MOST_SENDERS", 3)
    for n in range(6):
        await dcl.push("nothing", push(ROWS[:1], source_system=f"s{n}"))
    await dcl.push("nothing", push(ROWS[:1], source_system="s1"))
    found = {each["sender"]: each["refused"] for each in (await dcl.get("/orphans")).json()["orphans"]}
    assert found == {"s0": 1, "s1": 2, "s2": 1, "(others)": 3}


async def test_events_tell_nothing_of_another_tenant(dcl: Client) -> None:
    """`/events` is read by the default tenant; ids of others are not in it."""
    await dcl.export(connection("secret-1"), tenant="globex")
    await dcl.push("secret-1", ROWS, x_tenant_id="globex")
    await dcl.push("secret-2", ROWS, x_tenant_id="globex")
    with dcl.place.core.events.subscribe(last=100) as subscriber:
        assert b"secret" not in b"".join(subscriber.take())


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


async def test_a_tenant_is_named_by_header_or_body(dcl: Client) -> None:
    """Header, else body, else default; two names are refused, a key of a tenant names no other."""
    await dcl.export(connection("p-1"), tenant="acme")
    assert (await dcl.push("p-1", push(ROWS, tenant_id="acme"))).status_code == 200
    assert (await dcl.push("p-1", ROWS, x_tenant_id="acme", x_batch_seq="2")).status_code == 200
    twice = await dcl.push("p-1", push(ROWS, tenant_id="acme"), x_tenant_id="globex")
    assert (twice.status_code, twice.json()["path"]) == (422, "$.tenant_id")
    other = await dcl.push("p-1", push(ROWS, tenant_id="acme"), role=Access.OPERATOR)
    assert (other.status_code, other.json()["path"]) == (422, "$.tenant_id")
    assert (await dcl.get("/pipes/p-1/rows")).status_code == 404
    assert len((await dcl.get("/pipes/p-1/rows", tenant="acme")).json()["rows"]) == 10


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


async def test_rows_of_every_run_are_kept_and_paged(dcl: Client) -> None:
    """Pages go on where the last one ended, over batches and runs, in the order of run, batch number and row."""
    await dcl.export(connection("p-1"))
    for run in ("run-1", "run-2"):
        for batch in (0, 1, 2, 10):
            rows = [{"id": f"{run}/{batch}/{n}"} for n in range(7)]
            assert (await dcl.push("p-1", rows, run=run, x_batch_seq=str(batch))).status_code == 200
    await dcl.push("p-1", [], run="run-2", x_batch_seq="3")
    wanted = [f"run-{run}/{batch}/{n}" for run in (1, 2) for batch in (0, 1, 2, 10) for n in range(7)]
    for limit in (1, 3, 7, 28, 100):
        seen, cursor = [], ""
        while True:
            page = (await dcl.get("/pipes/p-1/rows", limit=limit, cursor=cursor)).json()
            assert len(page["rows"]) <= limit
            seen += [row["value"]["id"] for row in page["rows"]]
            if (cursor := page["cursor"]) is None:
                break
        assert seen == wanted
    newest = (await dcl.get("/pipes/p-1/rows", run_id="latest")).json()["rows"]
    assert [row["value"]["id"] for row in newest] == wanted[28:]
    assert (await dcl.get("/pipes/p-1/rows", run_id="run-3")).status_code == 404
    for bad in ("x", "!!!!", "W10", "W10=", "WzEsMl0"):
        assert (await dcl.get("/pipes/p-1/rows", cursor=bad)).status_code == 422


async def test_large_rows_make_small_pages(dcl: Client) -> None:
    """A page stops at 4 MiB, and no row is lost between two."""
    await dcl.export(connection("p-1"))
    for batch in range(4):
        await dcl.push("p-1", [{"id": batch, "region": "x" * 3_000_000}], x_batch_seq=str(batch))
    seen, cursor, pages = [], "", 0
    while cursor is not None:
        page = (await dcl.get("/pipes/p-1/rows", cursor=cursor)).json()
        seen += [row["value"]["id"] for row in page["rows"]]
        cursor, pages = page["cursor"], pages + 1
    assert (seen, pages) == ([0, 1, 2, 3], 4)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE rows SET value = '{}'", "DELETE FROM rows", "UPDATE chunks SET rows = 0", "DELETE FROM chunks"],
)
async def test_rows_can_only_be_appended_to(dcl: Client, statement: str) -> None:
    """Nothing of the product changes a row, and the database refuses it."""
    await dcl.export(connection("p-1"))
    await dcl.push("p-1", ROWS)
    connected = sqlite3.connect(dcl.warehouse.database.path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connected.execute(statement)
    connected.close()


async def test_a_viewer_does_not_push(dcl: Client) -> None:
    """403; and without a content type it is a 415."""
    await dcl.export(connection("p-1"))
    assert (await dcl.push("p-1", ROWS, role=Access.VIEWER)).status_code == 403
    assert (await dcl.push("p-1", ROWS, content_type="text/plain")).status_code == 415
    assert await dcl.counts() == NOTHING


async def test_a_cursor_of_one_pipe_is_none_of_another(dcl: Client) -> None:
    """It would begin at a place that means nothing there."""
    await dcl.export(connection("p-1"), connection("p-2"))
    for pipe in ("p-1", "p-2"):
        assert (await dcl.push(pipe, ROWS)).status_code == 200
    cursor = (await dcl.get("/pipes/p-1/rows", limit=1)).json()["cursor"]
    assert (await dcl.get("/pipes/p-1/rows", cursor=cursor)).status_code == 200
    refused = await dcl.get("/pipes/p-2/rows", cursor=cursor)
    assert (refused.status_code, refused.json()["path"]) == (422, "query.cursor")


async def test_a_run_that_is_not_there_is_a_404_of_a_query(dcl: Client) -> None:
    """As it is of its rows; a time past what is kept is named."""
    await dcl.export(connection("p-1"))
    await dcl.push("p-1", ROWS)
    count = {"pipe_id": "p-1", "aggregate": [{"function": "count"}]}
    assert (await dcl.post("/query", {**count, "run_id": "run-9"})).status_code == 404
    assert (await dcl.post("/query", {**count, "run_id": "run-1"})).json()["pipes"][0]["rows"] == len(ROWS)
    refused = await dcl.post("/query", {**count, "as_of": 2**70})
    assert refused.status_code == 422
    assert "as_of" in refused.text


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


async def _count(dcl: Client, run: str) -> tuple[int, int]:
    """A run's rows as a page and as a query have them."""
    page = (await dcl.get("/pipes/p-1/rows", run_id=run, limit=10_000)).json()
    query = {"pipe_id": "p-1", "run_id": run, "aggregate": [{"function": "count"}]}
    return len(page["rows"]), (await dcl.post("/query", query)).json()["rows"][0][0]


def _tamper(dcl: Client, *statements: str) -> None:
    with closing(sqlite3.connect(dcl.warehouse.database.path)) as database, database:
        for trigger in ("rows_no_update", "rows_no_delete", "chunks_no_update"):
            database.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            database.execute(statement)


async def test_rows_that_were_put_behind_a_chunk_are_seen_by_every_reader(dcl: Client) -> None:
    """And a chunk that says it has fewer rows than lie there hides none."""
    await dcl.export(connection("p-1"))
    for run in ("run-1", "run-2"):
        assert (await dcl.push("p-1", ROWS, run=run)).status_code == 200
    _tamper(
        dcl,
        "INSERT INTO rows SELECT id + 5, value FROM rows WHERE id = 1 << 20",
        "UPDATE chunks SET rows = 0 WHERE id = 2",
    )
    assert await _count(dcl, "run-1") == (len(ROWS) + 1,) * 2
    assert await _count(dcl, "run-2") == (len(ROWS),) * 2


@pytest.mark.parametrize("broken", ["'{\"id'", "CAST(x'7b22ff' AS TEXT)"])
async def test_a_row_that_was_broken_hides_nothing_else(dcl: Client, broken: str) -> None:
    """The page is JSON and shows its text, a query counts it with its fields as null and says so."""
    await dcl.export(connection("p-1"))
    for run in ("run-1", "run-2"):
        assert (await dcl.push("p-1", ROWS, run=run)).status_code == 200
    _tamper(dcl, f"UPDATE rows SET value = {broken} WHERE id = 1 << 20")
    assert await _count(dcl, "run-1") == (len(ROWS),) * 2
    page = (await dcl.get("/pipes/p-1/rows", run_id="run-1")).json()["rows"]
    assert [row["value"] for row in page[1:]] == ROWS[1:]
    assert isinstance(page[0]["value"], str)
    selected = (await dcl.post("/query", {"pipe_id": "p-1", "run_id": "run-1", "select": ["id"]})).json()
    assert [row[0] for row in selected["rows"]] == [None, *(row["id"] for row in ROWS[1:])]
    assert ["no JSON any more" in note for note in selected["notes"]] == [True]
    whole = (await dcl.post("/query", {"pipe_id": "p-1", "run_id": "run-2", "select": ["id"]})).json()
    assert (len(whole["rows"]), whole["notes"]) == (len(ROWS), [])
