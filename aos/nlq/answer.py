"""A question → the answer, whole: cleaned, read, asked, told."""

import asyncio
from datetime import date
from typing import Any

from aos.contracts.ask import Answer, AskedPipe, Question
from aos.contracts.query import JoinedPipe
from aos.core.clock import Clock
from aos.core.errors import InvalidInput, PeerRefused, Unavailable
from aos.nlq.asked import Asked, Refusal
from aos.nlq.catalogue import Catalogue
from aos.nlq.choose import Chooser
from aos.nlq.compounds import recut
from aos.nlq.cover import Question as Cut
from aos.nlq.english import Dictionary
from aos.nlq.fieldnames import EMPTY, stripped
from aos.nlq.scaled import settle_scale
from aos.nlq.shapes.changed_groups import changed_groups
from aos.nlq.shapes.changed_periods import changed_periods
from aos.nlq.shapes.changes import change
from aos.nlq.shapes.distinct import distinct_by
from aos.nlq.shapes.family import by_parts
from aos.nlq.shapes.grouped import grouped
from aos.nlq.shapes.limited import limited
from aos.nlq.shapes.limited_groups import limited_groups
from aos.nlq.shapes.per_group import of_groups
from aos.nlq.shapes.per_period import of_periods
from aos.nlq.shapes.point import count, point
from aos.nlq.shapes.record import of_record
from aos.nlq.shapes.records import listed_values, ranked_records, records
from aos.nlq.shapes.several import several
from aos.nlq.shapes.share import share
from aos.nlq.tell import Desk, Told
from aos.nlq.text import clean, tokens

DEADLINE_S = 15.0
FIRST_YEAR, LAST_YEAR = 1000, 9000  # of a reference date: there are years before and after it


class Answerer:
    """Holds nothing of a question when it is answered."""

    def __init__(self, catalogue: Catalogue, clock: Clock, reference: str) -> None:
        self._catalogue, self._clock, self._reference = catalogue, clock, reference
        self._dictionary = Dictionary()

    async def answer(self, tenant: str, question: Question) -> Answer:
        """`NotFound` for a pipe that this tenant has not, `InvalidInput` for a date that is none, `Unavailable` when it
        takes too long."""
        began = self._clock.monotonic()
        explicit = _day(question.reference_date, "$.reference_date") or _day(self._reference, "AOS_NLQ_REFERENCE_DATE")
        desk: Desk | None = None
        try:
            async with asyncio.timeout(DEADLINE_S):
                asked = await self._asked(tenant, question)
                desk = Desk(asked, self._catalogue.run(tenant), explicit, question.limit)
                made = _answered(asked, desk, await _told(asked, desk))
        except Refusal as refusal:
            made = _refused(refusal, desk)
        except TimeoutError as error:
            raise Unavailable(f"The answer took longer than {DEADLINE_S:g} s", code="nlq.too_slow") from error
        except PeerRefused as error:
            raise Unavailable(f"The pipe changed while it was asked: {error.message}", code="nlq.changed") from error
        return _timed(made, self._clock.monotonic() - began)

    async def _asked(self, tenant: str, question: Question) -> Asked:
        synonyms, run = await self._catalogue.synonyms(), self._catalogue.run(tenant)
        lexicons = await self._catalogue.lexicons(tenant, synonyms, question.pipe_id)
        text = clean(question.question)
        own = {word for lexicon in lexicons for word in lexicon.vocabulary}
        known = own | {word for word in synonyms.words if not (word.startswith("un") and word[2:] in own)}
        fields = [field for lexicon in lexicons for field in lexicon.pipe.fields.values()]
        names = [field.words for field in fields]
        flags = [stripped(field.words, EMPTY) for field in fields if field.kind == "bool"]
        await self._dictionary.ready()
        rows = {word for lexicon in lexicons for word in lexicon.row_words}
        cut = Cut(
            recut(tokens(text), known.__contains__, names, rows, flags),
            synonyms,
            self._dictionary,
            self._dictionary.seldom,
        )
        chooser = Chooser(cut, text, lexicons, run, named=question.pipe_id is not None)
        return await chooser.chosen()


