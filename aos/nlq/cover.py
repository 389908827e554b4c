"""The best reading of a whole question over one pipe: every token belongs to one piece, names before words of the
grammar where they are longer, and what nothing reads is left over as unknown."""

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from aos.nlq import cues
from aos.nlq.cues import Cue
from aos.nlq.dates import when_at
from aos.nlq.durations import is_counted
from aos.nlq.lexicon import BARE, EXACT, LIKE, LOOSE_PART, MOST_WORDS, SYNONYM, WHOLE, Lexicon, Part, Target
from aos.nlq.numbers import Amount, amount_at
from aos.nlq.slips import DATE_WORDS, is_grammar, nearest
from aos.nlq.synonyms import JOINTS, Phrase, Synonyms, without_joints
from aos.nlq.text import Token, lemma, undoubled
from aos.nlq.verbs import ASKING, LEADING, verb_ends
from aos.nlq.when import When
from aos.nlq.within import within_at

_APART = re.compile(r"[,;:?!()*+^×÷]|\. | [-/] ")
_SIGNS = re.compile(r"[*+^×÷]| [-/] ")
_CUE_WORTH = (0, 3, 14, 30, 45, 60, 75, 90)
_UNKNOWN = -60.0
# A word of `excluding tax`: more than it and a part of a name, less than with a whole one or a value; `with tax` gives
# way to any name.
_WITHIN, _WITH = 5.5, 1.0
SPANS = {"quarter": "quarter", "month": "month", "year": "year", "day": "day", "week": "week", "qtr": "quarter"}


_POLITE = frozenset("please can could would will you to kindly i we want need go ahead and".split())
VERBS = frozenset("is are was were be been has have had do does did".split())
_COUNTRIES = frozenset(("US", "IT"))  # written so they are no pronouns
LONG = 0.5  # a whole name is worth more than its words by themselves, however they are named
NUMBERED = 5.0  # `vendor number of Acme` asks for no number of Acme, nor `order total of Acme` for a total: what those
# are worth more than a name
_NUMBER = frozenset("number no nr num total count amount value volume".split())
_MORE_THAN_A_TIME = 4.0  # what a whole value is worth above a time in it


class Piece(NamedTuple):
    """`kind`: name (`targets`), amount, when, cue (one or several that the phrase may be), span (a lone `quarter`),
    stop, unknown. `apart`: a comma or the like stands before it; `led`: `in`, `for` or the like does; `sign`: one of
    arithmetic; `owned`: an apostrophe. `worth` is how likely it is so read; `before` are the words without meaning
    right before it, `after` those behind the last one."""

    kind: str
    start: int
    end: int
    worth: float
    text: str
    apart: bool = False
    targets: tuple[Target, ...] = ()
    amount: Amount | None = None
    when: When | None = None
    cues: tuple[Cue, ...] = ()
    led: bool = False
    sign: bool = False
    owned: bool = False
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def cue(self, kind: str) -> Cue | None:
        return next((cue for cue in self.cues if cue.kind == kind), None)


class Heard(NamedTuple):
    """A question's tokens, where near names were put in for words that nothing knows, and how near each is."""

    tokens: Sequence[Token]
    near: Mapping[int, float]


