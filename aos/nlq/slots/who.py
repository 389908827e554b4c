"""Who: persons by what they are, or what was done with them."""

from aos.nlq.asked import Refusal
from aos.nlq.slots.pieces import Pieces
from aos.nlq.text import lemma

_DOING = frozenset("did do have had has we they you i".split())
_HAVING = frozenset("has have had".split())
_STATES = frozenset("is are was were be been being work works working live lives living in at from the a".split())


def refuse_who(pieces: Pieces) -> None:
    """`who has overdue invoices`: nothing that is named is a person."""
    asked = pieces.asked
    who = next((n for n, piece in enumerate(pieces.all) if piece.cue("which") and piece.text in ("who", "whom")), None)
    if who is None or pieces.all[who].before[-1:] == ("of",) or asked.groups or asked.distinct or asked.ranked:
        return
    if who == 0 and not pieces.are_of_persons() and (pieces.entities or not asked.measures):
        raise Refusal("not_understood", "I do not understand who is meant: no row is a person.", words=("who",))


def asks_who(pieces: Pieces) -> bool:
    """`who is on leave`, `who works in Leeds`, `who did we hire`: persons by what they are, or what was done with them;
    of who does something the doer is meant."""
    asked = pieces.asked
    who = next((n for n, piece in enumerate(pieces.all) if not (piece.cue("ask") or piece.cue("list"))), 0)
    behind = pieces.at(who + 1)
    told = asked.filters or any(timed.field for timed in asked.times)
    if pieces.all[who].text not in ("who", "whom") or behind is None or not told or not pieces.are_of_persons():
        return False
    said = {word for phrase in behind.before for word in phrase.split()}
    dated = any(target.field and target.field.kind == "date" for target in behind.targets)
    owned = any(target.field and target.field.kind == "bool" for target in behind.targets)  # `who has a badge`
    states = _STATES | _DOING if dated else _STATES | _HAVING if owned else _STATES
    return said <= states and not any(each.field.name in pieces.pipe.facts.identity_keys for each in asked.filters)


def are_deeds(pieces: Pieces) -> bool:
    """`hires by team`, `leavers per month`: as many persons as did it, where a noun in the plural names its date.
    `warranties run out`: as many rows."""
    fields = [timed.field for timed in pieces.asked.times]
    named = [
        piece.text.split()
        for piece in pieces.all
        if piece.targets and all(target.kind == "field" and target.field in fields for target in piece.targets)
    ]
    several = [said for said in named if any(lemma(word) != word for word in said)]
    return any(len(said) > 1 or pieces.are_of_persons() for said in several)