async def _told(asked: Asked, desk: Desk) -> Told:
    """Which shape of answer the slots ask for."""
    if not asked.pipe.facts.rows:
        return Told(f"{asked.pipe.label} has no data yet.", nothing=True, why_nothing=True)
    await settle_scale(desk)
    if asked.wanted:
        return await of_record(desk)
    desk.settle_times()
    if asked.family:
        return await by_parts(desk)
    if asked.limits:
        return await limited(desk)
    if asked.wholes:
        return await limited_groups(desk)
    if asked.figures:
        return await several(desk)
    apart = len(desk.spans) > 1
    if asked.of_rows:
        return await ranked_records(desk)
    if asked.share and not asked.groups:
        return await share(desk)
    if asked.distinct is not None and _is_by_something(asked, desk):
        return await distinct_by(desk, asked.distinct)
    beside = asked.versus and asked.times and len(asked.measures) < 2
    if asked.change and asked.ranked and asked.grain and not asked.groups:
        return await changed_periods(desk)
    if asked.course and not asked.groups:
        return await grouped(desk)
    if (asked.change or beside or apart) and not asked.groups:
        return await change(desk)
    if (asked.change or beside) and asked.groups:
        return await changed_groups(desk)
    summable = not asked.measures or asked.measures[0].aggregation == "additive" or asked.function != "avg"
    if asked.per_grain and not asked.groups and summable:
        return await of_periods(desk)
    if asked.per_group:
        return await of_groups(desk)
    if asked.groups or asked.grain or asked.trend:
        return await grouped(desk)
    if asked.measures:
        return await point(desk)
    if asked.distinct is not None and not asked.counted:
        return await listed_values(desk, asked.distinct)
    if asked.rows:
        return await records(desk)
    return await count(desk)


def _is_by_something(asked: Asked, desk: Desk) -> bool:
    """Whether more is asked of the different values of a field than which and how many there are."""
    others = (asked.groups, asked.grain, asked.trend, asked.change, asked.versus, asked.measures)
    return any(others) or len(desk.spans) > 1


def _answered(asked: Asked, desk: Desk, told: Told) -> Answer:
    notes = [f"I read `{said}` as `{read}`." for said, read in asked.corrected]
    notes += [f"Assumed: {each}." for each in asked.assumed] + desk.notes
    outcome = "no_data" if told.nothing else "answered"
    what = told.what if not told.nothing or told.why_nothing else "There are no data for that."
    return Answer(
        outcome=outcome,  # type: ignore[arg-type]
        understood=True,
        answer=" ".join([what, *notes]),
        value=None if told.nothing else told.value,
        columns=told.columns,
        rows=told.rows,
        unit=told.unit,
        period=told.period,
        query=desk.main or (desk.queries[-1] if desk.queries else None),
        queries=desk.queries,
        pipes=[_pipe(pipe) for pipe in desk.joined.values()],
        confidence=0.0 if told.nothing else asked.confidence(),
        notes=notes,
        reference_date=desk.reference.isoformat() if desk.reference else None,
    )


def _refused(refusal: Refusal, desk: Desk | None) -> Answer:
    outcomes: dict[str, Any] = {"ambiguous": "ambiguous", "no_data": "no_data"}
    outcome = outcomes.get(refusal.reason, "refused")
    hints = ""
    if refusal.nearest and outcome == "refused":
        hints = f" Nearest: {', '.join(refusal.nearest)}."
    return Answer(
        outcome=outcome,
        understood=outcome == "no_data",
        answer=refusal.message + hints,
        reason=refusal.reason,
        not_understood=list(refusal.words),
        choices=list(refusal.choices),
        suggestions=list(refusal.nearest),
        queries=desk.queries if desk else [],
        pipes=[_pipe(pipe) for pipe in desk.joined.values()] if desk else [],
    )


def _pipe(joined: JoinedPipe) -> AskedPipe:
    return AskedPipe(
        pipe_id=joined.pipe_id,
        vendor=joined.vendor,
        source_name=joined.source_name,
        blueprint_version=joined.blueprint_version,
        run_id=joined.run_ids[-1] if joined.run_ids else None,
        run_ids=joined.run_ids,
        freshness=joined.freshness,
    )


def _day(text: str | None, path: str) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"{text!r} is not a day", path=path) from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise InvalidInput(f"{text!r} is not of the years {FIRST_YEAR} to {LAST_YEAR}", path=path)
    return found


def _timed(answer: Answer, seconds: float) -> Answer:
    fields = {name: getattr(answer, name) for name in answer.__struct_fields__}
    return Answer(**{**fields, "elapsed_ms": round(seconds * 1000, 3)})