class Question:
    """What does not depend on the pipe, worked out once."""

    def __init__(
        self, tokens: Sequence[Token], synonyms: Synonyms, dictionary: Container[str] = (), seldom: Container[str] = ()
    ) -> None:
        self.tokens, self.synonyms, self._dictionary, self._seldom = tokens, synonyms, dictionary, seldom
        self._sets: dict[Phrase, list[frozenset[str]]] = {}
        self._grammar: dict[int, list[Piece]] = {}

    @cached_property
    def _is_mixed(self) -> bool:
        """Whether it is written in large and small letters: then a word in large ones is meant so."""
        return any(token.text.islower() for token in self.tokens)

    @cached_property
    def _lemmas(self) -> frozenset[str]:
        return frozenset(token.lemma for token in self.tokens)

    @cached_property
    def _of_money(self) -> bool:
        """Whether a verb says that money comes in or goes out."""
        return cues.are_said(self.tokens, self.synonyms.cues, "pay", "flow")

    def _is_letter(self, token: Token) -> bool:
        """`rating A`: a letter by itself that is written large, where other words are not."""
        return token.start > 0 and len(token.text) == 1 and token.text.isupper() and token.low != "i" and self._is_mixed

    @cached_property
    def odd(self) -> list[int]:
        """Places of words that neither the grammar nor the dictionary has: only they may be slips for near names."""
        return [
            n
            for n, token in enumerate(self.tokens)
            if token.kind == "word"
            and len(token.low) > 3
            and token.low.isalpha()
            and not is_grammar(token)
            and (token.low not in self._dictionary or token.low in self._seldom)
            and (token.low,) not in self.synonyms.neutral
            and (token.low,) not in self.synonyms.cues
        ]

    def part(self, tokens: Sequence[Token]) -> Part:
        phrase = without_joints(tuple(token.lemma for token in tokens))
        if phrase not in self._sets:
            self._sets[phrase] = self.synonyms.sets(phrase)
        return Part(tokens, self._sets[phrase])

    def heard(self, lexicon: Lexicon, is_known: Callable[[str], bool]) -> Heard:
        """With near names of this pipe and of the grammar for words that nobody knows."""
        tokens, near = list(self.tokens), {}
        for n in self.odd:
            token = self.tokens[n]
            if any(word in self.synonyms.words or is_known(word) for word in (token.lemma, token.low)):
                continue
            if found := nearest(token.low, lexicon):
                word, likeness = found
                if token.low in self._dictionary and undoubled(word) != undoubled(lemma(token.low)):
                    continue  # a word of its own, though few people write it
                tokens[n] = token._replace(low=word, lemma=lemma(word))
                near[n] = likeness
        return Heard(tokens if near else self.tokens, near)

    def cover(
        self, lexicon: Lexicon, heard: Heard, extra: Mapping[tuple[int, int], Target] | None = None
    ) -> list[Piece]:
        """The pieces in order, stops left out. `extra` are values that were looked up, by their place."""
        tokens = heard.tokens
        best: list[tuple[float, list[Piece]]] = [(0.0, [])]
        waiting: dict[int, list[Piece]] = {}
        for start in range(len(tokens)):
            for piece in self._pieces(lexicon, tokens, start):
                waiting.setdefault(piece.end, []).append(piece)
            for (at, end), target in (extra or {}).items():
                if at == start:
                    text = _text(tokens, at, end)
                    made = Piece("name", at, end, 11.0 * (end - at), text, targets=(target,))
                    waiting.setdefault(end, []).append(made)
            options = (
                (best[piece.start][0] + piece.worth, best[piece.start][1], piece) for piece in waiting[start + 1]
            )
            worth, before, piece = max(options, key=lambda option: (option[0], -option[2].start))
            best.append((worth, [*before, piece]))
        return _without_stops(best[-1][1])

    def _pieces(self, lexicon: Lexicon, tokens: Sequence[Token], start: int) -> Iterator[Piece]:
        """Everything that may begin here. What no name of a pipe has to do with is worked out once for all of them."""
        if tokens is not self.tokens:
            yield from self._of_grammar(tokens, start)
        else:
            if start not in self._grammar:
                self._grammar[start] = list(self._of_grammar(tokens, start))
            yield from self._grammar[start]
        yield from self._names(lexicon, tokens, start, apart=bool(_APART.search(tokens[start].gap)))

    def _of_grammar(self, tokens: Sequence[Token], start: int) -> Iterator[Piece]:
        """What begins here but for names. A word is at least a stop or unknown."""
        token = tokens[start]
        apart = bool(_APART.search(token.gap))
        low = token.low
        stop = _says_nothing(tokens, start) and not (token.text in _COUNTRIES and self._is_mixed)
        stop = stop and not self._is_letter(token)
        yield Piece("stop" if stop else "unknown", start, start + 1, 0.0 if stop else _UNKNOWN, low, apart)
        if token.lemma in SPANS or is_counted(tokens, start):
            yield Piece("span", start, start + 1, 2.0, low, apart)
        if timed := when_at(tokens, start):
            when, end = timed
            # A time that is no certain days gives way to a name; the end of one is worth its words, however named.
            edged = when.edge or when.kind == "now" or (when.of is not None and when.of.edge)
            each, more = 10.5 if edged else 8.5, -3.5 if when.kind == "odd" else 1.0
            worth = each * (end - start) + more
            yield Piece("when", start, end, worth, _text(tokens, start, end), apart, when=when)
        if counted := amount_at(tokens, start):
            yield Piece(
                "amount",
                start,
                counted[1],
                4.0 * (counted[1] - start),
                _text(tokens, start, counted[1]),
                apart,
                amount=counted[0],
            )
        meant: dict[int, list[Cue]] = {}
        if (end := cues.purpose_at(tokens, start)) > start:
            yield Piece("stop", start, end, 0.5, _text(tokens, start, end), apart)
        if start == 0 and (end := cues.wanting_at(tokens, start)) > start:
            yield Piece("stop", start, end, 30.0, _text(tokens, start, end), apart)
        for end in verb_ends(tokens, start, self.synonyms.neutral, self.synonyms.bases):
            yield Piece("stop", start, end, 4.0 * (end - start - 1), _text(tokens, start, end), apart)
        if self._lemmas & self.synonyms.acts.get(low, frozenset()):
            yield Piece("stop", start, start + 1, 0.0, low, apart)
        spend = cues.is_spend(tokens, start)
        for cue, end in cues.cues_at(tokens, start, self.synonyms.cues):
            if cue.kind in ("act", "ask") and not self._begins(tokens, start, cue.kind):
                continue
            if cue.kind == "after" and end < len(tokens) and amount_at(tokens, end):
                continue  # `overdue and over 10k`: the limit begins here
            moves = (cue.kind in ("pay", "flow") and not spend) or (
                cue.kind == "figured" and low in self.synonyms.bases
            )
            if moves and end not in verb_ends(tokens, start, self.synonyms.cues, self.synonyms.bases):
                continue
            meant.setdefault(end, []).append(cue)
        for end, several in meant.items():
            worth = float(_CUE_WORTH[min(end - start, 7)])
            if several[0].kind == "pay" or (several[0].kind == "much" and end == start + 2):
                size = end - start if several[0].kind == "pay" else 1
                worth = 3.0 if spend else 5.5 * size  # a verb is more than a part of a name by another word
            yield Piece("cue", start, end, worth, _text(tokens, start, end), apart, cues=tuple(several))
        for cue, end in within_at(tokens, start, self.synonyms):
            each = _WITH if token.low in ("with", "without") else _WITHIN
            yield Piece("cue", start, end, each * (end - start), _text(tokens, start, end), apart, cues=(cue,))

    def _begins(self, tokens: Sequence[Token], at: int, kind: str) -> bool:
        """Whether a word is the first that says anything: only there it tells somebody to do something."""
        if kind == "ask":
            if at and tokens[at - 1].low in ("please", "kindly"):
                return True
            return all(
                cues.is_stop(t.low) or t.low in _POLITE | cues.ASKING or bool(_APART.search(t.gap)) for t in tokens[:at]
            )
        return all(cues.is_stop(token.low) or token.low in _POLITE for token in tokens[:at]) and not any(
            token.low in ASKING for token in tokens[:at]
        )

    def _sure(self, part: Sequence[Token], targets: list[Target]) -> list[Target]:
        """A common word in small letters is too little of a value: `arrivals` is not `late arrival`."""
        common = len(part) == 1 and part[0].text.islower() and part[0].low in self._dictionary
        if not common or not all(target.kind == "value" and target.how == LOOSE_PART for target in targets):
            return targets
        return [target._replace(how=LIKE) for target in targets]

    def _names(self, lexicon: Lexicon, tokens: Sequence[Token], start: int, *, apart: bool) -> Iterator[Piece]:
        for end in range(start + 1, min(start + MOST_WORDS, len(tokens)) + 1):
            if end > start + 1 and _APART.search(tokens[end - 1].gap):
                return
            part = tokens[start:end]
            phrase = tuple(token.lemma for token in part)
            loose = end > start + 1 and not (lexicon.is_whole(part) or phrase in self.synonyms.groups)  # `in transit`
            if loose and (_is_loose(part[0], part[1], lexicon) or _is_loose(part[-1], part[-1], lexicon)):
                continue
            if loose and cues.is_spending(part[-1].low) and lexicon.is_whole(part[:-1]):
                continue  # `which cost center spends …`
            if (
                end == start + 1
                and len(part[0].low) == 1
                and cues.is_stop(part[0].low)
                and not self._is_letter(part[0])
            ):
                continue  # `A list of …`
            if _is_two(part, lexicon, self.part):
                continue  # `revenue and growth` is no revenue growth
            targets = self._sure(part, lexicon.named(self.part(part)))
            if not self._of_money:
                targets = [target for target in targets if target.kind != "source"]
            if start and end == start + 1 and tokens[start - 1].low == "on":
                targets = [t for t in targets if t.field is None or t.field.kind != "date"]  # `on leave`, `on loan`
            if (part[0].low,) in cues.CUES and cues.Cue("act") in cues.CUES[part[0].low,] and len(part) == 1:
                told = any(target.how > SYNONYM for target in targets)
                if not told and self._begins(tokens, start, "act"):
                    continue  # `close ticket 5` is no question of what is closed
            if targets:
                how = max(target.how for target in targets)
                own = {word for target in targets if target.field and target.how == how for word in target.field.words}
                joints = 0 if how == EXACT else sum(1 for token in part[1:-1] if token.low in JOINTS - own)
                telling = sum(1 for token in part if not cues.is_stop(token.low))
                worth = _MORE_THAN_A_TIME if how == EXACT and _holds_time(part, targets) else 0.0
                worth += 10.0 * how * (end - start - joints) if how >= WHOLE else 6.0 * how * max(1, telling)
                if how >= WHOLE and any(target.kind == "field" for target in targets):
                    worth += LONG * (end - start - joints - 1)
                    worth += NUMBERED if _is_number_of(part, tokens, end) else 0.0
                led = start > 0 and tokens[start - 1].low in LEADING
                text = _text(tokens, start, end)
                sign = bool(_SIGNS.search(tokens[start].gap))
                yield Piece(
                    "name",
                    start,
                    end,
                    worth,
                    text,
                    apart,
                    targets=tuple(targets),
                    led=led,
                    sign=sign,
                    owned=tokens[start].gap.startswith("'"),
                )


