"""The wire between Farm and AOS: it can be cut behind any byte, and it can be held still."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from aos.lab.wire import CHUNK, Pipe, Wire


class SourceProxy(Wire):
    """`passed` counts the bytes that went to the reader, `cut_count` the connections that were cut."""

    name = "source"

    def __init__(self, upstream_port: int) -> None:
        super().__init__()
        self._upstream_port = upstream_port
        self._flow = asyncio.Event()
        self._flow.set()
        self._cuts: deque[int] = deque()
        self.passed = 0
        self.cut_count = 0

    def hold(self) -> None:
        """From now on no byte passes; connections stay as they are."""
        self._flow.clear()

    def release(self) -> None:
        self._flow.set()

    def cut(self, after: Sequence[int]) -> None:
        """Cut as many times in a row: each behind that many further bytes, wherever in a line, or in the answer's
        head, that is."""
        self._cuts.extend(after)

    @property
    def cuts_left(self) -> int:
        return len(self._cuts)

    async def _upstream(self) -> Pipe:
        return await asyncio.open_connection("127.0.0.1", self._upstream_port, limit=CHUNK)

    async def _answer(self, server: asyncio.StreamReader, client: asyncio.StreamWriter, _: asyncio.Event) -> None:
        while chunk := await server.read(CHUNK):
            await self._flow.wait()
            cut = bool(self._cuts) and len(chunk) >= self._cuts[0]
            if cut:
                chunk = chunk[: self._cuts.popleft()]
            elif self._cuts:
                self._cuts[0] -= len(chunk)
            client.write(chunk)
            self.passed += len(chunk)
            await client.drain()
            if cut:
                self.cut_count += 1
                with suppress(OSError):
                    client.close()  # what was written still goes out
                    await client.wait_closed()
                return
