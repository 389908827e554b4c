"""Periods that are named: `2024`, `Q3 2024`, `1H24`, `March '24`, `15 March 2024`, `15.03.2024`."""

import re
from collections.abc import Sequence

from aos.nlq import periods
from aos.nlq.dates.words import (
    GRAINS,
    LAST,
    MONTHS,
    ORDINALS,
    THIS,
    Found,
    full,
    low,
    odd,
    over_the,
    short_year,
)
from aos.nlq.text import Token
from aos.nlq.when import When

COMPARED = frozenset("over above below under than exceeding least most exactly top bottom > < = >= <=".split())
_SHORT = re.compile(r"(q|h)([1-4])(?:(?:fy|cy)?(\d{2}|\d{4}))?", re.I)
_BEFORE = re.compile(r"([1-4])(q|h)(?:(?:fy|cy)?(\d{2}|\d{4}))?", re.I)
_BEHIND = re.compile(r"(\d{2}|\d{4})(q|h)([1-4])", re.I)
_FISCAL = re.compile(r"(?:fy|cy)(\d{2}|\d{4})", re.I)
_DAY = re.compile(r"(\d{1,2})(st|nd|rd|th)?")
_UNSURE = frozenset(("may", "jan"))  # a verb, and a person
_LED = frozenset(
    "in of since until till during for to and from between by before after last through on this vs versus than"
    " or".split()
)
_DAY_LED = frozenset("on since until till before after from to by and between of through than".split())
_JOINED = frozenset(("and", "or", "to", "through", "thru", "until", "till", "vs", "versus", "&"))


def dated(tokens: Sequence[Token], at: int) -> Found | None:
    """`2024-03-05`, `2024-Q1`, `03/2024`, `15.03.2024`; where two orders of day and month are possible, neither."""
    token = tokens[at]
    if token.kind != "date":
        return None
    if "/" not in token.text and "." not in token.text[:6]:
        period = periods.of_value(token.text)
        return (When("is", period=period), at + 1) if period else None
    numbers = [int(number) for number in re.split(r"[/.]", token.text)]
    if numbers[0] > 31:
        found = _of_numbers(*numbers)
    elif len(numbers) == 2:
        found = _of_numbers(numbers[1], numbers[0])
    else:
        one, other, year = numbers
        found, swapped = _of_numbers(year, other, one), _of_numbers(year, one, other)
        if found and swapped and found != swapped:
            days = [each.period.label() for each in (found, swapped) if each.period]
            found = odd(f"`{token.text}` may be {days[0]} or {days[1]}; write the year first.", *days)
        found = found or swapped
    return (found, at + 1) if found else None


def _of_numbers(year: int, month: int, day: int = 0) -> When | None:
    if not 1 <= month <= 12 or not 1900 <= year <= 2099:
        return None
    period = periods.day(year, month, day) if day else periods.month(year, month)
    return When("is", period=period) if period else None


def of_year(year: int) -> When:
    return When("is", period=periods.year(year))


def ordinal(tokens: Sequence[Token], at: int) -> Found | None:
    """`third quarter of 2024`, `quarter 3`, `first half`."""
    behind = at + 2
    if several := _ordinals(tokens, at):
        return several
    if tokens[at].low in ORDINALS and low(tokens, at + 1) in ("quarter", "qtr", "half"):
        number, grain = ORDINALS[tokens[at].low], GRAINS[tokens[at + 1].low]
        if grain == "half" and low(tokens, behind) == "year":
            behind += 1
    elif tokens[at].low in ("quarter", "qtr") and low(tokens, at + 1) in ("1", "2", "3", "4"):
        number, grain = int(tokens[at + 1].text), "quarter"
    else:
        return None
    if grain == "half" and number > 2:
        return None
    found = _with_year(tokens, When("bare", grain, number), behind)
    return _of_no_year(tokens, at, found) or found


def _of_no_year(tokens: Sequence[Token], at: int, found: Found) -> Found | None:
    """`second half of May 2025`: a part of what is no year, of which nobody knows the days."""
    behind = over_the(tokens, found[1] + 1)
    if found[0].of is not None or low(tokens, found[1]) not in ("of", "in") or behind >= len(tokens):
        return None
    inner = named_month(tokens, behind, led=True) or short(tokens, behind) or _of_grain(tokens, behind)
    inner = inner or ordinal(tokens, behind) or dated(tokens, behind)
    if inner is None:
        return None
    said = " ".join(token.low for token in tokens[at : inner[1]])
    return odd(f"Which days are the {said}? Name them."), inner[1]


