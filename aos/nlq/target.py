"""What a part of a question may name, and how well."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from aos.nlq.fields import Field
from aos.nlq.text import Token

# How well a phrase names a thing. A name without its last formality (`city` for `city_name`) is nearly whole.
EXACT, BARE, ROOT, ALIAS, SYNONYM, PART, LOOSE_PART, LIKE = 1.0, 0.99, 0.98, 0.96, 0.95, 0.93, 0.925, 0.88
UNIT = 0.92
WHOLE = 0.945  # from here on it is a whole name


class Target(NamedTuple):
    """`kind`: field, value, unit (of a field), entity (what a row is), pipe, doer (who did what a verb says),
    source (of a revenue or a cost: `subscriptions`). `how` is one of the figures above."""

    kind: str
    how: float
    field: Field | None = None
    value: Any = None


def spelled_so(values: Iterable[Target], text: str) -> list[Target]:
    """Those values that are this text, in large or small letters."""
    return [target for target in values if str(target.value).casefold() == text.casefold()]


def once(targets: Iterable[Target]) -> list[Target]:
    """The best of those that mean the same."""
    best: dict[tuple[str, str, str], Target] = {}
    for target in targets:
        key = (target.kind, target.field.name if target.field else "", repr(target.value))
        if key not in best or best[key].how < target.how:
            best[key] = target
    return list(best.values())


def is_telling(token: Token, target: Target) -> bool:
    """Whether a word like `data` or `value` is a name here: a field's own name, or a value that is written large."""
    if target.kind == "value":
        return token.text[:1].isupper() and token.start > 0 and len(token.low) > 3
    return target.kind == "field" and target.how == EXACT and len(token.low) > 3
