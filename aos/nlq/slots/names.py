"""What is left of names: measures, what a row is, dates and fields by themselves, units."""

from collections.abc import Sequence

from aos.nlq.asked import Filter, Refusal
from aos.nlq.fieldnames import is_unit
from aos.nlq.fields import Field
from aos.nlq.lexicon import PART, ROOT, SYNONYM, WHOLE, Target
from aos.nlq.slots.durations import refuse_left_unit
from aos.nlq.slots.groups import best_named
from aos.nlq.slots.headline import headline, measured_by
from aos.nlq.slots.money import source_of
from aos.nlq.slots.pieces import MANY, SUPERLATIVES, Pieces
from aos.nlq.slots.values import is_negated, is_own_name
from aos.nlq.text import lemma

_HAVING = frozenset("have has had having".split())
_WITH = frozenset(("with", "having"))  # `tickets with a root cause`: those that have one
_OPEN = frozenset("outstanding still yet left remain remains remaining".split())
_OWING = frozenset("outstanding owed pay paid".split())


def read_names(pieces: Pieces) -> None:
    found = list(pieces.free("name"))
    units = [n for n in found if _is_unit(pieces, n)]  # behind the measures: `by how many days did the stay change`
    for n in [*(n for n in found if n not in units), *units]:
        if pieces.is_free(n) and (n in units or not pieces.span(n)):
            _read(pieces, n)


def _is_unit(pieces: Pieces, n: int) -> bool:
    unit = pieces.targets(n, "unit")
    led = pieces.cue(n - 1, "count", "much") is not None or pieces.all[n].led
    return bool(unit) and len(unit) == len(pieces.all[n].targets) and led


def _read(pieces: Pieces, n: int) -> None:
    """The first that fits: a number is a measure, then what a row is, a text, a yes or no, a date, the pipe, a unit."""
    if (source := source_of(pieces, n)) is not None:
        pieces.take(n, source._replace(how=PART))
        pieces.asked.measures += [source.field] if source.field else []
        pieces.measured.append(n)
    elif found := pieces.targets(n, "field", "number"):
        field = pieces.one(n, told_by_total(pieces, n, found))
        if _is_had(pieces, n):
            added = field.aggregation == "additive"  # who has a tax of 0 has none
            pieces.asked.filters.append(Filter(field, "gt" if added else "not_null", 0 if added else None, n))
            return
        if found[0].how == ROOT:
            _done_once(pieces, n, field)
            return
        rows = pieces.has_entity() or pieces.said("count")
        if found[0].how < WHOLE and rows and _is_of_rows(pieces.all[n].text):
            raise pieces.odd(n)
        if rows and _says_which_rows(pieces, n):
            raise pieces.odd(n)
        if (wider := _wider(pieces, n, field)) is not None:
            pieces.asked.measures[pieces.asked.measures.index(wider)] = field
        elif field not in pieces.asked.measures:
            _check_joined(pieces, n)
            pieces.asked.measures.append(field)
        pieces.measured.append(n)
    elif found := pieces.targets(n, "entity"):
        pieces.entities.append(n)
        pieces.take(n, found[0])
        if _is_total(pieces, n):
            pieces.asked.measures.append(headline(pieces, pieces.pipe.numbers()))
            pieces.measured.append(n)
            pieces.take(n + 1)
        elif _is_worth(pieces, n):
            pieces.asked.measures.append(headline(pieces, pieces.pipe.numbers()))
            pieces.measured.append(n)
        pieces.asked.many = pieces.asked.many or _is_plural(pieces, n)
    elif found := pieces.targets(n, "field", "text"):
        if not _own_names(pieces, n, found):
            _text(pieces, n, pieces.one(n, best_named(found)))
    elif found := pieces.targets(n, "field", "bool"):
        field = pieces.one(n, found)
        if pieces.said_at(n - 1, "versus") or pieces.said_at(n + 1, "versus"):
            raise pieces.odd(n)  # `won vs lost`, of which one is a value elsewhere: not both of a row
        said = next(target.value is not False for target in found if target.field == field)
        pieces.asked.filters.append(Filter(field, *field.says(said != is_negated(pieces, n)), n))
    elif found := pieces.targets(n, "field", "date"):
        _date(pieces, n, pieces.one(n, found), done=_is_done(pieces.all[n].text, found[0]))
    elif found := pieces.targets(n, "unit"):
        _unit(pieces, n, found)
    elif pieces.targets(n, "pipe"):
        pieces.take(n)
        pieces.pipe_is_named = pieces.asked.named = True
    else:
        raise pieces.odd(n)


