"""Compounds, written together or apart as the data have them: `head count`, `cashflow`."""

from collections.abc import Callable, Container, Iterable, Sequence
from itertools import pairwise

from aos.nlq.cues import is_stop
from aos.nlq.text import Token, lemma

_LEAST = 3  # letters of either half; shorter ones are found in words that have nothing to do with them
_JOINING = frozenset("and or & vs versus".split())
_NOT = frozenset(("not", "never"))
_DENYING = _NOT | frozenset("is are was were has have had been be being yet".split())
_UNITS = frozenset(("day", "hour", "week", "month", "year"))


def recut(
    tokens: Sequence[Token],
    is_known: Callable[[str], bool],
    phrases: Iterable[Sequence[str]],
    rows: Container[str] = (),
    flags: Iterable[Sequence[str]] = (),
) -> list[Token]:
    """What is denied of a yes or no (`flags` are their names) is denied before it. A row's word inside of a name goes
    before it (`rows` are those words). Two words of which one is unknown become the known word that they make; an
    unknown word becomes two that stand side by side in a name; a span of time is written as a name has it."""
    beside = {pair for phrase in phrases for pair in pairwise(phrase)}
    tokens = _with_not_before(tokens, [name for name in map(tuple, flags) if len(name) > 1])
    tokens = _with_heads(_with_rows_before(tokens, beside, rows), beside)
    halves = {"".join(pair): pair for pair in beside}
    found: list[Token] = []
    for token in tokens:
        before = found[-1] if found else None
        if before is not None and (whole := _joined(before, token, is_known) or _span(found, token, beside)):
            found[-1] = whole
            continue
        if token.low.startswith("un") and not is_known(token.lemma) and is_known(lemma(token.low[2:])):
            found += _parted(token, "un", token.low[2:])  # `unpaid` is not paid
            found[-2] = found[-2]._replace(text="not", low="not", lemma="not")
            continue
        pair = None if is_known(token.lemma) or is_stop(token.low) else halves.get(token.lemma)
        found += _parted(token, pair[0], pair[1]) if pair and min(map(len, pair)) >= _LEAST else [token]
    return found


def _with_rows_before(tokens: Sequence[Token], beside: Container[tuple[str, ...]], rows: Container[str]) -> list[Token]:
    """`total invoice amount` is the `total amount` of an invoice, where a name has those two side by side."""
    found = list(tokens)
    for n in range(1, len(tokens) - 1):
        one, row, other = found[n - 1], found[n], found[n + 1]
        if row.lemma not in rows or (one.lemma, other.lemma) not in beside or {row.gap, other.gap} != {" "}:
            continue
        if (one.lemma, row.lemma) not in beside and (row.lemma, other.lemma) not in beside:
            found[n - 1], found[n] = row._replace(gap=one.gap), one._replace(gap=" ")
    return found


def _with_not_before(tokens: Sequence[Token], names: Sequence[tuple[str, ...]]) -> list[Token]:
    """`the form is not signed`, where a yes or no is called `form_signed`: it is not form signed."""
    found = list(tokens)
    for name, at in ((each, at) for each in names for at in range(1, len(each))):
        for start in range(len(found) - len(name)):
            end = denied = start + at
            while end < len(found) and found[end].low in _DENYING and found[end].gap == " ":
                end += 1
            said = [token.low for token in found[denied:end]]
            first, rest = found[start:denied], found[end : end + len(name) - at]
            if len(_NOT & {*said}) == 1 and tuple(token.lemma for token in (*first, *rest)) == name:
                told = found[denied]._replace(text="not", low="not", lemma="not", gap=first[0].gap)
                found[start : end + len(rest)] = [told, first[0]._replace(gap=" "), *first[1:], *rest]
    return found


def _with_heads(tokens: Sequence[Token], beside: Container[tuple[str, ...]]) -> list[Token]:
    """`sales and marketing expense` is `sales expense and marketing expense`, where names have both."""
    found = list(tokens)
    for n in range(len(tokens) - 2, 0, -1):
        joint, head = tokens[n], tokens[n + 2] if n + 2 < len(tokens) else None
        if joint.low not in _JOINING or head is None or head.kind != "word" or head.gap != " ":
            continue
        if (tokens[n + 1].lemma, head.lemma) not in beside:
            continue
        at = n - 1
        while at >= 0 and (tokens[at].lemma, head.lemma) in beside:
            if tokens[at].kind != "word" or tokens[at].lemma in (head.lemma, tokens[n + 1].lemma):
                break
            if at and (tokens[at - 1].lemma, tokens[at].lemma) in beside:
                break  # `pretax income and income tax`: it has a head already
            found.insert(at + 1, head._replace(gap=" ", start=tokens[at].end, end=tokens[at].end))
            if "," not in tokens[at].gap:
                break
            at -= 1
    return found


def _joined(one: Token, other: Token, is_known: Callable[[str], bool]) -> Token | None:
    camel = other.gap == "" and other.start == one.end  # `LatAm`
    if one.kind != "word" or other.kind != "word" or not (camel or other.gap in (" ", "-")) or is_stop(one.low):
        return None
    low = one.low + other.low
    apart = is_known(one.lemma) and is_known(other.lemma)
    least = 1 if camel or other.gap == "-" else _LEAST  # `e-mail`
    if apart or min(len(one.low), len(other.low)) < least or not is_known(lemma(low)):
        return None
    return Token(one.text + other.text, low, lemma(low), one.gap, "word", one.start, other.end)


def _span(found: Sequence[Token], unit: Token, beside: Container[tuple[str, ...]]) -> Token | None:
    """`within 30 days`, where a name has `within_30d`."""
    if len(found) < 2 or found[-1].kind != "number" or unit.lemma not in _UNITS:
        return None
    number = found[-1]
    low = number.low + unit.low[0]
    if (found[-2].lemma, low) not in beside:
        return None
    return Token(low, low, low, number.gap, "word", number.start, unit.end)


def _parted(token: Token, one: str, other: str) -> list[Token]:
    at = token.start + len(one)
    first = token._replace(text=token.text[: len(one)], low=one, lemma=one, end=at)
    return [first, token._replace(text=token.text[len(one) :], low=other, lemma=other, gap=" ", start=at)]
