"""The data directory: private, locked for life by one process, marked with the format it holds."""

import fcntl
import os
from pathlib import Path

import msgspec

from aos.core.errors import EnvironmentFault

FORMAT = 1


class Marker(msgspec.Struct, kw_only=True, omit_defaults=True):
    """`format.json`: the layout's number, and which Redis wrote the data (a lower major must not read it)."""

    format: int = FORMAT
    redis_version: str = ""
    redis_program: str = ""


class DataDir:
    """An opened and locked data directory. The lock goes when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._lock: int | None = None

    def open(self) -> None:
        """Make it (0700) and lock it. `EnvironmentFault` in one line when that can't be."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise EnvironmentFault(f"The data directory {self.path} can't be used: {error.strerror}.") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = self._holder(descriptor)
            os.close(descriptor)
            raise EnvironmentFault(f"The data directory {self.path} is in use by another AOS{holder}.") from None
        self._lock = descriptor
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
            self.path.chmod(0o700)
        except OSError as error:
            self.close()
            raise EnvironmentFault(f"The data directory {self.path} can't be used: {error.strerror}.") from None

    @staticmethod
    def _holder(descriptor: int) -> str:
        pid = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
        return f" (process {pid})" if pid.isdigit() else ""

    def close(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def sub(self, *names: str) -> Path:
        """A private directory below this one."""
        path = self.path.joinpath(*names)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def marker(self) -> Marker:
        """What wrote this directory; refuses a format from the future."""
        path = self.path / "format.json"
        if not path.exists():
            return Marker()
        try:
            marker = msgspec.json.decode(path.read_bytes(), type=Marker)
        except (msgspec.DecodeError, OSError) as error:
            raise EnvironmentFault(f"{path} can't be read: {error}. Restore it from a backup.") from None
        if marker.format > FORMAT:
            raise EnvironmentFault(
                f"{self.path} was written by a newer AOS (format {marker.format}; this one knows {FORMAT})."
            )
        return marker

    def write_marker(self, marker: Marker) -> None:
        write_private(self.path / "format.json", msgspec.json.encode(marker))


def write_private(path: Path, content: bytes) -> None:
    """Replace a file in one step, mode 0600, on disk before it takes the name."""
    partial = path.with_name(path.name + ".new")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
