"""The atomic steps on Redis streams, and reading them as a group or for a look.

Keys: `dcl.ingest.raw`, `dcl.ingest.quarantine` (streams), `aos:cursor:<connector>:<target>`, `aos:ledger:<connector>`,
`aos:ledgers` (a set of their names), `aos:stream:<name>` (totals of a stream: acked, trimmed, done),
`aos:connectors` (a hash: id → configuration as JSON).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from aos.core.errors import Fenced, RedisFault
from aos.core.redis import Redis

RAW = "dcl.ingest.raw"
QUARANTINE = "dcl.ingest.quarantine"
GROUP = "dcl-engine"
CONNECTORS = "aos:connectors"
LEDGERS = "aos:ledgers"  # a set: the connectors that have a ledger


class Cursor(NamedTuple):
    """Where a connector stands at a target: `position` is None before the first batch; `resume` is a value to send."""

    position: int | None
    resume: str = ""


class Entry(NamedTuple):
    """One stream entry. `fields` is empty for an entry that was deleted under its reader."""

    id: bytes
    fields: dict[bytes, bytes]


class GroupState(NamedTuple):
    """`entries` in the stream, `pending` delivered but not acknowledged, `lag` not acknowledged at all."""

    entries: int
    pending: int
    lag: int


def cursor_key(connector: str, target: str) -> str:
    return f"aos:cursor:{connector}:{target}"


def ledger_key(connector: str) -> str:
    return f"aos:ledger:{connector}"


def totals_key(stream: str) -> str:
    return f"aos:stream:{stream}"


async def read_cursor(redis: Redis, connector: str, target: str) -> Cursor:
    position, resume = await redis.call("HMGET", cursor_key(connector, target), "position", "resume")
    return Cursor(None if position is None else int(position), (resume or b"").decode())


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
    """One batch, one step; `entries` as `publish.lua` wants them. Answers the consumer's lag in entries.

    A batch that is already in (its reply was lost) succeeds again without effect. Raises `Fenced` when the cursor
    stands elsewhere, `RedisFault` when the outcome is not known: call again with the same batch.
    """
    keys = [RAW, QUARANTINE, cursor_key(connector, target), ledger_key(connector), totals_key(RAW), LEDGERS]
    head = ["" if behind is None else behind, upto, received, keepalives, resume, at_ms, connector]
    word, value = await redis.script("publish", keys, [*head, *entries])
    if word == b"FENCED":
        if value == str(upto).encode():
            return 0
        raise Fenced(cursor=value.decode() or None)
    return int(value)


async def ensure_group(redis: Redis, stream: str, group: str = GROUP) -> bool:
    """Make the group where it is missing, behind what it had acknowledged; True when it had to be made."""
    return bool(await redis.script("group", [stream, totals_key(stream)], [group]))


async def read_group(
    redis: Redis, stream: str, consumer: str, after: str, count: int, *, block_ms: int = 0, group: str = GROUP
) -> list[Entry]:
    """Entries for this consumer: `after` ">" gives new ones (waiting up to `block_ms`), an id its own pending ones."""
    block = ["BLOCK", block_ms] if block_ms else []
    reply = await redis.call("XREADGROUP", "GROUP", group, consumer, "COUNT", count, *block, "STREAMS", stream, after)
    return _entries(reply[0][1]) if reply else []


async def claim(
    redis: Redis, stream: str, consumer: str, idle_ms: int, count: int, *, group: str = GROUP
) -> list[Entry]:
    """Take over entries whose consumer has been silent for `idle_ms`."""
    reply = await redis.call("XAUTOCLAIM", stream, group, consumer, idle_ms, "0", "COUNT", count)
    return _entries(reply[1])


def _entries(rows: list[list[Any] | None]) -> list[Entry]:
    """Redis 6.2 gives nil, or an entry without fields, for one that was deleted under its reader."""
    return [Entry(row[0], dict(zip(row[1][::2], row[1][1::2], strict=True)) if row[1] else {}) for row in rows if row]


async def acknowledge(
    redis: Redis,
    stream: str,
    owners: Sequence[tuple[bytes, str]],
    *,
    counter: str = "",
    group: str = GROUP,
) -> int:
    """Acknowledge (entry id, connector) pairs, raising `counter` of each connector's ledger in the same step."""
    numbers: dict[str, int] = {}
    args: list[object] = [group, counter]
    for entry_id, connector in owners:
        args += [entry_id, numbers.setdefault(connector, len(numbers) + 3)]
    return int(await redis.script("file", [stream, totals_key(stream), *map(ledger_key, numbers)], args))


