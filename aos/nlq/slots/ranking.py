"""Highest, best, latest, most common: functions and rankings, with the measure that a word like `heaviest` goes by."""

from collections.abc import Sequence

from aos.nlq.asked import Refusal
from aos.nlq.cues import Cue
from aos.nlq.fieldnames import telling_heads
from aos.nlq.fields import Field
from aos.nlq.phrase import listed
from aos.nlq.slots.headline import measured_by
from aos.nlq.slots.pieces import Pieces
from aos.nlq.slots.times import deed_date
from aos.nlq.text import lemma

_IN_ALL = frozenset(("in total", "in all", "altogether", "all told", "all together"))


def read_function(pieces: Pieces, n: int) -> None:
    """A superlative ranks where there is something to rank; else it is the highest or lowest value."""
    asked = pieces.asked
    cue = next(cue for cue in pieces.all[n].cues if cue.kind in ("sum", "avg", "max", "min"))
    kind = cue.kind
    measured_as(pieces, n, cue)
    pieces.take(n)
    if cue.of == "each" and asked.groups and not asked.functions:
        asked.functions.append("avg")
        asked.assume(f"{pieces.all[n].text} is by the average")
    if pieces.all[n].text in _IN_ALL and pieces.entities and not asked.measures:
        asked.counted = True
        return
    asked.adding = asked.adding or any(cue.of == "adding" for cue in pieces.all[n].cues)
    if kind in ("max", "min") and _of_each(pieces, n):
        asked.functions.append(kind)
    elif (
        kind in ("max", "min") and asked.ranked and asked.descending != (kind == "max") and pieces.said_at(n - 1, "and")
    ):
        raise Refusal("not_supported", "Ask for the highest and for the lowest one after the other.")
    elif kind in ("max", "min") and (asked.groups or pieces.spans() or asked.limit or asked.grain):
        asked.ranked, asked.descending = True, kind == "max"
    elif kind not in asked.functions:
        asked.functions.append(kind)


def _of_each(pieces: Pieces, n: int) -> bool:
    """`highest salary by department` is that of each of them; `which department has the highest …` is one of them."""
    asked, behind = pieces.asked, pieces.at(n + 1)
    measured = behind is not None and any(t.field in asked.measures for t in behind.targets if t.field)
    return (
        bool(asked.groups) and measured and not asked.limit and not asked.ranked
        and not pieces.said("which", "top", "bottom", "rank", "avg", "sum", "count") and pieces.said("group")
    )  # fmt: skip


def measured_as(pieces: Pieces, n: int, cue: Cue) -> None:
    """`heaviest`: the measure that this is about, unless a fitting one is named."""
    asked = pieces.asked
    if not cue.by:
        return
    fields = measured_by(pieces, cue.by)
    if asked.measures:
        loose = pieces.all[n].text in pieces.synonyms.sizes and n + 1 in pieces.measured  # `heaviest cost`
        if not loose and not any(measure in fields for measure in asked.measures):
            raise pieces.odd(n)
    elif not fields:
        raise pieces.odd(n)
    elif len(fields) > 1 and (told := _said_by_verb(pieces, fields)):
        asked.measures = [told]
    elif len(fields) > 1:
        raise pieces.choice(n, [field.name for field in fields])
    else:
        asked.measures = fields
        asked.assume(f"{pieces.all[n].text} goes by {fields[0].label}")


def _said_by_verb(pieces: Pieces, fields: Sequence[Field]) -> Field | None:
    """`takes the longest to resolve`: the one of them whose name says what the verb says."""
    verbs = [piece.text for piece in pieces.all if any(t.field and t.field.kind == "date" for t in piece.targets)]
    again = pieces.synonyms.echoed
    found = [each for each in fields if any(again(verb, each.words) for verb in verbs)]
    return found[0] if len(found) == 1 else None


def read_common(pieces: Pieces, n: int) -> None:
    """`most common reason`: what most rows have."""
    pieces.take(n)
    asked = pieces.asked
    asked.counted = asked.ranked = True
    asked.descending = next(cue.of for cue in pieces.all[n].cues if cue.kind == "common") == "max"


