"""A source of truth in a process of its own, good or bad (`python scripts/bench/truth.py KIND`).

It answers one record by GET, many by POST `{"ids": [...]}`, and prints its port.
"""

import asyncio
import contextlib
import gzip
import sys

import msgspec
import uvloop

from aos.farm.oracle.invoices import invoice_line, number_of

SLOW_S = 1.0
LARGE = 10_000_000


def answer(body: bytes, status: bytes = b"200 OK", kind: bytes = b"application/json", extra: bytes = b"") -> bytes:
    head = b"HTTP/1.1 %b\r\ncontent-type: %b\r\ncontent-length: %d\r\n%b\r\n"
    return head % (status, kind, len(body), extra) + body


FIXED = {
    "500": answer(b"", b"500 Internal Server Error"),
    "404": answer(b"{}", b"404 Not Found"),
    "10 MB": answer(b'"' + b"x" * LARGE + b'"'),
    "gzip bomb": answer(gzip.compress(b" " * LARGE), extra=b"content-encoding: gzip\r\n"),
    "HTML": answer(b"<html></html>", kind=b"text/html"),
}
KINDS = ("good", "slow", *FIXED, "wrong id", "wrong type", "never")


def truth(ids: list[str], kind: str) -> bytes:
    """The records of these ids; of a bad kind they are another's, or of other types."""
    lines = []
    for record_id in ids:
        n = number_of(record_id) or 1
        line = invoice_line(1, n + 1_000_000 if kind == "wrong id" else n)
        if kind == "wrong type":
            line = msgspec.json.encode(dict.fromkeys(msgspec.json.decode(line), 0) | {"invoice_id": record_id})
        lines.append(line)
    return b"[" + b",".join(lines) + b"]"


async def main(kind: str) -> None:
    async def answered(ids: list[str], many: bool) -> bytes:
        if kind in FIXED:
            return FIXED[kind]
        if kind == "never":
            await asyncio.sleep(3600)
        if kind == "slow":
            await asyncio.sleep(SLOW_S)
        body = truth(ids, kind)
        return answer(body if many else body[1:-1])

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                sent = next((h for h in head.lower().split("\r\n") if h.startswith("content-length:")), ":0")
                body = await reader.readexactly(int(sent.partition(":")[2]))
                ids = msgspec.json.decode(body)["ids"] if body else [head.split(" ", 2)[1].rpartition("/")[2]]
                writer.write(await answered(ids, bool(body)))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, contextlib.suppress(KeyboardInterrupt):
        runner.run(main(sys.argv[1]))
