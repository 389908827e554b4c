"""Measures that are parts of another one: `sales_north` and `sales_south` are sales by region, where North and South
are regions somewhere in the data."""

from collections.abc import Iterator, Mapping, Sequence

from aos.nlq.asked import Family
from aos.nlq.fields import Pipe
from aos.nlq.lexicon import EXACT, Lexicon, Target
from aos.nlq.text import Token, words

LEAST = 2  # parts of a family
_BY = frozenset(("by", "per", "across"))
_LONGEST = 2  # words of what they are parts by
Phrase = tuple[str, ...]


def families_in(
    tokens: Sequence[Token], lexicon: Lexicon, lexicons: Sequence[Lexicon]
) -> Iterator[tuple[tuple[int, int], Target]]:
    """`by region`, over a pipe that has no such field: the place of those words, and by the name of each measure its
    parts."""
    for at, token in enumerate(tokens):
        if token.low not in _BY:
            continue
        for end in range(min(at + 1 + _LONGEST, len(tokens)), at + 1, -1):
            said = tuple(each.lemma for each in tokens[at + 1 : end])
            if any(said in (field.words, field.words[-1:]) for field in lexicon.pipe.fields.values()):
                break
            if found := _families(lexicon.pipe, " ".join(said), _values(said, lexicons)):
                yield (at + 1, end), Target("family", EXACT, None, found)
                break


def _values(said: Phrase, lexicons: Sequence[Lexicon]) -> dict[Phrase, str]:
    """The values that fields of this name have in any pipe, by their words."""
    fields = (each for lexicon in lexicons for each in lexicon.pipe.texts() if said in (each.words, each.words[-1:]))
    return {words(str(value)): str(value) for field in fields for value in field.look.values or ()}


def _families(pipe: Pipe, by: str, values: Mapping[Phrase, str]) -> dict[str, Family]:
    """By the name of each measure its parts: all that are named like it, or what they are of it nobody knows."""
    found: dict[str, Family] = {}
    numbers = pipe.numbers() if values else []
    for whole in numbers:
        size = len(whole.words)
        like = [
            field
            for field in numbers
            if len(field.words) > size and (field.unit, field.aggregation) == (whole.unit, whole.aggregation)
        ]
        behind = {field.words[size:]: field for field in like if field.words[:size] == whole.words}
        before = {field.words[:-size]: field for field in like if field.words[-size:] == whole.words}
        for parts in (behind, before):
            if len(parts) >= LEAST and parts.keys() <= values.keys():
                found[whole.name] = Family(by, {values[part]: field for part, field in parts.items()})
    return found