def _own_names(pieces: Pieces, n: int, found: Sequence[Target]) -> bool:
    """`names of active employees who report to Ann`: what the rows themselves are called, so the rows are listed."""
    own = [t for t in found if t.field and lemma(pieces.all[n].text) == "name" and is_own_name(pieces, t.field)]
    asks = pieces.said("count", "distinct", "group", *SUPERLATIVES) or pieces.said_at(n - 1, "which")
    if len(own) != 1 or not pieces.has_entity() or asks or "of" not in {*_before(pieces, n + 1)}:
        return False
    pieces.asked.rows = True
    pieces.asked.shown = [pieces.one(n, own)]
    return True


def _before(pieces: Pieces, n: int) -> tuple[str, ...]:
    piece = pieces.at(n)
    return piece.before if piece is not None else ()


def told_by_total(pieces: Pieces, n: int, found: Sequence[Target]) -> Sequence[Target]:
    """`total invoice amount`, where an amount is called the total."""
    before = n - 2 if pieces.targets(n - 1, "entity") or n - 1 in pieces.entities else n - 1
    piece = pieces.at(before)
    said = piece is not None and piece.cue("sum") is not None and piece.text == "total"
    total = [target for target in found if said and target.field and "total" in target.field.words]
    return total if len(total) == 1 else found


def _wider(pieces: Pieces, n: int, field: Field) -> Field | None:
    """`revenue that came from the north`, where there is a `revenue_north`: the measure that this one is a part of."""
    said = {lemma(word) for word in pieces.all[n].text.split()}
    for wider in pieces.asked.measures:
        rest = set(field.words) - set(wider.words)
        if pieces.all[n].led and rest and set(wider.words) < set(field.words) and said == rest:
            return wider
    return None


def _is_total(pieces: Pieces, n: int) -> bool:
    """`the highest invoice total`: the whole of what an invoice comes to."""
    behind = pieces.at(n + 1)
    total = behind is not None and not behind.apart and not behind.before and behind.text in ("total", "totals")
    total = total and pieces.is_free(n + 1)
    return total and not pieces.asked.measures and pieces.said("which", *SUPERLATIVES)


def _is_worth(pieces: Pieces, n: int) -> bool:
    """`top vendors by invoice value`: what an invoice is worth, not how many there are."""
    behind = pieces.at(n + 1)
    said = (behind.before if behind is not None else pieces.all[n].after)[:1]
    named = any(pieces.targets(k, "field", "number") for k in pieces.free("name")) or pieces.asked.measures
    singular = pieces.all[n].text.split()[-1] == lemma(pieces.all[n].text.split()[-1])
    return said in (("value",), ("values",)) and singular and not named


def _is_had(pieces: Pieces, n: int) -> bool:
    """`how many workers have a salary`, `tickets that have a score`: that there is one is a condition."""
    owned = n - 1 in pieces.entities and bool(_HAVING & {*pieces.all[n].before})
    return owned and not pieces.said("avg", "sum", "max", "min", "much", "trend", "change", "share")


def _done_once(pieces: Pieces, n: int, field: Field) -> None:
    """`reopened tickets`, of which a number says how often that was done: once or more, or never."""
    if not (pieces.has_entity() and field.aggregation in ("additive", None)):
        raise pieces.odd(n)
    negated = is_negated(pieces, n)
    pieces.asked.filters.append(Filter(field, "eq" if negated else "gt", 0, n))
    pieces.asked.assume(f"{pieces.all[n].text} is {field.label} over 0")


def _is_of_rows(said: str) -> bool:
    """`late orders` are some of them, not the days that they are late."""
    return said in ("late", "lost", "overdue") or (" " not in said and said.endswith("ed"))


