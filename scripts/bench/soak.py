"""Ten minutes at full speed: what the whole process, its Redis and their files take (`make soak`).

Farm runs in a process of its own (`speed=max`, 10 % of the lines hit), AOS in another, which repairs what
drifted. Sampled every two seconds: the memory of AOS and of Redis, the size of Redis' files, the consumer's lag. At the
end the ledger must balance.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec

from scripts.bench.ingest import machine, rss_mib

ROOT = Path(__file__).parents[2]
EVERY_S = 2.0
MIB = 1024 * 1024


@contextmanager
def running(port: int, place: str, *verbs: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "AOS_DATA_DIR": place, "AOS_PORT": str(port), **settings}
    child = subprocess.Popen([sys.executable, "-m", "aos", *verbs], env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                if httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait()


def files_mib(directory: Path) -> float:
    total = 0
    for path in directory.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # Redis replaces its files
            continue
    return total / MIB


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--port", type=int, default=5990)
    options = parser.parse_args()
    most = {"aos_rss_mib": 0.0, "redis_rss_mib": 0.0, "redis_files_mib": 0.0, "lag": 0.0, "wal_mib": 0.0}
    farm_url = f"http://127.0.0.1:{options.port + 1}/api/stream/synthetic/mulesoft"
    query = "?speed=max&chaos=true&chaos_kinds=malformed,drift,bad_type"
    with (
        tempfile.TemporaryDirectory() as place,
        running(options.port + 1, place, "farm"),
        running(
            options.port, place, SOURCE_URL=farm_url + query, AOS_LOG_LEVEL="error", AOS_QUARANTINE_MAX="100000000"
        ) as aos,
    ):
        keys = dict(line.split("=", 1) for line in (Path(place) / "keys").read_text().splitlines())
        redis = Path(place) / "redis"
        end = time.monotonic() + options.minutes * 60
        while time.monotonic() < end:
            time.sleep(EVERY_S)
            pid = json.loads((redis / "child.json").read_text())["pid"]
            text = httpx.get(f"http://127.0.0.1:{options.port}/metrics", trust_env=False, timeout=30).text
            told = {m[1]: float(m[2]) for m in re.finditer(r"^(aos_\S+) ([0-9.e+]+)$", text, re.M)}
            sample = {
                "aos_rss_mib": rss_mib(aos.pid),
                "redis_rss_mib": rss_mib(pid),
                "redis_files_mib": files_mib(redis),
                "lag": told.get('aos_ledger_lines{term="pending"}', 0.0),
                "wal_mib": told.get("aos_db_wal_bytes", 0.0) / MIB,
            }
            most = {name: max(most[name], value) for name, value in sample.items()}
        answer = httpx.get(
            f"http://127.0.0.1:{options.port}/dcl/api/ingest/ledger",
            headers={"x-api-key": keys["viewer"]},
            trust_env=False,
            timeout=30,
        )
        total = answer.json()["total"]
        figures = {
            "machine": machine(),
            "minutes": options.minutes,
            **{f"most_{name}": round(value, 1) for name, value in most.items()},
            "end_aos_rss_mib": round(rss_mib(aos.pid), 1),
            "lines_per_s": round(total["received"] / (options.minutes * 60)),
            "received": total["received"],
            "imbalance": total["imbalance"],
        }
    print(msgspec.json.format(msgspec.json.encode(figures)).decode())
    return 1 if total["imbalance"] else 0


if __name__ == "__main__":
    sys.exit(main())
