"""The words that times are said with, and how tokens are looked at."""

import re
from collections.abc import Iterable, Sequence

from aos.nlq.text import Token
from aos.nlq.when import When

Found = tuple[When, int]

MONTHS = {name: n // 2 + 1 for n, name in enumerate(
    "jan january feb february mar march apr april may may jun june jul july aug august sep september oct october"
    " nov november dec december".split()
)} | {"sept": 9}  # fmt: skip
GRAINS = {
    "year": "year", "yr": "year", "quarter": "quarter", "qtr": "quarter", "month": "month", "week": "week",
    "day": "day", "half": "half",
}  # fmt: skip
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "eighteen": 18, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
VAGUE = ("few", "several", "some", "many")
LAST = {"last", "past", "previous", "prior", "latest", "trailing", "preceding"}
THIS = {"this", "current"}
NEXT = {"next", "upcoming", "coming", "following"}
NOW = (
    ("right", "now"), ("as", "of", "now"), ("as", "of", "today"), ("as", "it", "stands", "today"),
    ("as", "it", "stands"), ("as", "things", "stand"), ("at", "present"), ("at", "the", "moment"), ("now",),
    ("nowadays",), ("these", "days"), ("at", "this", "point"), ("at", "this", "time"),
)  # fmt: skip
ALWAYS = (
    ("in", "our", "history"), ("in", "all", "of", "our", "history"), ("in", "all", "our", "history"),
    ("in", "our", "entire", "history"), ("in", "the", "history"), ("of", "all", "time"),
    ("over", "the", "whole", "period"), ("over", "the", "entire", "period"), ("over", "the", "full", "period"),
    ("in", "the", "whole", "period"), ("across", "the", "whole", "period"), ("over", "all", "time"),
    ("all", "time"), ("to", "date"), ("till", "date"), ("so", "far"), ("until", "now"), ("up", "to", "now"),
    ("till", "now"), ("up", "until", "now"), ("until", "today"), ("till", "today"), ("up", "to", "today"),
)  # fmt: skip
# What stands before a period that is meant as a whole.
LEADS = (
    ("over", "the", "course", "of"), ("in", "the", "course", "of"), ("over", "the", "whole", "of"), ("throughout",),
    ("during", "all", "of"), ("during",), ("all", "through"), ("all", "of"), ("whole", "of"), ("full",), ("whole",),
    ("entire",), ("complete",), ("entirety", "of"),
)  # fmt: skip
SEASONS = frozenset(("spring", "summer", "autumn", "winter", "fall"))
NO_PERIOD = frozenset(
    "christmas xmas easter thanksgiving halloween ramadan monday tuesday wednesday thursday friday saturday sunday"
    " weekend weekday".split()
)
PARTLY = frozenset(("early", "late", "mid", "middle"))
# Words that no near name may be put in for.
PROTECTED = (
    frozenset(word for phrases in (NOW, ALWAYS, LEADS) for phrase in phrases for word in phrase)
    | frozenset((*MONTHS, *COUNTS, *VAGUE, *ORDINALS))
    | (SEASONS - {"fall"})
    | NO_PERIOD
    | PARTLY
    | frozenset(
        "start end close beginning ended ending began begun started through onward later earlier until yesterday"
        " couple final pre post yearend dozen same".split()
    )
)


def are(tokens: Sequence[Token], at: int, lows: Sequence[str]) -> bool:
    # Asked thousands of times a question, and nearly always wrong at the first word.
    if lows and (at >= len(tokens) or tokens[at].low != lows[0]):
        return False
    return [token.low for token in tokens[at : at + len(lows)]] == list(lows)


def longest(tokens: Sequence[Token], at: int, phrases: Iterable[Sequence[str]]) -> int:
    """How many tokens the longest of these phrases takes here; 0 where none stands."""
    return max((len(phrase) for phrase in phrases if are(tokens, at, phrase)), default=0)


def low(tokens: Sequence[Token], at: int) -> str:
    """The word that stands there, or nothing."""
    return tokens[at].low if 0 <= at < len(tokens) else ""


def over_the(tokens: Sequence[Token], at: int) -> int:
    """The place behind a `the`."""
    return at + 1 if low(tokens, at) == "the" else at


def count(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """How many, and the place behind it: 1 and the same place where nobody says."""
    if at < len(tokens):
        token = tokens[at]
        if token.kind == "number" and token.text.isdigit() and int(token.text) <= 1_000:
            return max(1, int(token.text)), at + 1
        if token.low in COUNTS:
            return COUNTS[token.low], at + 1
        for few, phrases in ((2, ("couple", "of")), (2, ("couple",)), (12, ("dozen",))):
            if are(tokens, at, phrases):
                return few, at + len(phrases)
    return 1, at


def grain(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """`quarters`, `full quarters`, `calendar months`, `half year`: which, and the place behind it."""
    while low(tokens, at) in ("full", "complete", "completed", "calendar", "fiscal", "consecutive", "whole"):
        at += 1
    if at >= len(tokens) or tokens[at].lemma not in GRAINS:
        return "", at
    found = GRAINS[tokens[at].lemma]
    halved = found == "half" and at + 1 < len(tokens) and tokens[at + 1].lemma == "year"
    return found, at + (2 if halved else 1)


def full(year: str) -> int:
    """`24` is 2024."""
    return int(year) if len(year) == 4 else 2000 + int(year)


def short_year(tokens: Sequence[Token], at: int) -> int:
    """`'24`: the year, or 0."""
    if at < len(tokens) and tokens[at].gap.endswith("'") and re.fullmatch(r"\d\d", tokens[at].text):
        return full(tokens[at].text)
    return 0


def as_month(found: Found | None) -> Found | None:
    """`Mar 24` where a day would make no sense: March 2024."""
    if found and found[0].kind == "or" and found[0].until:
        return found[0].until, found[1]
    return found


def odd(why: str, *choices: str) -> When:
    """A time that is understood, but not which days it is."""
    return When("odd", why=why, choices=choices)