def _says_which_rows(pieces: Pieces, n: int) -> bool:
    """`bills outstanding`, `bills left to pay`: some of them, and no amount where nobody asks for one."""
    said = pieces.all[n].text.split()
    figured = pieces.said("much", "sum", "avg", "max", "min", "trend", "change", "share", "group", "grain")
    return said[0] in _OPEN and said[-1] in _OWING and not figured


def _check_joined(pieces: Pieces, n: int) -> None:
    """A second measure stands behind `and`, `versus` or a comma; else it says something of the first one that the pipe
    does not know."""
    if not pieces.measured:
        return
    between = pieces.all[pieces.measured[-1] + 1 : n + 1]
    if not any(piece.apart or any(piece.cue(link) for link in ("and", "versus", "or", "group")) for piece in between):
        raise pieces.odd(n)


def _is_plural(pieces: Pieces, n: int) -> bool:
    last = pieces.all[n].text.split()[-1]
    return last != lemma(last)


def _text(pieces: Pieces, n: int, field: Field) -> None:
    """A field of texts by itself: `which region …`, `top 5 vendors`, `how many departments`, `list the regions`."""
    asked, before = pieces.asked, pieces.at(n - 1)
    if before is not None and all(target.kind == "pipe" for target in before.targets) and before.targets:
        before = pieces.at(n - 2)  # `which cloud service`
    if pieces.has_entity() and {*pieces.all[n].before} & _WITH:
        if not field.look.nulls:
            raise pieces.odd(n)
        asked.filters.append(Filter(field, "is_null" if is_negated(pieces, n) else "not_null", at=n))
        return
    aged = any(cue.by for k in (n - 1, n - 2) if (piece := pieces.at(k)) for cue in piece.cues)
    if aged and pieces.measured and pieces.measured[0] < n:
        return  # `age of the oldest patient`: the figure is asked for, not who has it
    if _of_extreme(pieces):
        raise Refusal(
            "not_supported", "Ask for the one record first, then for what it has.", words=(pieces.all[n].text,)
        )
    if pieces.cue(n - 1, "top", "bottom") and not _is_plural(pieces, n) and _stands_before_rows(pieces, n):
        raise pieces.odd(n - 1)  # `top priority tickets`
    measured = (
        asked.measures or pieces.any_cue("pay") or any(pieces.targets(k, "field", "number") for k in pieces.free())
    )
    wanted = (
        asked.ranked
        or pieces.any_cue("rank", "descending", "ascending")
        or (before is not None and before.cue("which"))
        or pieces.cue(n - 1, *SUPERLATIVES)
        or (_is_said_done(pieces, n - 1) and pieces.cue(n - 2, *SUPERLATIVES))  # `most borrowed title`
    )
    if asked.distinct is None and asked.groups and pieces.said_at(n - 1, "distinct"):
        asked.distinct, asked.counted = field, True  # `which region has the most different customers`
    elif wanted or (n == 0 and pieces.any_cue(*SUPERLATIVES)) or (measured and pieces.any_cue(*SUPERLATIVES)):
        asked.groups.append(field)
        asked.ranked = True
        asked.plural = asked.plural or _is_plural(pieces, n)
    elif pieces.any_cue("breakdown", "share") and asked.distinct is None:
        asked.groups.append(field)
    elif asked.distinct is None and not asked.measures and not _rows_have(pieces, n):
        asked.distinct = field
    elif not _is_whose(pieces, n, field):
        raise pieces.odd(n)


def _stands_before_rows(pieces: Pieces, n: int) -> bool:
    """Whether what a row is stands right behind, in the plural."""
    behind = pieces.at(n + 1)
    if behind is None or behind.apart or behind.before:
        return False
    return any(target.kind == "entity" for target in behind.targets) and _is_plural(pieces, n + 1)


def _is_said_done(pieces: Pieces, n: int) -> bool:
    """Whether a verb stands there that says what a row is, or the date of one."""
    piece = pieces.at(n)
    return n in pieces.entities or (
        piece is not None and any(t.field and t.field.kind == "date" for t in piece.targets)
    )


