"""Limits on the whole of a group: `vendors with more than 30 invoices`, `teams whose average salary is over 100k`.

Only where the question says of what the limit is: the number of rows, or a figure with how it is put together. Else a
limit is one on each row, or a choice.
"""

from typing import NamedTuple

from aos.nlq.asked import Refusal, Whole
from aos.nlq.numbers import Amount
from aos.nlq.slots.durations import in_own_unit
from aos.nlq.slots.figures import OPPOSITE, fitting, in_currency, says_which
from aos.nlq.slots.groups import best_named
from aos.nlq.slots.headline import headline
from aos.nlq.slots.pieces import SUPERLATIVES, Pieces

_FUNCTIONS = ("avg", "sum", "max", "min")


class _Limit(NamedTuple):
    """The pieces from `first` to before `behind` say the limit."""

    op: str
    amount: Amount
    first: int
    behind: int


def read_wholes(pieces: Pieces) -> None:
    for n in list(pieces.free("cue", "amount")):
        limit = _limit_at(pieces, n)
        if limit is None or (group := _group_before(pieces, limit.first)) is None:
            continue
        if not (_of_rows(pieces, limit) or _of_figure(pieces, limit)):
            continue
        asked = pieces.asked
        if pieces.cue(limit.first - 1, "group") and pieces.all[limit.first - 1].text == "by":
            pieces.take(limit.first - 1)  # `titles held by at least 20 of them`
        field = pieces.one(group, best_named(pieces.targets(group, "field", "text")))
        if len(asked.wholes) > 1 and asked.groups != [field]:
            raise Refusal("not_supported", "Groups of one kind at a time are held to a limit.")
        asked.groups = [field]


def settle_wholes(pieces: Pieces) -> None:
    """Nothing else is told of these groups than the figure that the limit is on."""
    asked = pieces.asked
    others = (
        asked.measures, asked.ranked, asked.share, asked.grain, asked.trend, asked.change, asked.versus, asked.distinct,
        asked.functions, asked.limit, asked.wanted, len(asked.wholes) > 1, len(asked.groups) > 1,
    )  # fmt: skip
    if any(others):
        raise Refusal("not_supported", "Groups under a limit are listed or counted; ask for the rest by itself.")


def _limit_at(pieces: Pieces, n: int) -> _Limit | None:
    """`over 10k`, `is not over 10k`, `10k or more`."""
    piece, behind = pieces.all[n], pieces.at(n + 1)
    found = None
    if (compared := piece.cue("cmp")) and compared.of in OPPOSITE and behind is not None and behind.amount:
        found = _Limit(compared.of, behind.amount, n, n + 2)
    elif piece.amount and behind is not None and (after := behind.cue("after")):
        found = _Limit(after.of, piece.amount, n, n + 2)
    elif piece.amount and piece.amount.more:
        found = _Limit("ge", piece.amount, n, n + 1)
    if found is not None and found.amount.often:
        return None
    if found is not None and pieces.cue(n - 1, "not"):
        return found._replace(op=OPPOSITE[found.op], first=n - 1)
    return found


def _group_before(pieces: Pieces, n: int) -> int | None:
    """The place of what is listed or counted: the first field of texts, in the plural or asked for by `which`."""
    for k in range(n):
        if not pieces.targets(k, "field", "text") or pieces.targets(k, "value") or pieces.targets(k, "entity"):
            continue
        last = pieces.all[k].text.split()[-1]
        asked = pieces.said_at(k - 1, "which", "count", "list", "ask", "distinct", "group") or k == 0
        return k if asked and (last.endswith("s") or pieces.said_at(k - 1, "which")) else None
    return None


def _of_rows(pieces: Pieces, limit: _Limit) -> bool:
    """`more than 30 overdue invoices`: how many rows a group has."""
    at = limit.behind
    while says_which(pieces, at):
        at += 1
    rows = pieces.targets(at, "entity")
    counts = rows and not (pieces.targets(at, "unit") or pieces.targets(at, "field", "number"))
    if not counts or limit.amount.money or limit.amount.percent or pieces.said(*SUPERLATIVES):
        return False
    pieces.asked.wholes.append(Whole("count", None, limit.op, limit.amount.value))
    _take(pieces, limit)
    pieces.take(at, rows[0])
    return True


def _of_figure(pieces: Pieces, limit: _Limit) -> bool:
    """`an average salary over 100k`, `over 100k in total salary`."""
    found = _function_and_measure(pieces, limit.first - 2) or _function_and_measure(pieces, limit.behind)
    if found is None:
        return False
    at, function = found
    if targets := pieces.targets(at + 1, "field", "number"):
        field = pieces.one(at + 1, targets)
    else:
        field = headline(pieces, pieces.pipe.numbers())
        pieces.take(at + 1, pieces.targets(at + 1, "entity")[0])
    pieces.take(at)
    in_currency(pieces, field, limit.amount)
    value = in_own_unit(pieces, field, fitting(field, limit.amount), at + 1, limit.behind)
    if any(target.field and target.field.unit == field.unit for target in pieces.targets(limit.behind, "unit")):
        pieces.take(limit.behind)  # `over 20 hours`
    pieces.asked.wholes.append(Whole(function, field, limit.op, value))
    _take(pieces, limit)
    return True


def _function_and_measure(pieces: Pieces, n: int) -> tuple[int, str] | None:
    """Where `average salary` stands, or `average invoice`."""
    function = pieces.cue(n, *_FUNCTIONS) if n >= 0 and pieces.is_free(n) else None
    measured = pieces.targets(n + 1, "field", "number") or (function == "avg" and pieces.targets(n + 1, "entity"))
    return (n, function) if function and measured else None


def _take(pieces: Pieces, limit: _Limit) -> None:
    for n in range(limit.first, limit.behind):
        pieces.take(n)
