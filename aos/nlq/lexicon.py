"""A pipe's names as phrases: fields, values, what a row is, the pipe itself; and which of them is named."""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from aos.nlq.cues import is_figure, is_stop, says_how
from aos.nlq.fields import Field, Pipe
from aos.nlq.numbers import CURRENCIES
from aos.nlq.synonyms import Phrase, Synonyms, without_joints
from aos.nlq.text import Token, lemma, root, words

# How well a phrase names a thing. A name without its last formality (`city` for `city_name`) is nearly whole.
EXACT, BARE, ROOT, ALIAS, SYNONYM, PART, LOOSE_PART, LIKE = 1.0, 0.99, 0.98, 0.96, 0.95, 0.93, 0.925, 0.88
UNIT = 0.92
WHOLE = 0.945  # from here on it is a whole name
PARTICLES = frozenset("in out up off back down on".split())
MOST_PARTS = 20  # values that share a word; where more do it names none of them
MOST_WORDS = 8  # of a question's phrase that may name one thing
# Words of a field's name that say what kind of thing it is; the name is known without them.
FORMAL = frozenset("name id identifier code key label is has was date day on at time timestamp ts dt datetime flag"
    " field value number no num nr total amount rate type hour minute second usd eur gbp pct percent count ratio"
    " score sum utc".split())  # fmt: skip
# Those that a name is the same without: `city` is `city_name`, `done` is `is_done`, `sent` is `sent_on`.
_EMPTY = frozenset("name is has was date on at timestamp ts dt datetime flag label".split())
# Those that things are told apart by: `patient` is `patient_mrn`, but less surely so.
_VERBS = frozenset("is are was were do did have we".split())
_CODES = frozenset(code.lower() for code in CURRENCIES)
_TIMES = frozenset("day week month quarter year end period per less minus over divided all those".split())
# What a yes or no says of something: `signature` is `signature_required`.
_DEMANDS = frozenset("is has was required needed enabled allowed applied indicator flag present included".split())
_NUMBERS = frozenset("id identifier code key number no num nr uuid guid barcode serial mrn isbn ean iban vin".split())
# Abbreviations of units, and codes of currencies: the last word of a name says what it is counted in.
_UNITS = frozenset(
    lemma(unit)
    for unit in (
        "kg g mg lb oz t ton tonne km m cm mm mi ft m2 m3 sqm sqft l ml gal wh kwh mwh gwh twh w kw mw gw j mj gj"
        " pct percent bps tco2e tco2 co2e kgco2e ppm celsius kpa bar psi bps kbps mbps gbps hz khz mhz ghz rpm"
        " b kb mb gb tb kib mib gib tib m ms us sec min hr hrs second minute hour day week month year"
        " usd eur gbp chf jpy cny inr cad aud sek nok dkk pln"
        " k mn bn thousand million billion musd kusd meur keur mgbp kgbp usdm eurm cent kt mt gallon litre liter mile"
    ).split()
)


class Target(NamedTuple):
    """`kind`: field, value, unit (of a field), entity (what a row is), pipe. `how` is one of the figures above."""

    kind: str
    how: float
    field: Field | None = None
    value: Any = None


class Part(NamedTuple):
    """A part of a question: its tokens, and its words as sets, first as they are written and then by synonyms."""

    tokens: Sequence[Token]
    sets: Sequence[frozenset[str]]


class _Set(NamedTuple):
    """A field's name as a set of words, one of several ways to read it; `how` well it is named by all of them."""

    field: Field
    words: frozenset[str]
    how: float
    heads: frozenset[str]


