"""What a pipe of a trade or of a company is: its rows, and what it says of its fields."""

from datetime import date, timedelta
from typing import NamedTuple

from aos.farm.generators.draw import Draw
from tests.nlq_bed.truth import Row

FIRST, LAST = date(2023, 1, 1), date(2025, 12, 31)


def quarters(first: date, last: date) -> tuple[str, ...]:
    """2023-Q1 and so on, from the quarter of one day to that of the other."""
    start, end = (day.year * 4 + (day.month - 1) // 3 for day in (first, last))
    return tuple(f"{at // 4}-Q{at % 4 + 1}" for at in range(start, end + 1))


QUARTERS = quarters(FIRST, LAST)


class Column(NamedTuple):
    """`way` is additive, ratio, point_in_time, period, or empty for what is no measure."""

    name: str
    kind: str
    about: str = ""
    way: str = ""
    unit: str = ""


class Pipe(NamedTuple):
    """`plane` is the fabric plane's type and its vendor."""

    pipe_id: str
    source_name: str
    vendor: str
    category: str
    entity: str
    keys: tuple[str, ...]
    plane: tuple[str, str]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def a_day(n: int, of: int, draw: Draw, first: date = FIRST, last: date = LAST) -> date:
    """The first and the last row lie on the ends of the time, the others anywhere."""
    if n == 0:
        return first
    if n == of - 1:
        return last
    return first + timedelta(days=draw.below((last - first).days + 1))
