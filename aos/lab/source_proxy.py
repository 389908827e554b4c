"""The wire between Farm and AOS: it can be cut behind any byte, and it can be held still."""

import asyncio
from collections import deque
from contextlib import suppress

CHUNK = 64 * 1024


class SourceProxy:
    """Listens on loopback and hands bytes on to Farm's port. `passed` counts the bytes that went to the reader."""

    def __init__(self, upstream_port: int) -> None:
        self._upstream_port = upstream_port
        self._flow = asyncio.Event()
        self._flow.set()
        self._cuts: deque[int] = deque()
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        self.passed = 0
        self.cut_count = 0

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=CHUNK)
        self.port = self._server.sockets[0].getsockname()[1]

    def hold(self) -> None:
        """From now on no byte passes; connections stay as they are."""
        self._flow.clear()

    def release(self) -> None:
        self._flow.set()

    def cut(self, after: list[int]) -> None:
        """Cut as many times in a row: each behind that many further bytes, wherever in a line, or in the answer's
        head, that is."""
        self._cuts.extend(after)

    @property
    def cuts_left(self) -> int:
        return len(self._cuts)

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
        farm_reader, farm_writer = await asyncio.open_connection("127.0.0.1", self._upstream_port, limit=CHUNK)
        asking = asyncio.create_task(_pass(reader, farm_writer), name="lab source: request")
        answering = asyncio.create_task(self._answer(farm_reader, writer), name="lab source: answer")
        try:
            await asyncio.wait({asking, answering}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            asking.cancel()
            answering.cancel()
            await asyncio.gather(asking, answering, return_exceptions=True)
            farm_writer.transport.abort()

    async def _answer(self, farm: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await farm.read(CHUNK):
            await self._flow.wait()
            if self._cuts and len(chunk) >= self._cuts[0]:
                writer.write(chunk[: self._cuts.popleft()])
                with suppress(OSError):
                    await writer.drain()
                    writer.close()  # what was written still goes out
                    await writer.wait_closed()
                self.cut_count += 1
                return
            if self._cuts:
                self._cuts[0] -= len(chunk)
            writer.write(chunk)
            self.passed += len(chunk)
            await writer.drain()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(CHUNK):
        writer.write(chunk)
        await writer.drain()
