"""Three years of records, October 2022 to September 2025: two full years and two parts of one."""

from datetime import date

from tests.nlq_bed.trades.pipe import quarters

SEED = 7719
FIRST, LAST = date(2022, 10, 1), date(2025, 9, 30)
DAYS = (LAST - FIRST).days + 1
QUARTERS = quarters(FIRST, LAST)
