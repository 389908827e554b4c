"""Periods that are counted from another day: `last 4 quarters`, `a year ago`, `ytd`, `first 6 months of 2025`."""

import re
from collections.abc import Sequence

from aos.nlq.dates.named import dated, named_month, ordinal, plain_year, short, year_phrase
from aos.nlq.dates.words import (
    GRAINS,
    LAST,
    MONTHS,
    NEXT,
    THIS,
    VAGUE,
    Found,
    are,
    as_month,
    count,
    grain,
    low,
    odd,
    over_the,
)
from aos.nlq.text import Token
from aos.nlq.when import When

_LAST_OF_YEAR = {"quarter": 4, "half": 2, "month": 12}
_TO_DATE = {"ytd": "year", "qtd": "quarter", "mtd": "month"}
_MONTHS_BACK = re.compile(r"[lt](\d{1,2})m", re.I)
_ENDED = ("ended", "ending", "to", "through", "until")
_HAS = frozenset("that which we has have s is was".split())
_OVER = frozenset("gone ended past passed closed finished completed over elapsed".split())
_PER = frozenset(("per", "by", "each", "every", "over", "for each", "a"))


def relative(tokens: Sequence[Token], at: int) -> Found | None:
    for read in (_just, _ago, _to_date, _part_of, _ending, _same, _counted):
        if found := read(tokens, at):
            return found
    return None


def _just(tokens: Sequence[Token], at: int) -> Found | None:
    """`the quarter that has just ended`, `the month just gone by`, `the just-closed quarter`: the last one."""
    behind = at
    if tokens[at].low in GRAINS:
        behind += 1
        while low(tokens, behind) in _HAS:
            behind += 1
    if low(tokens, behind) != "just" or low(tokens, behind + 1) not in _OVER:
        return None
    if behind > at:
        return When("last", GRAINS[tokens[at].low]), behind + (3 if low(tokens, behind + 2) == "by" else 2)
    if low(tokens, behind + 2) not in GRAINS:
        return None
    return When("last", GRAINS[low(tokens, behind + 2)]), behind + 3


def _ago(tokens: Sequence[Token], at: int) -> Found | None:
    """`two quarters ago`, `a year ago`, `a year earlier`, `yesterday`, `tomorrow`."""
    word = tokens[at].low
    if word in ("today", "tomorrow", "yesterday"):
        kinds = {"today": "this", "tomorrow": "next", "yesterday": "ago"}
        return When(kinds[word], "day"), at + 1
    if word in GRAINS and are(tokens, at + 1, ("before", "last")):
        return When("before_last", GRAINS[word]), at + 3
    number, behind = (1, at + 1) if word in ("a", "an") else count(tokens, at)
    if behind == at or behind >= len(tokens) or tokens[behind].lemma not in GRAINS:
        return None
    if low(tokens, behind + 1) not in ("ago", "earlier", "back"):
        return None
    return When("ago", GRAINS[tokens[behind].lemma], number), behind + 2


def _to_date(tokens: Sequence[Token], at: int) -> Found | None:
    """`ytd`, `year to date`, `this month so far`, `so far this year`, `YTD March 2024`."""
    word, behind = tokens[at].low, at + 1
    if word in _TO_DATE:
        return _until(tokens, _TO_DATE[word], behind)
    if are(tokens, at, ("so", "far")) and low(tokens, at + 2) in ("this", "the") and low(tokens, at + 3) in GRAINS:
        return When("to_date", GRAINS[tokens[at + 3].low]), at + 4
    so_far = word in THIS | {"year", "quarter", "month", "calendar", "fiscal"}
    named = behind if word in THIS and low(tokens, behind) in GRAINS else at
    if word in ("calendar", "fiscal") and low(tokens, behind) == "year":
        named = behind
    if so_far and low(tokens, named) in ("year", "quarter", "month"):
        if are(tokens, named + 1, ("to", "date")):
            return _until(tokens, tokens[named].low, named + 3)
        if are(tokens, named + 1, ("so", "far")):
            return When("to_date", tokens[named].low), named + 3
    return None


def _until(tokens: Sequence[Token], of: str, at: int) -> Found:
    """Behind `ytd` a period may say until when; until when of a whole year nobody knows."""
    behind = over_the(tokens, at + 1 if low(tokens, at) in ("through", "to", "until", "as", "for", "in", "at") else at)
    if low(tokens, at) == "as" and low(tokens, at + 1) == "of":
        behind = over_the(tokens, at + 2)
    if behind < len(tokens):
        if plain_year(tokens, behind):
            whole = year_phrase(tokens, behind)
            if whole and (piece := short(tokens, whole[1]) if whole[1] < len(tokens) else None) is None:
                return odd("Until which day of that year? A year to date ends with a day."), whole[1]
            if whole and piece:
                return When("to_date", of, of=piece[0]._replace(of=whole[0])), piece[1]
        if found := short(tokens, behind) or as_month(named_month(tokens, behind, led=True)):
            return When("to_date", of, of=found[0]), found[1]
    return When("to_date", of), at


