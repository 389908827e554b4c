"""Work that a vendor can hold up for minutes ends when the process does: what is not done yet is sent again later."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from aos.core.errors import Unavailable

Answer = TypeVar("Answer")


async def unless_stopping(stopping: asyncio.Event, work: Coroutine[Any, Any, Answer]) -> Answer:
    """What `work` gives; `Unavailable` once `stopping` is set, and then `work` is cancelled and over."""
    working = asyncio.create_task(work, name="onboarding")
    told = asyncio.create_task(stopping.wait(), name="onboarding until stop")
    try:
        await asyncio.wait({working, told}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        action = "send it again: it goes on where it stood"
        raise Unavailable("AOS is stopping", code="service.stopping", next_action=action)
    finally:
        working.cancel()
        told.cancel()
        await asyncio.gather(working, told, return_exceptions=True)
