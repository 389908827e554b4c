"""Where in a question a verb stands as a verb, so that what it says can be passed over or taken for what it is."""

from collections.abc import Container, Iterator, Sequence

from aos.nlq import cues
from aos.nlq.slips import DATE_WORDS
from aos.nlq.synonyms import JOINTS, Phrase
from aos.nlq.text import Token

MOST_NEUTRAL = 4  # words of a verb with what belongs to it
LEADING = frozenset("in from for of at by within to with under the".split())
ASKING = frozenset("how what which who when where did do does was were is are".split())
_BEING = frozenset("is are was were do did have has we".split())
_DETERMINERS = frozenset(
    "many few several some a an the each every per any all our your this that these those of in for by on at with under"
    " from into".split()
)
_AUXILIARY = frozenset("have has had was were is are be been got get".split())
_SUBJECTS = frozenset("we they you i it that who which".split())
_BEFORE_BASE = _SUBJECTS | frozenset("do does did can could will would to".split())


def verb_ends(tokens: Sequence[Token], start: int, phrases: Container[Phrase], bases: Container[str]) -> Iterator[int]:
    """Where a verb of these phrases ends that begins here. It is none where it stands as an adjective does (`holding
    costs`) or as a noun (`cost of living`), nor as a base form that nobody does (`use cases`)."""
    lows = tuple(token.low for token in tokens[start : start + MOST_NEUTRAL])
    before = tokens[start - 1] if start else None
    early = {token.low for token in tokens[max(0, start - 8) : start]}
    for size in range(len(lows), 0, -1):
        if lows[:size] not in phrases:
            continue
        behind = tokens[start + size] if start + size < len(tokens) else None
        if lows[0].endswith(("ed", "ing", "en")):
            led = before is None or (cues.is_stop(before.low) and before.low not in _SUBJECTS)
            led = led and not (lows[0].endswith("ed") and before is not None and before.low in _AUXILIARY)
            if led and behind is not None and size == 1 and not is_function(behind):
                continue
            if lows[0].endswith("ing") and before is not None and before.low in LEADING | JOINTS - _BEING:
                continue
        elif (lows[0] in bases or lows[0].endswith("s")) and (
            not early & (_BEFORE_BASE | ASKING) or (before is not None and before.low in _DETERMINERS)
        ):
            continue
        yield start + size


def is_function(token: Token) -> bool:
    """Whether no noun begins here."""
    return cues.is_stop(token.low) or token.low in cues.BEGINNINGS or token.low in DATE_WORDS or token.kind != "word"


def no_noun_at(tokens: Sequence[Token], at: int) -> bool:
    """Whether the question ends there, or no noun begins."""
    return at >= len(tokens) or is_function(tokens[at]) or tokens[at].low.endswith("ing")