def read_best(pieces: Pieces, n: int) -> None:
    """The best is the most, or the least of what is better the less there is of it."""
    best = bool(pieces.all[n].cue("best"))
    pieces.asked.plural = pieces.asked.plural or bool({"first", "to"} & {*pieces.all[n].text.split()})
    named = {word for field in pieces.asked.measures for word in telling_heads(field.words)}
    highest = best != bool(named & pieces.synonyms.lower_is_better)
    if _is_top_figure(pieces, n) and pieces.any_cue("grain"):  # `the best revenue in any quarter`
        pieces.all[n] = pieces.all[n]._replace(cues=(Cue("max" if highest else "min"),))
        read_function(pieces, n)
        return
    pieces.take(n)
    pieces.asked.ranked, pieces.asked.descending = True, highest
    pieces.asked.assume(f"{pieces.all[n].text} is the {'highest' if highest else 'lowest'}")


def read_top(pieces: Pieces, n: int) -> None:
    """`top salary in Leeds`, `top salary by department`: the highest, where nothing but a figure is named."""
    if _is_top_figure(pieces, n):
        kind = "max" if pieces.all[n].cue("top") else "min"
        pieces.all[n] = pieces.all[n]._replace(cues=(Cue(kind),))
        read_function(pieces, n)
        return
    pieces.take(n)
    pieces.asked.ranked, pieces.asked.descending = True, bool(pieces.all[n].cue("top"))


def read_newest(pieces: Pieces, n: int) -> None:
    """The newest rows by the pipe's date; of a figure, its newest value."""
    asked = pieces.asked
    aged = next((cue for cue in pieces.all[n].cues if cue.by and measured_by(pieces, cue.by)), None)
    if aged is not None and not any(measure.kind == "date" for measure in asked.measures):
        read_function(pieces, n)  # `oldest` of what has an age
        return
    if aged is None and any(cue.by for cue in pieces.all[n].cues) and pieces.are_of_persons():
        raise pieces.odd(n)  # `oldest worker` is a matter of age, not of dates
    pieces.take(n)
    if asked.measures and not pieces.entities:
        if pieces.all[n].cue("oldest"):
            raise pieces.odd(n)
        asked.newest = True
        return
    dated = {timed.field.name: timed.field for timed in asked.times if timed.field}
    by = next(iter(dated.values())) if len(dated) == 1 else deed_date(pieces) or pieces.pipe.period
    if by is None:
        names = tuple(field.name for field in pieces.pipe.dates)
        raise Refusal(
            "ambiguous" if names else "not_supported",
            f"By which date: {listed(names, 'or') or 'there is none'}?",
            choices=names,
        )
    asked.ranked = asked.of_rows = True
    asked.descending = bool(pieces.all[n].cue("newest"))
    asked.measures = asked.measures or [by]
    asked.limit = asked.limit or (10 if asked.many else 1)


def _is_top_figure(pieces: Pieces, n: int) -> bool:
    """Whether one measure stands right behind, in the singular, and there is nothing that it would rank."""
    asked, behind = pieces.asked, pieces.at(n + 1)
    if asked.limit or asked.ranked or n + 1 not in pieces.measured or behind is None or behind.apart:
        return False
    said, own = behind.text.split()[-1], asked.measures[-1].label.split()[-1].lower()
    if said != own and said == lemma(own):
        return False  # `top customer` is no number of customers
    return said == lemma(said) and not pieces.entities and not pieces.spans() and not asked.grain


def read_rank(pieces: Pieces, n: int) -> None:
    pieces.take(n)
    pieces.asked.ranked = True


def read_order(pieces: Pieces, n: int) -> None:
    """`highest first`; of the top ones the lowest first is not told."""
    asked = pieces.asked
    cue = next(cue for cue in pieces.all[n].cues if cue.kind in ("descending", "ascending"))
    down = cue.kind == "descending"
    if pieces.said(*(("bottom", "min", "worst") if down else ("top", "max", "best"))):
        raise Refusal("not_supported", "The first ones are told from their end on; ask for them without an order.")
    measured_as(pieces, n, cue)
    pieces.take(n)
    if cue.of == "each" and asked.groups and not asked.functions:
        asked.functions.append("avg")
        asked.assume(f"{pieces.all[n].text} is by the average")
    asked.ranked, asked.descending = True, down
