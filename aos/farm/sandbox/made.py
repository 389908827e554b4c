"""Things to be listed: made up, and the same for the same account whenever they are asked for."""

import hashlib
import uuid
from typing import Any

from aos.farm.sandbox.waits import moment

MANY = 57  # containers of a kind: more than the twenty that a first look takes, and no round number
_BEGAN = 1_704_067_200  # 2024-01-01
_WORDS = (
    *("atlas", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "iris", "juniper", "kestrel"),
    *("lagoon", "maple", "north", "orchid", "prairie", "quartz", "river", "summit", "tundra", "umber", "valley"),
)
_TOPICS = (
    *("invoices", "orders", "contracts", "payroll", "support", "research", "assets", "budget", "partners"),
    *("shipping", "audits", "events"),
)


def digest(*parts: object) -> str:
    """Thirty-two hexadecimal characters that stand for the parts."""
    return hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=16).hexdigest()


def number(*parts: object, digits: int = 10) -> int:
    """A number of exactly that many digits."""
    least: int = 10 ** (digits - 1)
    return least + int(digest(*parts), 16) % (9 * least)


def guid(*parts: object) -> str:
    return str(uuid.UUID(digest(*parts), version=4))


def name(n: int) -> str:
    """A name in lower case, another for every n."""
    return f"{_WORDS[n % len(_WORDS)]}-{_TOPICS[n % len(_TOPICS)]}-{n:03d}"


def title(n: int) -> str:
    return name(n).replace("-", " ").title()


def created(n: int) -> str:
    return moment(_BEGAN + n * 86_400)


def changed(n: int) -> str:
    return moment(_BEGAN + n * 86_400 + 40_000_000)


def drifted(thing: dict[str, Any]) -> dict[str, Any]:
    """The same thing after its vendor changed its shape: the last field has another name, and one is new."""
    *kept, last = thing
    return {**{each: thing[each] for each in kept}, f"{last}_v2": thing[last], "sandbox_added": "new"}


def picked(thing: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The fields of these names that it has, in its own order; all of them where no name is given."""
    return {each: value for each, value in thing.items() if each in names} if names else thing
