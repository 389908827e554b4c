"""What lies in the user's folders is not always a file: a question waits for none of it, and the log says so."""

import asyncio
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from aos.nlq.synonyms import SynonymFiles, Synonyms
from tests.integration.nlq.conftest import Asker

ROWS = [{"id": n, "amount": n, "day": f"2024-0{n % 4 + 1}-15"} for n in range(8)]
KINDS = ("fifo", "device", "directory", "too large")


def odd(place: Path, name: str, kind: str) -> None:
    """Something of this name that is no file that could be read."""
    place.mkdir(parents=True, exist_ok=True)
    path = place / name
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "directory":
        path.mkdir()
    else:
        path.write_bytes(b"#" * (256 * 1024 + 1))


def told_of(caplog: pytest.LogCaptureFixture, name: str) -> list[str]:
    """Why a file was left out, each time that the log says so."""
    found: list[dict[str, Any]] = [getattr(record, "aos_data", {}) for record in caplog.records]
    return [data["why"] for data in found if data.get("file") == name]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("folder", ["nlq", "contracts"])
async def test_only_regular_files_are_read(
    asker: Asker, folder: str, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A pipe without a writer, a device without an end, a folder, too many bytes: left out, named in the log once."""
    caplog.set_level("WARNING", "aos")
    await asker.pipe("orders", ROWS, entity_scope="order", identity_keys=["id"])
    asker.contract("orders", amount=("additive", "USD"))
    odd(asker.place.core.settings.data_dir / folder, "aside.yaml", kind)
    async with asyncio.timeout(60):
        for _ in range(2):
            assert (await asker.told("total amount"))["value"] == 28
    (why,) = told_of(caplog, "aside.yaml")
    assert ("regular" in why) == (kind in ("fifo", "device")) or kind == "directory"


async def test_others_are_served_while_synonyms_are_read(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that does not answer holds up the question, and nobody else."""
    await asker.pipe("orders", ROWS, entity_scope="order", identity_keys=["id"])
    reading, go_on, now = threading.Event(), threading.Event(), SynonymFiles.now

    def slow(files: SynonymFiles) -> Synonyms:
        reading.set()
        go_on.wait(60)
        return now(files)

    monkeypatch.setattr(SynonymFiles, "now", slow)
    async with asyncio.TaskGroup() as tasks:
        question = tasks.create_task(asker.told("how many orders"))
        try:
            assert await asyncio.to_thread(reading.wait, 60)
            answer = await asker.place.client.get("/dcl/catalogue", headers=asker._headers(""))
            assert (answer.status_code, question.done()) == (200, False)
        finally:
            go_on.set()
    assert question.result()["value"] == 8
