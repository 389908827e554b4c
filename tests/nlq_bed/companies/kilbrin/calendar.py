"""Three years of records, January 2023 to December 2025."""

from datetime import date

from tests.nlq_bed.trades.pipe import quarters

SEED = 58_411
FIRST, LAST = date(2023, 1, 1), date(2025, 12, 31)
QUARTERS = quarters(FIRST, LAST)
