"""Path 3 over HTTP, reading back: what was pushed is kept as it came, and paged without a gap."""

import sqlite3
from contextlib import closing

import pytest

from tests.integration.gated import ROWS, Client, connection


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
