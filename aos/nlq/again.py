"""Words that only say again what a name of the question says: `paid by credit card`, a payment method."""

import re
from collections.abc import Callable, Iterable, Sequence

from aos.nlq import cues
from aos.nlq.cover import Heard, Piece
from aos.nlq.lexicon import LIKE, PART, SYNONYM, Lexicon, Target
from aos.nlq.synonyms import Synonyms
from aos.nlq.text import Token, is_derived, lemma, root, words
from aos.nlq.verbs import no_noun_at

_LEADING = frozenset("to in by at for from with against under on".split())
_JOINING = frozenset("of and or as that who which".split())
_DETERMINERS = frozenset("the our my your this".split())
_DOING, _HAVING = frozenset("do does did".split()), frozenset("have has had".split())
_APART = re.compile(r"[,;:]")
_NEGATING = frozenset("not no never null without nobody none".split())


def without_echoes(pieces: Sequence[Piece], heard: Heard, lexicon: Lexicon, synonyms: Synonyms) -> list[Piece]:
    """The pieces but for those; a verb that says what a row is names the rows."""
    rows = lexicon.row_words if any(t.kind == "entity" for piece in pieces for t in piece.targets) else frozenset()
    figures = _words_of(pieces, "number") | rows
    others = _words_of(pieces, "text", "bool") | rows
    again = synonyms.echoed
    kept: list[Piece] = []
    shared = any(piece.cue("share") for piece in pieces)
    limited = frozenset(
        word for piece in pieces for t in piece.targets if t.kind == "unit" and t.field for word in t.field.words
    )
    for n, piece in enumerate(pieces):
        said = (
            again(piece.text, figures)
            or (piece.kind == "unknown" and piece.text in figures)
            or (no_noun_at(heard.tokens, piece.end) and _repeats(piece, others, again))
        )
        if piece.before[-1:] == ("to",) and again(piece.text, figures | limited) and _is_root(piece):
            continue  # `longer than 200 hours to resolve` is no status
        if shared and is_weak(piece) and _picks_rows(pieces, n):
            kept.append(piece)  # `what share of rated tickets …` is of those alone
            continue
        if piece.cue("pay") and cues.is_spending(piece.text) and not again(piece.text, figures):
            kept.append(piece)  # `which cost center spends most` asks for money, whatever a text is called
            continue
        if is_weak(piece) and (said or _is_verb_of(piece, pieces[n + 1 : n + 3])):
            if kept and kept[-1].text == "by" and piece.kind == "name":
                kept.pop()  # `by guests from …`
            continue
        kept.append(_as_rows(piece) if again(piece.text, lexicon.row_words) else piece)
    return kept


def without_doers(pieces: Sequence[Piece], tokens: Sequence[Token], synonyms: Synonyms) -> list[Piece]:
    """The pieces but for who does it all anyway, where the data have no such thing: `did the team solve`."""
    return [piece for n, piece in enumerate(pieces) if not _does_all(pieces, n, tokens, synonyms)]


def _does_all(pieces: Sequence[Piece], n: int, tokens: Sequence[Token], synonyms: Synonyms) -> bool:
    piece = pieces[n]
    if piece.kind != "unknown" or lemma(piece.text) not in synonyms.bodies or piece.end >= len(tokens):
        return False
    before = pieces[n - 1] if n else None
    named = before is not None and before.end == piece.start and bool(before.targets)
    own = named and before is not None and all(target.kind == "pipe" for target in before.targets)  # `the support team`
    at = (before.start if own and before is not None else piece.start) - 1
    at -= at > 0 and tokens[at].low in _DETERMINERS
    verb = tokens[piece.end].low
    asked = at >= 0 and tokens[at].low in _DOING and not verb.endswith("s")
    done = at >= 0 and tokens[at].low in _HAVING and verb.endswith(("ed", "en", "t", "n"))
    return (asked or done) and verb not in _LEADING | _JOINING and not _APART.search(tokens[piece.end].gap)


def _picks_rows(pieces: Sequence[Piece], n: int) -> bool:
    """Whether what was done stands right before what rows are."""
    behind = pieces[n + 1] if n + 1 < len(pieces) else None
    rows = behind is not None and not behind.apart and any(t.kind == "entity" for t in behind.targets)
    return rows and pieces[n].text.endswith("ed")


def _is_root(piece: Piece) -> bool:
    return piece.kind == "name" and all(t.kind == "value" and t.how <= SYNONYM for t in piece.targets)


def is_weak(piece: Piece) -> bool:
    """Whether a word is read as nothing, or as a part of a name by another word."""
    weak = piece.kind == "name" and all(t.how == LIKE or t.kind in ("unit", "doer") for t in piece.targets)
    return weak or piece.kind == "unknown" or piece.cue("pay") is not None


def _words_of(pieces: Sequence[Piece], *kinds: str) -> frozenset[str]:
    """The words of the fields of these kinds that are named, or that have a value that is; a word that is hardly one
    of them would say itself again."""
    return frozenset(
        word
        for piece in pieces
        if not is_weak(piece)
        for target in piece.targets
        if not (target.kind == "unit" and _is_of_several(piece))
        and target.field
        and target.field.kind in kinds
        and target.kind != "doer"
        for word in target.field.words
    )


def _is_of_several(piece: Piece) -> bool:
    """`people` by themselves are no leavers, of whom there are so many people as well."""
    return len({target.field.name for target in piece.targets if target.kind == "unit" and target.field}) > 1


def _repeats(piece: Piece, names: frozenset[str], again: Callable[[str, Iterable[str]], bool]) -> bool:
    """`paid by credit card`, a payment method; `assigned` beside the assigned adjuster."""
    return again(piece.text, names) or any(is_derived(name, piece.text) for name in names)


def _is_verb_of(piece: Piece, behind: Sequence[Piece]) -> bool:
    """`charged to Marketing`: what the description of the field says of it, `cost center charged`, is no condition of
    its own."""
    if not piece.text.endswith("ed") or not behind:
        return False
    last = behind[-1] if len(behind) > 1 and behind[0].text == "by" else behind[0]
    led = last is not behind[0] or (last.before[:1] and last.before[0] in _LEADING)
    fields = [target.field for target in last.targets if target.kind == "value" and target.field]
    if not led or not fields or len(fields) < len(last.targets):
        return False
    return all(root(piece.text) in map(root, _told(field.description)) for field in fields)


def _told(description: str) -> tuple[str, ...]:
    """What a description says first; nothing where it says what is not so, or lists values."""
    first = words(description.partition(";")[0])
    return () if "," in description.partition(";")[0] or _NEGATING & {*first} else first


def _as_rows(piece: Piece) -> Piece:
    """A verb that says what a row is, where nothing else does: `most borrowed title` of loans."""
    parts = [target for target in piece.targets if target.how > PART]
    if not is_weak(piece) and (parts or not piece.text.endswith("ed")):
        return piece
    return piece._replace(kind="name", cues=(), targets=(Target("entity", PART),))
