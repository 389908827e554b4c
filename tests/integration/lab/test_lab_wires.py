"""The lab's proxies on real sockets: they hand on every byte, cut where they were told, swallow one reply."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from aos.core.errors import RedisFault
from aos.core.redis import Address, Redis
from aos.core.redis_server import RedisServer
from aos.lab.redis_proxy import RedisProxy
from aos.lab.source_proxy import SourceProxy

Eventually = Callable[..., Awaitable[None]]
SENT = bytes(range(256)) * 4_000


@pytest.fixture
async def source() -> AsyncIterator[SourceProxy]:
    """A proxy before a server that sends `SENT` to whoever asks for something."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.readline():
            writer.write(SENT)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    proxy = SourceProxy(server.sockets[0].getsockname()[1])
    await proxy.open()
    yield proxy
    await proxy.close()
    server.close()


async def ask(proxy: SourceProxy) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"all of it\n")
    return reader, writer


async def received(proxy: SourceProxy) -> bytes:
    reader, writer = await ask(proxy)
    try:
        return await reader.read(-1)
    finally:
        writer.close()


async def test_source_proxy_hands_on_every_byte(source: SourceProxy) -> None:
    """Without a fault the reader gets what was sent."""
    assert await received(source) == SENT
    assert source.passed == len(SENT)


@pytest.mark.parametrize("after", [0, 1, 777, 65_536, 300_001])
async def test_source_proxy_cuts_behind_exactly_that_byte(source: SourceProxy, after: int) -> None:
    """The reader gets the bytes up to the cut, then the end; the next connection is whole again."""
    source.cut([after])
    assert await received(source) == SENT[:after]
    assert source.cut_count == 1
    assert await received(source) == SENT


async def test_source_proxy_cuts_as_often_as_it_was_told(source: SourceProxy) -> None:
    """Several cuts in a row strike one connection after the other."""
    source.cut([10, 20])
    assert [len(await received(source)) for _ in range(3)] == [10, 20, len(SENT)]
    assert source.cuts_left == 0


async def test_source_proxy_holds_and_lets_go(source: SourceProxy) -> None:
    """While it holds no byte passes and the connection stays; afterwards not one is missing."""
    source.hold()
    reader, writer = await ask(source)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await reader.read(1)
    source.release()
    assert await reader.read(-1) == SENT
    writer.close()


async def test_redis_proxy_swallows_the_reply_of_a_write_that_took_effect(
    redis_server: RedisServer, redis: Redis, eventually: Eventually
) -> None:
    """The marked command is in Redis, its caller gets a fault and does not know; every other command works."""
    proxy = RedisProxy(redis_server.address.socket)
    await proxy.open()
    address = redis_server.address
    client = Redis(Address(url=f"redis://{address.username}:{address.password}@127.0.0.1:{proxy.port}"))
    try:
        await client.call("HSET", "aos:other", "n", 1)
        dropped = proxy.drop_reply(b"HINCRBY", b"aos:counted")
        await client.call("HINCRBY", "aos:other", "n", 1)
        assert not dropped.is_set()
        with pytest.raises(RedisFault):
            await client.call("HINCRBY", "aos:counted", "n", 1)
        assert dropped.is_set()
        assert await redis.call("HGET", "aos:counted", "n") == b"1"
        assert await client.call("HINCRBY", "aos:counted", "n", 1) == 2
    finally:
        await client.close()
        await proxy.close()


async def test_redis_proxy_ends_a_connection_whose_redis_is_gone(redis_server: RedisServer) -> None:
    """A Redis that died closes its clients' connections; the proxy passes that on, and connects again to the next."""
    proxy = RedisProxy(redis_server.address.socket)
    await proxy.open()
    address = redis_server.address
    client = Redis(Address(url=f"redis://{address.username}:{address.password}@127.0.0.1:{proxy.port}"))
    try:
        await client.call("HSET", "aos:kept", "n", 7)
        redis_server.stop()
        with pytest.raises(RedisFault):
            await client.call("HGET", "aos:kept", "n")
        redis_server.prepare()
        await redis_server.start()
    finally:
        await client.close()
        await proxy.close()
