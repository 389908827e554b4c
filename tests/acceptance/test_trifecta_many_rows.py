"""The whole way at its usual most, 100,000 rows in one manifest: AAM orders, Farm moves, DCL keeps, recon checks."""

import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aos.farm.generators.catalog import GENERATORS
from tests.acceptance.conftest import Running, until
from tests.acceptance.threaded import Answered, Passing, Relay
from tests.integration.gated import connection, export

ROWS, CHUNK = 100_000, 5_000
LOST, KILLED = 4, 11  # batches whose reply is lost, and while which AOS is killed
Start = Callable[..., Running]


def post(running: Running, path: str, body: Any) -> Any:
    headers = {"x-api-key": running.key("service")}
    answer = httpx.post(running.url + path, json=body, headers=headers, timeout=30, trust_env=False)
    assert answer.is_success, answer.text
    return answer.json()


def asked(running: Running, *aggregate: tuple[str, str | None]) -> list[Any]:
    """One row of aggregates over all runs of the pipe."""
    told = [{"function": function, "field": field} for function, field in aggregate]
    row: list[Any] = post(running, "/dcl/query", {"pipe_id": "usage", "run_id": "all", "aggregate": told})["rows"][0]
    return row


class Trouble:
    """Loses the reply to one batch, and holds that to another back until AOS was killed; DCL has both by then."""

    def __init__(self) -> None:
        self.lost = 0
        self.stored, self.killed = threading.Event(), threading.Event()

    def __call__(self, call: Passing, ask: Callable[[], Answered]) -> Answered:
        answer = ask()
        if call.is_push(LOST) and not self.lost:
            self.lost += 1
            answer.lost = True
        if call.is_push(KILLED) and not self.stored.is_set():
            self.stored.set()
            self.killed.wait(60)
        return answer


@pytest.mark.timeout(240)
def test_a_hundred_thousand_rows_arrive_once_whatever_happens_on_the_way(start: Start) -> None:
    """In chunks, each row once, though the reply to one chunk is lost and AOS is killed in another and started again;
    recon passes against the recomputed truth, and sums are those of the generator."""
    with Relay() as relay:
        trouble = relay.meddler = Trouble()
        first = start(AOS_DCL_URL=relay.url).ready()
        relay.target = f"{first.url}/dcl"
        generator = GENERATORS["product_usage"]
        fields = [field.name for field in generator.fields]
        post(first, "/dcl/export-pipes", export(connection("usage", fields=fields)))
        manifest = {
            "run_id": "run-1",
            "farm_verification": True,
            "source": {
                "pipe_id": "usage",
                "system": "datadog",
                "adapter": "rest_api",
                "endpoint_ref": {
                    "url": f"{first.url}/farm/api/generators/product_usage/rows?seed=5&count={2 * ROWS}",
                    "page_size": 5_000,
                },
            },
            "target": {"dcl_url": f"{relay.url}/ingest"},
            "provenance": {"run_timestamp": "2026-02-01T00:00:00Z", "triggered_by": "test"},
        }
        job_id = post(first, "/farm/api/farm/manifest-intake", manifest)["job_id"]
        assert trouble.stored.wait(60)
        assert first.stop(9) == -9
        trouble.killed.set()
        second = start(port=str(first.port), AOS_DCL_URL=relay.url).ready()

        def report() -> dict[str, Any]:
            told: dict[str, Any] = second.get(f"/farm/api/farm/jobs/{job_id}", second.key("viewer")).json()
            return told

        until(lambda: report()["state"] not in ("queued", "running"), 120)
        told = report()
        assert (told["state"], told["why"], told["truncated"]) == ("done", "", True)  # there were more than max_rows
        assert (told["rows_pushed"], told["batches"]) == (ROWS, ROWS // CHUNK)
        verdict = told["verdict"]
        assert (verdict["verdict"], verdict["truth"], verdict["rows_found"]) == ("pass", "recomputed", ROWS)
        pushes = [int(call.headers["x-batch-seq"]) for call in relay.seen if call.is_push()]
        assert sorted(pushes) == sorted([*range(ROWS // CHUNK), LOST, KILLED])
        for batch in (LOST, KILLED):
            one, other = (call.body for call in relay.seen if call.is_push(batch))
            assert one == other
        truth = sum(generator.row(5, n)["events"] for n in range(ROWS))
        counted = asked(second, ("count", None), ("count_distinct", "usage_id"), ("sum", "events"))
        assert counted == [ROWS, ROWS, truth]
        assert second.stop() == 0
