"""What repair asks of its source: never what it may not, no id twice at a time, nothing of one that fails."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from aos.contracts.ingest import BreakerSettings
from aos.core.redis import Redis
from aos.dcl.sidecar.repair import Repaired, Unrepaired
from aos.farm.oracle.invoices import invoice
from tests.integration.played_truth import answer, good, source_of_truth
from tests.integration.test_sidecar import running


async def test_breaker_spares_a_failing_source_and_closes_when_it_answers(redis: Redis, tmp_path: Path) -> None:
    """After failures in a row nothing is asked; after the rest one probe decides."""
    broken = asyncio.Event()

    async def play(line: str, ids: list[str]) -> bytes:
        return await good(line, ids) if broken.is_set() else answer(b"", b"503 No")

    async with source_of_truth(play) as (policy, asked):
        breaker = BreakerSettings(failures=2, cooldown_s=0.3)
        async with running(redis, tmp_path, "http://127.0.0.1:1/", breaker=breaker, **policy) as (sidecar, _):
            outcomes = [await sidecar.repair_record(_without_vendor(n)) for n in (1, 2, 3, 4)]
            assert [o.reason for o in outcomes if isinstance(o, Unrepaired)] == ["repair_failed"] * 2 + [
                "repair_overload"
            ] * 2
            assert len(asked) == 2
            broken.set()
            await asyncio.sleep(0.35)
            assert isinstance(await sidecar.repair_record(_without_vendor(5)), Repaired)
            assert isinstance(await sidecar.repair_record(_without_vendor(6)), Repaired)
            assert len(asked) == 4


def _without_vendor(n: int) -> dict[str, Any]:
    return {name: value for name, value in invoice(1, n).items() if name != "vendor_id"}


@pytest.mark.parametrize("place", ["http://10.0.0.1:8000", "http://[::1]:1", "http://127.1:1", "http://127.0.0.1:6379"])
async def test_repair_source_that_may_not_be_dialled_is_one_that_fails(
    redis: Redis, tmp_path: Path, place: str
) -> None:
    """Nothing is sent there; the record waits in quarantine with the reason, without the URL's secrets."""
    policy = {"repair_enabled": True, "repair_url": place + "/{invoice_id}?token=hunter2"}
    async with running(redis, tmp_path, "http://127.0.0.1:1/", **policy) as (sidecar, _):
        outcome = await sidecar.repair_record(_without_vendor(1))
    assert isinstance(outcome, Unrepaired)
    assert outcome.reason == "repair_failed"
    assert outcome.detail.startswith("repair.egress: ")
    assert "hunter2" not in outcome.detail


async def test_an_id_is_asked_for_once_at_a_time_and_then_remembered(redis: Redis, tmp_path: Path) -> None:
    """Ten repairs of one record make one call, and so does an eleventh a moment later."""

    async def play(line: str, ids: list[str]) -> bytes:
        await asyncio.sleep(0.05)
        return await good(line, ids)

    async with source_of_truth(play) as (policy, asked):
        async with running(redis, tmp_path, "http://127.0.0.1:1/", **policy) as (sidecar, _):
            record = _without_vendor(1)
            assert sidecar.detect_drift(record)
            assert not sidecar.detect_drift(invoice(1, 1))
            outcomes = await asyncio.gather(*(sidecar.repair_record(record) for _ in range(10)))
            outcomes.append(await sidecar.repair_record(record))
            assert all(isinstance(outcome, Repaired) for outcome in outcomes)
            assert len(asked) == 1
            assert isinstance(outcomes[0], Repaired)
            assert json.loads(outcomes[0].line) == invoice(1, 1)


IDS = {
    "INV-1": "/one/INV-1",
    "a.b_c-d": "/one/a.b_c-d",
}
UNASKED = ["../../../admin/keys", "a?b", "a#b", "a/b", "a%2fb", "x\r\nhost: y", "", "..", ".", "é", "x" * 65, 5, None]


async def test_an_id_never_leaves_its_place_in_the_path(redis: Redis, tmp_path: Path) -> None:
    """An id that the contract's pattern refuses, or that is a step in a path, is not asked for at all."""
    async with source_of_truth(good) as (policy, asked):
        async with running(redis, tmp_path, "http://127.0.0.1:1/", **policy) as (sidecar, _):
            for given, path in IDS.items():
                await sidecar.repair_record(_without_vendor(1) | {"invoice_id": given})
                assert asked[-1][0] == f"GET {path} HTTP/1.1"
            for odd in UNASKED:
                outcome = await sidecar.repair_record(_without_vendor(1) | {"invoice_id": odd})
                assert isinstance(outcome, Unrepaired)
            assert len(asked) == len(IDS)
