"""The phrases that mean a time: `Q3 2024`, `last quarter`, `ytd`, `since March`, `between Q1 and Q3 2024`."""

import re
from collections.abc import Sequence

from aos.nlq import periods
from aos.nlq.text import Token
from aos.nlq.when import When

_MONTHS = {name: n // 2 + 1 for n, name in enumerate(
    "jan january feb february mar march apr april may may jun june jul july aug august sep september oct october"
    " nov november dec december".split()
)} | {"sept": 9}  # fmt: skip
_GRAINS = {
    "year": "year", "yr": "year", "quarter": "quarter", "qtr": "quarter", "month": "month", "week": "week",
    "day": "day", "half": "half",
}  # fmt: skip
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12,
}  # fmt: skip
_SHORT = re.compile(r"(q|h)([1-4])(?:(?:fy)?(\d{2}|\d{4}))?|fy(\d{2}|\d{4})", re.I)
_LAST_OF_YEAR = {"quarter": 4, "half": 2, "month": 12}
_TO_DATE = {"ytd": "year", "qtd": "quarter", "mtd": "month"}
_LAST = {"last", "past", "previous", "prior", "latest", "trailing", "preceding"}
_THIS = {"this", "current"}
_NEXT = {"next", "upcoming", "coming", "following"}
_BOUNDS = (
    ("after", "the", "end", "of"), ("since",), ("after",), ("before",), ("until",), ("till",), ("up", "to"),
    ("through",), ("prior", "to"), ("starting", "in"), ("starting", "from"), ("starting",), ("beginning",),
    ("later", "than"), ("earlier", "than"), ("on", "or", "after"), ("on", "or", "before"), ("no", "later", "than"),
    ("as", "of"), ("by",),
)  # fmt: skip
_BOUND_MEANS = {
    "since": "from", "starting": "from", "beginning": "from", "on or after": "from", "after": "after", "later": "after",
    "before": "before", "prior": "before", "earlier": "before", "until": "until", "till": "until", "up": "until",
    "through": "until", "on or before": "until", "no": "until", "by": "until", "as": "in",
}  # fmt: skip
_COMPARED = {
    "over",
    "above",
    "below",
    "under",
    "than",
    "exceeding",
    "least",
    "most",
    "exactly",
    "top",
    "bottom",
    ">",
    "<",
    "=",
    ">=",
    "<=",
}
Found = tuple[When, int]


def when_at(tokens: Sequence[Token], at: int) -> Found | None:
    """The longest phrase of time that begins at a token, and the place behind it."""
    low = tokens[at].low
    if low in ("between", "from"):
        ends = {"between": ("and", "to", "-"), "from": ("to", "through", "until", "till", "thru", "-")}[low]
        if ranged := _range(tokens, at + 1, ends):
            return ranged
    for phrase in _BOUNDS:
        if _are(tokens, at, phrase) and (found := _one(tokens, at + len(phrase))):
            return _bounded(tokens, phrase, *found)
    if any(_are(tokens, at, phrase) for phrase in (("all", "time"), ("to", "date"), ("so", "far"))):
        return When("all"), at + 2
    if ranged := _range(tokens, at, ("to", "through", "thru", "until", "-")):
        return ranged
    found = _one(tokens, at)
    behind = tokens[found[1]].low if found and found[1] < len(tokens) else ""
    onward = behind in ("onward", "onwards", "forward")
    if found and (onward or (behind == "on" and at and tokens[at - 1].low == "from")):
        return found[0]._replace(bound="from"), found[1] + 1
    return found


def _bounded(tokens: Sequence[Token], phrase: Sequence[str], when: When, end: int) -> Found | None:
    means = _BOUND_MEANS.get(" ".join(phrase)) or _BOUND_MEANS[phrase[0]]
    if phrase == ("by",) and when.kind != "is":
        return None
    return when._replace(bound=means), end


def _range(tokens: Sequence[Token], at: int, middles: Sequence[str]) -> Found | None:
    first = _one(tokens, at)
    if first is None or first[1] >= len(tokens):
        return None
    when, middle = first
    glued = "-" in tokens[middle].gap and "-" in middles
    if not glued and tokens[middle].low not in middles:
        return None
    last = _one(tokens, middle if glued else middle + 1)
    if last is None or (glued and last[0].kind != when.kind and when.kind != "bare"):
        return None
    return When("range", of=when, until=last[0]), last[1]