async def trim(redis: Redis, stream: str, done: bytes, upto: bytes) -> int:
    """Note that everything up to `done` is acknowledged, and drop entries up to and including `upto` (b"" for none);
    never one that some group has not acknowledged."""
    return int(await redis.script("trim", [stream, totals_key(stream)], [done, upto]))


async def look(redis: Redis, stream: str, *, last: int = 0, after: str = "", count: int = 100) -> list[Entry]:
    """For a person: the `last` entries, or up to `count` behind the id `after`. Oldest first."""
    if after:
        return _entries(await redis.call("XRANGE", stream, f"({after}", "+", "COUNT", count))
    return _entries(await redis.call("XREVRANGE", stream, "+", "-", "COUNT", last))[::-1]


async def state(redis: Redis, stream: str, group: str = GROUP) -> GroupState:
    entries = int(await redis.call("XLEN", stream))
    acked, trimmed = await redis.call("HMGET", totals_key(stream), "acked", "trimmed")
    try:
        summary = await redis.call("XPENDING", stream, group)
        pending = int(summary[0])
    except RedisFault as fault:
        if fault.code != "redis.nogroup":
            raise
        pending = 0
    return GroupState(entries, pending, entries - int(acked or 0) + int(trimmed or 0))


class Refile(NamedTuple):
    """A published entry on its way to quarantine: `meta` is its refusal as JSON."""

    id: bytes
    connector: str
    repaired: bool
    data: bytes
    crc: bytes
    meta: bytes
    why: str


async def move_to_quarantine(redis: Redis, refiles: Sequence[Refile], *, group: str = GROUP) -> int:
    """Entries that can't be filed leave the live stream for quarantine, counters with them, in one step."""
    numbers: dict[str, int] = {}
    entries: list[object] = []
    for refile in refiles:
        ledger = numbers.setdefault(refile.connector, len(numbers) + 5)
        entries += [refile.id, ledger, "r" if refile.repaired else "c", refile.data, refile.crc, refile.meta]
    keys = [RAW, QUARANTINE, totals_key(RAW), LEDGERS, *map(ledger_key, numbers)]
    args = [group, len(numbers), *numbers, *entries]
    return int(await redis.script("move", keys, args))


class Counters(NamedTuple):
    """Every counter at one instant: `lag` is entries of the live stream that are not acknowledged, as they lie there;
    `ledgers` by connector; `positions` of the cursors that were asked for."""

    lag: int
    ledgers: dict[str, dict[str, int]]
    positions: list[int | None]


async def read_counters(redis: Redis, connectors: Sequence[str], cursors: Sequence[str]) -> Counters:
    """One consistent look; `cursors` are keys as `cursor_key` gives them."""
    keys = [RAW, totals_key(RAW), *map(ledger_key, connectors), *cursors]
    entries, acked, trimmed, ledgers, positions = await redis.script("ledger", keys, [len(connectors)])
    named = {
        connector: {name.decode(): int(count) for name, count in zip(flat[::2], flat[1::2], strict=True)}
        for connector, flat in zip(connectors, ledgers, strict=True)
    }
    return Counters(entries - acked + trimmed, named, [int(place) if place else None for place in positions])
