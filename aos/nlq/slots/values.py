"""`overdue`, `status overdue`, `not paid`, `open or overdue`, `EMEA vs APAC`: values become conditions."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from aos.nlq.asked import Filter, Refusal
from aos.nlq.fields import Field
from aos.nlq.lexicon import BARE, LIKE, PART, WHOLE, Target
from aos.nlq.slots.pieces import SUPERLATIVES, Pieces
from aos.nlq.text import lemma, words

_SCALE = frozenset("low high normal medium large small big good bad long short".split())
_HAVING = frozenset("with without having no a any".split())
LINKS = ("and", "or", "versus")


class _Named(NamedTuple):
    """The values of one field that were named, with their places; `negated` are the places of those that are not to
    be."""

    field: Field
    values: list[tuple[int, Any]]
    negated: set[int]


def read_values(pieces: Pieces) -> None:
    found: dict[str, _Named] = {}
    for n in [n for n in pieces.free("name") if pieces.targets(n, "value")]:
        target = _value(pieces, n, found) if pieces.is_free(n) else None
        if target is None or target.field is None:
            continue
        known = found.setdefault(target.field.name, _Named(target.field, [], set()))
        if is_negated(pieces, n) or (known.values and _goes_on(pieces, known, n)):
            known.negated.add(n)
        known.values.append((n, target.value))
        pieces.take(n, target)
    _check_links(pieces, found)
    for named in found.values():
        _add(pieces, named)


def _add(pieces: Pieces, named: _Named) -> None:
    """Those that are to be, or else none of those that are not: `open but not overdue` is open."""
    several = list(dict.fromkeys(value for n, value in named.values if n not in named.negated))
    filters = pieces.asked.filters
    _check_joined(pieces, named.values)
    if len(several) > 1 and pieces.any_cue("both"):
        raise Refusal("not_supported", f"No row has two values of {named.field.label}.", words=("both",))
    if not several and len(named.values) == 1:
        _refuse_two_ways(pieces, named)
    if not several:
        filters += [Filter(named.field, "ne", value, n) for value, n in {value: n for n, value in named.values}.items()]
        return
    if len(several) == 1:
        filters.append(Filter(named.field, "eq", several[0], named.values[0][0]))
        return
    filters.append(Filter(named.field, "in", several, named.values[0][0]))
    if _versus(pieces, named.values) or pieces.any_cue("compare", "breakdown"):
        pieces.asked.groups.append(named.field)


def _refuse_two_ways(pieces: Pieces, named: _Named) -> None:
    """`not solved` of what has a status and a date by that name: which of them?"""
    ((n, value),) = named.values
    dates = {t.field.name for t in pieces.all[n].targets if t.field and t.field.kind == "date" and t.field.look.nulls}
    if dates:
        choices = (f"{named.field.name} is not {value}", *(f"{name} is missing" for name in sorted(dates)))
        said = pieces.all[n].text
        raise Refusal("ambiguous", f"`not {said}` may be either of two things.", words=(said,), choices=choices)


def _goes_on(pieces: Pieces, known: _Named, n: int) -> bool:
    """`not paid or overdue`: the second one is not to be either."""
    before = known.values[-1][0]
    linked = any(pieces.all[k].cue(link) for k in range(before + 1, n) for link in ("or", "and"))
    return before in known.negated and linked


def _value(pieces: Pieces, n: int, before: dict[str, _Named]) -> Target | None:
    """The value that a piece names; None where it is something else. Where several fields have it, the field beside it
    tells which, else the field of a value before it."""
    values = pieces.targets(n, "value")
    if _names_beside(pieces, n) or any(_has_value_of(pieces, beside, n) for beside in (n - 1, n + 1)):
        return None
    behind = pieces.at(n + 1)
    if (behind.before if behind is not None else pieces.all[n].after)[:1] in (("number",), ("numbers",)):
        raise pieces.odd(n)  # `the phone numbers` are no channel
    if pieces.all[n].text in _SCALE and pieces.targets(n + 1, "field", "number") and not _beside(pieces, n, values):
        raise pieces.odd(n)  # `low satisfaction` is no low priority
    beside = _beside(pieces, n, values)
    if not beside and _is_other(pieces, n):
        return None
    if not beside and _are_others(pieces, n):
        raise pieces.odd(n)
    chosen = beside or values
    if len(_fields(chosen)) > 1:
        chosen = [target for target in values if target.field and target.field.name in before] or values
    if len(_fields(chosen)) > 1:
        chosen = [target for target in chosen if target.field and is_own_name(pieces, target.field)] or chosen
    if len(_fields(chosen)) > 1:
        choices = tuple(f"{target.field.name} is {target.value}" for target in chosen if target.field)
        said = pieces.all[n].text
        raise Refusal("ambiguous", f"`{said}` is a value of several fields.", words=(said,), choices=choices)
    several = sorted({str(target.value) for target in chosen})
    if not beside and chosen[0].how <= PART and _is_counted(pieces, n):
        raise pieces.choice(n, several)
    if not beside and chosen[0].how == LIKE:
        raise pieces.choice(n, several)
    if len({text.lower() for text in several}) > 1:
        raise pieces.choice(n, several)
    return chosen[0]


def is_own_name(pieces: Pieces, field: Field) -> bool:
    """Whether a field says what a row itself is called, and not somebody else's: `full_name` of employees."""
    groups = pieces.synonyms.groups
    row = words(pieces.pipe.facts.entity_scope or "")[-1:]  # of a `supplier bill` a supplier's name is another's
    others = set(field.words) - {"name", "full", "display", "legal", *row}
    alike = {other for other in others if set(groups.get((other,), ())) & set(groups.get(row, ()))}
    return field.words[-1] == "name" and others == alike


