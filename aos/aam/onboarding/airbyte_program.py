"""One run of an Airbyte source: a program of somebody else's, in a process group and a directory of its own.

It gets a clean environment, no input, a time and an amount of output. What it writes to stderr is not looked at, since
it may hold secrets. Its whole group is killed when we have what we came for; a SIGKILL of AOS ends it too.
"""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec

from aos.aam.onboarding.airbyte_messages import Message
from aos.aam.onboarding.failure import Failure, Kind
from aos.core.children import die_with_parent
from aos.core.datadir import write_private

LONGEST_LINE = 8 * 1024 * 1024  # bytes
MOST_OUTPUT = 64 * 1024 * 1024  # bytes a run
_decoder = msgspec.json.Decoder(Message)


class Scratch:
    """Where configurations lie while a source reads them: 0700, files 0600, each directory gone after its use. What a
    crash left behind is removed when this is made."""

    def __init__(self, place: Path) -> None:
        self._place = place
        if place.exists():
            shutil.rmtree(place)
        place.mkdir(mode=0o700, parents=True)

    @asynccontextmanager
    async def directory(self) -> AsyncIterator[Path]:
        made = Path(tempfile.mkdtemp(dir=self._place))
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)


def put(directory: Path, name: str, content: bytes) -> str:
    """Write a private file; its path as an argument."""
    path = directory / name
    write_private(path, content)
    return str(path)


@asynccontextmanager
async def run(program: Path, arguments: list[str], directory: Path, within_s: float) -> AsyncIterator["Output"]:
    """Start it, read it, and end it with everything that it started. `Failure` where it can't be started or is still
    not done `within_s` seconds later."""
    try:
        process = await asyncio.create_subprocess_exec(
            program, *arguments,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            cwd=directory, env=_environment(directory), start_new_session=True, preexec_fn=die_with_parent(),
            limit=LONGEST_LINE,
        )  # fmt: skip
    except OSError as error:
        name = type(error).__name__
        raise Failure(Kind.OTHER, f"{program.name} can't be started ({name})", f"look at {program.name}") from None
    try:
        async with asyncio.timeout(within_s):
            yield Output(process, program.name)
    except TimeoutError:
        told = f"{program.name} {arguments[0]} was not done after {within_s:g} s"
        raise Failure(Kind.NETWORK, told, "see whether the source answers at all, then heal") from None
    finally:
        with suppress(ProcessLookupError):  # also when the leader is gone: it may have left others behind
            os.killpg(process.pid, signal.SIGKILL)
        await asyncio.shield(process.wait())


class Output:
    """The messages of one run, in their order, to the end of the output. Lines that are no messages are passed over, as
    the protocol asks. `Failure` where there is too much of it, and for an error that the source tells of."""

    def __init__(self, process: asyncio.subprocess.Process, name: str) -> None:
        assert process.stdout is not None
        self._stdout, self._name, self._seen = process.stdout, name, 0

    def __aiter__(self) -> "Output":
        return self

    async def __anext__(self) -> Message:
        while line := await self._line():
            try:
                message = _decoder.decode(line)
            except (msgspec.DecodeError, RecursionError):
                continue
            if message.trace is not None and message.trace.error is not None:
                raise failed(self._name, message.trace.error.failure_type)
            return message
        raise StopAsyncIteration

    async def _line(self) -> bytes:
        try:
            line = await self._stdout.readline()
        except ValueError:  # longer than the limit
            raise self._too_much() from None
        self._seen += len(line)
        if self._seen > MOST_OUTPUT:
            raise self._too_much()
        return line

    def _too_much(self) -> Failure:
        told = f"{self._name} writes more than {MOST_OUTPUT} bytes, or a line of more than {LONGEST_LINE}"
        return Failure(Kind.OTHER, told, f"look at what {self._name} writes")


def failed(name: str, failure_type: str) -> Failure:
    """By the failure type that the protocol has; never by the source's own words, which may hold a secret."""
    told = f"{name} failed ({failure_type if failure_type.isidentifier() else 'unknown'})"
    match failure_type:
        case "config_error":
            return Failure(Kind.CREDENTIALS, told, f"run `{name} check` by hand, then correct the credential and heal")
        case "transient_error":
            return Failure(Kind.THROTTLED, told, "wait, then heal")
        case _:
            return Failure(Kind.OTHER, told, f"run `{name} check` by hand and see what it says")


def _environment(directory: Path) -> dict[str, str]:
    """Nothing of ours: no key, no proxy, no Python path."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(directory),
        "TMPDIR": str(directory),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
    }