def _holds_time(part: Sequence[Token], targets: Sequence[Target]) -> bool:
    """`April Jones`: a value of several words of which one is a word of time as well."""
    timed = len(part) > 1 and any(token.low in DATE_WORDS or token.low == "may" for token in part)
    return timed and all(token.kind == "word" for token in part) and all(t.kind == "value" for t in targets)


def _is_two(part: Sequence[Token], lexicon: Lexicon, made: Callable[[Sequence[Token]], Part]) -> bool:
    """Whether `and` parts a whole name of a figure from the rest."""
    at = next((n for n, token in enumerate(part[1:-1], 1) if token.low in ("and", "&")), 0)
    if not at:
        return False
    repeated = len({token.lemma for token in part}) < len(part)
    first = any(
        t.kind == "field" and t.how >= BARE and t.field and t.field.kind == "number"
        for t in lexicon.named(made(part[:at]))
    )
    return repeated or first


def _is_number_of(part: Sequence[Token], tokens: Sequence[Token], end: int) -> bool:
    return len(part) > 1 and part[-1].low in _NUMBER and end < len(tokens) and tokens[end].low == "of"


def _without_stops(pieces: Sequence[Piece]) -> list[Piece]:
    """Each of the others knows which of them stood right before it, and whether a comma did."""
    told: list[Piece] = []
    before: tuple[str, ...] = ()
    apart = False
    for piece in pieces:
        apart = apart or piece.apart
        if piece.kind == "stop":
            before = (*before, piece.text)
        else:
            told.append(piece._replace(before=before, apart=apart) if before else piece)
            before, apart = (), False
    if told and before:
        told[-1] = told[-1]._replace(after=before)
    return told


def _says_nothing(tokens: Sequence[Token], at: int) -> bool:
    """`may` is a month unless somebody asks for leave; `since` is a bound unless something has since been done."""
    low = tokens[at].low
    if low == "since":
        return at > 0 and tokens[at - 1].low in ("have", "has", "had")
    if low == "may":
        return at + 1 < len(tokens) and tokens[at + 1].low in ("i", "we")
    return cues.is_stop(low)


def _is_loose(token: Token, behind: Token, lexicon: Lexicon) -> bool:
    """A word at the edge of a name that belongs to the sentence: unless it is glued to the next, or the pipe has it."""
    if not cues.is_stop(token.low) or token.text.isupper() or (behind is not token and behind.gap in ("-", "_")):
        return False
    return len(token.low) <= 3 or token.lemma not in lexicon.vocabulary


def _text(tokens: Sequence[Token], start: int, end: int) -> str:
    return " ".join(token.low for token in tokens[start:end])
