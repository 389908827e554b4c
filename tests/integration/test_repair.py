"""Repair in transit, on real sockets, Redis and Farm: what drifted arrives true, or waits with its reason."""

import asyncio
import gzip
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from aos.contracts.ingest import BreakerSettings, Refusal, ReplayRequest
from aos.core import streams
from aos.core.redis import Redis
from aos.dcl.ledger import Ledgers
from aos.dcl.quarantine.settlement import Settlement
from aos.dcl.sidecar.batch_repair import OUTRUN
from aos.dcl.warehouse.consumer import QuarantineMover
from aos.dcl.warehouse.rows import Rows
from aos.farm.oracle.chaos import Kind, hit
from aos.farm.oracle.damage import wire_line
from aos.farm.oracle.invoices import invoice, invoice_line, number_of
from tests.integration.conftest import Farm
from tests.integration.played_truth import Answering, answer, good, source_of_truth
from tests.integration.test_sidecar import HEAD, STREAM, everything, finished, ledger, running, scripted

Eventually = Callable[..., Awaitable[None]]
KINDS = (Kind.MALFORMED, Kind.DRIFT, Kind.BAD_TYPE)


def farm_url(farm: Farm, **query: object) -> str:
    text = "&".join(f"{name}={value}" for name, value in query.items())
    return f"http://127.0.0.1:{farm.port}{STREAM}?chaos=true&speed=max&{text}"


async def refusals(redis: Redis) -> list[Refusal]:
    return [
        msgspec.json.decode(entry.fields[b"meta"], type=Refusal)
        for entry in await everything(redis, streams.QUARANTINE)
    ]


async def envelopes(redis: Redis) -> list[dict[str, Any]]:
    return [json.loads(entry.fields[b"data"]) for entry in await everything(redis, streams.RAW)]


async def test_20000_records_at_ten_percent_chaos_arrive_true(
    redis: Redis, farm: Farm, tmp_path: Path, eventually: Eventually
) -> None:
    """Each drifted and wrong-typed record arrives equal to the truth and says so, in its place; none is invented."""
    last, seed = 20_000, 7
    kinds = ",".join(KINDS)
    url = farm_url(farm, seed=seed, until=last, chaos_kinds=kinds)
    async with running(redis, tmp_path, url, repair_enabled=True) as (sidecar, core):
        await eventually(lambda: sidecar.position == last, deadline_s=60)
        await finished(sidecar, eventually)
        total = core.metrics.registry.get_sample_value("aos_repairs_total", {"outcome": "repaired"})
    hits = {n: found for n in range(1, last + 1) if (found := hit(seed, n, 0.1, KINDS))}
    malformed = {n for n, found in hits.items() if found.kind is Kind.MALFORMED}
    found = await envelopes(redis)
    assert [each["meta"]["position"] for each in found] == [n for n in range(1, last + 1) if n not in malformed]
    for each in found:
        n = each["meta"]["position"]
        assert each["payload"] == invoice(seed, n)
        assert each["meta"]["is_repaired"] == (n in hits)
        if n in hits:
            assert list(each["meta"]["repaired_fields"]) == [hits[n].field]
    raw = [entry.fields[b"data"] for entry in await everything(redis, streams.RAW)]
    for data, each in zip(raw, found, strict=True):  # numbers are written as they were
        if each["meta"]["is_repaired"]:
            fields = msgspec.json.decode(invoice_line(seed, each["meta"]["position"]), type=dict[str, msgspec.Raw])
            payload = msgspec.json.decode(data, type=dict[str, msgspec.Raw])["payload"]
            assert msgspec.json.decode(payload, type=dict[str, msgspec.Raw]) == fields
    assert {refusal.position for refusal in await refusals(redis)} == malformed
    told = await ledger(redis)
    assert (told["repaired"], told["quarantined"]) == (len(hits) - len(malformed), len(malformed))
    assert told["received"] == last == told["clean"] + told["repaired"] + told["quarantined"]
    assert total == told["repaired"]


async def never(line: str, ids: list[str]) -> bytes:
    await asyncio.sleep(3600)
    return b""


async def slow(line: str, ids: list[str]) -> bytes:
    await asyncio.sleep(1.0)
    return await good(line, ids)


def always(data: bytes) -> Answering:
    async def play(line: str, ids: list[str]) -> bytes:
        return data

    return play


def each_record(change: Callable[[dict[str, Any]], Any]) -> Answering:
    """A source whose records are the truth, changed."""

    async def play(line: str, ids: list[str]) -> bytes:
        records = [change(invoice(1, number_of(each) or 1)) for each in ids]
        return answer(json.dumps(records if line.startswith("POST") else records[0]).encode())

    return play


