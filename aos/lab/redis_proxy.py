"""The wire between AOS and Redis: it can swallow a reply, so that nobody knows whether the write took effect."""

import asyncio

from aos.lab.wire import CHUNK, Pipe, Wire

HEAD = 1024
"""Bytes of a command that are looked at: its name and its keys stand in front."""


class RedisProxy(Wire):
    """After `drop_reply` the next command with all the marks in its head reaches Redis, its reply does not come back,
    and the connection closes."""

    name = "redis"

    def __init__(self, socket_path: str) -> None:
        super().__init__()
        self._socket_path = socket_path
        self._marks: tuple[bytes, ...] = ()
        self._dropped = asyncio.Event()

    def drop_reply(self, *marks: bytes) -> asyncio.Event:
        """The event is set once it has happened."""
        self._dropped = asyncio.Event()
        self._marks = marks
        return self._dropped

    def drop_nothing(self) -> None:
        self._marks = ()

    async def _upstream(self) -> Pipe:
        return await asyncio.open_unix_connection(self._socket_path, limit=CHUNK)

    async def _ask(self, client: asyncio.StreamReader, server: asyncio.StreamWriter, link: asyncio.Event) -> None:
        while chunk := await client.read(CHUNK):
            # A client waits for each reply, so a command begins where a read does.
            if self._marks and chunk.startswith(b"*") and all(mark in chunk[:HEAD] for mark in self._marks):
                self._marks = ()
                link.set()
            server.write(chunk)
            await server.drain()

    async def _answer(self, server: asyncio.StreamReader, client: asyncio.StreamWriter, link: asyncio.Event) -> None:
        while chunk := await server.read(CHUNK):
            if link.is_set():
                self._dropped.set()
                return
            client.write(chunk)
            await client.drain()
