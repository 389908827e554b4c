"""`status of ERP-17`, `when was W-12 hired`, `is T-3 solved`: fields of the record that a key names.

Only where every piece says something of it; otherwise the key is a condition as any other.
"""

from itertools import pairwise

from aos.nlq.asked import Filter, Refusal
from aos.nlq.cover import VERBS
from aos.nlq.cues import Cue
from aos.nlq.fields import Field
from aos.nlq.lexicon import Target
from aos.nlq.slots.groups import best_named
from aos.nlq.slots.headline import headline, measured_by
from aos.nlq.slots.pieces import SUPERLATIVES, Pieces
from aos.nlq.slots.values import is_own_name
from aos.nlq.text import words

_ASKS = ("", "ask", "which", "list", "moment", "much", "and", "count")
_PERSONS = frozenset(("who", "whose", "whom"))
Named = list[tuple[int, list[Target]]]
_FIELDS = ("text", "date", "number", "bool")


def read_doers(pieces: Pieces) -> None:
    """`who approved B-17`, `who approved the most bills`: the field of the person, not what is approved now."""
    keys = pieces.pipe.facts.identity_keys
    who = next((n for n in pieces.free("cue") if pieces.cue(n, "which") and pieces.all[n].text in _PERSONS), None)
    if who is None:
        return
    one = any(t.field and t.field.name in keys for n in pieces.free() for t in pieces.targets(n, "value"))
    if not one and pieces.targets(who + 1, "doer") and not pieces.said(*SUPERLATIVES):
        raise pieces.odd(who)
    done = [n for n in (pieces.free("name") if one else (who + 1,)) if pieces.targets(n, "doer")]
    if not done:
        return
    n = done[0]
    if pieces.said("not"):
        raise pieces.odd(n)
    fields = [target._replace(kind="field") for target in pieces.targets(n, "doer")]
    pieces.all[n] = pieces.all[n]._replace(targets=tuple(fields))


def read_record(pieces: Pieces) -> None:
    asked = pieces.asked
    _numbered(pieces)
    if not _is_one(pieces) or asked.times or asked.grain or asked.groups:
        return
    if pieces.said("trend", "change", "against"):
        raise Refusal("not_supported", "A record is told as it stands; what it was before is not asked here.")
    named = _named(pieces)
    if named is None:
        return
    asked.pinned = [each for each in asked.filters if _pins(pieces, each)]
    others = [each for each in asked.filters if each not in asked.pinned]
    fields = _of_whether(pieces, others, named) if others else _of_fields(pieces, _without_verbs(pieces, named))
    if fields:
        asked.wanted = list({field.name: field for field in fields}.values())
        _take_rest(pieces)


def _of_whether(pieces: Pieces, others: list[Filter], named: Named) -> list[Field]:
    """`is T-3 solved`: what the other conditions are about; nothing where no verb asks."""
    begins = pieces.all[0].before[:1]
    if named or not (begins and begins[0] in VERBS) or pieces.said("which", "moment", "much", "count"):
        return []
    pieces.asked.whether = not any(each.op == "in" for each in others)  # `is it paid, open or overdue` asks which
    return [each.field for each in others]


def _of_fields(pieces: Pieces, named: Named) -> list[Field]:
    """The fields that are named; of `how much is order 17` the figure that it is known by. Where nothing is asked of
    the record it is shown."""
    persons = any(pieces.all[n].text in _PERSONS for n in pieces.free("cue"))
    much = next((n for n in pieces.free("cue") if pieces.cue(n, "much")), None)
    if pieces.any_cue("moment"):
        return _dates(pieces, named)
    if much is not None and (cue := pieces.all[much].cue("much")) and cue.by:
        return [_measured(pieces, much, cue, named)]
    if named:
        _check_joined(pieces, named)
        counts = much is not None or pieces.any_cue("count")
        fields = [pieces.one(n, best_named(found)) for n, found in named]
        if (persons or _asks_where(pieces)) and not any(field.kind == "text" for field in fields):
            raise Refusal(
                "not_understood", "I do not understand who or where is meant: no field that is named says it."
            )
        if counts and not any(field.kind == "number" for field in fields):
            raise Refusal("not_understood", "I do not understand how much of what is meant in this record.")
        return fields
    if persons or _asks_where(pieces) or (much is not None and pieces.all[much].text != "how much"):
        raise Refusal("not_understood", "I do not understand what of this record is asked for.")
    if much is not None and not pieces.any_cue("count"):
        return [headline(pieces, pieces.pipe.numbers())]
    pieces.asked.rows = pieces.asked.rows or not pieces.any_cue("count")
    return []


def _asks_where(pieces: Pieces) -> bool:
    return any("where" in piece.before for piece in pieces.all)


