"""The data directory: private, one owner, marked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aos.core import datadir
from aos.core.datadir import FORMAT, DataDir, Marker, write_private
from aos.core.errors import EnvironmentFault


def test_open_makes_it_private(tmp_path: Path) -> None:
    """Mode 0700, whatever the umask and whatever stood there."""
    (tmp_path / "d").mkdir(mode=0o755)
    kept = os.umask(0)
    try:
        for path in (tmp_path / "d", tmp_path / "a" / "b"):
            directory = DataDir(path)
            directory.open()
            assert path.stat().st_mode & 0o777 == 0o700
            assert directory.sub("x", "y").stat().st_mode & 0o777 == 0o700
            assert (path / "lock").stat().st_mode & 0o777 == 0o600
            directory.close()
    finally:
        os.umask(kept)


def test_open_of_a_held_directory_is_refused_with_its_holder(tmp_path: Path) -> None:
    """One line that names the directory and the process; the holder keeps it."""
    first, second = DataDir(tmp_path), DataDir(tmp_path)
    first.open()
    for _ in range(2):
        with pytest.raises(EnvironmentFault, match=rf"in use by another AOS \(process {os.getpid()}\)"):
            second.open()
    first.close()
    second.open()
    second.close()


def test_lock_goes_with_the_process(tmp_path: Path) -> None:
    """A killed holder leaves nothing behind that has to be cleaned up."""
    code = f"""
import os, signal
from pathlib import Path
from aos.core.datadir import DataDir
DataDir(Path({str(tmp_path)!r})).open()
os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(datadir.__file__).parents[2])
    assert ended.returncode == -9
    directory = DataDir(tmp_path)
    directory.open()
    directory.close()


def test_lock_is_not_inherited(data: DataDir) -> None:
    """A child that outlives us does not hold the directory."""
    with subprocess.Popen(["sleep", "60"], close_fds=False) as child:
        data.close()
        try:
            data.open()
        finally:
            child.kill()


def test_open_where_a_file_stands_is_one_plain_line(tmp_path: Path) -> None:
    """Naming the path; no traceback."""
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/none")):
        with pytest.raises(EnvironmentFault, match="can't be used") as caught:
            DataDir(path).open()
        assert str(path) in caught.value.message


def test_open_on_a_full_or_foreign_disk_is_one_plain_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong after the lock was taken is told as plainly, and the lock is given back."""

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with pytest.raises(EnvironmentFault, match="No space left on device"):
            DataDir(tmp_path).open()
    directory = DataDir(tmp_path)
    directory.open()
    directory.close()


def test_marker_comes_back_as_written(data: DataDir) -> None:
    """A fresh directory has the present format; what is written is read again."""
    assert data.marker() == Marker(format=FORMAT)
    data.write_marker(Marker(redis_version="7.0.15", redis_program="/usr/bin/redis-server"))
    assert data.marker().redis_version == "7.0.15"


@pytest.mark.parametrize(("content", "said"), [(b'{"format": 99}', "newer AOS"), (b"{", "can't be read")])
def test_marker_that_is_not_understood_is_refused(data: DataDir, content: bytes, said: str) -> None:
    """A format from the future or a broken file is never taken for an empty directory."""
    (data.path / "format.json").write_bytes(content)
    with pytest.raises(EnvironmentFault, match=said):
        data.marker()


def test_write_private_replaces_in_one_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mode 0600; when the write fails, what stood there still stands."""
    path = tmp_path / "secret"
    write_private(path, b"old")
    assert path.stat().st_mode & 0o777 == 0o600

    def broken(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        write_private(path, b"new")
    assert path.read_bytes() == b"old"
