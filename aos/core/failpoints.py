"""Places where the lab may end the process, to see what a crash there leaves behind.

Armed only with `AOS_LAB`: then a file `failpoint` in the data directory names the place, and the process that comes
by it removes the file and dies at once, as by `kill -9`.
"""

import os
import signal
from pathlib import Path

BEFORE_PUBLISH = "sidecar.before_publish"
AFTER_PUBLISH = "sidecar.after_publish"
BEFORE_COMMIT = "consumer.before_commit"
AFTER_COMMIT = "consumer.after_commit"
CONTENT_KEPT = "ingest.content_kept"
ALL = (BEFORE_PUBLISH, AFTER_PUBLISH, BEFORE_COMMIT, AFTER_COMMIT, CONTENT_KEPT)


class Failpoints:
    """`armed` is false in every ordinary run, and then `reach` does nothing."""

    def __init__(self, data_dir: Path, *, armed: bool) -> None:
        self._path = data_dir / "failpoint"
        self.armed = armed

    def reach(self, place: str) -> None:
        """Die here if the lab asked for it."""
        if not self.armed:
            return
        try:
            wanted = self._path.read_text().strip()
        except OSError:
            return
        if wanted == place:
            self._path.unlink(missing_ok=True)
            os.kill(os.getpid(), signal.SIGKILL)
