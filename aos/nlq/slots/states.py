"""A state says how a thing stands now: not when it came to be so, who did it, nor how things stood at another time.

`overdue invoices of 2024` are invoices of 2024. `invoices paid in May` were paid on a day that the data have, or nobody
knows when; `workers active in 2023` came whenever they came. A time may be applied to a state where the question says
what the time is about, where a date of that deed is there, or where the state stands before what rows are.
"""

from aos.nlq.asked import Filter, Refusal, Timed
from aos.nlq.cover import VERBS, Piece
from aos.nlq.doers import does, is_of_person
from aos.nlq.fields import Field, comes_later
from aos.nlq.phrase import plural
from aos.nlq.slots.pieces import Pieces
from aos.nlq.text import is_derived, root

_STATES = frozenset("status state stage phase".split())
_IRREGULAR = frozenset("paid sent lost won written withdrawn shut sold bought held begun unpaid unsent".split())
_ENTERING = frozenset("went go goes gone became become becomes turned turn turns entered enter reached reach".split())
_ENTERING |= frozenset("moved changed switched fell fallen landed put placed".split())
_PRESENT = frozenset("is are still from of".split())
_PARTIES = frozenset("customer client account buyer vendor supplier payer payee guest patient passenger member".split())
_SELLERS = frozenset("owner rep representative seller salesperson salesman executive".split())
_SELLING = frozenset("won win wins lost lose loses closed close closes sold sell sells signed sign".split())
_WINNING = frozenset("won win wins lost lose loses".split())
_LEAVING = frozenset(
    "resigned resign retired retire dismissed fired redundant sacked died resignation resignations retirement"
    " retirements dismissal dismissals laid".split()
)


def date_states(pieces: Pieces) -> None:
    """The date of what was done takes the time; `Refusal` where the time of a state is nowhere."""
    _entered(pieces)
    _kind_of_leaving(pieces)
    _done_by(pieces)
    for each in pieces.asked.filters:
        if 0 <= each.at < len(pieces) and is_state(pieces, each.field):
            _lasting(pieces, each)
            _date_state(pieces, each)
    _there_then(pieces)


def is_state(pieces: Pieces, field: Field) -> bool:
    """Whether values of a field come and go: a status, or a yes or no whose no has a name of its own (closed, open)."""
    if field.kind == "bool":
        return bool(pieces.synonyms.opposites.keys() & {*field.words})
    return field.kind == "text" and bool(_STATES & {*field.words})


def _is_deed(text: str) -> bool:
    return any(word.endswith("ed") or word in _IRREGULAR for word in text.split())


def _is_row(piece: Piece) -> bool:
    return any(target.kind == "entity" for target in piece.targets) and not _is_deed(piece.text)


def _stands_before(pieces: Pieces, at: int) -> bool:
    """Whether a condition stands before what rows are, with nothing but other conditions between: `open tickets`."""
    for piece in pieces.all[at + 1 :]:
        if piece.apart or piece.kind != "name":
            return False
        if _is_row(piece):
            return not (VERBS & {*piece.before})
    return False


def _entered(pieces: Pieces) -> None:
    """`went to pending`: what was so once may be something else by now."""
    for each in pieces.asked.filters:
        if not (0 < each.at < len(pieces) and is_state(pieces, each.field)):
            continue
        led = {word for phrase in pieces.all[each.at].before for word in phrase.split()}
        led |= {*pieces.all[each.at - 1].text.split()} if pieces.all[each.at - 1].kind == "cue" else set()
        if led & _ENTERING:
            text = f"When {each.field.label} became so is not in the data; they say what it is now."
            raise Refusal("not_supported", text, words=(pieces.all[each.at].text,))


def _kind_of_leaving(pieces: Pieces) -> None:
    """`who retired in 2024`, of whom only the day is there that they left: others left as well."""
    conditions = [each for each in pieces.asked.filters if each.field.kind in ("text", "bool")]
    for n, piece in enumerate(pieces.all):
        said = {*piece.text.split()} & _LEAVING
        dated = [t.field for t in piece.targets if t.field and t.field.kind == "date"]
        if not said or not dated or any(each.at == n for each in conditions):
            continue
        if not any(root(word) in map(root, field.words) for word in said for field in dated):
            choices = tuple(f"by {field.label}" for field in dated)
            raise Refusal("ambiguous", f"`{piece.text}` is one way of several; only the day is known.",
                words=(piece.text,), choices=choices)  # fmt: skip


def _done_by(pieces: Pieces) -> None:
    """`which agent closed the most`, `closed by Ann`: who did it is not who it is assigned to."""
    deeds = {each.at: each.field for each in pieces.asked.filters if _may_be_done(pieces, each)}
    for n in sorted(deeds):
        said = pieces.all[n].text.split()
        doer = _doer_before(pieces, n) or _doer_behind(pieces, n)
        if doer is None or any(does(doer.words, word) for word in said):
            continue
        if _SELLERS & {*doer.words} and _SELLING & {*said}:
            continue  # whose deal it is wins it
        text = f"Who did it is not in the data: {doer.label} is another thing."
        raise Refusal("not_supported", text, words=(pieces.all[n].text,))


def _may_be_done(pieces: Pieces, each: Filter) -> bool:
    if each.field.kind == "date":
        return each.op == "not_null" and 0 <= each.at < len(pieces)
    done = each.field.kind == "bool" and 0 <= each.at < len(pieces) and _is_deed(pieces.all[each.at].text)
    return done or (each.field.kind == "text" and is_state(pieces, each.field))


