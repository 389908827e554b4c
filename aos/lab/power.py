"""A power cut: what was written but not synced is gone. `synced.c` keeps count, a cut file is shortened to that."""

import os
import shlex
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

from aos.core.errors import EnvironmentFault

_SLOT = struct.Struct("=QQ")


def why_not() -> str:
    """Why no power cut can be simulated here; empty when it can."""
    if not sys.platform.startswith("linux"):
        return "it needs Linux (LD_PRELOAD)"
    return "" if shutil.which("gcc") else "there is no gcc to build the preload library with"


class Power:
    """The built library in `directory` and its table of synced sizes."""

    def __init__(self, directory: Path) -> None:
        self._library = directory / "synced.so"
        self._table = directory / "synced.sizes"
        source = resources.files("aos.lab").joinpath("synced.c").read_text()
        built = subprocess.run(  # noqa: S603
            ["gcc", "-shared", "-fPIC", "-O1", "-o", str(self._library), "-x", "c", "-", "-ldl"],  # noqa: S607
            input=source,
            capture_output=True,
            text=True,
            check=False,
        )
        if built.returncode != 0:
            raise EnvironmentFault(f"The preload library can't be built: {built.stderr[:500]}")

    def environment(self) -> dict[str, str]:
        """What a process needs so that its syncs are counted."""
        return {"LD_PRELOAD": str(self._library), "SYNCED_SIZES": str(self._table)}

    def wrapped(self, program: Path) -> Path:
        """A program that starts `program` with its syncs counted, under the same process id."""
        script = self._library.with_name("counted-" + program.name)
        settings = " ".join(f"{name}={shlex.quote(value)}" for name, value in self.environment().items())
        script.write_text(f'#!/bin/sh\nexec env {settings} {shlex.quote(str(program))} "$@"\n')
        script.chmod(0o700)
        return script

    def cut(self, paths: Iterable[Path]) -> int:
        """Shorten each file to what was synced of it (nothing, where it never was); how many bytes went."""
        synced = self._sizes()
        gone = 0
        for path in paths:
            seen = path.stat()
            kept = synced.get(((seen.st_dev << 40) ^ seen.st_ino) & (2**64 - 1), 0)
            if kept < seen.st_size:
                os.truncate(path, kept)
                gone += seen.st_size - kept
        return gone

    def _sizes(self) -> dict[int, int]:
        try:
            content = self._table.read_bytes()
        except OSError:
            return {}
        return {file: size for file, size in _SLOT.iter_unpack(content) if file}
