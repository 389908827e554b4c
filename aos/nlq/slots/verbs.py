"""Verbs that add nothing to a row say something of a person: who runs Marketing is not all who work there."""

from aos.nlq.asked import Filter, Refusal
from aos.nlq.slots.pieces import Pieces

_LIVING = frozenset("live lives lived living reside resides resided residing lodge lodges lodged lodging".split())
_HOMES = frozenset("home residence address city town village county country state province postcode zip".split())
_WORK = frozenset("work job office site branch plant".split())
_NEEDING = frozenset("need needs needed".split())
_ASKERS = frozenset("i we you to".split())
_ARTICLES = frozenset("a an the some any more".split())
_LEAVING = frozenset("left leave leaves leaving quit depart departed".split())
_REASONS = frozenset("reason cause motive why".split())


def refuse_said_of_persons(pieces: Pieces) -> None:
    """`Refusal` for a verb right before a value that says more than whose it is."""
    persons = pieces.are_of_persons()
    for each in pieces.asked.filters:
        if each.field.kind == "text" and 0 < each.at < len(pieces) and (odd := _odd(pieces, each, persons=persons)):
            text = f"I do not understand `{odd}` here: {each.field.label} does not say so."
            raise Refusal("not_understood", text, words=(odd,))


def _odd(pieces: Pieces, each: Filter, *, persons: bool) -> str:
    """The word before a value that says something else; empty where none does."""
    said = [phrase.split()[0] for phrase in pieces.all[each.at].before]
    *before, last = [word for word in said if word not in _ARTICLES] or [""]
    if last in _NEEDING and not (before and before[-1] in _ASKERS):
        return last  # who needs a crown has none
    if last == "for" and pieces.all[each.at - 1].text in _LEAVING and not _REASONS & {*each.field.words}:
        return last  # `left for Marketing`
    return next((verb for verb in said if _says_more(pieces, each, verb, persons=persons)), "")


def _says_more(pieces: Pieces, each: Filter, verb: str, *, persons: bool) -> bool:
    """Of rows that are persons, and of a place to live where none is of theirs. `hold a permanent contract`: the field
    is named beside its value, so it is that which they hold."""
    if verb in _LIVING:
        own = persons or bool(pieces.synonyms.persons & {*each.field.words})
        return not (own and _HOMES & {*each.field.words}) or bool(_WORK & {*each.field.words})
    if not persons or any(k in pieces.qualifiers for k in (each.at - 1, each.at + 1)):
        return False
    return verb in pieces.synonyms.verbs and verb not in pieces.synonyms.belonging