def _doer_before(pieces: Pieces, n: int) -> Field | None:
    """`which agent closed …`, `how many did Ann close`."""
    before, piece, behind = pieces.at(n - 1), pieces.all[n], pieces.at(n + 1)
    if before is None or piece.apart or piece.before or (behind is not None and _is_row(behind) and not behind.before):
        return None
    groups = [t.field for t in before.targets if t.kind == "field" and t.field in pieces.asked.groups]
    most = behind is not None and behind.text in ("most", "fewest", "least")
    if groups and most and not {piece.text} & _WINNING:
        return groups[0]
    return _person(pieces, before)


def _doer_behind(pieces: Pieces, n: int) -> Field | None:
    """`closed by Ann`, `closed by each agent`; of `closed tickets by agent` nobody says who did it."""
    at = n + 1
    while (link := pieces.at(at)) is not None and link.cue("group"):
        at += 1
    if link is None or link.apart or not (at > n + 1 or "by" in link.before) or _stands_before(pieces, n):
        return None
    if at > n + 1 and pieces.all[n + 1].text.split()[0] != "by":
        return None
    return _person(pieces, link)


def _person(pieces: Pieces, piece: Piece) -> Field | None:
    """The field of persons who work for us that a piece names, or that it is a value of."""
    for target in piece.targets:
        field = target.field
        if field is None or field.kind != "text" or target.kind not in ("field", "value"):
            continue
        name = tuple(word for word in field.words if word != "name")
        own = field.name in pieces.pipe.facts.identity_keys or pieces.are_of_persons()
        if not own and not _PARTIES & {*name} and is_of_person(name, pieces.synonyms.persons):
            return field
    return None


def _lasting(pieces: Pieces, state: Filter) -> None:
    """`resolved in under 24 hours`: of what is so now, or of all that it was done to?"""
    if _stands_before(pieces, state.at) or not _is_deed(pieces.all[state.at].text):
        return
    dates = [t.field for t in pieces.all[state.at].targets if t.field and t.field.kind == "date" and t.field.look.nulls]
    limits = [each for each in pieces.asked.filters if each.field.kind == "number" and each.op not in ("eq", "ne")]
    if dates and any(_says(pieces, pieces.all[state.at].text, each.field) for each in limits):
        choices = (state.told(), *(f"{field.label} is there" for field in dates))
        said = pieces.all[state.at].text
        raise Refusal("ambiguous", f"`{said}` may be either of two things.", words=(said,), choices=choices)


def _date_state(pieces: Pieces, state: Filter) -> None:
    asked, piece, period = pieces.asked, pieces.all[state.at], pieces.pipe.period
    undated = [k for k, timed in enumerate(asked.times) if timed.field is None and _is_of_state(pieces, state, timed)]
    if not undated or asked.share or period is None or {*piece.before} & _PRESENT:
        return
    if _stands_before(pieces, state.at) and piece.text != "new":
        return
    active = any({"did", "do"} & {*each.before} for each in pieces.all[: state.at + 1])
    deed = _is_deed(piece.text) or active
    dates = [field for field in pieces.pipe.dates if deed and _says(pieces, piece.text, field)]
    if len(dates) == 1:
        for k in undated:
            asked.times[k] = asked.times[k]._replace(field=dates[0])
        return
    if deed and comes_later(period) and period.look.last is not None:
        return  # a deal is won on the day that it is closed
    what = plural((pieces.pipe.facts.entity_scope or "row").replace("_", " "), 2)
    choices = tuple(f"{what} that are {piece.text} now, by {field.label}" for field in pieces.pipe.dates)
    text = f"Since when something is `{piece.text}` is not in the data; they say what it is now."
    raise Refusal("ambiguous", text, words=(piece.text,), choices=choices)


def _is_of_state(pieces: Pieces, state: Filter, timed: Timed) -> bool:
    """A time behind a state is said of it, unless it says what rows are from; one in front where the state is past."""
    if timed.at < 0 or timed.when.bound == "at" or timed.when.edge:
        return False  # a point in time is a choice of its own
    said = pieces.all[timed.at]
    if timed.at > state.at:
        return not ({"from", "of"} & {*said.before, *said.text.split()[:1]})
    return timed.at == 0 and bool({"was", "were", "did", "got"} & {*pieces.all[state.at].before})


def _says(pieces: Pieces, text: str, field: Field) -> bool:
    """Whether a date is that of a deed; what is `part paid` was done in part."""
    if " " in text or "-" in text:
        return False
    again = pieces.synonyms.echoed
    return any(root(text) == root(name) or is_derived(name, text) or again(text, (name,)) for name in field.words)


def _there_then(pieces: Pieces) -> None:
    """`workers in 2023`, where rows are persons who come and may go: those who came then are other ones."""
    asked, period = pieces.asked, pieces.pipe.period
    if period is None or asked.wanted or asked.pinned or not pieces.are_of_persons():
        return
    comes = pieces.synonyms.done_by_persons
    if not comes("joined", period.words):
        return
    undated = [timed for timed in asked.times if timed.field is None and timed.when.kind != "all"]
    course = (asked.grain or asked.trend or asked.change) and not asked.times
    if not (undated or course):
        return
    what = plural((pieces.pipe.facts.entity_scope or "row").replace("_", " "), 2)
    choices = tuple(f"{what} by {field.label}" for field in pieces.pipe.dates)
    text = f"Who was there at a time is not told; ask for {what} by a date of theirs."
    raise Refusal("ambiguous", text, choices=choices, weak=True)
