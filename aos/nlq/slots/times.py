"""Periods with the dates that they are about, and fields that are there or missing."""

from aos.nlq import periods
from aos.nlq.asked import Asked, Filter, Refusal, Timed
from aos.nlq.cover import Piece
from aos.nlq.fields import Field, comes_later
from aos.nlq.lexicon import ROOT, Target
from aos.nlq.slots.pieces import Pieces
from aos.nlq.text import root, words
from aos.nlq.when import When

_BEFORE = frozenset(("over", "across", "each", "every", "for each", "in each", "for every"))
_AGAINST = frozenset(("year", "quarter", "month"))


def read_times(pieces: Pieces) -> None:
    """`opened in 2024`, `due before March`, `over the last 4 quarters`."""
    _done(pieces)
    _named_twice(pieces)
    _join_parted(pieces)
    _join_to_date(pieces)
    for n in list(pieces.free("when")):
        piece, field = pieces.all[n], None
        assert piece.when is not None
        if _is_relative(pieces, n, piece.when):
            continue
        piece = pieces.all[n]
        assert piece.when is not None
        if pieces.cue(n - 1, "cmp", "group") and pieces.all[n - 1].text in _BEFORE:
            _each(pieces, pieces.all[n - 1], piece.when)
            pieces.take(n - 1)
        for beside in (n - 1, n + 1):
            found = pieces.targets(beside, "field", "date")
            if (
                found
                and not (beside == n + 1 and (pieces.targets(beside, "value") or "that" in pieces.all[beside].before))
                and not _times_beside(pieces, beside)
            ):
                rows = len(found) == 1 and pieces.targets(beside, "entity")  # `orders in 2024` are orders as well
                field = found[0].field if rows else pieces.one(beside, found)
                break
        pieces.take(n)
        pieces.asked.times.append(Timed(piece.when, field, piece.text, n))
    for n in list(pieces.free("cue")):
        dated = pieces.targets(n - 1, "field", "date") if pieces.cue(n, "grain") else []
        if dated and not pieces.targets(n - 1, "entity"):  # `solved per month`
            pieces.asked.times.append(Timed(When("all"), pieces.one(n - 1, dated), ""))
    _tell_last_from_this(pieces)
    _share_years(pieces)
    _dates_elsewhere(pieces)
    _dated_by_deed(pieces)
    named = {timed.field.name: timed.field for timed in pieces.asked.times if timed.field}
    if len(named) == 1:  # `opened in 2024 and 2025`
        (field,) = named.values()
        _dated_apart(pieces, field)
        pieces.asked.times = [timed._replace(field=timed.field or field) for timed in pieces.asked.times]


def _dated_apart(pieces: Pieces, named: Field) -> None:
    """`won in 2024 that were created in 2023`: the other deed has a time of its own, by the date that it falls on."""
    period = pieces.pipe.period
    for k, timed in enumerate(pieces.asked.times):
        before = pieces.at(timed.at - 1) if timed.field is None and timed.at > 0 else None
        done = before is not None and before.text.endswith(("ed", "en", "won", "lost", "paid", "sent"))
        if before is None or not done or not (pieces.targets(timed.at - 1, "value") or _flagged(pieces, timed.at - 1)):
            continue
        if period is None or period == named or not comes_later(period):
            raise Refusal("not_supported", "Ask by one date at a time.", words=(before.text,))
        pieces.asked.times[k] = timed._replace(field=period)


def _flagged(pieces: Pieces, n: int) -> bool:
    return bool(pieces.targets(n, "field", "bool"))


def _each(pieces: Pieces, before: Piece, when: When) -> None:
    """`in each of the last 4 quarters`: one by one. `each Q1` is one part of several years."""
    if before.text not in ("over", "across") and when.year_is_open():
        raise Refusal("not_supported", "A part of every year is not told; ask for one year at a time.")
    if before.text not in ("over", "across") and when.kind == "last" and when.number > 1 and not pieces.asked.grain:
        pieces.asked.grain = when.grain


