"""How lines leave quarantine: numbered batches, each settled once (`settle.lua`), by one process at a time.

The number is the fence. A batch whose reply was lost is asked for again under its number, and a command that Redis gets
late, behind a newer batch, finds itself out of date. Key: `aos:settled`.
"""

import zlib
from collections.abc import Sequence
from typing import Literal, NamedTuple

from aos.core.errors import Fenced
from aos.core.redis import Redis
from aos.core.streams import LEDGERS, RAW, ledger_key

FENCE = "aos:settled"
Way = Literal["clean", "repaired", "discarded"]


class Leaving(NamedTuple):
    """A line on its way out: whose ledger it stands in, how it leaves, and the envelope where it is published."""

    connector: str
    way: Way
    data: bytes = b""


async def last_batch(redis: Redis) -> int:
    """The number of the last batch that was settled or made void; 0 before the first."""
    return int(await redis.call("HGET", FENCE, "batch") or 0)


async def settle(redis: Redis, batch: int, lines: Sequence[Leaving]) -> bool:
    """Publish or discard all lines and move their counters in one step. True when that is so, now or by an earlier
    call; False when the batch was made void. `Fenced` when another number is due, `RedisFault` when the outcome is not
    known: ask again, or make it void."""
    numbers: dict[str, int] = {}
    args: list[object] = []
    for line in lines:
        tag = b"d" if line.way == "discarded" else b"%c%08x" % (line.way[0].encode(), zlib.crc32(line.data))
        args += [tag, numbers.setdefault(line.connector, len(numbers) + 4), line.data]
    return await _step(redis, batch, "done", list(numbers), args)


async def void(redis: Redis, batch: int) -> bool:
    """Make sure that the batch does not happen any more. True when it had happened already."""
    return await _step(redis, batch, "void", [], [])


async def _step(redis: Redis, batch: int, outcome: str, names: list[str], lines: list[object]) -> bool:
    keys = [RAW, FENCE, LEDGERS, *map(ledger_key, names)]
    word, stands = await redis.script("settle", keys, [batch, outcome, *names, *lines])
    if word == b"FENCED":
        raise Fenced(f"batch {batch} of the quarantine is not due", cursor=stands.decode())
    return bool(stands == b"done")
