"""Somebody changes DCL's database behind its back, and pushes what nobody ordered: recon names each of it."""

import json
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from tests.acceptance.conftest import ROOT, Running
from tests.acceptance.test_verify import verify
from tests.integration.gated import push

Start = Callable[..., Running]
ROWS, EACH = 12_000, 7


def recon(running: Running, run_id: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "aos", "recon", run_id, "--json", "--port", str(running.port)]
    place = ["--data-dir", str(running.directory / "data")]
    told = subprocess.run([*command, *place], cwd=ROOT, capture_output=True, text=True, timeout=90)
    assert told.stdout, told.stderr
    return told.returncode, json.loads(told.stdout)


def tamper(warehouse: Path, wrong: set[int], missing: set[int], broken: int) -> list[str]:
    """Rows of the first run, by their number in it; the guards of the database are taken away first. A row is doubled
    behind the end of the last chunk: where they stand."""
    with closing(sqlite3.connect(warehouse)) as database, database:
        for trigger in ("rows_no_update", "rows_no_delete"):
            database.execute(f"DROP TRIGGER {trigger}")
        keys = [key for (key,) in database.execute("SELECT id FROM rows ORDER BY id LIMIT ?", (ROWS,))]
        for number in wrong:
            database.execute("UPDATE rows SET value = json_set(value, '$.minutes', -1) WHERE id = ?", (keys[number],))
        for number in missing:
            database.execute("DELETE FROM rows WHERE id = ?", (keys[number],))
        database.execute("UPDATE rows SET value = '{\"minutes' WHERE id = ?", (keys[broken],))
        copied = next(key for n, key in enumerate(keys) if n not in {*wrong, *missing, broken})
        last = (keys[-1] >> 20,)
        chunk, batch, rows = database.execute("SELECT id, batch, rows FROM chunks WHERE id = ?", last).fetchone()
        for n in (rows, rows + 1, rows + 2):
            database.execute("INSERT INTO rows SELECT ?, value FROM rows WHERE id = ?", ((chunk << 20) + n, copied))
        return [f"{batch}/{n}" for n in (rows, rows + 1, rows + 2)]


def test_every_row_that_was_tampered_with_is_named_and_no_other(start: Start) -> None:
    """Changed, deleted, added and doubled rows of a run that had passed; the verdict is kept with the run."""
    running = start().ready()
    told = verify(running, "--json", "--generator", "product_usage", "--rows", str(ROWS))
    assert told.returncode == 0, told.stdout
    keys = [json.loads(line)["keys"] for line in told.stdout.splitlines()]
    run_id, pipe_id, job_id = keys[3]["run_id"], keys[3]["pipe_id"], keys[3]["job_id"]
    assert recon(running, run_id)[0] == 0
    touched = random.Random(5).sample(range(ROWS), 2 * EACH + 1)
    wrong, missing, broken = set(touched[:EACH]), set(touched[EACH:-1]), touched[-1]
    page = running.get(f"/dcl/pipes/{pipe_id}/rows", running.key("viewer"), run_id=run_id, limit=EACH).json()["rows"]
    doubled = [row["value"] for row in page if row["row"] not in {*wrong, *missing, broken}]
    extra = [{**doubled[0], "minutes": -n} for n in range(1, EACH)]
    headers = {
        "x-api-key": running.key("service"), "x-run-id": run_id, "x-pipe-id": pipe_id, "x-schema-hash": "0" * 64,
        "x-batch-seq": "999",
    }  # fmt: skip
    answer = httpx.post(f"{running.url}/dcl/ingest", json=push(extra + doubled), headers=headers, trust_env=False)
    assert answer.status_code == 200
    running.stop()
    behind = tamper(running.directory / "data" / "dcl" / "warehouse.db", wrong, missing, broken)
    # The index of queries was filled before that, and goes on with what it has until it is built anew.
    for index in (running.directory / "data" / "dcl").glob("projection.db*"):
        index.unlink()
    again = start(port=str(running.port)).ready()
    code, verdict = recon(again, run_id)
    assert (code, verdict["verdict"], verdict["truth"]) == (1, "fail", "recomputed")
    assert set(verdict["missing"]) == missing
    assert {(each["row"], each["field"], each["found"]) for each in verdict["wrong"]} == {
        (broken, "*", '{"minutes'),
        *((n, "minutes", -1) for n in wrong),
    }
    assert verdict["extra"] == [f"999/{n}" for n in range(len(extra))]
    assert sorted(verdict["doubled"]) == sorted(
        [*behind, *(f"999/{n}" for n in range(len(extra), len(extra) + len(doubled)))]
    )
    count = {"pipe_id": pipe_id, "run_id": run_id, "aggregate": [{"function": "count"}]}
    headers = {"x-api-key": again.key("viewer")}
    counted = httpx.post(f"{again.url}/dcl/query", json=count, headers=headers, trust_env=False).json()
    assert counted["rows"][0][0] == verdict["rows_found"]
    assert "no JSON" in counted["notes"][0]
    kept = again.get(f"/farm/api/farm/jobs/{job_id}/verdict", again.key("viewer")).json()
    assert kept == verdict
