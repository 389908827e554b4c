"""Content on this machine: rows pushed until they are durable beside plain `executemany`, a grouped query, /healthz.

A process of AOS takes 100,000 rows of ten fields over HTTP in chunks of 5,000 and answers each when it is committed.
The comparison writes the same JSON texts into SQLite with the same settings, in the same chunks, in this process. Both
are repeated in turn and the medians told. Then a million rows are there and asked about, while /healthz is timed.
"""

import asyncio
import http.client
import os
import random
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import msgspec

ROWS, CHUNK, ROUNDS = 100_000, 5_000, 5
MILLION = 1_000_000
FIELDS = ["id", "name", "region", "amount", "open", "note", "date", "quantity", "currency", "owner"]


def made(count: int) -> list[dict[str, Any]]:
    draw = random.Random(7)
    regions = ["EMEA", "APAC", "LATAM", "NA"]
    return [
        {
            "id": n, "name": f"Customer {n}", "region": draw.choice(regions), "amount": draw.randrange(10**7) / 100,
            "open": n % 3 == 0, "note": None, "date": f"2026-0{n % 9 + 1}-11", "quantity": n % 17, "currency": "EUR",
            "owner": "someone@example.com",
        }
        for n in range(count)
    ]  # fmt: skip


def bodies(rows: list[dict[str, Any]]) -> list[bytes]:
    """Pushes, encoded before the clock starts: the sender's work is not what is measured."""
    head = {"source_system": "bench", "run_timestamp": "2026-02-01T00:00:00Z", "schema_version": "0" * 16}
    chunks = [rows[n : n + CHUNK] for n in range(0, len(rows), CHUNK)]
    return [msgspec.json.encode({**head, "row_count": len(chunk), "rows": chunk}) for chunk in chunks]


def plainly(directory: Path, rows: list[dict[str, Any]]) -> float:
    """Seconds of `executemany` of the same texts, a transaction a chunk, as durable as AOS's."""
    texts = [msgspec.json.encode(row).decode() for row in rows]
    path = directory / f"plain-{time.monotonic_ns()}.db"
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "CREATE TABLE rows (id INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT",
    ):
        connection.execute(statement)
    began = time.perf_counter()
    for first in range(0, len(texts), CHUNK):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO rows VALUES (?, ?)", list(enumerate(texts[first : first + CHUNK], first)))
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    path.unlink()
    return took


