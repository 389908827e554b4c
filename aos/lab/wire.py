"""What both proxies of the lab are: a port on loopback, and each connection handed on to a server behind it."""

import asyncio

CHUNK = 256 * 1024
Pipe = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Wire:
    """Subclasses say where the server is and how bytes pass. A connection is over when either side of it is."""

    name = "wire"

    def __init__(self) -> None:
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=CHUNK)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _upstream(self) -> Pipe:
        """A connection to the server behind."""
        raise NotImplementedError

    async def _ask(self, client: asyncio.StreamReader, server: asyncio.StreamWriter, link: asyncio.Event) -> None:
        """Client to server. `link` is this connection's own event, shared by its two directions."""
        while chunk := await client.read(CHUNK):
            server.write(chunk)
            await server.drain()

    async def _answer(self, server: asyncio.StreamReader, client: asyncio.StreamWriter, link: asyncio.Event) -> None:
        """Server to client."""
        raise NotImplementedError

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
        server_reader, server_writer = await self._upstream()
        link = asyncio.Event()
        ways = {
            asyncio.create_task(self._ask(reader, server_writer, link), name=f"lab {self.name}: there"),
            asyncio.create_task(self._answer(server_reader, writer, link), name=f"lab {self.name}: back"),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            server_writer.transport.abort()
