"""What DCL is asked and what it says: the conditions of a question, its periods, its figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from aos.contracts.query import Condition, JoinedPipe, Query, QueryResult
from aos.nlq import periods
from aos.nlq.asked import Asked, Filter, Refusal, Timed
from aos.nlq.coarse import in_wholes, is_open_ended
from aos.nlq.fields import COARSE, Field, Pipe
from aos.nlq.moment import pointed
from aos.nlq.periods import Period
from aos.nlq.profile import Run
from aos.nlq.when import ALWAYS_FROM, ALWAYS_TO, NoSuchTime, NotYet, When, reference_of, resolved


@dataclass
class Told:
    """An answer in the making. `what` is the sentence; of `nothing` it is told only where it says why."""

    what: str = ""
    value: Any = None
    columns: list[str] = field(default_factory=list)
    rows: list[list[Any]] | None = None
    unit: str | None = None
    period: str | None = None
    nothing: bool = False
    why_nothing: bool = False


class Desk:
    """Asks DCL for one question over one pipe, and keeps what it asked and whom."""

    def __init__(self, asked: Asked, run: Run, explicit: date | None, limit: int) -> None:
        self.asked, self.pipe, self._run, self.limit = asked, asked.pipe, run, limit
        self._explicit = explicit
        self.queries: list[Query] = []
        self.main: Query | None = None  # the one that the value rests on
        self.joined: dict[str, JoinedPipe] = {}
        self.notes: list[str] = []
        self.reference: date | None = None
        self.spans: list[tuple[Field, Period, Timed]] = []
        self.fixed: list[tuple[Field, Period]] = []

    async def query(self, where: Sequence[Condition], *, ahead: bool = False, **given: Any) -> QueryResult:
        """`ahead`: only a look at what there is, by which the question is put otherwise or refused."""
        made = Query(pipe_id=self.pipe.pipe_id, where=list(where), **given)
        told = await self._run(made)
        self.queries.append(made)
        self.main = self.main or (None if ahead else made)
        self.joined.update({pipe.pipe_id: pipe for pipe in told.pipes})
        return told

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def conditions(self, *spans: tuple[Field, Period]) -> list[Condition]:
        """The filters of the question, and that a row lies in all of these periods."""
        return self.where(self.asked.filters, *spans)

    def where(self, filters: Sequence[Filter], *spans: tuple[Field, Period]) -> list[Condition]:
        """These filters instead of those of the question."""
        made = [_condition(each) for each in filters]
        for dated, period in (*self.fixed, *spans):
            made += in_period(dated, period)
        return made

    def date_of(self, timed: Timed | None = None) -> Field:
        """The date that a period is about. `Refusal` where the pipe has none, or more than one that it may be."""
        if timed is not None and timed.field is not None:
            return timed.field
        grouped = next((each.field for each in self.asked.times if each.field and each.when.kind == "all"), None)
        if grouped is not None:
            return grouped
        if self.pipe.period is not None:
            return self.pipe.period
        names = tuple(each.name for each in self.pipe.dates)
        if names:
            raise Refusal("ambiguous", f"By which date: {' or '.join(names)}?", choices=names)
        raise Refusal("not_supported", f"{self.pipe.label} has no date, so nothing can be asked of a period.")

    def reference_for(self, dated: Field) -> date:
        basis = self.pipe.period or dated
        assert basis.look.last is not None
        self.reference = reference_of(basis.look.last, self._explicit)
        return self.reference

    def span(self, when: When, dated: Field) -> Period:
        """The period that is meant, within the data. `Refusal` where it lies outside of them."""
        look = dated.look
        if look.first is None or look.last is None:
            raise Refusal("no_data", f"{dated.label} has no values in {self.pipe.label}.")
        reference = self.reference_for(dated)
        when = _the_one(when, dated, reference)
        try:
            meant = pointed(self.asked, when, resolved(when, reference), dated, reference)
        except NotYet as error:
            meant = error.period
            if meant.first > look.last.last:
                raise Refusal("future", f"There are no data of {error}; they end with {look.last.label()}.") from None
        except NoSuchTime as error:
            raise Refusal("outside_data", f"There is no such time: {error}.") from None
        whole = Period(look.first.first, look.last.last, "range")
        if not meant.overlaps(whole):
            raise Refusal(
                "outside_data",
                f"There are no data of {told_span(meant)}: {dated.label} goes from {look.first.label()} to"
                f" {look.last.label()}.",
                nearest=(look.first.label(), look.last.label()),
            )
        if when.year_is_open():
            year = meant.first.year if meant.last == ALWAYS_TO else meant.last.year
            self.asked.assume(f"the year meant is {year}")
        self._note_ends(meant, whole, look.first, look.last)
        return meant

    def _note_ends(self, meant: Period, whole: Period, first: Period, last: Period) -> None:
        """A period that reaches past the data by a month and more is said to be cut."""
        month = timedelta(days=31)
        if meant.first != ALWAYS_FROM and meant.first + month < whole.first:
            self.note(f"The data begin with {first.label()}.")
        if meant.last != ALWAYS_TO and meant.last - month > whole.last:
            self.note(f"The data end with {last.label()}.")

    def newest(self) -> tuple[Field, Period]:
        """The newest period of a pipe of periods, by the reference date where one is given."""
        dated = self.date_of()
        assert dated.look.last is not None
        if self._explicit is None:
            self.reference_for(dated)
            return dated, dated.look.last
        grain = dated.look.grain
        return dated, self.span(When("last", grain), dated)

    def settle_times(self) -> None:
        """Put the periods of the question in order, once: those of one date are what the answer is of (`spans`), those
        of other dates are conditions. Ends of one date, as in `after March and before June`, are one period."""
        of: dict[str, list[tuple[Field, Period, Timed]]] = {}
        for timed in self.asked.times:
            dated = self.date_of(timed)
            if timed.when.kind != "all":
                of.setdefault(dated.name, []).append((dated, self.span(timed.when, dated), timed))
        for name, spans in of.items():
            of[name] = _within_ends(spans)
            if not (self.asked.change or self.asked.versus):  # `Q3 2024, i.e. the third quarter of 2024`
                of[name] = list({span[:2]: each for each in of[name][::-1] for span in [each[1]]}.values())[::-1]
            of[name] = [self._in_wholes(each) for each in of[name]]
        main = self.pipe.period.name if self.pipe.period and self.pipe.period.name in of else next(iter(of), "")
        self.spans = of.pop(main, [])
        self.fixed = [(spans[0][0], _as_one(spans)) for spans in of.values()]
        if self.spans and len(self.pipe.dates) > 1:
            self.note(f"Time is by {self.spans[0][0].label}.")

    def _in_wholes(self, span: tuple[Field, Period, Timed]) -> tuple[Field, Period, Timed]:
        """A span of data by quarter or the like, in whole ones. `Refusal` where it is none and both its ends are
        said."""
        asked, (dated, meant, timed) = self.asked, span
        others = (asked.functions, asked.grain, asked.trend, asked.change, asked.versus, asked.groups, asked.course)
        stocks = bool(asked.measures) and all(each.aggregation == "point_in_time" for each in asked.measures)
        whole, note = in_wholes(
            dated, meant, open_ended=is_open_ended(timed.when), last_alone=stocks and not any(others)
        )
        if note:
            self.note(note)
        return dated, whole, timed

    def span_of_all(self) -> list[tuple[Field, Period]]:
        """The one period that the answer is of, or none. `Refusal` where the question has several that are apart."""
        return [(self.spans[0][0], _as_one(self.spans))] if self.spans else []


def _within_ends(spans: list[tuple[Field, Period, Timed]]) -> list[tuple[Field, Period, Timed]]:
    ends = [span for _, span, _ in spans if _is_open(span)]
    if not ends:
        return spans
    first, last = max(span.first for span in ends), min(span.last for span in ends)
    found = []
    for dated, span, timed in [each for each in spans if not _is_open(each[1])] or spans[:1]:
        own = Period(first, last, "range") if _is_open(span) else span
        cut = Period(max(first, own.first), min(last, own.last), "range")
        if cut.first > cut.last:
            raise Refusal("outside_data", "These periods have no day in common.")
        found.append((dated, cut if len(spans) > 1 else span, timed))
    return found


def _is_open(span: Period) -> bool:
    """Whether only one end of it is said."""
    return span.first == ALWAYS_FROM or span.last == ALWAYS_TO


def _the_one(when: When, dated: Field, reference: date) -> When:
    """`Mar 24`: a month of 2024 where the data have no days, else a choice."""
    if when.kind != "or" or when.of is None or when.until is None:
        return when
    if dated.look.grain in COARSE:
        return when.until._replace(bound=when.bound)
    labels = tuple(resolved(each, reference).label() for each in (when.of, when.until))
    raise Refusal("ambiguous", f"Is {labels[0]} meant, or {labels[1]}?", choices=labels)


def _as_one(spans: list[tuple[Field, Period, Timed]]) -> Period:
    """Periods side by side are one; others can't be asked for at once."""
    ordered = sorted(span for _, span, _ in spans)
    whole = ordered[0]
    for span in ordered[1:]:
        if span.first > whole.last + timedelta(days=1):
            raise Refusal("not_supported", "These periods are apart; ask for one after the other.")
        whole = periods.together(whole, Period(span.first, max(whole.last, span.last), "range"))
    return whole


