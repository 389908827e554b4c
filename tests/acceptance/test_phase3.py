"""The checklist of the third document (the active repair), against a real process."""

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

import httpx

from aos.farm.oracle.chaos import Kind, hit
from aos.farm.oracle.invoices import invoice
from tests.acceptance.conftest import ROOT, Running, free_port, until

Start = Callable[..., Running]
STREAM = "/farm/api/stream/synthetic/mulesoft"
KINDS = (Kind.MALFORMED, Kind.DRIFT, Kind.BAD_TYPE)
DETECTED = re.compile(r"Drift Detected for (INV-\d+)\. Fetching repair\.\.\.")


def demo(start: Start, query: str) -> Running:
    port = free_port()
    return start(port=str(port), SOURCE_URL=f"http://127.0.0.1:{port}{STREAM}?{query}").ready()


def test_drift_is_detected_repaired_and_told(start: Start) -> None:
    """The document's four steps: the source of truth answers, the two log lines stand word for word, and the record in
    the stream has what was missing, `is_repaired` and where it came from, over HTTP and on the command line."""
    last = 300
    running = demo(start, f"chaos=true&rate=300&until={last}&chaos_kinds=drift")
    running.said("Record Repaired.")
    record_id = DETECTED.search(running.said("Drift Detected for "))
    assert record_id is not None
    truth = running.get(f"/farm/api/source/salesforce/invoice/{record_id[1]}").json()
    assert truth["invoice_id"] == record_id[1]
    assert {"vendor_id", "billing_address", "total_amount", "status"} <= truth.keys()
    running.said("Source finished")
    key = running.key("viewer")
    until(lambda: running.get("/dcl/api/ingest/ledger", key).json()["total"]["published"] == last)

    shown = running.get("/dcl/api/ingest/stream", key, last=last).json()["entries"]
    environment = {"AOS_DATA_DIR": str(running.directory / "data"), "AOS_PORT": str(running.port)}
    command = subprocess.run(
        [sys.executable, "-m", "aos", "stream", "--last", str(last)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    assert [json.loads(line) for line in command.stdout.splitlines()] == shown
    drifted = {n: struck for n in range(1, last + 1) if (struck := hit(1, n, 0.1, (Kind.DRIFT,)))}
    assert "vendor_id" in {struck.field for struck in drifted.values()}
    for entry in shown:
        _holds(entry["envelope"], running, drifted)


def _holds(envelope: dict[str, Any], running: Running, drifted: dict[int, Any]) -> None:
    meta, payload = envelope["meta"], envelope["payload"]
    n = meta["position"]
    assert payload == invoice(1, n)
    assert meta["is_repaired"] is (n in drifted)
    if n in drifted:
        fields = meta["repaired_fields"]
        assert list(fields) == [drifted[n].field]
        came = fields[drifted[n].field]
        assert came["from"].startswith(f"{running.url}/farm/api/source/salesforce/invoice")
        assert "was" not in came
        assert came["ms"] >= 0


def test_20000_records_of_the_toxic_stream_are_filed_true(start: Start) -> None:
    """Through the whole process, into the warehouse: every drifted and wrong-typed record equals the truth of its seed,
    no good value is overwritten, none is invented, and no line is missing."""
    seed, last = 7, 20_000
    running = demo(start, f"chaos=true&rate=4000&seed={seed}&until={last}&chaos_kinds={','.join(KINDS)}")
    key = running.key("viewer")

    def ledger() -> dict[str, int]:
        total: dict[str, int] = running.get("/dcl/api/ingest/ledger", key).json()["total"]
        return total

    until(lambda: ledger()["received"] == last and ledger()["filed"] == ledger()["published"], 60)
    hits = {n: struck for n in range(1, last + 1) if (struck := hit(seed, n, 0.1, KINDS))}
    malformed = {n for n, struck in hits.items() if struck.kind is Kind.MALFORMED}
    until(lambda: ledger()["quarantined"] + ledger()["repaired"] == len(hits))
    assert ledger()["imbalance"] == 0
    until(lambda: _replayed(running) == 0)  # what the source was too slow for on a loaded machine
    until(lambda: ledger()["filed"] == last - len(malformed))
    assert ledger()["imbalance"] == 0
    with closing(sqlite3.connect(running.directory / "data" / "dcl" / "warehouse.db")) as database:
        rows = database.execute("SELECT trace_id, is_repaired, payload FROM records").fetchall()
    assert len(rows) == last - len(malformed)
    for trace, repaired, payload in rows:
        n = int(trace[-12:], 16)
        assert json.loads(payload) == invoice(seed, n)
        assert bool(repaired) == (n in hits)
    assert len({trace for trace, _, _ in rows}) == len(rows)
    assert not malformed & {int(trace[-12:], 16) for trace, _, _ in rows}


def _replayed(running: Running) -> int:
    """Repair what was not repaired in time; how many lines still wait for it."""
    answer = httpx.post(
        running.url + "/dcl/api/ingest/quarantine/replay",
        json={"reason": "repair_overload"},
        headers={"x-api-key": running.key()},
        timeout=60,
        trust_env=False,
    )
    assert answer.status_code == 200
    held = running.get("/dcl/api/ingest/quarantine", running.key("viewer"), limit=1000, reason="repair_overload")
    return len(held.json()["items"])
