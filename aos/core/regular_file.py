"""A user's file that is read while somebody waits: a pipe or a device of that name must hold nobody up."""

import os
import stat
from pathlib import Path


def read_regular(path: Path, most: int) -> bytes:
    """At most `most` bytes and one more, so that the caller sees a file that is too long. `OSError` where it can't be
    read; `ValueError` where it is no regular file: a pipe without a writer would never open, a device never end."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError("not a regular file")
        return file.read(most + 1)
