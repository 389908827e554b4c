"""Eleven quarters of records, January 2023 to September 2025."""

from datetime import date

from tests.nlq_bed.trades.pipe import quarters

SEED = 61_843
FIRST, LAST = date(2023, 1, 1), date(2025, 9, 30)
QUARTERS = quarters(FIRST, LAST)