def told_span(period: Period) -> str:
    """`2024`, `2024-03-01 to 2024-04-15`, `before 2024-02-01`, `since 2024-01-01`."""
    if period.first == ALWAYS_FROM and period.last == ALWAYS_TO:
        return "all time"
    if period.first == ALWAYS_FROM:
        return f"up to {period.last.isoformat()}"
    if period.last == ALWAYS_TO:
        return f"since {period.first.isoformat()}"
    return periods.together(period, period).label() if period.grain != "range" else _named(period)


def _named(period: Period) -> str:
    for grain in ("year", "half", "quarter", "month"):
        whole = periods.containing(period.first, grain)
        if whole[:2] == period[:2]:
            return whole.label()
    return period.label()


def in_period(dated: Field, period: Period) -> list[Condition]:
    """That a date lies in a period. Dates that are spelled from year to day are compared, others named one by one."""
    look = dated.look
    if look.iso and look.grain == "day":
        found = []
        if period.first != ALWAYS_FROM:
            found.append(Condition(field=dated.name, op="ge", value=period.first.isoformat()))
        if period.last != ALWAYS_TO:
            behind = period.last + timedelta(days=1)
            found.append(Condition(field=dated.name, op="lt", value=behind.isoformat()))
        return found or [Condition(field=dated.name, op="not_null")]
    named = [value for value in look.values or () if (spelled := periods.of_value(value)) and spelled in period]
    if not named:
        raise Refusal(
            "outside_data", f"No {dated.label} lies wholly in {told_span(period)}; the data are by {look.grain}."
        )
    return [Condition(field=dated.name, op="in", value=named)]


def in_order(pipe: Pipe, dated: Field, period: Period) -> list[tuple[Any, Period]]:
    """The values of a date that is coarser than a day which lie in a period, the earliest first."""
    found = [(value, spelled) for value in dated.look.values or () if (spelled := periods.of_value(value))]
    return sorted(((v, p) for v, p in found if p in period), key=lambda pair: pair[1].first)


def _condition(wanted: Filter) -> Condition:
    return Condition(field=wanted.field.name, op=wanted.op, value=wanted.value)  # type: ignore[arg-type]
