"""`python -m aos verify` against a real process: eight steps that hold, and each of them failing for a reason."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aos.farm.generators.catalog import GENERATORS
from tests.acceptance.conftest import ROOT, Running, free_port
from tests.acceptance.threaded import Answered, Passing, Relay, edited, honest

DOCUMENT = ROOT / "docs" / "trifecta.md"
Start = Callable[..., Running]
Ask = Callable[[], Answered]


def verify(running: Running, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "aos", "verify", "--port", str(running.port)]
    place = ["--data-dir", str(running.directory / "data"), *arguments]
    clean = {"PATH": str(Path(sys.executable).parent), **environment}
    return subprocess.run([*command, *place], cwd=ROOT, env=clean, capture_output=True, text=True, timeout=90)


def told_of(line: str) -> tuple[str, list[str]]:
    """The step of a line, and the names of its keys."""
    return line[:24].strip(), re.findall(r"(?<= )([a-z_-]+)=", line)


def outcomes(told: "subprocess.CompletedProcess[str]") -> list[str]:
    """What became of each step, of what was printed as JSON."""
    return [json.loads(line)["outcome"] for line in told.stdout.splitlines()]


@pytest.fixture(scope="module")
def relayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Relay]]:
    """An AOS whose AAM and Farm reach DCL through a relay."""
    with Relay() as relay:
        running = Running(tmp_path_factory.mktemp("aos"), AOS_DCL_URL=relay.url)
        relay.target = f"{running.url}/dcl"
        yield running.ready(), relay
        running.stop()


def test_all_eight_steps_hold_again_and_again(start: Start) -> None:
    """On a fresh AOS and on one where it ran before, for every generator; every step is told with its keys."""
    running = start().ready()
    first = verify(running)
    assert first.returncode == 0, first.stdout + first.stderr
    lines = first.stdout.splitlines()
    assert [line[:6] for line in lines[:8]] == [f"{n} pass" for n in range(1, 9)]
    assert lines[8] == "All eight steps hold."
    assert "nlq=1,000 invoices" in lines[7]
    documented = [line for line in DOCUMENT.read_text().splitlines() if line[1:6] == " pass"]
    assert [told_of(line) for line in documented] == [told_of(line) for line in lines[:8]]
    for name in GENERATORS:
        told = verify(running, "--json", "--generator", name, "--rows", "300")
        assert (told.returncode, outcomes(told)) == (0, ["pass"] * 8), told.stdout + told.stderr
    again = [json.loads(line)["keys"] for line in verify(running, "--json").stdout.splitlines()]
    assert again[7]["count"] == 1_000  # of this run alone, however often it ran
    assert again[2]["blueprint_version"] == 1
    run = again[3]["run_id"]
    assert {again[n].get("run_id", again[n].get("x-run-id")) for n in (3, 4, 6, 7)} == {run}
    pipes = {pipe["pipe_id"] for pipe in running.get("/aam/pipes", running.key(), namespace="verify").json()["pipes"]}
    assert len(pipes) == len(GENERATORS)
    hops = running.get(f"/dcl/lineage/{run}", running.key("viewer")).json()
    assert (hops["found_as"], hops["unasked"]) == (["run_id"], [])
    assert [hop["path"] for hop in hops["hops"]] == sorted(hop["path"] for hop in hops["hops"])


def swallowed_export(call: Passing, ask: Ask) -> Answered:
    """A DCL that says yes and keeps nothing."""
    if call.method == "POST" and call.path == "/export-pipes":
        planes = json.loads(call.body)["fabric_planes"]
        ids = [pipe["pipe_id"] for plane in planes for pipe in plane["connections"]]
        told = {"status": "accepted", "pipes_registered": len(ids), "pipe_ids": ids, "timestamp": "now"}
        return Answered(200, {"content-type": "application/json"}, json.dumps(told).encode())
    return ask()


def other_pipe(call: Passing, ask: Ask) -> Answered:
    """Content goes under a pipe that was never exported."""
    if call.is_push():
        call.headers["x-pipe-id"] = "aos-verify.nobody"
    return ask()


def other_dcl_run(call: Passing, ask: Ask) -> Answered:
    answer = ask()
    return edited(answer, lambda told: told.update(dcl_run_id="dcl_x")) if call.is_push() else answer


def tampered_page(call: Passing, ask: Ask) -> Answered:
    """Recon reads one value that is not the true one."""
    answer = ask()
    if not call.path.endswith("/rows"):
        return answer
    return edited(answer, lambda told: told["rows"][17]["value"].update(net_amount=-1))


def _changed_rows(call: Passing, change: Callable[[list[dict[str, Any]]], Any]) -> None:
    if call.is_push():
        body = json.loads(call.body)
        change(body["rows"])
        call.body = json.dumps(body).encode()


def tampered_push(call: Passing, ask: Ask) -> Answered:
    """DCL holds one value that is not the true one."""
    _changed_rows(call, lambda rows: rows[17].update(net_amount=-1))
    return ask()


def drifted_push(call: Passing, ask: Ask) -> Answered:
    """One row has a field that the blueprint does not have."""
    _changed_rows(call, lambda rows: rows[3].update(surprise=1))
    return ask()


PASS, FAIL, NOT_RUN = "pass", "fail", "not run"


@pytest.mark.parametrize(
    ("meddler", "wanted", "said"),
    [
        (swallowed_export, [PASS, PASS, FAIL, *[NOT_RUN] * 5], "There is no pipe 'aos-verify.hr-workers."),
        (other_pipe, [*[PASS] * 4, FAIL, *[NOT_RUN] * 3], "rejected: NO_MATCHING_PIPE: No pipe 'aos-verify.nobody'"),
        (other_dcl_run, [*[PASS] * 5, FAIL, PASS, PASS], "dcl_run_id that Farm was told: 'dcl_x' where 'dcl_"),
        (drifted_push, [*[PASS] * 5, FAIL, FAIL, PASS], "the rows drifted from the blueprint: +surprise"),
        (tampered_page, [*[PASS] * 6, FAIL, PASS], "row 17, net_amount: -1 where "),
        (tampered_push, [*[PASS] * 6, FAIL, FAIL], "row 17, net_amount: -1 where "),
    ],
)  # fmt: skip
def test_a_step_that_does_not_hold_is_told_with_the_reason(
    relayed: tuple[Running, Relay], meddler: Any, wanted: list[str], said: str
) -> None:
    """Exit code 1; steps that need the one that failed are not run; once mended, the same AOS passes."""
    running, relay = relayed
    relay.meddler = meddler
    # Whichever of these tests come first: a pipe that none of them has exported before.
    which = ("--generator", "hr_workers") if meddler is swallowed_export else ()
    told = verify(running, "--json", "--rows", "50", *which)
    assert (told.returncode, outcomes(told)) == (1, wanted), told.stdout + told.stderr
    why = " ".join(json.loads(line)["why"] for line in told.stdout.splitlines())
    assert said in why
    relay.meddler = honest
    assert outcomes(verify(running, "--json", "--rows", "50", *which)) == [PASS] * 8


def test_a_pipe_that_dcl_does_not_know_is_critical_and_pushed_once(relayed: tuple[Running, Relay]) -> None:
    """Farm's log says CRITICAL with the pipe, and nothing is sent again; DCL has no row of it."""
    running, relay = relayed
    relay.meddler = other_pipe
    relay.seen.clear()
    told = verify(running, "--rows", "50")
    assert told.returncode == 1
    assert told.stdout.splitlines()[4].startswith("5 FAIL  Farm push")
    assert "6 -     DCL confirmation" in told.stdout
    assert [call.path for call in relay.seen if call.is_push()] == ["/ingest"]
    line = next(line for line in running.output().splitlines() if "CRITICAL" in line)
    assert "NO_MATCHING_PIPE" in line
    assert "the pipe aos-verify.erp-invoices." in line
    assert running.get("/dcl/pipes/aos-verify.nobody/rows", running.key()).status_code == 404
    relay.meddler = honest


