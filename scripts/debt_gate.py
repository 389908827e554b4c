"""The debt gate: with a Blocker or a High in DEBT.md it says so and stops (exit 1).

`AOS_APPROVAL="CONTINUE 90 RUN"` lets it through all the same.
"""

import os
import sys
from pathlib import Path

SEVERITIES = ("Blocker", "High", "Medium", "Low")
STOPPING = ("Blocker", "High")
APPROVAL = "CONTINUE 90 RUN"
COLUMNS = 5


def entries(text: str) -> list[list[str]]:
    """The rows of DEBT.md's table. A row that is not of its form is an error: it could hide a Blocker."""
    rows = [line.strip() for line in text.splitlines() if line.strip().startswith("|")][2:]
    found = []
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        if len(cells) != COLUMNS or cells[1] not in SEVERITIES or not all(cells):
            raise ValueError(f"DEBT.md: not an entry with five cells and a known severity: {row[:100]}")
        found.append(cells)
    return found


def summary(found: list[list[str]]) -> list[str]:
    """Five lines: what stops, how many of each, the worst one, how it is paid off, how to go on."""
    stopping = sorted((e for e in found if e[1] in STOPPING), key=lambda e: SEVERITIES.index(e[1]))
    counts = ", ".join(f"{severity}: {sum(e[1] == severity for e in found)}" for severity in SEVERITIES)
    worst = stopping[0]
    return [
        f"{len(stopping)} of {len(found)} entries in DEBT.md stop the run.",
        counts,
        f"First: {worst[1]}: {worst[0]}",
        f"Payoff: {worst[3]} (ETA {worst[4]})",
        f'To go on all the same: AOS_APPROVAL="{APPROVAL}"',
    ]


def main(path: Path, approval: str) -> int:
    try:
        found = entries(path.read_text())
    except (OSError, ValueError) as error:
        print(f"AWAITING APPROVAL\n{error}")
        return 1
    if not any(entry[1] in STOPPING for entry in found):
        return 0
    if approval == APPROVAL:
        print("Debt gate: passed by approval.")
        return 0
    print("AWAITING APPROVAL")
    print("\n".join(summary(found)))
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[1] / "DEBT.md", os.environ.get("AOS_APPROVAL", "")))
