"""One process of the lab: started with an environment of its own, ended by its id."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from aos.core.children import die_with_parent
from aos.core.errors import EnvironmentFault
from aos.core.settings import REPOSITORY

START_TIMEOUT_S = 30.0
_OURS = ("SOURCE_URL", "REDIS_URL", "PORT")


class Child:
    """`python -m aos <verbs>`. What it says goes to `<name>.log` in the lab's directory, over all its starts."""

    def __init__(self, name: str, verbs: list[str], port: int, directory: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.url = f"http://127.0.0.1:{port}"
        self.data = directory / name
        self.log = directory / f"{name}.log"
        self._verbs = verbs
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("AOS_") and k not in _OURS}
        found = os.pathsep.join([str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])])
        own = {"AOS_DATA_DIR": str(self.data), "AOS_PORT": str(port), "PYTHONPATH": found}
        self._environment = {**inherited, **own, **environment}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        """Call from the main thread: the kernel ends the child when that thread ends."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "aos", *self._verbs],
                cwd=self.log.parent,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the lab, which ends its children in order
                preexec_fn=die_with_parent(),
            )

    async def ready(self, client: httpx.AsyncClient) -> None:
        """Wait until it serves. `EnvironmentFault` with its last words when it does not come up."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            if self.exit_code is not None:
                raise EnvironmentFault(f"{self.name} ended at its start (exit {self.exit_code}): {self.last_words()}")
            try:
                if (await client.get(f"{self.url}/readyz", timeout=2.0)).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            if time.monotonic() > deadline:
                raise EnvironmentFault(f"{self.name} does not serve: {self.last_words()}")
            await asyncio.sleep(0.02)

    def signal(self, sign: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(sign)

    async def ended(self, patience_s: float) -> int | None:
        """The exit code once it has ended (negative: by that signal); None when it has not in time."""
        deadline = time.monotonic() + patience_s
        while self.exit_code is None and time.monotonic() < deadline:  # noqa: ASYNC110 a death sets no event
            await asyncio.sleep(0.005)
        return self.exit_code

    async def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            await self.ended(10.0)

    async def stop(self) -> None:
        """In order if it can be, else at once."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            if await self.ended(10.0) is None:
                await self.kill()

    def last_words(self, lines: int = 3) -> str:
        try:
            return " / ".join(self.log.read_text(errors="replace").splitlines()[-lines:]) or "it said nothing"
        except OSError:
            return "it said nothing"
