"""What is known of English at large: which words there are, and the forms of a verb or an adjective."""

import asyncio

from spellchecker import SpellChecker

SELDOM = 1_000  # counts of words that few people write: they may be slips for others of one doubled letter less or more
RARE = 50  # what the list counts for words that it has from elsewhere, slips among them
_VOWELS = frozenset("aeiou")


class Dictionary:
    """Words that are spelled as somebody meant them: only other ones may be slips (pyspellchecker's English list,
    57,000 words). Read at the first question, beside the event loop: it takes some 0.1 s."""

    def __init__(self) -> None:
        self._words: frozenset[str] = frozenset()
        self.seldom: frozenset[str] = frozenset()

    async def ready(self) -> None:
        if not self._words:
            self._words, self.seldom = await asyncio.to_thread(_english)

    def __contains__(self, word: object) -> bool:
        return word in self._words


def _english() -> tuple[frozenset[str], frozenset[str]]:
    counts = SpellChecker(language="en").word_frequency.dictionary
    known = {word: count for word, count in counts.items() if count > RARE}
    return frozenset(known), frozenset(word for word, count in known.items() if count < SELDOM)


def forms(entry: str) -> tuple[str, ...]:
    """The forms that an entry of the verbs stands for: a single word is a regular verb in its base form."""
    given = tuple(entry.split())
    return inflected(given[0]) if len(given) == 1 else given


def inflected(verb: str) -> tuple[str, ...]:
    """A regular verb: base, third person, past, -ing."""
    if verb.endswith("e"):
        return verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    if verb.endswith(("s", "x", "z", "ch", "sh")):
        return verb, f"{verb}es", f"{verb}ed", f"{verb}ing"
    stem = verb + verb[-1] if _doubles(verb) else verb
    return verb, f"{verb}s", f"{stem}ed", f"{stem}ing"


def compared(adjective: str) -> tuple[str, str]:
    """Comparative and superlative of a short adjective."""
    if adjective.endswith("y"):
        return f"{adjective[:-1]}ier", f"{adjective[:-1]}iest"
    stem = adjective.removesuffix("e")
    return f"{stem}er", f"{stem}est"


def _doubles(verb: str) -> bool:
    """`log` is `logged`: one syllable that ends with one vowel and one consonant."""
    vowels = sum(1 for letter in verb if letter in _VOWELS)
    return vowels == 1 and len(verb) > 2 and verb[-1] not in "aeiouwxy" and verb[-2] in _VOWELS
