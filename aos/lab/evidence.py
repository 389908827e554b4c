"""Looks for every line: in SQLite, in Farm's chaos log, and for a few of them in the stream and the source of truth."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import httpx
import msgspec

from aos.contracts.base import Wire
from aos.core import db
from aos.lab.check import Evidence, Sample

POSITIONS = 2**44
"""A row's key is its source's number times this, plus the line's position (dcl/schema.sql)."""

SAMPLE_LINES = 200
CHAOS_LOG = "/api/stream/synthetic/mulesoft/chaos-log"
STREAM = "/api/stream/synthetic/mulesoft"
TRUTH = "/api/source/salesforce/invoices"
_INVOICES = "SELECT id, json_extract(payload, '$.invoice_id') FROM records WHERE id BETWEEN ? AND ?"
_PAYLOADS = "SELECT id, payload FROM records WHERE id BETWEEN ? AND ?"
_REFUSED = "SELECT id FROM quarantine WHERE id BETWEEN ? AND ?"
_BYTES = "SELECT id, data FROM quarantine WHERE id BETWEEN ? AND ?"
Rows = Callable[[str, Sequence[Any]], Awaitable[list[tuple[Any, ...]]]]


class _Hit(Wire, frozen=True):
    n: int


class _ChaosLog(Wire, frozen=True):
    hits: list[_Hit]
    next_from: int | None


class _Truth(Wire, frozen=True):
    invoices: list[dict[str, Any]]


class Detective:
    """`chaos` are the stream's own parameters, `seed` included."""

    def __init__(self, client: httpx.AsyncClient, farm_url: str, chaos: dict[str, str], warehouse: Path) -> None:
        self._client, self._farm_url, self._chaos, self._warehouse = client, farm_url, chaos, warehouse
        self._log_query = {name: value for name, value in chaos.items() if name != "chaos"}

    async def look(self, first: int, last: int, target: str, entries: int, imbalance: int, rng: Random) -> Evidence:
        """What became of the lines `first` to `last`."""
        hits = await self._hits(first, last)
        begin = rng.randint(first, max(first, last - SAMPLE_LINES + 1))
        async with db.visiting(self._warehouse) as rows:
            base, others = await self._source(rows, target)
            bounds = (base + first, base + last)
            filed = await rows(_INVOICES, bounds)
            refused = await rows(_REFUSED, bounds)
            outside = others
            for table in ("records", "quarantine"):
                beyond = await rows(f"SELECT count(*) FROM {table} WHERE id > ? OR id <= ?", (base + last, base))  # noqa: S608
                outside += int(beyond[0][0])
            samples = await self._samples(rows, base, begin, min(last, begin + SAMPLE_LINES - 1), hits)
        return Evidence(
            first,
            last,
            {key - base: invoice for key, invoice in filed},
            frozenset(key - base for (key,) in refused),
            hits,
            entries,
            outside,
            imbalance,
            samples,
        )

    async def count(self) -> int:
        """Every row in both places; reads all of both tables."""
        async with db.visiting(self._warehouse) as rows:
            found = await rows("SELECT (SELECT count(*) FROM records) + (SELECT count(*) FROM quarantine)", ())
        return int(found[0][0])

    async def _source(self, rows: Rows, target: str) -> tuple[int, int]:
        """(what keys of this source begin behind, sources that nobody asked for)."""
        sources = await rows("SELECT id, target FROM sources", ())
        number = next((key for key, name in sources if name == target), 0)
        return number * POSITIONS, len(sources) - bool(number)

    async def _hits(self, first: int, last: int) -> frozenset[int]:
        hits: set[int] = set()
        begin: int | None = first
        while begin is not None and begin <= last:
            query = {**self._log_query, "from": str(begin), "until": str(last), "limit": "10000"}
            answer = await self._client.get(self._farm_url + CHAOS_LOG, params=query)
            answer.raise_for_status()
            log = msgspec.json.decode(answer.content, type=_ChaosLog)
            hits.update(hit.n for hit in log.hits)
            begin = log.next_from
        return frozenset(hits)

    async def _samples(self, rows: Rows, base: int, begin: int, end: int, hits: frozenset[int]) -> tuple[Sample, ...]:
        query = {**self._chaos, "from": str(begin), "until": str(end), "speed": "max"}
        sent = (await self._client.get(self._farm_url + STREAM, params=query)).content.split(b"\n")
        whole = [n for n in range(begin, end + 1) if n not in hits]
        asked = await self._client.post(
            self._farm_url + TRUTH, params={"seed": self._chaos["seed"]}, json={"ids": [f"INV-{n}" for n in whole]}
        )
        truth = dict(zip(whole, msgspec.json.decode(asked.content, type=_Truth).invoices, strict=True))
        bounds = (base + begin, base + end)
        filed: dict[int, str] = dict(await rows(_PAYLOADS, bounds))
        refused: dict[int, bytes] = dict(await rows(_BYTES, bounds))
        return tuple(
            Sample(
                n,
                sent[n - begin],
                truth.get(n),
                msgspec.json.decode(filed[base + n]) if base + n in filed else None,
                refused.get(base + n),
            )
            for n in range(begin, end + 1)
        )