def _of_grain(tokens: Sequence[Token], at: int) -> Found | None:
    """`last month`, `this quarter`, `the month`."""
    at = at + 1 if low(tokens, at) in LAST | THIS else at
    grain = GRAINS.get(low(tokens, at), "year")
    return None if grain == "year" else (When("this", grain), at + 1)


def _ordinals(tokens: Sequence[Token], at: int) -> Found | None:
    """`first and second quarter of 2024`: side by side they are one time."""
    first, joint, last = (low(tokens, at + k) for k in range(3))
    if first not in ORDINALS or last not in ORDINALS or joint not in ("and", "to", "through", "&"):
        return None
    if low(tokens, at + 3) not in ("quarter", "quarters") or ORDINALS[last] <= ORDINALS[first]:
        return None
    if joint in ("and", "&") and ORDINALS[last] != ORDINALS[first] + 1:
        return None
    of = year_phrase(tokens, at + 4)
    one, other = (When("bare", "quarter", ORDINALS[word], of=of[0] if of else None) for word in (first, last))
    return When("range", of=one, until=other), of[1] if of else at + 4


def short(tokens: Sequence[Token], at: int) -> Found | None:
    """`Q3`, `h1`, `Q3FY24`, `3Q24`, `24Q3`, `2024H1`, `fy2024`."""
    text = tokens[at].low
    if found := _FISCAL.fullmatch(text):
        return of_part(tokens, of_year(full(found[1])), at + 1)
    if found := _BEHIND.fullmatch(text):
        year, letter, number = found.groups()
    elif found := _SHORT.fullmatch(text):
        letter, number, year = found.groups()
    elif found := _BEFORE.fullmatch(text):
        number, letter, year = found.groups()
    else:
        return None
    if letter == "h" and int(number) > 2:
        return None
    when = When("bare", "quarter" if letter == "q" else "half", int(number))
    if year:
        return when._replace(of=of_year(full(year))), at + 1
    behind = at + 1
    apostrophe = short_year(tokens, behind)
    if behind < len(tokens) and tokens[behind].kind == "number" and re.fullmatch(r"[12]\d", tokens[behind].text):
        apostrophe = full(tokens[behind].text)
    if apostrophe:
        return when._replace(of=of_year(apostrophe)), behind + 1
    read = _with_year(tokens, when, behind)
    return None if text[0].isdigit() and read[0].of is None else read


def part(tokens: Sequence[Token], at: int) -> Found | None:
    """A part of a year that was named before it: `2024 Q3`."""
    if at < len(tokens) and (found := short(tokens, at) or ordinal(tokens, at)):
        return found if found[0].kind == "bare" and found[0].of is None else None
    return None


def of_part(tokens: Sequence[Token], when: When, at: int) -> Found:
    found = part(tokens, at)
    return (found[0]._replace(of=when), found[1]) if found else (when, at)


def year(tokens: Sequence[Token], at: int) -> Found | None:
    """A year, with a part of it behind it; no year where it is what something is compared with."""
    found = plain_year(tokens, at)
    beside = at > 1 and tokens[at - 1].low == "than" and plain_year(tokens, at - 2)  # `in 2024 than 2023`
    if found is None or (at and tokens[at - 1].low in COMPARED and not beside):
        return None
    when, behind = found
    if low(tokens, behind) in ("calendar", "fiscal", "financial") and low(tokens, behind + 1) == "year":
        return when, behind + 2  # `the 2024 calendar year`
    return of_part(tokens, when, behind)


def plain_year(tokens: Sequence[Token], at: int) -> Found | None:
    """`2024`, `'24`, `FY24`, `FY 2024`."""
    if at >= len(tokens):
        return None
    text = tokens[at].text
    if tokens[at].kind == "number" and re.fullmatch(r"(?:19|20)\d\d", text):
        return of_year(int(text)), at + 1
    if number := short_year(tokens, at):
        return of_year(number), at + 1
    if found := _FISCAL.fullmatch(tokens[at].low):
        return of_year(full(found[1])), at + 1
    if tokens[at].low in ("fy", "cy") and re.fullmatch(r"(?:20)?\d\d", low(tokens, at + 1)):
        return of_year(full(tokens[at + 1].text)), at + 2
    return None


