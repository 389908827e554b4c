"""Words that mean the same: the shipped file and the user's own (`<data directory>/nlq/*.yaml`)."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from aos.core.errors import BadSettings
from aos.core.log import Log
from aos.core.regular_file import read_regular
from aos.core.settings import Settings
from aos.core.strict_yaml import load_yaml
from aos.nlq.cues import CUES, Cue, is_stop
from aos.nlq.english import compared, forms
from aos.nlq.text import words

log = Log("nlq.synonyms")
MOST_BYTES = 256 * 1024
Phrase = tuple[str, ...]
MOST_SHORT = 5  # letters of an adjective that has a comparative of its own: `warmer`, but `more valuable`
_KEYS = (
    "same",
    "spans",
    "values",
    "lower_is_better",
    "echoes",
    "neutral",
    "flows",
    "money",
    "adjectives",
    "persons",
    "stocks",
    "abbreviations",
    "opposites",
    "deeds",
    "added",
    "deducted",
    "levels",
    "balances",
    "rates",
    "sizes",
    "acts",
    "bodies",
    "figured",
    "belonging",
    "spendings",
    "lasting",
    "underway",
)


# Lists of words, in the order of `_made`.
_LISTS = (
    "spans", "lower_is_better", "persons", "stocks", "levels", "balances", "rates", "sizes", "bodies", "spendings",
    "lasting", "underway",
)  # fmt: skip


class Synonyms(NamedTuple):
    """`groups` of a phrase are the concepts that it stands for, `#` and a number each. `spans` are words that measure
    a span of time: one concept, in names of more than one word. `values` likewise for the values of fields. `echoes`
    are verbs that say a name again: `how many new customers did we win`. `neutral` are forms of verbs that say nothing
    more than a name does, `bases` the base forms of verbs; `cues` are verbs of money and words that compare, such as
    `heaviest`, as the grammar takes them. `abbreviations` are words of names with what they stand for, the likeliest
    first; `components` are what a price has on top or is less by, each with all words for it, `deducted` the words of
    the latter; `levels` are nouns that add nothing behind a measure, `balances` behind one of a point in time, `rates`
    behind one in percent;
    `sizes` are superlatives that beside a named measure say no more than the largest or the smallest;
    `opposites` of what a yes or no says are what its no is called; `deeds` are what persons do, with the words for the
    days of it; `acts` are forms of verbs that say nothing more than what is done with these things anyway: orders are
    placed; `bodies` are words for all who work somewhere: what they did is what was done. `belonging` are forms of
    neutral verbs that say no more of a person than where he belongs; `spendings` are nouns of money that no date is
    called by; `lasting` are adjectives of how a thing stands and not of the day that it began, `underway` words of
    states in which nothing is closed."""

    groups: Mapping[Phrase, tuple[str, ...]]
    values: Mapping[Phrase, tuple[str, ...]]
    spans: frozenset[str]
    lower_is_better: frozenset[str]
    persons: frozenset[str]
    stocks: frozenset[str]
    echoes: Mapping[Phrase, tuple[str, ...]]
    words: frozenset[str]
    neutral: frozenset[Phrase]
    bases: frozenset[str]
    cues: Mapping[Phrase, tuple[Cue, ...]]
    abbreviations: Mapping[str, tuple[Phrase, ...]]
    opposites: Mapping[str, frozenset[str]]
    deeds: Mapping[Phrase, tuple[str, ...]]
    components: Mapping[Phrase, frozenset[str]]
    deducted: frozenset[str]
    levels: frozenset[str]
    balances: frozenset[str]
    rates: frozenset[str]
    sizes: frozenset[str]
    acts: Mapping[str, frozenset[str]]
    bodies: frozenset[str]
    belonging: frozenset[str]
    spendings: frozenset[str]
    lasting: frozenset[str]
    underway: frozenset[str]

    @property
    def verbs(self) -> frozenset[str]:
        """The first words of the neutral ones."""
        return frozenset(phrase[0] for phrase in self.neutral)

    def done_by_persons(self, word: str, names: Iterable[str]) -> bool:
        """Whether a verb says what a person did at one of these dates: `joined` at a start."""
        said = set(self.deeds.get((word,), ()))
        return any(said & set(self.deeds.get((name,), ())) for name in names)

    def echoed(self, word: str, names: Iterable[str]) -> bool:
        """Whether a word only says again what one of these words says."""
        said = set(self.echoes.get((word,), ()))
        return any(said & set(self.echoes.get((name,), ())) for name in names)

    def sets(self, phrase: Sequence[str]) -> list[frozenset[str]]:
        """The words of a phrase as a set, first as they are, then with what it holds put as concepts: each by itself,
        and all that fit side by side, the longest first. What is a concept as a whole is none made of its parts: staff
        turnover is not what the sales staff is."""
        found: list[frozenset[str]] = [frozenset(phrase)]
        size = len(phrase)
        held = [
            (start, end, concept)
            for start in range(size)
            for end in range(start + 1, size + 1)
            for concept in self.groups.get(tuple(phrase[start:end]), ())
        ]
        spans = [(n, n + 1, "#span") for n, word in enumerate(phrase) if word in self.spans and size > 1]
        for start, end, concept in held + spans:
            found.append(frozenset((*phrase[:start], concept, *phrase[end:])))
        for one in held:
            for other in held + spans:
                covered = one[1] - one[0] + other[1] - other[0] == size and tuple(phrase) in self.groups
                if not covered and (one[1] <= other[0] or other[1] <= one[0]):
                    (a, b, x), (c, d, y) = sorted((one, other))
                    found.append(frozenset((*phrase[:a], x, *phrase[b:c], y, *phrase[d:])))
        return list(dict.fromkeys(found))


class SynonymFiles:
    """Read again where a file changed. A user's file that can't be used is left out, and the log says why."""

    def __init__(self, settings: Settings) -> None:
        self._shipped = tuple(settings.seeds_dir / "nlq" / name for name in ("synonyms.yaml", "verbs.yaml"))
        self._own = settings.data_dir / "nlq"
        self._stands: tuple[tuple[Path, int, int], ...] | None = None
        self._read = _made([])

    def now(self) -> Synonyms:
        """The same object as long as no file changed. `BadSettings` where the shipped file can't be used. It reads
        files: ask for it in a thread, and for one at a time."""
        stands = tuple(self._look())
        if stands != self._stands:
            self._read, self._stands = _made(list(self._documents(path for path, _, _ in stands))), stands
        return self._read

    def _look(self) -> Iterable[tuple[Path, int, int]]:
        for path in (*self._shipped, *sorted(self._own.glob("*.yaml"))):
            try:
                found = os.stat(path)
            except OSError:
                continue
            yield path, found.st_mtime_ns, found.st_size

    def _documents(self, paths: Iterable[Path]) -> Iterable[Mapping[str, Any]]:
        for path in paths:
            try:
                yield _document(path)
            except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
                if path in self._shipped:
                    raise BadSettings(f"{path}: {error}") from None
                log.warning("A file of synonyms can't be used and is left out", file=path.name, why=str(error))


def _document(path: Path) -> Mapping[str, Any]:
    raw = read_regular(path, MOST_BYTES)
    if len(raw) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES} bytes")
    found = load_yaml(raw) or {}
    if not isinstance(found, dict) or not set(found) <= set(_KEYS):
        raise ValueError(f"the keys are {', '.join(_KEYS)}")
    for key in ("same", "values", "echoes", "adjectives", "opposites", "deeds", "added", "deducted"):
        if not isinstance(found.get(key) or [], list):
            raise ValueError(f"$.{key} is not a list")
        for n, group in enumerate(found.get(key) or []):
            if not isinstance(group, list) or not all(isinstance(each, str | int | bool) for each in group):
                raise ValueError(f"$.{key}[{n}] is not a list of words")
    for key in (*_LISTS, "belonging"):
        if not isinstance(found.get(key) or [], list):
            raise ValueError(f"$.{key} is not a list")
        if not all(isinstance(each, str) for each in found.get(key) or []):
            raise ValueError(f"$.{key} is not a list of words")
    for key in ("neutral", "flows", "money", "figured", "abbreviations", "acts"):
        if not isinstance(found.get(key) or {}, dict):
            raise ValueError(f"$.{key} is not a table")
        for verb, tails in (found.get(key) or {}).items():
            if not isinstance(tails, list) or not all(isinstance(each, str) for each in (verb, *tails)):
                raise ValueError(f"$.{key}.{verb} is not a list of words")
    return found


def _made(documents: Sequence[Mapping[str, Any]]) -> Synonyms:
    groups, values, echoes, deeds = (_concepts(key, documents) for key in ("same", "values", "echoes", "deeds"))
    spans, lower, persons, stocks, levels, balances, rates, sizes, bodies, *standing = (
        frozenset(word for each in documents for name in each.get(key) or [] for word in words(name)) for key in _LISTS
    )
    groups |= _over_spans(groups, spans)
    known = frozenset(word for phrase in (*groups, *echoes) for word in phrase)
    neutral = frozenset(phrase for each in documents for phrase in _verbs(each.get("neutral") or {}))
    entries = [forms(entry) for each in documents for key in ("neutral", *_CUES) for entry in each.get(key) or {}]
    bases = frozenset(entry[0] for entry in entries if not entry[0].endswith("ed"))
    cues = {
        phrase: (Cue(kind),)
        for key, kind in _CUES.items()
        for each in documents
        for phrase in _verbs(each.get(key) or {})
    }
    for document in documents:
        for adjective, direction, *by in document.get("adjectives") or []:
            for phrase, cue in _comparing(str(adjective), str(direction), frozenset(map(str, by))):
                cues[phrase] = (*cues.get(phrase, ()), cue)
    shorts = _abbreviations(documents)
    known |= frozenset(shorts)
    opposites: dict[str, frozenset[str]] = {}
    for document in documents:
        for one, *others in document.get("opposites") or []:
            opposites[str(one)] = opposites.get(str(one), frozenset()) | frozenset(map(str, others))
    return Synonyms(
        _with_shorts(groups, shorts), values, spans, lower, persons, stocks, echoes, known, neutral, bases, cues,
        shorts, opposites, deeds, *_components(documents), levels, balances, rates, sizes, _acts(documents), bodies,
        frozenset(form for each in documents for entry in each.get("belonging") or [] for form in forms(entry)),
        *standing,
    )  # fmt: skip


def _components(documents: Sequence[Mapping[str, Any]]) -> tuple[dict[Phrase, frozenset[str]], frozenset[str]]:
    found: dict[Phrase, frozenset[str]] = {}
    for key in ("added", "deducted"):
        for group in (group for each in documents for group in each.get(key) or []):
            phrases = [words(str(each)) for each in group]
            found |= dict.fromkeys(phrases, frozenset(phrase[0] for phrase in phrases if len(phrase) == 1))
    taken = frozenset(
        words(str(word))[0] for each in documents for group in each.get("deducted") or [] for word in group
    )
    return found, taken


def _acts(documents: Sequence[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for document in documents:
        for verbs, things in (document.get("acts") or {}).items():
            for verb in str(verbs).split():
                found[verb] = found.get(verb, frozenset()) | frozenset(things)
    return found


def _abbreviations(documents: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Phrase, ...]]:
    found: dict[str, tuple[Phrase, ...]] = {}
    for document in documents:
        for short, given in (document.get("abbreviations") or {}).items():
            (word,) = words(short)[:1] or (short,)
            found[word] = tuple(dict.fromkeys((*found.get(word, ()), *(words(each) for each in given))))
    return found


def _with_shorts(
    groups: Mapping[Phrase, tuple[str, ...]], shorts: Mapping[str, tuple[Phrase, ...]]
) -> dict[Phrase, tuple[str, ...]]:
    """A question's abbreviation stands for what it is short for, and for all that means the same. The plural of one of
    two letters (`pos`) is not known to be one, so it is put beside it. What the grammar reads stays the grammar's."""
    found = dict(groups)
    for short, meant in shorts.items():
        if is_stop(short) or (short,) in CUES:
            continue
        plural = [(f"{short}s",)] if len(short) == 2 else []
        for phrase in meant:
            concept = f"#{' '.join(phrase)}"
            found[phrase] = tuple(dict.fromkeys((*found.get(phrase, ()), concept)))
            for each in [(short,), *plural]:
                found[each] = tuple(dict.fromkeys((*found.get(each, ()), concept, *groups.get(phrase, ()))))
    return found


