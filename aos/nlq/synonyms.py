"""Words that mean the same: the shipped file and the user's own (`<data directory>/nlq/*.yaml`)."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from aos.core.errors import BadSettings
from aos.core.log import Log
from aos.core.settings import Settings
from aos.nlq.text import words

log = Log("nlq.synonyms")
MOST_BYTES = 256 * 1024
Phrase = tuple[str, ...]
_KEYS = ("same", "spans", "values", "lower_is_better", "echoes")


class Synonyms(NamedTuple):
    """`groups` of a phrase are the concepts that it stands for, `#` and a number each. `spans` are words that measure
    a span of time: one concept, in names of more than one word. `values` likewise for the values of fields. `echoes`
    are verbs that say a name again: `how many new customers did we win`."""

    groups: Mapping[Phrase, tuple[str, ...]]
    values: Mapping[Phrase, tuple[str, ...]]
    spans: frozenset[str]
    lower_is_better: frozenset[str]
    echoes: Mapping[Phrase, tuple[str, ...]]
    words: frozenset[str]

    def echoed(self, word: str, names: Iterable[str]) -> bool:
        """Whether a word only says again what one of these words says."""
        said = set(self.echoes.get((word,), ()))
        return any(said & set(self.echoes.get((name,), ())) for name in names)

    def sets(self, phrase: Sequence[str]) -> list[frozenset[str]]:
        """The words of a phrase as a set, first as they are, then with what it holds put as concepts: each by itself,
        and all that fit side by side, the longest first."""
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
                if one[1] <= other[0] or other[1] <= one[0]:
                    (a, b, x), (c, d, y) = sorted((one, other))
                    found.append(frozenset((*phrase[:a], x, *phrase[b:c], y, *phrase[d:])))
        return list(dict.fromkeys(found))


class SynonymFiles:
    """Read again where a file changed. A user's file that can't be used is left out, and the log says why."""

    def __init__(self, settings: Settings) -> None:
        self._shipped = settings.seeds_dir / "nlq" / "synonyms.yaml"
        self._own = settings.data_dir / "nlq"
        self._stands: tuple[tuple[Path, int, int], ...] | None = None
        self._read = _made([])

    def now(self) -> Synonyms:
        """The same object as long as no file changed. `BadSettings` where the shipped file can't be used."""
        stands = tuple(self._look())
        if stands != self._stands:
            self._read, self._stands = _made(list(self._documents(path for path, _, _ in stands))), stands
        return self._read

    def _look(self) -> Iterable[tuple[Path, int, int]]:
        for path in (self._shipped, *sorted(self._own.glob("*.yaml"))):
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
                if path == self._shipped:
                    raise BadSettings(f"{path}: {error}") from None
                log.warning("A file of synonyms can't be used and is left out", file=path.name, why=str(error))


def _document(path: Path) -> Mapping[str, Any]:
    with path.open("rb") as file:
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES} bytes")
    found = yaml.safe_load(raw) or {}
    if not isinstance(found, dict) or not set(found) <= set(_KEYS):
        raise ValueError(f"the keys are {', '.join(_KEYS)}")
    for key in ("same", "values", "echoes"):
        for n, group in enumerate(found.get(key) or []):
            if not isinstance(group, list) or not all(isinstance(each, str | int | bool) for each in group):
                raise ValueError(f"$.{key}[{n}] is not a list of words")
    for key in ("spans", "lower_is_better"):
        if not all(isinstance(each, str) for each in found.get(key) or []):
            raise ValueError(f"$.{key} is not a list of words")
    return found


def _made(documents: Sequence[Mapping[str, Any]]) -> Synonyms:
    groups, values, echoes = (_concepts(key, documents) for key in ("same", "values", "echoes"))
    spans, lower = (
        frozenset(word for each in documents for name in each.get(key) or [] for word in words(name))
        for key in ("spans", "lower_is_better")
    )
    return Synonyms(
        groups, values, spans, lower, echoes, frozenset(word for phrase in (*groups, *echoes) for word in phrase)
    )


JOINTS = frozenset("of in for the a an our from on at is are was were did do have we".split())


def without_joints(phrase: Phrase) -> Phrase:
    """Without `of`, `in`, `for` and the like in the middle; another word there changes what is meant."""
    return tuple(word for n, word in enumerate(phrase) if not (0 < n < len(phrase) - 1 and word in JOINTS))


def _concepts(key: str, documents: Sequence[Mapping[str, Any]]) -> dict[Phrase, tuple[str, ...]]:
    found: dict[Phrase, tuple[str, ...]] = {}
    number = 0
    for document in documents:
        for group in document.get(key) or []:
            number += 1
            for phrase in {without_joints(words(str(each))) for each in group} - {()}:
                found[phrase] = (*found.get(phrase, ()), f"#{number}")
    return found
