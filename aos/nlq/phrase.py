"""Figures, units and lists as a person would write them."""

from collections.abc import Sequence
from typing import Any

PERCENT = frozenset(("percent", "%", "pct"))
_UNSHOWN = frozenset({"count", "number", "times", "x"})


def figure(value: Any, unit: str | None = None) -> str:
    """`1,234,567 USD`, `12.5 %`; at most four decimals."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return str(value)
    text = f"{value:,}" if isinstance(value, int) else f"{round(value, 4):,}"
    if isinstance(value, float) and value == int(value):
        text = f"{int(value):,}"
    if not unit or unit in _UNSHOWN:
        return text
    return f"{text} {'%' if unit.lower() in ('percent', 'pct', '%') else unit}"


def listed(names: Sequence[str], joint: str = "and") -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"


def when_said(period: str | None) -> str:
    """` in 2024`, ` since 2024-01-01`; nothing where there is no period."""
    if not period:
        return ""
    return f" {period}" if period.startswith(("since ", "up to ")) else f" in {period}"


def plural(word: str, count: int) -> str:
    """`1 invoice`, `2 invoices`, `0 entries`."""
    if count == 1:
        return word
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")


def pairs(rows: Sequence[Sequence[Any]], unit: str | None, most: int = 5) -> str:
    """`EMEA 12 USD, APAC 5 USD and 3 more`: the last column is the figure."""
    shown = [f"{' / '.join(_name(part) for part in row[:-1])} {figure(row[-1], unit)}" for row in rows[:most]]
    more = len(rows) - most
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _name(part: Any) -> str:
    return "(none)" if part is None else figure(part)