def _names_beside(pieces: Pieces, n: int) -> bool:
    """Whether a piece says the field of the value beside it, as in `rival Acme`, though it is a value of another one.
    `with a rival`, where nothing is beside it, may be either."""
    named = {target.field.name for target in pieces.targets(n, "field", "text") if target.field}
    named -= _fields(pieces.targets(n, "value"))
    for beside in (n + 1, n - 1) if named else ():
        apart = pieces.all[max(n, beside)].apart if 0 <= beside < len(pieces) else True
        if not apart and named & _fields(pieces.targets(beside, "value")):
            return True
    lacking = n > 0 and pieces.all[n - 1].text.split()[0] in _HAVING
    if named and (lacking or {*pieces.all[n].before} & _HAVING):
        choices = (*(f"{name} is there" for name in sorted(named)), *sorted(_fields(pieces.targets(n, "value"))))
        raise pieces.choice(n, choices)
    return False


def _are_others(pieces: Pieces, n: int) -> bool:
    """`how many customers`, `customers gained`, where rows are bills: persons, and no bills of the kind `customer`."""
    said = pieces.all[n].text
    several = " " not in said and said != lemma(said) and lemma(said) in pieces.synonyms.persons
    counted = pieces.said_at(n - 1, "count") or not pieces.has_entity()
    return several and counted and not pieces.all[n].led and not pieces.are_of_persons()


def _is_counted(pieces: Pieces, n: int) -> bool:
    """`how many contracts` counts something that is no value with that word in it."""
    said = pieces.all[n].text.split()[-1]
    rows = pieces.has_entity() or any(pieces.targets(k, "field") for k in pieces.free("name") if k != n)
    return said != lemma(said) and pieces.said_at(n - 1, "count") and not rows


def _fields(targets: Sequence[Target]) -> set[str]:
    return {target.field.name for target in targets if target.field}


def _is_other(pieces: Pieces, n: int) -> bool:
    """Whether what is also the name of a row, of a number or of a date is meant as that: behind `in` or `for` it is a
    value, and beside what a row is called as well."""
    piece = pieces.all[n]
    if pieces.said("moment") and pieces.targets(n, "field", "date"):
        return True  # `when was it delivered`
    if _is_which(pieces, n) or _is_field(pieces, n):
        return True
    numbers = pieces.targets(n, "field", "number", "bool")
    if numbers:
        return not piece.led
    if pieces.targets(n, "entity"):
        others = any(k != n and pieces.targets(k, "entity") for k in pieces.free("name"))
        return not piece.led and not others
    return False


def _is_field(pieces: Pieces, n: int) -> bool:
    """`top 5 titles` of what has a title are no `wrong title`: a field that ends so goes before a part of a value."""
    said = lemma(pieces.all[n].text)
    named = any(t.how >= PART and t.field and t.field.words[-1] == said for t in pieces.targets(n, "field", "text"))
    return named and all(t.how < WHOLE for t in pieces.targets(n, "value"))


def _is_which(pieces: Pieces, n: int) -> bool:
    """`which insurer has the most invoices`, where that is a kind of payer as well: the field of that name, unless what
    a row is stands right behind."""
    named = any(t.how >= BARE for t in pieces.targets(n, "field", "text"))
    behind = pieces.at(n + 1)
    rows = behind is not None and not behind.before and any(t.kind == "entity" for t in behind.targets)
    asks = pieces.said_at(n - 1, "which", "group", "distinct") or (n == 0 and pieces.said(*SUPERLATIVES))
    return named and asks and not rows and not pieces.all[n].led


