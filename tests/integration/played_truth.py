"""A source of truth that answers repairs as told."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from aos.farm.oracle.invoices import invoice_line, number_of

Answering = Callable[[str, list[str]], Awaitable[bytes]]
JSON = b"application/json"


def answer(body: bytes, status: bytes = b"200 OK", kind: bytes = JSON, extra: bytes = b"") -> bytes:
    head = b"HTTP/1.1 %b\r\ncontent-type: %b\r\ncontent-length: %d\r\n%b\r\n"
    return head % (status, kind, len(body), extra) + body


def truth(ids: list[str], many: bool) -> bytes:
    records = [msgspec.Raw(invoice_line(1, number_of(each) or 1)) for each in ids]
    return msgspec.json.encode({"invoices": records, "unknown": []} if many else records[0])


@asynccontextmanager
async def source_of_truth(answering: Answering) -> AsyncIterator[tuple[dict[str, Any], list[tuple[str, list[str]]]]]:
    """A server that answers as told; the policy that leads to it, and what it was asked: (request line, ids)."""
    asked: list[tuple[str, list[str]]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                line = head.split("\r\n")[0]
                sent = next((h for h in head.lower().split("\r\n") if h.startswith("content-length:")), ":0")
                body = await reader.readexactly(int(sent.partition(":")[2]))
                ids = json.loads(body)["ids"] if body else [line.split(" ")[1].rpartition("/")[2]]
                asked.append((line, ids))
                told = await answering(line, ids)
                if not told:
                    return
                writer.write(told)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield (
            {"repair_enabled": True, "repair_url": url + "/one/{invoice_id}", "repair_batch_url": url + "/many"},
            asked,
        )
    finally:
        server.close()


async def good(line: str, ids: list[str]) -> bytes:
    return answer(truth(ids, line.startswith("POST")))