def _part_of(tokens: Sequence[Token], at: int) -> Found | None:
    """`the first three quarters of 2024`, `final quarter of 2024`, `last day of June`, `first half of the year`."""
    word = tokens[at].low
    first, final = word in ("first", "initial", "opening"), word in ("last", "final", "closing")
    if not first and not final:
        return None
    number, behind = count(tokens, at + 1)
    said = behind > at + 1
    of, behind = grain(tokens, behind)
    if not of or (said and low(tokens, at + 1) in ("dozen",)):
        return None
    parent = _parent(tokens, behind)
    if parent is None:
        if said and first:
            return When("first", of, number), behind
        return (When("bare", of, _LAST_OF_YEAR[of]), behind) if word == "final" and of in _LAST_OF_YEAR else None
    when, end = parent
    yearly = (when.kind == "is" and when.period is not None and when.period.grain == "year") or (
        when.kind in ("this", "last") and when.grain == "year"
    )
    if of == "week" or (of == "half" and not yearly):
        return odd(f"Which days are the {' '.join(t.low for t in tokens[at:end])}? Name them."), end
    if of in _LAST_OF_YEAR and yearly and number == 1 and not said:
        return When("bare", of, 1 if first else _LAST_OF_YEAR[of], of=when), end
    return When("first" if first else "final", of, number, of=when), end


def _parent(tokens: Sequence[Token], at: int) -> Found | None:
    """What something is a part of: a year, a half, a quarter, a month."""
    if low(tokens, at) not in ("of", "in", "for"):
        return None
    if found := year_phrase(tokens, at):
        return found
    inner = over_the(tokens, at + 1)
    if inner >= len(tokens) or low(tokens, at) != "of":
        return None
    named = short(tokens, inner) or ordinal(tokens, inner) or as_month(named_month(tokens, inner, led=True))
    return named or (_counted(tokens, inner) if tokens[inner].low in LAST | THIS else None)


def _ending(tokens: Sequence[Token], at: int) -> Found | None:
    """`the year ended 30 June 2024`, `12 months to June 2025`, `quarter ending March 2024`."""
    if low(tokens, at - 1) in _PER:
        return None
    number, behind = count(tokens, at)
    said = behind > at
    of, behind = grain(tokens, behind)
    link = low(tokens, behind)
    if not of or link not in _ENDED or (link not in _ENDED[:2] and not (said or of == "year")):
        return None
    behind = over_the(tokens, behind + (2 if low(tokens, behind + 1) in ("on", "in", "at") else 1))
    if behind >= len(tokens):
        return None
    end = dated(tokens, behind) or as_month(named_month(tokens, behind, led=True)) or short(tokens, behind)
    return (When("ending", of, number, of=end[0]), end[1]) if end else None


def _same(tokens: Sequence[Token], at: int) -> Found | None:
    """`the same quarter last year`, `same period of the previous year`; `the quarter before`."""
    if tokens[at].low in ("year", "quarter", "month") and low(tokens, at + 1) == "before":
        behind = over_the(tokens, at + 2)
        if behind < len(tokens) and (plain_year(tokens, behind) or short(tokens, behind) or dated(tokens, behind)):
            return None
        return When("same", tokens[at].low, 0), at + 2
    if tokens[at].low != "same":
        return None
    word = low(tokens, at + 1)
    if word not in ("period", "time", "day", *GRAINS):
        return None
    behind = at + (3 if low(tokens, at + 2) in ("of", "in") else 2)
    behind = over_the(tokens, behind)
    before = any(are(tokens, behind, words) for words in (("a", "year", "ago"), ("a", "year", "earlier")))
    if before:
        return When("same", GRAINS.get(word, "")), behind + 3
    if are(tokens, behind, ("year", "before")) or (low(tokens, behind) in LAST and low(tokens, behind + 1) == "year"):
        return When("same", GRAINS.get(word, "")), behind + 2
    return None


def _counted(tokens: Sequence[Token], at: int) -> Found | None:
    """`last quarter`, `past six months`, `this year`, `ttm`, `last Q3`, `last June`; a part of that year behind it."""
    word, behind = tokens[at].low, at + 1
    if word in ("ttm", "ltm"):
        return When("last", "month", 12), behind
    if back := _MONTHS_BACK.fullmatch(word):
        return When("last", "month", int(back[1])), behind
    if are(tokens, at, ("most", "recent")):
        word, behind = "last", at + 2
    if word not in LAST | THIS | NEXT:
        return None
    if word in ("last", "this", "past") and (named := _named(tokens, behind)):
        return named
    if word == "next" and (named := _named(tokens, behind)):
        return When("next", named[0].grain), named[1]
    if low(tokens, behind) in VAGUE and grain(tokens, behind + 1)[0]:
        return odd(f"How many are `{low(tokens, behind)}`?"), grain(tokens, behind + 1)[1]
    number, behind = count(tokens, behind)
    of, behind = grain(tokens, behind)
    if not of:
        return None
    if of == "year" and word in ("past", "trailing"):
        of, number = "month", 12 * number
    kind = "this" if word in THIS else "next" if word in NEXT else "last"
    when = When(kind, of, number)
    if of == "year" and kind != "next" and behind < len(tokens):
        piece = short(tokens, behind) or ordinal(tokens, behind)
        if piece and piece[0].kind == "bare" and piece[0].of is None:
            return piece[0]._replace(of=when), piece[1]
    return when, behind


def _named(tokens: Sequence[Token], at: int) -> Found | None:
    """A quarter or a month behind `last`: the newest one."""
    if at >= len(tokens) or (tokens[at].low not in MONTHS and not re.fullmatch(r"[qh][1-4]", tokens[at].low)):
        return None
    found = short(tokens, at) or named_month(tokens, at, led=True)
    return found if found and found[0].kind == "bare" and found[0].grain != "day" and found[0].of is None else None
