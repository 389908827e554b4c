"""The wire between AOS and Redis: it can swallow a reply, so that nobody knows whether the write took effect."""

import asyncio

CHUNK = 256 * 1024
HEAD = 1024
"""Bytes of a command that are looked at: its name and its keys stand in front."""


class RedisProxy:
    """Listens on loopback, hands everything on to Redis' socket. After `drop_reply(mark)` the next command with `mark`
    in its head reaches Redis, its reply does not come back, and the connection closes."""

    def __init__(self, socket_path: str) -> None:
        self._socket_path = socket_path
        self._marks: tuple[bytes, ...] = ()
        self._dropped = asyncio.Event()
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=CHUNK)
        self.port = self._server.sockets[0].getsockname()[1]

    def drop_reply(self, *marks: bytes) -> asyncio.Event:
        """The event is set once it has happened."""
        self._dropped = asyncio.Event()
        self._marks = marks
        return self._dropped

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._connect(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # either end left, or the lab ends: the task is over in any case
        finally:
            self._connections.discard(task)
            writer.transport.abort()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        redis_reader, redis_writer = await asyncio.open_unix_connection(self._socket_path, limit=CHUNK)
        swallow = asyncio.Event()
        asking = asyncio.create_task(self._ask(reader, redis_writer, swallow), name="lab redis: commands")
        answering = asyncio.create_task(self._answer(redis_reader, writer, swallow), name="lab redis: replies")
        try:
            await asyncio.wait({asking, answering}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            asking.cancel()
            answering.cancel()
            await asyncio.gather(asking, answering, return_exceptions=True)
            redis_writer.transport.abort()

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, swallow: asyncio.Event) -> None:
        while chunk := await reader.read(CHUNK):
            # A client waits for each reply, so a command begins where a read does.
            if self._marks and chunk.startswith(b"*") and any(mark in chunk[:HEAD] for mark in self._marks):
                self._marks = ()
                swallow.set()
            writer.write(chunk)
            await writer.drain()

    async def _answer(self, redis: asyncio.StreamReader, writer: asyncio.StreamWriter, swallow: asyncio.Event) -> None:
        while chunk := await redis.read(CHUNK):
            if swallow.is_set():
                self._dropped.set()
                return
            writer.write(chunk)
            await writer.drain()