def _measured(pieces: Pieces, n: int, cue: Cue, named: Named) -> Field:
    """`how old is W-12`, `how old is the patient of A-3`: the figure that this goes by."""
    fields = measured_by(pieces, cue.by)
    told = {t.field.name for _, found in named for t in found if t.field}
    fields = [field for field in fields if field.name in told] or fields  # `how long did it take to resolve`
    if not fields:
        raise pieces.odd(n)
    if len(fields) > 1:
        raise pieces.choice(n, [field.name for field in fields])
    for at, found in named:
        if not set(words(pieces.all[at].text)) <= set(fields[0].words) and all(t.field not in fields for t in found):
            raise pieces.odd(at)
    pieces.asked.assume(f"{pieces.all[n].text} goes by {fields[0].label}")
    return fields[0]


def _numbered(pieces: Pieces) -> None:
    """`order 17`, where the key is a number."""
    keys = pieces.pipe.facts.identity_keys
    field = pieces.pipe.fields.get(keys[0]) if len(keys) == 1 else None
    if field is None or field.kind != "number":
        return
    for n in list(pieces.free("amount")):
        amount, before = pieces.all[n].amount, pieces.all[n - 1] if n else None
        if amount is None or before is None or amount.money or amount.percent or not pieces.targets(n - 1, "entity"):
            continue
        if before.text.endswith("s") or not isinstance(amount.value, int):
            continue
        pieces.take(n)
        pieces.asked.filters.append(Filter(field, "eq", amount.value, n))


def _pins(pieces: Pieces, one: Filter) -> bool:
    return one.field.name in pieces.pipe.facts.identity_keys or (one.op == "eq" and is_own_name(pieces, one.field))


def _is_one(pieces: Pieces) -> bool:
    """Whether the whole key is given by value, or the name of a row."""
    keys = pieces.pipe.facts.identity_keys
    given = {each.field.name: each for each in pieces.asked.filters if each.op in ("eq", "in")}
    dated = {field.name for field in pieces.pipe.dates}
    named = any(each.op == "eq" and is_own_name(pieces, each.field) for each in given.values())
    return named or (bool(keys) and all(name in given and name not in dated for name in keys))


def _named(pieces: Pieces) -> Named | None:
    """The pieces that name fields; None where something is said that one record can't be asked."""
    named = []
    for n in pieces.free():
        piece = pieces.all[n]
        if piece.text == "one" or pieces.cue(n, *_ASKS) is not None:
            continue  # `when was that one hired`
        found = pieces.targets(n, "field", *_FIELDS)
        if all(target.field is not None and target.field.kind == "date" for target in found):
            found = [] if pieces.targets(n, "entity") else found  # `order 17`, not the order date
        if found and not pieces.span(n):
            named.append((n, found))
        elif not (pieces.targets(n, "entity") or pieces.targets(n, "pipe")):
            return None
    return named


def _is_verb(pieces: Pieces, n: int, found: list[Target]) -> bool:
    """`hired`, `issued`: a date that is said by what was done."""
    dates = all(target.field is not None and target.field.kind == "date" for target in found)
    return dates and " " not in pieces.all[n].text and pieces.all[n].text.endswith(("ed", "en", "ing"))


def _without_verbs(pieces: Pieces, named: Named) -> Named:
    """`which vendor issued it` asks for the vendor, not for the day."""
    nouns = [(n, found) for n, found in named if not _is_verb(pieces, n, found)]
    if pieces.any_cue("moment") or not nouns or not pieces.any_cue("which"):
        return named
    for n, found in named:
        if (n, found) not in nouns:
            pieces.take(n, found[0])
    return nouns


def _dates(pieces: Pieces, named: Named) -> list[Field]:
    """Whose day is asked for: the one that is named, or the only one that there is."""
    for n, found in named:
        if not any(target.field is not None and target.field.kind == "date" for target in found):
            raise pieces.odd(n)
    if named:
        return [pieces.one(n, best_named(pieces.targets(n, "field", "date"))) for n, _ in named]
    dates = pieces.pipe.dates
    if len(dates) == 1:
        return [dates[0]]
    names = tuple(field.name for field in dates)
    raise Refusal("ambiguous" if names else "not_supported", "The day of what is asked for?", choices=names)


def _check_joined(pieces: Pieces, named: Named) -> None:
    """Two fields stand apart, or something joins them."""
    for (one, found), (other, again) in pairwise(named):
        between = pieces.all[one + 1 : other + 1]
        same = {target.field for target in found} & {target.field for target in again}
        if not same and not any(piece.apart or piece.cue("and") or piece.cue("which") for piece in between):
            raise pieces.odd(other)


def _take_rest(pieces: Pieces) -> None:
    for n in list(pieces.free()):
        for target in pieces.targets(n, "entity")[:1]:
            pieces.asked.how.append(target.how)
        pieces.take(n)