def year_phrase(tokens: Sequence[Token], at: int) -> Found | None:
    """`2024`, `of 2024`, `in the year 2024`, `of fiscal 2024`, `last year`, `of the year`, `of 24`."""
    led = low(tokens, at) in ("of", "in", "for")
    if led:
        at += 1
    if led and re.fullmatch(r"[12]\d", low(tokens, at)):
        return of_year(full(tokens[at].text)), at + 1
    defined = over_the(tokens, at) > at
    at = over_the(tokens, at)
    while low(tokens, at) in ("calendar", "fiscal", "financial") or (
        low(tokens, at) == "year" and plain_year(tokens, at + 1)
    ):
        at += 1
    if found := plain_year(tokens, at):
        return found
    word = low(tokens, at)
    if led and defined and word == "year":
        return When("this", "year"), at + 1
    if word in LAST | THIS and low(tokens, at + 1) == "year":
        return When("last" if word in LAST else "this", "year"), at + 2
    return None


def _with_year(tokens: Sequence[Token], when: When, at: int) -> Found:
    found = year_phrase(tokens, at)
    return (when._replace(of=found[0]), found[1]) if found else (when, at)


def day_number(tokens: Sequence[Token], at: int) -> int:
    found = _DAY.fullmatch(low(tokens, at))
    return int(found[1]) if found and 1 <= int(found[1]) <= 31 else 0


def day_of(month: int, number: int, of: When | None) -> When | None:
    """A day of a month; None where that month has no such day."""
    known = of.period.first.year if of and of.period else 2024
    period = periods.day(known, month, number)
    if period is None:
        return None
    return When("is", period=period) if of and of.period else When("bare", "day", 100 * month + number, of=of)


def named_month(tokens: Sequence[Token], at: int, *, led: bool = False) -> Found | None:
    """`March`, `March 2024`, `Mar-24`, `March 5, 2024`, `5 March 2024`, `the 5th of March`."""
    if number := day_number(tokens, at):
        return _day_first(tokens, at, number, led=led)
    if low(tokens, at) not in MONTHS:
        return None
    month, behind = MONTHS[tokens[at].low], at + 1
    if number := day_number(tokens, behind):
        return _month_first(tokens, at, month, number)
    if found := year_phrase(tokens, behind):
        return When("bare", "month", month, of=found[0]), found[1]
    if apostrophe := short_year(tokens, behind):
        return When("bare", "month", month, of=of_year(apostrophe)), behind + 1
    linked = low(tokens, behind) in _JOINED or (behind < len(tokens) and tokens[behind].gap.strip() in (",", "-", "/"))
    beside = low(tokens, behind + 1 if low(tokens, behind) in _JOINED else behind) in MONTHS
    capital = at > 0 and tokens[at].text.istitle()
    if (
        tokens[at].low in _UNSURE
        and not (led or capital)
        and low(tokens, at - 1) not in _LED
        and not (linked and beside)
    ):
        return None
    return When("bare", "month", month), behind


def _day_first(tokens: Sequence[Token], at: int, number: int, *, led: bool) -> Found | None:
    behind = at + (2 if low(tokens, at + 1) == "of" else 1)
    if low(tokens, behind) not in MONTHS:
        return None
    month, behind = MONTHS[tokens[behind].low], behind + 1
    if found := year_phrase(tokens, behind):
        day = day_of(month, number, found[0])
        return (day, found[1]) if day else None
    if (given := short_year(tokens, behind)) or re.fullmatch(r"[2]\d", low(tokens, behind)):
        day = day_of(month, number, of_year(given or full(tokens[behind].text)))
        return (day, behind + 1) if day else None
    sure = led or low(tokens, at - 1) in _DAY_LED or not tokens[at].low.isdigit() or behind >= len(tokens)
    day = day_of(month, number, None)
    return (day, behind) if sure and day else None


def _month_first(tokens: Sequence[Token], at: int, month: int, number: int) -> Found | None:
    """A number behind a month is its day, or a short year where it is written as one. Behind `in` it is no day."""
    behind, token = at + 2, tokens[at + 1]
    if found := year_phrase(tokens, behind):
        day = day_of(month, number, found[0])
        return (day, found[1]) if day else None
    if apostrophe := short_year(tokens, behind):
        day = day_of(month, number, of_year(apostrophe))
        return (day, behind + 1) if day else None
    whole = month == 2 and number >= 28  # the last day of a month is what it is, and no year
    may_be_year = 20 <= number <= 29 and token.low.isdigit() and not (whole and low(tokens, at - 1) != "in")
    in_year = When("bare", "month", month, of=of_year(full(token.low))) if may_be_year else None
    written = token.gap.endswith("'") or (token.gap == "-" and len(token.low) == 2)
    before = low(tokens, at - 1)
    if in_year and (written or before in ("in", "during")):
        return in_year, behind
    day = day_of(month, number, None)
    if written or day is None or (tokens[at].low == "may" and before not in _DAY_LED) or before in ("in", "during"):
        return None
    if in_year and before != "on":
        return When("or", of=day, until=in_year), behind
    return day, behind
