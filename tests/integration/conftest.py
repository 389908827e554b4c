"""A `Core` around a real Redis, for what runs as a worker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from aos.core.clock import SystemClock
from aos.core.events import Events
from aos.core.failpoints import Failpoints
from aos.core.health import Health
from aos.core.metrics import Metrics
from aos.core.module import Core
from aos.core.redis import Redis
from aos.core.settings import Settings


@pytest.fixture
async def dcl_core(redis: Redis) -> AsyncIterator[Core]:
    clock = SystemClock()
    closers = AsyncExitStack()
    yield Core(
        settings=Settings(),
        clock=clock,
        stopping=asyncio.Event(),
        metrics=Metrics(),
        events=Events(clock),
        health=Health(clock),
        closers=closers,
        failpoints=Failpoints(Path("."), armed=False),
        redis=redis,
    )
    await closers.aclose()
