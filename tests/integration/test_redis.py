"""The client: nothing is tried twice behind our back, every call ends, no reply meets another command."""

import asyncio
import os
import random
import signal
import socket
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aos.core import streams
from aos.core.errors import BadSettings, RedisFault
from aos.core.redis import MAX_IN_FLIGHT, Address, Redis
from aos.core.redis_server import RedisServer, find_program


@contextmanager
def stopped(server: RedisServer) -> Iterator[None]:
    """The child stands still, as a machine that swaps or a disk that hangs."""
    assert server.pid is not None
    os.kill(server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.pid, signal.SIGCONT)


async def publish(redis: Redis, behind: int | None, upto: int, count: int = 100) -> int:
    entries = [piece for number in range(count) for piece in (b"c00000000", b"%d" % number)]
    return await streams.publish(
        redis,
        connector="c",
        target="t",
        behind=behind,
        upto=upto,
        received=count,
        keepalives=0,
        resume="",
        at_ms=1,
        entries=entries,
    )


async def test_publish_that_runs_into_its_deadline_is_in_once(redis: Redis, redis_server: RedisServer) -> None:
    """The outcome is not known, so the same batch goes again; the stream holds it exactly once."""
    impatient = Redis(redis_server.address, deadline_s=0.05)
    await publish(impatient, None, 100)
    with stopped(redis_server):
        for _ in range(3):
            with pytest.raises(RedisFault) as caught:
                await publish(impatient, 100, 200)
            assert (caught.value.code, caught.value.retryable) == ("redis.unavailable", True)
    await publish(redis, 100, 200)
    assert await redis.call("XLEN", streams.RAW) == 200
    assert await streams.read_cursor(redis, "c", "t") == (200, "")
    await impatient.close()


async def test_call_is_sent_once(redis: Redis, redis_server: RedisServer) -> None:
    """What is not safe to repeat is never repeated: after a time-out the count is one at most."""
    impatient = Redis(redis_server.address, deadline_s=0.05)
    await impatient.call("SET", "aos:n", 0)
    with stopped(redis_server), pytest.raises(RedisFault):
        await impatient.call("HINCRBY", "aos:h", "n", 1)
    await redis.call("PING")
    assert int(await redis.call("HGET", "aos:h", "n") or 0) <= 1
    await impatient.close()


async def test_deadline_holds_for_calls_that_wait_for_a_place(redis_server: RedisServer) -> None:
    """However many call at once, each has ended when its own deadline has passed; none waits a turn first."""
    impatient = Redis(redis_server.address, deadline_s=0.1)
    with stopped(redis_server):
        calls = [asyncio.create_task(impatient.call("PING")) for _ in range(10 * MAX_IN_FLIGHT)]
        first, _ = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
        assert first
        # One more turn of the timer: had the others waited for a place first, nine rounds would still be to come.
        _, pending = await asyncio.wait(calls, timeout=0.25)
        assert not pending
    assert {type(call.exception()) for call in calls} == {RedisFault}
    assert await impatient.call("PING") == b"PONG"
    await impatient.close()


async def test_call_may_have_a_deadline_of_its_own(redis: Redis, redis_server: RedisServer) -> None:
    """A quick look does not wait as long as a write."""
    await redis.call("PING")
    with stopped(redis_server), pytest.raises(RedisFault):
        await redis.call("PING", deadline_s=0.05)


async def test_three_hundred_cancels_mix_up_no_reply(redis: Redis) -> None:
    """A late reply never answers another command (CVE-2023-28858): each call gets its own value or none."""
    chance = random.Random(1)
    for number in range(50):
        await redis.call("SET", f"aos:{number}", number)
    wrong: list[tuple[int, object]] = []

    async def ask(number: int) -> None:
        if number % 3:
            got = await redis.call("GET", f"aos:{number}")
        else:
            got = await redis.call("EVAL", "return redis.call('GET', KEYS[1])", 1, f"aos:{number}")
        if got != b"%d" % number:
            wrong.append((number, got))

    cancelled = 0
    while cancelled < 300:
        tasks = [asyncio.create_task(ask(chance.randrange(50))) for _ in range(3)]
        for _ in range(chance.randrange(10)):
            await asyncio.sleep(0)
        tasks[0].cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        cancelled += isinstance(results[0], asyncio.CancelledError)
        assert results[1:] == [None, None]
    assert wrong == []


async def test_cancel_of_a_busy_loop_is_never_swallowed(redis: Redis) -> None:
    """Python 3.11 loses cancels in `wait_for`; nothing of ours goes through it."""
    chance = random.Random(2)

    async def loop() -> None:
        while True:
            await redis.call("SET", "aos:x", "1")

    for _ in range(200):
        task = asyncio.create_task(loop())
        for _ in range(chance.randrange(40)):
            await asyncio.sleep(0)
        task.cancel()
        async with asyncio.timeout(10):
            await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()


