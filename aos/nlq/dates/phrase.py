"""One time without a bound, and the ends of it: `Q3 2024`, `end of June`, `2024 year-end`, `when 2023 closed`."""

from collections.abc import Sequence

from aos.nlq.dates.named import dated, named_month, ordinal, plain_year, short, year
from aos.nlq.dates.relative import relative
from aos.nlq.dates.words import (
    GRAINS,
    LEADS,
    MONTHS,
    NO_PERIOD,
    PARTLY,
    SEASONS,
    Found,
    are,
    as_month,
    longest,
    low,
    odd,
    over_the,
)
from aos.nlq.text import Token
from aos.nlq.when import When

_ENDS = {
    "end": "end", "close": "end", "start": "start", "beginning": "start", "closing": "end", "opening": "start",
    "outset": "start", "conclusion": "end",
}  # fmt: skip
_CLOSED = {
    "closed": "end", "ended": "end", "finished": "end", "closes": "end", "ends": "end", "began": "start",
    "started": "start", "opened": "start", "begins": "start", "starts": "start",
}  # fmt: skip
_YEAR_ENDS = (
    (("fiscal", "year", "end"), "year"), (("financial", "year", "end"), "year"), (("calendar", "year", "end"), "year"),
    (("year", "end"), "year"), (("yearend",), "year"), (("eoy",), "year"), (("ye",), "year"),
    (("quarter", "end"), "quarter"), (("eoq",), "quarter"), (("month", "end"), "month"), (("eom",), "month"),
)  # fmt: skip
_GLUED = frozenset(("end", "start"))


def one(tokens: Sequence[Token], at: int, *, led: bool = False) -> Found | None:
    """The longest phrase of one time. `led`: a word before it says that a time follows, so that `Jan` is no name."""
    if at >= len(tokens) or tokens[at].low == "of":
        return None
    if tokens[at].low == "in":
        return _whole(tokens, at)
    if tokens[at].low == "the":
        return one(tokens, at + 1, led=led)
    if edged := _edge(tokens, at) or _year_end(tokens, at) or _when_closed(tokens, at):
        return edged
    found = _whole(tokens, at) or _plain(tokens, at, led=led)
    return _ended(tokens, found) if found else None


def _plain(tokens: Sequence[Token], at: int, *, led: bool = False) -> Found | None:
    if found := relative(tokens, at) or dated(tokens, at):
        return found
    word = tokens[at].low
    if word == "month" and low(tokens, at + 1) == "of" and low(tokens, at + 2) in MONTHS:
        return named_month(tokens, at + 2, led=True)
    if word in ("year", "calendar", "fiscal", "financial") and low(tokens, at - 1) not in ("by", "per", "each"):
        behind = at + 1
        while low(tokens, behind) in ("year", "of"):
            behind += 1
        if plain_year(tokens, behind):
            return year(tokens, behind)
        if word != "year" and behind < len(tokens) and behind == at + 1:  # `fiscal Q3 2024`
            return short(tokens, behind) or ordinal(tokens, behind)
    return ordinal(tokens, at) or short(tokens, at) or named_month(tokens, at, led=led) or year(tokens, at)


def _whole(tokens: Sequence[Token], at: int) -> Found | None:
    """`the full year 2024`, `throughout 2024`, `over the course of 2025`."""
    size = longest(tokens, at, LEADS)
    found = one(tokens, over_the(tokens, at + size), led=True) if size else None
    if found is None or found[0].kind in ("odd", "all"):
        return None
    return found if not found[0].edge else None


def _edge(tokens: Sequence[Token], at: int) -> Found | None:
    """`end of June`, `the very end of 2024`, `beginning of the year`, `end-2024`."""
    if tokens[at].low == "very":
        at += 1
    edge = _ENDS.get(low(tokens, at), "")
    if not edge:
        return None
    behind = at + 1
    if low(tokens, behind) == "of":
        behind = over_the(tokens, behind + 1)
        behind += low(tokens, behind) == "both"
        if low(tokens, behind) in GRAINS and (alone := _alone(tokens, behind)):
            return alone[0]._replace(edge=edge), alone[1]
        if low(tokens, behind) in GRAINS and low(tokens, behind) != "day":
            found = one(tokens, behind)
            this = (When("this", GRAINS[tokens[behind].low]), behind + 1)
            when, end = found if found and not found[0].edge and found[0].kind not in ("odd", "or") else this
            return when._replace(edge=edge), end
    elif low(tokens, at) != "end" or low(tokens, behind) in ("the", "in"):
        return None
    found = as_month(_plain(tokens, behind, led=True)) if behind < len(tokens) else None
    if found is None or found[0].kind == "odd":
        return None
    return found[0]._replace(edge=edge), found[1]