class Lexicon:
    """Of one pipe, made anew when the pipe or the synonyms change."""

    def __init__(self, pipe: Pipe, synonyms: Synonyms) -> None:
        self.pipe, self._synonyms = pipe, synonyms
        self._whole: dict[frozenset[str], list[_Set]] = {}
        self._holding: dict[str, list[_Set]] = {}
        self._values: dict[Phrase, list[Target]] = {}
        self._parts: dict[str, list[Target]] = {}
        self._roots: dict[str, list[Target]] = {}
        self._names: dict[frozenset[str], list[Target]] = {}
        self._kinds: set[str] = set()  # what rows are a kind of: `parcels` of parcel shipments
        for field in pipe.fields.values():
            self._add_sets(field)
            if field.kind == "text":
                self._add_values(field)
        self._add_entity()
        self.vocabulary = frozenset(self._all_words())
        self.row_words = frozenset(word for name in self._row_names() for word in name)
        self.by_letter = by_letter(self.vocabulary | synonyms.words)

    def named(self, part: Part) -> list[Target]:
        """What a part of a question names, the best readings of it alone: those that are as good as the best."""
        lemmas = tuple(token.lemma for token in part.tokens)
        found = [*self._wholly(part, lemmas), *self._values.get(lemmas, ())]
        if len(lemmas) == 1 or (len(lemmas) == 2 and lemmas[1] in ("date", "day")):
            found += self._by_root(part.tokens[0], dated=len(lemmas) == 2)
        if not found and len(lemmas) == 1 and part.tokens[0].kind == "word":
            found += self._roots.get(root(part.tokens[0].low), ())  # `fail` is the status `failed`
        if not found and len(lemmas) == 1 and lemmas[0] in self._kinds:
            found.append(Target("entity", PART))
        elif len(lemmas) == 2 and lemmas[1] in PARTICLES:
            found += self._by_particle(part.tokens)
        if _is_lone_stop(part.tokens):
            found = [target for target in found if _is_telling(part.tokens[0], target)]
        elif not found:
            found = list(self._partly(part, lemmas))
        if not found:
            return []
        best = max(target.how for target in found)
        return _once(
            target
            for target in found
            if target.how >= best - (0.035 if best >= WHOLE else 0.06) or target.kind == "entity"
        )

    def is_whole(self, tokens: Sequence[Token]) -> bool:
        """Whether these words, all of them, are a value, or a verb with what belongs to it that names a date."""
        if tuple(token.lemma for token in tokens) in self._values:
            return True
        return len(tokens) == 2 and tokens[1].low in PARTICLES and bool(self._by_particle(tokens))

    def _wholly(self, part: Part, lemmas: Phrase) -> list[Target]:
        """Fields, units, the entity and the pipe whose whole name these words are, in any order."""
        found: list[Target] = []
        for n, one in enumerate(part.sets):
            most = EXACT if n == 0 else SYNONYM
            if not _VERBS & {token.low for token in part.tokens[1:-1]}:  # `which club did visit 5 …` is no club visit
                found += [target._replace(how=min(target.how, most)) for target in self._names.get(one, ())]
            for each in self._whole.get(one, ()):
                # `revenue in the north` is `revenue_north`, but less surely so than `north revenue`.
                loose = len(without_joints(lemmas)) < len(lemmas) and lemmas != each.field.words
                how = min(each.how, most, ALIAS if loose else EXACT)
                turned = loose and len(one) > 1 and how <= SYNONYM and any(token.low == "of" for token in part.tokens)
                found.append(
                    Target("field", LIKE if turned else how, each.field)
                )  # `cost of capital` is no expenditure
        if len(lemmas) == 1 and any(target.how == SYNONYM and target.field for target in found):
            done = (each for each in self.pipe.numbers() if any(_is_done(word, lemmas[0]) for word in each.words))
            found += [Target("field", SYNONYM, field) for field in done]  # `churn` may be what churned
        if len(lemmas) == 1 and len(lemmas[0]) in (3, 4):
            found += [
                Target("field", SYNONYM, field)
                for field in self.pipe.fields.values()
                if len(_without_unit(field.words)) >= 3
                and "".join(word[0] for word in _without_unit(field.words)) == lemmas[0]
            ]
        return found

    def _partly(self, part: Part, lemmas: Phrase) -> Iterable[Target]:
        """Fields with these words in their name, its head among them, and values likewise."""
        if any(is_stop(word) and word not in self._synonyms.spans for word in (lemmas[0], lemmas[-1])):
            return
        for n, one in enumerate(
            part.sets if len(lemmas) > 1 or not (is_figure(lemmas[0]) or lemmas[0] in _NUMBERS) else ()
        ):
            telling = frozenset(word for word in one if not is_stop(word))
            held = self._holding.get(next(iter(telling)), ()) if telling else ()
            meant = [each for each in held if telling < each.words and telling & each.heads]
            for each in meant:
                yield Target("field", PART if n == 0 and each.how == EXACT else LIKE, each.field)
            if n == 0 and meant and not any(telling == each.words for each in meant):
                yield from self._described(telling, {each.field.name for each in meant})
            if n == 0:  # `electricity` is `renewable_electricity` only where nothing else of its kind has the word
                kinds = {(each.field.unit, each.field.aggregation) for each in meant if each.field.kind == "number"}
                for each in held:
                    if telling < each.words and (each.field.unit, each.field.aggregation) in kinds:
                        yield Target("field", PART, each.field)
        if len(lemmas) == 1 and len(lemmas[0]) > 2:
            several = self._parts.get(lemmas[0], [])
            yield from several if len(several) <= MOST_PARTS else ()

    def _described(self, telling: frozenset[str], but: set[str]) -> Iterable[Target]:
        """Other measures of a ratio or a rate whose description has these words: `capital ratio` may be theirs."""
        for field in self.pipe.numbers() if len(telling) > 1 else ():
            if field.name not in but and telling <= {*words(field.description)}:
                yield Target("field", PART, field)

    def _by_root(self, token: Token, *, dated: bool) -> list[Target]:
        """`sending` and `send date` are `sent_on`: only what was done, and whether it was."""
        short = root(token.low)
        rooted = dated or short != token.lemma or token.low.endswith(("ed", "ing"))
        found = []
        for field in self.pipe.fields.values():
            if field.kind not in (("date",) if dated else ("date", "bool")):
                continue
            telling = _stripped(field.words, _EMPTY)
            so = field.kind == "bool" and token.low.endswith("ly") and root(token.low[:-2]) == root(field.words[-1])
            if so or (rooted and short in {root(word) for word in telling}):  # so: `remotely`
                found.append(Target("field", ROOT, field))
            elif self._synonyms.echoed(token.lemma, telling):
                found.append(Target("field", SYNONYM, field))
        return found

    def _by_particle(self, tokens: Sequence[Token]) -> list[Target]:
        """`checked in` and `checking in` are `check_in_date`."""
        pair = (root(tokens[0].low), tokens[1].low)
        return [
            Target("field", ROOT, field)
            for field in self.pipe.fields.values()
            if field.kind in ("date", "bool") and pair in pairwise([root(field.words[0]), *field.words[1:]])
        ]

    def _add_sets(self, field: Field) -> None:
        heads = _heads(field.words)
        shorter = [(_stripped(field.words, dropped), how) for dropped, how in ((_EMPTY, BARE), (_NUMBERS, BARE - 0.03))]
        shorter.append((_without_unit(field.words), BARE))
        shorter.append((_stripped(field.words, _CODES), BARE))
        if field.kind == "bool":
            shorter.append((_stripped(field.words, _DEMANDS), BARE))
        names = [(field.words, EXACT), *((short, how) for short, how in shorter if short and short != field.words)]
        if told := _described_as(field):
            names.append((told, ALIAS))
        for name, how in names:
            for n, each in enumerate(self._synonyms.sets(without_joints(name))):
                concepts = frozenset(word for word in each if word.startswith("#"))
                holds = heads & each or (concepts if heads else heads)
                made = _Set(field, each, how if n == 0 else how - EXACT + SYNONYM, holds)
                self._whole.setdefault(each, []).append(made)
                for word in each if name is field.words else ():
                    self._holding.setdefault(word, []).append(made)
        if field.unit and field.kind == "number" and field.unit not in self.pipe.fields:
            self._names.setdefault(frozenset(words(field.unit)), []).append(Target("unit", UNIT, field))

    def _add_values(self, field: Field) -> None:
        values = [words(value) for value in field.look.values or () if isinstance(value, str)]
        shared = Counter(word for phrase in values for word in set(phrase))
        for value in field.look.values or ():
            phrase = words(value) if isinstance(value, str) else ()
            if not phrase:
                continue
            if says_how(phrase):
                continue  # a comment that reads `how many` must not take the words out of every question
            self._values.setdefault(phrase, []).append(Target("value", EXACT, field, value))
            if len(phrase) == 1:
                self._roots.setdefault(root(phrase[0]), []).append(Target("value", SYNONYM, field, value))
            for concept in self._synonyms.values.get(phrase, ()):
                for other, concepts in self._synonyms.values.items():
                    if concept in concepts and other != phrase:
                        self._values.setdefault(other, []).append(Target("value", ALIAS, field, value))
            if len(phrase) > 1:
                for word in set(phrase):
                    # `lost` is what tells `closed lost` from `closed won`; `arrival` does not tell `late arrival`.
                    telling = all(shared[other] > 1 for other in phrase if other != word)
                    self._parts.setdefault(word, []).append(
                        Target("value", PART if telling else LOOSE_PART, field, value)
                    )

    def _row_names(self) -> list[Phrase]:
        """What a row is called: the entity, and what the key is the id of."""
        facts = self.pipe.facts
        names = [words(facts.entity_scope)] if facts.entity_scope else []
        if len(facts.identity_keys) == 1:
            key = self.pipe.fields.get(facts.identity_keys[0])
            short = _stripped(key.words, _NUMBERS) if key and key.kind != "date" else ()
            names += [short] if short and key and short != key.words else []
        return names

    def _add_entity(self) -> None:
        """What a row is called, and the pipe's own names."""
        facts, names = self.pipe.facts, self._row_names()
        readable = words(facts.pipe_id.rpartition(".")[0] or facts.pipe_id)
        own = [(facts.source_name, words(facts.source_name)), (facts.pipe_id, readable)]
        for name in names:
            for n, each in enumerate(self._synonyms.sets(name)):
                self._names.setdefault(each, []).append(Target("entity", EXACT if n == 0 else SYNONYM))
            if len(name) > 1:  # `returns` of an order_return
                self._names.setdefault(frozenset(name[-1:]), []).append(Target("entity", ALIAS))
            for _, phrase in own:
                at = next((n for n, word in enumerate(phrase) if (word,) == name), 0)
                if at and phrase[at - 1] not in words(facts.vendor):
                    self._kinds.add(phrase[at - 1])
        if not names:
            for _, phrase in own:
                for short in {phrase[-1:], phrase}:
                    self._names.setdefault(frozenset(short), []).append(Target("entity", EXACT))
        for phrase in (
            words(facts.vendor),
            words(facts.category),
            readable,
            words(facts.pipe_id),
            *(p for _, p in own),
        ):
            if phrase and len(phrase) <= MOST_WORDS:
                self._names.setdefault(frozenset(phrase), []).append(Target("pipe", BARE))
        resource = (
            readable[len(words(facts.vendor)) :] if readable[: len(words(facts.vendor))] == words(facts.vendor) else ()
        )
        if resource:
            self._names.setdefault(frozenset(resource), []).append(Target("entity" if not names else "pipe", BARE))

    def _all_words(self) -> Iterable[str]:
        for field in self.pipe.fields.values():
            yield from field.words
        for phrase in self._values:
            yield from phrase
        for each in self._names:
            yield from (word for word in each if not word.startswith("#"))


