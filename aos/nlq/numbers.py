"""Amounts as people write them: 10k, $2.5m, 1,000, 5 %, two hundred thousand."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from aos.nlq.text import Token

_SPELLED = re.compile(r"(-?)([$€£]?)(\d[\d,]*(?:\.\d+)?)(k|m|mm|mn|bn|b|%)?(\+?)", re.I)
_THOUSANDS = re.compile(r"-?[$€£]?[1-9]\d{0,2}\.\d{3}")
_SCALES = {
    "k": 10**3, "m": 10**6, "mm": 10**6, "mn": 10**6, "bn": 10**9, "b": 10**9, "thousand": 10**3, "grand": 10**3,
    "million": 10**6, "mio": 10**6, "billion": 10**9, "hundred": 100,
}  # fmt: skip
_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50,
}  # fmt: skip
_OFTEN, _BOUNDS = {"once": 1, "twice": 2}, frozenset(("than", "least", "most", "exactly"))  # `more than once`
_LIMITS = _BOUNDS | frozenset("over under above below exceeding".split())
_COMPARED = frozenset("as the more higher larger greater bigger less".split())  # `3 times as many`
_ONES = frozenset("second minute hour day week".split())
_MONEY = {
    "dollar": "USD", "usd": "USD", "euro": "EUR", "eur": "EUR", "pound": "GBP", "gbp": "GBP", "buck": "USD",
}  # fmt: skip
CURRENCIES = frozenset(
    "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR JPY KRW KWD MAD MXN MYR NGN NOK"
    " NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR".split()
)
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}


class Amount(NamedTuple):
    """`money` is the currency that was written, `percent` that a percent sign was, `more` a plus behind it; `unsure`:
    it may be thousands (`10.000`); `often`: it says how many times."""

    value: int | float
    money: str = ""
    percent: bool = False
    more: bool = False
    unsure: bool = False
    often: bool = False


def amount_at(tokens: Sequence[Token], at: int) -> tuple[Amount, int] | None:
    """The amount that begins at a token, and the place behind it."""
    token = tokens[at]
    money, percent, more = "", False, False
    if token.kind == "number":
        match = _SPELLED.fullmatch(token.text)
        if match is None:
            return None
        sign, currency, digits, scale, plus = match.groups()
        value = Decimal(sign + digits.replace(",", ""))
        money, percent, more = _SIGNS.get(currency, ""), scale == "%", bool(plus)
        value *= _SCALES.get((scale or "").lower(), 1)
    elif token.low in _OFTEN:
        return _times(tokens, at)
    elif one := _one_of(tokens, at):
        return one
    elif token.low in _WORDS:
        value = Decimal(_WORDS[token.low])
    else:
        return None
    end = at + 1
    while end < len(tokens) and tokens[end].low in _SCALES and (tokens[end].low not in "mb" or token.kind == "number"):
        value *= _SCALES[tokens[end].low]
        end += 1
    if end < len(tokens) and tokens[end].low in ("%", "percent", "pct"):
        percent, end = True, end + 1
    elif end < len(tokens) and tokens[end].lemma in _MONEY:
        money, end = _MONEY[tokens[end].lemma], end + 1
    times = end < len(tokens) and tokens[end].low == "times" and not _goes_on(tokens, end + 1)
    return Amount(_plain(value), money, percent, more, bool(_THOUSANDS.fullmatch(token.text)), times), end + times


def _times(tokens: Sequence[Token], at: int) -> tuple[Amount, int] | None:
    """`more than once`, `reopened twice`; a lone `once` is `as soon as`, and `twice as many` compares."""
    bound = at > 0 and tokens[at - 1].low in _BOUNDS
    if not bound and (tokens[at].low == "once" or _goes_on(tokens, at + 1)):
        return None
    return Amount(_OFTEN[tokens[at].low], often=True), at + 1


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].low in _COMPARED


def _one_of(tokens: Sequence[Token], at: int) -> tuple[Amount, int] | None:
    """`more than a day`, `under half an hour`: one of a unit of time, or half of it, behind a limit."""
    half = tokens[at].low == "half"
    end = at + 1 + half
    article = end < len(tokens) and tokens[end - 1].low in ("a", "an") and tokens[end].low in _ONES
    if not article or at == 0 or tokens[at - 1].low not in _LIMITS:
        return None
    return Amount(0.5 if half else 1), end


def scale_of(text: str) -> int:
    """What the figure of an amount as it is written is multiplied by: 1000 of `10k`."""
    scale = 1
    for word in text.split():
        spelled = _SPELLED.fullmatch(word)
        scale *= _SCALES.get(((spelled[4] or "") if spelled else word).lower(), 1)
    return scale


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
