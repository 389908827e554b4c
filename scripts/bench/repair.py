"""The rate of a stream beside good and bad sources of truth, relative to the same stream unrepaired
(`make bench-repair`; exits 1 where a paced stream keeps less than 90 %).

About 10 % of the lines drifted or have a wrong type. Stream, source of truth and sidecar are processes of their own. A
round has a run beside each source, between runs without repair; medians over the rounds are printed. A run is timed
from its start until so many lines stand in Redis. The second by which a line under repair comes later is in it, so keep
runs long. A paced stream must keep up. At full speed all compete for the same cores: that is told, not judged.
"""

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aos.contracts.ingest import Policy
from aos.core import log
from scripts.bench.ingest import ROOT, machine, sidecar, source, timed
from scripts.bench.truth import KINDS

HERE = Path(__file__).parent
LEAST = 0.9
HITS = "drift,bad_type"
BEHIND = 20  # the stream is this many times longer than what is measured: its end is not


@contextmanager
def truth(kind: str) -> Iterator[Policy]:
    """A source of truth of this kind; the policy that leads to it."""
    child = subprocess.Popen(
        [sys.executable, HERE / "truth.py", kind],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        assert child.stdout is not None
        url = f"http://127.0.0.1:{child.stdout.readline().split()[1]}"
        yield Policy(repair_url=url + "/one/{invoice_id}", repair_batch_url=url + "/many")
    finally:
        child.terminate()
        child.wait()


class Measured:
    """Ratios of each kind, one a round, of a stream at `rate` lines a second (0: as fast as it goes)."""

    def __init__(self, url: str, rate: int, lines: int, kinds: list[str]) -> None:
        self._url, self._rate, self._lines = url, rate, lines
        self.plain: list[float] = []
        self.ratios: dict[str, list[float]] = {kind: [] for kind in kinds}

    def round(self) -> None:
        off = Policy(repair_enabled=False)
        before = self._run(off)
        found = {}
        for kind in self.ratios:
            with truth(kind) as policy:
                found[kind] = self._run(policy)
        self.plain.append(statistics.mean((before, self._run(off))))
        for kind, rate in found.items():
            self.ratios[kind].append(rate / self.plain[-1])

    def _run(self, policy: Policy) -> float:
        return timed(sidecar(f"{self._url}?rate={self._rate}", self._lines, policy))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=int, default=20_000, help="lines a second of the paced stream")
    parser.add_argument("--seconds", type=float, default=20.0, help="of the paced stream, a run")
    parser.add_argument("--lines", type=int, default=400_000, help="a run at full speed; 0 leaves it out")
    parser.add_argument("--only", nargs="+", choices=KINDS, default=list(KINDS), help="beside these sources of truth")
    options = parser.parse_args()
    log.configure("console", "critical")
    print(machine(), f"load {os.getloadavg()[0]:.1f}", flush=True)
    paced_lines = int(options.rate * options.seconds)
    with source(BEHIND * max(options.lines, paced_lines), HITS) as url:
        paced = Measured(url, options.rate, paced_lines, options.only)
        full = Measured(url, 0, options.lines, options.only)
        for _ in range(options.rounds):
            paced.round()
            if options.lines:
                full.round()
    print(f"unrepaired: paced {statistics.median(paced.plain):,.0f} lines/s", end="")
    print(f", full speed {statistics.median(full.plain):,.0f} lines/s" if options.lines else "")
    print(f"{'source of truth':<16}{'paced':>8}{'(least)':>9}{'full speed':>12}{'(least)':>9}")
    for kind in options.only:
        shown = f"{kind:<16}{statistics.median(paced.ratios[kind]):>8.2f}{min(paced.ratios[kind]):>9.2f}"
        if options.lines:
            shown += f"{statistics.median(full.ratios[kind]):>12.2f}{min(full.ratios[kind]):>9.2f}"
        print(shown)
    return int(any(statistics.median(ratios) < LEAST for ratios in paced.ratios.values()))


if __name__ == "__main__":
    sys.exit(main())