def by_letter(known: Iterable[str]) -> dict[str, list[str]]:
    """Words that may be meant by one that is nearly so spelled, by their first letter."""
    found: dict[str, list[str]] = {}
    for word in known:
        if len(word) > 3:
            found.setdefault(word[0], []).append(word)
    return found


def _stripped(phrase: Phrase, dropped: frozenset[str]) -> Phrase:
    return tuple(word for word in phrase if word not in dropped)


def _described_as(field: Field) -> Phrase:
    """What a description calls a figure: `Expense for research and development`. Of a ratio it says how it is made."""
    told = without_joints(words(field.description))
    plain = field.kind == "number" and field.aggregation in ("additive", "point_in_time")
    return told if plain and 3 <= len(told) <= 5 and not {*told} & _TIMES else ()


def _is_done(word: str, said: str) -> bool:
    return word.endswith("ed") and root(word) == root(said) and word != said


def _without_unit(phrase: Phrase) -> Phrase:
    """`weight` of `weight_kg`: what a number is measured in is no part of what it is."""
    while len(phrase) > 1 and "per" not in phrase and phrase[-1] in _UNITS:
        phrase = phrase[:-1]
    return phrase


def _heads(phrase: Phrase) -> frozenset[str]:
    """The words without which a part of a name is not the thing: the last one, and the last that says more than what
    kind of thing it is; of `cost of revenue` the first. A part of `revenue per customer` is something else."""
    if "per" in phrase:
        return frozenset()
    phrase = _without_unit(phrase)
    if "of" in phrase[1:]:
        phrase = phrase[: phrase.index("of", 1)]
    telling = [word for word in phrase if word not in FORMAL]
    return frozenset({phrase[-1], telling[-1] if telling else phrase[-1]})