def _is_relative(pieces: Pieces, n: int, when: When) -> bool:
    """Whether a time is none by itself: `now`, or one that another is seen against, as `a year earlier`. `Refusal`
    where nobody knows which days it is."""
    text = pieces.all[n].text
    if when.kind == "odd":
        raise Refusal("ambiguous" if when.choices else "not_supported", when.why, words=(text,), choices=when.choices)
    if when.bound == "through":
        if not pieces.said("grain", "trend"):
            choices = (f"in {text.split()[-1]}", f"until the end of {text.split()[-1]}")
            raise Refusal("ambiguous", f"Is all of {choices[0][3:]} meant, or the time until its end?",
                words=(text,), choices=choices)  # fmt: skip
        pieces.all[n] = pieces.all[n]._replace(when=when._replace(bound="in"))
        return False
    compared = pieces.said("change", "versus", "compare", "against", "more")
    if when.kind == "now":
        if compared:
            raise Refusal("ambiguous", f"Which period is meant by `{text}`? Name it.", words=(text,))
        pieces.take(n)
        return True
    if when.kind not in ("same", "ago") or (when.kind == "ago" and not (compared and when.grain in _AGAINST)):
        return False
    others = [k for k, piece in enumerate(pieces.all) if piece.when is not None and k != n]
    if when.kind == "same" and not when.number:
        if len(others) != 1 or not compared:
            raise Refusal("ambiguous", f"`{text}` which other time? Name it.", words=(text,))
        grain = when.grain
    elif when.kind == "same":
        if not others and not (compared and when.grain in _AGAINST):
            raise Refusal("ambiguous", f"`{text}` of which other time? Name it.", words=(text,))
        if not others:
            pieces.asked.times.append(Timed(When("last", when.grain), None, text))
        grain = "year"
    else:
        if others and when.number != 1:
            return False
        if when.number != 1:
            raise Refusal("ambiguous", "Between which two periods? Name both.", words=(text,))
        grain = when.grain
    pieces.take(n)
    pieces.asked.change, pieces.asked.against = True, grain
    return True


def _done(pieces: Pieces) -> None:
    """`how many did we open`: when that was done, not what is open now."""
    asked_of = False
    for n, piece in enumerate(pieces.all):
        asked_of = asked_of or bool({"did", "do", "does"} & {*piece.before})
        if not asked_of or not pieces.targets(n, "value") or " " in piece.text:
            continue
        for field in pieces.pipe.dates:
            if root(piece.text) in map(root, field.words):
                pieces.all[n] = piece._replace(targets=(Target("field", ROOT, field),))


def has_limits(asked: Asked) -> bool:
    """Whether a number is limited: periods are then listed by it."""
    return any(each.field.kind == "number" and each.op not in ("is_null", "not_null") for each in asked.filters)


def read_parts(pieces: Pieces) -> None:
    """`the 2025 quarters`, `the months of 2024`: one by one; of an average what it is taken of."""
    asked = pieces.asked
    for n in pieces.spans():
        grain = pieces.span(n)
        if not _times_beside(pieces, n) or asked.grain not in ("", grain) or asked.moment or has_limits(asked):
            continue
        averaged = bool({"avg", "max", "min"} & set(asked.functions))
        additive = not asked.measures or asked.measures[0].aggregation == "additive"
        native = pieces.pipe.period is not None and pieces.pipe.period.look.grain == grain
        pieces.take(n)
        if "sum" in asked.functions and not averaged:
            continue
        asked.per_grain = asked.per_grain or (averaged and additive)
        if not (averaged and native and not additive):
            asked.grain = grain


def _times_beside(pieces: Pieces, n: int) -> bool:
    """Whether these are quarters or the like, with a time right beside them."""
    beside = any(0 <= k < len(pieces) and pieces.all[k].kind == "when" for k in (n - 1, n + 1))
    return beside and bool(pieces.span(n)) and pieces.all[n].text.endswith("s")


