"""The simulated power cut: what was synced stays, what was not is gone. Skipped where there is no gcc."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aos.core import streams
from aos.core.datadir import DataDir
from aos.core.redis import Redis
from aos.core.redis_server import RedisServer
from aos.lab import power
from aos.lab.orphans import orphans
from aos.lab.power import Power

pytestmark = pytest.mark.skipif(bool(power.why_not()), reason=f"power cuts can't be simulated: {power.why_not()}")

WRITER = """
import os, signal, sys
file = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)
for size, sync in {steps}:
    os.write(file, b"x" * size)
    if sync:
        sync(file)
os.kill(os.getpid(), signal.SIGKILL)
"""


def write_and_die(supply: Power, path: Path, steps: str) -> None:
    """A process that writes, syncs as told, and is gone in the middle of it."""
    code = WRITER.replace("{steps}", steps)
    environment = {**os.environ, **supply.environment()}
    ended = subprocess.run([sys.executable, "-c", code, str(path)], env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("steps", "kept"),
    [
        ("[(100, os.fsync), (50, None)]", 100),
        ("[(100, os.fdatasync), (50, os.fdatasync)]", 150),
        ("[(100, os.fsync), (1, os.fsync), (999, None)]", 101),
        ("[(100, None)]", 0),
    ],
)
def test_a_cut_leaves_what_was_synced(tmp_path: Path, steps: str, kept: int) -> None:
    """A file is shortened to its size before the last successful sync; one that never was synced is empty."""
    supply = Power(tmp_path)
    path = tmp_path / "file"
    write_and_die(supply, path, steps)
    whole = path.stat().st_size
    assert supply.cut([path]) == whole - kept
    assert path.stat().st_size == kept
    assert supply.cut([path]) == 0


def test_sizes_are_known_over_several_processes_and_a_new_name(tmp_path: Path) -> None:
    """The table outlives a killed process, the next one adds to it, and a file keeps its size when it is renamed."""
    supply = Power(tmp_path)
    first, second = tmp_path / "first", tmp_path / "second"
    write_and_die(supply, first, "[(10, os.fsync)]")
    write_and_die(supply, second, "[(20, os.fsync), (5, None)]")
    renamed = second.rename(tmp_path / "renamed")
    assert supply.cut([first, renamed]) == 5
    assert (first.stat().st_size, renamed.stat().st_size) == (10, 20)


async def batch(client: Redis, number: int) -> None:
    """One line in one atomic step, as the sidecar publishes it."""
    await streams.publish(
        client,
        connector="lab",
        target="there",
        behind=number or None,
        upto=number + 1,
        received=1,
        keepalives=0,
        resume="",
        at_ms=1,
        entries=[b"c00000000", b"{}"],
    )


@pytest.mark.parametrize("redis_program", ["usual", "other"], indirect=True)
@pytest.mark.parametrize(("policy", "survives"), [("always", True), ("no", False)])
async def test_redis_keeps_acknowledged_writes_only_when_it_syncs_always(
    tmp_path: Path, data: DataDir, redis_program: Path, policy: str, survives: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`appendfsync always`: what was answered is there after a power cut. `no`: it is gone, so the cut does bite."""
    as_shipped = RedisServer._configuration
    replaced = f"appendfsync {policy}"
    monkeypatch.setattr(
        RedisServer, "_configuration", lambda self: as_shipped(self).replace("appendfsync always", replaced)
    )
    supply = Power(tmp_path)
    server = RedisServer(data, supply.wrapped(redis_program), maxmemory_mb=64)
    try:
        server.prepare()
        await server.start()
        client = Redis(server.address)
        for number in range(100):
            await batch(client, number)
        await client.close()
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        while server.pid is not None:
            pass
        supply.cut((data.path / "redis").rglob("*.aof"))
        await server.start()
        client = Redis(server.address)
        assert (await streams.read_cursor(client, "lab", "there")).position == (100 if survives else None)
        assert await client.call("XLEN", streams.RAW) == (100 if survives else 0)
        await client.close()
    finally:
        server.stop()


def test_wrapped_program_is_the_program_itself(tmp_path: Path) -> None:
    """The wrapper hands over its process id and its arguments, so that a kill meets the program and not a shell."""
    script = Power(tmp_path).wrapped(Path(sys.executable))
    code = "import os, sys, json; print(json.dumps([os.getpid(), sys.argv[1:], os.environ['LD_PRELOAD']]))"
    child = subprocess.Popen([script, "-c", code, "a b"], stdout=subprocess.PIPE)
    told = json.loads(child.communicate()[0])
    assert told == [child.pid, ["a b"], str(tmp_path / "synced.so")]


def test_a_process_left_behind_is_found(tmp_path: Path) -> None:
    """One that works below the lab's directory, or carries its name in the environment; not one that is dead."""
    below = tmp_path / "below"
    below.mkdir()
    wait = [sys.executable, "-c", "input()"]
    with (
        subprocess.Popen(wait, stdin=subprocess.PIPE, cwd=below) as by_directory,
        subprocess.Popen(wait, stdin=subprocess.PIPE, env={**os.environ, "HERE": str(below)}) as by_name,
        subprocess.Popen(wait, stdin=subprocess.PIPE) as stranger,
    ):
        try:
            assert orphans(tmp_path) == sorted([by_directory.pid, by_name.pid])
            by_directory.kill()
            by_name.kill()
            by_directory.wait()
            by_name.wait()
            assert orphans(tmp_path) == []
        finally:
            for child in (by_directory, by_name, stranger):
                child.kill()
