"""The program that the embedded Redis runs: one that is fit, and never older than the data."""

import sys
from pathlib import Path

import pytest

from aos.core.datadir import DataDir, Marker
from aos.core.errors import EnvironmentFault
from aos.core.redis import Redis
from aos.core.redis_server import RedisServer, find_program, program_version


def listing(path: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in path.rglob("*") if file.is_file()}


@pytest.mark.parametrize("evidence", ["marker", "appendonlydir"])
def test_data_of_a_newer_redis_is_refused_and_not_touched(data: DataDir, redis_program: Path, evidence: str) -> None:
    """An older program would read it as empty: one plain line instead, and every file as it was."""
    server = RedisServer(data, redis_program, 64)
    if evidence == "marker":
        data.write_marker(Marker(redis_version="99.1.0"))
    elif program_version(redis_program) >= (7,):
        pytest.skip("the usual program reads this layout")
    else:
        (data.path / "redis" / "appendonlydir").mkdir()
    (data.path / "redis" / "appendonly.aof").write_bytes(b"theirs")
    (data.path / "redis" / "child.json").write_text('{"pid": 99999999, "runtime": "/nowhere"}')
    before = listing(data.path)
    with pytest.raises(EnvironmentFault, match=r"would read it as empty.*AOS_REDIS_SERVER"):
        server.prepare()
    server.stop()
    assert listing(data.path) == before


@pytest.mark.parametrize("redis_program", ["other"], indirect=True)
async def test_real_data_of_a_newer_redis_survive_an_older_program(data: DataDir, redis_program: Path) -> None:
    """Newer writes, older is refused, newer finds everything: up is allowed, down is not."""
    older, newer = sorted((find_program(""), redis_program), key=program_version)
    first = RedisServer(data, newer, 64)
    first.prepare()
    await first.start()
    client = Redis(first.address)
    await client.call("SET", "aos:x", "1")
    await client.close()
    first.stop()
    refused = RedisServer(data, older, 64)
    with pytest.raises(EnvironmentFault, match="would read it as empty"):
        refused.prepare()
    refused.stop()
    again = RedisServer(data, newer, 64)
    again.prepare()
    await again.start()
    client = Redis(again.address)
    assert await client.call("GET", "aos:x") == b"1"
    await client.close()
    again.stop()


def fake(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


async def test_program_that_ends_at_once_is_told_with_its_last_words(data: DataDir, tmp_path: Path) -> None:
    """One plain line with the exit code; a start never hangs on a child that is gone."""
    program = fake(tmp_path / "redis-server", '[ "$1" = --version ] && echo "Redis server v=7.2.0 sha=0" || exit 7')
    server = RedisServer(data, program, 64)
    server.prepare()
    for _ in range(20):
        with pytest.raises(EnvironmentFault, match=r"ended at once \(exit 7\): no log"):
            await server.start()
    server.stop()


@pytest.mark.parametrize("script", ["exit 0", "echo hello", "echo Redis server v=5.0.9", "exit 1"])
def test_program_that_is_no_redis_is_refused(data: DataDir, tmp_path: Path, script: str) -> None:
    """By name, before anything is written."""
    server = RedisServer(data, fake(tmp_path / "redis-server", script), 64)
    with pytest.raises(EnvironmentFault, match=r"is not a Redis of 6\.2 or newer"):
        server.prepare()
    server.stop()


def test_program_that_is_not_there_is_one_plain_line() -> None:
    """It names the setting."""
    with pytest.raises(EnvironmentFault, match="AOS_REDIS_SERVER='no-such-redis': no such program"):
        find_program("no-such-redis")


def test_old_redis_on_the_path_is_passed_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new one is taken, an old one is not; our own venv's copy is not looked at through PATH."""
    own = Path(sys.prefix, "bin")
    redis = fake(tmp_path / "redis-server", "echo Redis server v=7.4.1")
    monkeypatch.setenv("PATH", f"{own}:{tmp_path}:/bin:/usr/bin")
    assert find_program("") == redis
    assert program_version(redis) == (7, 4, 1)
    fake(redis, "echo Redis server v=6.0.16")
    assert find_program("") != redis
