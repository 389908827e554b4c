"""Verbs of money, and of what comes in and goes out."""

from aos.nlq.asked import Refusal
from aos.nlq.cues import is_spending
from aos.nlq.fields import Field
from aos.nlq.lexicon import LIKE, Target
from aos.nlq.slots.headline import headline, is_money
from aos.nlq.slots.pieces import SUPERLATIVES, Pieces
from aos.nlq.text import words

_DOING = frozenset("do does did".split())
_SUBJECTS = frozenset("we they you i".split())


def read_pay(pieces: Pieces, n: int) -> None:
    """`how much did we spend`: says again that a measure is money, or asks for the amount that a row is known by."""
    asked = pieces.asked
    ranking = pieces.said(*SUPERLATIVES) and (asked.groups or pieces.said("which"))
    first = pieces.all[0].before
    asks = pieces.said("much") or pieces.said_at(n - 1, "sum")
    much = asks or ("what" in first[:1] and _DOING & {*first})  # `what does she earn`
    noun = _is_noun(pieces, n)
    if not asked.measures and not asked.counted and (much or ranking or noun):
        if noun and "avg" in asked.functions:
            raise pieces.odd(n)  # of a row, or of each group?
        pay_headline(pieces, n)
    limited = [each.field for each in asked.filters if each.field.kind == "number"]
    if not (asked.measures or limited) or not all(_is_spent(pieces, n, each) for each in asked.measures or limited):
        raise pieces.odd(n)
    done = _SUBJECTS & {*pieces.all[n].before}  # `the most that we spent`
    if pieces.said_at(n - 1, *SUPERLATIVES) and not done:  # `lowest paid`: of a person, not of all together
        raise pieces.odd(n)
    pieces.take(n)


def _is_noun(pieces: Pieces, n: int) -> bool:
    """`spend by vendor`, `total spend with Acme`: nobody does it here."""
    piece = pieces.all[n]
    return is_spending(piece.text) and not {*piece.before} & (_SUBJECTS | _DOING) and not pieces.entities


def _is_spent(pieces: Pieces, n: int, field: Field) -> bool:
    """Money; time as well can be spent."""
    time = pieces.synonyms.spans & {*field.words, *words(field.unit or "")}
    spent = is_money(pieces, field) or bool(time and pieces.all[n].text.startswith("spen"))
    return spent and field.aggregation != "point_in_time"


def source_of(pieces: Pieces, n: int) -> Target | None:
    """`how much did subscriptions bring in`, `what do we spend on freight`: the revenue or the cost of that."""
    way = "in" if pieces.said("flow") else "out" if pieces.said("pay") else ""
    found = [target for target in pieces.targets(n, "source") if target.value == way]
    asks = pieces.said("much", "which", "sum", *SUPERLATIVES) or "what" in pieces.all[0].before
    return found[0] if len(found) == 1 and asks and not pieces.asked.measures else None


def is_given_back(pieces: Pieces, field: Field) -> bool:
    """What is refunded or taken off is not what somebody pays or earns."""
    return not pieces.synonyms.deducted.isdisjoint(field.words)


def read_flow(pieces: Pieces, n: int) -> None:
    """What is brought in is no stock: `how much cash did we take in` is not the balance."""
    if any(measure.aggregation == "point_in_time" for measure in pieces.asked.measures):
        raise pieces.odd(n)
    pieces.take(n)


def pay_headline(pieces: Pieces, n: int) -> None:
    """Less surely so than a measure of that name elsewhere. Where rows say whether they are paid, nobody knows whether
    the others are meant as well."""
    if pieces.all[n].text.startswith(("pay", "paid")):
        for field in pieces.pipe.texts():
            if any(str(value).lower() == "paid" for value in field.look.values or ()):
                choices = (f"where {field.name} is paid", "of all")
                raise Refusal("ambiguous", "Is what was paid meant, or all of it?", words=("pay",), choices=choices)
    if pieces.are_of_persons() and not pieces.all[n].text.startswith(("earn", "make", "pay", "paid")):
        raise pieces.odd(n)  # what was spent on marketing is not what its people get
    money = [field for field in pieces.pipe.numbers() if is_money(pieces, field) and not is_given_back(pieces, field)]
    costs = [field for field in money if "cost" in field.words]
    try:
        field = headline(pieces, money)
        if pieces.all[n].text.startswith("cost") and costs and field not in costs:
            raise pieces.choice(n, sorted(each.name for each in money))  # what is returned, or what returning costs?
        pieces.asked.measures = [field]
    except Refusal as refusal:
        raise pieces.odd(n) from refusal
    pieces.asked.how.append(LIKE)
    if pieces.are_of_persons() and not pieces.asked.functions and not pieces.asked.pinned:
        pieces.asked.functions = ["avg"]
        pieces.asked.assume("the average is meant")
