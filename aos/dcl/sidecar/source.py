"""Reading one source: bytes to whole lines, with a limit on silence, on stalls and on what counts as an answer."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing

import httpx

from aos.core.clock import Clock
from aos.core.egress import Egress
from aos.core.errors import EgressRefused, SourceFault
from aos.dcl.sidecar.lines import LineSplitter, Oversize

Line = bytes | Oversize
_TYPES = frozenset(
    (
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonlines",
        "application/json",
        "application/octet-stream",
        "text/plain",
    )
)
LONGEST_RETRY_AFTER_S = 60.0
CHANGE_TARGET = "allow it in AOS_EGRESS_ALLOW and restart, or provision another target"


class Source:
    """One connection's worth of lines. Every way in which it can fail is a `SourceFault` with its own code."""

    def __init__(
        self,
        clock: Clock,
        egress: Egress,
        *,
        idle_timeout_s: float,
        max_line_bytes: int,
        on_bytes: Callable[[int], None],
    ) -> None:
        self._clock, self._egress = clock, egress
        self._idle_timeout_s = idle_timeout_s
        self._max_line_bytes = max_line_bytes
        self._on_bytes = on_bytes

    async def lines(self, url: str, linger_s: float) -> AsyncGenerator[list[Line], None]:
        """Lists of whole lines as they come; an empty list when nothing came for `linger_s`, so that the caller can
        close its batch. Ends only where the source ended cleanly; a half line at the end is a fault, never a line."""
        splitter = LineSplitter(self._max_line_bytes)
        last_line = self._clock.monotonic()
        try:
            async with (
                self._egress.stream_client(idle_s=self._idle_timeout_s) as client,
                aclosing(await self._ask(client, url)) as response,
            ):
                _check(response)
                async with aclosing(_patient(response.aiter_raw(), linger_s)) as chunks:
                    async for chunk in chunks:
                        now = self._clock.monotonic()
                        if chunk:
                            self._on_bytes(len(chunk))
                        found = splitter.feed(chunk) if chunk else []
                        if found:
                            last_line = now
                        elif now - last_line > 2 * self._idle_timeout_s:
                            raise SourceFault("bytes come, but no whole line", code="source.stalled")
                        yield found
                        # The caller's time (a slow Redis, back-pressure) is not the source's silence.
                        last_line += self._clock.monotonic() - now
        except EgressRefused as refused:
            raise SourceFault(refused.message, code="source.egress", next_action=CHANGE_TARGET) from refused
        except (httpx.TimeoutException, TimeoutError) as error:
            raise SourceFault(f"{type(error).__name__}: no byte in time", code="source.timeout") from error
        except httpx.HTTPError as error:
            # The error's own text can hold the URL with its secrets; its type says enough.
            raise SourceFault(f"{type(error).__name__}", code=_code(error)) from error
        except httpx.InvalidURL as error:
            raise SourceFault("the target is not a usable URL", code="source.url") from error
        if splitter.pending:
            raise SourceFault("the stream ended inside a line", code="source.cut")

    async def _ask(self, client: httpx.AsyncClient, url: str) -> httpx.Response:
        """The answer's head, in time as a whole: a head that drips, or 1xx without end, resets the read timeout."""
        request = client.build_request("GET", url, headers={"accept": "application/x-ndjson"})
        async with asyncio.timeout(2 * self._idle_timeout_s):
            return await client.send(request, stream=True)


async def _patient(chunks: AsyncIterator[bytes], linger_s: float) -> AsyncGenerator[bytes, None]:
    """The chunks, and b"" whenever none came for `linger_s`; the read itself is never cancelled for that."""
    iterator = chunks.__aiter__()
    reading: asyncio.Task[bytes] | None = None
    try:
        while True:
            if reading is None:
                reading = asyncio.create_task(_next(iterator), name="read source")
            done, _ = await asyncio.wait({reading}, timeout=linger_s)
            if not done:
                yield b""
                continue
            task, reading = reading, None
            try:
                chunk = task.result()
            except StopAsyncIteration:
                return
            yield chunk
    finally:
        if reading is not None:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def _next(iterator: AsyncIterator[bytes]) -> bytes:
    return await iterator.__anext__()


def _check(response: httpx.Response) -> None:
    """Only a 200 with NDJSON, undecoded and in UTF-8, is read; anything else is said, not parsed."""
    if response.status_code != 200:
        wait = response.headers.get("retry-after", "")
        fault = SourceFault(f"answered {response.status_code}", code=f"source.http_{response.status_code}")
        seconds = float(wait) if wait.isascii() and wait.isdigit() else 0.0
        fault.extra["retry_after_s"] = min(seconds, LONGEST_RETRY_AFTER_S)
        raise fault
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise SourceFault("sends compressed data, although asked not to", code="source.encoding")
    kind, _, parameters = response.headers.get("content-type", "application/octet-stream").lower().partition(";")
    if kind.strip() not in _TYPES:
        raise SourceFault(f"sends {kind.strip()[:60]!r}, not NDJSON", code="source.content_type")
    charset = parameters.replace(" ", "").partition("charset=")[2].partition(";")[0].strip('"')
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise SourceFault(f"sends charset {charset[:40]!r}, not UTF-8", code="source.charset")


def _code(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ConnectError):
        return "source.refused"
    return "source.cut" if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError) else "source.fault"
