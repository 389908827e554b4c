"""What was done, and whether it was: the words of dates and of a yes or no that a verb may say."""

from aos.nlq.fieldnames import EMPTY, done_words, stripped
from aos.nlq.fields import Field
from aos.nlq.synonyms import Phrase
from aos.nlq.text import root

# Words of a date that is not the day of what else its name says.
_ENDS = frozenset("expiry expiration expire end due deadline renewal expected planned promised target limit".split())


def done_by(field: Field) -> tuple[Field, Phrase, frozenset[str]]:
    """A date or a yes or no with the words that may say it as a verb does, and their roots."""
    telling = stripped(field.words, EMPTY)
    telling = done_words(telling) if field.kind == "bool" else telling
    if field.kind == "date" and telling[-1:] and telling[-1] in _ENDS:
        telling = telling[-1:]  # who registered did so on no `registration_expiry`
    return field, telling, frozenset(map(root, telling))


def says_all(field: Field, telling: Phrase) -> bool:
    """Whether a verb by another word says all of a yes or no: `sold` is no firm sale."""
    return field.kind != "bool" or len(telling) >= len(stripped(field.words, EMPTY))


def is_done(word: str, said: str) -> bool:
    return word.endswith("ed") and root(word) == root(said) and word != said
