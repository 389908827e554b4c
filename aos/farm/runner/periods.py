"""Periods: from a day, a month or a quarter as sources write them to one of a grain."""

import re
from datetime import date
from typing import Any

FORMATS = {"quarter": "YYYY-Qq", "month": "YYYY-MM", "day": "YYYY-MM-DD"}
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})-?Q([1-4])")


def period_of(value: Any, grain: str) -> str:
    """`2024-05-17`, `2024-05` or `2024-Q2`, whatever of these the grain asks for. A time of day counts by the date that
    it is written with. `ValueError` for what is no period, or coarser than the grain."""
    text = value if isinstance(value, str) else ""
    if found := _DAY.fullmatch(text):
        day = date.fromisoformat(found[1])
        by_grain = {"day": found[1], "month": found[1][:7], "quarter": f"{day.year:04d}-Q{(day.month + 2) // 3}"}
        return by_grain[grain]
    if found := _MONTH.fullmatch(text):
        if grain == "month":
            return text
        if grain == "quarter":
            return f"{found[1]}-Q{(int(found[2]) + 2) // 3}"
    if (found := _QUARTER.fullmatch(text)) and grain == "quarter":
        return f"{found[1]}-Q{found[2]}"
    raise ValueError(f"{value!r:.60} is no period that a {grain} can be told of")
