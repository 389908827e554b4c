"""A user's file is read whole or not at all, and never waited for."""

import os
from pathlib import Path

import pytest

from aos.core.regular_file import read_regular


def test_a_file_and_a_link_to_one_are_read(tmp_path: Path) -> None:
    """Up to one byte more than is wanted, so that too long a file is seen."""
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert [read_regular(tmp_path / name, most) for name, most in (("a", 9), ("b", 5), ("b", 3))] == [
        b"12345", b"12345", b"1234",
    ]  # fmt: skip


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    """A pipe that nobody writes to, one that somebody does, a device, a folder, nothing."""
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "device").symlink_to("/dev/zero")
    for name in ("fifo", "device"):
        with pytest.raises(ValueError, match="regular"):
            read_regular(tmp_path / name, 9)
    for path in (tmp_path, tmp_path / "nothing"):
        with pytest.raises((OSError, ValueError)):
            read_regular(path, 9)
    writer = os.open(tmp_path / "fifo", os.O_RDWR)
    try:
        os.write(writer, b"x")
        with pytest.raises(ValueError, match="regular"):
            read_regular(tmp_path / "fifo", 9)
    finally:
        os.close(writer)
