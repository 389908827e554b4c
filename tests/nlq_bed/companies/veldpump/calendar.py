"""Three years of records, July 2022 to June 2025: the newest year has two quarters."""

from datetime import date

from tests.nlq_bed.trades.pipe import quarters

SEED = 90_217
FIRST, LAST = date(2022, 7, 1), date(2025, 6, 30)
DAYS = (LAST - FIRST).days + 1
QUARTERS = quarters(FIRST, LAST)