def _alone(tokens: Sequence[Token], at: int) -> Found | None:
    """`end of year`: this one; `end of year 2024` says which."""
    following = low(tokens, at + 1)
    if following.isdigit() or following in ("ended", "ending", "to", "end", "of", "so"):
        return None
    return (When("this", GRAINS[tokens[at].low]), at + 1) if tokens[at].low != "day" else None


def _year_end(tokens: Sequence[Token], at: int) -> Found | None:
    """`year-end 2024`, `quarter end Q2 2025`, `month-end June`; alone the last one that there was."""
    for words, grain in _YEAR_ENDS:
        if are(tokens, at, words):
            behind = at + len(words)
            inner = over_the(tokens, behind + 1 if low(tokens, behind) in ("of", "in", "at", "for") else behind)
            found = as_month(_plain(tokens, inner, led=True)) if inner < len(tokens) else None
            if found and found[0].kind in ("is", "bare", "last", "this", "ago"):
                return found[0]._replace(edge="end"), found[1]
            if words == ("ye",):
                return None
            return When("last", grain, edge="end"), behind
    return None


def _when_closed(tokens: Sequence[Token], at: int) -> Found | None:
    """`when 2023 closed`, `as the year ended`."""
    if tokens[at].low not in ("when", "as", "once"):
        return None
    inner = over_the(tokens, at + 1)
    if inner >= len(tokens):
        return None
    found = _plain(tokens, inner, led=True)
    if found is None and tokens[inner].low in ("year", "quarter", "month"):
        found = When("this", tokens[inner].low), inner + 1
    if found is None or found[0].kind not in ("is", "bare", "this", "last"):
        return None
    edge = _CLOSED.get(low(tokens, found[1]), "")
    behind = found[1] + 1
    if not edge and are(tokens, found[1], ("was", "over")):
        edge, behind = "end", found[1] + 2
    return (found[0]._replace(edge=edge), behind) if edge else None


def _ended(tokens: Sequence[Token], found: Found) -> Found:
    """`2024 year-end`, `Q2 quarter end`, `June-end`: the end of what stands before it."""
    when, at = found
    if when.kind not in ("is", "bare", "last", "this"):
        return found
    for words, _ in _YEAR_ENDS:
        if len(words) < 3 and words != ("ye",) and are(tokens, at, words):
            return when._replace(edge="end"), at + len(words)
    if at < len(tokens) and tokens[at].low in _GLUED and tokens[at].gap == "-":
        return when._replace(edge=_ENDS[tokens[at].low]), at + 1
    if at + 1 < len(tokens) and tokens[at].low == "s" and tokens[at + 1].low in ("end", "close"):
        return when._replace(edge="end"), at + 2
    return found


def vague(tokens: Sequence[Token], at: int) -> Found | None:
    """`early 2024`, `mid-March`, `last Friday`, `Christmas`, `summer 2024`, `week 12`: no days that are certain."""
    word, behind = tokens[at].low, at + 1
    if word in PARTLY:
        behind += low(tokens, behind) == "of"
        found = _plain(tokens, behind, led=True) if behind < len(tokens) else None
        said = " ".join(token.low for token in tokens[at : found[1]]) if found else ""
        return (odd(f"Which days are `{said}`? Name days, months or quarters."), found[1]) if found else None
    if word == "week" and low(tokens, behind).isdigit():
        return odd("Weeks by number are not supported; name the days."), behind + 1
    if are(tokens, at, ("week", "of")) and behind + 1 < len(tokens):
        found = _plain(tokens, over_the(tokens, behind + 1), led=True)
        return (odd("Weeks by name are not supported; name the days."), found[1]) if found else None
    if word in SEASONS:
        found = year(tokens, behind + (low(tokens, behind) == "of")) if behind < len(tokens) else None
        if word == "fall" and low(tokens, at - 1) not in ("in", "during", "last", "this"):
            return None
        return odd(f"A {word} is no period that data have; name months or quarters."), found[1] if found else behind
    if word in NO_PERIOD or tokens[at].lemma in NO_PERIOD:
        found = year(tokens, behind) if behind < len(tokens) else None
        return odd(f"`{word}` is no period that can be asked for; name days."), found[1] if found else behind
    return None