def is_unit(word: str, spans: Container[str]) -> bool:
    """Whether a word is a unit that many things are measured in."""
    return word in _UNITS or word in spans or word in ("dollar", "euro", "pound")


def telling_heads(phrase: Phrase) -> frozenset[str]:
    """The words that say what a figure is: `cost`, not the time in `on time performance`; of `cost to income` both, and
    what was done with it (`failed`)."""
    done = {word for word in phrase if word.endswith("ed") or word in ("lost", "late", "overdue")}
    return _heads(phrase) | {phrase[-1]} | done | ({phrase[0]} if "to" in phrase else frozenset())


def _is_lone_stop(tokens: Sequence[Token]) -> bool:
    """`it` and `us` name something only where they are written as `IT` and `US`."""
    return len(tokens) == 1 and is_stop(tokens[0].low) and not (tokens[0].text.isupper() and len(tokens[0].text) > 1)


def _is_telling(token: Token, target: Target) -> bool:
    """Whether a word like `data` or `value` is a name here: a field's own name, or a value that is written large."""
    if target.kind == "value":
        return token.text[:1].isupper() and token.start > 0 and len(token.low) > 3
    return target.kind == "field" and target.how == EXACT and len(token.low) > 3


def _once(targets: Iterable[Target]) -> list[Target]:
    """The best of those that mean the same."""
    best: dict[tuple[str, str, str], Target] = {}
    for target in targets:
        key = (target.kind, target.field.name if target.field else "", repr(target.value))
        if key not in best or best[key].how < target.how:
            best[key] = target
    return list(best.values())
