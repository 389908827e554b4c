"""Measures that are named by more or by less than their name: `inventory level`, `rated 2`, `what did subscriptions
bring in`."""

from collections.abc import Iterable, Iterator, Sequence

from aos.nlq.fields import Field, Pipe
from aos.nlq.phrase import PERCENT
from aos.nlq.synonyms import Phrase, Synonyms
from aos.nlq.target import ALIAS, LIKE, PART, Target
from aos.nlq.text import Token

_INCOME, _EXPENSE = ("revenue", "income", "sale"), ("expense", "cost", "charge")
_RATED = frozenset("rated scored graded rating ratings".split())


def levelled(targets: Iterable[Target], noun: str, synonyms: Synonyms) -> Iterator[Target]:
    """The measures among what is named before the noun; a balance is only one of a point in time, a rate is in
    percent."""
    for target in targets:
        field = target.field
        if field is None or field.kind != "number" or target.kind != "field":
            continue
        balance = noun in synonyms.balances and field.aggregation == "point_in_time"
        rate = noun in synonyms.rates and (field.unit or "").lower() in PERCENT
        if noun in synonyms.levels or balance or rate:
            yield target._replace(how=min(target.how, ALIAS))


def rated(pipe: Pipe, tokens: Sequence[Token], synonyms: Synonyms) -> Iterator[Target]:
    """What somebody gave who rated something: a satisfaction, a score; a tax rate is another thing."""
    if len(tokens) > 1 or tokens[0].low not in _RATED or pipe.periodic:
        return
    for field in pipe.numbers():
        if field.aggregation != "additive" and "rate" not in field.words and synonyms.echoed("scored", field.words):
            yield Target("field", PART, field)


def sources(pipe: Pipe, phrase: Phrase, synonyms: Synonyms) -> Iterator[Target]:
    """The revenue or the cost of what this phrase names, where there is one of it; only a verb of money asks for it."""
    for heads in (_INCOME, _EXPENSE):
        concepts = {concept for head in heads for concept in synonyms.groups.get((head,), ())}
        found = [field for field in pipe.numbers() if _of(field, phrase, concepts, synonyms)]
        if len(found) == 1:
            yield Target("source", LIKE, found[0], "in" if heads is _INCOME else "out")


def _of(field: Field, phrase: Phrase, concepts: set[str], synonyms: Synonyms) -> bool:
    head = field.words[-1]
    named = field.words[:-1] == phrase and bool(concepts & {*synonyms.groups.get((head,), ())})
    return named and field.aggregation == "additive"