BOMB = gzip.compress(b" " * 10_000_000)
BAD_SOURCES: dict[str, tuple[Answering, set[str], str]] = {
    "slow": (slow, {"repaired", "repair_overload"}, ""),
    "never": (never, {"repair_overload"}, "no answer"),
    "500": (always(answer(b"", b"500 Oh")), {"repair_failed", "repair_overload"}, "answered 500"),
    "redirect": (
        always(answer(b"", b"302 There", extra=b"location: http://127.0.0.1:1/\r\n")),
        {"repair_failed", "repair_overload"},
        "answered 302",
    ),
    "404": (always(answer(b"{}", b"404 No")), {"repair_not_found", "repair_overload"}, "answered 404"),
    "wrong id": (each_record(lambda r: r | {"invoice_id": "INV-999999"}), {"repair_wrong_id"}, "INV-999999"),
    "wrong type": (
        each_record(lambda r: {key: [] for key in r} | {"invoice_id": r["invoice_id"]}),
        {"repair_still_wrong"},
        "type",
    ),
    "nothing more": (each_record(lambda r: {"invoice_id": r["invoice_id"]}), {"repair_still_wrong"}, "missing"),
    "10 MB": (always(answer(b'"' + b"x" * 10_000_000 + b'"')), {"repair_failed", "repair_overload"}, "bytes"),
    "gzip bomb": (
        always(answer(BOMB, extra=b"content-encoding: gzip\r\n")),
        {"repair_failed", "repair_overload"},
        "compressed",
    ),
    "HTML": (always(answer(b"<html>", kind=b"text/html")), {"repair_failed", "repair_overload"}, "text/html"),
    "HTML as JSON": (always(answer(b"<html>")), {"repair_failed", "repair_overload"}, "no record"),
    "NaN": (always(answer(b'[{"invoice_id":NaN}]')), {"repair_failed", "repair_overload"}, "no record"),
    "hangs up": (always(b""), {"repair_failed", "repair_overload"}, ""),
}


@pytest.mark.parametrize("name", BAD_SOURCES)
async def test_bad_repair_source_costs_the_stream_nothing(
    redis: Redis, farm: Farm, tmp_path: Path, eventually: Eventually, name: str
) -> None:
    """The clean part keeps its rate; every line that is not repaired lies in quarantine, whole and with the reason."""
    play, outcomes, detail = BAD_SOURCES[name]
    last, rate = 3_000, 3_000
    url = farm_url(farm, until=last, chaos_kinds="drift,bad_type").replace("speed=max", f"rate={rate}")
    async with source_of_truth(play) as (policy, asked):
        async with running(redis, tmp_path, url, **policy) as (sidecar, _):
            await eventually(lambda: sidecar.position == last, deadline_s=30)
            await finished(sidecar, eventually)
        assert asked
    hits = {n: found for n in range(1, last + 1) if (found := hit(1, n, 0.1, (Kind.DRIFT, Kind.BAD_TYPE)))}
    found = await envelopes(redis)
    assert [each["meta"]["position"] for each in found] == sorted(each["meta"]["position"] for each in found)
    assert all(each["payload"] == invoice(1, each["meta"]["position"]) for each in found)
    repaired = {each["meta"]["position"] for each in found if each["meta"]["is_repaired"]}
    refused = await everything(redis, streams.QUARANTINE)
    lines = {r.position: e.fields[b"data"] for r, e in zip(await refusals(redis), refused, strict=True)}
    assert lines == {n: wire_line(1, n, struck) for n, struck in hits.items() if n not in repaired}
    seen = Counter(refusal.reason for refusal in await refusals(redis)) + Counter(repaired=len(repaired))
    assert set(seen) <= outcomes
    assert set(seen) & (outcomes - {"repair_overload"} or outcomes)
    assert not detail or any(detail in refusal.detail for refusal in await refusals(redis))
    told = await ledger(redis)
    assert told["received"] == last == told["clean"] + told.get("repaired", 0) + told.get("quarantined", 0)


async def test_source_that_never_answers_does_not_hold_a_full_speed_stream(
    redis: Redis, farm: Farm, tmp_path: Path, eventually: Eventually
) -> None:
    """At full speed the stream gets to its end, the ledger balances meanwhile, and every drifted line is kept."""
    last = 30_000

    url = farm_url(farm, until=last, chaos_kinds="drift")
    async with (
        source_of_truth(never) as (policy, _),
        running(redis, tmp_path, url, name="beside", **policy) as (sidecar, core),
    ):
        await eventually(lambda: sidecar.position == last, deadline_s=60)
        waiting = (await Ledgers(core, redis, _only(sidecar, "beside")).read()).connectors["beside"]
        assert waiting.imbalance == 0
        await finished(sidecar, eventually)
    told = await ledger(redis, "beside")
    assert told["received"] == last == told["clean"] + told["quarantined"]
    found = await refusals(redis)
    assert {refusal.reason for refusal in found} == {"repair_overload"}
    assert any(OUTRUN.detail in refusal.detail for refusal in found)  # what could not be waited for was not asked for


