"""The embedded Redis as a process: never two on one directory, never one left behind, nothing acknowledged lost."""

import asyncio
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from aos.core import redis_server as module
from aos.core.datadir import DataDir, Marker
from aos.core.errors import EnvironmentFault, RedisFault
from aos.core.redis import Redis
from aos.core.redis_server import RedisServer, is_redis_in
from tests.conftest import both_versions

Eventually = Callable[..., Awaitable[None]]
REPOSITORY = Path(module.__file__).parents[2]
PARENT = """
import asyncio, sys
from pathlib import Path
from aos.core import redis_server as module
from aos.core.datadir import DataDir

async def main():
    if sys.argv[3] == "orphan":
        module.die_with_parent = lambda: None
    data = DataDir(Path(sys.argv[1]))
    data.open()
    server = module.RedisServer(data, Path(sys.argv[2]), 64)
    server.prepare()
    await server.start()
    print(server.pid, server.address.socket, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def killed_parent(directory: Path, program: Path, kind: str) -> tuple[int, Path]:
    """Start a Redis in a process of its own, which is then killed; (pid of the Redis, its socket)."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, directory, program, kind], stdout=subprocess.PIPE, text=True, cwd=REPOSITORY
    ) as parent:
        assert parent.stdout is not None
        pid, sock = parent.stdout.readline().split()
        parent.kill()
    return int(pid), Path(sock)


def lives(pid: int) -> bool:
    """A zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@both_versions
async def test_start_and_stop_leave_nothing(data: DataDir, redis_program: Path) -> None:
    """While it runs it answers on a private socket; afterwards neither process nor socket nor note is there."""
    server = RedisServer(data, redis_program, 64)
    server.prepare()
    await server.start()
    runtime = Path(server.address.socket).parent
    assert stat.S_IMODE(runtime.stat().st_mode) == 0o700
    assert stat.S_IMODE(Path(server.address.socket).stat().st_mode) == 0o700
    assert stat.S_IMODE((runtime / "users.acl").stat().st_mode) == 0o600
    client = Redis(server.address)
    assert (await client.ready())["process_id"] == str(server.pid)
    assert data.marker() == Marker(redis_version=server.version, redis_program=str(redis_program))
    await client.close()
    pid = server.pid
    server.stop()
    assert pid is not None
    assert not lives(pid)
    assert server.pid is None
    assert not runtime.exists()
    assert not (data.path / "redis" / "child.json").exists()


@both_versions
async def test_what_was_acknowledged_outlives_a_kill(data: DataDir, redis_program: Path) -> None:
    """Written, answered, SIGKILL, started again on the same socket: it is there, the address is the same."""
    server = RedisServer(data, redis_program, 64)
    server.prepare()
    await server.start()
    address = server.address
    client = Redis(address)
    try:
        await client.call("SET", "aos:x", "1")
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        async with asyncio.timeout(10):
            await server.watch(asyncio.Event())
        await server.start()
        assert server.address == address
        assert await client.call("GET", "aos:x") == b"1"
    finally:
        await client.close()
        server.stop()


async def test_watch_ends_at_the_stop(redis_server: RedisServer) -> None:
    """Also while the child lives."""
    stopping = asyncio.Event()
    stopping.set()
    await redis_server.watch(stopping)
    assert redis_server.pid is not None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's parent-death signal is Linux'")
async def test_no_orphan_after_the_parent_was_killed(
    tmp_path: Path, redis_program: Path, eventually: Eventually
) -> None:
    """SIGKILL gives us no chance to clean up: the kernel ends the child."""
    pid, sock = killed_parent(tmp_path / "data", redis_program, "bound")
    await eventually(lambda: not lives(pid))
    shutil.rmtree(sock.parent)  # the next start on this directory would do it


async def test_leftover_child_is_ended_at_the_next_start(tmp_path: Path, redis_program: Path) -> None:
    """Where the kernel does not do it: two servers on one directory would lose data, so the old one goes first."""
    pid, sock = killed_parent(tmp_path / "data", redis_program, "orphan")
    data = DataDir(tmp_path / "data")
    data.open()
    server = RedisServer(data, redis_program, 64)
    try:
        assert is_redis_in(pid, data.path / "redis")
        server.prepare()
        assert not lives(pid)
        assert not sock.parent.exists()
        await server.start()
        assert server.pid != pid
    finally:
        server.stop()
        data.close()
        if lives(pid):
            os.kill(pid, signal.SIGKILL)


def test_note_of_a_child_whose_number_is_another_process_now_ends_nobody(data: DataDir, redis_program: Path) -> None:
    """Process numbers come again: only a process that works in our directory is ours."""
    with subprocess.Popen(["sleep", "60"]) as stranger:
        server = RedisServer(data, redis_program, 64)
        note = data.path / "redis" / "child.json"
        note.write_text(json.dumps({"pid": stranger.pid, "runtime": str(data.path)}))
        server.prepare()
        assert stranger.poll() is None
        assert data.path.exists()
        assert not note.exists()
        server.stop()
        stranger.kill()


@pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1}', '{"pid": null, "runtime": ""}'])
def test_note_that_is_broken_is_passed_over(data: DataDir, redis_program: Path, note: str) -> None:
    """A start is not stopped by it."""
    server = RedisServer(data, redis_program, 64)
    (data.path / "redis" / "child.json").write_text(note)
    server.prepare()
    server.stop()


@both_versions
async def test_data_path_of_two_hundred_characters_starts(tmp_path: Path, redis_program: Path) -> None:
    """And one with blanks, quotes and letters of all kinds: the socket is elsewhere, the path is quoted."""
    data = DataDir(tmp_path / 'a "b" \\c ä' / ("x" * 100) / ("y" * 100))
    data.open()
    server = RedisServer(data, redis_program, 64)
    try:
        server.prepare()
        await server.start()
        assert len(os.fsencode(server.address.socket)) <= module.LONGEST_SOCKET_PATH
        assert {"redis.log"} < {path.name for path in (data.path / "redis").iterdir()}
    finally:
        server.stop()
        data.close()


async def test_long_runtime_directory_is_passed_by(
    data: DataDir, redis_program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The socket's path stays short enough for the kernel whatever XDG_RUNTIME_DIR says."""
    long = tmp_path / ("x" * 100)
    long.mkdir()
    for wanted in (str(long), str(tmp_path / "none"), ""):
        monkeypatch.setenv("XDG_RUNTIME_DIR", wanted)
        server = RedisServer(data, redis_program, 64)
        server.prepare()
        assert not server.address.socket.startswith(str(tmp_path))
        server.stop()


