"""Free ports. In a module of its own: pytest loads a conftest.py beside those who import from it, and two counters
would give the same port twice."""

import itertools
import os
import socket
from contextlib import suppress

# Below what the kernel hands out, a stretch for each process of tests: nobody else takes a port between its choice here
# and the start of who listens on it.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
_ports = itertools.count(12_000 + 1_500 * _worker + os.getpid() % 500)


def free_port() -> int:
    while True:
        port = next(_ports)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