def _join_parted(pieces: Pieces) -> None:
    """`Q3 revenue 2024`: the year stands apart from its quarter, with nothing that makes them two times."""
    places = list(pieces.free("when"))
    if len(places) != 2 or pieces.said("versus", "compare"):
        return
    between = pieces.all[places[0] + 1 : places[1] + 1]
    joints = ("and", "or", "change", "more")
    if pieces.said("share") or any(piece.apart or any(map(piece.cue, joints)) for piece in between):
        return
    for n, other in (places, reversed(places)):
        part, year = pieces.all[n].when, pieces.all[other].when
        if part and year and part.kind == "bare" and part.of is None and _is_year(year):
            pieces.all[n] = pieces.all[n]._replace(when=part._replace(of=year))
            pieces.take(other)


def _join_to_date(pieces: Pieces) -> None:
    """`year-to-date billings as of Q3 2025`: the day stands apart from its year."""
    places = list(pieces.free("when"))
    if len(places) != 2:
        return
    for n, other in (places, reversed(places)):
        open_end, end = pieces.all[n].when, pieces.all[other].when
        if open_end and end and open_end.kind == "to_date" and open_end.of is None and end.bound in ("at", "until"):
            pieces.all[n] = pieces.all[n]._replace(when=open_end._replace(of=end._replace(bound="in")))
            pieces.take(other)
            return


def _named_twice(pieces: Pieces) -> None:
    """`the quarter 2024-Q2`, `the year 2024`: what kind of period it is."""
    for n in pieces.spans():
        behind = pieces.at(n + 1)
        when = behind.when if behind is not None and not behind.apart else None
        same = when is not None and (when.grain or (when.period.grain if when.period else "")) == pieces.span(n)
        if same and not pieces.all[n].text.endswith("s") and not pieces.said_at(n - 1, "group", "which"):
            pieces.take(n)


def _is_year(when: When) -> bool:
    whole = when.kind == "is" and when.bound == "in" and not when.edge
    return whole and when.period is not None and when.period.grain == "year"


def _tell_last_from_this(pieces: Pieces) -> None:
    """`last year vs this year`: on its last day a year counts as over, but beside this one it is the one before."""
    times = pieces.asked.times
    these = {timed.when.grain for timed in times if timed.when.kind == "this"}
    for k, timed in enumerate(times):
        if timed.when.kind == "last" and timed.when.number == 1 and timed.when.grain in these:
            times[k] = timed._replace(when=timed.when._replace(kind="ago"))


def _share_years(pieces: Pieces) -> None:
    """`Q1 and Q2 2024`, `Q1 2024 and Q2`: both are of 2024."""
    times = pieces.asked.times
    for k in range(len(times) - 2, -1, -1):
        one, other = times[k].when, times[k + 1].when
        if one.kind == "bare" and one.of is None and (of := _year_of(other)):
            times[k] = times[k]._replace(when=one._replace(of=of))
    for k in range(1, len(times)):
        one, other = times[k - 1].when, times[k].when
        _refuse_part(one, other)
        later = one.kind == other.kind == "bare" and one.grain == other.grain and one.number < other.number
        if later and one.of is not None and other.of is None and not pieces.said("versus", "change", "compare"):
            times[k] = times[k]._replace(when=other._replace(of=one.of))
            pieces.asked.assume(f"`{times[k].text}` is of the same year")


def _refuse_part(one: When, other: When) -> None:
    """`Q1 of 2024 and 2025`: the whole of 2025, or its first quarter?"""
    part = one.kind == "bare" and one.bound == "in" and one.of is not None and one.of.kind == "is"
    if part and _is_year(other) and other.period is not None:
        label = other.period.label()
        choices = (f"the same {one.grain} of {label}", f"all of {label}")
        raise Refusal("ambiguous", f"Is the same {one.grain} of {label} meant, or all of it?", choices=choices)


def _year_of(when: When) -> When | None:
    """The year that a quarter, a month or a day is said to be of."""
    if when.kind == "is" and when.period is not None and when.period.grain == "day":
        return When("is", period=periods.year(when.period.first.year))
    return when.of if when.kind == "bare" else None


