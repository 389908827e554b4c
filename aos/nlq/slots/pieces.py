"""Looking at the pieces of a question, and taking them one by one."""

from collections.abc import Iterator, Sequence

from aos.nlq.asked import Asked, Filter, Refusal
from aos.nlq.cover import SPANS, Piece
from aos.nlq.fields import Field, Pipe
from aos.nlq.lexicon import LIKE, Target
from aos.nlq.phrase import listed
from aos.nlq.synonyms import Synonyms
from aos.nlq.text import lemma, words

_RECORDS = frozenset("record profile file entry row detail master list".split())
SUPERLATIVES = ("max", "min", "best", "worst", "top", "bottom", "common")
EACH = frozenset(("each", "every", "per", "per each", "in each", "for each", "for every", "at each", "from each"))
MANY = frozenset(("most", "the most", "fewest", "least"))


class Pieces:
    """`entities` are the places where what a row is was named, `qualifiers` those of fields that a value was of,
    `measured` those of measures, `in_units` those whose unit of time the answer has put into another one."""

    def __init__(self, pipe: Pipe, pieces: Sequence[Piece], synonyms: Synonyms) -> None:
        self.pipe, self.all, self.synonyms = pipe, list(pieces), synonyms
        self.asked = Asked(pipe)
        self.entities: list[int] = []
        self.qualifiers: list[int] = []
        self.measured: list[int] = []
        self.in_units: set[int] = set()
        self.pipe_is_named = False
        self._taken: set[int] = set()

    def __len__(self) -> int:
        return len(self.all)

    def free(self, *kinds: str) -> Iterator[int]:
        """Places of pieces that nobody took, of these kinds or of all."""
        for n, piece in enumerate(self.all):
            if n not in self._taken and (not kinds or piece.kind in kinds):
                yield n

    def is_free(self, n: int) -> bool:
        return 0 <= n < len(self.all) and n not in self._taken

    def is_taken(self, n: int) -> bool:
        return n in self._taken

    def at(self, n: int) -> Piece | None:
        return self.all[n] if 0 <= n < len(self.all) else None

    def cue(self, n: int, *kinds: str) -> str | None:
        """Which of these cues stands there, untaken."""
        return next((kind for kind in kinds if self.all[n].cue(kind)), None) if self.is_free(n) else None

    def any_cue(self, *kinds: str) -> bool:
        """Whether one of these cues is still free."""
        return any(self.cue(n, *kinds) for n in self.free("cue"))

    def said(self, *kinds: str) -> bool:
        """Whether one of these cues stands anywhere, taken or not."""
        return any(piece.cue(kind) for piece in self.all for kind in kinds)

    def said_at(self, n: int, *kinds: str) -> bool:
        """Whether one of these cues stands there, taken or not."""
        piece = self.at(n)
        return piece is not None and any(piece.cue(kind) for kind in kinds)

    def take(self, n: int, target: Target | None = None) -> None:
        self._taken.add(n)
        if target is not None:
            self.asked.how.append(target.how)

    def targets(self, n: int, kind: str, *field_kinds: str) -> list[Target]:
        """What an untaken piece may name, of this kind."""
        if not self.is_free(n) or self.all[n].kind != "name":
            return []
        return [
            target
            for target in self.all[n].targets
            if target.kind == kind and (not field_kinds or (target.field and target.field.kind in field_kinds))
        ]

    def one(self, n: int, targets: Sequence[Target]) -> Field:
        """The one field that a piece names, taken; a choice where there are several."""
        found = {target.field.name: target for target in targets if target.field}
        if len(found) > 1:
            raise self.choice(n, sorted(found))
        (target,) = found.values()
        if target.how == LIKE:
            raise self.choice(n, list(found))  # a part of a name, by another word: too little to answer with
        self.take(n, target)
        assert target.field is not None
        return target.field

    def choice(self, n: int, names: Sequence[str]) -> Refusal:
        said = self.all[n].text
        return Refusal("ambiguous", f"`{said}` may mean {listed(names, 'or')}.", words=(said,), choices=tuple(names))

    def odd(self, n: int) -> Refusal:
        said = self.all[n].text
        return Refusal("not_understood", f"I do not understand `{said}` here.", words=(said,))

    def span(self, n: int) -> str:
        """The grain of a lone `quarter`, which may also be what a row is; empty where none stands there."""
        piece = self.at(n)
        if piece is None or not self.is_free(n):
            return ""
        word = piece.text.removesuffix("s")
        if piece.kind == "span":
            return SPANS.get(word, "")  # hours and minutes are no grain
        if piece.kind == "name" and word in SPANS and not self.targets(n, "field", "text", "number"):
            return SPANS[word]
        return ""

    def spans(self) -> list[int]:
        return [n for n in self.free() if self.span(n)]

    def are_of_persons(self) -> bool:
        """Whether what a row is, or is called here, is a person: no patient's case is one, but an employee's record."""
        named = [piece for piece in self.all if any(target.kind == "entity" for target in piece.targets)]
        said = {lemma(piece.text.split()[-1]) for piece in named}
        scope = [word for word in words(self.pipe.facts.entity_scope or "") if word not in _RECORDS]
        return not self.synonyms.persons.isdisjoint(said | {*scope[-1:]})

    def asks_how_many(self, n: int) -> bool:
        return self.all[n].text.startswith("how many") and self.all[n].cue("count") is not None

    def limits_on_numbers(self) -> list[Filter]:
        """The conditions on how much a number is."""
        there = ("is_null", "not_null")
        return [each for each in self.asked.filters if each.field.kind == "number" and each.op not in there]

    def has_entity(self) -> bool:
        return bool(self.entities) or any(self.targets(n, "entity") for n in self.free("name"))