def _is_whose(pieces: Pieces, n: int, field: Field) -> bool:
    """`Enterprise accounts`, where that is the plan of an account: says again of what the value before it is."""
    values = [each.field for each in pieces.asked.filters if each.at == n - 1 and each.op in ("eq", "in", "ne")]
    return _is_plural(pieces, n) and any(
        other != field and other.kind == "text" and other.words[:1] == field.words[:1] for other in values
    )


def _rows_have(pieces: Pieces, n: int) -> bool:
    """`how many invoices have a cost center`: what the rows have, not what is counted or listed."""
    asks = ("count", "distinct", "which", "list", "ask")
    return any(k < n for k in pieces.entities) and not pieces.said_at(n - 1, *asks)


def _of_extreme(pieces: Pieces) -> bool:
    """`vendor of the largest invoice`: a field of the one record that a superlative names."""
    for k, piece in enumerate(pieces.all):
        extreme = any(piece.cue(kind) for kind in ("max", "min", "newest", "oldest")) and piece.text not in MANY
        behind = pieces.at(k + 1)
        if extreme and behind is not None and any(target.kind == "entity" for target in behind.targets):
            return not _is_total(pieces, k + 1)
    return False


def _is_done(said: str, target: Target) -> bool:
    """Whether a date was named by what was done then: `sent` of `sent_on`, not `loss` of `loss_date`."""
    field = target.field
    return target.how in (ROOT, SYNONYM) or said.endswith("ed") or (field is not None and "date" not in field.words)


def _date(pieces: Pieces, n: int, field: Field, *, done: bool) -> None:
    """A date without a period: it is there (`workers who left`), or the first and last of it are asked for. `done`: a
    verb said it, and of every row it is true; a noun would say something else."""
    asked = pieces.asked
    beside = [k for k in (n - 1, n + 1) if pieces.cue(k, "max", "min", "newest", "oldest")]
    beside = [k for k in beside if not any(cue.by and cue.kind in ("max", "min") for cue in pieces.all[k].cues)]
    kind = next((k for k in beside if pieces.all[k].text not in MANY), None)
    if kind is not None and not asked.measures:
        asked.functions.append("max" if pieces.cue(kind, "max", "newest") else "min")
        pieces.take(kind)
        asked.measures.append(field)
    elif field.look.nulls:
        asked.filters.append(Filter(field, "is_null" if is_negated(pieces, n) else "not_null", at=n))
    elif is_negated(pieces, n) or not (done or pieces.asked.moment):
        raise pieces.odd(n)


def _names_one(pieces: Pieces, n: int) -> bool:
    """`FTEs in Q2`: what only one measure is counted in names it; hours, dollars and kilograms name nothing."""
    return not pieces.has_entity() and not is_unit(lemma(pieces.all[n].text), pieces.synonyms.spans)


def _measures(pieces: Pieces, n: int) -> bool:
    """Whether a unit alone says what is measured: `how many hours`, `the most hours`."""
    most = pieces.all[n - 1].text in MANY if n else False
    return most or bool(pieces.cue(n - 1, "count", "much")) or _names_one(pieces, n)


def _unit(pieces: Pieces, n: int, units: Sequence[Target]) -> None:
    """`revenue in USD`, where that is what the measure is in; `how many events`, where one measure counts them."""
    asked = pieces.asked
    fields = [target.field for target in units if target.field]
    how = next((cue for k in pieces.free("cue") for cue in pieces.all[k].cues if cue.kind == "much" and cue.by), None)
    if how is not None and not asked.measures:
        asked.measures = [field for field in measured_by(pieces, how.by) if field in fields]  # `how long, in days`
    if asked.measures and all(measure.unit in {field.unit for field in fields} for measure in asked.measures):
        pieces.take(n)
    elif not asked.measures and len(fields) == 1 and _measures(pieces, n):
        pieces.take(n, units[0]._replace(how=WHOLE))
        asked.measures.append(fields[0])
    else:
        refuse_left_unit(pieces, n)
        raise pieces.odd(n)
