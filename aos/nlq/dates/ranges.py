"""From one time to another: `between Q1 and Q3 2024`, `Jan-Mar 2024`, `1-15 March 2024`, `2023 to date`."""

from collections.abc import Sequence

from aos.nlq.dates.named import day_number, day_of, named_month, of_year, year_phrase
from aos.nlq.dates.phrase import one
from aos.nlq.dates.words import MONTHS, Found, are, full, longest, low, odd, over_the
from aos.nlq.text import Token
from aos.nlq.when import When

_TO = (
    ("to",), ("through",), ("thru",), ("until",), ("till",), ("through", "to"), ("up", "to"), ("up", "until"),
    ("up", "till"), ("right", "through", "to"), ("up", "to", "and", "including"), ("to", "and", "including"),
)  # fmt: skip
MIDDLES = {"between": (("and",), ("to",)), "from": _TO, "": _TO}
_OPEN = (("date",), ("now",), ("today",), ("present",), ("the", "present"), ("this", "day"), ("the", "present", "day"))


def ranged(tokens: Sequence[Token], at: int, leading: str) -> Found | None:
    """A range that begins here, behind `between`, `from` or nothing."""
    found = _days(tokens, at, leading)
    if found is None and (begun := one(tokens, at, led=bool(leading)) or _unsure(tokens, at)):
        found = _other_end(tokens, *begun, leading)
    if found and found[0].kind == "range" and are(tokens, found[1], ("inclusive",)):
        return found[0], found[1] + 1
    return found


def _unsure(tokens: Sequence[Token], at: int) -> Found | None:
    """`Jan to …`: a month for certain only if the other end is one."""
    at = over_the(tokens, at)
    told = low(tokens, at) in MONTHS or day_number(tokens, at)
    return named_month(tokens, at, led=True) if told and low(tokens, at) != "may" else None


def _middle(tokens: Sequence[Token], at: int, leading: str) -> int | None:
    """The place of the other end."""
    if at < len(tokens) and "-" in tokens[at].gap:
        return at
    size = longest(tokens, at, MIDDLES[leading])
    return at + size if size else None


def _other_end(tokens: Sequence[Token], when: When, at: int, leading: str) -> Found | None:
    behind = _middle(tokens, at, leading)
    if behind is None or when.kind in ("odd", "range", "all"):
        return None
    glued = behind == at
    if opened := longest(tokens, behind, _OPEN):
        return when._replace(bound="from"), behind + opened
    last = one(tokens, behind, led=True)
    if last is None or last[0].kind in ("odd", "same") or (glued and last[0].kind != when.kind and when.kind != "bare"):
        return None
    ends = _of_one_kind(when, last[0])
    if ends is None:
        return odd("Are these days, or months of a year? Write the year in full."), last[1]
    return When("range", of=ends[0], until=ends[1]), last[1]


def _of_one_kind(one: When, other: When) -> tuple[When, When] | None:
    """`Mar 24 to 28 March 2025` is from a day, `Mar 24 to June 2024` from a month; None where nobody knows."""
    if one.kind == other.kind == "or":
        return None
    grains = {each.period.grain if each.period else each.grain for each in (one, other) if each.kind != "or"}
    days = grains == {"day"}
    return _read_as(one, days=days), _read_as(other, days=days)


def _read_as(when: When, *, days: bool) -> When:
    read = when.of if days else when.until
    return read if when.kind == "or" and read is not None else when


def _days(tokens: Sequence[Token], at: int, leading: str) -> Found | None:
    """`1 and 7 January 2023`, `3 to 9 March`, `March 1-15, 2024`: the month is said once."""
    at = over_the(tokens, at)
    if low(tokens, at) in MONTHS and (first := day_number(tokens, at + 1)):
        behind = _middle(tokens, at + 2, leading)
        if behind is None or not (last := day_number(tokens, over_the(tokens, behind))):
            return None
        behind = over_the(tokens, behind) + 1
        if low(tokens, behind) in MONTHS or low(tokens, behind) == "of":
            return None
        return _of_month(tokens, MONTHS[tokens[at].low], (first, last), behind)
    first = day_number(tokens, at)
    behind = _middle(tokens, at + 1, leading) if first else None
    if behind is None:
        return None
    behind = over_the(tokens, behind)
    last, behind = day_number(tokens, behind), behind + 1
    if low(tokens, behind) == "of":
        behind += 1
    if not last or low(tokens, behind) not in MONTHS:
        return None
    return _of_month(tokens, MONTHS[tokens[behind].low], (first, last), behind + 1)


def _of_month(tokens: Sequence[Token], month: int, days: tuple[int, int], at: int) -> Found | None:
    year = year_phrase(tokens, at)
    if year is None and at < len(tokens) and tokens[at].gap.endswith("'") and day_number(tokens, at):
        year = of_year(full(tokens[at].low)), at + 1
    of, behind = year or (None, at)
    first, last = (day_of(month, day, of) for day in days)
    if first is None or last is None or days[0] > days[1]:
        return None
    return When("range", of=first, until=last), behind