def _beside(pieces: Pieces, n: int, values: Sequence[Target]) -> list[Target]:
    """Of these those whose field is named right beside; that name is then taken as well."""
    for beside in (n - 1, n + 1, n - 2):
        if beside == n - 2 and not pieces.cue(n - 1, "cmp", "not"):
            continue
        if beside == n + 1 and beside < len(pieces) and pieces.all[beside].owned:
            continue  # `Ann's manager` is not the manager Ann
        named = {t.field.name: t for t in pieces.targets(beside, "field", "text") if t.field}
        found = [target for target in values if target.field and target.field.name in named]
        if found:
            field = found[0].field
            if field is not None and (_names_field(pieces, beside, named[field.name]) or _names_beside(pieces, beside)):
                pieces.take(beside, named[field.name])
                pieces.qualifiers.append(beside)
            return found
    return []


def _names_field(pieces: Pieces, n: int, named: Target) -> bool:
    """Whether a piece beside a value of a field is that field's name, though it may be a value as well: `fixed term
    contracts` of a contract type, where a reason to leave is `contract ended`; `Ann was the manager`, where a reason is
    `Manager`."""
    values = pieces.targets(n, "value")
    return all(target.field != named.field for target in values) and (
        named.how >= BARE or all(target.how < min(named.how, WHOLE) for target in values)
    )


def _has_value_of(pieces: Pieces, n: int, name: int) -> bool:
    """Whether a piece is a value of the field that the piece `name` names."""
    fields = {t.field.name: t for t in pieces.targets(name, "field", "text") if t.field}
    named = [fields[t.field.name] for t in pieces.targets(n, "value") if t.field and t.field.name in fields]
    return bool(named) and _names_field(pieces, name, named[0])


def is_negated(pieces: Pieces, n: int) -> bool:
    """`not` before it, with nothing but its field and `=` between."""
    at = n - 1
    while at >= 0 and (at in pieces.qualifiers or pieces.all[at].cue("list") or _is_equal(pieces, at)):
        if (cue := pieces.all[at].cue("cmp")) and pieces.is_free(at):
            pieces.take(at)
            if cue.of == "ne":
                return True
        at -= 1
    by = at
    while by > 0 and ((pieces.cue(by, "group") and pieces.all[by].text == "by") or pieces.cue(by, "figured")):
        by -= 1
    if by < at and pieces.all[by].cue("not"):  # `not carried by …`, `not booked by …`
        for k in range(by + 1, at + 1):
            pieces.take(k)
        at = by
    if at >= 0 and pieces.all[at].cue("not") and not pieces.all[n].apart:
        pieces.take(at)
        return True
    return False


def _is_equal(pieces: Pieces, n: int) -> bool:
    cue = pieces.all[n].cue("cmp")
    return cue is not None and cue.of in ("eq", "ne")


def _check_links(pieces: Pieces, found: dict[str, _Named]) -> None:
    """Values of one field may be linked by anything; values of two fields by `or` can't be asked for."""
    of = {n: name for name, named in found.items() for n, _ in named.values}
    for n in list(pieces.free("cue")):
        link = pieces.cue(n, *LINKS)
        left, right = _next_value(pieces, of, n, -1), _next_value(pieces, of, n, 1)
        if not link or left not in of or right not in of:
            continue
        if link == "or" and of[left] != of[right]:
            said = (pieces.all[left].text, pieces.all[right].text)
            text = f"`{said[0]}` or `{said[1]}` are values of two fields; ask for one after the other."
            raise Refusal("ambiguous", text, choices=said)
        if link != "versus":
            pieces.take(n)


def _next_value(pieces: Pieces, of: dict[int, str], n: int, step: int) -> int:
    """The place of the next piece that says something, over fields of values and `not`."""
    at = n + step
    while 0 <= at < len(pieces) and at not in of and (at in pieces.qualifiers or pieces.all[at].cue("not")):
        at += step
    return at


def _check_joined(pieces: Pieces, values: Sequence[tuple[int, Any]]) -> None:
    """Two values of one field that nothing joins can't both be meant."""
    for (one, _), (other, _) in pairwise(values):
        between = pieces.all[one + 1 : other + 1]
        joined = any(piece.apart or any(piece.cue(link) for link in (*LINKS, "not")) for piece in between)
        if not joined:
            said = (pieces.all[one].text, pieces.all[other].text)
            raise Refusal("ambiguous", f"`{said[0]}` and `{said[1]}` are values of one field.", choices=said)


def _versus(pieces: Pieces, values: Sequence[tuple[int, Any]]) -> bool:
    for (one, _), (other, _) in pairwise(values):
        for n in range(one + 1, other):
            if pieces.cue(n, "versus"):
                pieces.take(n)
                return True
    return False
