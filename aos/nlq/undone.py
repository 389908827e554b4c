"""Whether words say that something is still to be done: `yet to be paid`, `left to close`."""

from collections.abc import Sequence
from itertools import pairwise

_BEING = frozenset("be get become".split())
_SEEMING = frozenset("had happen happens happened seem seems seemed out appear appears appeared prove proved".split())
_LEFT = frozenset(
    "yet still left remain remains remaining need needs needed have has got about ready due supposed meant".split()
)


def is_undone(said: Sequence[str]) -> bool:
    """`said` are the words right before a verb: those of `to be paid`, or of `left to pay`. What happens to be paid is,
    and what had to be done was."""
    for n, (one, other) in enumerate(pairwise(said)):
        if one == "to" and other in _BEING and not (n and said[n - 1] in _SEEMING):
            return True
    return len(said) > 1 and said[-1] == "to" and said[-2] in _LEFT
