"""A PostgreSQL server of the tests' own, on a free loopback port."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

NOBODY = 65534
PASSWORD = "hunter2"


class Cluster(NamedTuple):
    port: int


def _programs() -> Path | None:
    """Where PostgreSQL's server programs are; Debian keeps them off PATH."""
    places = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    on_path = shutil.which("initdb")
    places += [Path(on_path).parent] if on_path else []
    return next((place for place in places if (place / "initdb").exists()), None)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """As nobody where the tests run as root, whom initdb refuses. Its superuser is `owner` with `PASSWORD`."""
    programs = _programs()
    if programs is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI has no PostgreSQL server: the promise of the adapter jdbc is not tested")
        pytest.skip("no PostgreSQL server is installed (Debian: postgresql)")
    # Not below pytest's own directory, which every start of it shuts to other users again.
    place = Path(tempfile.mkdtemp(prefix="aos-postgres-"))
    as_nobody: dict[str, Any] = {}
    if os.getuid() == 0:
        as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        os.chown(place, NOBODY, NOBODY)
    (place / "password").write_text(PASSWORD)
    (place / "password").chmod(0o644)
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"}

    def run(*command: str) -> None:
        done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, **as_nobody)
        assert done.returncode == 0, done.stdout + done.stderr

    data = str(place / "data")
    initdb = (str(programs / "initdb"), "-D", data, "-U", "owner", "-A", "scram-sha-256", "--no-sync", "-E", "UTF8")
    run(*initdb, "--pwfile", str(place / "password"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={place} -c fsync=off"
    control = str(programs / "pg_ctl")
    run(control, "-D", data, "-w", "-t", "60", "-l", str(place / "log"), "-o", options, "start")
    try:
        yield Cluster(port)
    finally:
        run(control, "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(place)


def connect(port: int) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(
        host="127.0.0.1", port=port, user="owner", password=PASSWORD, dbname="postgres", autocommit=True
    )
