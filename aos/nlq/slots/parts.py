"""Which conditions of a share say what it is a part of, and which say the part.

`what share of [overdue invoices] is [over 10k]`: what stands before the verb is the base. Without one it is what stands
before a clause: `the share of [overdue invoices] that are [over 10k]`. `the share of EMEA in …` has neither: where it
has several conditions nobody can tell.
"""

from itertools import pairwise

from aos.nlq.asked import Filter, Refusal
from aos.nlq.cover import VERBS
from aos.nlq.slots.pieces import Pieces

_RELATIVE = frozenset(("that", "which", "who", "whose"))


def split_share(pieces: Pieces) -> None:
    """Leaves in `filters` the part and puts into `base` the rest; `base` stays None where it can't be told."""
    asked = pieces.asked
    # A condition that is said twice counts where it stands first; values that are joined by `or` are a list.
    filters = list({(each.field.name, each.op, repr(each.value)): each for each in reversed(asked.filters)}.values())
    filters = filters[::-1]
    verb, share = (
        main_verb(pieces) or _verb(pieces, of_clause=True),
        next(n for n, piece in enumerate(pieces.all) if piece.cue("share")),
    )
    before = [each for each in filters if each.at < share]
    asked.filters = filters
    if not pieces.entities and not asked.measures and any(each.field.kind == "number" for each in filters):
        return
    if verb is not None:
        base, part = [each for each in filters if each.at < verb], [each for each in filters if each.at >= verb]
        timed = [each for each in asked.times if each.at >= verb]
        if 0 < len(timed) < len(asked.times):
            raise Refusal("not_supported", "A share is told of one period; ask for the parts of it by themselves.")
        if not part and len(timed) == len(asked.times) == 1 and not asked.measures:
            asked.base, asked.part_is_time = base, True
        elif part and _is_one(pieces, part):
            asked.base, asked.filters = base, part
    elif before and len(before) < len(filters) and _is_one(pieces, before):
        asked.base, asked.filters = [each for each in filters if each not in before], before  # `EMEA's share of …`
    if asked.base is None and len(filters) == 1:
        asked.base = []


def main_verb(pieces: Pieces) -> int | None:
    """The place of the piece behind the last verb that is not one of a clause, as in `that are open`."""
    return _verb(pieces, of_clause=False)


def _verb(pieces: Pieces, *, of_clause: bool) -> int | None:
    found = None
    for n, piece in enumerate(pieces.all):
        if n == 0:
            continue
        words = (*piece.before, *(piece.text.split()[:1] if piece.kind == "cue" else ()))
        at = next((k for k, word in enumerate(words) if _is_verb(pieces, word)), None)
        clause = at is not None and (
            (at > 0 and words[at - 1] in _RELATIVE) or (at == 0 and pieces.all[n - 1].text in _RELATIVE)
        )
        if at is None and not of_clause and _says_done(pieces, n):
            at, clause = 0, False
        if at is not None and clause == of_clause:
            found = n
    return found


def _says_done(pieces: Pieces, n: int) -> bool:
    """`what share of tickets breached the target`: a yes or no that is said by a verb right behind what rows are."""
    fields = [target.field for target in pieces.all[n].targets if target.field]
    done = pieces.all[n].text.split()[0].endswith("ed") and bool(fields) and all(f.kind == "bool" for f in fields)
    return done and any(target.kind == "entity" for target in pieces.all[n - 1].targets) and not pieces.all[n].apart


def _is_verb(pieces: Pieces, word: str) -> bool:
    """A participle says more of what stands before it: `tickets raised in EMEA`."""
    neutral = tuple(word.split()) in pieces.synonyms.neutral and not word.split()[0].endswith(("ed", "en", "ing"))
    return word in VERBS or neutral


def _is_one(pieces: Pieces, part: list[Filter]) -> bool:
    """Whether these are said as one thing: of one field, or joined."""
    return all(
        one.field == other.field or any(p.apart or p.cue("and") for p in pieces.all[one.at + 1 : other.at + 1])
        for one, other in pairwise(sorted(part, key=lambda each: each.at))
    )
