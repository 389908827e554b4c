"""Names that a verb parts: `how much electricity did the plant consume` asks for `electricity_consumption`.

The words are put side by side as the name has them, and the question is read again. Which verb belongs to which noun
says the list of echoes.
"""

from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from aos.nlq import cues
from aos.nlq.durations import unit_said
from aos.nlq.english import inflected
from aos.nlq.synonyms import Synonyms
from aos.nlq.text import Token, lemma
from aos.nlq.undone import is_undone

MOST_VARIANTS = 12
_SHARES = frozenset("share percentage percent % proportion fraction portion part".split())
_BEFORE_ROWS = frozenset("of among amongst all the".split())
_SUBJECTS = frozenset("we they you i".split())
_MOST_BEFORE = 4  # words before a verb that say whether it was done
_MOST_VERB = 2  # words of a verb: `pay back`


class Variant(NamedTuple):
    """The question with the noun of a verb behind another noun, at `place`; `kept` are the places that its other tokens
    had in the question."""

    tokens: list[Token]
    place: int
    kept: tuple[int, ...]

    def moved(self, at: int) -> int:
        """Where a token of the question stands now."""
        now = next((n for n, was in enumerate(self.kept) if was >= at), len(self.kept))
        return now + (now >= self.place)


def put_together(tokens: Sequence[Token], synonyms: Synonyms, vocabulary: Container[str]) -> Iterator[Variant]:
    """A verb's noun behind each noun that stands before the verb, then behind each of those after it."""
    made = 0
    shared = any(token.low in _SHARES for token in tokens)
    for at in range(1, len(tokens)):
        if shared and tokens[at].low.endswith("ed") and tokens[at - 1].low in _BEFORE_ROWS:
            continue  # `what share of rated tickets …` is of those alone
        if is_undone([token.low for token in tokens[max(0, at - _MOST_BEFORE) : at]]):
            continue  # `forms that are to be signed` are no signed forms
        for size in range(_MOST_VERB, 0, -1):
            phrase = tuple(token.low for token in tokens[at : at + size])
            nouns = _nouns(phrase, synonyms, vocabulary) if len(phrase) == size else []
            if size == 1 and tokens[at - 1].low in _SUBJECTS:
                nouns += [past for past in inflected(phrase[0])[2:3] if past in vocabulary]  # `titles did we publish`
            for noun in nouns:
                kept = (*range(at), *range(at + size, len(tokens)))
                told = tokens[at]._replace(text=noun, low=noun, lemma=lemma(noun), gap=" ")
                for place in _places([tokens[n] for n in kept]):
                    put = [tokens[n] for n in kept]
                    yield Variant([*put[:place], told, *put[place:]], place, kept)
                    made += 1
                    if made >= MOST_VARIANTS:
                        return


def _nouns(phrase: tuple[str, ...], synonyms: Synonyms, vocabulary: Container[str]) -> list[str]:
    """Words of the data that say the same as this verb."""
    groups = set(synonyms.echoes.get(phrase, ()))
    if not groups:
        return []
    return [
        other[0]
        for other, held in synonyms.echoes.items()
        if groups & set(held) and len(other) == 1 and other[0] in vocabulary
    ]


def _places(tokens: Sequence[Token]) -> list[int]:
    """Behind the last word of each run of nouns."""
    is_noun = [
        token.kind == "word"
        and not cues.is_stop(token.low)
        and (token.low not in cues.BEGINNINGS or bool(unit_said(token.low)))  # `1 day to resolve`
        for token in tokens
    ]
    return [n + 1 for n in range(len(tokens)) if is_noun[n] and (n + 1 == len(tokens) or not is_noun[n + 1])]