class Aos:
    """A process of its own, in a directory of its own."""

    def __init__(self, directory: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AOS_")}
        kept.pop("SOURCE_URL", None)
        self.url = f"http://127.0.0.1:{port}"
        given = {"AOS_DATA_DIR": str(directory / "aos"), "AOS_PORT": str(port), "AOS_SERVICE_KEY": "k" * 32}
        self.child = subprocess.Popen(
            [sys.executable, "-m", "aos"], env={**kept, **given}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.client = httpx.Client(base_url=self.url, headers={"x-api-key": "k" * 32}, trust_env=False, timeout=120)

    def ready(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if self.client.get("/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise SystemExit("AOS did not start")

    def post(self, path: str, body: bytes, **headers: str) -> Any:
        given = {"content-type": "application/json", **headers}
        answer = self.client.post(f"/dcl{path}", content=body, headers=given)
        answer.raise_for_status()
        return answer.json()

    def push(self, run: str, chunks: list[bytes], first: int = 0) -> float:
        """Seconds until every chunk is answered, one after the other."""
        place = self.url.removeprefix("http://")
        sender = http.client.HTTPConnection(place, timeout=120)  # httpx spends milliseconds of its own on each body
        given = {"x-api-key": "k" * 32, "content-type": "application/json", "x-run-id": run, "x-pipe-id": "bench"}
        began = time.perf_counter()
        for number, body in enumerate(chunks, first):
            headers = {**given, "x-schema-hash": "0" * 64, "x-batch-seq": str(number)}
            sender.request("POST", "/dcl/ingest", body, headers)
            answer = sender.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"POST /dcl/ingest: {answer.status}")
        took = time.perf_counter() - began
        sender.close()
        return took

    def stop(self) -> None:
        self.client.close()
        self.child.send_signal(signal.SIGTERM)
        self.child.wait(20)


def exported() -> bytes:
    pipe = {
        "pipe_id": "bench", "candidate_id": "c", "source_name": "Bench", "vendor": "bench", "category": "bench",
        "fields": FIELDS, "health": "healthy", "asset_key": "bench",
    }  # fmt: skip
    plane = {
        "plane_type": "DATA_WAREHOUSE", "vendor": "bench", "connection_count": 1, "health": "healthy",
        "connections": [pipe],
    }  # fmt: skip
    return msgspec.json.encode(
        {"timestamp": "2026-02-01T00:00:00Z", "source": "aam", "total_connections": 1, "fabric_planes": [plane]}
    )


async def healthz(url: str, until: asyncio.Event) -> list[float]:
    """How long /healthz took, in seconds, asked every 5 ms."""
    took = []
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as client:
        while not until.is_set():
            began = time.perf_counter()
            (await client.get("/healthz")).raise_for_status()
            took.append(time.perf_counter() - began)
            await asyncio.sleep(0.005)
    return took


async def meanwhile(aos: Aos, work: Any) -> tuple[Any, float]:
    """What `work` gives, in a thread, and the 99th percentile of /healthz while it ran (seconds)."""
    until = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(healthz(aos.url, until))
        given = await asyncio.to_thread(work)
        until.set()
    return given, statistics.quantiles(asking.result(), n=100)[98]


def grouped(aos: Aos, run: str) -> float:
    query = {
        "pipe_id": "bench", "run_id": run, "group_by": ["region", "quantity"],
        "aggregate": [{"function": "sum", "field": "amount"}, {"function": "count"}],
    }  # fmt: skip
    began = time.perf_counter()
    told = aos.post("/query", msgspec.json.encode(query))
    took = time.perf_counter() - began
    assert len(told["rows"]) == 68, told
    return took


def main() -> None:
    rows = made(ROWS)
    chunks = bodies(rows)
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place)
        aos = Aos(directory)
        try:
            aos.ready()
            aos.post("/export-pipes", exported())
            aos.push("warm", chunks[:2])
            pushed, plain = [], []
            for number in range(ROUNDS):
                plain.append(plainly(directory, rows))
                pushed.append(aos.push(f"run-{number}", chunks))
            ours, theirs = ROWS / statistics.median(pushed), ROWS / statistics.median(plain)
            print(f"POST /dcl/ingest, {CHUNK} rows of ten fields a chunk: {ours:,.0f} rows/s until durable")
            print(
                f"plain sqlite3 executemany of the same texts:         {theirs:,.0f} rows/s; ratio {ours / theirs:.2f}"
            )
            repeat = range(MILLION // ROWS)
            work = lambda: [aos.push("million", chunks, n * len(chunks)) for n in repeat]  # noqa: E731
            _, p99 = asyncio.run(meanwhile(aos, work))
            print(f"/healthz while a million rows are pushed:            p99 {p99 * 1000:.1f} ms")
            for _ in range(10):
                try:
                    first = grouped(aos, "million")
                    break
                except httpx.HTTPStatusError:
                    continue  # the index is being built
            took, p99 = asyncio.run(meanwhile(aos, lambda: [grouped(aos, "million") for _ in range(ROUNDS)]))
            print(f"grouped query over {MILLION:,} rows:                 {statistics.median(took) * 1000:.0f} ms")
            print(f"  the first one, which builds the index:             {first:.1f} s")
            print(f"/healthz meanwhile:                                  p99 {p99 * 1000:.1f} ms")
        finally:
            aos.stop()


if __name__ == "__main__":
    main()
