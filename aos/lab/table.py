"""What the lab prints: a head, a row a fault, a summary."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

HEAD = ("#", "fault", "at s", "lines/s", "in flight", "checked", "missing", "duplicated", "imbalance", "recovery s", "")
WIDTHS = (4, 48, 7, 8, 12, 8, 7, 10, 9, 10, 4)
PROMISED_RATE = 5_000
"""Lines a second that flow while faults strike."""


@dataclass
class Row:
    """One fault. `at_s` since the start; `in_flight` lines not in Redis yet and `unfiled` entries not in SQLite when it
    struck; `imbalance` the worst that was seen from the strike to the end of the check."""

    number: int
    fault: str
    at_s: float = 0.0
    lines_a_second: float = 0.0
    in_flight: int = 0
    unfiled: int = 0
    checked: int = 0
    missing: int = 0
    duplicated: int = 0
    imbalance: int = 0
    recovery_s: float | None = None
    complaints: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.complaints


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def head() -> str:
    return _line(HEAD)


def row(of: Row) -> str:
    """One line, and one more for each complaint."""
    recovery = "-" if of.recovery_s is None else f"{of.recovery_s:.2f}"
    cells = (
        str(of.number),
        of.fault,
        f"{of.at_s:.1f}",
        f"{of.lines_a_second:,.0f}",
        f"{of.in_flight}+{of.unfiled}",
        f"{of.checked:,}",
        str(of.missing),
        str(of.duplicated),
        str(of.imbalance),
        recovery,
        "pass" if of.passed else "FAIL",
    )
    return "\n".join([_line(cells), *(f"      {complaint}" for complaint in of.complaints)])


def summary(rows: Sequence[Row]) -> str:
    if not rows:
        return "No fault struck."
    passed = sum(of.passed for of in rows)
    recoveries = [of.recovery_s for of in rows if of.recovery_s is not None]
    speeds = [of.lines_a_second for of in rows if of.lines_a_second]
    text = (
        f"{passed} of {len(rows)} faults passed: {sum(of.checked for of in rows):,} lines checked,"
        f" missing {sum(of.missing for of in rows)}, duplicated {sum(of.duplicated for of in rows)},"
        f" imbalance {max(of.imbalance for of in rows)}"
    )
    if recoveries:
        text += f"; longest recovery {max(recoveries):.1f} s"
    if speeds:
        text += f"; {min(speeds):,.0f} lines/s or more while faults struck"
    slow = sum(speed < PROMISED_RATE for speed in speeds)
    if slow:
        text += (
            f". At {slow} of them fewer than {PROMISED_RATE:,} lines/s flowed: the rate is too low, or the machine busy"
        )
    return text + "."


def _line(cells: Sequence[str]) -> str:
    parts = [
        cell.ljust(width) if number in (1, 10) else cell.rjust(width)
        for number, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    ]
    return "  ".join(parts).rstrip()
