"""Which pipe a question is about: the one that reads every word of it, best. Otherwise a refusal that says why not."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from aos.nlq import elsewhere
from aos.nlq.again import without_doers, without_echoes
from aos.nlq.asked import Asked, Refusal
from aos.nlq.cover import Heard, Piece, Question
from aos.nlq.families import families_in
from aos.nlq.fields import Field
from aos.nlq.lasting import with_durations
from aos.nlq.lexicon import EXACT, SYNONYM, WHOLE, Lexicon, Target
from aos.nlq.parted import put_together
from aos.nlq.profile import Run, holds
from aos.nlq.reading import Reading
from aos.nlq.slots import read_slots
from aos.nlq.text import Token
from aos.nlq.unfilled import refuse_weaker, refuse_without_rows

MOST_TOKENS = 80
ALIKE = 0.03  # two pipes that read a question this nearly as well are a choice
LONGER = 4.0  # by how much less a reading with shorter names is worth
MOST_LOOKUPS = 12
_KEY = re.compile(
    r"[A-Za-z]{1,8}[-_]\d[\w-]*|\d[\w-]*[A-Za-z_-]\d[\w-]*|\b[A-Za-z]{1,8}\d{4}[A-Za-z\d]*"
    # A long number is a key where nothing says that it is a limit: `order 4500017`.
    r"|(?<=[A-Za-z#] )(?<!over )(?<!than )(?<!bove )(?<!under )(?<!elow )(?<!least )(?<!most )(?<!ween )(?<!and )"
    r"(?<!to )\b\d{6,}\b(?![.,%-]\d| ?[%kKmM]\b)"
)


class Chooser:
    """For one question. `named`: the caller named the one pipe that is to be asked."""

    def __init__(
        self, question: Question, text: str, lexicons: Sequence[Lexicon], run: Run, *, named: bool = False
    ) -> None:
        self._question, self._text, self._run, self._named = question, text, run, named
        filled = [lexicon for lexicon in lexicons if lexicon.pipe.facts.rows]
        self._unfilled = [lexicon for lexicon in lexicons if not lexicon.pipe.facts.rows]
        self._lexicons = filled or list(lexicons)
        self._seen: set[str] = set()  # values that were looked up and are there, in small letters

    async def chosen(self) -> Asked:
        """What is asked of which pipe. `Refusal` with what was not understood, or with a choice."""
        if not self._question.tokens:
            raise Refusal("empty", "There is no question.")
        if len(self._question.tokens) > MOST_TOKENS:
            raise Refusal("not_understood", f"A question of more than {MOST_TOKENS} words is not understood.")
        readings = [self._read(lexicon) for lexicon in self._lexicons]
        unfilled = [self._read(lexicon) for lexicon in self._unfilled]
        _refuse_acts(readings)
        if self._unfilled == self._lexicons:
            refuse_without_rows(unfilled, named=self._named)
        whole = [reading for reading in readings if not reading.unknown and (reading.names or self._named)]
        if not whole or _KEY.search(self._text) or any(token.kind == "quoted" for token in self._question.tokens):
            found = await self._with_values_looked_up(readings)
            whole = found + [one for one in whole if not found or self._keeps(one, found)]
        if not whole:
            refuse_without_rows(unfilled, readings)
            raise self._without_key(self._not_understood(readings))
        try:
            best = self._best(whole)
        except Refusal as refusal:
            raise self._without_key(refusal) from None
        refuse_weaker(next(one for one in whole if one.lexicon.pipe is best.pipe), best, unfilled)
        return best

    def _keeps(self, reading: Reading, found: Sequence[Reading]) -> bool:
        """Whether a quotation that is a value here is to be weighed against one that was looked up elsewhere."""
        quoted = any(token.kind == "quoted" for token in self._question.tokens)
        return quoted and all(reading.lexicon is not other.lexicon for other in found)

    def _without_key(self, refusal: Refusal) -> Refusal:
        """A key that was not understood is one that no record has."""
        for match in _KEY.finditer(self._text) if refusal.reason in ("not_understood", "unknown_value") else ():
            known = match[0].lower() in self._seen
            if not known and any(word in match[0].lower() for word in refusal.words):
                return Refusal("unknown_value", f"No record of the key `{match[0]}` was found.", words=(match[0],))
        return refusal

    def _is_known(self, word: str) -> bool:
        """Whether any pipe has this word: it is then no slip for another one."""
        return any(word in lexicon.vocabulary for lexicon in (*self._lexicons, *self._unfilled))

    def _read(self, lexicon: Lexicon, extra: dict[tuple[int, int], Target] | None = None) -> Reading:
        """The best reading; where it leaves a word over or has a choice, a name that a verb parts is looked for."""
        heard = self._question.heard(lexicon, self._is_known)
        extra = {**dict(families_in(heard.tokens, lexicon, self._lexicons)), **(extra or {})}
        reading = self._covered(lexicon, heard, extra)
        if not (reading.unknown or any(_is_choice(piece) for piece in reading.pieces)):
            return reading
        for variant in put_together(heard.tokens, self._question.synonyms, lexicon.vocabulary):
            moved = {(variant.moved(a), variant.moved(b - 1) + 1): target for (a, b), target in (extra or {}).items()}
            again = self._covered(lexicon, heard._replace(tokens=variant.tokens), moved)
            named = [piece for piece in again.names if piece.start < variant.place < piece.end]
            if not again.unknown and named and not any(_is_choice(piece) for piece in named):
                return again
        return reading

    def _covered(self, lexicon: Lexicon, heard: Heard, extra: dict[tuple[int, int], Target] | None) -> Reading:
        synonyms = self._question.synonyms
        pieces = without_doers(self._question.cover(lexicon, heard, extra), heard.tokens, synonyms)
        pieces = with_durations(pieces, heard.tokens, lexicon, synonyms, self._question.part)
        kept = without_echoes(pieces, heard, lexicon, synonyms)
        return Reading(lexicon, heard, kept)

    def _best(self, whole: Sequence[Reading]) -> Asked:
        """Of the readings that make sense the one whose names fit best."""
        asked: list[tuple[float, Asked]] = []
        refused: list[tuple[float, float, Refusal]] = []
        worths: dict[int, float] = {}
        for reading in whole:
            worth = sum(piece.worth for piece in reading.pieces)
            try:
                elsewhere.refuse_better(
                    self._question, reading.lexicon, reading.pieces, reading.heard.tokens, self._lexicons
                )
                slots = read_slots(reading.lexicon.pipe, reading.pieces, self._question.synonyms, named=self._named)
            except Refusal as refusal:
                refused.append((worth, _could_fit(reading), refusal))
                continue
            _note_near(slots, reading)
            asked.append((_fit(slots), slots))
            worths[id(slots)] = worth
        if not asked:
            raise max(refused, key=lambda one: one[0])[2]
        if any(slots.measures and min(slots.how, default=EXACT) >= WHOLE for _, slots in asked):
            asked = [(fit, slots) for fit, slots in asked if not slots.unnamed]  # nobody named those rows
        if any(slots.counted and not slots.measures and not slots.unnamed for _, slots in asked):
            asked = [(fit, slots) for fit, slots in asked if not _is_never_summed(slots)] or asked
        most = max(worths[id(slots)] for _, slots in asked)
        asked = [(fit, slots) for fit, slots in asked if worths[id(slots)] >= most - LONGER]
        best = max(fit for fit, _ in asked)
        loose = any(slots.unnamed for fit, slots in asked if fit >= best - ALIKE)  # then a likelier name is no reason
        alike = [slots for fit, slots in asked if fit >= best - ALIKE or (loose and slots.unnamed)]
        alike = [slots for slots in alike if not _has_no_period(slots)] or alike
        alike = [slots for slots in alike if not _is_apart(slots)] or alike
        alike = [slots for slots in alike if _is_stock_over_time(slots)] or alike
        alike = [slots for slots in alike if slots.ranked and slots.groups] or alike
        for worth, could, other in refused:
            if (
                other.reason == "ambiguous"
                and worth >= most - LONGER
                and not other.weak
                and could >= best - ALIKE
                and other.choices
                and (alike[0].measures or alike[0].unnamed or could > best + ALIKE)  # rows that are called so
            ):
                own = [field.name for field in alike[0].measures] or ["rows"]  # those that nobody named have no measure
                choices = (*own, *other.choices)
                text = f"{other.message} Or {own[0]} of {alike[0].pipe.label}."
                raise Refusal("ambiguous", text, words=other.words, choices=choices)
        if not self._named:
            elsewhere.refuse_one_of_many(alike[0], [refusal for _, _, refusal in refused])
            elsewhere.refuse_figure(self._question, alike[0], self._lexicons)
        if len(alike) > 1:
            names = tuple(slots.pipe.label for slots in alike)
            raise Refusal(
                "ambiguous", f"{len(alike)} pipes have that: {', '.join(names)}. Name one of them.", choices=names
            )
        return alike[0]

    # -- values that are too many to be kept

    async def _with_values_looked_up(self, readings: Sequence[Reading]) -> list[Reading]:
        """Readings whose unknown words turn out to be a value of a field with very many of them, such as a name or a
        key."""
        spelled = self._unread(readings)
        if not spelled:
            return []
        found = []
        for reading in sorted(readings, key=lambda r: (len(r.unknown), -sum(p.worth for p in r.names)))[:MOST_LOOKUPS]:
            if not reading.names and not reading.lexicon.pipe.facts.identity_keys:
                continue
            values = await self._values(reading.lexicon, spelled)
            self._seen |= {str(target.value).lower() for _, target in values}
            for extra in ([_apart(values)] if len(values) > 1 else []) + [dict([each]) for each in values]:
                again = self._read(reading.lexicon, extra)
                if not again.unknown and again.names:
                    found.append(again)
                    break
        return found

    def _unread(self, readings: Sequence[Reading]) -> list[tuple[tuple[int, int], str]]:
        """Parts of the question that may be such a value: keys, quotes, and runs that begin with an unknown word."""
        tokens = self._question.tokens
        found: list[tuple[tuple[int, int], str]] = []
        for n, token in enumerate(tokens):
            if token.kind == "quoted":
                found.append(((n, n + 1), token.text))
        for match in _KEY.finditer(self._text):
            held = [n for n, token in enumerate(tokens) if token.start >= match.start() and token.end <= match.end()]
            if held:
                found.append(((held[0], held[-1] + 1), match[0]))
        least = min((len(reading.unknown) for reading in readings if reading.names), default=0)
        for reading in readings:
            if reading.names and 0 < len(reading.unknown) == least <= 3:
                start = reading.unknown[0].start
                ends = range(min(start + 5, len(tokens)), reading.unknown[-1].start, -1)
                found += [((start, end), self._text[tokens[start].start : tokens[end - 1].end]) for end in ends]
                break
        return list(dict.fromkeys(found))[:8]

    async def _values(
        self, lexicon: Lexicon, spelled: Sequence[tuple[tuple[int, int], str]]
    ) -> list[tuple[tuple[int, int], Target]]:
        """Which of these texts are values of a field that has too many to be known, the longest first."""
        ways = {
            way: place for place, text in reversed(spelled) for way in (text, text.title(), text.upper(), text.lower())
        }
        for field in lexicon.pipe.texts():
            if field.look.values is not None:
                continue
            if found := await holds(lexicon.pipe.pipe_id, field.name, list(ways), self._run):
                placed = [(ways[value], Target("value", EXACT, field, value)) for value in found if value in ways]
                return sorted(placed, key=lambda one: one[0][0] - one[0][1])
        return []

    # -- refusals

    def _pipes(self) -> tuple[str, ...]:
        return tuple(lexicon.pipe.label for lexicon in self._lexicons[:8])

    def _not_understood(self, readings: Sequence[Reading]) -> Refusal:
        """What the best reading leaves over, with what is near to it."""
        if not readings:
            return Refusal("no_data", "There is no pipe that could be asked.")
        best = min(readings, key=lambda r: (len(r.unknown) - 0.5 * len(r.names), -sum(p.worth for p in r.names)))
        words = tuple(dict.fromkeys(piece.text for piece in best.unknown))
        names = {field.label for lexicon in self._lexicons for field in lexicon.pipe.fields.values()}
        near = [
            name
            for word in words[:5]
            for name, score, _ in process.extract(word, names, scorer=fuzz.WRatio, limit=3)
            if score >= 70
        ]
        if not words:
            text = "I do not understand what is asked for: nothing in it names a field, a value or a kind of record."
            return Refusal("not_understood", text, nearest=self._pipes())
        if field := _field_before(best):
            values = [str(value) for value in field.look.values or ()][:8]
            if values:
                return Refusal("unknown_value", f"{field.label} has no value `{words[0]}`; it has {', '.join(values)}.",
                    words=words, nearest=tuple(values))  # fmt: skip
        said = ", ".join(f"`{word}`" for word in words)
        return Refusal(
            "not_understood",
            f"I do not understand {said}: nothing in the data is called so.",
            words=words,
            nearest=tuple(dict.fromkeys(near))[:6] or self._pipes(),
        )


def _apart(values: Sequence[tuple[tuple[int, int], Target]]) -> dict[tuple[int, int], Target]:
    """All of these that do not overlap with one before."""
    found: dict[tuple[int, int], Target] = {}
    for (first, last), target in values:
        if all(last <= start or first >= end for start, end in found):
            found[(first, last)] = target
    return found


def _is_choice(piece: Piece) -> bool:
    """Whether a piece may be one of several measures."""
    return len({target.field.name for target in piece.targets if target.field and target.field.kind == "number"}) > 1


def _refuse_acts(readings: Sequence[Reading]) -> None:
    """A question begins with what is to be shown; what is to be done is not done."""
    for reading in readings:
        telling = [piece for piece in reading.pieces if not piece.cue("ask")]
        if not telling or not telling[0].cue("act") or telling[0].cue("why"):
            return
    if readings:
        raise Refusal(
            "action",
            "Questions are answered; nothing is changed, sent or deleted.",
            words=(readings[0].pieces[0].text,),
        )


def _field_before(reading: Reading) -> Field | None:
    """The field of texts that stands right before the first unknown word."""
    first = reading.unknown[0]
    at = reading.pieces.index(first)
    for piece in (
        reading.pieces[at - 1] if at else None,
        reading.pieces[at + 1] if at + 1 < len(reading.pieces) else None,
    ):
        if piece is not None and piece.kind == "name":
            for target in piece.targets:
                if target.kind == "field" and target.field and target.field.kind == "text":
                    return target.field
    return None


def _has_no_period(slots: Asked) -> bool:
    """Whether a stock is asked of a period in a pipe whose rows are no periods: another one that has it goes before."""
    stocks = [measure for measure in slots.measures if measure.aggregation == "point_in_time"]
    return bool(slots.times and stocks and not slots.pipe.periodic and not slots.functions and not slots.of_rows)


def _is_apart(slots: Asked) -> bool:
    """Whether a stock or a ratio of things that have no periods, named by another word, would be put together without a
    word that says how."""
    loose = [measure for measure in slots.measures if measure.aggregation in ("point_in_time", "ratio")]
    alias = min(slots.how, default=EXACT) <= SYNONYM
    return bool(loose and alias and not slots.pipe.periodic and not slots.functions and not slots.of_rows)


def _is_never_summed(slots: Asked) -> bool:
    """`how many employees are in the north`, of rows that each have a number of employees: it can't be told, so that
    rows which are employees are meant."""
    loose = slots.measures and all(each.aggregation in ("point_in_time", "ratio") for each in slots.measures)
    other = slots.functions or slots.of_rows or slots.wanted
    return bool(loose and not slots.pipe.periodic and not other)


def _is_stock_over_time(slots: Asked) -> bool:
    """Whether the highest, or the newest, of a stock is asked of the pipe that has it by periods."""
    stocks = bool(slots.measures) and all(measure.aggregation == "point_in_time" for measure in slots.measures)
    return stocks and slots.pipe.periodic and (bool({"max", "min"} & {*slots.functions}) or slots.newest)


def _note_near(slots: Asked, reading: Reading) -> None:
    for n, likeness in reading.heard.near.items():
        slots.how.append(likeness)
        slots.corrected.append((_text(reading, n), reading.heard.tokens[n].low))


def _text(reading: Reading, n: int) -> str:
    token: Token = reading.heard.tokens[n]
    return token.text


def _could_fit(reading: Reading) -> float:
    """How well its names fit, whichever of them is meant."""
    product = 1.0
    for piece in reading.names:
        product *= max(target.how for target in piece.targets)
    return product


def _fit(slots: Asked) -> float:
    product = 1.0
    for each in slots.how:
        product *= each
    return product
