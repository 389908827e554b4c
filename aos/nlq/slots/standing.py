"""`open`, `live`, `complete`: how a thing stands now, though a date may be called so.

`opened_at` is the day that a thing was opened, and every row has one: `open cases` are those that are not closed. Where
that is certain it is a condition, else a choice or a refusal; the word is never passed over.
"""

from aos.nlq.asked import Filter, Refusal
from aos.nlq.cover import VERBS, Piece
from aos.nlq.fields import Field
from aos.nlq.lexicon import SYNONYM, Target
from aos.nlq.slots.pieces import Pieces
from aos.nlq.slots.states import is_state
from aos.nlq.slots.values import is_negated
from aos.nlq.text import lemma, root, words

_DOING = frozenset("did do does to can could will we they you i who".split())
_AUXILIARY = frozenset("did do does".split())
_BEING = VERBS - _AUXILIARY | frozenset("still currently now presently with any that".split())
_ENTERING = frozenset("went go goes gone going became become becomes turned turn got".split())
_ENDING = frozenset("closed close end ended completed complete finished resolved solved cancelled canceled".split())
_ENDING |= frozenset("terminated left expired deactivated solution resolution closing cancellation".split())
_PASSED_OVER = frozenset(("complete",))  # mostly it says nothing: `a complete list`


def read_standing(pieces: Pieces) -> None:
    for n in list(pieces.free("name")):
        if pieces.all[n].text in pieces.synonyms.lasting and not _is_deed(pieces, n) and not _is_day(pieces, n):
            _stand(pieces, n)
    for n, piece in enumerate(list(pieces.all)):
        for word in _PASSED_OVER:
            if _is_said_of_rows(pieces, n, piece, word):
                _meet(pieces, n, word)


def _is_deed(pieces: Pieces, n: int) -> bool:
    """`did we open`, `went live`: a verb; `do open cases` is none."""
    own = [word for phrase in pieces.all[n].before for word in phrase.split()]
    if own and own[-1] in _AUXILIARY:
        return False
    if own and own[-1] in _ENTERING:
        return True
    for piece in reversed(pieces.all[: n + 1]):
        said = [word for phrase in piece.before for word in phrase.split()]
        said += piece.text.split() if piece.kind == "cue" else []
        for word in reversed(said):
            if word in _DOING or word in _BEING:
                return word in _DOING
    return False


def _is_day(pieces: Pieces, n: int) -> bool:
    """`when did it open`, `by open month`: the day is asked for, by the only word for one."""
    others = (k for k in range(len(pieces)) if k != n and pieces.targets(k, "field", "date"))
    asked = pieces.said("moment") and not any(others)
    return asked or (pieces.said_at(n - 1, "group") and bool(pieces.span(n + 1)))


def _stand(pieces: Pieces, n: int) -> None:
    piece = pieces.all[n]
    dates = [t.field for t in piece.targets if t.kind == "field" and t.field and t.field.kind == "date"]
    if not dates:
        return
    others = tuple(target for target in piece.targets if not _is_of_deed(target, piece.text))
    if others:
        pieces.all[n] = piece._replace(targets=others)
        _by_opposite(pieces, n, others)
        return
    closing = _closing(pieces, piece.text)
    certain = [(field, values[0]) for field, values in closing if _is_certain(pieces, field, values)]
    if len(certain) == len(closing) == 1:
        (field, value), negated = certain[0], is_negated(pieces, n)
        pieces.take(n, Target("value", SYNONYM, field, value))
        pieces.asked.filters.append(Filter(field, "eq" if negated else "ne", value, n))
        return
    _refuse_uncertain(pieces, n, dates, closing)


def _by_opposite(pieces: Pieces, n: int, others: tuple[Target, ...]) -> None:
    """What is not closed is open, by a yes or no: a condition, of which a record can be asked as well."""
    (target, *more) = others
    if target.field and target.field.kind == "bool" and target.value is False and not more:
        negated = is_negated(pieces, n)
        pieces.take(n, target)
        pieces.asked.filters.append(Filter(target.field, *target.field.says(negated), n))


