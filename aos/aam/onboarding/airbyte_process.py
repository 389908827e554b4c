"""One command of an Airbyte connector: a process group of its own, with limits, that is gone when the block ends.

A connector is somebody else's program with a secret in its hands: it gets a clean environment, a directory that is
removed with all in it, no core file, no terminal. What it prints besides messages is counted and thrown away.
"""

import asyncio
import os
import resource
import shutil
import signal
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from aos.aam.onboarding.failure import Failure, Kind
from aos.core.children import die_with_parent

LONGEST_LINE = 4 * 1024 * 1024  # a catalogue is one line
MOST_OUTPUT = 64 * 1024 * 1024
MOST_FILE = 64 * 1024 * 1024  # of one that it writes
COMMAND_S = 60.0
PIECE = 64 * 1024
PATH = "/usr/local/bin:/usr/bin:/bin"
LOOK = "look at the connector's own documentation, then heal"


class Exited(Exception):
    """The command ended by itself with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"it ended with {code}")
        self.code = code


@asynccontextmanager
async def messages(
    program: Path, command: str, files: Mapping[str, Any], directory: Path
) -> AsyncIterator[AsyncGenerator[dict[str, Any], None]]:
    """Its messages as they come, until it ends; `Exited` follows the last one where the code is not 0. `files` are
    given as `--<name>`, each a JSON file of mode 0600. `Failure`: it can't be started, is too slow, says too much."""
    place = Path(tempfile.mkdtemp(prefix="run-", dir=directory))
    process: asyncio.subprocess.Process | None = None
    try:
        arguments = [command]
        for name, content in files.items():
            _write(place / f"{name}.json", msgspec.json.encode(content))
            arguments += [f"--{name}", str(place / f"{name}.json")]
        try:
            async with asyncio.timeout(COMMAND_S), _pipe() as (output, end):
                try:
                    process = await _start(program, arguments, place, end)
                finally:
                    os.close(end)  # the program alone holds it now: the output ends when it does
                async with aclosing(_read(process, output)) as said:
                    yield said
        except TimeoutError:
            told = f"the connector's {command} took longer than {COMMAND_S:g} s"
            raise Failure(Kind.NETWORK, told, LOOK) from None
    finally:
        if process is not None:
            await _end(process)
        shutil.rmtree(place, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


@asynccontextmanager
async def _pipe() -> AsyncIterator[tuple[asyncio.StreamReader, int]]:
    """What a program says, and the descriptor that it says it to, which the caller closes.

    A pipe of our own: `Process.wait()` waits for asyncio's pipes too, for ever where one is full and nobody reads on,
    or where a child in a session of its own holds it (python/cpython#119710)."""
    reading, writing = os.pipe()
    output = asyncio.StreamReader(PIECE)
    file = os.fdopen(reading, "rb", buffering=0)
    try:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(output), file)
    except BaseException:
        file.close()
        os.close(writing)
        raise
    try:
        yield output, writing
    finally:
        transport.close()


async def _start(program: Path, arguments: list[str], place: Path, output: int) -> asyncio.subprocess.Process:
    environment = {"PATH": PATH, "HOME": str(place), "TMPDIR": str(place), "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=place,
            env=environment,
            start_new_session=True,
            preexec_fn=die_with_parent(),  # a SIGKILL of AOS ends it too
        )
    except OSError as error:
        raise Failure(Kind.OTHER, f"the connector can't be started: {error.strerror}", LOOK) from None
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: MOST_FILE,
        resource.RLIMIT_CPU: round(COMMAND_S * 2),
    }
    if hasattr(resource, "prlimit"):
        with suppress(OSError):  # it has ended already
            for limit, most in limits.items():
                resource.prlimit(process.pid, limit, (most, most))
    return process


async def _read(
    process: asyncio.subprocess.Process, output: asyncio.StreamReader
) -> AsyncGenerator[dict[str, Any], None]:
    got, rest = 0, b""
    while piece := await output.read(PIECE):
        got += len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        if got > MOST_OUTPUT or len(rest) > LONGEST_LINE:
            raise Failure(Kind.OTHER, "the connector says more than is taken", LOOK)
        for line in lines:
            if (message := _message(line)) is not None:
                yield message
    if (message := _message(rest)) is not None:
        yield message
    if code := await process.wait():
        raise Exited(code)


def _message(line: bytes) -> dict[str, Any] | None:
    """None for what is no message: connectors print plain text among them."""
    with suppress(msgspec.DecodeError, RecursionError):
        found = msgspec.json.decode(line)
        if isinstance(found, dict) and isinstance(found.get("type"), str):
            return found
    return None


async def _end(process: asyncio.subprocess.Process) -> None:
    """Its whole group is gone, whether it has ended or not: what it has started could go on with the secret."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    waiting = asyncio.create_task(process.wait(), name="airbyte end")
    try:
        await asyncio.shield(waiting)
    except asyncio.CancelledError:
        await waiting  # it was killed, so this is a moment; an end that nobody waits for would leave a zombie
        raise
