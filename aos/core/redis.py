"""The Redis client: no hidden retries, a deadline on every call, bytes in and out.

redis-py retries scripts ten times by default and swallows cancellations where it holds a socket timeout itself;
here retrying belongs to the caller, and the deadline is `asyncio.timeout` around the call.
A call that runs into its deadline closes its connection, so no late reply meets another command.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import resources
from typing import Any, NamedTuple

from redis import asyncio as aioredis
from redis.asyncio.connection import UnixDomainSocketConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError, ResponseError

from aos.core.errors import BadSettings, RedisFault

DEADLINE_S = 5.0
MAX_IN_FLIGHT = 16


class Address(NamedTuple):
    """Where Redis is: a URL, or the socket of our own child with its user and password."""

    url: str = ""
    socket: str = ""
    username: str = ""
    password: str = ""


class Redis:
    """One client with its own pool. Take a `sibling` for blocking reads, so that nothing else waits behind them."""

    def __init__(self, address: Address, *, deadline_s: float = DEADLINE_S) -> None:
        self.address = address
        self._deadline_s = deadline_s
        self._places = asyncio.Semaphore(MAX_IN_FLIGHT)
        self._client = aioredis.Redis.from_pool(_pool(address))
        # Replies as the protocol gives them: redis-py reshapes by command, and differently from version to version.
        self._client.response_callbacks.clear()
        self._execute: Callable[..., Awaitable[Any]] = self._client.execute_command
        self._digests: dict[str, str] = {}

    def sibling(self) -> "Redis":
        return Redis(self.address, deadline_s=self._deadline_s)

    async def call(self, *command: Any, deadline_s: float | None = None) -> Any:
        """One command. Raises `RedisFault`; after one it is not known whether a write took effect."""
        async with self._guarded(deadline_s):
            return await self._execute(*command)

    async def script(self, name: str, keys: list[Any], args: list[Any], *, deadline_s: float | None = None) -> Any:
        """Run `core/<name>.lua` in one step, loading it where Redis does not know it (any more)."""
        digest = self._digests.get(name) or await self._load(name)
        async with self._guarded(deadline_s):
            try:
                return await self._execute("EVALSHA", digest, len(keys), *keys, *args)
            except NoScriptError:
                await self._execute("SCRIPT LOAD", _source(name))
                return await self._execute("EVALSHA", digest, len(keys), *keys, *args)

    async def _load(self, name: str) -> str:
        digest: bytes = await self.call("SCRIPT LOAD", _source(name))
        self._digests[name] = digest.decode()
        return self._digests[name]

    @asynccontextmanager
    async def _guarded(self, deadline_s: float | None) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(deadline_s or self._deadline_s), self._places:
                yield
        except ResponseError as error:
            raise RedisFault(str(error), code=_code(error)) from error
        except (RedisError, OSError, TimeoutError) as error:
            raise RedisFault(f"Redis does not answer: {type(error).__name__}") from error

    async def ready(self) -> dict[str, str]:
        """INFO server as a dict, once Redis answers and is not loading its file. `RedisFault` until then."""
        raw = await self.call("INFO", "everything")
        info = _info(raw)
        if info.get("loading", "0") != "0":
            raise RedisFault("Redis is still loading its file", code="redis.loading")
        return info

    async def weakness(self) -> str:
        """Why this Redis can lose what it acknowledged, as half a sentence; empty when it can't, or does not tell."""
        if (await self.ready()).get("aof_enabled") == "0":
            return "keeps no append-only file (appendonly no)"
        try:
            policy = await self.call("CONFIG GET", "appendfsync")
        except RedisFault:
            return ""
        told = policy[1].decode() if len(policy) > 1 else "always"
        return "" if told == "always" else f"syncs its file at times only (appendfsync {told})"

    async def close(self) -> None:
        await self._client.aclose(close_connection_pool=True)


def _info(raw: bytes) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in raw.decode().splitlines() if ":" in line)
    return dict(pairs)


def _code(error: ResponseError) -> str:
    """A dotted code for what Redis refused: `redis.oom`, `redis.misconf`, ..."""
    message = f"{error.status_code or ''} {error}"  # redis-py takes the words that it knows off the text
    words = {"OOM": "redis.oom", "MISCONF": "redis.misconf", "LOADING": "redis.loading", "NOGROUP": "redis.nogroup"}
    words |= {"NOPERM": "redis.noperm", "WRONGTYPE": "redis.wrongtype", "BUSY": "redis.busy"}
    if "maxmemory" in message.lower():
        return "redis.oom"
    return next((code for word, code in words.items() if re.search(rf"\b{word}\b", message)), "redis.refused")


def _pool(address: Address) -> aioredis.ConnectionPool:
    shared: dict[str, Any] = {
        "retry": Retry(NoBackoff(), 0),
        "socket_timeout": None,
        "socket_connect_timeout": None,
        "protocol": 2,
        "decode_responses": False,
        "driver_info": None,
    }
    if address.url:
        try:
            pool = aioredis.ConnectionPool.from_url(address.url, max_connections=2 * MAX_IN_FLIGHT, **shared)
            pool.connection_kwargs.update(shared)  # options in the URL's query would win otherwise
            pool.connection_class(**pool.connection_kwargs)  # opens nothing; refuses options that there are not
        except (ValueError, TypeError) as error:
            raise BadSettings(f"AOS_REDIS_URL is not usable: {error}") from None
        return pool
    return aioredis.ConnectionPool(
        connection_class=UnixDomainSocketConnection,
        max_connections=2 * MAX_IN_FLIGHT,
        path=address.socket,
        username=address.username,
        password=address.password,
        **shared,
    )


def _source(name: str) -> str:
    return resources.files("aos.core").joinpath(f"{name}.lua").read_text()