def _one(tokens: Sequence[Token], at: int) -> Found | None:
    """A phrase without a bound."""
    if at >= len(tokens):
        return None
    if tokens[at].low in ("the", "in", "during", "of"):
        return _one(tokens, at + 1) if tokens[at].low == "the" else None
    if any(_are(tokens, at, words) for words in (("year", "end"), ("quarter", "end"), ("fiscal", "year", "end"))):
        return _one(tokens, at + (3 if tokens[at].low == "fiscal" else 2))
    if any(_are(tokens, at, (word, "of")) for word in ("end", "month", "year")):
        return _one(tokens, at + 2)
    if _are(tokens, at, ("year",)) or _are(tokens, at, ("calendar", "year")) or _are(tokens, at, ("fiscal", "year")):
        behind = at + (1 if tokens[at].low == "year" else 2)
        if _are(tokens, behind, ("to", "date")):
            return When("to_date", "year"), behind + 2
        return _year(tokens, behind)
    for read in (_dated, _relative, _ordinal, _short, _named_month, _year):
        if found := read(tokens, at):
            return found
    return None


def _dated(tokens: Sequence[Token], at: int) -> Found | None:
    """`2024-03-05`, `2024-03`, `2024-Q1`; `3/25/2024` where only one order of day and month is possible."""
    token = tokens[at]
    if token.kind != "date":
        return None
    if "/" not in token.text:
        period = periods.of_value(token.text)
    else:
        one, other, year = map(int, token.text.split("/"))
        if (one > 12) == (other > 12) and one != other:
            return None
        of_month, number = (other, one) if one > 12 else (one, other)
        period = periods.day(year, of_month, number) if 1 <= of_month <= 12 else None
    return (When("is", period=period), at + 1) if period else None


def _relative(tokens: Sequence[Token], at: int) -> Found | None:
    low = tokens[at].low
    count, behind = _count(tokens, at)
    if behind > at and behind + 1 < len(tokens) and tokens[behind + 1].low == "ago" and tokens[behind].lemma in _GRAINS:
        return When("ago", _GRAINS[tokens[behind].lemma], count), behind + 2
    if low in _TO_DATE:
        return When("to_date", _TO_DATE[low]), at + 1
    if low == "ttm":
        return When("last", "month", 12), at + 1
    if low in ("quarter", "month") and _are(tokens, at + 1, ("to", "date")):
        return When("to_date", low), at + 3
    if low == "today":
        return When("this", "day"), at + 1
    if low == "tomorrow":
        return When("next", "day"), at + 1
    behind = at + 1
    if _are(tokens, at, ("most", "recent")):
        low, behind = "last", at + 2
    if low not in _LAST | _THIS | _NEXT:
        return None
    count, behind = _count(tokens, behind)
    if behind >= len(tokens) or tokens[behind].lemma not in _GRAINS:
        return None
    grain = _GRAINS[tokens[behind].lemma]
    of_a_year = low == "last" and count == 1 and grain in _LAST_OF_YEAR and _are(tokens, behind + 1, ("of",))
    if of_a_year and (year := _year_phrase(tokens, behind + 1)):
        return When("bare", grain, _LAST_OF_YEAR[grain], of=year[0]), year[1]
    kind = "this" if low in _THIS else "next" if low in _NEXT else "last"
    when, behind = When(kind, grain, count), behind + 1
    if grain == "year" and kind != "next" and (part := _part(tokens, behind)):
        return part[0]._replace(of=when), part[1]
    return when, behind


