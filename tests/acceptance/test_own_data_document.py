"""docs/own-data.md and the refusals of docs/nlq.md, played against a real process as they stand there."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acceptance.conftest import ROOT, Running
from tests.integration.gated import hash_of

OWN_DATA = (ROOT / "docs" / "own-data.md").read_text()
NLQ = (ROOT / "docs" / "nlq.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", OWN_DATA, re.M | re.S)
KEY = re.compile(r"\$\(sed -n 's/\^(\w+)=//p' \.aos/keys\)")


def table(document: str, head: str) -> list[list[str]]:
    """The rows of the table with this head."""
    _, _, rest = document.partition(f"| {head} |")
    lines = rest.split("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def called(running: Running, command: str) -> httpx.Response:
    """A curl command of the document, on this process's port and with its keys."""
    keys = dict(line.split("=", 1) for line in (running.directory / "data" / "keys").read_text().splitlines() if line)
    _, *words = shlex.split(KEY.sub(lambda found: keys[found[1]], command.replace("\\\n", " ")))
    headers = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    url = words[-1].replace("http://127.0.0.1:5000", running.url)
    assert words[words.index("-X") + 1] == "POST"
    body = words[words.index("-d") + 1].encode()
    return httpx.post(url, content=body, headers=headers, timeout=30, trust_env=False)


def ask(running: Running, question: str, **given: Any) -> dict[str, Any]:
    headers = {"x-api-key": running.key()}
    body = {"question": question, **given}
    answer = httpx.post(f"{running.url}/nlq/ask", json=body, headers=headers, timeout=30, trust_env=False)
    found: dict[str, Any] = answer.json()
    return found


def write_contract(directory: Path) -> Path:
    """The heredoc of the first block, put where it says."""
    (found,) = re.finditer(r"^cat > \.aos/(\S+) <<'EOF'\n(.*?)^EOF$", BLOCKS[0], re.M | re.S)
    path = directory / "data" / found[1]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(found[2])
    return path


@pytest.fixture
def boatyard(start: Callable[..., Running]) -> Running:
    running = start().ready()
    write_contract(running.directory)
    for block in BLOCKS[1:3]:
        answer = called(running, block.strip())
        assert answer.status_code == 200, answer.text
        assert answer.json().get("warnings", []) == []
    return running


def test_the_example_is_answered_as_the_document_says(boatyard: Running) -> None:
    """Contract, blueprint and rows go in as they stand; the answers are those of the document."""
    verb = [sys.executable, *shlex.split(BLOCKS[4])[1:], "--port", str(boatyard.port)]
    verb += ["--data-dir", str(boatyard.directory / "data")]
    shown = subprocess.run(verb, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout
    (said,) = re.findall(r"\n\n```\n(.*?)\n```\n", OWN_DATA)
    assert shown.startswith(said + "\nFrom boatyard_quarters, run boatyard-2025,")
    rows = table(OWN_DATA, "question | answer")
    assert len(rows) == 4
    for question, answer in rows:
        assert ask(boatyard, question)["answer"].startswith(answer), question
    assert called(boatyard, BLOCKS[5].strip()).json()["answer"] == rows[0][1]


def test_the_refusals_are_those_of_the_document(boatyard: Running) -> None:
    """Each for its reason, and what is asked instead is answered; limits are where the document puts them."""
    rows = table(NLQ, "reason | for example | how to get past it | for example")
    assert len(rows) == 5
    for reason, question, _, instead in rows:
        told = ask(boatyard, question)
        assert reason in (told["outcome"], told["reason"]), told["answer"]
        assert ask(boatyard, instead)["outcome"] == "answered", instead
    place = boatyard.directory / "data" / "nlq"
    place.mkdir()
    (place / "ours.yaml").write_text("same: [[bookings, hull signings]]")
    assert ask(boatyard, rows[0][1])["value"] == 4_950_000
    assert "at most 1,000)" in NLQ
    assert ask(boatyard, "bookings trend", limit=1_000)["outcome"] == "answered"
    assert ask(boatyard, "bookings trend", limit=1_001)["status"] == 422
    assert "years 1000 to 9000" in NLQ
    assert ask(boatyard, "bookings", reference_date="0999-12-31")["status"] == 422
    assert "more than 80 words" in NLQ
    assert "more than 80 words" in ask(boatyard, "bookings " * 81)["answer"]
    assert "80 words" not in ask(boatyard, "bookings " * 80)["answer"]


def test_the_hash_of_the_document_is_that_of_its_rows(tmp_path: Path) -> None:
    """By what the document says of it; its first part is the schema version, and the contract has nothing wrong."""
    command = shlex.split(BLOCKS[2].replace("\\\n", " "))
    body = json.loads(command[command.index("-d") + 1])
    (said,) = [word.split(": ")[1] for word in command if word.startswith("x-schema-hash")]
    assert (said, body["schema_version"]) == (hash_of(body["rows"]), said[:16])
    assert BLOCKS[3].startswith(
        "printf '" + "\\n".join(sorted(f"{name}:{kind}" for name, kind in _types(body["rows"])))
    )
    path = write_contract(tmp_path)
    verb = [sys.executable, "-m", "aos", "contract", "lint", str(path)]
    assert subprocess.run(verb, cwd=ROOT, capture_output=True, timeout=60, check=False).returncode == 0


def _types(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(name, "string" if isinstance(value, str) else "number") for row in rows for name, value in row.items()}