def _dates_elsewhere(pieces: Pieces) -> None:
    """The one date that is named apart from the period is what the period is about."""
    loose = [n for n in pieces.free("name") if pieces.targets(n, "field", "date") and not pieces.targets(n, "value")]
    loose = [n for n in loose if not _times_beside(pieces, n) and not pieces.targets(n, "entity")]
    undated = [k for k, timed in enumerate(pieces.asked.times) if timed.field is None]
    if len(loose) != 1 or not undated:
        return
    n = loose[0]
    if pieces.cue(n - 1, "group", "max", "min", "newest", "oldest", "missing", "present", "not"):
        return
    field = pieces.one(n, pieces.targets(n, "field", "date"))
    for k in undated:
        pieces.asked.times[k] = pieces.asked.times[k]._replace(field=field)


def _dated_by_deed(pieces: Pieces) -> None:
    """`how many people resigned in 2024`, where that is a reason: the time is that of leaving."""
    undated = [k for k, timed in enumerate(pieces.asked.times) if timed.field is None]
    field = deed_date(pieces) if undated else None
    for k in undated if field else ():
        pieces.asked.times[k] = pieces.asked.times[k]._replace(field=field)


def deed_date(pieces: Pieces) -> Field | None:
    """The date of what somebody did, where a verb says it that is also a state or a reason: `resigned`."""
    again = pieces.synonyms.done_by_persons
    for piece in pieces.all if pieces.are_of_persons() else ():
        dates = [field for field in pieces.pipe.dates if again(piece.text, field.words)]
        if len(dates) == 1 and piece.targets:
            return dates[0]
    return None


def read_missing(pieces: Pieces) -> None:
    """`without a satisfaction`, `missing po number`, `solved on is empty`, `no satisfaction`."""
    for n in list(pieces.free("cue")):
        kind = pieces.cue(n, "missing", "present")
        if not kind and pieces.cue(n, "not") and pieces.all[n].text in ("no", "without"):
            kind = "missing" if pieces.targets(n + 1, "field") else None
        before = () if pieces.all[n].text.split()[-1] in ("no", "without", "any", "lacking") else (n - 1,)
        if kind == "missing" and pieces.all[n].text == "unassigned" and not _assigned_beside(pieces, n):
            _unassigned(pieces, n)
            continue
        for beside in (n + 1, *before) if kind else ():
            found = pieces.targets(beside, "field")
            if found and not pieces.targets(beside, "value"):
                field = pieces.one(beside, found)
                pieces.take(n)
                none = Filter(field, "is_null" if kind == "missing" else "not_null", at=beside)
                if field.kind == "bool":
                    none = none._replace(op="eq", value=field.flag[0 if kind == "present" else 1])
                if kind == "missing" and field.kind == "number" and not before and not field.look.nulls:
                    none = none._replace(op="eq", value=0)  # `invoices without tax`, where each has a figure
                pieces.asked.filters.append(none)
                break


def _assigned_beside(pieces: Pieces, n: int) -> bool:
    """`unassigned agent`: the field is named."""
    return any(pieces.targets(beside, "field") and not pieces.targets(beside, "entity") for beside in (n - 1, n + 1))


def _unassigned(pieces: Pieces, n: int) -> None:
    """`unassigned tickets`: those without who has them, where some have none."""
    found = [field for field in pieces.pipe.texts() if field.look.nulls and _is_assigned(field)]
    if not pieces.has_entity() or not found:
        raise pieces.odd(n)
    if len(found) > 1:
        raise pieces.choice(n, [field.name for field in found])
    pieces.take(n)
    pieces.asked.filters.append(Filter(found[0], "is_null", at=n))
    pieces.asked.assume(f"unassigned is without {found[0].label}")


def _is_assigned(field: Field) -> bool:
    told = {*words(field.description)} & {"assigned", "unassigned", "assignee"}
    return bool(told) or any(word in ("assignee", "owner", "agent") or root(word) == "assign" for word in field.words)
