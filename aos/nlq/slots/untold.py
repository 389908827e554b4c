"""Questions that are read to the last word and mean something that is not told: refused rather than half answered."""

from itertools import pairwise

from aos.nlq.asked import Refusal
from aos.nlq.cover import VERBS
from aos.nlq.fields import Field
from aos.nlq.phrase import PERCENT, listed
from aos.nlq.slots.headline import is_money
from aos.nlq.slots.pieces import EACH, MANY, Pieces
from aos.nlq.slots.states import is_state
from aos.nlq.slots.whether import begins_with_verb, kept_limit

_NONE = frozenset(
    ("no", "without", "never", "have no", "has no", "had no", "with no", "having no", "do not have", "does not have",
     "did not have", "have not", "has not", "lacking", "lacks", "lack", "without any", "without having")
)  # fmt: skip
_STILL = frozenset(
    "here current currently still now presently remain remains remaining employed employ employs today anymore".split()
)
_UPWARD, _DOWNWARD = ("max", "best", "top", "newest"), ("min", "worst", "bottom", "oldest")
_THERE = ("is_null", "not_null")
_JOINTS = ("and", "or", "versus", "compare", "against", "more", "change")
_JOINING = frozenset("and or plus then".split())


def refuse_untold(pieces: Pieces) -> None:
    """`Refusal` for the first kind that fits."""
    for check in (
        _whether, _groups_without, _both_ends, _largest_of_each, _of_the_extreme, _two_dates, _still_there,
        _each_year, _share_of_the_first, _amount_counted, _contradiction, _summed_persons, _times_unlisted,
    ):  # fmt: skip
        check(pieces)


def _whether(pieces: Pieces) -> None:
    """`is the average over 50`: the limit would pick rows, and say nothing of the average."""
    asked = pieces.asked
    limits = [each.field for each in pieces.limits_on_numbers()]
    if not (begins_with_verb(pieces) and limits) or asked.whether or asked.counted or asked.exists or asked.wanted:
        return
    figured = asked.functions or any(measure in limits for measure in asked.measures)
    if figured or (asked.measures and not pieces.entities) or not (pieces.entities or asked.groups or asked.distinct):
        raise kept_limit(limits)


def _groups_without(pieces: Pieces) -> None:
    """`customers without late bills`: all their rows would have to be looked at."""
    asked = pieces.asked
    groups = asked.distinct is not None or (asked.groups and pieces.said("which", "count", "list", "ask"))
    if not groups or asked.measures:
        return
    named = [*([asked.distinct] if asked.distinct else []), *asked.groups]
    places = [
        n for n, piece in enumerate(pieces.all) if any(t.field in named for t in piece.targets if t.kind == "field")
    ]
    denied = next((n for n, piece in enumerate(pieces.all) if piece.text in _NONE and piece.cues), None)
    if places and denied is not None and denied > places[0]:
        what = listed([field.label for field in named])
        raise Refusal("not_supported", f"Which {what} has none of these is not told.", words=(pieces.all[denied].text,))


def _both_ends(pieces: Pieces) -> None:
    """`best and worst quarter`: two rankings."""
    up = any(pieces.said(kind) for kind in _UPWARD)
    if pieces.asked.ranked and up and pieces.said(*_DOWNWARD) and pieces.said("and"):
        raise Refusal("not_supported", "Ask for the one end and for the other one after the other.")


def _extreme(pieces: Pieces) -> int | None:
    """The place of what a superlative names, which is a row."""
    for n, piece in enumerate(pieces.all):
        kinds = (*_UPWARD, *_DOWNWARD, "common")
        if any(map(piece.cue, kinds)) and piece.text not in MANY and n + 1 < len(pieces):
            behind = n + 2 if pieces.all[n + 1].amount else n + 1
            if behind < len(pieces) and any(target.kind == "entity" for target in pieces.all[behind].targets):
                return behind
    return None


