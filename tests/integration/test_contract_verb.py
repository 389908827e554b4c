"""`python -m aos contract` as a process: pipes, streams without end, interrupts."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aos.core.settings import REPOSITORY

TICKETS = str(REPOSITORY / "seeds/contracts/support_ticket.yaml")
LINES = REPOSITORY / "seeds/examples/support_tickets.ndjson"
MOST_KIB = 200 * 1024  # of memory, the interpreter's own 60 MiB included


def verb(*words: str, directory: Path, **more: int | None) -> "subprocess.Popen[bytes]":
    settings = {name: value for name, value in os.environ.items() if not name.startswith("AOS_")}
    return subprocess.Popen(
        [sys.executable, "-m", "aos", "contract", *words],
        cwd=directory,
        env=settings | {"PYTHONPATH": str(REPOSITORY)},
        stdin=subprocess.PIPE,
        stdout=more.get("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
    )


def test_records_come_through_a_pipe(tmp_path: Path) -> None:
    """Counts on stdout, nothing on stderr, exit code 1 since not all are clean; nothing is written to the disk."""
    out, err = (child := verb("test", TICKETS, directory=tmp_path)).communicate(LINES.read_bytes(), timeout=60)
    assert out.startswith(b"support_ticket 1.0.0: 59 records: 45 Clean, 10 Drifted, 4 Toxic, 1 blank (keep-alives)\n")
    assert (child.returncode, err, list(tmp_path.iterdir())) == (1, b"", [])


@pytest.mark.parametrize("kind", ["lines", "no newline"])
def test_stream_without_end_is_counted_in_bounded_memory_until_ctrl_c(kind: str, tmp_path: Path) -> None:
    """200 MB go through; Ctrl-C then shows what was counted."""
    child = verb("test", TICKETS, "--examples", "0", directory=tmp_path)
    assert child.stdin is not None
    block = LINES.read_bytes() * 35 if kind == "lines" else b"x" * 1_050_000
    for _ in range(200):
        child.stdin.write(block)
        child.stdin.flush()
    most = next(
        int(line.split()[1])
        for line in Path(f"/proc/{child.pid}/status").read_text().splitlines()
        if line.startswith("VmHWM")
    )
    assert most < MOST_KIB
    child.send_signal(signal.SIGINT)
    assert child.stdout is not None
    assert child.stderr is not None
    out, err = child.stdout.read(), child.stderr.read()
    child.stdin.close()
    assert (child.wait(30), err) == (1, b"")
    assert b"then stopped" in out
    if kind == "lines":
        assert b" Drifted, " in out
    child.stdout.close()
    child.stderr.close()


def test_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    """`… | head`: no traceback."""
    reading, writing = os.pipe()
    child = verb("test", TICKETS, "--examples", "50", directory=tmp_path, stdout=writing)
    os.close(writing)
    os.close(reading)
    _, err = child.communicate(LINES.read_bytes(), timeout=60)
    assert (child.returncode, err) == (0, b"")
