"""What one endless line costs the process that reads it (bad-input matrix, pitfall 35)."""

import socket
import threading
from collections.abc import Callable

from aos.farm.oracle.invoices import invoice_line
from tests.acceptance.conftest import Running, rss_bytes, until

MEGABYTE = 1_000_000
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n"


def test_line_of_200_mb_costs_less_than_20_mb(start: Callable[..., Running]) -> None:
    """A 200 MB line between two good ones: both arrive, the long one is quarantined as too_long with its length and
    hash, and the process grows by less than 20 MB."""
    go_on = threading.Event()
    done = threading.Event()

    def serve(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(HEAD + invoice_line(1, 1) + b"\n")
            go_on.wait(30)
            block = b"x" * MEGABYTE
            for _ in range(200):
                connection.sendall(block)
            connection.sendall(b"\n" + invoice_line(1, 3) + b"\n")
            done.wait(30)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        try:
            running = start(SOURCE_URL=f"http://127.0.0.1:{server.getsockname()[1]}/").ready()
            running.said("Processed Record [")
            before = most = rss_bytes(running.child.pid)
            go_on.set()

            def third() -> bool:
                nonlocal most
                most = max(most, rss_bytes(running.child.pid))
                return running.output().count("Processed Record [") >= 2

            until(third, 60)
            item = until(lambda: running.get("/dcl/api/ingest/quarantine", running.key()).json()["items"])[0]
        finally:
            go_on.set()
            done.set()
            thread.join(30)
    assert item["refusal"]["reason"] == "too_long"
    assert item["refusal"]["length"] == 200 * MEGABYTE
    assert len(item["refusal"]["sha256"]) == 64
    assert len(item["data"]) == 4096
    assert most - before < 20 * MEGABYTE
