"""What a pipe of a trade is: its rows, and what it says of its fields."""

from datetime import date, timedelta
from typing import NamedTuple

from aos.farm.generators.draw import Draw
from tests.nlq_bed.truth import Row

FIRST, LAST = date(2023, 1, 1), date(2025, 12, 31)
QUARTERS = tuple(f"{year}-Q{quarter}" for year in (2023, 2024, 2025) for quarter in (1, 2, 3, 4))


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


def a_day(n: int, of: int, draw: Draw) -> date:
    """The first and the last row lie on the ends of the three years, the others anywhere."""
    if n == 0:
        return FIRST
    if n == of - 1:
        return LAST
    return FIRST + timedelta(days=draw.below(1096))
