"""`total including tax`, `average order before discount`: which of a row's amounts is meant. What is in an amount is no
measure there."""

from collections.abc import Sequence
from typing import NamedTuple

from aos.nlq.asked import Refusal
from aos.nlq.cover import Piece
from aos.nlq.cues import WITHIN
from aos.nlq.fields import Field
from aos.nlq.lexicon import BARE, SYNONYM, Target
from aos.nlq.slots.headline import is_money
from aos.nlq.slots.pieces import SUPERLATIVES, Pieces
from aos.nlq.text import lemma, tokens, words
from aos.nlq.within import within_at

MOST_CHOICES = 6
GROSS, NET = "gross", "net"
_NAMES = {GROSS: (("gross",), ("total",)), NET: (("net",), ("subtotal",))}
_PLAIN = frozenset(("with", "without", "w"))  # they pick rows as well: `invoices without tax`
_ADDED = {"with": GROSS, "without": NET, "before": NET, "off": NET}
_DEDUCTED = {"before": GROSS, "after": NET, "off": NET}
_TOLD = {"plus": "with", "minus": "off"}  # of a description; in a question it is arithmetic


class _Said(NamedTuple):
    """The place of what is in an amount, how it stands to it, its words, and whether it may pick rows as well."""

    at: int
    how: str
    by: frozenset[str]
    plain: bool


def read_within(pieces: Pieces) -> None:
    """Puts the amount that is meant where the question says what is in it; a choice where nobody can tell."""
    for said in [said for n in range(len(pieces)) if (said := _said_at(pieces, n))]:
        if not _picks_rows(pieces, said):
            _put(pieces, said)
    drop = {n - 1 for n, piece in enumerate(pieces.all) if piece.kind == "within" and _marks(pieces, n - 1)}
    pieces.all = [
        piece._replace(kind="name") if piece.kind == "within" else piece
        for n, piece in enumerate(pieces.all)
        if n not in drop and piece.kind != "dropped"
    ]


def _said_at(pieces: Pieces, n: int) -> _Said | None:
    """A phrase of the grammar, or a measure so called beside a word that says so."""
    piece = pieces.all[n]
    if cue := piece.cue("within"):
        return _Said(n, cue.of, cue.by, piece.text.split()[0] in _PLAIN)
    by = pieces.synonyms.components.get(tuple(lemma(word) for word in piece.text.split()))
    if by is None or piece.kind != "name" or any(t.kind != "field" for t in piece.targets):
        return None
    if not _is_measure(piece) and any(t.how >= BARE for t in piece.targets):
        return None
    before, behind = pieces.at(n - 1), pieces.at(n + 1)
    tail = behind.before if behind is not None and not behind.apart else piece.after
    lead = piece.before[-1:] or ((before.text,) if before is not None and not piece.apart else ())
    for how, phrases in WITHIN.behind.items():
        if tail and tail[0] in phrases:
            return _Said(n, how, by, plain=False)
    if before is not None and before.text.split()[-1] == "net" and piece.before == ("of",):
        return _Said(n, "off", by, plain=False)  # `net` belongs to a name: `charge net of tax`
    for how, phrases in WITHIN.before.items():
        if lead and lead[0] in phrases:
            plain = lead[0] in _PLAIN
            return _Said(n, how, by, plain) if _is_measure(piece) or not plain else None
    return None


def _is_measure(piece: Piece) -> bool:
    return any(_is_number(target) for target in piece.targets)


def _is_number(target: Target) -> bool:
    return target.kind == "field" and target.field is not None and target.field.kind == "number"


def _marks(pieces: Pieces, n: int) -> bool:
    """Whether the piece is the word before what is in an amount: `excluding`."""
    return n >= 0 and any(pieces.all[n].text in phrases for phrases in WITHIN.before.values())


def _picks_rows(pieces: Pieces, said: _Said) -> bool:
    """`how many invoices without tax`, `invoices with tax over 500`: no amount of theirs is asked for."""
    behind = pieces.at(said.at + 1)
    limited = behind is not None and (behind.cue("cmp") or behind.cue("between") or behind.kind == "amount")
    amounts = any(piece.amount for piece in pieces.all[: said.at])
    others = [n for n in _measures(pieces) if n != said.at]
    asks = pieces.said("much", "avg", "sum", "pay", "share", "trend", "change", *SUPERLATIVES)
    asks = asks or any("did" in piece.before for piece in pieces.all)  # `what did we invoice`
    if said.plain:
        return bool(limited) or not (amounts or others or asks)
    if not (amounts or others or asks):
        raise pieces.odd(said.at)
    return False


def _measures(pieces: Pieces) -> list[int]:
    return [n for n, piece in enumerate(pieces.all) if _is_measure(piece)]


