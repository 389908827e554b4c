"""What the slots of a question can't mean together."""

from aos.nlq.asked import Refusal
from aos.nlq.slots.pieces import Pieces


def refuse_contradictions(pieces: Pieces) -> None:
    for check in (_limits, _shares, _unnamed, _counts, _compared):
        check(pieces)


def _limits(pieces: Pieces) -> None:
    """`vendors with amount over 10k`: of a row, or of all of them?"""
    asked, limits = pieces.asked, pieces.limits_on_numbers()
    ranked = asked.groups[0] if asked.groups and asked.ranked and not asked.measures and not asked.counted else None
    added = any(each.field.aggregation == "additive" for each in limits)
    by = (ranked if limits else None) or (asked.distinct if added and not pieces.entities else None)
    if by is not None:
        field = limits[0].field
        choices = (f"{by.name} with a row of that {field.name}", f"{by.name} whose {field.name} is that in all")
        raise Refusal("ambiguous", f"Is the limit on each row or on the whole of a {by.label}?", choices=choices)


def _shares(pieces: Pieces) -> None:
    asked = pieces.asked
    if not asked.share:
        return
    if (
        asked.grain or asked.trend or asked.of_rows or set(asked.functions) - {"sum"}
        or (asked.change and (asked.groups or len(asked.measures) > 1))
    ):  # fmt: skip
        raise Refusal("not_supported", "A share is told of one period as a whole; ask for it by itself.")
    if asked.groups and asked.filters:
        raise Refusal("ambiguous", "Of what is this the share: of all rows, or of the rows of each group?",
            choices=("of all rows", f"of each {asked.groups[0].name}"))  # fmt: skip


def _unnamed(pieces: Pieces) -> None:
    asked = pieces.asked
    named = asked.groups or asked.grain or asked.of_rows or pieces.entities or asked.moment
    if pieces.said("which") and asked.measures and not named:
        raise Refusal("not_understood", "I do not understand which of what is meant.")
    if pieces.said("much") and not asked.measures and not asked.counted and not asked.distinct:
        raise Refusal("not_understood", "I do not understand of what it is how much: no measure is named.")


def _counts(pieces: Pieces) -> None:
    """A number of rows, and something that it can't be asked with."""
    asked = pieces.asked
    if asked.counted:
        _counted(pieces)
    if asked.measures and any(n + 1 in pieces.entities and pieces.asks_how_many(n) for n in range(len(pieces))):
        raise Refusal("not_supported", "Ask for the number and for the rest one after the other.")
    if asked.counted and len(asked.measures) > 1:
        raise Refusal("not_supported", "Ask for one of these at a time.")


def _counted(pieces: Pieces) -> None:
    asked = pieces.asked
    apart = asked.measures or asked.per_grain or asked.per_group
    if not apart and set(asked.functions) - {"sum"}:
        raise Refusal("not_supported", "Numbers of rows are not averaged or compared by something; ask for them by it.")
    if pieces.entities and pieces.said("and"):
        if asked.measures and asked.groups:
            raise Refusal("not_supported", "Ask for the number and for the rest one after the other.")
        if asked.distinct and not asked.filters:
            raise Refusal("not_supported", "Ask for one of these numbers at a time.")
    figure = asked.groups or asked.ranked or asked.grain or asked.change or asked.of_rows or asked.functions
    if asked.measures and pieces.entities and not figure:
        said = (asked.measures[0].label,)
        raise Refusal("not_understood", f"I do not understand which of them `{said[0]}` means.", words=said)


def _compared(pieces: Pieces) -> None:
    asked = pieces.asked
    several = any(each.op == "in" for each in asked.filters)
    with_what = asked.groups or asked.times or asked.against or asked.change or len(asked.measures) > 1 or several
    if pieces.said("versus") and not with_what:
        raise Refusal("not_understood", "I do not understand what is compared with what.")
