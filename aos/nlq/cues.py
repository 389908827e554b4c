"""The words of the grammar, which are in `grammar.toml`, and where in a question they stand."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import NamedTuple

import msgspec

from aos.contracts.base import Strict
from aos.nlq.text import Token


class Cue(NamedTuple):
    """`kind` is what part of the grammar it is; `of` says more: an operator, a function, a grain, a direction. `by`
    are words of the measures that it compares by, where it is a word like `heaviest`."""

    kind: str
    of: str = ""
    by: frozenset[str] = frozenset()


class _Phrases(Strict, frozen=True, kw_only=True):
    kind: str
    of: str = ""
    phrases: list[str]


class _Within(Strict, frozen=True, kw_only=True):
    """Words before and behind what is in an amount or not, by how it stands to it."""

    before: dict[str, list[str]]
    behind: dict[str, list[str]]


class _Grammar(Strict, frozen=True, kw_only=True):
    """What `grammar.toml` holds; lower case, as the words of a question are compared."""

    spending: frozenset[str]
    stops: frozenset[str]
    audience: frozenset[str]
    askers: frozenset[str]
    within: _Within
    cue: list[_Phrases]


_GRAMMAR = msgspec.convert(tomllib.loads(resources.files("aos.nlq").joinpath("grammar.toml").read_text()), _Grammar)
_OWN = frozenset("count much sum avg ask list which cmp group grain trend and or not versus rank share exists".split())


WITHIN = _GRAMMAR.within
CUES: dict[tuple[str, ...], list[Cue]] = {}
for _each in _GRAMMAR.cue:
    for _phrase in _each.phrases:
        CUES.setdefault(tuple(_phrase.split()), []).append(Cue(_each.kind, _each.of))
LONGEST = max(map(len, CUES))
WORDS = frozenset(word for phrase in CUES for word in phrase if len(word) > 3)
ASKING = frozenset(word for phrase, meant in CUES.items() if Cue("ask") in meant for word in phrase)
MARKERS = frozenset(word for how in (WITHIN.before, WITHIN.behind) for several in how.values() for word in several)
BEGINNINGS = frozenset(phrase[0] for phrase in CUES)


def cues_at(
    tokens: Sequence[Token], at: int, others: Mapping[tuple[str, ...], Sequence[Cue]]
) -> Iterator[tuple[Cue, int]]:
    """Every cue that begins at a token, with the place behind it; `others` are those of the words in data files."""
    lows: tuple[str, ...] = ()
    for end in range(at, min(at + LONGEST, len(tokens))):
        lows = (*lows, tokens[end].low)
        for cue in (*CUES.get(lows, ()), *others.get(lows, ())):
            yield cue, end + 1


def are_said(tokens: Sequence[Token], others: Mapping[tuple[str, ...], Sequence[Cue]], *kinds: str) -> bool:
    """Whether one of these cues stands anywhere."""
    return any(cue.kind in kinds for n in range(len(tokens)) for cue, _ in cues_at(tokens, n, others))


_OWNERS = frozenset("the my our a an this next".split())


def purpose_at(tokens: Sequence[Token], at: int) -> int:
    """Where a phrase ends that says what an answer is for; where it begins if none does."""
    end = at + 1
    if tokens[at].low != "for" or end >= len(tokens):
        return at
    end += tokens[end].low in _OWNERS
    begun = end
    while end < len(tokens) and tokens[end].low in _GRAMMAR.audience:
        end += 1
    return end if end > begun else at


_WANTING = frozenset("want wants wanted need needs needed asked asks requires requested".split())
_WANTED = (("to", "know"), ("to", "see"), ("to", "have"), ("for",), ("us", "for"), ("me", "for"))


def wanting_at(tokens: Sequence[Token], at: int) -> int:
    """Where a phrase ends that says who wants to know, at the beginning of a question: `the board wants`; where it
    begins if none does."""
    end = at + (tokens[at].low in _OWNERS or tokens[at].low == "one")
    begun = end
    while end < len(tokens) and tokens[end].low in _GRAMMAR.audience | _GRAMMAR.askers:
        end += 1
    if at or end == begun or end >= len(tokens) or tokens[end].low not in _WANTING:
        return at
    end += 1
    behind = [tuple(token.low for token in tokens[end : end + size]) for size in (2, 1)]
    return end + next((len(more) for more in behind if more in _WANTED), 0)


def is_figure(word: str) -> bool:
    """Whether a word by itself asks for a figure, whatever it is: `number`, `total`."""
    return any(cue.kind in ("count", "sum", "avg", "much") for cue in CUES.get((word,), ()))


def says_how(phrase: tuple[str, ...]) -> bool:
    """Whether these words are the grammar's own: no value of anybody's data may take them."""
    return any(cue.kind in _OWN for cue in CUES.get(phrase, ()))


_DOING = frozenset("we they you i it that who which did do does".split())


def is_spend(tokens: Sequence[Token], at: int) -> bool:
    """`our spend per quarter`: a noun, and nothing that anybody does."""
    return is_spending(tokens[at].low) and not any(token.low in _DOING for token in tokens[max(0, at - 3) : at])


def is_spending(word: str) -> bool:
    """Whether a word is what money goes out by, and a noun for that money as well: `spend by vendor`."""
    return word in _GRAMMAR.spending


def is_stop(word: str) -> bool:
    """Whether a word carries no meaning of its own in a question."""
    return word in _GRAMMAR.stops
