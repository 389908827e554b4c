"""`make smoke-90` as a user runs it: five of five, on a machine where no AOS runs."""

import importlib.util
import os
import subprocess
import sys

import pytest

from tests.acceptance.conftest import ROOT


@pytest.mark.skipif(importlib.util.find_spec("aos.farm.sandbox") is None, reason="this build plays no vendors")
def test_smoke_on_a_fresh_machine_is_five_of_five() -> None:
    """An AOS of its own in sandbox mode, ended afterwards; the three lines word for word; exit 0."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AOS_")}
    environment |= {"AOS_PORT": "9"}  # where nobody listens
    command = [sys.executable, "scripts/smoke_90.py"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=110, check=False)
    said = ended.stdout.splitlines()
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert said[-4] == "Eligible: 5 | Reachable: 5 | Active: 5 → Coverage 5/5 (target ≥ 0.90)."
    assert said[-3] == "Awaiting Creds: 0 | Network Blocked: 0 | Unsupported Type: 0 | Healing: 0 | Error: 0"
    assert said[-2].startswith("Auto-created 5 connections; Safe-Mode only; first-sync p95 latency ")
    assert said[-2].endswith(" ms; no destructive ops.")
    assert said[-1] == 'SLO met | endpoints: sandbox | data_source: "database"'
