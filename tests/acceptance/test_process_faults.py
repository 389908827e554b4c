"""Faults that only a whole process meets."""

import os
import signal
import socket
from collections.abc import Callable

from tests.acceptance.conftest import Running, alive, free_port, until

Start = Callable[..., Running]
STREAM = "/farm/api/stream/synthetic/mulesoft?chaos=true&rate=300&chaos_kinds=malformed,drift"


def demo(start: Start, **environment: str) -> Running:
    port = free_port()
    return start(port=str(port), SOURCE_URL=f"http://127.0.0.1:{port}{STREAM}", **environment).ready()


def ledger(running: Running) -> dict[str, int]:
    total: dict[str, int] = running.get("/dcl/api/ingest/ledger", running.key("viewer")).json()["total"]
    return total


def test_redis_child_that_is_killed_is_started_again(start: Start) -> None:
    """`kill -9` of the embedded Redis: a new one on the same data, lines go on, the ledger balances."""
    running = demo(start)
    running.said("Processed Record [")
    first = running.redis_pid()
    os.kill(first, signal.SIGKILL)
    until(lambda: running.redis_pid() != first and alive(running.redis_pid()))
    before = until(lambda: running.get("/readyz").status_code == 200 and ledger(running)["filed"] + 1)
    until(lambda: ledger(running)["filed"] > before + 100)
    assert ledger(running)["imbalance"] == 0
    assert running.stop() == 0


def test_blocked_loop_shows_and_passes(start: Start) -> None:
    """While the process stands still nothing is lost; afterwards the lag of the loop shows and falls again."""
    running = demo(start)
    running.said("Processed Record [")

    def lag() -> float:
        text = running.get("/metrics").text
        return float(next(line for line in text.splitlines() if line.startswith("aos_loop_lag_seconds ")).split()[1])

    os.kill(running.child.pid, signal.SIGSTOP)
    try:
        with socket.create_connection(("127.0.0.1", running.port)) as held:
            held.settimeout(2.0)
            held.sendall(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
            try:
                held.recv(1)
                raise AssertionError("a stopped process answered")
            except TimeoutError:
                pass
    finally:
        os.kill(running.child.pid, signal.SIGCONT)
    until(lambda: lag() > 0.5)
    until(lambda: lag() < 0.25)
    assert ledger(running)["imbalance"] == 0


def test_running_out_of_descriptors_is_survived(start: Start) -> None:
    """More connections than the process may hold: it does not end, and once they are gone it answers and files on."""
    running = demo(start, AOS_TEST_NOFILE="96")
    running.said("Processed Record [")
    held = []
    try:
        for _ in range(150):
            held.append(socket.create_connection(("127.0.0.1", running.port), timeout=5))
    finally:
        for connection in held:
            connection.close()
    until(lambda: running.get("/healthz").status_code == 200)
    filed = ledger(running)["filed"]
    until(lambda: ledger(running)["filed"] > filed + 50)
    assert ledger(running)["imbalance"] == 0
    assert running.child.poll() is None
