"""Whether an answer is right. Nothing of `aos.nlq` is used."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from tests.nlq_bed.all import is_unanswerable
from tests.nlq_bed.truth import Ambiguous, Case, Keys, Refused, Table


class Grade(NamedTuple):
    """`kind`: right, refused (an answer was there to be had), wrong (another answer), invented (there was none)."""

    kind: str
    case: Case
    told: dict[str, Any]


def grade(case: Case, told: dict[str, Any]) -> Grade:
    truth = case.truth()
    if is_unanswerable(case):
        return Grade(_refusal(truth, told), case, told)
    if told["outcome"] != "answered":
        return Grade("refused", case, told)
    if isinstance(truth, Table):
        right = _same_rows(truth, told["rows"] or [])
    elif isinstance(truth, Keys):
        right = _same_records(truth, told)
    else:
        right = _same(truth, told["value"])
    return Grade("right" if right else "wrong", case, told)


def _refusal(truth: Any, told: dict[str, Any]) -> str:
    if told["outcome"] == "answered":
        return "invented"
    if isinstance(truth, Refused) and truth.says.lower() not in told["answer"].lower():
        return "wrong"
    if isinstance(truth, Ambiguous):
        offered = " ".join(told["choices"] + told["suggestions"]).lower()
        return "right" if all(name.lower() in offered for name in truth.among) else "wrong"
    return "right"


def _same(truth: Any, found: Any) -> bool:
    if isinstance(truth, int | float) and isinstance(found, int | float):
        return math.isclose(truth, found, rel_tol=1e-9, abs_tol=1e-6)
    return bool(truth == found)


def _same_rows(truth: Table, found: list[list[Any]]) -> bool:
    """The columns of the truth are the first key and the figures; a key of several columns stands as they do."""
    wanted = [tuple(row) for row in truth.rows]
    if len(wanted) != len(found):
        return False
    if truth.ordered:
        return all(_same_row(one, tuple(other)) for one, other in zip(wanted, found, strict=True))
    return all(any(_same_row(one, tuple(other)) for other in found) for one in wanted)


def _same_row(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))


def _same_records(truth: Keys, told: dict[str, Any]) -> bool:
    columns, rows = told["columns"], told["rows"] or []
    if truth.field not in columns:
        return False
    shown = [row[columns.index(truth.field)] for row in rows]
    if truth.order:
        return shown == list(truth.order)
    return told["value"] == len(truth.keys) and set(shown) <= truth.keys and len(shown) == min(20, len(truth.keys))


def summary(grades: Sequence[Grade]) -> str:
    """Two lines: of what can be answered, and of what can't."""
    can = [g for g in grades if not is_unanswerable(g.case)]
    cannot = [g for g in grades if is_unanswerable(g.case)]
    kinds = Counter(g.kind for g in can)
    right = sum(1 for g in cannot if g.kind != "invented")
    return (
        f"answerable    {len(can)}: {kinds['right']} right ({100 * kinds['right'] / max(1, len(can)):.1f} %),"
        f" {kinds['refused']} refused, {kinds['wrong']} wrong\n"
        f"unanswerable  {len(cannot)}: {right} refused or shown as a choice,"
        f" {sum(1 for g in cannot if g.kind == 'invented')} invented"
    )
