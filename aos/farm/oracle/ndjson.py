"""The endless answer: lines at their pace, until the last one, a planned cut, the reader's leaving or the stop.

A whole answer ends with its final chunk: everything that was asked for is out. Any other end is a cut without it,
so that no reader takes it for the end of the data. A reader that does not read holds up `send`, and nothing grows.
"""

import asyncio
import enum
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from aos.core.clock import Clock
from aos.core.http import UNSTORED
from aos.farm.oracle.chaos import Kind
from aos.farm.oracle.feed import Feed
from aos.farm.oracle.pace import Pace

MEDIA_TYPE = "application/x-ndjson"
LATENCY_S = 5.0
DRIP_S = 0.05
"""Between the bytes of a dripping line: some 35 s a record, longer than any reader's patience for a whole one."""


class End(enum.Enum):
    FINISHED = "finished"
    CUT = "cut"
    GONE = "reader gone"
    STOPPING = "stopping"


class NdjsonStream(Response):
    """`rate` in lines a second, None for unpaced. `stopping` ends it at once; `place` is held while it goes on.
    `face` are further fields of its head."""

    media_type = MEDIA_TYPE

    def __init__(
        self,
        feed: Feed,
        rate: float | None,
        clock: Clock,
        stopping: asyncio.Event,
        place: AbstractContextManager[None] | None = None,
        face: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(headers={**UNSTORED, "x-accel-buffering": "no", **(face or {})})
        del self.headers["content-length"]
        self._feed = feed
        self._rate = rate
        self._clock = clock
        self._stopping = stopping
        self._place = place or nullcontext()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._place:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            if await self._run(receive, send) is End.FINISHED:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            # Else there is nothing to add: without a last message uvicorn closes the connection behind what was sent.

    async def _run(self, receive: Receive, send: Send) -> End:
        """Pump until one of the three is over; the other two are cancelled and awaited."""
        async with asyncio.TaskGroup() as group:
            pump = group.create_task(self._pump(send), name="farm stream: lines")
            gone = group.create_task(_until_gone(receive), name="farm stream: reader")
            stop = group.create_task(_until_stopping(self._stopping), name="farm stream: stop")
            tasks = (pump, gone, stop)
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
        # The pump's own end counts first: what it finished is out, whoever else ended in the same moment.
        return next(task.result() for task in tasks if not task.cancelled())

    async def _pump(self, send: Send) -> End:
        pace = Pace(self._clock, self._rate)
        while not self._feed.finished:
            block = self._feed.block(await pace.due())
            if block.fault is Kind.SLOW_DRIP:
                pace.shift(await self._drip(block.data, send))
            else:
                await send({"type": "http.response.body", "body": block.data, "more_body": True})
            pace.sent(block.lines)
            if block.fault is Kind.RESET:
                return End.CUT
            if block.fault is Kind.LATENCY:
                await self._clock.sleep(LATENCY_S)
                pace.shift(LATENCY_S)
            # `send` need not suspend; other requests of this process are to be answered between two blocks.
            await asyncio.sleep(0)
        return End.FINISHED

    async def _drip(self, line: bytes, send: Send) -> float:
        """Send a line byte by byte; the seconds that it took."""
        start = self._clock.monotonic()
        for byte in line:
            await send({"type": "http.response.body", "body": bytes((byte,)), "more_body": True})
            await self._clock.sleep(DRIP_S)
        return self._clock.monotonic() - start


async def _until_gone(receive: Receive) -> End:
    while (await receive())["type"] != "http.disconnect":
        pass
    return End.GONE


async def _until_stopping(stopping: asyncio.Event) -> End:
    await stopping.wait()
    return End.STOPPING