def _only(sidecar: Any, name: str) -> Any:
    return SimpleNamespace(sidecars={name: sidecar})


async def test_ledger_balances_while_lines_wait_and_order_is_kept(
    redis: Redis, tmp_path: Path, eventually: Eventually
) -> None:
    """A line that is being repaired is in flight; those behind it wait for their turn, and none overtakes it."""
    ask, go = asyncio.Event(), asyncio.Event()

    async def held_up(line: str, ids: list[str]) -> bytes:
        ask.set()
        await go.wait()
        return await good(line, ids)

    async def play(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + wire_line(1, 1, _drifted(1)) + b"\n" + invoice_line(1, 2) + b"\n")
        await writer.drain()
        await asyncio.sleep(0.3)
        writer.write(invoice_line(1, 3) + b"\n" + wire_line(1, 4, _drifted(4)) + b"\n")
        await writer.drain()
        await asyncio.sleep(3600)

    async with scripted(play) as url, source_of_truth(held_up) as (policy, _):
        async with running(redis, tmp_path, url, **policy) as (sidecar, core):
            await ask.wait()
            await eventually(lambda: sidecar.position == 4)
            waiting = (await Ledgers(core, redis, _only(sidecar, "c1")).read()).connectors["c1"]
            assert (waiting.received, waiting.in_flight, waiting.imbalance) == (4, 4, 0)
            assert await everything(redis, streams.RAW) == []
            go.set()
            await eventually(lambda: _published(redis, 4))
    found = await envelopes(redis)
    assert [each["meta"]["position"] for each in found] == [1, 2, 3, 4]
    assert [each["meta"]["is_repaired"] for each in found] == [True, False, False, True]


def _drifted(n: int) -> Any:
    return next(found for seed in range(10_000) if (found := hit(seed, n, 1.0, (Kind.DRIFT,))))


async def _published(redis: Redis, count: int) -> bool:
    return int(await redis.call("XLEN", streams.RAW)) >= count


async def test_replay_repairs_in_bulk(redis: Redis, farm: Farm, tmp_path: Path, eventually: Eventually) -> None:
    """What waits since the source of truth was away goes out repaired, hundreds of lines in one call."""
    last = 1_000
    working = asyncio.Event()

    async def play(line: str, ids: list[str]) -> bytes:
        return await good(line, ids) if working.is_set() else answer(b"", b"500 No")

    url = farm_url(farm, until=last, chaos_kinds="drift,bad_type,malformed", chaos_rate=0.3)
    async with source_of_truth(play) as (policy, asked):
        breaker = BreakerSettings(failures=1, cooldown_s=0.2)
        async with running(redis, tmp_path, url, breaker=breaker, **policy) as (sidecar, core):
            await finished(sidecar, eventually)
            await eventually(lambda: _quarantined(redis))
            rows = await Rows.open(tmp_path / "warehouse.db")
            try:
                mover = QuarantineMover(core, redis, rows)
                await streams.ensure_group(redis, mover.stream)
                while entries := await streams.read_group(redis, mover.stream, "t", ">", 1000):
                    await mover.handle(entries)
                await streams.ensure_group(redis, streams.RAW)
                settlement = Settlement(core, redis, rows.quarantine, _only(sidecar, "c1"))
                _only_airlock(settlement, sidecar)
                before = await ledger(redis)
                for _ in range(7):  # more often than a line may fail: that nobody answered is not its failure
                    vain = [
                        await settlement.replay(ReplayRequest(reason=reason), "operator")
                        for reason in ("repair_failed", "repair_overload")
                    ]
                    assert sum(each.replayed + each.still_refused for each in vain) == 0
                    assert sum(each.skipped_count for each in vain) > 100
                working.set()
                await asyncio.sleep(0.25)
                asked.clear()
                told = await settlement.replay(ReplayRequest(), "operator")
            finally:
                await rows.close()
    hits = [found for n in range(1, last + 1) if (found := hit(1, n, 0.3, KINDS))]
    malformed = sum(found.kind is Kind.MALFORMED for found in hits)
    assert (told.replayed, told.repaired, told.still_refused) == (len(hits) - malformed,) * 2 + (malformed,)
    assert len(asked) <= 2
    after = await ledger(redis)
    assert after["repaired"] == before.get("repaired", 0) + told.repaired
    found = {each["meta"]["position"]: each for each in await envelopes(redis)}
    assert len(found) == last - malformed
    assert all(each["payload"] == invoice(1, n) for n, each in found.items())


async def _quarantined(redis: Redis) -> bool:
    return int(await redis.call("XLEN", streams.QUARANTINE)) > 0


def _only_airlock(settlement: Settlement, sidecar: Any) -> None:
    settlement._connectors.airlock = lambda name: sidecar._airlock  # type: ignore[method-assign]
