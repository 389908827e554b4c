"""Questions on this machine: how many of the test bed are answered right, how many invented, and how long they take.

A process of AOS gets the rows of Farm's generators through the four paths and is asked every question of the bed, whose
truths are computed by plain Python. So are the pipes of other trades, a group of them in a process, and those of
companies, one in a process. Then a pipe with a million rows is beside those of the generators, and the questions about
the quarterly ledger are asked again and timed.
"""

import argparse
import asyncio
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx

from aos.farm.generators.catalog import GENERATORS
from scripts.bench.content import CHUNK, MILLION, bodies, exported, made
from tests.nlq_bed import finance
from tests.nlq_bed.all import CASES, PARTS
from tests.nlq_bed.companies import all as companies
from tests.nlq_bed.grade import Grade, grade, summary
from tests.nlq_bed.known import KNOWN
from tests.nlq_bed.stage import fill
from tests.nlq_bed.trades import all as trades
from tests.nlq_bed.trades import stage as trades_stage
from tests.nlq_bed.truth import Case

KEYS = {"AOS_OPERATOR_KEY": "o" * 32, "AOS_SERVICE_KEY": "s" * 32}


@asynccontextmanager
async def running(directory: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a process of AOS over this directory, with the operator's key."""
    child, url = started(directory)
    headers = {"x-api-key": KEYS["AOS_OPERATOR_KEY"]}
    try:
        async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=60) as client:
            await ready(client)
            yield client
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(20)


def started(directory: Path) -> tuple[subprocess.Popen[bytes], str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AOS_")}
    kept.pop("SOURCE_URL", None)
    given = {"AOS_DATA_DIR": str(directory / "aos"), "AOS_PORT": str(port), **KEYS}
    child = subprocess.Popen(
        [sys.executable, "-m", "aos"], env={**kept, **given}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return child, f"http://127.0.0.1:{port}"


async def ready(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                if (await client.get("/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)


async def asked(client: httpx.AsyncClient, question: str) -> tuple[dict[str, Any], float]:
    began = time.perf_counter()
    answer = await client.post("/nlq/ask", json={"question": question})
    took = time.perf_counter() - began
    answer.raise_for_status()
    return answer.json(), took


async def graded(client: httpx.AsyncClient, cases: Sequence[Case]) -> tuple[list[Grade], list[float]]:
    grades, times = [], []
    for case in cases:
        told, took = await asked(client, case.question)
        grades.append(grade(case, told))
        times.append(took)
    return grades, times


async def graded_groups(directory: Path, name: str, groups: Sequence[ModuleType]) -> list[Grade]:
    """The pipes of a group are alone in a process."""
    grades: list[Grade] = []
    for number, group in enumerate(groups):
        place = directory / f"{name} {number}"
        trades_stage.write_contracts(place / "aos", group.PIPES)
        async with running(place) as client:
            await trades_stage.fill(client, group.PIPES, KEYS["AOS_SERVICE_KEY"])
            grades += (await graded(client, group.CASES))[0]
    print(f"{name}: {len(grades)} questions, over {sum(len(group.PIPES) for group in groups)} pipes")
    print(summary(grades))
    return grades


async def a_million_rows(client: httpx.AsyncClient) -> None:
    headers = {"x-api-key": KEYS["AOS_SERVICE_KEY"], "content-type": "application/json"}
    (await client.post("/dcl/export-pipes", content=exported(), headers=headers)).raise_for_status()
    chunks = bodies(made(100_000))
    for number in range(MILLION // CHUNK):
        named = {"x-run-id": "million", "x-pipe-id": "bench", "x-schema-hash": "0" * 64, "x-batch-seq": str(number)}
        body = chunks[number % len(chunks)]
        (await client.post("/dcl/ingest", content=body, headers=headers | named)).raise_for_status()
    # The first look at the values builds the index of the join.
    for _ in range(20):
        told = await client.post("/nlq/ask", json={"question": "how many rows", "pipe_id": "bench"}, timeout=60)
        if told.status_code == 200 and told.json()["value"] == MILLION:
            return
    raise SystemExit("the million rows can't be asked")


def spread(times: Sequence[float]) -> str:
    cuts = statistics.quantiles(times, n=100)
    return f"median {cuts[49] * 1000:.1f} ms, p95 {cuts[94] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms"


def missed(grades: Sequence[Grade]) -> None:
    for each in grades:
        if each.kind != "right":
            print(f"  {each.kind}: {each.case.question}\n    {each.told['answer'][:200]}")


async def run(directory: Path, *, million: bool, verbose: bool) -> int:
    async with running(directory) as client:
        await fill(client, list(GENERATORS))
        grades, times = await graded(client, CASES)
        print(f"questions: {len(CASES)} in {len(PARTS)} parts, over {len(GENERATORS)} pipes")
        print(summary(grades))
        others = await graded_groups(directory, "other trades", trades.GROUPS)
        others += await graded_groups(directory, "companies", companies.GROUPS)
        print(f"time: {spread(times)}")
        if verbose:
            missed([*grades, *others])
        if million:
            await a_million_rows(client)
            again = [(await asked(client, case.question))[1] for _ in range(3) for case in finance.CASES]
            print(f"time, quarterly ledger beside a pipe of {MILLION:,} rows: {spread(again)}")
    return sum(1 for each in [*grades, *others] if each.kind == "invented" and each.case.question not in KNOWN)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-million", action="store_true", help="leave the million rows out")
    parser.add_argument("--verbose", action="store_true", help="show what was not right")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        invented = asyncio.run(run(Path(place), million=not options.no_million, verbose=options.verbose))
    sys.exit(1 if invented else 0)


if __name__ == "__main__":
    main()
