"""`revenue by region`, where the regions are measures of their own."""

from aos.nlq.asked import Refusal
from aos.nlq.slots.pieces import Pieces


def read_families(pieces: Pieces) -> None:
    """Takes the words; which parts are meant is known once the measure is."""
    for n in list(pieces.free("name")):
        if pieces.targets(n, "family") and pieces.cue(n - 1, "group"):
            pieces.take(n - 1)
            pieces.take(n)


def settle_families(pieces: Pieces) -> None:
    """Puts the parts in the place of the measure. `Refusal` where it has none, or more is asked of them."""
    asked = pieces.asked
    for n, piece in enumerate(pieces.all):
        known = next((target.value for target in piece.targets if target.kind == "family"), None)
        if known is None:
            continue
        if len(asked.measures) != 1 or asked.measures[0].name not in known:
            raise pieces.odd(n)
        others = (
            asked.groups, asked.grain, asked.trend, asked.change, asked.versus, asked.share, asked.ranked,
            asked.limits, asked.distinct, asked.counted, set(asked.functions) - {"sum"}, len(asked.times) > 1,
        )  # fmt: skip
        if any(others):
            raise Refusal("not_supported", "Parts that are measures of their own are told of one period, all of them.")
        asked.family = known[asked.measures[0].name]
