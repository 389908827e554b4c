"""Words that nothing knows, and the known ones that they may be slips for."""

from rapidfuzz.distance import OSA, JaroWinkler

from aos.nlq import cues
from aos.nlq.dates import PROTECTED
from aos.nlq.lexicon import Lexicon
from aos.nlq.text import Token, by_letter, lemma, root

DATE_WORDS = frozenset(
    "january february march april june july august september october november december quarter month year week"
    " last previous first second third fourth half since before after until between yesterday today past prior latest"
    " trailing preceding current next upcoming coming following onward onwards fiscal calendar".split()
)
PLAIN = frozenset("show list give tell what which where when how many much with from have does were there".split())


_GRAMMAR = by_letter(cues.WORDS | DATE_WORDS | PLAIN)
NEARER = 0.02  # by how much one of two words that are as many slips away is the likelier


def is_grammar(token: Token) -> bool:
    return (
        cues.is_stop(token.low)
        or token.low in cues.BEGINNINGS
        or token.low in cues.WORDS
        or token.low in cues.MARKERS
        or token.low in DATE_WORDS | PROTECTED
    )


def _slips(word: str, other: str, most: int) -> int:
    """Edits between two words, or between what is left of the first without its plural."""
    return min(OSA.distance(said, other, score_cutoff=most) for said in {word, lemma(word)})


def _is_nearer(word: str, one: str, other: str) -> bool:
    same = root(one) == root(other)
    return same or JaroWinkler.similarity(word, one) - JaroWinkler.similarity(word, other) >= NEARER


def nearest(word: str, lexicon: Lexicon) -> tuple[str, float] | None:
    """The one known word that is a slip away: one edit, two from eight letters on, the first letter the same."""
    most = 2 if len(word) >= 8 else 1
    grammar = _GRAMMAR.get(word[0], ())
    own = lexicon.by_letter.get(word[0], ())  # of words as near a name goes before one of the grammar
    found = sorted(
        (distance + (0 if other in own else 0.5), other)
        for other in {*lexicon.by_letter.get(word[0], ()), *grammar}
        if abs(len(other) - len(word)) <= most + 1 and (distance := _slips(word, other, most)) <= most
    )
    if found:  # `acount` is nearer to `account` than to `amount`, which it shares less of its beginning with
        tied = [pair for pair in found if pair[0] == found[0][0]]
        found = sorted(tied, key=lambda pair: -JaroWinkler.similarity(word, pair[1]))
    if not found or (len(found) > 1 and not _is_nearer(word, found[0][1], found[1][1])):
        return None
    return found[0][1], round(1 - int(found[0][0]) / len(word), 3)
