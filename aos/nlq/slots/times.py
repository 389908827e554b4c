"""Periods with the dates that they are about, and fields that are there or missing."""

from aos.nlq.asked import Filter, Timed
from aos.nlq.slots.pieces import Pieces
from aos.nlq.when import When


def read_times(pieces: Pieces) -> None:
    """`opened in 2024`, `due before March`, `over the last 4 quarters`."""
    for n in list(pieces.free("when")):
        piece, field = pieces.all[n], None
        if pieces.cue(n - 1, "cmp", "group") and pieces.all[n - 1].text in ("over", "across", "for each", "in each"):
            pieces.take(n - 1)
        for beside in (n - 1, n + 1):
            found = pieces.targets(beside, "field", "date")
            if found and not (beside == n + 1 and pieces.targets(beside, "value")):
                field = pieces.one(beside, found)
                break
        assert piece.when is not None
        pieces.take(n)
        pieces.asked.times.append(Timed(piece.when, field, piece.text, n))
    for n in list(pieces.free("cue")):
        dated = pieces.targets(n - 1, "field", "date") if pieces.cue(n, "grain") else []
        if dated:  # `solved per month`
            pieces.asked.times.append(Timed(When("all"), pieces.one(n - 1, dated), ""))
    _share_years(pieces)
    _dates_elsewhere(pieces)
    named = {timed.field.name: timed.field for timed in pieces.asked.times if timed.field}
    if len(named) == 1:  # `opened in 2024 and 2025`
        (field,) = named.values()
        pieces.asked.times = [timed._replace(field=field) for timed in pieces.asked.times]


def _share_years(pieces: Pieces) -> None:
    """`Q1 and Q2 2024`: both are of 2024."""
    times = pieces.asked.times
    for k in range(len(times) - 2, -1, -1):
        one, other = times[k].when, times[k + 1].when
        if one.kind == "bare" and one.of is None and other.kind == "bare" and other.of is not None:
            times[k] = times[k]._replace(when=one._replace(of=other.of))


def _dates_elsewhere(pieces: Pieces) -> None:
    """The one date that is named apart from the period is what the period is about."""
    loose = [n for n in pieces.free("name") if pieces.targets(n, "field", "date") and not pieces.targets(n, "value")]
    undated = [k for k, timed in enumerate(pieces.asked.times) if timed.field is None]
    if len(loose) != 1 or not undated:
        return
    n = loose[0]
    if pieces.cue(n - 1, "group", "max", "min", "newest", "oldest", "missing", "present", "not"):
        return
    field = pieces.one(n, pieces.targets(n, "field", "date"))
    for k in undated:
        pieces.asked.times[k] = pieces.asked.times[k]._replace(field=field)


def read_missing(pieces: Pieces) -> None:
    """`without a satisfaction`, `missing po number`, `solved on is empty`, `no satisfaction`."""
    for n in list(pieces.free("cue")):
        kind = pieces.cue(n, "missing", "present")
        if not kind and pieces.cue(n, "not") and pieces.all[n].text in ("no", "without"):
            kind = "missing" if pieces.targets(n + 1, "field", "number", "text", "date") else None
        for beside in (n + 1, n - 1) if kind else ():
            found = pieces.targets(beside, "field")
            if found and not pieces.targets(beside, "value"):
                field = pieces.one(beside, found)
                pieces.take(n)
                pieces.asked.filters.append(Filter(field, "is_null" if kind == "missing" else "not_null", at=beside))
                break