def _put(pieces: Pieces, said: _Said) -> None:
    meant = _meant(pieces, said)
    if meant is None:
        money = tuple(field.name for field in _amounts(pieces))
        if not (2 <= len(money) <= MOST_CHOICES and _is_had(pieces, said.by)):
            raise pieces.odd(said.at)
        text = f"Which amount is meant by `{pieces.all[said.at].text}`?"
        raise Refusal("ambiguous", text, words=(pieces.all[said.at].text,), choices=money)
    target = Target("field", SYNONYM, meant)
    others = [n for n in _measures(pieces) if n != said.at and pieces.all[n].kind == "name"]
    same = [n for n in others if any(t.field == meant for t in pieces.all[n].targets)]
    wrong = [n for n in others if n not in same and any(_is_money(pieces, t) for t in pieces.all[n].targets)]
    if wrong and pieces.pipe.periodic:
        raise pieces.odd(said.at)  # a profit before tax is no revenue before tax
    if wrong:
        fields = {t.field.name for t in pieces.all[wrong[0]].targets if t.field}
        raise pieces.choice(said.at, sorted({meant.name, *fields}))
    for n in same:
        own = next(t for t in pieces.all[n].targets if t.field == meant)
        pieces.all[n] = pieces.all[n]._replace(targets=(own,))
    piece = pieces.all[said.at]
    pieces.all[said.at] = _emptied(piece) if same else piece._replace(
        kind="within", targets=(target,), cues=(), before=(), led=False
    )  # fmt: skip
    if same and _marks(pieces, said.at - 1):
        pieces.all[said.at - 1] = _emptied(pieces.all[said.at - 1])


def _emptied(piece: Piece) -> Piece:
    return piece._replace(kind="dropped", targets=(), cues=())


def _is_money(pieces: Pieces, target: Target) -> bool:
    return target.field is not None and target.field.kind == "number" and is_money(pieces, target.field)


def _amounts(pieces: Pieces) -> list[Field]:
    """The amounts of a row: money that adds up."""
    found = [field for field in pieces.pipe.numbers() if is_money(pieces, field)]
    return [field for field in found if field.aggregation in ("additive", None)]


def _meant(pieces: Pieces, said: _Said) -> Field | None:
    """By what names and descriptions say of this component, else by what such an amount is called where nothing else
    may be in it."""
    amounts = [field for field in _amounts(pieces) if not said.by & {*_plain_words(pieces, field)}]
    hows = {field.name: _told(pieces, field, said.by) for field in amounts}
    wanted = _side(pieces, said.how, said.by)
    if wanted is None:  # `profit after tax`, where the description says just that
        found = [field for field in amounts if hows[field.name] == said.how]
        return found[0] if len(found) == 1 else None
    told = {name: _side(pieces, how, said.by) for name, how in hows.items()}
    found = [field for field in amounts if told[field.name] == wanted]
    if not found:  # `gross value less discount` says of the gross value that it is before that
        made = [{*words(field.description)} for field in amounts if told[field.name] is not None]
        found = [field for field in amounts if told[field.name] is None and any({*field.words} <= of for of in made)]
    if not found and _is_alone(pieces, said.by):
        left = [field for field in amounts if told[field.name] is None]
        for names in _NAMES[wanted]:
            found = found or [field for field in left if {*names} & {*field.words}]
    return found[0] if len(found) == 1 else None


def _side(pieces: Pieces, how: str | None, by: frozenset[str]) -> str | None:
    return (_DEDUCTED if by & pieces.synonyms.deducted else _ADDED).get(how or "")


def _plain_words(pieces: Pieces, field: Field) -> Sequence[str]:
    """The words of a name that says of nothing that it is in it: those of `tax amount`, not of `total excl tax`."""
    read = tokens(field.label)
    said = any(True for at in range(len(read)) for _ in within_at(read, at, pieces.synonyms))
    return () if said else field.words


def _told(pieces: Pieces, field: Field, by: frozenset[str]) -> str | None:
    """How an amount stands to this component, as its name or its description says."""
    for text in (field.label, field.description):
        read = tokens(text)
        for at in range(len(read)):
            for cue, _ in within_at(read, at, pieces.synonyms):
                if cue.by == by:
                    return _TOLD.get(cue.of, cue.of)
    return None


def _is_had(pieces: Pieces, by: frozenset[str]) -> bool:
    """Whether the data know of this component at all."""
    named = any(by & {*field.words} for field in pieces.pipe.numbers())
    return named or any(_told(pieces, field, by) for field in _amounts(pieces))


def _is_alone(pieces: Pieces, by: frozenset[str]) -> bool:
    """Whether rows have this component, and nothing else that may be in an amount or not."""
    had = {frozenset(group) for field in pieces.pipe.numbers() for group in pieces.synonyms.components.values()
        if group & {*field.words}}  # fmt: skip
    return had == {by}