@both_versions
async def test_large_file_is_rewritten_at_the_start(
    redis_server: RedisServer, redis: Redis, data: DataDir, monkeypatch: pytest.MonkeyPatch, eventually: Eventually
) -> None:
    """Redis rewrites its file when it has doubled since the start; restarts must not let it grow for ever."""
    for _ in range(200):
        await redis.call("SET", "aos:kept", b"x" * 10_000)
    await redis.close()
    redis_server.stop()
    monkeypatch.setattr(module, "REWRITE_FROM_MB", 1)
    broken_off = data.path / "redis" / "temp-rewriteaof-bg-1.aof"
    broken_off.write_bytes(b"x" * 1_000)
    redis_server.prepare()

    def size() -> int:
        return sum(path.stat().st_size for path in (data.path / "redis").rglob("*.aof*") if path.exists())

    assert size() > 2_000_000
    await redis_server.start()
    await eventually(lambda: size() < 100_000)
    assert not broken_off.exists()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
async def test_child_does_not_hold_our_lock(redis_server: RedisServer, data: DataDir) -> None:
    """It inherits no descriptor: with our end the directory is free."""
    held = {os.readlink(link) for link in Path(f"/proc/{redis_server.pid}/fd").iterdir()}
    assert str(data.path / "lock") not in held
    assert os.getsid(redis_server.pid or 0) != os.getsid(0)


async def test_foreign_redis_on_our_socket_is_detected(data: DataDir, redis_program: Path) -> None:
    """Who answers must be our own child."""
    server = RedisServer(data, redis_program, 64)
    server.prepare()
    await server.start()
    real = server._child
    try:
        with subprocess.Popen(["sleep", "60"], stdin=subprocess.PIPE) as stranger:
            server._child = stranger
            with pytest.raises(EnvironmentFault, match="Another Redis answers"):
                await server._wait()
            stranger.kill()
    finally:
        server._child = real
        server.stop()


async def test_memory_that_is_full_refuses_with_its_own_code(data: DataDir, redis_program: Path) -> None:
    """Nothing is evicted: writing is refused as `redis.oom`, reading goes on, and there is room again after it."""
    server = RedisServer(data, redis_program, 16)
    server.prepare()
    await server.start()
    client = Redis(server.address)
    try:

        async def fill() -> None:
            for number in range(40):
                await client.call("SET", f"aos:{number}", b"x" * 1024 * 1024)

        with pytest.raises(RedisFault) as caught:
            await fill()
        assert caught.value.code == "redis.oom"
        assert await client.call("EXISTS", "aos:0") == 1
        await client.call("DEL", *(f"aos:{number}" for number in range(40)))
        assert await client.call("SET", "aos:x", b"1") == b"OK"
    finally:
        await client.close()
        server.stop()


async def test_settings_that_the_promises_rest_on_reach_the_child(redis: Redis) -> None:
    """Append-only file, no eviction; the sync policy stands in the configuration that is piped in."""
    info = await redis.ready()
    assert (info["aof_enabled"], info["maxmemory_policy"], info["tcp_port"]) == ("1", "noeviction", "0")


def test_configuration_syncs_always(data: DataDir, redis_program: Path) -> None:
    """`everysec` loses what was acknowledged (pitfalls 1)."""
    server = RedisServer(data, redis_program, 64)
    server.prepare()
    assert re.search(r"^appendfsync always$", server._configuration(), re.MULTILINE)
    server.stop()
