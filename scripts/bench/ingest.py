"""Lines per second from HTTP to acknowledged in Redis, beside a plain loop in the same run (`make bench`).

The rival reads `aiter_lines`, parses with `json.loads` and adds one record at a time; both write to a `redis-server`
of their own with `appendfsync always`, from the same source in a process of its own, with 10 % of the lines hit
and none repaired (the source has no records to repair from).
Runs alternate; medians are printed. Then the whole process files two million records, and its memory is read.
"""

import argparse
import asyncio
import json
import os
import platform
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import httpx
import msgspec
import uvloop
from redis import asyncio as aioredis

from aos.contracts.ingest import ConnectorConfig, Policy
from aos.core import log, streams
from aos.core.clock import SystemClock
from aos.core.datadir import DataDir
from aos.core.module import Core
from aos.core.redis import Redis
from aos.core.redis_server import RedisServer, find_program, program_version
from aos.core.settings import Settings
from aos.dcl.sidecar.connectors import Connectors

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@contextmanager
def source(lines: int, *kinds: str) -> Iterator[str]:
    """The source process; its URL. `kinds` is at most one list of what hits its lines, with commas."""
    child = subprocess.Popen(
        [sys.executable, HERE / "source.py", "0", str(lines), *kinds],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        assert child.stdout is not None
        yield f"http://127.0.0.1:{child.stdout.readline().split()[1]}/"
    finally:
        child.terminate()
        child.wait()


UNREPAIRED = Policy(repair_enabled=False)  # repair has a benchmark of its own


async def sidecar(url: str, lines: int, policy: Policy = UNREPAIRED) -> float:
    """Lines per second of one sidecar, until this many stand in Redis."""
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(data_dir=Path(place), stream_max_lag=10 * lines, egress_allow="127.0.0.0/8")
        data = DataDir(Path(place))
        data.open()
        server = RedisServer(data, find_program(""), 2048)
        server.prepare()
        await server.start()
        clock = SystemClock()
        try:
            async with AsyncExitStack() as closers:
                redis = Redis(server.address)
                closers.push_async_callback(redis.close)
                core = Core.make(settings, clock, closers, redis)
                config = ConnectorConfig(
                    connector_id="bench",
                    source_type="mulesoft_stream",
                    target_url=url,
                    policy=policy,
                )
                worker = Connectors(core, redis).worker(config)
                begun = time.perf_counter()
                task = asyncio.ensure_future(worker.run(core.health.register("bench", "connector")))  # noqa: TID251
                key = streams.ledger_key("bench")
                while int(await redis.call("HGET", key, "received") or 0) < lines:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
                spent = time.perf_counter() - begun
                core.stopping.set()
                await task
                return lines / spent
        finally:
            server.stop()
            data.close()


async def rival(url: str, lines: int) -> float:
    """The plain loop: decoded text lines, the standard library's JSON, one XADD a record."""
    with tempfile.TemporaryDirectory() as place:
        data = DataDir(Path(place))
        data.open()
        server = RedisServer(data, find_program(""), 2048)
        server.prepare()
        await server.start()
        where = server.address
        redis = aioredis.Redis(unix_socket_path=where.socket, username=where.username, password=where.password)
        try:
            begun = time.perf_counter()
            async with httpx.AsyncClient(trust_env=False) as client, client.stream("GET", f"{url}?from=1") as answer:
                seen = 0
                async for line in answer.aiter_lines():
                    seen += 1
                    try:
                        record = json.loads(line)
                    except ValueError:
                        continue
                    meta = {"ingest_ts": int(time.time() * 1000), "source": "mock", "trace_id": str(uuid.uuid4())}
                    await redis.xadd(streams.RAW, {"data": json.dumps({"meta": meta, "payload": record})})
                    if seen >= lines:
                        break
            return seen / (time.perf_counter() - begun)
        finally:
            await redis.aclose()
            server.stop()
            data.close()


def whole_process(lines: int) -> dict[str, float]:
    """`python -m aos` files `lines` lines; lines per second end to end and its memory afterwards in MiB."""
    with source(lines) as url, tempfile.TemporaryDirectory() as place:
        port = 5999
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "AOS_DATA_DIR": place,
            "AOS_PORT": str(port),
            "SOURCE_URL": f"{url}?until={lines}",
            "AOS_LOG_LEVEL": "error",
        }
        begun = time.perf_counter()
        child = subprocess.Popen([sys.executable, "-m", "aos"], env=environment, stdout=subprocess.DEVNULL)
        try:
            peak, done = 0.0, False
            while not done:
                time.sleep(0.25)
                if time.perf_counter() - begun > 900:
                    raise TimeoutError("the whole process did not file every line in 15 minutes")
                try:
                    text = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
                except httpx.HTTPError:
                    continue  # not up yet
                told = {m[1]: float(m[2]) for m in re.finditer(r"^(aos_\S+) ([0-9.e+]+)$", text, re.M)}
                clean = told.get('aos_ingest_lines_total{verdict="clean"}', 0.0)
                refused = sum(told.get(f'aos_ingest_lines_total{{verdict="{v}"}}', 0.0) for v in ("drifted", "toxic"))
                done = clean + refused >= lines and told.get("aos_consumer_filed_total", 0.0) >= clean
                peak = max(peak, rss_mib(child.pid))
            spent = time.perf_counter() - begun
            return {"lines_per_s": lines / spent, "rss_mib": rss_mib(child.pid), "peak_rss_mib": peak}
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait()


def rss_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def machine() -> str:
    program = find_program("")
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"model name\s*:\s*(.+)", cpuinfo.read_text())
        model = found[1] if found else model
    version = ".".join(map(str, program_version(program)))
    return f"{os.cpu_count()} x {model}, Python {platform.python_version()}, Redis {version}, {platform.system()}"


def timed(work: object) -> float:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return float(runner.run(work))  # type: ignore[arg-type]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--lines", type=int, default=300_000, help="lines a run of the sidecar")
    parser.add_argument("--rival-lines", type=int, default=15_000)
    parser.add_argument("--whole", type=int, default=2_000_000, help="lines through the whole process; 0 leaves it out")
    options = parser.parse_args()
    log.configure("console", "error")
    print(machine())
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(options.runs):
        with source(options.lines) as url:
            ours.append(timed(sidecar(f"{url}?until={options.lines}", options.lines)))
            theirs.append(timed(rival(url, options.rival_lines)))
        told = f"sidecar {ours[-1]:>9,.0f} lines/s   plain loop {theirs[-1]:>7,.0f} lines/s"
        print(f"  {told}   x {ours[-1] / theirs[-1]:.1f}")
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    figures = {
        "machine": machine(),
        "sidecar_lines_per_s": round(statistics.median(ours)),
        "plain_loop_lines_per_s": round(statistics.median(theirs)),
        "ratio": round(ratio, 1),
    }
    if options.whole:
        found = whole_process(options.whole)
        figures |= {f"whole_{name}": round(value, 1) for name, value in found.items()}
    print(msgspec.json.format(msgspec.json.encode(figures)).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
