"""Questions of two levels, which are refused: the first of each group, the rows of the first group, one figure of the
figures of others."""

from itertools import pairwise

from aos.nlq.asked import Refusal
from aos.nlq.slots.headline import is_money
from aos.nlq.slots.pieces import EACH, SUPERLATIVES, Pieces

_OF = frozenset("from of in with to at by for on".split())
_ONE_GROUP = "The first of each group is not told; ask for one group at a time."
_ENDS = (*SUPERLATIVES, "newest", "oldest")


def refuse_levels(pieces: Pieces) -> None:
    _first_of_each(pieces)
    _rows_of_the_first(pieces)
    _figure_of_figures(pieces)
    _most_of_what(pieces)
    _moved_periods(pieces)


def _ends(pieces: Pieces) -> list[int]:
    return [n for n, piece in enumerate(pieces.all) if any(map(piece.cue, _ENDS))]


def _first_of_each(pieces: Pieces) -> None:
    """`most common issue for each model`, `for each site the best paid employee`: `by` says so as well where the first
    is no figure."""
    asked = pieces.asked
    groups = [n for n, piece in enumerate(pieces.all) if piece.cue("group") and _groups_by(pieces, n)]
    if not groups or not asked.ranked or pieces.said("count", "avg", "sum") or asked.together:
        return
    for n in _ends(pieces):
        behind = pieces.at(n + 1)
        if pieces.all[n].cue("common") and any(pieces.all[k].text in EACH for k in groups):
            raise Refusal("not_supported", _ONE_GROUP)
        if behind is None or behind.text in ("first",) or pieces.all[n].text in ("most", "least", "fewest"):
            continue
        named = [t for t in behind.targets if t.field not in asked.measures]
        own = any(t.kind == "entity" or (t.field and t.field.kind in ("text", "bool")) for t in named)
        each = any(pieces.all[k].text in EACH for k in groups)
        if own and (each or any(k > n for k in groups)):
            raise Refusal("not_supported", _ONE_GROUP)


def _groups_by(pieces: Pieces, n: int) -> bool:
    behind = pieces.at(n + 1)
    return behind is not None and any(t.field in pieces.asked.groups for t in behind.targets if t.kind == "field")


def _rows_of_the_first(pieces: Pieces) -> None:
    """`invoices from our largest vendor`: a superlative in a condition. What is asked for stands in front of it."""
    asked = pieces.asked
    named = [*asked.groups, *([asked.distinct] if asked.distinct else [])]
    for n in _ends(pieces):
        behind, piece = pieces.at(n + 1), pieces.all[n]
        if behind is None or not any(t.field in named for t in behind.targets if t.kind == "field"):
            continue
        asked_for = any(k < n for k in (*pieces.entities, *pieces.measured))
        if asked_for and _OF & {*piece.before} and not pieces.said("which", "rank"):
            raise Refusal("not_supported", f"Ask for the {piece.text} {behind.text} first, then for what it has.")


def _figure_of_figures(pieces: Pieces) -> None:
    """`sum of the highest salaries in each department`, `max average salary`: two functions, one of the other."""
    asked = pieces.asked
    said = [n for n, piece in enumerate(pieces.all) if any(map(piece.cue, ("sum", "avg", "max", "min")))]
    for one, other in pairwise(said):
        first, second = pieces.all[one], pieces.all[other]
        nested = other == one + 1 and not second.apart and "and" not in second.before
        ends = second.cue("max") or second.cue("min")
        outer = first.cue("max") or first.cue("min")
        if nested and outer and not ends and not (asked.groups or asked.grain or asked.per_grain or asked.per_group):
            raise Refusal("not_supported", f"The {first.text} of which {second.text}? Say of what.")
        if nested and not outer and ends and asked.groups and asked.ranked:
            raise Refusal("not_supported", "A figure of the first ones of each group is not told.")


def _most_of_what(pieces: Pieces) -> None:
    """`who sold the most`: the most of them, or the most money?"""
    asked = pieces.asked
    for n in pieces.entities:
        done, behind = pieces.all[n].text.endswith("ed") or pieces.all[n].text in ("sold", "bought"), pieces.at(n + 2)
        most = pieces.at(n + 1)
        if not done or most is None or most.text not in ("most", "least") or not asked.counted or not asked.ranked:
            continue
        if (behind is None or behind.kind == "when") and (numbers := pieces.pipe.numbers()):
            choices = ("number of rows", *(f"total {field.label}" for field in numbers if is_money(pieces, field)))
            if len(choices) > 1:
                raise Refusal("ambiguous", "The most of what?", words=(most.text,), choices=choices)


def _moved_periods(pieces: Pieces) -> None:
    """`in which quarters did sales fall`: periods are picked by a limit, not by how they moved."""
    asked = pieces.asked
    which = next((n for n in range(len(pieces) - 1) if pieces.said_at(n, "which", "count")), None)
    if which is None or not asked.change or asked.ranked or not asked.grain or asked.course:
        return
    behind = pieces.all[which + 1].text.split()
    if any(word.removesuffix("s") in ("quarter", "month", "year", "week", "day") for word in behind):
        raise Refusal(
            "not_supported", "In which periods a figure rose or fell is not told; ask for the change by each."
        )