def _over_spans(groups: Mapping[Phrase, tuple[str, ...]], spans: frozenset[str]) -> dict[Phrase, tuple[str, ...]]:
    """`resolution time` stands for `resolution hours` as well."""
    found: dict[Phrase, tuple[str, ...]] = {}
    for phrase, concepts in groups.items():
        if len(phrase) > 1 and phrase[-1] in spans:
            for span in spans:
                other = (*phrase[:-1], span)
                found[other] = tuple(dict.fromkeys((*found.get(other, groups.get(other, ())), *concepts)))
    return found


def _verbs(entries: Mapping[str, Sequence[str]]) -> Iterable[Phrase]:
    for entry, tails in entries.items():
        for form in forms(entry):
            for tail in tails:
                yield (form, *(() if tail == "alone" else tail.split()))


_CUES = {"figured": "figured", "flows": "flow", "money": "pay"}  # verbs of the data files, as the grammar takes them
_ORDERS = {"max": "descending", "min": "ascending"}


def _comparing(adjective: str, direction: str, by: frozenset[str]) -> Iterable[tuple[Phrase, Cue]]:
    """What an adjective makes: `heavier than`, `heaviest`, `how heavy`, `most expensive`. The forms are those given, or
    those of a short adjective; those of a long one are made with `more` and `most`."""
    if "-" in adjective:
        yield tuple(adjective.split("-")), Cue("max" if direction == "high" else "min", "each", by)
        return
    base, *given = adjective.split()
    up, down = ("gt", "lt") if direction == "high" else ("lt", "gt")
    most, least = ("max", "min") if direction == "high" else ("min", "max")
    yield ("how", base), Cue("much", by=by)
    if "duration" in by:
        yield ("how", f"{base}ly"), Cue("much", by=by)  # `how quickly`
    for more, op in (("more", up), ("less", down)):
        yield (more, base, "than"), Cue("cmp", op, by)
    for word, kind in (("most", most), ("least", least)):
        yield (word, base), Cue(kind, by=by)
        yield (word, base, "first"), Cue(_ORDERS[kind], by=by)
    short = given or (list(compared(base)) if len(base) <= MOST_SHORT else [])
    for form in short:
        if form.endswith("st"):
            yield (form,), Cue(most, by=by)
            yield (form, "first"), Cue(_ORDERS[most], by=by)
        else:
            yield (form, "than"), Cue("cmp", up, by)


JOINTS = frozenset("of in for the a an our their its from on at is are was were did do have we and &".split())


def without_joints(phrase: Phrase) -> Phrase:
    """Without `of`, `in`, `for` and the like in the middle; another word there changes what is meant."""
    return tuple(word for n, word in enumerate(phrase) if not (0 < n < len(phrase) - 1 and word in JOINTS))


_ARTICLES = frozenset("a an the our their its his her".split())


def without_articles(phrase: Phrase) -> Phrase:
    """`waiting on the customer` is `waiting_on_customer`."""
    return tuple(word for n, word in enumerate(phrase) if word not in _ARTICLES or n in (0, len(phrase) - 1))


def _concepts(key: str, documents: Sequence[Mapping[str, Any]]) -> dict[Phrase, tuple[str, ...]]:
    found: dict[Phrase, tuple[str, ...]] = {}
    number = 0
    for document in documents:
        for group in document.get(key) or []:
            number += 1
            for phrase in {without_joints(words(str(each))) for each in group} - {()}:
                found[phrase] = (*found.get(phrase, ()), f"#{number}")
    return found
