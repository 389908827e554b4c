"""A pipe's names as phrases: fields, values, what a row is, the pipe itself; and which of them is named."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from aos.nlq import doers
from aos.nlq.cues import is_figure, is_spending, is_stop, says_how
from aos.nlq.deeds import done_by, is_done, says_all
from aos.nlq.fieldnames import (
    CODES,
    DEMANDS,
    EMPTY,
    NUMBERS,
    TOLD,
    counted,
    described_as,
    heads,
    is_half,
    noun_of,
    stripped,
    unit_names,
    unit_words,
    without_unit,
)
from aos.nlq.fields import Field, Pipe, spelled_out
from aos.nlq.levels import levelled, rated, sources
from aos.nlq.synonyms import Phrase, Synonyms, without_articles, without_joints
from aos.nlq.target import (
    ALIAS,
    BARE,
    EXACT,
    LIKE,
    LOOSE_PART,
    PART,
    ROOT,
    SYNONYM,
    UNIT,
    WHOLE,
    Target,
    is_telling,
    once,
    spelled_so,
)
from aos.nlq.text import Token, by_letter, in_order, root, within_quotes, words

__all__ = [
    "ALIAS", "BARE", "EXACT", "LIKE", "LOOSE_PART", "PART", "ROOT", "SYNONYM", "UNIT", "WHOLE", "Lexicon", "Target",
]  # fmt: skip
PARTICLES = frozenset("in out up off back down on".split())
MOST_PARTS = 20  # values that share a word; where more do it names none of them
MOST_WORDS = 8  # of a question's phrase that may name one thing
_VERBS = frozenset("is are was were do did have we".split())
# What joins two things is no part of the name of one: `by` is not `approved_by`.
_JOINING = frozenset("by per than nor or and not no without over under above below between versus each every".split())
_NO_NAMES = NUMBERS | {"ratio"}  # these alone name nothing


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
        self._done = [done_by(field) for field in pipe.fields.values() if field.kind in ("date", "bool")]
        self._counted: dict[str, list[Field]] = {}
        for number in pipe.numbers():
            for each in counted(number):
                self._counted.setdefault(each, []).append(number)
        self._persons: list[tuple[Field, Phrase]] = []  # names of who did something
        self._phrases: set[Phrase] = set()  # names of fields, as they are said
        self._kinds: set[str] = set()  # what rows are a kind of: `parcels` of parcel shipments
        for field in pipe.fields.values():
            self._add_sets(field)
            if field.kind == "text":
                self._add_values(field)
                name = stripped(field.words, EMPTY | NUMBERS)
                if doers.is_of_person(name, synonyms.persons):
                    self._persons.append((field, name))
        self._add_entity()
        self.vocabulary = frozenset(self._all_words())
        self._levels = synonyms.levels | synonyms.balances | synonyms.rates
        self._of_persons = False
        self.row_words = frozenset(word for name in self._row_names() for word in name)
        self._of_persons = bool(self.row_words & synonyms.persons)
        self.by_letter = by_letter(self.vocabulary | synonyms.words)

    def named(self, part: Part) -> list[Target]:
        """What a part of a question names, the best readings of it alone: those that are as good as the best."""
        if said := within_quotes(part.tokens):
            whole = Part(part.tokens, self._synonyms.sets(without_joints(said)))
            return spelled_so(self._values.get(said, ()), part.tokens[0].text) or self._wholly(whole, said)
        lemmas = tuple(token.lemma for token in part.tokens)
        found = [*self._wholly(part, lemmas), *self._values.get(lemmas, ())]
        if not found and len(plain := without_articles(lemmas)) < len(lemmas):
            found += [target._replace(how=min(target.how, BARE)) for target in self._values.get(plain, ())]
        if len(lemmas) == 1 or (len(lemmas) == 2 and part.tokens[1].low in ("date", "dates", "day")):
            found += self._by_root(part.tokens[0], dated=len(lemmas) == 2)
        if len(lemmas) == 1 and part.tokens[0].kind == "word":
            found += self._doers(part.tokens[0])
        if not found and len(lemmas) == 1 and part.tokens[0].kind == "word":
            found += self._roots.get(root(part.tokens[0].low), ())  # `fail` is the status `failed`
        if not found and len(lemmas) == 1 and lemmas[0] in self._kinds:
            found.append(Target("entity", PART))
        elif len(lemmas) == 2 and lemmas[1] in PARTICLES:
            found += self._by_particle(part.tokens)
        if not found and len(lemmas) > 1 and lemmas[-1] in self._levels:
            shorter = Part(part.tokens[:-1], self._synonyms.sets(without_joints(lemmas[:-1])))
            found += levelled(self._wholly(shorter, lemmas[:-1]), lemmas[-1], self._synonyms)
        if _is_lone_stop(part.tokens):
            found = [target for target in found if is_telling(part.tokens[0], target)]
        elif not found:
            found = list(self._partly(part, lemmas))
            found += rated(self.pipe, part.tokens, self._synonyms) if not found else ()
        if len(lemmas) == 1 and lemmas[0] in self._synonyms.spendings:  # `payments` are no day, nor whether
            found = [target for target in found if target.field is None or target.field.kind not in ("date", "bool")]
        if all(target.how <= LOOSE_PART for target in found):
            found += sources(self.pipe, lemmas, self._synonyms)
        if not found:
            return []
        best = max(target.how for target in found)
        return once(
            target
            for target in found
            if target.how >= best - (0.035 if best >= WHOLE else 0.06) or target.kind in ("entity", "source")
        )

    def is_whole(self, tokens: Sequence[Token]) -> bool:
        """Whether these words, all of them, are a value, a name, or a verb and what belongs to it that name a date."""
        lemmas = tuple(token.lemma for token in tokens)
        if lemmas in self._values:
            return True
        if len(lemmas) > 1 and lemmas in self._phrases and not is_stop(tokens[0].low):
            return True  # `assigned to`, but not `is open`, whose verb parts a question
        return len(tokens) == 2 and tokens[1].low in PARTICLES and bool(self._by_particle(tokens))

    def _wholly(self, part: Part, lemmas: Phrase) -> list[Target]:
        """Fields, units, the entity and the pipe whose whole name these words are, in any order."""
        found: list[Target] = []
        for n, one in enumerate(part.sets):
            most = EXACT if n == 0 else SYNONYM
            if not _VERBS & {token.low for token in part.tokens[1:-1]}:  # `which club did visit 5 …` is no club visit
                two = any(
                    token.low in ("and", "&") for token in part.tokens[1:-1]
                )  # `bills and suppliers` are two things
                named = [target for target in self._names.get(one, ()) if not (two and target.kind == "entity")]
                found += [target._replace(how=min(target.how, most)) for target in named]
            for each in self._whole.get(one, ()):
                # `revenue in the north` is `revenue_north`, but less surely so than `north revenue`.
                loose = len(without_joints(lemmas)) < len(lemmas) and lemmas != each.field.words
                how = min(each.how, most, ALIAS if loose else EXACT)
                turned = loose and len(one) > 1 and how <= SYNONYM and any(token.low == "of" for token in part.tokens)
                found.append(
                    Target("field", LIKE if turned else how, each.field)
                )  # `cost of capital` is no expenditure
        if len(lemmas) == 1 and any(target.how == SYNONYM and target.field for target in found):
            done = (each for each in self.pipe.numbers() if any(is_done(word, lemmas[0]) for word in each.words))
            found += [Target("field", SYNONYM, field) for field in done]  # `churn` may be what churned
        if len(lemmas) == 1 and len(lemmas[0]) in (3, 4):
            found += [
                Target("field", SYNONYM, field)
                for field in self.pipe.fields.values()
                if len(without_unit(field.words)) >= 3
                and "".join(word[0] for word in without_unit(field.words)) == lemmas[0]
            ]
        return found

    def _partly(self, part: Part, lemmas: Phrase) -> Iterable[Target]:
        """Fields with these words in their name, its head among them, and values likewise."""
        if any(is_stop(word) and word not in self._synonyms.spans for word in (lemmas[0], lemmas[-1])):
            return
        if all(word in _JOINING for word in lemmas):
            return
        for n, one in enumerate(
            part.sets if len(lemmas) > 1 or not (is_figure(lemmas[0]) or lemmas[0] in _NO_NAMES) else ()
        ):
            telling = frozenset(word for word in one if not is_stop(word))
            held = self._holding.get(next(iter(telling)), ()) if telling else ()
            meant = [each for each in held if telling < each.words and telling & each.heads]
            meant = [each for each in meant if not is_half(telling, each.field.words)]
            for each in meant:
                if each.field.kind == "number" or not is_spending(lemmas[0]):  # `spend` is no cost center
                    yield Target("field", PART if n == 0 and each.how == EXACT else LIKE, each.field)
            if n == 0 and meant and not any(telling == each.words for each in meant):
                yield from self._described(telling, {each.field.name for each in meant})
            if n == 0:  # `electricity` is `renewable_electricity` only where nothing else of its kind has the word
                kinds = {(each.field.unit, each.field.aggregation) for each in meant if each.field.kind == "number"}
                for each in held:
                    if telling < each.words and (each.field.unit, each.field.aggregation) in kinds:
                        yield Target("field", PART, each.field)
        if len(lemmas) > 1:
            yield from self._shortened(lemmas)
        if len(lemmas) == 1 and len(lemmas[0]) > 2:
            several = self._parts.get(lemmas[0], [])
            yield from several if len(several) <= MOST_PARTS else ()

    def _shortened(self, lemmas: Phrase) -> Iterable[Target]:
        """The one value that has these words in their order, and others: `Dr Foley` is `Dr Ann Foley`."""
        held = [target for target in self._parts.get(lemmas[-1], ()) if in_order(lemmas, words(str(target.value)))]
        if len(held) == 1:
            yield held[0]._replace(how=PART)

    def _described(self, telling: frozenset[str], but: set[str]) -> Iterable[Target]:
        """Other measures of a ratio or a rate whose description has these words: `capital ratio` may be theirs."""
        for field in self.pipe.numbers() if len(telling) > 1 else ():
            if field.name not in but and telling <= {*words(field.description)}:
                yield Target("field", PART, field)

    def _by_root(self, token: Token, *, dated: bool) -> list[Target]:
        """`sending` and `send date` are `sent_on`: only what was done, and whether it was. Of a yes or no what was done
        is the head of its name."""
        short = root(token.low)
        rooted = dated or short != token.lemma or token.low.endswith(("ed", "ing"))
        often = () if dated or not token.low.endswith("ed") else self._counted.get(short, ())
        found = [Target("field", ROOT, field) for field in often]  # `reopened twice` is a reopen count of two
        for field, telling, roots in self._done:
            if dated and field.kind != "date":
                continue
            so = field.kind == "bool" and token.low.endswith("ly") and root(token.low[:-2]) == root(field.words[-1])
            if so or (rooted and short in roots):  # so: `remotely`
                found.append(Target("field", ROOT, field))
            elif self._says_again(token, telling, dated=field.kind == "date") and says_all(field, telling):
                found.append(Target("field", SYNONYM, field))
            elif (
                field.kind == "bool" and len(telling) == 1 and token.low in self._synonyms.opposites.get(telling[0], ())
            ):
                found.append(Target("field", SYNONYM, field, False))
        return found

    def _says_again(self, token: Token, name: Phrase, *, dated: bool) -> bool:
        """Whether a verb says what a name does: `joined` at a start date, of persons. What something costs is no day of
        payment."""
        again = self._synonyms.echoed
        if dated and again(token.lemma, ("expense",)) and not again(token.lemma, ("payment",)):
            return False
        said = (token.low, token.lemma)  # `leavers` leave
        by_persons = self._of_persons and any(self._synonyms.done_by_persons(word, name) for word in said)
        return by_persons or again(token.lemma, name)

    def _doers(self, token: Token) -> list[Target]:
        """Who did it: `approved` of `approved_by`, `approver`; only a question of who takes it for one."""
        if token.low in PARTICLES or is_stop(token.low) or len(token.low) < doers.LEAST:
            return []
        return [Target("doer", ROOT, field) for field, name in self._persons if doers.does(name, token.low)]

    def _by_particle(self, tokens: Sequence[Token]) -> list[Target]:
        """`checked in` and `checking in` are `check_in_date`."""
        pair = (root(tokens[0].low), tokens[1].low)
        return [
            Target("field", ROOT, field)
            for field in self.pipe.fields.values()
            if field.kind in ("date", "bool") and pair in pairwise([root(field.words[0]), *field.words[1:]])
        ]

    def _add_sets(self, field: Field) -> None:
        """By its name as it is written and spelled out, each with and without what adds nothing to it, and by what its
        description begins with."""
        for base in dict.fromkeys((field.words, field.written)):
            self._add_name(field, base, EXACT, heads(base))
            shorter = [(stripped(base, dropped), how) for dropped, how in ((EMPTY, BARE), (NUMBERS, BARE - 0.03))]
            shorter.append((stripped(base, TOLD), BARE - 0.035))
            shorter += [(without_unit(base), BARE), (stripped(base, CODES), BARE)]
            if field.kind == "bool":
                shorter.append((stripped(base, DEMANDS), BARE))
                shorter.append((noun_of(base), ROOT))
            for short, how in shorter:
                if short and short != base:
                    self._add_name(field, short, how)
        for other in field.others:
            self._add_name(field, other, ALIAS, heads(other))
        for told in described_as(field):
            self._add_name(field, told, SYNONYM if field.kind == "text" else ALIAS)
        if (unit := unit_words(field)) and field.unit not in self.pipe.fields:
            for called in unit_names(unit, self._synonyms.values):
                self._names.setdefault(frozenset(called), []).append(Target("unit", UNIT, field))

    def _add_name(self, field: Field, name: Phrase, how: float, first: frozenset[str] | None = None) -> None:
        """`first` are the heads of a whole name, whose parts may stand for it; of a yes or no about something that did
        it (`caused_by_frost`) a part is none."""
        if field.kind == "bool" and "by" in name:
            first = frozenset()
        self._phrases.add(name)
        for n, each in enumerate(self._synonyms.sets(without_joints(name))):
            concepts = frozenset(word for word in each if word.startswith("#"))
            head = first or frozenset()
            holds = head & each or (concepts if head else head)
            made = _Set(field, each, how if n == 0 else how - EXACT + SYNONYM, holds)
            self._whole.setdefault(each, []).append(made)
            for word in each if first is not None else ():
                self._holding.setdefault(word, []).append(made)

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
        scope = words(facts.entity_scope) if facts.entity_scope else ()
        names = list(dict.fromkeys((scope, spelled_out(scope, self._synonyms.abbreviations)[0]))) if scope else []
        if len(facts.identity_keys) == 1:
            key = self.pipe.fields.get(facts.identity_keys[0])
            for name in dict.fromkeys((key.words, key.written)) if key and key.kind != "date" else ():
                short = stripped(name, NUMBERS)
                names += [short] if short and short != name and short not in names else []
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
            for phrase in (field.words, field.written, *field.others):
                yield from phrase
        for phrase in self._values:
            yield from phrase
        for each in self._names:
            yield from (word for word in each if not word.startswith("#"))


def _is_lone_stop(tokens: Sequence[Token]) -> bool:
    """`it` and `us` name something only where they are written as `IT` and `US`."""
    if len(tokens) > 1 or not is_stop(tokens[0].low):
        return False
    return not tokens[0].text.isupper() or (len(tokens[0].text) == 1 and tokens[0].low == "i")
