"""The lab's negative control: the same batch as separate commands, records first and the cursor afterwards.

This is how such pipes are usually built. A crash or a lost reply in between publishes records twice, and the lab must
see that; nothing else uses it.
"""

import asyncio
from collections.abc import Sequence

from aos.core.redis import Redis
from aos.core.streams import LEDGERS, QUARANTINE, RAW, cursor_key, ledger_key, totals_key

AT_ONCE = 8


async def publish(
    redis: Redis,
    *,
    connector: str,
    target: str,
    behind: int | None,
    upto: int,
    received: int,
    keepalives: int,
    resume: str,
    at_ms: int,
    entries: Sequence[bytes],
) -> int:
    """As `streams.publish`, without its fence and not in one step."""
    commands: list[tuple[object, ...]] = []
    counts = {"clean": 0, "repaired": 0, "quarantined": 0}
    rest = iter(entries)
    for tag in rest:
        data, crc = next(rest), tag[1:]
        if tag.startswith(b"q"):
            commands.append(("XADD", QUARANTINE, "*", "data", data, "crc", crc, "meta", next(rest)))
            counts["quarantined"] += 1
        else:
            commands.append(("XADD", RAW, "*", "data", data, "crc", crc))
            counts["repaired" if tag.startswith(b"r") else "clean"] += 1
    for start in range(0, len(commands), AT_ONCE):
        await asyncio.gather(*(redis.call(*command) for command in commands[start : start + AT_ONCE]))
    published = counts["clean"] + counts["repaired"]
    counts |= {"received": received, "keepalives": keepalives, "published": published, "pending": published}
    await redis.call("SADD", LEDGERS, connector)
    for name, count in counts.items():
        await redis.call("HINCRBY", ledger_key(connector), name, count)
    await redis.call("HSET", cursor_key(connector, target), "position", upto, "resume", resume, "at", at_ms)
    acked, trimmed = await redis.call("HMGET", totals_key(RAW), "acked", "trimmed")
    return int(await redis.call("XLEN", RAW)) - int(acked or 0) + int(trimmed or 0)