def _refuse_uncertain(pieces: Pieces, n: int, dates: list[Field], closing: list[tuple[Field, list[str]]]) -> None:
    """`Refusal` but for `live` of `live_on`, where nothing ends: then that it is there."""
    said = pieces.all[n].text
    ends = [field for field in pieces.pipe.dates if field.look.nulls and _ENDING & {*field.words}]
    own = [field for field in dates if field.look.nulls and said in field.words]
    if not (closing or ends) and len(dates) == len(own) == 1:
        return
    choices = [f"{field.name} is there" for field in own]
    choices += [f"{field.name} is not {' or '.join(map(str, values))}" for field, values in closing]
    choices += [f"{field.name} is missing" for field in ends]
    if not choices:
        raise pieces.odd(n)
    text = f"What is `{said}` is not in the data by that word."
    raise Refusal("ambiguous", text, words=(said,), choices=tuple(choices))


def _is_of_deed(target: Target, said: str) -> bool:
    """Whether a date, or a yes or no of what was done (`opened`), is named, and not how it stands."""
    field = target.field
    if target.kind != "field" or field is None:
        return False
    return field.kind == "date" or (field.kind == "bool" and target.value is not False and said not in field.words)


def _closing(pieces: Pieces, said: str) -> list[tuple[Field, list[str]]]:
    """Fields of states with the values by which something is no longer so: what is closed is not open."""
    done = {word for word, others in pieces.synonyms.opposites.items() if said in others and word.endswith("ed")}
    found = []
    for field in pieces.pipe.texts():
        values = [str(value) for value in field.look.values or () if done & {*words(str(value))}]
        if values and is_state(pieces, field):
            found.append((field, values))
    return found


def _is_certain(pieces: Pieces, field: Field, closing: list[str]) -> bool:
    """Whether one value alone closes a thing, and of all the others it is known that they do not."""
    others = [value for value in field.look.values or () if value not in closing]
    known = all(pieces.synonyms.underway & {*words(str(value))} for value in others)
    return len(closing) == 1 and len(words(closing[0])) == 1 and known and not field.look.nulls


def _is_said_of_rows(pieces: Pieces, n: int, piece: Piece, word: str) -> bool:
    """`are complete`, `the complete orders`; not `a complete list`."""
    for said in (piece.before, piece.after):
        at = said.index(word) if word in said else -1
        if at > 0 and said[at - 1] in VERBS:
            return True
        if at == 0 and (said is piece.after or pieces.said_at(n - 1, "not")):
            return True
    rows = any(target.kind == "entity" for target in piece.targets) and piece.text != lemma(piece.text)
    return rows and piece.before[-1:] == (word,)


def _meet(pieces: Pieces, n: int, word: str) -> None:
    """The one value of a state, yes or no, or day by that word is the condition."""
    fields = [field for field in pieces.pipe.fields.values() if field.kind in ("bool", "date") and _says(field, word)]
    found = [
        Filter(field, "eq", value, n)
        for field in pieces.pipe.texts()
        for value in field.look.values or ()
        if is_state(pieces, field) and words(str(value)) and [*map(root, words(str(value)))] == [root(word)]
    ]
    found = found or [Filter(field, *field.says(True), n) for field in fields if field.kind == "bool"]
    found = found or [Filter(field, "not_null", None, n) for field in fields if field.look.nulls]
    if len(found) != 1 or pieces.said("not"):
        raise Refusal("not_understood", f"I do not understand `{word}` here.", words=(word,),
            choices=tuple(each.told() for each in found))  # fmt: skip
    pieces.asked.filters += found
    pieces.asked.how.append(SYNONYM)


def _says(field: Field, word: str) -> bool:
    return root(word) in map(root, field.words) and not {"percent", "in"} & {*field.words}