@pytest.mark.parametrize(("module", "step"), [("AAM", 2), ("DCL", 3), ("FARM", 4)])
def test_a_module_that_is_away_fails_its_step(start: Start, module: str, step: int) -> None:
    """The step that needs it, and no later one is run."""
    running = start(**{f"AOS_{module}_URL": f"http://127.0.0.1:{free_port()}"}).ready()
    told = verify(running, "--json")
    assert (told.returncode, outcomes(told)) == (1, [PASS] * (step - 1) + [FAIL] + [NOT_RUN] * (8 - step))
    assert f"{module.lower()} does not answer" in json.loads(told.stdout.splitlines()[step - 1])["why"]


def test_the_first_and_the_last_step_can_fail_too(start: Start) -> None:
    """A key that may not run a discovery, and an answer of the join that is not the truth."""
    running = start().ready()
    told = verify(running, "--json", AOS_KEY=running.key("viewer"))
    assert (told.returncode, outcomes(told)) == (1, [FAIL, *[NOT_RUN] * 7])

    def halved(call: Passing, ask: Ask) -> Answered:
        answer = ask()
        return edited(answer, lambda told: told["rows"][0].__setitem__(1, 1.5)) if "/query" in call.path else answer

    with Relay(running.url) as relay:
        relay.meddler = halved
        told = verify(running, "--json", AOS_URL=relay.url)
    assert (told.returncode, outcomes(told)) == (1, [*[PASS] * 7, FAIL]), told.stdout
    assert "sum of net_amount: [1.5] where " in told.stdout


def test_what_can_not_be_verified_is_told_by_the_exit_code(start: Start, tmp_path: Path) -> None:
    """2 for a generator or a number that is none, 3 where nobody answers."""
    running = start().ready()
    for arguments in (["--generator", "nothing"], ["--rows", "0"], ["--rows", "many"]):
        assert verify(running, *arguments).returncode == 2
    assert running.stop() == 0
    told = verify(running)
    assert (told.returncode, told.stdout) == (3, "")
