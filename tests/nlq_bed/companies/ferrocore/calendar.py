"""The two years of the manufacturer's records."""

from datetime import date, timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.trades.pipe import quarters

SEED = 9071
FIRST, LAST = date(2024, 1, 1), date(2025, 12, 31)
DAYS = (LAST - FIRST).days + 1
QUARTERS = quarters(FIRST, LAST)


def days(name: str, of: int) -> list[date]:
    """The day of each record: numbers are given in the order of days, from the first day to the last."""
    return sorted(
        [FIRST, LAST] + [FIRST + timedelta(days=Draw(SEED, f"{name}-day", n).below(DAYS)) for n in range(of - 2)]
    )


def weekday(day: date) -> date:
    """Offices sign and order on working days; the first and the last day stay."""
    if day in (FIRST, LAST) or day.weekday() < 5:
        return day
    return day - timedelta(days=day.weekday() - 4)
