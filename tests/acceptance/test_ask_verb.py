"""`python -m aos ask` of a running AOS, over rows that came through the four paths."""

import json
import subprocess
import sys
from collections.abc import Callable

import httpx

from tests.acceptance.conftest import ROOT, Running
from tests.nlq_bed.stage import fill

Start = Callable[..., Running]


def ask(running: Running, *words: str) -> subprocess.CompletedProcess[str]:
    told = [sys.executable, "-m", "aos", "ask", *words, "--port", str(running.port)]
    told += ["--data-dir", str(running.directory / "data")]
    return subprocess.run(told, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


async def test_a_question_is_answered_on_the_command_line(start: Start) -> None:
    """The sentence and its origin, exit code 0; a refusal says what was not understood, exit code 1; JSON is the
    answer as it is."""
    running = start().ready()
    headers = {"x-api-key": running.key()}
    async with httpx.AsyncClient(base_url=running.url, headers=headers, trust_env=False, timeout=30) as client:
        await fill(client, ["finance_quarterly", "erp_invoices"])
    told = ask(running, "how many invoices over 10k are overdue")
    assert (told.returncode, told.stderr) == (0, "")
    assert "There are 136 invoices" in told.stdout
    assert "blueprint version 1" in told.stdout
    refused = ask(running, "revenue in Atlantis")
    assert refused.returncode == 1
    assert "`atlantis`" in refused.stdout
    answer = json.loads(ask(running, "--json", "churn rate?").stdout)
    assert (answer["outcome"], answer["unit"], answer["period"]) == ("answered", "percent", "2025-Q4")
    table = ask(running, "revenue by year")
    assert all(year in table.stdout for year in ("2023", "2024", "2025"))
    assert ask(running, "revenue", "--pipe", "nothing").returncode == 1
    assert ask(running, "").returncode == 2
