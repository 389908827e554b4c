"""What says that an amount has something in it or not: `including tax`, `net of discount`, `shipping included`."""

from collections.abc import Iterator, Mapping, Sequence

from aos.nlq.cues import WITHIN, Cue
from aos.nlq.synonyms import Synonyms
from aos.nlq.text import Token, lemma

_DETERMINERS = frozenset("the all any its their our".split())
_TAILS = frozenset("cost charge amount fee".split())
_LONGEST = 3


def within_at(tokens: Sequence[Token], at: int, synonyms: Synonyms) -> Iterator[tuple[Cue, int]]:
    """The phrases that begin at a token, as a cue with the place behind it: `of` is how it stands to the amount, `by`
    are the words of what is in it."""
    for start, how in _phrases(tokens, at, WITHIN.before):
        while start < len(tokens) and tokens[start].low in _DETERMINERS:
            start += 1
        for end, by in _component(tokens, start, synonyms):
            yield Cue("within", how, by), end
    for start, by in _component(tokens, at, synonyms):
        for end, how in _phrases(tokens, start, WITHIN.behind):
            yield Cue("within", how, by), end


def _phrases(tokens: Sequence[Token], at: int, known: Mapping[str, Sequence[str]]) -> Iterator[tuple[int, str]]:
    lows = [token.low.rstrip(".") for token in tokens[at : at + _LONGEST]]
    for how, phrases in known.items():
        for phrase in phrases:
            said = phrase.split()
            if lows[: len(said)] == said:
                yield at + len(said), how


def _component(tokens: Sequence[Token], at: int, synonyms: Synonyms) -> Iterator[tuple[int, frozenset[str]]]:
    """Where what is in an amount ends: `tax`, `shipping costs`."""
    for end in range(min(at + _LONGEST, len(tokens)), at, -1):
        if by := synonyms.components.get(tuple(lemma(token.low) for token in tokens[at:end])):
            yield end, by
            if end < len(tokens) and tokens[end].lemma in _TAILS:
                yield end + 1, by
            return
