"""Which number a limit is on: `over 10k`, `over 10 leave days`, `earn more than 60k`."""

from collections.abc import Container, Mapping

from aos.nlq.cues import is_stop
from aos.nlq.fieldnames import is_unit
from aos.nlq.fields import Field
from aos.nlq.lexicon import WHOLE
from aos.nlq.slots.durations import timed_behind
from aos.nlq.slots.headline import HEADLINE, headline, is_money, measured_by
from aos.nlq.slots.pieces import Pieces
from aos.nlq.text import lemma, root, words

_LEFT = ("left", "remaining")


def limited_field(pieces: Pieces, first: int, behind: int, by: Container[str] = ()) -> Field:
    """The number beside a limit: named before it, behind it, by its unit, by a word like `heavier`, or the one that is
    known by itself."""
    if found := pieces.targets(first - 1, "field", "number"):
        return pieces.one(first - 1, found)
    if found := timed_behind(pieces, behind):
        return pieces.one(behind + 1, found)
    weak = all(target.how < WHOLE for target in pieces.targets(behind, "field", "number"))
    if weak and not pieces.targets(behind, "unit") and (field := _by_words(pieces, behind)):
        return field
    if pieces.targets(behind, "field", "number"):
        return _named_behind(pieces, first, behind)
    if pieces.targets(behind, "unit"):
        if "age" in by and not measured_by(pieces, by):
            raise pieces.odd(first)  # `older than 90 days` is no time to pay
        return _by_unit(pieces, behind)
    if totals := _totals(pieces, behind):
        pieces.take(behind)
        return totals[0]
    compared = measured_by(pieces, by)
    if len(compared) == 1:
        pieces.asked.assume(f"the limit is on {compared[0].label}")
        return compared[0]
    if not pieces.targets(first - 1, "entity"):  # `days to pay of invoices over 50k`
        named = [t.field for n in pieces.free("name") for t in pieces.targets(n, "field", "number") if t.field]
        if len({field.name for field in named}) == 1:
            pieces.asked.assume(f"the limit is on {named[0].label}")
            return named[0]
    return headline(pieces, _of_money(pieces, first, behind) or pieces.pipe.numbers())


def _totals(pieces: Pieces, n: int) -> list[Field]:
    """`invoices above 45,000 total`: the one number that is called the total of a row."""
    if not (pieces.is_free(n) and pieces.all[n].text in ("total", "in total") and pieces.has_entity()):
        return []
    found = [field for field in pieces.pipe.numbers() if "total" in field.words and field.aggregation == "additive"]
    return found if len(found) == 1 else []


def _named_behind(pieces: Pieces, first: int, behind: int) -> Field:
    found = pieces.targets(behind, "field", "number")
    told = any(is_unit(lemma(word), ()) for word in pieces.all[behind].text.split())  # `60 kwh delivered`
    if max(target.how for target in found) < WHOLE and not told and not _is_amount(pieces, first + 1, behind):
        raise pieces.odd(behind)  # `more than one reply` are no minutes of a reply
    if pieces.all[first + 1].text == "one" and any(t.field and is_money(pieces, t.field) for t in found):
        raise pieces.odd(behind)  # `more than one fee` are no fees over 1
    return pieces.one(behind, found)


def _by_unit(pieces: Pieces, behind: int) -> Field:
    units = pieces.targets(behind, "unit")
    fields = {target.field.name: target.field for target in units if target.field}
    if pieces.targets(behind + 1, "value") and pieces.all[behind + 1].text in ("overdue", "late", "past due"):
        raise pieces.odd(behind + 1)  # `more than 30 days overdue` is no time to pay
    pieces.take(behind, units[0]._replace(how=WHOLE))
    fields = _of_the_rows(pieces, fields) or fields
    lasting = pieces.targets(behind + 1, "field", "number")
    if lasting and pieces.all[behind + 1].before[-1:] == ("to",):  # `more than 20 hours to repair`
        pieces.take(behind + 1)
        told = {target.field.name for target in lasting if target.field}
        fields = {name: field for name, field in fields.items() if name in told}
        if not fields:
            raise pieces.odd(behind + 1)
    return next(iter(fields.values())) if len(fields) == 1 else headline(pieces, list(fields.values()))


def _of_money(pieces: Pieces, first: int, behind: int) -> list[Field]:
    """Where money is meant (`earn more than 150k`, `over $500`) a number of something else is not; what persons earn is
    their pay."""
    amounts = [piece.amount for piece in pieces.all[first:behind]]
    if not (pieces.said("pay") or any(amount is not None and amount.money for amount in amounts)):
        return []
    money = [field for field in pieces.pipe.numbers() if is_money(pieces, field)]
    if pieces.said("pay") and pieces.are_of_persons():
        paid = {*pieces.synonyms.groups.get(("pay",), ())}
        earned = [field for field in money if paid & _concepts(pieces, field)]
        return earned if len(earned) == 1 else money
    return money


def _concepts(pieces: Pieces, field: Field) -> set[str]:
    groups = pieces.synonyms.groups
    return {concept for word in field.words for concept in groups.get((word,), ())}


def _by_words(pieces: Pieces, behind: int) -> Field | None:
    """`over 10 leave days in their balance`: the only number that has all these words in its name."""
    places = [n for n in (behind, behind + 1) if pieces.is_free(n) and pieces.all[n].kind in ("name", "span")]
    for several in (places, places[:1]):
        said = {lemma(word) for n in several for word in pieces.all[n].text.split() if not is_stop(word)}
        measured = any(is_unit(word, pieces.synonyms.spans) for word in said)  # `5 late fees` are things
        found = [field for field in pieces.pipe.numbers() if measured and len(said) > 1 and said <= {*field.words}]
        if len(found) == 1 and not any(pieces.targets(n, "value") for n in several):
            left = several[-1] + 1  # `leave days left`: those that remain, and nobody who left
            for n in [*several, *([left] if pieces.is_free(left) and pieces.all[left].text in _LEFT else [])]:
                pieces.take(n)
            pieces.asked.how.append(WHOLE)
            return found[0]
    return None


def _of_the_rows(pieces: Pieces, fields: Mapping[str, Field]) -> dict[str, Field]:
    """`orders of 1,000 copies`: those that are ordered, not those that came back."""
    rows = {root(word) for word in words(pieces.pipe.facts.entity_scope or "")}
    return {name: field for name, field in fields.items() if rows & set(map(root, field.words))}


def _is_amount(pieces: Pieces, amount: int, n: int) -> bool:
    """`over 20,000 gross`: all that tells an amount from the others stands behind it. `more than 5 refunds` are things,
    and no amount of refunds."""
    said = pieces.all[n].text.split()
    number = pieces.all[amount].amount if amount < n else None
    left = [set(t.field.words) - {*map(lemma, said)} for t in pieces.targets(n, "field", "number") if t.field]
    plain = number is not None and number.value != 1 and said[-1] == lemma(said[-1])
    return plain and len(left) == 1 and left[0] <= {*HEADLINE}
