"""Files with secrets in them: read only where nobody else can."""

import os
import stat
from pathlib import Path

MOST_BYTES = 64 * 1024


class NotPrivate(Exception):
    """Others could read or change it, or it is no plain file. The text names no content."""


def read_private(path: Path) -> bytes:
    """The content of a file that is ours, mode 0600 or stricter. `FileNotFoundError`, else `NotPrivate` says why not. A
    link is not followed: what it leads to may change between two looks."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise NotPrivate(f"it can't be opened: {error.strerror}") from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise NotPrivate("it is no plain file")
        if found.st_mode & 0o077:
            raise NotPrivate(f"its mode is {found.st_mode & 0o7777:04o}; chmod 600 makes it private")
        if found.st_uid != os.geteuid():
            raise NotPrivate("it belongs to another user")
        content = os.read(descriptor, MOST_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(content) > MOST_BYTES:
        raise NotPrivate(f"it is longer than {MOST_BYTES} bytes")
    return content