def _largest_of_each(pieces: Pieces) -> None:
    """`largest invoice in each country`, `top supplier per category`: one of each group."""
    asked = pieces.asked
    each = any(piece.cue("group") and piece.text in EACH for piece in pieces.all)
    found = _extreme(pieces)
    grouped = [n for n, piece in enumerate(pieces.all) if piece.cue("group")]
    apart = found is not None and any(n > found for n in grouped) and asked.groups and not asked.together
    several = len(asked.groups) > 1 and asked.ranked and (each or asked.limit == 1)
    spans = asked.ranked and bool(asked.grain) and bool(asked.groups)
    if apart or (each and several) or (spans and each):
        raise Refusal("not_supported", "The first of each group is not told; ask for one group at a time.")


def _of_the_extreme(pieces: Pieces) -> None:
    """`salary of the newest worker`: a figure of one row that is named by another."""
    found = _extreme(pieces)
    asked = pieces.asked
    if found is None or asked.together or asked.counted or asked.functions:
        return
    before = [n for n in pieces.measured if n < found - 1]
    if before and not any(n > found for n in pieces.measured) and not pieces.said("group", "which", "sum", "avg"):
        raise Refusal("not_supported", "Ask for the one record first, then for what it has.")


def _two_dates(pieces: Pieces) -> None:
    """`created and solved in March`: one time, and two dates that it may be of."""
    if len(pieces.asked.times) != 1 or pieces.asked.wanted:
        return
    dated: list[int] = []
    for n, piece in enumerate(pieces.all):
        if any(target.field and target.field.kind == "date" for target in piece.targets):
            dated.append(n)
    done = [each.at for each in pieces.asked.filters if each.field.kind == "bool" or is_state(pieces, each.field)]
    for n in dated:
        behind = pieces.at(n + 2)
        won = behind is not None and n + 2 in done and not VERBS & {*behind.before} and "still" not in behind.before
        if won and pieces.said_at(n + 1, "and") and pieces.asked.times[0].at > n + 2:
            raise Refusal("not_supported", "Ask by one date at a time.", words=(pieces.all[n + 2].text,))
    for one, other in pairwise(dated):
        joined = other == one + 2 and pieces.said_at(one + 1, "and")
        names = [{t.field.name for t in pieces.all[n].targets if t.field} for n in (one, other)]
        if joined and names[0] != names[1]:
            raise Refusal("not_supported", "Ask by one date at a time.", words=(pieces.all[other].text,))


def _still_there(pieces: Pieces) -> None:
    """`hired in 2022 and still here`, `current workers`: those without a day of leaving, or those of a state?"""
    said = {word for piece in pieces.all for word in (*piece.before, *piece.after)}
    said |= {word for piece in pieces.all if piece.when is not None and piece.when.kind == "now" for word in ("now",)}
    again = pieces.synonyms.done_by_persons
    ends = [field for field in pieces.pipe.dates if field.look.nulls and again("left", field.words)]
    states = any(
        each.field.kind in ("text", "bool") and each.op != "ne" and _is_state(each.field)
        for each in pieces.asked.filters
    )
    if not ends or states or not pieces.are_of_persons():
        return
    keyed = any(each.field.name in pieces.pipe.facts.identity_keys for each in pieces.asked.filters)
    if keyed or pieces.asked.pinned:
        _is_one_there(pieces, said, ends)
    elif said & _STILL:
        what = (pieces.pipe.facts.entity_scope or "row").replace("_", " ")
        choices = (f"all {what}s", *(f"{what}s without {field.label}" for field in ends))
        raise Refusal("ambiguous", "Which of them are meant?", words=tuple(sorted(said & _STILL)), choices=choices)


