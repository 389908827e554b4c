"""`did revenue exceed 200m`: whether a figure keeps a limit, which is not told."""

from collections.abc import Sequence

from aos.nlq.asked import Refusal
from aos.nlq.cover import VERBS
from aos.nlq.fields import Field
from aos.nlq.phrase import listed
from aos.nlq.slots.pieces import Pieces


def begins_with_verb(pieces: Pieces) -> bool:
    """Whether a question begins as one that is answered by yes or no: `is`, `did`."""
    return (pieces.all[0].before or tuple(pieces.all[0].text.split()))[0] in VERBS


def kept_limit(fields: Sequence[Field]) -> Refusal:
    names = tuple(dict.fromkeys(field.name for field in fields))
    text = f"Whether a figure keeps a limit is not told; ask for {listed(names)}, and look."
    return Refusal("not_supported", text, nearest=names)


def refuse_whether(pieces: Pieces) -> None:
    """`Refusal` where nothing but a figure and its limit is named."""
    limits = [each.field for each in pieces.limits_on_numbers()]
    if limits and begins_with_verb(pieces):
        raise kept_limit(limits)
