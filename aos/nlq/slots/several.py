"""Several figures in one question: `average and highest salary`, `headcount and average salary by department`.

Each is a way to put rows together and what of them; `and` or a comma stands between two of them.
"""

from itertools import pairwise

from aos.nlq.asked import Refusal, Wanted
from aos.nlq.cues import is_figure
from aos.nlq.slots.pieces import Pieces

_FUNCTIONS = ("avg", "sum", "max", "min")
_RANKING = ("top", "bottom", "best", "worst", "common", "rank", "which", "descending", "ascending")


def read_several(pieces: Pieces) -> None:
    """Takes the words of two or more figures; leaves a question of one as it is."""
    asked = pieces.asked
    if len(asked.measures) > 2 or asked.limit or asked.wanted or asked.wholes or pieces.said(*_RANKING):
        return
    read = _Reading(pieces)
    figures = list(dict.fromkeys(figure for _, figure in read.found))
    if len(figures) < 2 or read.functions or not read.are_joined():
        return
    one_way = len({each.function.replace("sum", "") for each in figures}) == 1
    if len({each.field for each in figures}) == len(figures) and one_way and not asked.groups:
        return  # `revenue and net income`, `average net amount and tax`, which shapes/point.py tells
    asked.figures = figures
    asked.counted = False
    for n in read.taken:
        if pieces.is_free(n):
            pieces.take(n)


def settle_several(pieces: Pieces) -> None:
    """Nothing else is told of the rows."""
    asked = pieces.asked
    others = (
        asked.ranked, asked.share, asked.trend, asked.grain, asked.change, asked.versus, asked.distinct, asked.limits,
        asked.functions, asked.moment, asked.newest, asked.whether,
    )  # fmt: skip
    if any(others) or len(asked.groups) > 2:
        raise Refusal("not_supported", "Ask for these figures one after the other.")
    for each in asked.figures:
        if each.function == "sum" and each.field is not None and each.field.aggregation != "additive":
            raise Refusal("not_additive", f"{each.field.label} is never summed; ask for the figures one by one.")


class _Reading:
    """What is asked for, in order and with its place; `taken` are the places of all that says so, `functions` those
    that nothing follows."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self.found: list[tuple[int, Wanted]] = []
        self.taken: list[int] = []
        self.functions: list[tuple[str, int]] = []
        self._counts = False
        self._way = ""  # of the measure before: `average net amount and tax`
        for n, piece in enumerate(pieces.all):
            function = next((kind for kind in _FUNCTIONS if piece.cue(kind)), "") if pieces.is_free(n) else ""
            if function:
                self.functions = [*self.functions, (function, n)] if self._goes_on(n) else [(function, n)]
            elif pieces.is_free(n) and piece.cue("count"):
                self._count(n)
            elif n in pieces.measured:
                self._measure(n)
            elif n in pieces.entities:
                self._rows(n)
            elif pieces.is_free(n) and piece.cue("and"):
                self.taken.append(n)

    def are_joined(self) -> bool:
        """Whether `and` or a comma stands between each two of them."""
        joints = [n for n, piece in enumerate(self._pieces.all) if piece.cue("and") or piece.apart]
        places = sorted(n for n, _ in self.found)
        return all(one == other or any(one < n <= other for n in joints) for one, other in pairwise(places))

    def _goes_on(self, n: int) -> bool:
        """`average and highest`: one function joined to another."""
        joined = self._pieces.said_at(n - 1, "and") and self._pieces.said_at(n - 2, *_FUNCTIONS)
        return joined or (self._pieces.all[n].apart and self._pieces.said_at(n - 1, *_FUNCTIONS))

    def _count(self, n: int) -> None:
        if n + 1 in self._pieces.measured:
            return  # `how many days to pay`
        self._counts = True
        self.taken.append(n)
        if self._pieces.said_at(n + 1, "and"):  # `count and total amount of invoices`
            self.found.append((n, Wanted("count", None)))
            self._counts = False

    def _measure(self, n: int) -> None:
        pieces = self._pieces
        named = {target.field.name for target in pieces.all[n].targets if target.field}
        field = next((field for field in pieces.asked.measures if field.name in named), None)
        if field is None:
            return  # a part of the name of another one
        if self.functions and pieces.said_at(n - 1, "and"):
            if not is_figure(pieces.all[n].text.split()[0]):
                raise pieces.odd(self.functions[-1][1])
            self.functions.append(("sum", n))  # `average and total amount`, where `total amount` is a name
        self._way = self.functions[-1][0] if self.functions else self._way
        self.found += [(n, Wanted(each, field)) for each, _ in self.functions] or [(n, Wanted(self._way, field))]
        self.taken += [at for _, at in self.functions]
        self.functions = []

    def _rows(self, n: int) -> None:
        """`headcount and average salary`; of `total invoices and …` nobody knows if it is a sum."""
        joined = self._pieces.said_at(n + 1, "and") or self._pieces.said_at(n - 1, "and")
        if (self._counts or joined) and not self.functions:
            self.found.append((n, Wanted("count", None)))
            self._counts = False
