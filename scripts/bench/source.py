"""A source in a process of its own that serves prepared blocks, so that the benchmark measures the reader.

`python scripts/bench/source.py PORT LINES [KINDS]` serves LINES invoices of Farm's generator, 10 % of them hit (no
faults of the connection), on `GET /?from=n&rate=r`: r lines a second, or (0) as fast as the reader takes them. The text
of lines repeats every 20,000.
"""

import asyncio
import contextlib
import sys
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import uvloop

from aos.farm.oracle.chaos import Kind, hit
from aos.farm.oracle.damage import wire_line

PREPARED = 20_000
BLOCK_LINES = 100  # about 72 KiB
PERIOD = PREPARED // BLOCK_LINES
HIT_KINDS = (Kind.MALFORMED, Kind.DRIFT, Kind.BAD_TYPE)
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n"


def prepared(kinds: Sequence[Kind]) -> list[bytes]:
    return [wire_line(1, n, hit(1, n, 0.1, kinds)) + b"\n" for n in range(1, PREPARED + 1)]


class Blocks:
    """Chunks of whole lines; block k holds lines k * BLOCK_LINES + 1 and on, of a text that repeats."""

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self._lines = prepared(kinds)
        self._whole = [_chunk(b"".join(self._from(k * BLOCK_LINES, BLOCK_LINES))) for k in range(PERIOD)]

    def _from(self, start: int, count: int) -> list[bytes]:
        return [self._lines[(start + i) % PREPARED] for i in range(count)]

    def chunk(self, start: int, count: int) -> bytes:
        """Lines behind `start` (0 for the first)."""
        if count == BLOCK_LINES and start % BLOCK_LINES == 0:
            return self._whole[(start // BLOCK_LINES) % PERIOD]
        return _chunk(b"".join(self._from(start, count)))


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


async def main(port: int, lines: int, kinds: Sequence[Kind]) -> None:
    blocks = Blocks(kinds)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            query = parse_qs(urlsplit(request.split(b" ", 2)[1].decode()).query)
            at = int(query.get("from", ["1"])[0]) - 1
            rate = float(query.get("rate", ["0"])[0])
            loop, sent = asyncio.get_running_loop(), 0
            begun = loop.time()
            writer.write(HEAD)
            while at < lines:
                if writer.transport.is_closing():
                    return
                count = min(BLOCK_LINES - at % BLOCK_LINES, lines - at)
                writer.write(blocks.chunk(at, count))
                await writer.drain()
                at, sent = at + count, sent + count
                if rate and (early := begun + sent / rate - loop.time()) > 0:
                    await asyncio.sleep(early)
            writer.write(b"0\r\n\r\n")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, contextlib.suppress(KeyboardInterrupt):
        kinds = tuple(Kind(each) for each in sys.argv[3].split(",")) if len(sys.argv) > 3 else HIT_KINDS
        runner.run(main(int(sys.argv[1]), int(sys.argv[2]), kinds))
