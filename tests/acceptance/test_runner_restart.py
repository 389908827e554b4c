"""A job outlives `kill -9`: DCL has every row once, whatever the runner was doing. And the verb that checks it."""

import asyncio
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from aos.farm.generators.catalog import GENERATORS
from tests.acceptance.conftest import ROOT, Running, until
from tests.acceptance.threaded import Threaded
from tests.manifests import order

ROWS = 12_000
Start = Callable[..., Running]


class Dcl(Threaded):
    """Keeps chunks by (run, pipe, batch) and holds the answer to a chunk back until `go` is set."""

    def __init__(self) -> None:
        self.chunks: dict[str, tuple[bytes, list[Any]]] = {}
        self.pushes: list[str] = []
        self.conflicts = 0
        self.hold_at: int | None = None
        self.held, self.go = threading.Event(), threading.Event()
        super().__init__(
            Route("/ingest", self.ingest, methods=["POST"]), Route("/pipes/{pipe_id}/rows", self.read_rows)
        )

    def __exit__(self, *error: object) -> None:
        self.go.set()
        super().__exit__(*error)

    async def ingest(self, request: Request) -> Response:
        body, batch = await request.body(), request.headers["x-batch-seq"]
        self.pushes.append(batch)
        known = self.chunks.get(batch)
        if known is not None and known[0] != body:
            self.conflicts += 1
            return JSONResponse({"title": "BATCH_CONFLICT"}, 409)
        pushed = (await request.json())["rows"]
        self.chunks[batch] = (body, pushed)
        if self.hold_at == int(batch):
            self.held.set()
            await asyncio.to_thread(self.go.wait, 60)
        answer = {"dcl_run_id": "d", "pipe_id": request.headers["x-pipe-id"], "rows_accepted": len(pushed)}
        return JSONResponse({**answer, "schema_drift": False, "matched_schema": True, "of_a_later_version": 1})

    async def read_rows(self, request: Request) -> Response:
        rows = [
            {"run_id": "run-1", "batch": batch, "row": n, "value": value}
            for batch, (_, values) in self.chunks.items()
            for n, value in enumerate(values)
        ]
        return JSONResponse({"pipe_id": request.path_params["pipe_id"], "rows": rows, "cursor": None})


@pytest.fixture
def dcl() -> Iterator[Dcl]:
    with Dcl() as played:
        yield played


def dispatch(running: Running, dcl: Dcl) -> str:
    url = f"{running.url}/farm/api/generators/product_usage/rows?seed=9&count={ROWS}&page_size=2500"
    made = order(url, farm_verification=True, target={"dcl_url": f"http://127.0.0.1:{dcl.port}/ingest"})
    headers = {"x-api-key": running.key("service")}
    answer = httpx.post(f"{running.url}/farm/api/farm/manifest-intake", json=made, headers=headers, timeout=10)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["job_id"])


def report(running: Running, job_id: str) -> dict[str, Any]:
    told: dict[str, Any] = running.get(f"/farm/api/farm/jobs/{job_id}", running.key()).json()
    return told


def recon(running: Running, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "aos", "recon", "--port", str(running.port)]
    place = ["--data-dir", str(running.directory / "data"), *arguments]
    return subprocess.run([*command, *place], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("hold_at", "sign"), [(0, signal.SIGKILL), (1, signal.SIGKILL), (2, signal.SIGKILL), (1, signal.SIGTERM)]
)
def test_a_job_goes_on_after_kill_9_and_doubles_nothing(start: Start, dcl: Dcl, hold_at: int, sign: int) -> None:
    """Ended while DCL has a chunk whose answer never came: after the restart that chunk comes again byte for byte,
    those before it do not, and recon passes."""
    environment = {"AOS_EGRESS_ALLOW": f"http://127.0.0.1:{dcl.port}"}
    first = start(**environment).ready()
    dcl.hold_at = hold_at
    job_id = dispatch(first, dcl)
    assert dcl.held.wait(30)
    assert report(first, job_id)["state"] == "running"
    assert first.stop(sign) == (0 if sign == signal.SIGTERM else -signal.SIGKILL)
    dcl.hold_at = None
    dcl.go.set()
    second = start(port=str(first.port), **environment).ready()
    until(lambda: report(second, job_id)["state"] not in ("queued", "running"))
    told = report(second, job_id)
    assert (told["state"], told["why"], told["rows_pushed"], told["batches"]) == ("done", "", ROWS, 3)
    assert (told["verdict"]["verdict"], told["verdict"]["truth"]) == ("pass", "recomputed")
    assert [row for batch in ("0", "1", "2") for row in dcl.chunks[batch][1]] == GENERATORS["product_usage"].rows(
        9, 0, ROWS
    )
    wanted = [str(batch) for batch in (0, 1, 2) for _ in range(2 if batch == hold_at else 1)]
    assert (sorted(dcl.pushes), dcl.conflicts) == (wanted, 0)
    assert second.stop() == 0


def test_the_verb_says_pass_fail_and_unknown_by_its_exit_code(start: Start, dcl: Dcl) -> None:
    """0, 1 with the tampered row and field, 2 for a run that nobody knows."""
    running = start(AOS_EGRESS_ALLOW=f"http://127.0.0.1:{dcl.port}").ready()
    job_id = dispatch(running, dcl)
    until(lambda: report(running, job_id)["state"] == "done")
    passed = recon(running, "run-1", "--pipe", "pipe-1")
    assert (passed.returncode, passed.stdout.startswith("PASS pipe-1")) == (0, True), passed.stderr
    dcl.chunks["1"][1][17]["minutes"] = -1
    failed = recon(running, "run-1")
    assert failed.returncode == 1
    assert "row 5017, minutes: -1 where" in failed.stdout
    for arguments in (["run-none"], ["run-1", "--pipe", "other"], []):
        assert recon(running, *arguments).returncode == 2