async def test_thousand_calls_at_once_all_succeed(redis: Redis) -> None:
    """The pool's limit is never met: calls take turns."""
    assert await asyncio.gather(*(redis.call("PING") for _ in range(1000))) == [b"PONG"] * 1000


async def test_script_that_redis_forgot_is_loaded_again(redis: Redis, redis_server: RedisServer) -> None:
    """A restart empties its cache of scripts; nobody notices."""
    await publish(redis, None, 100)
    redis_server.stop()
    redis_server.prepare()
    await redis_server.start()
    again = Redis(redis_server.address)
    again._digests = dict(redis._digests)
    await publish(again, 100, 200)
    assert await again.call("XLEN", streams.RAW) == 200
    await again.close()


async def test_redis_that_is_gone_is_a_fault_and_comes_back(redis: Redis, redis_server: RedisServer) -> None:
    """The same client goes on with a restarted child."""
    await redis.call("PING")
    assert redis_server.pid is not None
    os.kill(redis_server.pid, signal.SIGKILL)
    await redis_server.watch(asyncio.Event())
    with pytest.raises(RedisFault, match="does not answer"):
        await redis.call("PING")
    await redis_server.start()
    assert await redis.call("PING") == b"PONG"


async def test_replies_are_bytes_as_redis_gave_them(redis: Redis) -> None:
    """No decoding (one bad byte would spoil a batch), no reshaping."""
    await redis.call("HSET", "aos:h", b"\xff", b"\xfe")
    assert await redis.call("HGETALL", "aos:h") == [b"\xff", b"\xfe"]


@pytest.mark.parametrize("query", ["socket_timeout=5&protocol=3", "decode_responses=true", "retry_on_timeout=true"])
async def test_options_in_the_url_do_not_change_what_we_rest_on(redis_server: RedisServer, query: str) -> None:
    """AOS_REDIS_URL says where; protocol, timeouts and decoding are ours."""
    address = redis_server.address
    client = Redis(Address(url=f"unix://aos:{address.password}@{address.socket}?{query}"))
    await client.call("HSET", "aos:h", b"\xff", b"\xfe")
    assert await client.call("HGETALL", "aos:h") == [b"\xff", b"\xfe"]
    connection = await client._client.connection_pool.get_connection()  # type: ignore[no-untyped-call]
    assert (connection.socket_timeout, connection.protocol, connection.retry.get_retries()) == (None, 2, 0)
    await client._client.connection_pool.release(connection)
    await client.close()


@pytest.mark.parametrize("url", ["redis://:hunter2@h:port", "redis://h?db=abc", "redis://h?no=1", "ftp://h"])
def test_url_that_can_not_be_read_is_a_bad_setting(url: str) -> None:
    """One plain line that names the setting and hides the password."""
    with pytest.raises(BadSettings, match="AOS_REDIS_URL") as caught:
        Redis(Address(url=url))
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("XREADGROUP GROUP g c STREAMS dcl.ingest.raw >", "redis.nogroup"),
        ("HGET aos:text a", "redis.wrongtype"),
        ("FLUSHALL", "redis.noperm"),
        ("XADD dcl.ingest.raw BOOM a b", "redis.refused"),
        ("GET", "redis.refused"),
    ],
)
async def test_refusal_tells_its_kind(redis: Redis, command: str, code: str) -> None:
    """A stable code for what callers act on; a word in the data is not taken for one."""
    await redis.call("SET", "aos:text", "OOM")
    with pytest.raises(RedisFault) as caught:
        await redis.call(*command.split())
    assert caught.value.code == code


async def test_redis_that_syncs_every_batch_has_no_weakness(redis: Redis) -> None:
    """Our own child keeps what it acknowledges."""
    assert await redis.weakness() == ""


def listens(path: Path) -> bool:
    """Whether somebody takes connections there; the file stands a moment earlier."""
    with socket.socket(socket.AF_UNIX) as trying:
        return trying.connect_ex(str(path)) == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--appendonly", "no"], "keeps no append-only file"),
        (["--appendonly", "yes", "--appendfsync", "everysec"], "appendfsync everysec"),
        (["--appendonly", "yes", "--appendfsync", "always"], ""),
    ],
)
async def test_given_redis_that_can_lose_what_it_acknowledged_is_told(
    options: list[str], says: str, tmp_path: Path, eventually: Callable[..., Awaitable[None]]
) -> None:
    """What the promise rests on is looked up in a Redis that AOS did not start."""
    place = tmp_path / "r.sock"
    program = [str(find_program("")), "--port", "0", "--unixsocket", str(place), "--dir", str(tmp_path), "--save", ""]
    child = subprocess.Popen([*program, *options], stdout=subprocess.DEVNULL)
    client = Redis(Address(socket=str(place)))
    try:
        await eventually(lambda: listens(place))
        assert says in await client.weakness()
        assert bool(says) == bool(await client.weakness())
    finally:
        await client.close()
        child.terminate()
        child.wait()
