"""How long something takes, where a verb says what: `how long does it take to resolve a ticket` asks for the resolution
hours.

Only in a question of time (`how long`, `the fastest`, `how many hours`), and only by a duration that is of this and of
nothing more: hours of a delay, a target or a part of it say something else.
"""

from collections.abc import Callable, Sequence

from aos.nlq.cover import Piece
from aos.nlq.fieldnames import FORMAL
from aos.nlq.fields import Field
from aos.nlq.lexicon import SYNONYM, Lexicon, Part, Target
from aos.nlq.synonyms import Synonyms
from aos.nlq.text import Token, is_derived, lemma, root, words

_PASSIVE = frozenset("is are was were get gets got be been being".split())
_TAKING = frozenset("take takes took taken taking need needs needed require requires required".split())
_SUBJECTS = frozenset("we they you i".split())
_ADVERBS = frozenset("ever have has had all first".split())
_WAITING = frozenset("wait waits waited waiting".split())
_PLAIN = frozenset("to in until till time avg mean average".split())  # of a duration's name, beside what lasts
_BEGUN = frozenset("first initial".split())  # of what is done more than once the first is what somebody waits for


def is_duration(field: Field, spans: frozenset[str]) -> bool:
    """Whether a number is a time: by its unit, or by the last word of its name."""
    return field.kind == "number" and bool(spans & {*words(field.unit or ""), *field.words[-1:]})


def with_durations(
    pieces: Sequence[Piece], tokens: Sequence[Token], lexicon: Lexicon, synonyms: Synonyms,
    part: Callable[[Sequence[Token]], Part],
) -> list[Piece]:  # fmt: skip
    """The pieces with the durations that verbs stand for; several where nobody can tell them apart."""
    durations = [field for field in lexicon.pipe.numbers() if is_duration(field, synonyms.spans)]
    asking = next((piece for n, piece in enumerate(pieces) if _asks_how_long(pieces, n, synonyms)), None)
    found = []
    for n, piece in enumerate(pieces):
        timed = _is_timed(tokens, piece)
        if timed or (asking and _is_verb(tokens, piece, asking) and not _picks_rows(pieces, n, asking)):
            verb = tokens[piece.start]
            named = _whole_names(verb, lexicon, part)
            meant = [field for field in durations if field.name in named] or _meant(verb, durations, lexicon, synonyms)
            targets = tuple(Target("field", SYNONYM, field) for field in meant)
            if targets:
                piece = piece._replace(kind="name", targets=targets, cues=())
            elif timed or _is_loose(tokens, piece):
                piece = piece._replace(kind="unknown", targets=(), cues=())  # it says no condition
        found.append(piece)
    return _without_waiting(found, {field.name for field in durations}, synonyms)


def _is_timed(tokens: Sequence[Token], piece: Piece) -> bool:
    """`the time to resolve`, where that is no name as a whole."""
    at = piece.start
    before = tuple(token.low for token in tokens[max(0, at - 2) : at])
    return piece.end == at + 1 and before == ("time", "to") and tokens[at].kind == "word"


def _is_loose(tokens: Sequence[Token], piece: Piece) -> bool:
    """Whether what is to be done was read as something that is so: `to deliver` as what has been delivered."""
    weak = all(target.how <= SYNONYM and target.kind in ("field", "value") for target in piece.targets)
    is_number = any(target.field and target.field.kind == "number" for target in piece.targets)
    behind = tokens[piece.start - 1].low == "to" and not tokens[piece.start].text[:1].isupper()
    return piece.kind == "name" and behind and weak and not is_number


def _without_waiting(pieces: Sequence[Piece], durations: set[str], synonyms: Synonyms) -> list[Piece]:
    """`how long do customers wait for a reply`, where it is named how long a reply takes: who waits says no more."""
    named = any(t.field and t.field.name in durations for piece in pieces for t in piece.targets)
    waits = next((n for n, piece in enumerate(pieces) if piece.kind == "unknown" and piece.text in _WAITING), None)
    if not named or waits is None:
        return list(pieces)
    before = pieces[waits - 1] if waits else None
    who = before is not None and before.kind == "unknown" and lemma(before.text) in synonyms.persons | synonyms.bodies
    return [piece for n, piece in enumerate(pieces) if n != waits and not (who and n == waits - 1)]


def _asks_how_long(pieces: Sequence[Piece], n: int, synonyms: Synonyms) -> bool:
    """`how long`, `the slowest`, `how many hours`, `over 20 hours`."""
    if any("duration" in cue.by and cue.kind in ("max", "min", "much", "cmp") for cue in pieces[n].cues):
        return True
    unit = {lemma(word) for word in pieces[n].text.split()} & synonyms.spans
    before = pieces[n - 1] if n else None
    return bool(unit and before and (before.kind == "amount" or any(map(before.cue, ("count", "much", "avg")))))


def _is_verb(tokens: Sequence[Token], piece: Piece, asking: Piece) -> bool:
    """`to resolve`, `resolving … takes`; of how fast it is done also `do we resolve`, `are … resolved`."""
    low, at = tokens[piece.start].low, piece.start
    if piece.end > at + 1 or piece.kind not in ("unknown", "name", "cue"):
        return False
    before = tokens[at - 1].low if at else ""
    if before == "to" or (before == "be" and tokens[at - 2].low == "to"):
        return True
    if low.endswith("ing"):
        return any(token.low in _TAKING for token in tokens)
    if "long" in asking.text or asking.start > at:
        return False  # `how long were they solved` says nothing of how fast
    passive = asking.text.startswith("how ") and any(token.low in _PASSIVE for token in tokens[asking.end : at])
    subject = next((token.low for token in reversed(tokens[asking.end : at]) if token.low not in _ADVERBS), "")
    return passive or subject in _SUBJECTS or (asking.end == at and low.endswith("ed"))


def _picks_rows(pieces: Sequence[Piece], n: int, asking: Piece) -> bool:
    """`resolved tickets` are some of them; `the fastest resolved ticket` is what was resolved so."""
    if asking.end == pieces[n].start:
        return False
    behind = pieces[n + 1] if n + 1 < len(pieces) else None
    if behind is None or behind.apart or behind.before or not pieces[n].text.endswith("ed"):
        return False
    return any(target.kind == "entity" for target in behind.targets)


def _whole_names(verb: Token, lexicon: Lexicon, part: Callable[[Sequence[Token]], Part]) -> set[str]:
    """The names of what is called the time to do this: `time to fix` may be another word for one."""
    said = [verb._replace(text=word, low=word, lemma=word, gap=" ") for word in ("time", "to", verb.lemma)]
    return {t.field.name for t in lexicon.named(part(said)) if t.field and t.how >= SYNONYM}


def _meant(verb: Token, durations: Sequence[Field], lexicon: Lexicon, synonyms: Synonyms) -> list[Field]:
    """Durations whose name says this verb again, with nothing that makes them another thing."""
    loose = lexicon.row_words | _PLAIN | synonyms.spans | FORMAL
    plain = [field for field in durations if _says(field, verb.low, loose, synonyms)]
    return plain or [field for field in durations if _says(field, verb.low, loose | _BEGUN, synonyms)]


def _says(field: Field, verb: str, loose: frozenset[str], synonyms: Synonyms) -> bool:
    """`resolving` as `resolve`, which a resolution says again."""
    telling = [word for word in field.words if word not in loose]
    forms = [verb, *(each for (each, *more) in synonyms.echoes if not more and root(each) == root(verb))]
    return bool(telling) and all(
        root(word) == root(verb) or is_derived(word, verb) or any(synonyms.echoed(form, (word,)) for form in forms)
        for word in telling
    )
