"""The phrases that mean a time: `Q3 2024`, `last quarter`, `ytd`, `since March`, `by the end of 2024`.

words.py      the words, and looking at tokens
named.py      years, quarters, months, days by name
relative.py   last, this, ago, to date, the first of
phrase.py     one time, and its beginning or end
ranges.py     from one to another
"""

from collections.abc import Sequence

from aos.nlq.dates.named import plain_year
from aos.nlq.dates.phrase import one, vague
from aos.nlq.dates.ranges import ranged
from aos.nlq.dates.words import ALWAYS, LAST, NOW, PROTECTED, Found, longest, low
from aos.nlq.text import Token
from aos.nlq.when import When

_BOUNDS = {
    "ever since": "from", "since": "from", "starting in": "from", "starting from": "from", "starting with": "from",
    "starting on": "from", "starting": "from", "beginning in": "from", "beginning with": "from", "beginning": "from",
    "on or after": "from", "no earlier than": "from", "not earlier than": "from", "not before": "from",
    "as from": "from", "effective from": "from", "any time after": "after", "after": "after", "later than": "after",
    "subsequent to": "after", "post": "after", "before": "before", "prior to": "before", "earlier than": "before",
    "ahead of": "before", "pre": "before", "until": "until", "till": "until", "up to": "until", "up until": "until",
    "up till": "until", "up to and including": "until", "up through": "until", "through": "until", "thru": "until",
    "to": "until", "on or before": "until", "no later than": "until", "not later than": "until", "not after": "until",
    "by": "by", "as of": "at", "as at": "at", "as on": "at",
}  # fmt: skip
_PHRASES = {tuple(phrase.split()): means for phrase, means in _BOUNDS.items()}
_BEHIND = {
    ("onward",): "from", ("onwards",): "from", ("forward",): "from", ("forwards",): "from", ("and", "later"): "from",
    ("or", "later"): "from", ("and", "after"): "from", ("or", "after"): "from", ("and", "beyond"): "from",
    ("and", "onwards"): "from", ("and", "earlier"): "until", ("or", "earlier"): "until", ("and", "before"): "until",
    ("or", "before"): "until",
}  # fmt: skip
_THROUGH = (("through",), ("thru",))
_RELATIVE = ("last", "this", "next", "ago", "to_date", "first", "final", "ending", "same", "before_last")


def when_at(tokens: Sequence[Token], at: int) -> Found | None:
    """The longest phrase of time that begins at a token, and the place behind it."""
    now, always = longest(tokens, at, NOW), longest(tokens, at, ALWAYS)
    found = _bounded(tokens, at) or _free(tokens, at) or vague(tokens, at)
    behind = found[1] if found else at
    if now and at + now >= behind:
        return When("now"), at + now
    if always and at + always >= behind:
        return When("all"), at + always
    return found


def _free(tokens: Sequence[Token], at: int) -> Found | None:
    """A range, or one time, with what may stand behind it."""
    leading = tokens[at].low if tokens[at].low in ("between", "from") else ""
    if leading and (found := ranged(tokens, at + 1, leading)):
        return found
    if leading == "from":
        begun = one(tokens, at + 1, led=True)
        if onward := _onward(tokens, begun, True):
            return onward
        return (begun[0]._replace(bound="from"), begun[1]) if begun and begun[0].edge else None
    if leading:
        return None
    if found := ranged(tokens, at, ""):
        return found
    return _onward(tokens, one(tokens, at), low(tokens, at - 1) == "from") or one(tokens, at)


def _onward(tokens: Sequence[Token], found: Found | None, led: bool) -> Found | None:
    """`2024 onwards`, `2024 and later`, `from 2024 on`; None where nothing of the kind stands there."""
    if found is None:
        return None
    when, at = found
    size = longest(tokens, at, _BEHIND)
    if size:
        return when._replace(bound=_BEHIND[tuple(token.low for token in tokens[at : at + size])]), at + size
    return (when._replace(bound="from"), at + 1) if led and low(tokens, at) == "on" else None


def _bounded(tokens: Sequence[Token], at: int) -> Found | None:
    """A bound stands only before a time: of `has since been closed` `since` is none."""
    size = longest(tokens, at, _PHRASES)
    phrase = tuple(token.low for token in tokens[at : at + size])
    if not size or (phrase in (("post",), ("pre",)) and (at + 1 >= len(tokens) or tokens[at + 1].gap != "-")):
        return None
    found = one(tokens, at + size, led=True)
    if found is None or found[0].kind in ("odd", "same"):
        return found
    when, behind = found
    if phrase == ("to",) and not when.edge:
        return None
    if phrase == ("by",) and not when.edge and (when.kind in _RELATIVE or when.kind == "or"):
        return None
    if when.kind == "next" or (when.kind == "this" and when.grain == "day" and _PHRASES[phrase] in ("until", "by")):
        return (When("all"), behind) if when.kind == "this" else found
    if phrase in _THROUGH and plain_year(tokens, at + size) and behind == at + size + 1:
        return when._replace(bound="through"), behind
    if phrase == ("by",) and when.kind == "last" and not any(token.low in LAST for token in tokens[at:behind]):
        when = when._replace(kind="this")  # `by year-end`: of the year that is running
    return when._replace(bound=_PHRASES[phrase]), behind


__all__ = ["PROTECTED", "when_at"]
