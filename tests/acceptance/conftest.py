"""A real `python -m aos` in a directory of its own, ended by its own id."""

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0
T = TypeVar("T")


# Below what the kernel hands out, a stretch for each process of tests: nobody else takes a port between its choice here
# and the start of who listens on it.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
_ports = itertools.count(12_000 + 1_500 * _worker + os.getpid() % 500)


def free_port() -> int:
    while True:
        port = next(_ports)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def until(check: Callable[[], T], patience_s: float = PATIENCE_S) -> T:
    """What `check` gives once it is true; fails when it does not become so."""
    deadline = time.monotonic() + patience_s
    while not (found := check()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return found


class Running:
    """A process of AOS: its port, its data directory, what it said."""

    def __init__(self, directory: Path, *verbs: str, port: int | None = None, **environment: str) -> None:
        self.directory = directory
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._output = directory / f"output-{self.port}-{time.monotonic_ns()}.txt"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AOS_")}
        inherited.pop("SOURCE_URL", None)
        settings = {"AOS_DATA_DIR": str(directory / "data"), "AOS_PORT": str(self.port), **environment}
        files = settings.pop("AOS_TEST_NOFILE", "")  # a limit of this process, no setting of AOS
        limited = ["bash", "-c", f'ulimit -n {files}; exec "$@"', "aos"] if files else []
        with self._output.open("wb") as output:
            self.child = subprocess.Popen(
                [*limited, sys.executable, "-m", "aos", *verbs],
                cwd=ROOT,
                env={**inherited, **settings},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def output(self) -> str:
        return self._output.read_text(errors="replace")

    def get(self, path: str, key: str = "", **query: object) -> httpx.Response:
        headers = {"x-api-key": key} if key else {}
        return httpx.get(self.url + path, params=query or None, headers=headers, timeout=10, trust_env=False)

    def key(self, role: str = "operator") -> str:
        lines = (self.directory / "data" / "keys").read_text().splitlines()
        return next(line.partition("=")[2] for line in lines if line.startswith(f"{role}="))

    def ready(self) -> "Running":
        def check() -> bool:
            assert self.child.poll() is None, self.output()
            try:
                return self.get("/readyz").status_code == 200
            except httpx.TransportError:
                return False

        until(check)
        return self

    def said(self, text: str, patience_s: float = PATIENCE_S) -> str:
        """The first output line with this text, waited for."""

        def check() -> str:
            return next((line for line in self.output().splitlines() if text in line), "")

        return until(check, patience_s)

    def redis_pid(self) -> int:
        return int(json.loads((self.directory / "data" / "redis" / "child.json").read_text())["pid"])

    def stop(self, sign: int = signal.SIGTERM) -> int:
        if self.child.poll() is None:
            self.child.send_signal(sign)
        return self.child.wait(15)

    def ended(self) -> int:
        """The exit code of a process that ends by itself."""
        return self.child.wait(PATIENCE_S)


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def rss_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts processes in this test's directory and ends what is left of them."""
    started: list[Running] = []

    def begin(*verbs: str, **environment: str) -> Running:
        port = int(environment.pop("port", 0)) or None
        running = Running(tmp_path, *verbs, port=port, **environment)
        started.append(running)
        return running

    yield begin
    for running in started:
        if running.child.poll() is None:
            running.child.kill()
            running.child.wait(10)
