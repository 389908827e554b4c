"""The lab from the command line: a short run of every kind passes, the negative control fails, nothing is left."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aos.lab import power
from aos.lab.deck import KINDS
from aos.lab.orphans import orphans
from tests.acceptance.conftest import ROOT, until

SHORT = "22"
"""A seed whose first eleven faults are of all kinds and wait for five seconds altogether."""


def begin(tmp_path: Path, *options: str) -> "subprocess.Popen[str]":
    """The lab with its temporary directory in this test's."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AOS_")}
    return subprocess.Popen(
        [sys.executable, "-m", "aos", "lab", *options],
        cwd=ROOT,
        env={**inherited, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finished(lab: "subprocess.Popen[str]", patience_s: float) -> tuple[int, str]:
    try:
        output, _ = lab.communicate(timeout=patience_s)
    finally:
        if lab.poll() is None:
            lab.kill()
            lab.communicate()
    return lab.returncode, output


def nothing_left(tmp_path: Path) -> bool:
    return not list(tmp_path.glob("aos-lab-*")) and orphans(tmp_path) == []


def test_short_run_of_every_kind_passes(tmp_path: Path) -> None:
    """Eleven faults, one of each kind, at thousands of lines a second: nothing missing, doubled or out of balance."""
    code, output = finished(begin(tmp_path, "--seed", SHORT, "--faults", str(len(KINDS)), "--minutes", "2"), 110)
    assert code == 0, output
    struck = len(KINDS) - bool(power.why_not())
    total = re.search(
        r"(\d+) of (\d+) faults passed: ([\d,]+) lines checked, missing 0, duplicated 0, imbalance 0", output
    )
    assert total, output
    assert total[1] == total[2]
    assert int(total[2]) >= struck
    assert int(total[3].replace(",", "")) > 20_000
    assert "No process is left behind." in output
    assert f"seed {SHORT}" in output
    assert nothing_left(tmp_path)


def test_negative_control_shows_duplicates(tmp_path: Path) -> None:
    """Records first and the cursor afterwards: the lab sees the duplicates, says so, and exits 1."""
    options = ("--naive", "--seed", "1", "--faults", "2", "--only", "kill_aos,drop_reply")
    code, output = finished(begin(tmp_path, *options), 90)
    assert code == 1, output
    told = re.search(r"The negative control failed, as it must: (\d+) duplicates", output)
    assert told, output
    assert int(told[1]) > 0
    assert nothing_left(tmp_path)


def test_ctrl_c_ends_everything(tmp_path: Path) -> None:
    """Interrupted in the middle of a run: every process ends, the directory goes, the exit code is 1."""
    lab = begin(tmp_path, "--seed", "1", "--minutes", "5", "--only", "silence")
    assert lab.stdout is not None
    while "recovery" not in (line := lab.stdout.readline()):
        assert line, "it ended before its first fault"
    assert orphans(tmp_path)
    time.sleep(0.5)
    lab.send_signal(signal.SIGINT)
    code, output = finished(lab, 30)
    assert code == 1
    assert "Interrupted." in output
    assert until(lambda: nothing_left(tmp_path))


def test_unknown_kind_is_refused(tmp_path: Path) -> None:
    """A wish that can't be met is exit 2 with one sentence, before anything starts."""
    code, output = finished(begin(tmp_path, "--only", "earthquake"), 30)
    assert code == 2
    assert output.startswith("aos: --only: there is no fault 'earthquake'; known: kill_aos,")
    assert nothing_left(tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_two_hundred_random_faults_pass(tmp_path: Path) -> None:
    """The full run: 200 faults, missing 0, duplicate rows 0, imbalance 0 at the end of each, no orphan, exit 0."""
    code, output = finished(begin(tmp_path, "--seed", "7", "--faults", "200", "--minutes", "55"), 3_500)
    assert code == 0, output
    assert "200 of 200 faults passed" in output
    assert "missing 0, duplicated 0, imbalance 0" in output
    assert nothing_left(tmp_path)
