"""Who gets at the embedded Redis: AOS alone, with the commands and the keys that it needs."""

from pathlib import Path

import pytest

from aos.core.datadir import DataDir
from aos.core.errors import RedisFault
from aos.core.redis import Address, Redis
from aos.core.redis_server import RedisServer
from tests.conftest import both_versions


@both_versions
@pytest.mark.parametrize(
    "command",
    [
        "CONFIG GET dir",
        "FLUSHALL",
        "FLUSHDB",
        "KEYS *",
        "SCAN 0",
        "DEBUG SLEEP 0",
        "SHUTDOWN NOSAVE",
        "SAVE",
        "BGSAVE",
        "REPLICAOF 127.0.0.1 1",
        "MODULE LIST",
        "ACL LIST",
        "CLIENT LIST",
        "MONITOR",
        "SELECT 1",
        "SCRIPT FLUSH",
        "GET other",
        "SET aosx 1",
        "XADD dcl.other * a b",
        "XRANGE other - +",
        "EVAL return(redis.call('get','other')) 0",
        "EVAL return(redis.call('flushall')) 0",
        "EVAL return(redis.call('config','get','dir')) 0",
        "EVAL return(1) 1 other",
    ],
)
async def test_command_that_aos_does_not_need_is_refused(redis: Redis, command: str) -> None:
    """Also from inside a script, and for keys that are not ours; the server lives on."""
    with pytest.raises(RedisFault, match=r"no permissions|can't access|can't run|not allowed"):
        await redis.call(*command.split(" "))
    assert await redis.call("PING") == b"PONG"


async def test_refusal_has_its_own_code(redis: Redis) -> None:
    """A command that the ACL refuses is told apart from a Redis that is away."""
    with pytest.raises(RedisFault) as caught:
        await redis.call("FLUSHALL")
    assert caught.value.code == "redis.noperm"


@both_versions
@pytest.mark.parametrize(("user", "password"), [("", ""), ("default", ""), ("default", "x"), ("aos", "wrong")])
async def test_stranger_on_the_socket_is_refused(redis_server: RedisServer, user: str, password: str) -> None:
    """No anonymous user, no default user, no guessed password: not even PING."""
    client = Redis(Address(socket=redis_server.address.socket, username=user, password=password))
    with pytest.raises(RedisFault):
        await client.call("PING")
    await client.close()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
async def test_password_is_not_to_be_seen(redis_server: RedisServer, data: DataDir) -> None:
    """Not on the command line, not in the environment, not in any file: its hash alone stands in the ACL file."""
    secret = redis_server.address.password.encode()
    assert len(secret) == 64
    process = Path(f"/proc/{redis_server.pid}")
    runtime = Path(redis_server.address.socket).parent
    places = [process / "cmdline", process / "environ"]
    places += [path for root in (data.path, runtime) for path in root.rglob("*") if path.is_file()]
    assert runtime / "users.acl" in places
    assert [place for place in places if secret in place.read_bytes()] == []