def _count(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    if at < len(tokens):
        token = tokens[at]
        if token.kind == "number" and token.text.isdigit() and int(token.text) <= 1_000:
            return max(1, int(token.text)), at + 1
        if token.low in _COUNTS:
            return _COUNTS[token.low], at + 1
    return 1, at


def _ordinal(tokens: Sequence[Token], at: int) -> Found | None:
    """`third quarter of 2024`, `quarter 3`, `first half`."""
    if tokens[at].low in _ORDINALS and at + 1 < len(tokens) and tokens[at + 1].low in ("quarter", "half"):
        number, grain, behind = _ORDINALS[tokens[at].low], tokens[at + 1].low, at + 2
    elif tokens[at].low == "quarter" and at + 1 < len(tokens) and tokens[at + 1].text in ("1", "2", "3", "4"):
        number, grain, behind = int(tokens[at + 1].text), "quarter", at + 2
    else:
        return None
    if grain == "half" and number > 2:
        return None
    return _of_year(tokens, When("bare", grain, number), behind)


def _short(tokens: Sequence[Token], at: int) -> Found | None:
    """`Q3`, `h1`, `Q3FY24`, `fy2024`."""
    found = _SHORT.fullmatch(tokens[at].low)
    if found is None:
        return None
    letter, number, year, fiscal = found.groups()
    if fiscal:
        return _of_part(tokens, When("is", period=periods.year(_full(fiscal))), at + 1)
    if letter == "h" and int(number) > 2:
        return None
    when = When("bare", "quarter" if letter == "q" else "half", int(number))
    if year:
        return when._replace(of=When("is", period=periods.year(_full(year)))), at + 1
    behind = at + 1
    if behind < len(tokens) and tokens[behind].kind == "number" and re.fullmatch(r"[12]\d", tokens[behind].text):
        return when._replace(of=When("is", period=periods.year(_full(tokens[behind].text)))), behind + 1
    return _of_year(tokens, when, behind)


def _part(tokens: Sequence[Token], at: int) -> Found | None:
    """A part of a year that was named before it: `2024 Q3`."""
    if at < len(tokens) and (found := _short(tokens, at) or _ordinal(tokens, at)):
        return found if found[0].kind == "bare" and found[0].of is None else None
    return None


def _named_month(tokens: Sequence[Token], at: int) -> Found | None:
    """`March`, `March 2024`, `March 5, 2024`, `5 March 2024`, `5th of March 2024`."""
    number, behind = 0, at
    if (given := _day_number(tokens, at)) and at + 1 < len(tokens):
        number, behind = given, at + (2 if tokens[at + 1].low == "of" else 1)
    if behind >= len(tokens) or tokens[behind].low not in _MONTHS:
        return None
    of_month, sure = _MONTHS[tokens[behind].low], tokens[behind].low not in ("may", "march", "mar", "dec", "sep", "jan")
    behind += 1
    if not number and behind < len(tokens) and (given := _day_number(tokens, behind)):
        number, behind = given, behind + 1
    if year := _year_phrase(tokens, behind):
        if not number:
            return When("bare", "month", of_month, of=year[0]), year[1]
        if year[0].period and (day := periods.day(year[0].period.first.year, of_month, number)):
            return When("is", period=day), year[1]
        return None
    led = at > 0 and tokens[at - 1].low in (
        "in",
        "of",
        "since",
        "until",
        "during",
        "for",
        "to",
        "and",
        "from",
        "between",
        "by",
        "before",
        "after",
        "last",
        "through",
    )
    if number or not (sure or led):
        return None
    return When("bare", "month", of_month), behind


def _day_number(tokens: Sequence[Token], at: int) -> int:
    found = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", tokens[at].low)
    return int(found[1]) if found and 1 <= int(found[1]) <= 31 else 0


def _of_year(tokens: Sequence[Token], when: When, at: int) -> Found:
    year = _year_phrase(tokens, at)
    return (when._replace(of=year[0]), year[1]) if year else (when, at)


def _year_phrase(tokens: Sequence[Token], at: int) -> Found | None:
    """`2024`, `of 2024`, `in 2024`, `last year`, `of last year`."""
    if at < len(tokens) and tokens[at].low in ("of", "in", "for"):
        at += 1
    if at >= len(tokens):
        return None
    if tokens[at].low == "the":
        at += 1
    found = _plain_year(tokens, at) or (_relative(tokens, at) if at < len(tokens) else None)
    if found is None or (found[0].kind in ("this", "last") and (found[0].grain != "year" or found[0].number != 1)):
        return None
    return found if found[0].kind in ("this", "last", "is") else None


def _plain_year(tokens: Sequence[Token], at: int) -> Found | None:
    if at >= len(tokens):
        return None
    text = tokens[at].text
    if tokens[at].kind == "number" and re.fullmatch(r"(?:19|20)\d\d", text):
        return When("is", period=periods.year(int(text))), at + 1
    found = re.fullmatch(r"fy(\d{2}|\d{4})", tokens[at].low)
    return (When("is", period=periods.year(_full(found[1]))), at + 1) if found else None


def _year(tokens: Sequence[Token], at: int) -> Found | None:
    """A year, with a part of it behind it; no year where it is what something is compared with."""
    found = _plain_year(tokens, at)
    if found is None or (at and tokens[at - 1].low in _COMPARED):
        return None
    return _of_part(tokens, *found)


def _of_part(tokens: Sequence[Token], when: When, at: int) -> Found:
    part = _part(tokens, at)
    return (part[0]._replace(of=when), part[1]) if part else (when, at)


def _full(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _are(tokens: Sequence[Token], at: int, lows: Sequence[str]) -> bool:
    return [token.low for token in tokens[at : at + len(lows)]] == list(lows)