def _is_one_there(pieces: Pieces, said: set[str], ends: list[Field]) -> None:
    """`does Ann still work in Leeds`, of whom a day of leaving may be known; `is Ann employed`, where nothing else is
    asked. `Ann's current team` is as it stands."""
    asked = pieces.asked
    begins = pieces.all[0].before
    still = said & (_STILL - {"current"}) and (asked.whether or not asked.wanted)
    if still or (begins and begins[0] in VERBS and not (asked.wanted or {*begins} & {"have", "there"})):
        choices = tuple(f"whether {field.label} is missing" for field in ends)
        raise Refusal("ambiguous", "Whether somebody is still there is told by the day of leaving.",
            words=tuple(sorted(said & _STILL)), choices=choices)  # fmt: skip


def _is_state(field: Field) -> bool:
    return bool({"status", "state", "active", "stage", "employed"} & set(field.words))


def _each_year(pieces: Pieces) -> None:
    """`Q1 of each year`: one part of several years."""
    asked = pieces.asked
    yearly = asked.grain == "year" or any("years" in piece.text.split() for piece in pieces.all if piece.cues)
    if yearly and any(timed.when.year_is_open() for timed in asked.times):
        raise Refusal("not_supported", "A part of every year is not told; ask for one year at a time.")


def _times_unlisted(pieces: Pieces) -> None:
    """`May 2025 H2`, `in March sales of 2024-Q3`: two times that no `and` joins are no list to be added up."""
    asked = pieces.asked
    closed = [each for each in asked.times if each.when.kind != "all" and each.when.bound == "in" and each.at >= 0]
    if asked.change or asked.versus:
        return
    for one, other in pairwise(sorted(closed, key=lambda each: each.at)):
        between = pieces.all[one.at + 1 : other.at + 1]
        told_apart = any(piece.apart or any(map(piece.cue, _JOINTS)) for piece in between)
        joined = told_apart or any(_JOINING & {*piece.before} for piece in between)
        if one.field == other.field and one.when != other.when and not joined:
            text = f"Is `{one.text}` meant, or `{other.text}`? Say both with `and` where both are."
            raise Refusal("ambiguous", text, words=(one.text, other.text), choices=(one.text, other.text))


def _share_of_the_first(pieces: Pieces) -> None:
    """`share of the top 5 vendors`: of all of them, and of them together."""
    asked = pieces.asked
    if asked.share and asked.groups and asked.ranked and (asked.limit or 1) > 1:
        raise Refusal("not_supported", "The share of the first ones is not told; ask for the share of each.")


def _amount_counted(pieces: Pieces) -> None:
    """`how many refunds`, where a refund is an amount or a part: no number of them."""
    for n, piece in enumerate(pieces.all):
        if n not in pieces.measured or not pieces.said_at(n - 1, "count"):
            continue
        fields = [target.field for target in piece.targets if target.field in pieces.asked.measures and target.field]
        if any(is_money(pieces, field) or (field.unit or "").lower() in PERCENT for field in fields):
            raise Refusal("not_understood", f"`{piece.text}` is no number of things.", words=(piece.text,))


def _contradiction(pieces: Pieces) -> None:
    """`won and lost deals`, `open and closed` where what is not closed is open: no row is both."""
    filters = pieces.asked.filters
    for one in filters:
        for other in filters:
            both = one.field == other.field and (one.value == other.value) is (one.op != other.op)
            yes_no = one.field.kind == "bool" and one.op == other.op == "eq"
            if both and (yes_no or {one.op, other.op} == {"eq", "ne"}):
                what = one.field.label
                raise Refusal("not_supported", f"No row has {what} and has it not.", words=(what,))


def _summed_persons(pieces: Pieces) -> None:
    """What persons get is no sum of the day that they came: `how much did salaries rise`."""
    asked = pieces.asked
    money = any(measure.kind == "number" and is_money(pieces, measure) for measure in asked.measures)
    course = asked.grain or asked.trend or asked.change
    if (
        money
        and course
        and not asked.groups
        and pieces.are_of_persons()
        and not {"avg", "max", "min"} & {*asked.functions}
    ):
        raise Refusal("not_supported", "What they get is told as it stands, not over time.")
